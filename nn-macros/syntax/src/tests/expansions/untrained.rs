fn __backward<const LOGITS: __nn::bool, const BATCH: __nn::usize>(
    network: &Untrained,
    context: &mut __nn::Context<'_>,
    pass: __nn::Pass<'_, Untrained, BATCH>,
)
where
    my::Scale: __nn::Layer,
    my::Encoder<3>: __nn::Layer,
    for<'a> __scale1: __nn::Train,
    for<'a> __encoder1: __nn::Train,
{
    let __nn::Pass {
        x: input,
        y: output,
        dy: d_output,
        tape,
        grad: gradient,
        dx: d_input,
    } = pass;
    let wanted = d_input.is_some();
    let scale1_wanted = wanted || __nn::is_trained::<__scale1>();
    let encoder1_wanted = scale1_wanted || __nn::is_trained::<__encoder1>();
    let pass = __nn::pass(
        &tape.encoder1.output,
        output,
        d_output,
        &mut tape.dense1,
        &mut gradient.dense1,
        __nn::when(encoder1_wanted, &mut tape.encoder1.gradient),
    );
    __nn::backward::<_, LOGITS, BATCH>(&network.dense1, context, pass);
    if encoder1_wanted {
        let pass = __nn::pass(
            &tape.dropout1.output,
            &tape.encoder1.output,
            &mut tape.encoder1.gradient,
            &mut tape.encoder1.tape,
            &mut gradient.encoder1,
            __nn::when(scale1_wanted, &mut tape.dropout1.gradient),
        );
        __nn::backward::<_, false, BATCH>(&network.encoder1, context, pass);
    }
    if scale1_wanted {
        let pass = __nn::pass(
            &tape.scale1.output,
            &tape.dropout1.output,
            &mut tape.dropout1.gradient,
            &mut tape.dropout1.tape,
            &mut gradient.dropout1,
            __nn::when(scale1_wanted, &mut tape.scale1.gradient),
        );
        __nn::backward::<_, false, BATCH>(&network.dropout1, context, pass);
    }
    if scale1_wanted {
        let pass = __nn::pass(
            input,
            &tape.scale1.output,
            &mut tape.scale1.gradient,
            &mut tape.scale1.tape,
            &mut gradient.scale1,
            d_input,
        );
        __nn::backward::<_, false, BATCH>(&network.scale1, context, pass);
    }
}
