::core::compile_error! {
    "unknown layer `dens`; did you mean `dense`?"
}
::core::compile_error! {
    "unknown activation or option `softmx`; did you mean `softmax`?"
}
::core::compile_error! {
    "`type` is a keyword of Rust and cannot be a label; write `type_`"
}
::core::compile_error! {
    "unknown layer `convolve`; a statement begins with a layer (`dense`, `dropout`, `each`, `embedding`, `multi_head_attention`, `flatten`, `batch_norm`, `layer_norm`, `prelu`, `activation`, `conv2d`, `conv1d`, `depthwise_conv2d`, `depthwise_conv1d`, `separable_conv2d`, `separable_conv1d`, `conv2d_transpose`, `conv1d_transpose`, `max_pool`, `avg_pool`, `global_max_pool`, `global_avg_pool`, `upsample`, `zero_pad`, `reshape`, `rnn`, `lstm`, `gru`, `bidirectional`, `residual`, `concat`, `add`, `multiply`), the name of an activation, or the path of a type that implements `Layer`"
}
#[allow(dead_code)]
#[derive(Clone)]
/// A network from `8` to ``.
///
/// | layer | kind | shape | activation | parameters | bytes |
/// | --- | --- | --- | --- | ---: | ---: |
/// | `dense1` | `dense` | `8 -> 6` | `relu` | 54 | 216 |
/// | `type_` | `dense` | `6 -> 3` | `softmax` | 21 | 84 |
/// | | | | | 75 | 300 |
#[repr(C)]
pub struct Wrong {
    /// `dense 6 relu`: `8` -> `6`
    pub dense1: ::nn_core::layer::Dense<8, 6, ::nn_core::activation::Relu>,
    /// `dense 4 -> 3 softmax`: `6` -> `3`
    pub type_: ::nn_core::layer::Dense<6, 3, ::nn_core::activation::Softmax>,
}
#[allow(unused, clippy::all, clippy::pedantic)]
const _: () = {
    use ::nn_core::__private as __nn;
    unsafe impl __nn::Zeroable for Wrong {}
    unsafe impl __nn::Plain for Wrong {
        const FLOATS: __nn::usize = 0;
    }
    impl Wrong {
        pub const INPUT: __nn::usize = 1;
        pub const OUTPUT: __nn::usize = 1;
        pub const PARAMS: __nn::usize = 1;
        pub const MACS: __nn::usize = 1;
        pub const WEIGHT_BYTES: __nn::usize = 1;
        pub const TRAINABLE_PARAMS: __nn::usize = 1;
        pub const TRAINABLE_BYTES: __nn::usize = 1;
        pub const INFERENCE_RAM: __nn::usize = 1;
        pub const fn zeros() -> Self {
            loop {}
        }
        pub fn init<R: __nn::Rng + ?__nn::core::marker::Sized>(_: &mut R) -> Self {
            loop {}
        }
        __nn::boxed!();
        __nn::saved!();
        pub fn predict(
            &self,
            _: &::nn_core::__private::SVector<::nn_core::__private::f32, 8>,
        ) -> ::nn_core::__private::SVector<::nn_core::__private::f32, 1> {
            loop {}
        }
        pub fn predict_into(
            &self,
            _: &::nn_core::__private::SVector<::nn_core::__private::f32, 8>,
            _: &mut ::nn_core::__private::SVector<::nn_core::__private::f32, 1>,
        ) {
            loop {}
        }
        pub fn predict_batch(
            &self,
            _: &[::nn_core::__private::SVector<::nn_core::__private::f32, 8>],
            _: &mut [::nn_core::__private::SVector<::nn_core::__private::f32, 1>],
        ) -> __nn::Result<()> {
            loop {}
        }
        pub const fn input<const N: __nn::usize>(
            _: &[__nn::f32; N],
        ) -> &::nn_core::__private::SVector<::nn_core::__private::f32, 8> {
            loop {}
        }
        pub const fn output<const N: __nn::usize>(
            _: &::nn_core::__private::SVector<::nn_core::__private::f32, 1>,
        ) -> &[__nn::f32; N] {
            loop {}
        }
        pub fn summary() -> __nn::Summary {
            loop {}
        }
        pub fn diagram() -> __nn::Diagram {
            loop {}
        }
    }
    impl __nn::Layer for Wrong {
        type Input = ::nn_core::__private::SVector<::nn_core::__private::f32, 8>;
        type Output = ::nn_core::__private::SVector<::nn_core::__private::f32, 1>;
        type Head = __nn::activation::Linear;
        const KIND: &'static __nn::str = "network";
        const MACS: __nn::usize = 0;
        fn forward<S: __nn::Simd>(
            &self,
            _: S,
            _: &::nn_core::__private::SVector<::nn_core::__private::f32, 8>,
            _: &mut ::nn_core::__private::SVector<::nn_core::__private::f32, 1>,
        ) {
            loop {}
        }
    }
    impl __nn::Train for Wrong {
        type Grad = ();
        type Tape<const BATCH: __nn::usize> = ();
        fn backward<const BATCH: __nn::usize>(
            &self,
            _: &mut __nn::Context<'_>,
            _: __nn::Pass<'_, Self, BATCH>,
        ) {
            loop {}
        }
    }
    impl __nn::Network for Wrong {
        const SUMMARY: __nn::Summary = __nn::Summary {
            name: "Wrong",
            input: &[],
            rows: &[],
            ram: 0,
        };
        const INPUT: __nn::usize = 0;
        const OUTPUT: __nn::usize = 0;
        const PARAMS: __nn::usize = 0;
    }
    impl Wrong {
        pub fn step(
            &self,
            _: &mut __nn::State<Self>,
            _: &::nn_core::__private::SVector<::nn_core::__private::f32, 8>,
        ) -> __nn::SVector<__nn::f32, 1> {
            loop {}
        }
        pub fn step_into(
            &self,
            _: &mut __nn::State<Self>,
            _: &::nn_core::__private::SVector<::nn_core::__private::f32, 8>,
            _: &mut __nn::SVector<__nn::f32, 1>,
        ) {
            loop {}
        }
    }
    impl __nn::Stream for Wrong {
        type State = ();
        type Step = ::nn_core::__private::SVector<::nn_core::__private::f32, 8>;
        type Result = __nn::SVector<__nn::f32, 1>;
        fn step<S: __nn::Simd>(
            &self,
            _: S,
            _: &mut (),
            _: &::nn_core::__private::SVector<::nn_core::__private::f32, 8>,
            _: &mut __nn::SVector<__nn::f32, 1>,
        ) {
            loop {}
        }
    }
    impl __nn::TrainStream for Wrong {}
};
