/// A network from `3` to `4`.
///
/// | layer | kind | shape | activation | parameters | bytes |
/// | --- | --- | --- | --- | ---: | ---: |
/// | `encoder1` | `my::Encoder<3>` | `3 -> <output of my::Encoder<3>>` |  | see `PARAMS` | see `WEIGHT_BYTES` |
/// | `dense1` | `dense` | `<output of my::Encoder<3>> -> 4` |  | see `PARAMS` | see `WEIGHT_BYTES` |
#[repr(C)]
pub struct Foreign {
    /// `my::Encoder<3>`: `3` -> `<output of my::Encoder<3>>`
    pub encoder1: my::Encoder<3>,
    /// `dense 4`: `<output of my::Encoder<3>>` -> `4`
    pub dense1: ::nn_core::layer::Dense<
        {
            ::nn_core::__private::output_len({
                use ::nn_core::__private::NoSizes as _;
                ::nn_core::__private::SizesOf::<my::Encoder<3>>::GIVEN
            })
        },
        4,
    >,
}
fn __fields(net: &Foreign)
where
    my::Encoder<3>: __nn::Layer,
{
    let Foreign { encoder1: _, dense1: _ } = net;
    let _: *const __encoder1 = &raw const net.encoder1;
    let _: *const __dense1 = &raw const net.dense1;
}
fn __layers()
where
    my::Encoder<3>: __nn::Layer,
{
    __nn::is_layer::<__encoder1>();
    __nn::is_layer::<__dense1>();
}
#[repr(C)]
pub struct __Tape<const BATCH: __nn::usize>
where
    my::Encoder<3>: __nn::Layer,
    for<'a> __encoder1: __nn::Train,
{
    encoder1: __nn::Step<__encoder1, BATCH>,
    dense1: <__dense1 as __nn::Train>::Tape<BATCH>,
}
fn __backward<const LOGITS: __nn::bool, const BATCH: __nn::usize>(
    network: &Foreign,
    context: &mut __nn::Context<'_>,
    pass: __nn::Pass<'_, Foreign, BATCH>,
)
where
    my::Encoder<3>: __nn::Layer,
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
    let encoder1_wanted = wanted || __nn::is_trained::<__encoder1>();
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
            input,
            &tape.encoder1.output,
            &mut tape.encoder1.gradient,
            &mut tape.encoder1.tape,
            &mut gradient.encoder1,
            d_input,
        );
        __nn::backward::<_, false, BATCH>(&network.encoder1, context, pass);
    }
}
