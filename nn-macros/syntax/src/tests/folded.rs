/// Vertical lines, say.
#[derive(Clone)]
///
/// | layer | kind | shape | activation | parameters | bytes |
/// | --- | --- | --- | --- | ---: | ---: |
/// | `batch_norm1` | `batch_norm` | `8 -> 8` |  | 32 | 128 |
/// | `dense1` | `dense` | `8 -> 6` |  | 48 | 192 |
/// | `batch_norm2` | `batch_norm` | `6 -> 6` |  | 18 | 72 |
/// | `activation1` | `relu` | `6 -> 6` | `relu` | 0 | 0 |
/// | `dense2` | `dense` | `6 -> 5` | `linear` | 35 | 140 |
/// | `batch_norm3` | `batch_norm` | `5 -> 5` |  | 20 | 80 |
/// | `layer_norm1` | `layer_norm` | `5 -> 5` |  | 5 | 20 |
/// | | | | | 158 | 632 |
#[repr(C)]
struct Lines {
    /// `batch_norm`: `8` -> `8`
    pub batch_norm1: ::nn_core::layer::BatchNorm<8, 1>,
    /// `dense 6 no_bias`: `8` -> `6`
    pub dense1: ::nn_core::layer::Dense<
        8,
        6,
        ::nn_core::activation::Linear,
        ::nn_core::layer::NoBias,
    >,
    /// `batch_norm torch epsilon 1e-3 no_center`: `6` -> `6`
    pub batch_norm2: ::nn_core::layer::BatchNorm<
        6,
        1,
        ::nn_core::layer::TorchMoments<
            ::nn_core::Ratio<1, 10>,
            ::nn_core::__private::Ratio<1, 1000>,
        >,
        ::nn_core::layer::WithBias,
        ::nn_core::layer::NoBias,
    >,
    /// `relu`: `6` -> `6`
    pub activation1: ::nn_core::layer::Activate<
        ::nn_core::__private::SVector<::nn_core::__private::f32, 6>,
        ::nn_core::activation::Relu,
    >,
    /// `dense 5 linear`: `6` -> `5`
    pub dense2: ::nn_core::layer::Dense<6, 5, ::nn_core::activation::Linear>,
    /// `batch_norm momentum M`: `5` -> `5`
    pub batch_norm3: ::nn_core::layer::BatchNorm<
        5,
        1,
        ::nn_core::layer::KerasMoments<
            ::nn_core::__private::Bits<
                { ::nn_core::__private::f64::to_bits((M) as ::nn_core::__private::f64) },
            >,
        >,
    >,
    /// `layer_norm no_scale`: `5` -> `5`
    pub layer_norm1: ::nn_core::layer::LayerNorm<
        5,
        1,
        ::nn_core::Ratio<1, 1000>,
        ::nn_core::layer::NoBias,
    >,
}
#[allow(non_camel_case_types, clippy::all, clippy::pedantic)]
const _: () = {
    use ::nn_core::__private as __nn;
    const _: () = __nn::check_momentum(
        "M",
        (M) as ::nn_core::__private::f64,
        "write the share of the moving statistics that is kept, such as `0.99`",
    );
    type __batch_norm1 = ::nn_core::layer::BatchNorm<8, 1>;
    type __dense1 = ::nn_core::layer::Dense<
        8,
        6,
        ::nn_core::activation::Linear,
        ::nn_core::layer::NoBias,
    >;
    type __batch_norm2 = ::nn_core::layer::BatchNorm<
        6,
        1,
        ::nn_core::layer::TorchMoments<
            ::nn_core::Ratio<1, 10>,
            ::nn_core::__private::Ratio<1, 1000>,
        >,
        ::nn_core::layer::WithBias,
        ::nn_core::layer::NoBias,
    >;
    type __activation1 = ::nn_core::layer::Activate<
        ::nn_core::__private::SVector<::nn_core::__private::f32, 6>,
        ::nn_core::activation::Relu,
    >;
    type __dense2 = ::nn_core::layer::Dense<6, 5, ::nn_core::activation::Linear>;
    type __batch_norm3 = ::nn_core::layer::BatchNorm<
        5,
        1,
        ::nn_core::layer::KerasMoments<
            ::nn_core::__private::Bits<
                { ::nn_core::__private::f64::to_bits((M) as ::nn_core::__private::f64) },
            >,
        >,
    >;
    type __layer_norm1 = ::nn_core::layer::LayerNorm<
        5,
        1,
        ::nn_core::Ratio<1, 1000>,
        ::nn_core::layer::NoBias,
    >;
    unsafe impl __nn::Zeroable for Lines {}
    unsafe impl __nn::Plain for Lines {
        const FLOATS: __nn::usize = 0 + <__batch_norm1 as __nn::Plain>::FLOATS
            + <__dense1 as __nn::Plain>::FLOATS + <__batch_norm2 as __nn::Plain>::FLOATS
            + <__activation1 as __nn::Plain>::FLOATS + <__dense2 as __nn::Plain>::FLOATS
            + <__batch_norm3 as __nn::Plain>::FLOATS
            + <__layer_norm1 as __nn::Plain>::FLOATS;
    }
    fn __fields(net: &Lines) {
        let Lines {
            batch_norm1: _,
            dense1: _,
            batch_norm2: _,
            activation1: _,
            dense2: _,
            batch_norm3: _,
            layer_norm1: _,
        } = net;
        let _: *const __batch_norm1 = &raw const net.batch_norm1;
        let _: *const __dense1 = &raw const net.dense1;
        let _: *const __batch_norm2 = &raw const net.batch_norm2;
        let _: *const __activation1 = &raw const net.activation1;
        let _: *const __dense2 = &raw const net.dense2;
        let _: *const __batch_norm3 = &raw const net.batch_norm3;
        let _: *const __layer_norm1 = &raw const net.layer_norm1;
    }
    fn __layers() {
        __nn::is_layer::<__batch_norm1>();
        __nn::is_layer::<__dense1>();
        __nn::is_layer::<__batch_norm2>();
        __nn::is_layer::<__activation1>();
        __nn::is_layer::<__dense2>();
        __nn::is_layer::<__batch_norm3>();
        __nn::is_layer::<__layer_norm1>();
    }
    const _: () = __nn::plain::has_layout_of_floats::<Lines>();
    #[repr(C)]
    pub struct __Gradient {
        batch_norm1: <__batch_norm1 as __nn::Train>::Grad,
        dense1: <__dense1 as __nn::Train>::Grad,
        batch_norm2: <__batch_norm2 as __nn::Train>::Grad,
        activation1: <__activation1 as __nn::Train>::Grad,
        dense2: <__dense2 as __nn::Train>::Grad,
        batch_norm3: <__batch_norm3 as __nn::Train>::Grad,
        layer_norm1: <__layer_norm1 as __nn::Train>::Grad,
    }
    unsafe impl __nn::Zeroable for __Gradient {}
    unsafe impl __nn::Plain for __Gradient {
        const FLOATS: __nn::usize = 0
            + <<__batch_norm1 as __nn::Train>::Grad as __nn::Plain>::FLOATS
            + <<__dense1 as __nn::Train>::Grad as __nn::Plain>::FLOATS
            + <<__batch_norm2 as __nn::Train>::Grad as __nn::Plain>::FLOATS
            + <<__activation1 as __nn::Train>::Grad as __nn::Plain>::FLOATS
            + <<__dense2 as __nn::Train>::Grad as __nn::Plain>::FLOATS
            + <<__batch_norm3 as __nn::Train>::Grad as __nn::Plain>::FLOATS
            + <<__layer_norm1 as __nn::Train>::Grad as __nn::Plain>::FLOATS;
    }
    #[repr(C)]
    pub struct __Tape<const BATCH: __nn::usize> {
        batch_norm1: __nn::Step<__batch_norm1, BATCH>,
        dense1: __nn::Step<__dense1, BATCH>,
        batch_norm2: __nn::Step<__batch_norm2, BATCH>,
        activation1: __nn::Step<__activation1, BATCH>,
        dense2: __nn::Step<__dense2, BATCH>,
        batch_norm3: __nn::Step<__batch_norm3, BATCH>,
        layer_norm1: <__layer_norm1 as __nn::Train>::Tape<BATCH>,
    }
    unsafe impl<const BATCH: __nn::usize> __nn::Zeroable for __Tape<BATCH> {}
    impl Lines {
        /// Values in one input.
        pub const INPUT: __nn::usize = 8;
        /// Values in one output.
        pub const OUTPUT: __nn::usize = 5;
        /// Parameters.
        pub const PARAMS: __nn::usize = __nn::sum(
            &[
                __nn::len::<__batch_norm1>(),
                __nn::len::<__dense1>(),
                __nn::len::<__batch_norm2>(),
                __nn::len::<__activation1>(),
                __nn::len::<__dense2>(),
                __nn::len::<__batch_norm3>(),
                __nn::len::<__layer_norm1>(),
            ],
        );
        /// Multiply-accumulate operations of one prediction.
        pub const MACS: __nn::usize = <Self as __nn::Layer>::MACS;
        /// Bytes of the parameters.
        pub const WEIGHT_BYTES: __nn::usize = __nn::core::mem::size_of::<Self>();
        /// Bytes of the buffers that [`predict`](Self::predict) places on the stack: its output, those between the layers, as far as they
        /// live at the same time, and what the layer that needs most has for itself. The input is the caller's. An optimised
        /// build takes this much of the stack and, whatever the network, at most 8 KiB on top for saved registers and spilled sums.
        pub const INFERENCE_RAM: __nn::usize = __nn::scratch_and_output::<Self>();
        /// A network of zeros; can initialise a `static`.
        #[must_use]
        pub const fn zeros() -> Self {
            __nn::zeroed()
        }
        /// A network with fresh weights.
        #[must_use]
        pub fn init<R: __nn::Rng + ?__nn::core::marker::Sized>(rng: &mut R) -> Self {
            __nn::made(|network| __nn::Train::init(network, rng))
        }
        __nn::boxed!();
        __nn::saved!();
        /// The output for one input.
        #[must_use]
        #[inline]
        pub fn predict(
            &self,
            input: &::nn_core::__private::SVector<::nn_core::__private::f32, 8>,
        ) -> ::nn_core::__private::SVector<::nn_core::__private::f32, 5> {
            __nn::predict(self, input)
        }
        /// Writes the output for one input to `output`.
        #[inline]
        pub fn predict_into(
            &self,
            input: &::nn_core::__private::SVector<::nn_core::__private::f32, 8>,
            output: &mut ::nn_core::__private::SVector<::nn_core::__private::f32, 5>,
        ) {
            __nn::predict_into(self, input, output);
        }
        /// Writes the output for each of `inputs` to `outputs`.
        ///
        /// # Errors
        ///
        /// If the slices differ in length.
        pub fn predict_batch(
            &self,
            inputs: &[::nn_core::__private::SVector<::nn_core::__private::f32, 8>],
            outputs: &mut [::nn_core::__private::SVector<::nn_core::__private::f32, 5>],
        ) -> __nn::Result<()> {
            __nn::predict_batch(self, inputs, outputs)
        }
        /// An array as an input, without a copy.
        #[must_use]
        #[inline]
        pub const fn input(
            values: &[__nn::f32; 8],
        ) -> &::nn_core::__private::SVector<::nn_core::__private::f32, 8> {
            __nn::view(values)
        }
        /// An output as an array, without a copy.
        #[must_use]
        #[inline]
        pub const fn output(
            values: &::nn_core::__private::SVector<::nn_core::__private::f32, 5>,
        ) -> &[__nn::f32; 5] {
            __nn::view(values)
        }
    }
    impl __nn::Layer for Lines {
        type Input = ::nn_core::__private::SVector<::nn_core::__private::f32, 8>;
        type Output = ::nn_core::__private::SVector<::nn_core::__private::f32, 5>;
        type Head = <__layer_norm1 as __nn::Layer>::Head;
        const KIND: &'static __nn::str = "network";
        const MACS: __nn::usize = __nn::sum(
            &[
                <__batch_norm1 as __nn::Layer>::MACS,
                <__dense1 as __nn::Layer>::MACS,
                <__batch_norm2 as __nn::Layer>::MACS,
                <__activation1 as __nn::Layer>::MACS,
                <__dense2 as __nn::Layer>::MACS,
                <__batch_norm3 as __nn::Layer>::MACS,
                <__layer_norm1 as __nn::Layer>::MACS,
            ],
        );
        const SCRATCH_BYTES: __nn::usize = __nn::sum(
            &[
                __nn::output_bytes::<__batch_norm1>(),
                __nn::output_bytes::<__dense1>(),
                __nn::output_bytes::<__batch_norm2>(),
                __nn::output_bytes::<__activation1>(),
                __nn::output_bytes::<__dense2>(),
                __nn::output_bytes::<__batch_norm3>(),
            ],
        )
            + __nn::largest(
                &[
                    <__batch_norm1 as __nn::Layer>::SCRATCH_BYTES,
                    <__dense1 as __nn::Layer>::SCRATCH_BYTES,
                    <__batch_norm2 as __nn::Layer>::SCRATCH_BYTES,
                    <__activation1 as __nn::Layer>::SCRATCH_BYTES,
                    <__dense2 as __nn::Layer>::SCRATCH_BYTES,
                    <__batch_norm3 as __nn::Layer>::SCRATCH_BYTES,
                    <__layer_norm1 as __nn::Layer>::SCRATCH_BYTES,
                ],
            );
        const UNTRAINED: __nn::usize = __nn::sum(
            &[
                <__batch_norm1 as __nn::Layer>::UNTRAINED,
                <__dense1 as __nn::Layer>::UNTRAINED,
                <__batch_norm2 as __nn::Layer>::UNTRAINED,
                <__activation1 as __nn::Layer>::UNTRAINED,
                <__dense2 as __nn::Layer>::UNTRAINED,
                <__batch_norm3 as __nn::Layer>::UNTRAINED,
                <__layer_norm1 as __nn::Layer>::UNTRAINED,
            ],
        );
        const INDICES: __nn::core::option::Option<__nn::usize> = <__batch_norm1 as __nn::Layer>::INDICES;
        const PARTS: &'static [__nn::Part] = &[
            __nn::Part::layer::<__batch_norm1>("batch_norm1", ""),
            __nn::Part::layer::<__dense1>("dense1", ""),
            __nn::Part::layer::<__batch_norm2>("batch_norm2", ""),
            __nn::Part::layer::<__activation1>("activation1", "relu"),
            __nn::Part::layer::<__dense2>("dense2", "linear"),
            __nn::Part::layer::<__batch_norm3>("batch_norm3", ""),
            __nn::Part::layer::<__layer_norm1>("layer_norm1", ""),
        ];
        #[inline(always)]
        fn forward<S: __nn::Simd>(
            &self,
            simd: S,
            input: &Self::Input,
            output: &mut Self::Output,
        ) {
            const BATCH: __nn::usize = 1;
            let (input, output) = __nn::one(input, output);
            let batch_norm1_output = &mut __nn::zeroed::<
                __nn::Alone<__batch_norm1, BATCH>,
            >();
            __nn::forward(&self.batch_norm1, simd, input, batch_norm1_output);
            let dense1_output = &mut __nn::zeroed::<__nn::Alone<__dense1, BATCH>>();
            __nn::forward(&self.dense1, simd, batch_norm1_output, dense1_output);
            let batch_norm2_output = &mut __nn::zeroed::<
                __nn::Alone<__batch_norm2, BATCH>,
            >();
            __nn::forward(&self.batch_norm2, simd, dense1_output, batch_norm2_output);
            let activation1_output = &mut __nn::zeroed::<
                __nn::Alone<__activation1, BATCH>,
            >();
            __nn::forward(
                &self.activation1,
                simd,
                batch_norm2_output,
                activation1_output,
            );
            let dense2_output = &mut __nn::zeroed::<__nn::Alone<__dense2, BATCH>>();
            __nn::forward(&self.dense2, simd, activation1_output, dense2_output);
            let batch_norm3_output = &mut __nn::zeroed::<
                __nn::Alone<__batch_norm3, BATCH>,
            >();
            __nn::forward(&self.batch_norm3, simd, dense2_output, batch_norm3_output);
            __nn::forward(&self.layer_norm1, simd, batch_norm3_output, output);
        }
        fn forward_batch<const BATCH: __nn::usize>(
            &self,
            level: __nn::Level,
            input: &[Self::Input; BATCH],
            output: &mut [Self::Output; BATCH],
        ) {
            let batch_norm1_output = &mut __nn::zeroed::<
                __nn::Alone<__batch_norm1, BATCH>,
            >();
            __nn::forward_batch(&self.batch_norm1, level, input, batch_norm1_output);
            let dense1_output = &mut __nn::zeroed::<__nn::Alone<__dense1, BATCH>>();
            __nn::forward_batch(&self.dense1, level, batch_norm1_output, dense1_output);
            let batch_norm2_output = &mut __nn::zeroed::<
                __nn::Alone<__batch_norm2, BATCH>,
            >();
            __nn::forward_batch(
                &self.batch_norm2,
                level,
                dense1_output,
                batch_norm2_output,
            );
            let activation1_output = &mut __nn::zeroed::<
                __nn::Alone<__activation1, BATCH>,
            >();
            __nn::forward_batch(
                &self.activation1,
                level,
                batch_norm2_output,
                activation1_output,
            );
            let dense2_output = &mut __nn::zeroed::<__nn::Alone<__dense2, BATCH>>();
            __nn::forward_batch(&self.dense2, level, activation1_output, dense2_output);
            let batch_norm3_output = &mut __nn::zeroed::<
                __nn::Alone<__batch_norm3, BATCH>,
            >();
            __nn::forward_batch(
                &self.batch_norm3,
                level,
                dense2_output,
                batch_norm3_output,
            );
            __nn::forward_batch(&self.layer_norm1, level, batch_norm3_output, output);
        }
        fn forward_logits<const BATCH: __nn::usize>(
            &self,
            level: __nn::Level,
            input: &[Self::Input; BATCH],
            output: &mut [Self::Output; BATCH],
        ) {
            let batch_norm1_output = &mut __nn::zeroed::<
                __nn::Alone<__batch_norm1, BATCH>,
            >();
            __nn::forward_batch(&self.batch_norm1, level, input, batch_norm1_output);
            let dense1_output = &mut __nn::zeroed::<__nn::Alone<__dense1, BATCH>>();
            __nn::forward_batch(&self.dense1, level, batch_norm1_output, dense1_output);
            let batch_norm2_output = &mut __nn::zeroed::<
                __nn::Alone<__batch_norm2, BATCH>,
            >();
            __nn::forward_batch(
                &self.batch_norm2,
                level,
                dense1_output,
                batch_norm2_output,
            );
            let activation1_output = &mut __nn::zeroed::<
                __nn::Alone<__activation1, BATCH>,
            >();
            __nn::forward_batch(
                &self.activation1,
                level,
                batch_norm2_output,
                activation1_output,
            );
            let dense2_output = &mut __nn::zeroed::<__nn::Alone<__dense2, BATCH>>();
            __nn::forward_batch(&self.dense2, level, activation1_output, dense2_output);
            let batch_norm3_output = &mut __nn::zeroed::<
                __nn::Alone<__batch_norm3, BATCH>,
            >();
            __nn::forward_batch(
                &self.batch_norm3,
                level,
                dense2_output,
                batch_norm3_output,
            );
            __nn::forward_logits(&self.layer_norm1, level, batch_norm3_output, output);
        }
    }
    impl __nn::Train for Lines {
        type Grad = __Gradient;
        type Tape<const BATCH: __nn::usize> = __Tape<BATCH>;
        fn init<R: __nn::Rng + ?__nn::core::marker::Sized>(&mut self, rng: &mut R) {
            __nn::Train::init(&mut self.batch_norm1, rng);
            __nn::Train::init(&mut self.dense1, rng);
            __nn::Train::init(&mut self.batch_norm2, rng);
            __nn::Train::init(&mut self.activation1, rng);
            __nn::Train::init(&mut self.dense2, rng);
            __nn::Train::init(&mut self.batch_norm3, rng);
            __nn::Train::init(&mut self.layer_norm1, rng);
        }
        fn forward_train<const BATCH: __nn::usize>(
            &mut self,
            context: &mut __nn::Context<'_>,
            input: &[Self::Input; BATCH],
            output: &mut [Self::Output; BATCH],
            tape: &mut __Tape<BATCH>,
        ) {
            __nn::forward_train(
                &mut self.batch_norm1,
                context,
                input,
                &mut tape.batch_norm1.output,
                &mut tape.batch_norm1.tape,
            );
            __nn::forward_train(
                &mut self.dense1,
                context,
                &tape.batch_norm1.output,
                &mut tape.dense1.output,
                &mut tape.dense1.tape,
            );
            __nn::forward_train(
                &mut self.batch_norm2,
                context,
                &tape.dense1.output,
                &mut tape.batch_norm2.output,
                &mut tape.batch_norm2.tape,
            );
            __nn::forward_train(
                &mut self.activation1,
                context,
                &tape.batch_norm2.output,
                &mut tape.activation1.output,
                &mut tape.activation1.tape,
            );
            __nn::forward_train(
                &mut self.dense2,
                context,
                &tape.activation1.output,
                &mut tape.dense2.output,
                &mut tape.dense2.tape,
            );
            __nn::forward_train(
                &mut self.batch_norm3,
                context,
                &tape.dense2.output,
                &mut tape.batch_norm3.output,
                &mut tape.batch_norm3.tape,
            );
            __nn::forward_train(
                &mut self.layer_norm1,
                context,
                &tape.batch_norm3.output,
                output,
                &mut tape.layer_norm1,
            );
        }
        #[inline(always)]
        fn logits<'t, const BATCH: __nn::usize>(
            input: &'t [Self::Input; BATCH],
            output: &'t [Self::Output; BATCH],
            tape: &'t __Tape<BATCH>,
        ) -> &'t [Self::Output; BATCH] {
            __nn::logits::<
                __layer_norm1,
                _,
                BATCH,
            >(&tape.batch_norm3.output, output, &tape.layer_norm1)
        }
        fn backward<const BATCH: __nn::usize>(
            &self,
            context: &mut __nn::Context<'_>,
            pass: __nn::Pass<'_, Self, BATCH>,
        ) {
            __backward::<false, BATCH>(self, context, pass);
        }
        fn backward_logits<const BATCH: __nn::usize>(
            &self,
            context: &mut __nn::Context<'_>,
            pass: __nn::Pass<'_, Self, BATCH>,
        ) {
            __backward::<true, BATCH>(self, context, pass);
        }
        fn visit(&mut self, gradient: &mut __Gradient, visitor: &mut dyn __nn::Visitor) {
            __nn::Train::visit(
                &mut self.batch_norm1,
                &mut gradient.batch_norm1,
                visitor,
            );
            __nn::Train::visit(&mut self.dense1, &mut gradient.dense1, visitor);
            __nn::Train::visit(
                &mut self.batch_norm2,
                &mut gradient.batch_norm2,
                visitor,
            );
            __nn::Train::visit(
                &mut self.activation1,
                &mut gradient.activation1,
                visitor,
            );
            __nn::Train::visit(&mut self.dense2, &mut gradient.dense2, visitor);
            __nn::Train::visit(
                &mut self.batch_norm3,
                &mut gradient.batch_norm3,
                visitor,
            );
            __nn::Train::visit(
                &mut self.layer_norm1,
                &mut gradient.layer_norm1,
                visitor,
            );
        }
        fn regularize(&self, gradient: &mut __Gradient) -> __nn::f32 {
            let mut penalty = 0.0;
            penalty
                += __nn::Train::regularize(&self.batch_norm1, &mut gradient.batch_norm1);
            penalty += __nn::Train::regularize(&self.dense1, &mut gradient.dense1);
            penalty
                += __nn::Train::regularize(&self.batch_norm2, &mut gradient.batch_norm2);
            penalty
                += __nn::Train::regularize(&self.activation1, &mut gradient.activation1);
            penalty += __nn::Train::regularize(&self.dense2, &mut gradient.dense2);
            penalty
                += __nn::Train::regularize(&self.batch_norm3, &mut gradient.batch_norm3);
            penalty
                += __nn::Train::regularize(&self.layer_norm1, &mut gradient.layer_norm1);
            penalty
        }
    }
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
            &tape.batch_norm3.output,
            output,
            d_output,
            &mut tape.layer_norm1,
            &mut gradient.layer_norm1,
            __nn::core::option::Option::Some(&mut tape.batch_norm3.gradient),
        );
        __nn::backward::<_, LOGITS, BATCH>(&network.layer_norm1, context, pass);
        let pass = __nn::pass(
            &tape.dense2.output,
            &tape.batch_norm3.output,
            &mut tape.batch_norm3.gradient,
            &mut tape.batch_norm3.tape,
            &mut gradient.batch_norm3,
            __nn::core::option::Option::Some(&mut tape.dense2.gradient),
        );
        __nn::backward::<_, false, BATCH>(&network.batch_norm3, context, pass);
        let pass = __nn::pass(
            &tape.activation1.output,
            &tape.dense2.output,
            &mut tape.dense2.gradient,
            &mut tape.dense2.tape,
            &mut gradient.dense2,
            __nn::core::option::Option::Some(&mut tape.activation1.gradient),
        );
        __nn::backward::<_, false, BATCH>(&network.dense2, context, pass);
        __nn::clear_bias::<__dense2>(&mut gradient.dense2);
        let pass = __nn::pass(
            &tape.batch_norm2.output,
            &tape.activation1.output,
            &mut tape.activation1.gradient,
            &mut tape.activation1.tape,
            &mut gradient.activation1,
            __nn::core::option::Option::Some(&mut tape.batch_norm2.gradient),
        );
        __nn::backward::<_, false, BATCH>(&network.activation1, context, pass);
        let pass = __nn::pass(
            &tape.dense1.output,
            &tape.batch_norm2.output,
            &mut tape.batch_norm2.gradient,
            &mut tape.batch_norm2.tape,
            &mut gradient.batch_norm2,
            __nn::core::option::Option::Some(&mut tape.dense1.gradient),
        );
        __nn::backward::<_, false, BATCH>(&network.batch_norm2, context, pass);
        let pass = __nn::pass(
            &tape.batch_norm1.output,
            &tape.dense1.output,
            &mut tape.dense1.gradient,
            &mut tape.dense1.tape,
            &mut gradient.dense1,
            __nn::core::option::Option::Some(&mut tape.batch_norm1.gradient),
        );
        __nn::backward::<_, false, BATCH>(&network.dense1, context, pass);
        let pass = __nn::pass(
            input,
            &tape.batch_norm1.output,
            &mut tape.batch_norm1.gradient,
            &mut tape.batch_norm1.tape,
            &mut gradient.batch_norm1,
            d_input,
        );
        __nn::backward::<_, false, BATCH>(&network.batch_norm1, context, pass);
    }
    impl Lines {
        const __ROWS: &'static [__nn::Row] = &[
            __nn::row::<__batch_norm1>("batch_norm1", "batch_norm", &[8]),
            __nn::row::<__dense1>("dense1", "dense 6 no_bias", &[6]),
            __nn::row::<
                __batch_norm2,
            >("batch_norm2", "batch_norm torch epsilon 1e-3 no_center", &[6]),
            __nn::row::<__activation1>("activation1", "relu", &[6]),
            __nn::row::<__dense2>("dense2", "dense 5 linear", &[5]),
            __nn::row::<__batch_norm3>("batch_norm3", "batch_norm momentum M", &[5]),
            __nn::row::<__layer_norm1>("layer_norm1", "layer_norm no_scale", &[5]),
        ];
        /// The table of layers, to be printed.
        #[must_use]
        pub const fn summary() -> __nn::Summary {
            __nn::Summary {
                name: "Lines",
                rows: Self::__ROWS,
            }
        }
    }
    impl __nn::Network for Lines {
        const SUMMARY: __nn::Summary = Lines::summary();
        const INPUT: __nn::usize = Lines::INPUT;
        const OUTPUT: __nn::usize = Lines::OUTPUT;
        const PARAMS: __nn::usize = Lines::PARAMS;
    }
    impl __nn::Stream for Lines
    where
        for<'a> __batch_norm1: __nn::Stream,
        for<'a> __dense1: __nn::Stream,
        for<'a> __batch_norm2: __nn::Stream,
        for<'a> __activation1: __nn::Stream,
        for<'a> __dense2: __nn::Stream,
        for<'a> __batch_norm3: __nn::Stream,
        for<'a> __layer_norm1: __nn::Stream,
    {
        type State = (
            <__batch_norm1 as __nn::Stream>::State,
            (
                <__dense1 as __nn::Stream>::State,
                (
                    <__batch_norm2 as __nn::Stream>::State,
                    (
                        <__activation1 as __nn::Stream>::State,
                        (
                            <__dense2 as __nn::Stream>::State,
                            (
                                <__batch_norm3 as __nn::Stream>::State,
                                (<__layer_norm1 as __nn::Stream>::State, ()),
                            ),
                        ),
                    ),
                ),
            ),
        );
        type Step = ::nn_core::__private::SVector<::nn_core::__private::f32, 8>;
        type Result = ::nn_core::__private::SVector<::nn_core::__private::f32, 5>;
        #[inline(always)]
        fn step<S: __nn::Simd>(
            &self,
            simd: S,
            state: &mut Self::State,
            input: &Self::Step,
            output: &mut Self::Result,
        ) {
            let mut batch_norm1_result = __nn::result::<__batch_norm1>();
            __nn::step(
                &self.batch_norm1,
                simd,
                &mut state.0,
                input,
                &mut batch_norm1_result,
            );
            let state = &mut state.1;
            let mut dense1_result = __nn::result::<__dense1>();
            __nn::step(
                &self.dense1,
                simd,
                &mut state.0,
                &batch_norm1_result,
                &mut dense1_result,
            );
            let state = &mut state.1;
            let mut batch_norm2_result = __nn::result::<__batch_norm2>();
            __nn::step(
                &self.batch_norm2,
                simd,
                &mut state.0,
                &dense1_result,
                &mut batch_norm2_result,
            );
            let state = &mut state.1;
            let mut activation1_result = __nn::result::<__activation1>();
            __nn::step(
                &self.activation1,
                simd,
                &mut state.0,
                &batch_norm2_result,
                &mut activation1_result,
            );
            let state = &mut state.1;
            let mut dense2_result = __nn::result::<__dense2>();
            __nn::step(
                &self.dense2,
                simd,
                &mut state.0,
                &activation1_result,
                &mut dense2_result,
            );
            let state = &mut state.1;
            let mut batch_norm3_result = __nn::result::<__batch_norm3>();
            __nn::step(
                &self.batch_norm3,
                simd,
                &mut state.0,
                &dense2_result,
                &mut batch_norm3_result,
            );
            let state = &mut state.1;
            __nn::step(
                &self.layer_norm1,
                simd,
                &mut state.0,
                &batch_norm3_result,
                output,
            );
        }
    }
    impl __nn::TrainStream for Lines
    where
        for<'a> __batch_norm1: __nn::TrainStream,
        for<'a> __dense1: __nn::TrainStream,
        for<'a> __batch_norm2: __nn::TrainStream,
        for<'a> __activation1: __nn::TrainStream,
        for<'a> __dense2: __nn::TrainStream,
        for<'a> __batch_norm3: __nn::TrainStream,
        for<'a> __layer_norm1: __nn::TrainStream,
    {
        fn forward_window<const BATCH: __nn::usize>(
            &mut self,
            context: &mut __nn::Context<'_>,
            states: &mut [Self::State; BATCH],
            input: &[Self::Input; BATCH],
            output: &mut [Self::Output; BATCH],
            tape: &mut __Tape<BATCH>,
        ) {
            __nn::forward_window(
                &mut self.batch_norm1,
                context,
                states,
                |state| &mut state.0,
                input,
                &mut tape.batch_norm1.output,
                &mut tape.batch_norm1.tape,
            );
            __nn::forward_window(
                &mut self.dense1,
                context,
                states,
                |state| &mut state.1.0,
                &tape.batch_norm1.output,
                &mut tape.dense1.output,
                &mut tape.dense1.tape,
            );
            __nn::forward_window(
                &mut self.batch_norm2,
                context,
                states,
                |state| &mut state.1.1.0,
                &tape.dense1.output,
                &mut tape.batch_norm2.output,
                &mut tape.batch_norm2.tape,
            );
            __nn::forward_window(
                &mut self.activation1,
                context,
                states,
                |state| &mut state.1.1.1.0,
                &tape.batch_norm2.output,
                &mut tape.activation1.output,
                &mut tape.activation1.tape,
            );
            __nn::forward_window(
                &mut self.dense2,
                context,
                states,
                |state| &mut state.1.1.1.1.0,
                &tape.activation1.output,
                &mut tape.dense2.output,
                &mut tape.dense2.tape,
            );
            __nn::forward_window(
                &mut self.batch_norm3,
                context,
                states,
                |state| &mut state.1.1.1.1.1.0,
                &tape.dense2.output,
                &mut tape.batch_norm3.output,
                &mut tape.batch_norm3.tape,
            );
            __nn::forward_window(
                &mut self.layer_norm1,
                context,
                states,
                |state| &mut state.1.1.1.1.1.1.0,
                &tape.batch_norm3.output,
                output,
                &mut tape.layer_norm1,
            );
        }
    }
    impl Lines {
        /// Takes one step of a sequence and gives what the network makes of the stream so far.
        ///
        /// Fed all steps of a sequence, the results are what [`predict`](Self::predict) makes of the whole: each step's output
        /// where that is a sequence, the last step's where it is a vector. It takes the same time for every step and no heap.
        #[inline]
        pub fn step(
            &self,
            state: &mut __nn::State<Self>,
            input: &::nn_core::__private::SVector<::nn_core::__private::f32, 8>,
        ) -> ::nn_core::__private::SVector<::nn_core::__private::f32, 5>
        where
            for<'a> Self: __nn::Stream,
        {
            __nn::step_one(self, state, input)
        }
        /// [`step`](Self::step) that writes to `output`.
        #[inline]
        pub fn step_into(
            &self,
            state: &mut __nn::State<Self>,
            input: &::nn_core::__private::SVector<::nn_core::__private::f32, 8>,
            output: &mut ::nn_core::__private::SVector<::nn_core::__private::f32, 5>,
        )
        where
            for<'a> Self: __nn::Stream,
        {
            __nn::step_into(self, state, input, output);
        }
    }
    impl Lines {
        /// A network that predicts the same with fewer parameters: batch normalisation, and an activation behind it, becomes part of the
        /// layer before it. For inference: in training, its statistics would no longer be those of the batch.
        #[must_use]
        pub fn folded(&self) -> LinesFolded {
            let mut folded = LinesFolded::zeros();
            self.fold_into(&mut folded);
            folded
        }
        /// [`folded`](Self::folded) in place, for a network that is too large for the stack.
        pub fn fold_into(&self, folded: &mut LinesFolded) {
            __nn::copy(&self.batch_norm1, &mut folded.batch_norm1);
            __nn::fold::<
                _,
                _,
                ::nn_core::activation::Relu,
            >(&self.dense1, &self.batch_norm2, &mut folded.dense1);
            __nn::fold::<
                _,
                _,
                __nn::activation::Linear,
            >(&self.dense2, &self.batch_norm3, &mut folded.dense2);
            __nn::copy(&self.layer_norm1, &mut folded.layer_norm1);
        }
    }
};
/// [`Lines`] for inference, made by [`Lines::folded`]: batch normalisation is part of the weights before it.
///
#[allow(dead_code)]
/// Vertical lines, say.
#[derive(Clone)]
///
/// | layer | kind | shape | activation | parameters | bytes |
/// | --- | --- | --- | --- | ---: | ---: |
/// | `batch_norm1` | `batch_norm` | `8 -> 8` |  | 32 | 128 |
/// | `dense1` | `dense` | `8 -> 6` | `relu` | 54 | 216 |
/// | `dense2` | `dense` | `6 -> 5` |  | 35 | 140 |
/// | `layer_norm1` | `layer_norm` | `5 -> 5` |  | 5 | 20 |
/// | | | | | 126 | 504 |
#[repr(C)]
struct LinesFolded {
    /// `batch_norm`: `8` -> `8`
    pub batch_norm1: ::nn_core::layer::BatchNorm<8, 1>,
    /// `dense 6 no_bias + batch_norm torch epsilon 1e-3 no_center + relu`: `8` -> `6`
    pub dense1: ::nn_core::layer::Dense<8, 6, ::nn_core::activation::Relu>,
    /// `dense 5 linear + batch_norm momentum M`: `6` -> `5`
    pub dense2: ::nn_core::layer::Dense<6, 5>,
    /// `layer_norm no_scale`: `5` -> `5`
    pub layer_norm1: ::nn_core::layer::LayerNorm<
        5,
        1,
        ::nn_core::Ratio<1, 1000>,
        ::nn_core::layer::NoBias,
    >,
}
#[allow(non_camel_case_types, clippy::all, clippy::pedantic)]
const _: () = {
    use ::nn_core::__private as __nn;
    type __batch_norm1 = ::nn_core::layer::BatchNorm<8, 1>;
    type __dense1 = ::nn_core::layer::Dense<8, 6, ::nn_core::activation::Relu>;
    type __dense2 = ::nn_core::layer::Dense<6, 5>;
    type __layer_norm1 = ::nn_core::layer::LayerNorm<
        5,
        1,
        ::nn_core::Ratio<1, 1000>,
        ::nn_core::layer::NoBias,
    >;
    unsafe impl __nn::Zeroable for LinesFolded {}
    unsafe impl __nn::Plain for LinesFolded {
        const FLOATS: __nn::usize = 0 + <__batch_norm1 as __nn::Plain>::FLOATS
            + <__dense1 as __nn::Plain>::FLOATS + <__dense2 as __nn::Plain>::FLOATS
            + <__layer_norm1 as __nn::Plain>::FLOATS;
    }
    fn __fields(net: &LinesFolded) {
        let LinesFolded { batch_norm1: _, dense1: _, dense2: _, layer_norm1: _ } = net;
        let _: *const __batch_norm1 = &raw const net.batch_norm1;
        let _: *const __dense1 = &raw const net.dense1;
        let _: *const __dense2 = &raw const net.dense2;
        let _: *const __layer_norm1 = &raw const net.layer_norm1;
    }
    fn __layers() {
        __nn::is_layer::<__batch_norm1>();
        __nn::is_layer::<__dense1>();
        __nn::is_layer::<__dense2>();
        __nn::is_layer::<__layer_norm1>();
    }
    const _: () = __nn::plain::has_layout_of_floats::<LinesFolded>();
    #[repr(C)]
    pub struct __Gradient {
        batch_norm1: <__batch_norm1 as __nn::Train>::Grad,
        dense1: <__dense1 as __nn::Train>::Grad,
        dense2: <__dense2 as __nn::Train>::Grad,
        layer_norm1: <__layer_norm1 as __nn::Train>::Grad,
    }
    unsafe impl __nn::Zeroable for __Gradient {}
    unsafe impl __nn::Plain for __Gradient {
        const FLOATS: __nn::usize = 0
            + <<__batch_norm1 as __nn::Train>::Grad as __nn::Plain>::FLOATS
            + <<__dense1 as __nn::Train>::Grad as __nn::Plain>::FLOATS
            + <<__dense2 as __nn::Train>::Grad as __nn::Plain>::FLOATS
            + <<__layer_norm1 as __nn::Train>::Grad as __nn::Plain>::FLOATS;
    }
    #[repr(C)]
    pub struct __Tape<const BATCH: __nn::usize> {
        batch_norm1: __nn::Step<__batch_norm1, BATCH>,
        dense1: __nn::Step<__dense1, BATCH>,
        dense2: __nn::Step<__dense2, BATCH>,
        layer_norm1: <__layer_norm1 as __nn::Train>::Tape<BATCH>,
    }
    unsafe impl<const BATCH: __nn::usize> __nn::Zeroable for __Tape<BATCH> {}
    impl LinesFolded {
        /// Values in one input.
        pub const INPUT: __nn::usize = 8;
        /// Values in one output.
        pub const OUTPUT: __nn::usize = 5;
        /// Parameters.
        pub const PARAMS: __nn::usize = __nn::sum(
            &[
                __nn::len::<__batch_norm1>(),
                __nn::len::<__dense1>(),
                __nn::len::<__dense2>(),
                __nn::len::<__layer_norm1>(),
            ],
        );
        /// Multiply-accumulate operations of one prediction.
        pub const MACS: __nn::usize = <Self as __nn::Layer>::MACS;
        /// Bytes of the parameters.
        pub const WEIGHT_BYTES: __nn::usize = __nn::core::mem::size_of::<Self>();
        /// Bytes of the buffers that [`predict`](Self::predict) places on the stack: its output, those between the layers, as far as they
        /// live at the same time, and what the layer that needs most has for itself. The input is the caller's. An optimised
        /// build takes this much of the stack and, whatever the network, at most 8 KiB on top for saved registers and spilled sums.
        pub const INFERENCE_RAM: __nn::usize = __nn::scratch_and_output::<Self>();
        /// A network of zeros; can initialise a `static`.
        #[must_use]
        pub const fn zeros() -> Self {
            __nn::zeroed()
        }
        /// A network with fresh weights.
        #[must_use]
        pub fn init<R: __nn::Rng + ?__nn::core::marker::Sized>(rng: &mut R) -> Self {
            __nn::made(|network| __nn::Train::init(network, rng))
        }
        __nn::boxed!();
        __nn::saved!();
        /// The output for one input.
        #[must_use]
        #[inline]
        pub fn predict(
            &self,
            input: &::nn_core::__private::SVector<::nn_core::__private::f32, 8>,
        ) -> ::nn_core::__private::SVector<::nn_core::__private::f32, 5> {
            __nn::predict(self, input)
        }
        /// Writes the output for one input to `output`.
        #[inline]
        pub fn predict_into(
            &self,
            input: &::nn_core::__private::SVector<::nn_core::__private::f32, 8>,
            output: &mut ::nn_core::__private::SVector<::nn_core::__private::f32, 5>,
        ) {
            __nn::predict_into(self, input, output);
        }
        /// Writes the output for each of `inputs` to `outputs`.
        ///
        /// # Errors
        ///
        /// If the slices differ in length.
        pub fn predict_batch(
            &self,
            inputs: &[::nn_core::__private::SVector<::nn_core::__private::f32, 8>],
            outputs: &mut [::nn_core::__private::SVector<::nn_core::__private::f32, 5>],
        ) -> __nn::Result<()> {
            __nn::predict_batch(self, inputs, outputs)
        }
        /// An array as an input, without a copy.
        #[must_use]
        #[inline]
        pub const fn input(
            values: &[__nn::f32; 8],
        ) -> &::nn_core::__private::SVector<::nn_core::__private::f32, 8> {
            __nn::view(values)
        }
        /// An output as an array, without a copy.
        #[must_use]
        #[inline]
        pub const fn output(
            values: &::nn_core::__private::SVector<::nn_core::__private::f32, 5>,
        ) -> &[__nn::f32; 5] {
            __nn::view(values)
        }
    }
    impl __nn::Layer for LinesFolded {
        type Input = ::nn_core::__private::SVector<::nn_core::__private::f32, 8>;
        type Output = ::nn_core::__private::SVector<::nn_core::__private::f32, 5>;
        type Head = <__layer_norm1 as __nn::Layer>::Head;
        const KIND: &'static __nn::str = "network";
        const MACS: __nn::usize = __nn::sum(
            &[
                <__batch_norm1 as __nn::Layer>::MACS,
                <__dense1 as __nn::Layer>::MACS,
                <__dense2 as __nn::Layer>::MACS,
                <__layer_norm1 as __nn::Layer>::MACS,
            ],
        );
        const SCRATCH_BYTES: __nn::usize = __nn::sum(
            &[
                __nn::output_bytes::<__batch_norm1>(),
                __nn::output_bytes::<__dense1>(),
                __nn::output_bytes::<__dense2>(),
            ],
        )
            + __nn::largest(
                &[
                    <__batch_norm1 as __nn::Layer>::SCRATCH_BYTES,
                    <__dense1 as __nn::Layer>::SCRATCH_BYTES,
                    <__dense2 as __nn::Layer>::SCRATCH_BYTES,
                    <__layer_norm1 as __nn::Layer>::SCRATCH_BYTES,
                ],
            );
        const UNTRAINED: __nn::usize = __nn::sum(
            &[
                <__batch_norm1 as __nn::Layer>::UNTRAINED,
                <__dense1 as __nn::Layer>::UNTRAINED,
                <__dense2 as __nn::Layer>::UNTRAINED,
                <__layer_norm1 as __nn::Layer>::UNTRAINED,
            ],
        );
        const INDICES: __nn::core::option::Option<__nn::usize> = <__batch_norm1 as __nn::Layer>::INDICES;
        const PARTS: &'static [__nn::Part] = &[
            __nn::Part::layer::<__batch_norm1>("batch_norm1", ""),
            __nn::Part::layer::<__dense1>("dense1", "relu"),
            __nn::Part::layer::<__dense2>("dense2", ""),
            __nn::Part::layer::<__layer_norm1>("layer_norm1", ""),
        ];
        #[inline(always)]
        fn forward<S: __nn::Simd>(
            &self,
            simd: S,
            input: &Self::Input,
            output: &mut Self::Output,
        ) {
            const BATCH: __nn::usize = 1;
            let (input, output) = __nn::one(input, output);
            let batch_norm1_output = &mut __nn::zeroed::<
                __nn::Alone<__batch_norm1, BATCH>,
            >();
            __nn::forward(&self.batch_norm1, simd, input, batch_norm1_output);
            let dense1_output = &mut __nn::zeroed::<__nn::Alone<__dense1, BATCH>>();
            __nn::forward(&self.dense1, simd, batch_norm1_output, dense1_output);
            let dense2_output = &mut __nn::zeroed::<__nn::Alone<__dense2, BATCH>>();
            __nn::forward(&self.dense2, simd, dense1_output, dense2_output);
            __nn::forward(&self.layer_norm1, simd, dense2_output, output);
        }
        fn forward_batch<const BATCH: __nn::usize>(
            &self,
            level: __nn::Level,
            input: &[Self::Input; BATCH],
            output: &mut [Self::Output; BATCH],
        ) {
            let batch_norm1_output = &mut __nn::zeroed::<
                __nn::Alone<__batch_norm1, BATCH>,
            >();
            __nn::forward_batch(&self.batch_norm1, level, input, batch_norm1_output);
            let dense1_output = &mut __nn::zeroed::<__nn::Alone<__dense1, BATCH>>();
            __nn::forward_batch(&self.dense1, level, batch_norm1_output, dense1_output);
            let dense2_output = &mut __nn::zeroed::<__nn::Alone<__dense2, BATCH>>();
            __nn::forward_batch(&self.dense2, level, dense1_output, dense2_output);
            __nn::forward_batch(&self.layer_norm1, level, dense2_output, output);
        }
        fn forward_logits<const BATCH: __nn::usize>(
            &self,
            level: __nn::Level,
            input: &[Self::Input; BATCH],
            output: &mut [Self::Output; BATCH],
        ) {
            let batch_norm1_output = &mut __nn::zeroed::<
                __nn::Alone<__batch_norm1, BATCH>,
            >();
            __nn::forward_batch(&self.batch_norm1, level, input, batch_norm1_output);
            let dense1_output = &mut __nn::zeroed::<__nn::Alone<__dense1, BATCH>>();
            __nn::forward_batch(&self.dense1, level, batch_norm1_output, dense1_output);
            let dense2_output = &mut __nn::zeroed::<__nn::Alone<__dense2, BATCH>>();
            __nn::forward_batch(&self.dense2, level, dense1_output, dense2_output);
            __nn::forward_logits(&self.layer_norm1, level, dense2_output, output);
        }
    }
    impl __nn::Train for LinesFolded {
        type Grad = __Gradient;
        type Tape<const BATCH: __nn::usize> = __Tape<BATCH>;
        fn init<R: __nn::Rng + ?__nn::core::marker::Sized>(&mut self, rng: &mut R) {
            __nn::Train::init(&mut self.batch_norm1, rng);
            __nn::Train::init(&mut self.dense1, rng);
            __nn::Train::init(&mut self.dense2, rng);
            __nn::Train::init(&mut self.layer_norm1, rng);
        }
        fn forward_train<const BATCH: __nn::usize>(
            &mut self,
            context: &mut __nn::Context<'_>,
            input: &[Self::Input; BATCH],
            output: &mut [Self::Output; BATCH],
            tape: &mut __Tape<BATCH>,
        ) {
            __nn::forward_train(
                &mut self.batch_norm1,
                context,
                input,
                &mut tape.batch_norm1.output,
                &mut tape.batch_norm1.tape,
            );
            __nn::forward_train(
                &mut self.dense1,
                context,
                &tape.batch_norm1.output,
                &mut tape.dense1.output,
                &mut tape.dense1.tape,
            );
            __nn::forward_train(
                &mut self.dense2,
                context,
                &tape.dense1.output,
                &mut tape.dense2.output,
                &mut tape.dense2.tape,
            );
            __nn::forward_train(
                &mut self.layer_norm1,
                context,
                &tape.dense2.output,
                output,
                &mut tape.layer_norm1,
            );
        }
        #[inline(always)]
        fn logits<'t, const BATCH: __nn::usize>(
            input: &'t [Self::Input; BATCH],
            output: &'t [Self::Output; BATCH],
            tape: &'t __Tape<BATCH>,
        ) -> &'t [Self::Output; BATCH] {
            __nn::logits::<
                __layer_norm1,
                _,
                BATCH,
            >(&tape.dense2.output, output, &tape.layer_norm1)
        }
        fn backward<const BATCH: __nn::usize>(
            &self,
            context: &mut __nn::Context<'_>,
            pass: __nn::Pass<'_, Self, BATCH>,
        ) {
            __backward::<false, BATCH>(self, context, pass);
        }
        fn backward_logits<const BATCH: __nn::usize>(
            &self,
            context: &mut __nn::Context<'_>,
            pass: __nn::Pass<'_, Self, BATCH>,
        ) {
            __backward::<true, BATCH>(self, context, pass);
        }
        fn visit(&mut self, gradient: &mut __Gradient, visitor: &mut dyn __nn::Visitor) {
            __nn::Train::visit(
                &mut self.batch_norm1,
                &mut gradient.batch_norm1,
                visitor,
            );
            __nn::Train::visit(&mut self.dense1, &mut gradient.dense1, visitor);
            __nn::Train::visit(&mut self.dense2, &mut gradient.dense2, visitor);
            __nn::Train::visit(
                &mut self.layer_norm1,
                &mut gradient.layer_norm1,
                visitor,
            );
        }
        fn regularize(&self, gradient: &mut __Gradient) -> __nn::f32 {
            let mut penalty = 0.0;
            penalty
                += __nn::Train::regularize(&self.batch_norm1, &mut gradient.batch_norm1);
            penalty += __nn::Train::regularize(&self.dense1, &mut gradient.dense1);
            penalty += __nn::Train::regularize(&self.dense2, &mut gradient.dense2);
            penalty
                += __nn::Train::regularize(&self.layer_norm1, &mut gradient.layer_norm1);
            penalty
        }
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
            &tape.dense2.output,
            output,
            d_output,
            &mut tape.layer_norm1,
            &mut gradient.layer_norm1,
            __nn::core::option::Option::Some(&mut tape.dense2.gradient),
        );
        __nn::backward::<_, LOGITS, BATCH>(&network.layer_norm1, context, pass);
        let pass = __nn::pass(
            &tape.dense1.output,
            &tape.dense2.output,
            &mut tape.dense2.gradient,
            &mut tape.dense2.tape,
            &mut gradient.dense2,
            __nn::core::option::Option::Some(&mut tape.dense1.gradient),
        );
        __nn::backward::<_, false, BATCH>(&network.dense2, context, pass);
        let pass = __nn::pass(
            &tape.batch_norm1.output,
            &tape.dense1.output,
            &mut tape.dense1.gradient,
            &mut tape.dense1.tape,
            &mut gradient.dense1,
            __nn::core::option::Option::Some(&mut tape.batch_norm1.gradient),
        );
        __nn::backward::<_, false, BATCH>(&network.dense1, context, pass);
        let pass = __nn::pass(
            input,
            &tape.batch_norm1.output,
            &mut tape.batch_norm1.gradient,
            &mut tape.batch_norm1.tape,
            &mut gradient.batch_norm1,
            d_input,
        );
        __nn::backward::<_, false, BATCH>(&network.batch_norm1, context, pass);
    }
    impl LinesFolded {
        const __ROWS: &'static [__nn::Row] = &[
            __nn::row::<__batch_norm1>("batch_norm1", "batch_norm", &[8]),
            __nn::row::<
                __dense1,
            >(
                "dense1",
                "dense 6 no_bias + batch_norm torch epsilon 1e-3 no_center + relu",
                &[6],
            ),
            __nn::row::<
                __dense2,
            >("dense2", "dense 5 linear + batch_norm momentum M", &[5]),
            __nn::row::<__layer_norm1>("layer_norm1", "layer_norm no_scale", &[5]),
        ];
        /// The table of layers, to be printed.
        #[must_use]
        pub const fn summary() -> __nn::Summary {
            __nn::Summary {
                name: "LinesFolded",
                rows: Self::__ROWS,
            }
        }
    }
    impl __nn::Network for LinesFolded {
        const SUMMARY: __nn::Summary = LinesFolded::summary();
        const INPUT: __nn::usize = LinesFolded::INPUT;
        const OUTPUT: __nn::usize = LinesFolded::OUTPUT;
        const PARAMS: __nn::usize = LinesFolded::PARAMS;
    }
    impl __nn::Stream for LinesFolded
    where
        for<'a> __batch_norm1: __nn::Stream,
        for<'a> __dense1: __nn::Stream,
        for<'a> __dense2: __nn::Stream,
        for<'a> __layer_norm1: __nn::Stream,
    {
        type State = (
            <__batch_norm1 as __nn::Stream>::State,
            (
                <__dense1 as __nn::Stream>::State,
                (
                    <__dense2 as __nn::Stream>::State,
                    (<__layer_norm1 as __nn::Stream>::State, ()),
                ),
            ),
        );
        type Step = ::nn_core::__private::SVector<::nn_core::__private::f32, 8>;
        type Result = ::nn_core::__private::SVector<::nn_core::__private::f32, 5>;
        #[inline(always)]
        fn step<S: __nn::Simd>(
            &self,
            simd: S,
            state: &mut Self::State,
            input: &Self::Step,
            output: &mut Self::Result,
        ) {
            let mut batch_norm1_result = __nn::result::<__batch_norm1>();
            __nn::step(
                &self.batch_norm1,
                simd,
                &mut state.0,
                input,
                &mut batch_norm1_result,
            );
            let state = &mut state.1;
            let mut dense1_result = __nn::result::<__dense1>();
            __nn::step(
                &self.dense1,
                simd,
                &mut state.0,
                &batch_norm1_result,
                &mut dense1_result,
            );
            let state = &mut state.1;
            let mut dense2_result = __nn::result::<__dense2>();
            __nn::step(
                &self.dense2,
                simd,
                &mut state.0,
                &dense1_result,
                &mut dense2_result,
            );
            let state = &mut state.1;
            __nn::step(&self.layer_norm1, simd, &mut state.0, &dense2_result, output);
        }
    }
    impl __nn::TrainStream for LinesFolded
    where
        for<'a> __batch_norm1: __nn::TrainStream,
        for<'a> __dense1: __nn::TrainStream,
        for<'a> __dense2: __nn::TrainStream,
        for<'a> __layer_norm1: __nn::TrainStream,
    {
        fn forward_window<const BATCH: __nn::usize>(
            &mut self,
            context: &mut __nn::Context<'_>,
            states: &mut [Self::State; BATCH],
            input: &[Self::Input; BATCH],
            output: &mut [Self::Output; BATCH],
            tape: &mut __Tape<BATCH>,
        ) {
            __nn::forward_window(
                &mut self.batch_norm1,
                context,
                states,
                |state| &mut state.0,
                input,
                &mut tape.batch_norm1.output,
                &mut tape.batch_norm1.tape,
            );
            __nn::forward_window(
                &mut self.dense1,
                context,
                states,
                |state| &mut state.1.0,
                &tape.batch_norm1.output,
                &mut tape.dense1.output,
                &mut tape.dense1.tape,
            );
            __nn::forward_window(
                &mut self.dense2,
                context,
                states,
                |state| &mut state.1.1.0,
                &tape.dense1.output,
                &mut tape.dense2.output,
                &mut tape.dense2.tape,
            );
            __nn::forward_window(
                &mut self.layer_norm1,
                context,
                states,
                |state| &mut state.1.1.1.0,
                &tape.dense2.output,
                output,
                &mut tape.layer_norm1,
            );
        }
    }
    impl LinesFolded {
        /// Takes one step of a sequence and gives what the network makes of the stream so far.
        ///
        /// Fed all steps of a sequence, the results are what [`predict`](Self::predict) makes of the whole: each step's output
        /// where that is a sequence, the last step's where it is a vector. It takes the same time for every step and no heap.
        #[inline]
        pub fn step(
            &self,
            state: &mut __nn::State<Self>,
            input: &::nn_core::__private::SVector<::nn_core::__private::f32, 8>,
        ) -> ::nn_core::__private::SVector<::nn_core::__private::f32, 5>
        where
            for<'a> Self: __nn::Stream,
        {
            __nn::step_one(self, state, input)
        }
        /// [`step`](Self::step) that writes to `output`.
        #[inline]
        pub fn step_into(
            &self,
            state: &mut __nn::State<Self>,
            input: &::nn_core::__private::SVector<::nn_core::__private::f32, 8>,
            output: &mut ::nn_core::__private::SVector<::nn_core::__private::f32, 5>,
        )
        where
            for<'a> Self: __nn::Stream,
        {
            __nn::step_into(self, state, input, output);
        }
    }
};
