/// Eight measurements in, the probability of each of four animals out.
#[derive(Clone)]
///
/// | layer | kind | shape | activation | parameters | bytes |
/// | --- | --- | --- | --- | ---: | ---: |
/// | `dense1` | `dense` | `8 -> 6` | `relu` | 54 | 216 |
/// | `dense2` | `dense` | `6 -> 6` | `relu` | 42 | 168 |
/// | `dense3` | `dense` | `6 -> 4` | `softmax` | 28 | 112 |
/// | | | | | 124 | 496 |
#[repr(C)]
pub struct Animals {
    /// `dense 6 relu`: `8` -> `6`
    pub dense1: ::nn_core::layer::Dense<8, 6, ::nn_core::activation::Relu>,
    /// `dense 6 relu`: `6` -> `6`
    pub dense2: ::nn_core::layer::Dense<6, 6, ::nn_core::activation::Relu>,
    /// `dense 4 softmax`: `6` -> `4`
    pub dense3: ::nn_core::layer::Dense<6, 4, ::nn_core::activation::Softmax>,
}
#[allow(non_camel_case_types, clippy::all, clippy::pedantic)]
const _: () = {
    use ::nn_core::__private as __nn;
    type __dense1 = ::nn_core::layer::Dense<8, 6, ::nn_core::activation::Relu>;
    type __dense2 = ::nn_core::layer::Dense<6, 6, ::nn_core::activation::Relu>;
    type __dense3 = ::nn_core::layer::Dense<6, 4, ::nn_core::activation::Softmax>;
    unsafe impl __nn::Zeroable for Animals {}
    unsafe impl __nn::Plain for Animals {
        const FLOATS: __nn::usize = 0 + <__dense1 as __nn::Plain>::FLOATS
            + <__dense2 as __nn::Plain>::FLOATS + <__dense3 as __nn::Plain>::FLOATS;
    }
    fn __fields(net: &Animals) {
        let Animals { dense1: _, dense2: _, dense3: _ } = net;
        let _: *const __dense1 = &raw const net.dense1;
        let _: *const __dense2 = &raw const net.dense2;
        let _: *const __dense3 = &raw const net.dense3;
    }
    fn __layers() {
        __nn::is_layer::<__dense1>();
        __nn::is_layer::<__dense2>();
        __nn::is_layer::<__dense3>();
    }
    const _: () = __nn::plain::has_layout_of_floats::<Animals>();
    #[repr(C)]
    pub struct __Gradient {
        dense1: <__dense1 as __nn::Train>::Grad,
        dense2: <__dense2 as __nn::Train>::Grad,
        dense3: <__dense3 as __nn::Train>::Grad,
    }
    unsafe impl __nn::Zeroable for __Gradient {}
    unsafe impl __nn::Plain for __Gradient {
        const FLOATS: __nn::usize = 0
            + <<__dense1 as __nn::Train>::Grad as __nn::Plain>::FLOATS
            + <<__dense2 as __nn::Train>::Grad as __nn::Plain>::FLOATS
            + <<__dense3 as __nn::Train>::Grad as __nn::Plain>::FLOATS;
    }
    #[repr(C)]
    pub struct __Tape<const BATCH: __nn::usize> {
        dense1: __nn::Step<__dense1, BATCH>,
        dense2: __nn::Step<__dense2, BATCH>,
        dense3: <__dense3 as __nn::Train>::Tape<BATCH>,
    }
    unsafe impl<const BATCH: __nn::usize> __nn::Zeroable for __Tape<BATCH> {}
    impl Animals {
        /// Values in one input.
        pub const INPUT: __nn::usize = 8;
        /// Values in one output.
        pub const OUTPUT: __nn::usize = 4;
        /// Parameters, trained or not.
        pub const PARAMS: __nn::usize = __nn::sum(
            &[__nn::len::<__dense1>(), __nn::len::<__dense2>(), __nn::len::<__dense3>()],
        );
        /// Parameters that are trained: without running statistics.
        pub const TRAINABLE_PARAMS: __nn::usize = Self::PARAMS
            - <Self as __nn::Layer>::UNTRAINED;
        /// Multiply-accumulate operations of one prediction.
        pub const MACS: __nn::usize = <Self as __nn::Layer>::MACS;
        /// Bytes of all parameters.
        pub const WEIGHT_BYTES: __nn::usize = __nn::core::mem::size_of::<Self>();
        /// Bytes of those that are trained, which is what a gradient takes.
        pub const TRAINABLE_BYTES: __nn::usize = Self::TRAINABLE_PARAMS
            * __nn::core::mem::size_of::<__nn::f32>();
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
        ) -> ::nn_core::__private::SVector<::nn_core::__private::f32, 4> {
            __nn::predict(self, input)
        }
        /// Writes the output for one input to `output`.
        #[inline]
        pub fn predict_into(
            &self,
            input: &::nn_core::__private::SVector<::nn_core::__private::f32, 8>,
            output: &mut ::nn_core::__private::SVector<::nn_core::__private::f32, 4>,
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
            outputs: &mut [::nn_core::__private::SVector<::nn_core::__private::f32, 4>],
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
            values: &::nn_core::__private::SVector<::nn_core::__private::f32, 4>,
        ) -> &[__nn::f32; 4] {
            __nn::view(values)
        }
    }
    impl __nn::Layer for Animals {
        type Input = ::nn_core::__private::SVector<::nn_core::__private::f32, 8>;
        type Output = ::nn_core::__private::SVector<::nn_core::__private::f32, 4>;
        type Head = <__dense3 as __nn::Layer>::Head;
        const KIND: &'static __nn::str = "network";
        const MACS: __nn::usize = __nn::sum(
            &[
                <__dense1 as __nn::Layer>::MACS,
                <__dense2 as __nn::Layer>::MACS,
                <__dense3 as __nn::Layer>::MACS,
            ],
        );
        const SCRATCH_BYTES: __nn::usize = __nn::sum(
            &[__nn::output_bytes::<__dense1>(), __nn::output_bytes::<__dense2>()],
        )
            + __nn::largest(
                &[
                    <__dense1 as __nn::Layer>::SCRATCH_BYTES,
                    <__dense2 as __nn::Layer>::SCRATCH_BYTES,
                    <__dense3 as __nn::Layer>::SCRATCH_BYTES,
                ],
            );
        const UNTRAINED: __nn::usize = __nn::sum(
            &[
                <__dense1 as __nn::Layer>::UNTRAINED,
                <__dense2 as __nn::Layer>::UNTRAINED,
                <__dense3 as __nn::Layer>::UNTRAINED,
            ],
        );
        const INDICES: __nn::core::option::Option<__nn::usize> = <__dense1 as __nn::Layer>::INDICES;
        const PARTS: &'static [__nn::Part] = &[
            __nn::Part::layer::<__dense1>("dense1", "relu"),
            __nn::Part::layer::<__dense2>("dense2", "relu"),
            __nn::Part::layer::<__dense3>("dense3", "softmax"),
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
            let dense1_output = &mut __nn::zeroed::<__nn::Alone<__dense1, BATCH>>();
            __nn::forward(&self.dense1, simd, input, dense1_output);
            let dense2_output = &mut __nn::zeroed::<__nn::Alone<__dense2, BATCH>>();
            __nn::forward(&self.dense2, simd, dense1_output, dense2_output);
            __nn::forward(&self.dense3, simd, dense2_output, output);
        }
        fn forward_batch<const BATCH: __nn::usize>(
            &self,
            level: __nn::Level,
            input: &[Self::Input; BATCH],
            output: &mut [Self::Output; BATCH],
        ) {
            let dense1_output = &mut __nn::zeroed::<__nn::Alone<__dense1, BATCH>>();
            __nn::forward_batch(&self.dense1, level, input, dense1_output);
            let dense2_output = &mut __nn::zeroed::<__nn::Alone<__dense2, BATCH>>();
            __nn::forward_batch(&self.dense2, level, dense1_output, dense2_output);
            __nn::forward_batch(&self.dense3, level, dense2_output, output);
        }
        fn forward_logits<const BATCH: __nn::usize>(
            &self,
            level: __nn::Level,
            input: &[Self::Input; BATCH],
            output: &mut [Self::Output; BATCH],
        ) {
            let dense1_output = &mut __nn::zeroed::<__nn::Alone<__dense1, BATCH>>();
            __nn::forward_batch(&self.dense1, level, input, dense1_output);
            let dense2_output = &mut __nn::zeroed::<__nn::Alone<__dense2, BATCH>>();
            __nn::forward_batch(&self.dense2, level, dense1_output, dense2_output);
            __nn::forward_logits(&self.dense3, level, dense2_output, output);
        }
    }
    impl __nn::Train for Animals {
        type Grad = __Gradient;
        type Tape<const BATCH: __nn::usize> = __Tape<BATCH>;
        fn init<R: __nn::Rng + ?__nn::core::marker::Sized>(&mut self, rng: &mut R) {
            __nn::Train::init(&mut self.dense1, rng);
            __nn::Train::init(&mut self.dense2, rng);
            __nn::Train::init(&mut self.dense3, rng);
        }
        fn forward_train<const BATCH: __nn::usize>(
            &mut self,
            context: &mut __nn::Context<'_>,
            input: &[Self::Input; BATCH],
            output: &mut [Self::Output; BATCH],
            tape: &mut __Tape<BATCH>,
        ) {
            __nn::forward_train(
                &mut self.dense1,
                context,
                input,
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
                &mut self.dense3,
                context,
                &tape.dense2.output,
                output,
                &mut tape.dense3,
            );
        }
        #[inline(always)]
        fn logits<'t, const BATCH: __nn::usize>(
            input: &'t [Self::Input; BATCH],
            output: &'t [Self::Output; BATCH],
            tape: &'t __Tape<BATCH>,
        ) -> &'t [Self::Output; BATCH] {
            __nn::logits::<__dense3, _, BATCH>(&tape.dense2.output, output, &tape.dense3)
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
            __nn::Train::visit(&mut self.dense1, &mut gradient.dense1, visitor);
            __nn::Train::visit(&mut self.dense2, &mut gradient.dense2, visitor);
            __nn::Train::visit(&mut self.dense3, &mut gradient.dense3, visitor);
        }
        fn regularize(&self, gradient: &mut __Gradient, add: __nn::bool) -> __nn::f32 {
            let mut penalty = 0.0;
            penalty += __nn::Train::regularize(&self.dense1, &mut gradient.dense1, add);
            penalty += __nn::Train::regularize(&self.dense2, &mut gradient.dense2, add);
            penalty += __nn::Train::regularize(&self.dense3, &mut gradient.dense3, add);
            penalty
        }
    }
    fn __backward<const LOGITS: __nn::bool, const BATCH: __nn::usize>(
        network: &Animals,
        context: &mut __nn::Context<'_>,
        pass: __nn::Pass<'_, Animals, BATCH>,
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
            &mut tape.dense3,
            &mut gradient.dense3,
            __nn::core::option::Option::Some(&mut tape.dense2.gradient),
        );
        __nn::backward::<_, LOGITS, BATCH>(&network.dense3, context, pass);
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
            input,
            &tape.dense1.output,
            &mut tape.dense1.gradient,
            &mut tape.dense1.tape,
            &mut gradient.dense1,
            d_input,
        );
        __nn::backward::<_, false, BATCH>(&network.dense1, context, pass);
    }
    impl Animals {
        const __ROWS: &'static [__nn::Row] = &[
            __nn::row::<__dense1>("dense1", "dense 6 relu", &[6]),
            __nn::row::<__dense2>("dense2", "dense 6 relu", &[6]),
            __nn::row::<__dense3>("dense3", "dense 4 softmax", &[4]),
        ];
        /// The table of layers, to be printed.
        #[must_use]
        pub const fn summary() -> __nn::Summary {
            __nn::Summary {
                name: "Animals",
                input: &[8],
                rows: Self::__ROWS,
                ram: Self::INFERENCE_RAM,
            }
        }
        /// The network as a picture: `std::fs::write("net.svg", Net::diagram().to_string())`.
        #[must_use]
        pub const fn diagram() -> __nn::Diagram {
            Self::summary().diagram()
        }
    }
    impl __nn::Network for Animals {
        const SUMMARY: __nn::Summary = Animals::summary();
        const INPUT: __nn::usize = Animals::INPUT;
        const OUTPUT: __nn::usize = Animals::OUTPUT;
        const PARAMS: __nn::usize = Animals::PARAMS;
    }
    impl __nn::Stream for Animals
    where
        for<'a> __dense1: __nn::Stream,
        for<'a> __dense2: __nn::Stream,
        for<'a> __dense3: __nn::Stream,
    {
        type State = ();
        type Step = ::nn_core::__private::SVector<::nn_core::__private::f32, 8>;
        type Result = ::nn_core::__private::SVector<::nn_core::__private::f32, 4>;
        #[inline(always)]
        fn step<S: __nn::Simd>(
            &self,
            simd: S,
            _: &mut Self::State,
            input: &Self::Step,
            output: &mut Self::Result,
        ) {
            let mut dense1_result = __nn::result::<__dense1>();
            __nn::step_alone(&self.dense1, simd, input, &mut dense1_result);
            let mut dense2_result = __nn::result::<__dense2>();
            __nn::step_alone(&self.dense2, simd, &dense1_result, &mut dense2_result);
            __nn::step_alone(&self.dense3, simd, &dense2_result, output);
        }
    }
    impl __nn::TrainStream for Animals
    where
        for<'a> __dense1: __nn::TrainStream,
        for<'a> __dense2: __nn::TrainStream,
        for<'a> __dense3: __nn::TrainStream,
    {
        fn forward_window<const BATCH: __nn::usize>(
            &mut self,
            context: &mut __nn::Context<'_>,
            _: &mut [Self::State; BATCH],
            input: &[Self::Input; BATCH],
            output: &mut [Self::Output; BATCH],
            tape: &mut __Tape<BATCH>,
        ) {
            __nn::window_alone(
                &mut self.dense1,
                context,
                input,
                &mut tape.dense1.output,
                &mut tape.dense1.tape,
            );
            __nn::window_alone(
                &mut self.dense2,
                context,
                &tape.dense1.output,
                &mut tape.dense2.output,
                &mut tape.dense2.tape,
            );
            __nn::window_alone(
                &mut self.dense3,
                context,
                &tape.dense2.output,
                output,
                &mut tape.dense3,
            );
        }
    }
    impl Animals {
        /// Takes one step of a sequence and gives what the network makes of the stream so far.
        ///
        /// Fed all steps of a sequence, the results are what [`predict`](Self::predict) makes of the whole: each step's output
        /// where that is a sequence, the last step's where it is a vector. It takes the same time for every step and no heap.
        #[inline]
        pub fn step(
            &self,
            state: &mut __nn::State<Self>,
            input: &::nn_core::__private::SVector<::nn_core::__private::f32, 8>,
        ) -> ::nn_core::__private::SVector<::nn_core::__private::f32, 4>
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
            output: &mut ::nn_core::__private::SVector<::nn_core::__private::f32, 4>,
        )
        where
            for<'a> Self: __nn::Stream,
        {
            __nn::step_into(self, state, input, output);
        }
    }
};
