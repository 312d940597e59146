fn __backward<const LOGITS: __nn::bool, const BATCH: __nn::usize>(
    network: &Lines,
    context: &mut __nn::Context<'_>,
    pass: __nn::Pass<'_, Lines, BATCH>,
) {
    let __nn::Pass {
        x: input,
        y: output,
        dy: d_output,
        tape,
        grad: gradient,
        dx: d_input,
    } = pass;
    let pass = __nn::pass(
        &tape.batch_norm1.output,
        output,
        d_output,
        &mut tape.activation1,
        &mut gradient.activation1,
        __nn::core::option::Option::Some(&mut tape.batch_norm1.gradient),
    );
    __nn::backward::<_, LOGITS, BATCH>(&network.activation1, context, pass);
    let pass = __nn::pass(
        &tape.dense1.output,
        &tape.batch_norm1.output,
        &mut tape.batch_norm1.gradient,
        &mut tape.batch_norm1.tape,
        &mut gradient.batch_norm1,
        __nn::core::option::Option::Some(&mut tape.dense1.gradient),
    );
    __nn::backward::<_, false, BATCH>(&network.batch_norm1, context, pass);
    let pass = __nn::pass(
        input,
        &tape.dense1.output,
        &mut tape.dense1.gradient,
        &mut tape.dense1.tape,
        &mut gradient.dense1,
        d_input,
    );
    __nn::backward::<_, false, BATCH>(&network.dense1, context, pass);
    __nn::clear_bias::<__dense1>(&mut gradient.dense1);
}
fn __backward<const LOGITS: __nn::bool, const BATCH: __nn::usize>(
    network: &LinesFolded,
    context: &mut __nn::Context<'_>,
    pass: __nn::Pass<'_, LinesFolded, BATCH>,
) {
    let __nn::Pass {
        x: input,
        y: output,
        dy: d_output,
        tape,
        grad: gradient,
        dx: d_input,
    } = pass;
    let pass = __nn::pass(
        input,
        output,
        d_output,
        &mut tape.dense1,
        &mut gradient.dense1,
        d_input,
    );
    __nn::backward::<_, LOGITS, BATCH>(&network.dense1, context, pass);
}
