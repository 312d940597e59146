/// The body of `skip` in [`Blocks`].
#[allow(non_camel_case_types)]
#[derive(Clone)]
///
/// | layer | kind | shape | activation | parameters | bytes |
/// | --- | --- | --- | --- | ---: | ---: |
/// | `dense1` | `dense` | `6 -> 4` | `relu` | 28 | 112 |
/// | `encoder1` | `Encoder` | `4 -> <output of Encoder>` |  | see `PARAMS` | see `WEIGHT_BYTES` |
#[repr(C)]
pub struct Blocks__skip {
    /// `dense 4 relu l2 1e-4`: `6` -> `4`
    pub dense1: ::nn_core::layer::Dense<6, 4, ::nn_core::activation::Relu>,
    /// `Encoder`: `4` -> `<output of Encoder>`
    pub encoder1: Encoder,
}
#[allow(non_camel_case_types, clippy::all, clippy::pedantic)]
const _: () = {
    use ::nn_core::__private as __nn;
    const _: () = __nn::check_fits(
        "Encoder",
        "layer 1 `dense 4 relu l2 1e-4` of this branch",
        "4",
        {
            use ::nn_core::__private::NoSizes as _;
            ::nn_core::__private::SizesOf::<Encoder>::TAKEN
        },
        __nn::dims_of::<::nn_core::__private::SVector<::nn_core::__private::f32, 4>>(),
    );
    type __dense1 = ::nn_core::layer::Dense<6, 4, ::nn_core::activation::Relu>;
    type __encoder1 = Encoder;
    unsafe impl __nn::Zeroable for Blocks__skip
    where
        Encoder: __nn::Layer,
    {}
    unsafe impl __nn::Plain for Blocks__skip
    where
        Encoder: __nn::Layer,
    {
        const FLOATS: __nn::usize = 0 + <__dense1 as __nn::Plain>::FLOATS
            + <__encoder1 as __nn::Plain>::FLOATS;
    }
    fn __fields(net: &Blocks__skip)
    where
        Encoder: __nn::Layer,
    {
        let Blocks__skip { dense1: _, encoder1: _ } = net;
        let _: *const __dense1 = &raw const net.dense1;
        let _: *const __encoder1 = &raw const net.encoder1;
    }
    fn __layers()
    where
        Encoder: __nn::Layer,
    {
        __nn::is_layer::<__dense1>();
        __nn::is_layer::<__encoder1>();
    }
    #[repr(C)]
    pub struct __Gradient
    where
        Encoder: __nn::Layer,
        for<'a> __encoder1: __nn::Train,
    {
        dense1: <__dense1 as __nn::Train>::Grad,
        encoder1: <__encoder1 as __nn::Train>::Grad,
    }
    unsafe impl __nn::Zeroable for __Gradient
    where
        Encoder: __nn::Layer,
        for<'a> __encoder1: __nn::Train,
    {}
    unsafe impl __nn::Plain for __Gradient
    where
        Encoder: __nn::Layer,
        for<'a> __encoder1: __nn::Train,
    {
        const FLOATS: __nn::usize = 0
            + <<__dense1 as __nn::Train>::Grad as __nn::Plain>::FLOATS
            + <<__encoder1 as __nn::Train>::Grad as __nn::Plain>::FLOATS;
    }
    #[repr(C)]
    pub struct __Tape<const BATCH: __nn::usize>
    where
        Encoder: __nn::Layer,
        for<'a> __encoder1: __nn::Train,
    {
        dense1: __nn::Step<__dense1, BATCH>,
        encoder1: <__encoder1 as __nn::Train>::Tape<BATCH>,
    }
    unsafe impl<const BATCH: __nn::usize> __nn::Zeroable for __Tape<BATCH>
    where
        Encoder: __nn::Layer,
        for<'a> __encoder1: __nn::Train,
    {}
    impl Blocks__skip
    where
        Encoder: __nn::Layer,
    {
        /// Values in one input.
        pub const INPUT: __nn::usize = 6;
        /// Values in one output.
        pub const OUTPUT: __nn::usize = {
            ::nn_core::__private::output_len({
                use ::nn_core::__private::NoSizes as _;
                ::nn_core::__private::SizesOf::<Encoder>::GIVEN
            })
        };
        /// Parameters.
        pub const PARAMS: __nn::usize = __nn::sum(
            &[__nn::len::<__dense1>(), __nn::len::<__encoder1>()],
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
        pub fn init<R: __nn::Rng + ?__nn::core::marker::Sized>(rng: &mut R) -> Self
        where
            for<'a> Self: __nn::Train,
        {
            __nn::made(|network| __nn::Train::init(network, rng))
        }
        __nn::boxed!();
        __nn::saved!();
        /// The output for one input.
        #[must_use]
        #[inline]
        pub fn predict(
            &self,
            input: &::nn_core::__private::SVector<::nn_core::__private::f32, 6>,
        ) -> <Encoder as ::nn_core::__private::Layer>::Output {
            __nn::predict(self, input)
        }
        /// Writes the output for one input to `output`.
        #[inline]
        pub fn predict_into(
            &self,
            input: &::nn_core::__private::SVector<::nn_core::__private::f32, 6>,
            output: &mut <Encoder as ::nn_core::__private::Layer>::Output,
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
            inputs: &[::nn_core::__private::SVector<::nn_core::__private::f32, 6>],
            outputs: &mut [<Encoder as ::nn_core::__private::Layer>::Output],
        ) -> __nn::Result<()> {
            __nn::predict_batch(self, inputs, outputs)
        }
        /// An array as an input, without a copy.
        #[must_use]
        #[inline]
        pub const fn input(
            values: &[__nn::f32; 6],
        ) -> &::nn_core::__private::SVector<::nn_core::__private::f32, 6> {
            __nn::view(values)
        }
        /// An output as an array, without a copy.
        #[must_use]
        #[inline]
        pub const fn output(
            values: &<Encoder as ::nn_core::__private::Layer>::Output,
        ) -> &[__nn::f32; {
            ::nn_core::__private::output_len({
                use ::nn_core::__private::NoSizes as _;
                ::nn_core::__private::SizesOf::<Encoder>::GIVEN
            })
        }] {
            __nn::view(values)
        }
    }
    impl __nn::Layer for Blocks__skip
    where
        Encoder: __nn::Layer,
    {
        type Input = ::nn_core::__private::SVector<::nn_core::__private::f32, 6>;
        type Output = <Encoder as ::nn_core::__private::Layer>::Output;
        type Head = <__encoder1 as __nn::Layer>::Head;
        const KIND: &'static __nn::str = "network";
        const MACS: __nn::usize = __nn::sum(
            &[<__dense1 as __nn::Layer>::MACS, <__encoder1 as __nn::Layer>::MACS],
        );
        const SCRATCH_BYTES: __nn::usize = __nn::sum(&[__nn::output_bytes::<__dense1>()])
            + __nn::largest(
                &[
                    <__dense1 as __nn::Layer>::SCRATCH_BYTES,
                    <__encoder1 as __nn::Layer>::SCRATCH_BYTES,
                ],
            );
        const UNTRAINED: __nn::usize = __nn::sum(
            &[
                <__dense1 as __nn::Layer>::UNTRAINED,
                <__encoder1 as __nn::Layer>::UNTRAINED,
            ],
        );
        const INDICES: __nn::core::option::Option<__nn::usize> = <__dense1 as __nn::Layer>::INDICES;
        const PARTS: &'static [__nn::Part] = &[
            __nn::Part::layer::<__dense1>("dense1", "relu"),
            __nn::Part::layer::<__encoder1>("encoder1", ""),
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
            __nn::forward(&self.encoder1, simd, dense1_output, output);
        }
        fn forward_batch<const BATCH: __nn::usize>(
            &self,
            level: __nn::Level,
            input: &[Self::Input; BATCH],
            output: &mut [Self::Output; BATCH],
        ) {
            let dense1_output = &mut __nn::zeroed::<__nn::Alone<__dense1, BATCH>>();
            __nn::forward_batch(&self.dense1, level, input, dense1_output);
            __nn::forward_batch(&self.encoder1, level, dense1_output, output);
        }
        fn forward_logits<const BATCH: __nn::usize>(
            &self,
            level: __nn::Level,
            input: &[Self::Input; BATCH],
            output: &mut [Self::Output; BATCH],
        ) {
            let dense1_output = &mut __nn::zeroed::<__nn::Alone<__dense1, BATCH>>();
            __nn::forward_batch(&self.dense1, level, input, dense1_output);
            __nn::forward_logits(&self.encoder1, level, dense1_output, output);
        }
    }
    impl __nn::Train for Blocks__skip
    where
        Encoder: __nn::Layer,
        for<'a> __encoder1: __nn::Train,
    {
        type Grad = __Gradient;
        type Tape<const BATCH: __nn::usize> = __Tape<BATCH>;
        fn init<R: __nn::Rng + ?__nn::core::marker::Sized>(&mut self, rng: &mut R) {
            __nn::Train::init(&mut self.dense1, rng);
            __nn::Train::init(&mut self.encoder1, rng);
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
                &mut self.encoder1,
                context,
                &tape.dense1.output,
                output,
                &mut tape.encoder1,
            );
        }
        #[inline(always)]
        fn logits<'t, const BATCH: __nn::usize>(
            input: &'t [Self::Input; BATCH],
            output: &'t [Self::Output; BATCH],
            tape: &'t __Tape<BATCH>,
        ) -> &'t [Self::Output; BATCH] {
            __nn::logits::<
                __encoder1,
                _,
                BATCH,
            >(&tape.dense1.output, output, &tape.encoder1)
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
            __nn::Train::visit(&mut self.encoder1, &mut gradient.encoder1, visitor);
        }
        fn regularize(&self, gradient: &mut __Gradient) -> __nn::f32 {
            let mut penalty = 0.0;
            penalty += __nn::Train::regularize(&self.dense1, &mut gradient.dense1);
            penalty += self.dense1.regularize_kernel(&mut gradient.dense1, 0.0, 0.0001);
            penalty += __nn::Train::regularize(&self.encoder1, &mut gradient.encoder1);
            penalty
        }
    }
    fn __backward<const LOGITS: __nn::bool, const BATCH: __nn::usize>(
        network: &Blocks__skip,
        context: &mut __nn::Context<'_>,
        pass: __nn::Pass<'_, Blocks__skip, BATCH>,
    )
    where
        Encoder: __nn::Layer,
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
        let pass = __nn::pass(
            &tape.dense1.output,
            output,
            d_output,
            &mut tape.encoder1,
            &mut gradient.encoder1,
            __nn::core::option::Option::Some(&mut tape.dense1.gradient),
        );
        __nn::backward::<_, LOGITS, BATCH>(&network.encoder1, context, pass);
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
    impl Blocks__skip
    where
        Encoder: __nn::Layer,
    {
        const __ROWS: &'static [__nn::Row] = &[
            __nn::row::<__dense1>("dense1", "dense 4 relu l2 1e-4", &[4]),
            __nn::row::<
                __encoder1,
            >("encoder1", "Encoder", ::nn_core::__private::output_dims::<Encoder>()),
        ];
        /// The table of layers, to be printed.
        #[must_use]
        pub const fn summary() -> __nn::Summary {
            __nn::Summary {
                name: "Blocks__skip",
                rows: Self::__ROWS,
            }
        }
    }
    impl __nn::Network for Blocks__skip
    where
        Encoder: __nn::Layer,
        for<'a> __encoder1: __nn::Train,
    {
        const SUMMARY: __nn::Summary = Blocks__skip::summary();
        const INPUT: __nn::usize = Blocks__skip::INPUT;
        const OUTPUT: __nn::usize = Blocks__skip::OUTPUT;
        const PARAMS: __nn::usize = Blocks__skip::PARAMS;
    }
    impl __nn::Stream for Blocks__skip
    where
        Encoder: __nn::Layer,
        for<'a> __dense1: __nn::Stream,
        for<'a> __encoder1: __nn::Stream,
    {
        type State = (
            <__dense1 as __nn::Stream>::State,
            (<__encoder1 as __nn::Stream>::State, ()),
        );
        type Step = ::nn_core::__private::SVector<::nn_core::__private::f32, 6>;
        type Result = <__encoder1 as __nn::Stream>::Result;
        #[inline(always)]
        fn step<S: __nn::Simd>(
            &self,
            simd: S,
            state: &mut Self::State,
            input: &Self::Step,
            output: &mut Self::Result,
        ) {
            let mut dense1_result = __nn::result::<__dense1>();
            __nn::step(&self.dense1, simd, &mut state.0, input, &mut dense1_result);
            let state = &mut state.1;
            __nn::step(&self.encoder1, simd, &mut state.0, &dense1_result, output);
        }
    }
    impl __nn::TrainStream for Blocks__skip
    where
        Encoder: __nn::Layer,
        for<'a> __encoder1: __nn::Train,
        for<'a> __dense1: __nn::TrainStream,
        for<'a> __encoder1: __nn::TrainStream,
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
                &mut self.dense1,
                context,
                states,
                |state| &mut state.0,
                input,
                &mut tape.dense1.output,
                &mut tape.dense1.tape,
            );
            __nn::forward_window(
                &mut self.encoder1,
                context,
                states,
                |state| &mut state.1.0,
                &tape.dense1.output,
                output,
                &mut tape.encoder1,
            );
        }
    }
    impl Blocks__skip
    where
        Encoder: __nn::Layer,
    {
        /// Takes one step of a sequence and gives what the network makes of the stream so far.
        ///
        /// Fed all steps of a sequence, the results are what [`predict`](Self::predict) makes of the whole: each step's output
        /// where that is a sequence, the last step's where it is a vector. It takes the same time for every step and no heap.
        #[inline]
        pub fn step(
            &self,
            state: &mut __nn::State<Self>,
            input: &::nn_core::__private::SVector<::nn_core::__private::f32, 6>,
        ) -> <Self as __nn::Stream>::Result
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
            input: &::nn_core::__private::SVector<::nn_core::__private::f32, 6>,
            output: &mut <Self as __nn::Stream>::Result,
        )
        where
            for<'a> Self: __nn::Stream,
        {
            __nn::step_into(self, state, input, output);
        }
    }
};
/// Branch 1 of `concat1` in [`Blocks`].
#[allow(non_camel_case_types)]
#[derive(Clone)]
///
/// | layer | kind | shape | activation | parameters | bytes |
/// | --- | --- | --- | --- | ---: | ---: |
/// | `dense1` | `dense` | `6 -> 3` |  | 21 | 84 |
#[repr(C)]
pub struct Blocks__concat1_branch1 {
    /// `dense 3`: `6` -> `3`
    pub dense1: ::nn_core::layer::Dense<6, 3>,
}
#[allow(non_camel_case_types, clippy::all, clippy::pedantic)]
const _: () = {
    use ::nn_core::__private as __nn;
    type __dense1 = ::nn_core::layer::Dense<6, 3>;
    unsafe impl __nn::Zeroable for Blocks__concat1_branch1 {}
    unsafe impl __nn::Plain for Blocks__concat1_branch1 {
        const FLOATS: __nn::usize = 0 + <__dense1 as __nn::Plain>::FLOATS;
    }
    fn __fields(net: &Blocks__concat1_branch1) {
        let Blocks__concat1_branch1 { dense1: _ } = net;
        let _: *const __dense1 = &raw const net.dense1;
    }
    fn __layers() {
        __nn::is_layer::<__dense1>();
    }
    const _: () = __nn::plain::has_layout_of_floats::<Blocks__concat1_branch1>();
    #[repr(C)]
    pub struct __Gradient {
        dense1: <__dense1 as __nn::Train>::Grad,
    }
    unsafe impl __nn::Zeroable for __Gradient {}
    unsafe impl __nn::Plain for __Gradient {
        const FLOATS: __nn::usize = 0
            + <<__dense1 as __nn::Train>::Grad as __nn::Plain>::FLOATS;
    }
    #[repr(C)]
    pub struct __Tape<const BATCH: __nn::usize> {
        dense1: <__dense1 as __nn::Train>::Tape<BATCH>,
    }
    unsafe impl<const BATCH: __nn::usize> __nn::Zeroable for __Tape<BATCH> {}
    impl Blocks__concat1_branch1 {
        /// Values in one input.
        pub const INPUT: __nn::usize = 6;
        /// Values in one output.
        pub const OUTPUT: __nn::usize = 3;
        /// Parameters.
        pub const PARAMS: __nn::usize = __nn::sum(&[__nn::len::<__dense1>()]);
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
            input: &::nn_core::__private::SVector<::nn_core::__private::f32, 6>,
        ) -> ::nn_core::__private::SVector<::nn_core::__private::f32, 3> {
            __nn::predict(self, input)
        }
        /// Writes the output for one input to `output`.
        #[inline]
        pub fn predict_into(
            &self,
            input: &::nn_core::__private::SVector<::nn_core::__private::f32, 6>,
            output: &mut ::nn_core::__private::SVector<::nn_core::__private::f32, 3>,
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
            inputs: &[::nn_core::__private::SVector<::nn_core::__private::f32, 6>],
            outputs: &mut [::nn_core::__private::SVector<::nn_core::__private::f32, 3>],
        ) -> __nn::Result<()> {
            __nn::predict_batch(self, inputs, outputs)
        }
        /// An array as an input, without a copy.
        #[must_use]
        #[inline]
        pub const fn input(
            values: &[__nn::f32; 6],
        ) -> &::nn_core::__private::SVector<::nn_core::__private::f32, 6> {
            __nn::view(values)
        }
        /// An output as an array, without a copy.
        #[must_use]
        #[inline]
        pub const fn output(
            values: &::nn_core::__private::SVector<::nn_core::__private::f32, 3>,
        ) -> &[__nn::f32; 3] {
            __nn::view(values)
        }
    }
    impl __nn::Layer for Blocks__concat1_branch1 {
        type Input = ::nn_core::__private::SVector<::nn_core::__private::f32, 6>;
        type Output = ::nn_core::__private::SVector<::nn_core::__private::f32, 3>;
        type Head = <__dense1 as __nn::Layer>::Head;
        const KIND: &'static __nn::str = "network";
        const MACS: __nn::usize = __nn::sum(&[<__dense1 as __nn::Layer>::MACS]);
        const SCRATCH_BYTES: __nn::usize = __nn::sum(&[])
            + __nn::largest(&[<__dense1 as __nn::Layer>::SCRATCH_BYTES]);
        const UNTRAINED: __nn::usize = __nn::sum(
            &[<__dense1 as __nn::Layer>::UNTRAINED],
        );
        const INDICES: __nn::core::option::Option<__nn::usize> = <__dense1 as __nn::Layer>::INDICES;
        const PARTS: &'static [__nn::Part] = &[
            __nn::Part::layer::<__dense1>("dense1", ""),
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
            __nn::forward(&self.dense1, simd, input, output);
        }
        fn forward_batch<const BATCH: __nn::usize>(
            &self,
            level: __nn::Level,
            input: &[Self::Input; BATCH],
            output: &mut [Self::Output; BATCH],
        ) {
            __nn::forward_batch(&self.dense1, level, input, output);
        }
        fn forward_logits<const BATCH: __nn::usize>(
            &self,
            level: __nn::Level,
            input: &[Self::Input; BATCH],
            output: &mut [Self::Output; BATCH],
        ) {
            __nn::forward_logits(&self.dense1, level, input, output);
        }
    }
    impl __nn::Train for Blocks__concat1_branch1 {
        type Grad = __Gradient;
        type Tape<const BATCH: __nn::usize> = __Tape<BATCH>;
        fn init<R: __nn::Rng + ?__nn::core::marker::Sized>(&mut self, rng: &mut R) {
            __nn::Train::init(&mut self.dense1, rng);
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
                output,
                &mut tape.dense1,
            );
        }
        #[inline(always)]
        fn logits<'t, const BATCH: __nn::usize>(
            input: &'t [Self::Input; BATCH],
            output: &'t [Self::Output; BATCH],
            tape: &'t __Tape<BATCH>,
        ) -> &'t [Self::Output; BATCH] {
            __nn::logits::<__dense1, _, BATCH>(input, output, &tape.dense1)
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
        }
        fn regularize(&self, gradient: &mut __Gradient) -> __nn::f32 {
            let mut penalty = 0.0;
            penalty += __nn::Train::regularize(&self.dense1, &mut gradient.dense1);
            penalty
        }
    }
    fn __backward<const LOGITS: __nn::bool, const BATCH: __nn::usize>(
        network: &Blocks__concat1_branch1,
        context: &mut __nn::Context<'_>,
        pass: __nn::Pass<'_, Blocks__concat1_branch1, BATCH>,
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
    impl Blocks__concat1_branch1 {
        const __ROWS: &'static [__nn::Row] = &[
            __nn::row::<__dense1>("dense1", "dense 3", &[3]),
        ];
        /// The table of layers, to be printed.
        #[must_use]
        pub const fn summary() -> __nn::Summary {
            __nn::Summary {
                name: "Blocks__concat1_branch1",
                rows: Self::__ROWS,
            }
        }
    }
    impl __nn::Network for Blocks__concat1_branch1 {
        const SUMMARY: __nn::Summary = Blocks__concat1_branch1::summary();
        const INPUT: __nn::usize = Blocks__concat1_branch1::INPUT;
        const OUTPUT: __nn::usize = Blocks__concat1_branch1::OUTPUT;
        const PARAMS: __nn::usize = Blocks__concat1_branch1::PARAMS;
    }
    impl __nn::Stream for Blocks__concat1_branch1
    where
        for<'a> __dense1: __nn::Stream,
    {
        type State = (<__dense1 as __nn::Stream>::State, ());
        type Step = ::nn_core::__private::SVector<::nn_core::__private::f32, 6>;
        type Result = ::nn_core::__private::SVector<::nn_core::__private::f32, 3>;
        #[inline(always)]
        fn step<S: __nn::Simd>(
            &self,
            simd: S,
            state: &mut Self::State,
            input: &Self::Step,
            output: &mut Self::Result,
        ) {
            __nn::step(&self.dense1, simd, &mut state.0, input, output);
        }
    }
    impl __nn::TrainStream for Blocks__concat1_branch1
    where
        for<'a> __dense1: __nn::TrainStream,
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
                &mut self.dense1,
                context,
                states,
                |state| &mut state.0,
                input,
                output,
                &mut tape.dense1,
            );
        }
    }
    impl Blocks__concat1_branch1 {
        /// Takes one step of a sequence and gives what the network makes of the stream so far.
        ///
        /// Fed all steps of a sequence, the results are what [`predict`](Self::predict) makes of the whole: each step's output
        /// where that is a sequence, the last step's where it is a vector. It takes the same time for every step and no heap.
        #[inline]
        pub fn step(
            &self,
            state: &mut __nn::State<Self>,
            input: &::nn_core::__private::SVector<::nn_core::__private::f32, 6>,
        ) -> ::nn_core::__private::SVector<::nn_core::__private::f32, 3>
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
            input: &::nn_core::__private::SVector<::nn_core::__private::f32, 6>,
            output: &mut ::nn_core::__private::SVector<::nn_core::__private::f32, 3>,
        )
        where
            for<'a> Self: __nn::Stream,
        {
            __nn::step_into(self, state, input, output);
        }
    }
};
/// Networks inside a network.
#[derive(Clone)]
///
/// | layer | kind | shape | activation | parameters | bytes |
/// | --- | --- | --- | --- | ---: | ---: |
/// | `skip` | `residual` | `6 -> 6` |  | see `PARAMS` | see `WEIGHT_BYTES` |
/// | `concat1` | `concat` | `6 -> 9` |  | 21 | 84 |
#[repr(C)]
pub struct Blocks {
    /// `residual {…}`: `6` -> `6`
    pub skip: ::nn_core::layer::Residual<Blocks__skip>,
    /// `concat {…}`: `6` -> `9`
    pub concat1: ::nn_core::layer::Branches<
        Blocks__concat1_branch1,
        ::nn_core::layer::Identity<
            ::nn_core::__private::SVector<::nn_core::__private::f32, 6>,
        >,
        ::nn_core::layer::Concatenate<9, 1>,
    >,
}
#[allow(non_camel_case_types, clippy::all, clippy::pedantic)]
const _: () = {
    use ::nn_core::__private as __nn;
    const _: () = __nn::check_residual(
        ::nn_core::__private::output_dims::<Encoder>(),
        &[6],
    );
    type __skip = ::nn_core::layer::Residual<Blocks__skip>;
    type __concat1 = ::nn_core::layer::Branches<
        Blocks__concat1_branch1,
        ::nn_core::layer::Identity<
            ::nn_core::__private::SVector<::nn_core::__private::f32, 6>,
        >,
        ::nn_core::layer::Concatenate<9, 1>,
    >;
    unsafe impl __nn::Zeroable for Blocks
    where
        Encoder: __nn::Layer,
    {}
    unsafe impl __nn::Plain for Blocks
    where
        Encoder: __nn::Layer,
    {
        const FLOATS: __nn::usize = 0 + <__skip as __nn::Plain>::FLOATS
            + <__concat1 as __nn::Plain>::FLOATS;
    }
    fn __fields(net: &Blocks)
    where
        Encoder: __nn::Layer,
    {
        let Blocks { skip: _, concat1: _ } = net;
        let _: *const __skip = &raw const net.skip;
        let _: *const __concat1 = &raw const net.concat1;
    }
    fn __layers()
    where
        Encoder: __nn::Layer,
    {
        __nn::is_layer::<__skip>();
        __nn::is_layer::<__concat1>();
    }
    #[repr(C)]
    pub struct __Gradient
    where
        Encoder: __nn::Layer,
        for<'a> __skip: __nn::Train,
    {
        skip: <__skip as __nn::Train>::Grad,
        concat1: <__concat1 as __nn::Train>::Grad,
    }
    unsafe impl __nn::Zeroable for __Gradient
    where
        Encoder: __nn::Layer,
        for<'a> __skip: __nn::Train,
    {}
    unsafe impl __nn::Plain for __Gradient
    where
        Encoder: __nn::Layer,
        for<'a> __skip: __nn::Train,
    {
        const FLOATS: __nn::usize = 0
            + <<__skip as __nn::Train>::Grad as __nn::Plain>::FLOATS
            + <<__concat1 as __nn::Train>::Grad as __nn::Plain>::FLOATS;
    }
    #[repr(C)]
    pub struct __Tape<const BATCH: __nn::usize>
    where
        Encoder: __nn::Layer,
        for<'a> __skip: __nn::Train,
    {
        skip: __nn::Step<__skip, BATCH>,
        concat1: <__concat1 as __nn::Train>::Tape<BATCH>,
    }
    unsafe impl<const BATCH: __nn::usize> __nn::Zeroable for __Tape<BATCH>
    where
        Encoder: __nn::Layer,
        for<'a> __skip: __nn::Train,
    {}
    impl Blocks
    where
        Encoder: __nn::Layer,
    {
        /// Values in one input.
        pub const INPUT: __nn::usize = 6;
        /// Values in one output.
        pub const OUTPUT: __nn::usize = 9;
        /// Parameters.
        pub const PARAMS: __nn::usize = __nn::sum(
            &[__nn::len::<__skip>(), __nn::len::<__concat1>()],
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
        pub fn init<R: __nn::Rng + ?__nn::core::marker::Sized>(rng: &mut R) -> Self
        where
            for<'a> Self: __nn::Train,
        {
            __nn::made(|network| __nn::Train::init(network, rng))
        }
        __nn::boxed!();
        __nn::saved!();
        /// The output for one input.
        #[must_use]
        #[inline]
        pub fn predict(
            &self,
            input: &::nn_core::__private::SVector<::nn_core::__private::f32, 6>,
        ) -> ::nn_core::__private::SVector<::nn_core::__private::f32, 9> {
            __nn::predict(self, input)
        }
        /// Writes the output for one input to `output`.
        #[inline]
        pub fn predict_into(
            &self,
            input: &::nn_core::__private::SVector<::nn_core::__private::f32, 6>,
            output: &mut ::nn_core::__private::SVector<::nn_core::__private::f32, 9>,
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
            inputs: &[::nn_core::__private::SVector<::nn_core::__private::f32, 6>],
            outputs: &mut [::nn_core::__private::SVector<::nn_core::__private::f32, 9>],
        ) -> __nn::Result<()> {
            __nn::predict_batch(self, inputs, outputs)
        }
        /// An array as an input, without a copy.
        #[must_use]
        #[inline]
        pub const fn input(
            values: &[__nn::f32; 6],
        ) -> &::nn_core::__private::SVector<::nn_core::__private::f32, 6> {
            __nn::view(values)
        }
        /// An output as an array, without a copy.
        #[must_use]
        #[inline]
        pub const fn output(
            values: &::nn_core::__private::SVector<::nn_core::__private::f32, 9>,
        ) -> &[__nn::f32; 9] {
            __nn::view(values)
        }
    }
    impl __nn::Layer for Blocks
    where
        Encoder: __nn::Layer,
    {
        type Input = ::nn_core::__private::SVector<::nn_core::__private::f32, 6>;
        type Output = ::nn_core::__private::SVector<::nn_core::__private::f32, 9>;
        type Head = <__concat1 as __nn::Layer>::Head;
        const KIND: &'static __nn::str = "network";
        const MACS: __nn::usize = __nn::sum(
            &[<__skip as __nn::Layer>::MACS, <__concat1 as __nn::Layer>::MACS],
        );
        const SCRATCH_BYTES: __nn::usize = __nn::sum(&[__nn::output_bytes::<__skip>()])
            + __nn::largest(
                &[
                    <__skip as __nn::Layer>::SCRATCH_BYTES,
                    <__concat1 as __nn::Layer>::SCRATCH_BYTES,
                ],
            );
        const UNTRAINED: __nn::usize = __nn::sum(
            &[<__skip as __nn::Layer>::UNTRAINED, <__concat1 as __nn::Layer>::UNTRAINED],
        );
        const INDICES: __nn::core::option::Option<__nn::usize> = <__skip as __nn::Layer>::INDICES;
        const PARTS: &'static [__nn::Part] = &[
            __nn::Part::layer::<__skip>("skip", ""),
            __nn::Part::layer::<__concat1>("concat1", ""),
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
            let skip_output = &mut __nn::zeroed::<__nn::Alone<__skip, BATCH>>();
            __nn::forward(&self.skip, simd, input, skip_output);
            __nn::forward(&self.concat1, simd, skip_output, output);
        }
        fn forward_batch<const BATCH: __nn::usize>(
            &self,
            level: __nn::Level,
            input: &[Self::Input; BATCH],
            output: &mut [Self::Output; BATCH],
        ) {
            let skip_output = &mut __nn::zeroed::<__nn::Alone<__skip, BATCH>>();
            __nn::forward_batch(&self.skip, level, input, skip_output);
            __nn::forward_batch(&self.concat1, level, skip_output, output);
        }
        fn forward_logits<const BATCH: __nn::usize>(
            &self,
            level: __nn::Level,
            input: &[Self::Input; BATCH],
            output: &mut [Self::Output; BATCH],
        ) {
            let skip_output = &mut __nn::zeroed::<__nn::Alone<__skip, BATCH>>();
            __nn::forward_batch(&self.skip, level, input, skip_output);
            __nn::forward_logits(&self.concat1, level, skip_output, output);
        }
    }
    impl __nn::Train for Blocks
    where
        Encoder: __nn::Layer,
        for<'a> __skip: __nn::Train,
    {
        type Grad = __Gradient;
        type Tape<const BATCH: __nn::usize> = __Tape<BATCH>;
        fn init<R: __nn::Rng + ?__nn::core::marker::Sized>(&mut self, rng: &mut R) {
            __nn::Train::init(&mut self.skip, rng);
            __nn::Train::init(&mut self.concat1, rng);
        }
        fn forward_train<const BATCH: __nn::usize>(
            &mut self,
            context: &mut __nn::Context<'_>,
            input: &[Self::Input; BATCH],
            output: &mut [Self::Output; BATCH],
            tape: &mut __Tape<BATCH>,
        ) {
            __nn::forward_train(
                &mut self.skip,
                context,
                input,
                &mut tape.skip.output,
                &mut tape.skip.tape,
            );
            __nn::forward_train(
                &mut self.concat1,
                context,
                &tape.skip.output,
                output,
                &mut tape.concat1,
            );
        }
        #[inline(always)]
        fn logits<'t, const BATCH: __nn::usize>(
            input: &'t [Self::Input; BATCH],
            output: &'t [Self::Output; BATCH],
            tape: &'t __Tape<BATCH>,
        ) -> &'t [Self::Output; BATCH] {
            __nn::logits::<__concat1, _, BATCH>(&tape.skip.output, output, &tape.concat1)
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
            __nn::Train::visit(&mut self.skip, &mut gradient.skip, visitor);
            __nn::Train::visit(&mut self.concat1, &mut gradient.concat1, visitor);
        }
        fn regularize(&self, gradient: &mut __Gradient) -> __nn::f32 {
            let mut penalty = 0.0;
            penalty += __nn::Train::regularize(&self.skip, &mut gradient.skip);
            penalty += __nn::Train::regularize(&self.concat1, &mut gradient.concat1);
            penalty
        }
    }
    fn __backward<const LOGITS: __nn::bool, const BATCH: __nn::usize>(
        network: &Blocks,
        context: &mut __nn::Context<'_>,
        pass: __nn::Pass<'_, Blocks, BATCH>,
    )
    where
        Encoder: __nn::Layer,
        for<'a> __skip: __nn::Train,
    {
        let __nn::Pass {
            x: input,
            y: output,
            dy: d_output,
            tape,
            grad: gradient,
            dx: d_input,
        } = pass;
        let pass = __nn::pass(
            &tape.skip.output,
            output,
            d_output,
            &mut tape.concat1,
            &mut gradient.concat1,
            __nn::core::option::Option::Some(&mut tape.skip.gradient),
        );
        __nn::backward::<_, LOGITS, BATCH>(&network.concat1, context, pass);
        let pass = __nn::pass(
            input,
            &tape.skip.output,
            &mut tape.skip.gradient,
            &mut tape.skip.tape,
            &mut gradient.skip,
            d_input,
        );
        __nn::backward::<_, false, BATCH>(&network.skip, context, pass);
    }
    impl Blocks
    where
        Encoder: __nn::Layer,
    {
        const __ROWS: &'static [__nn::Row] = &[
            __nn::row::<
                ::nn_core::layer::Dense<6, 4, ::nn_core::activation::Relu>,
            >("skip.body.dense1", "dense 4 relu l2 1e-4", &[4]),
            __nn::row::<
                Encoder,
            >(
                "skip.body.encoder1",
                "Encoder",
                ::nn_core::__private::output_dims::<Encoder>(),
            ),
            __nn::block_row("skip", "residual {…}", &[6]),
            __nn::row::<
                ::nn_core::layer::Dense<6, 3>,
            >("concat1.first.dense1", "dense 3", &[3]),
            __nn::block_row("concat1", "concat {…}", &[9]),
        ];
        /// The table of layers, to be printed.
        #[must_use]
        pub const fn summary() -> __nn::Summary {
            __nn::Summary {
                name: "Blocks",
                rows: Self::__ROWS,
            }
        }
    }
    impl __nn::Network for Blocks
    where
        Encoder: __nn::Layer,
        for<'a> __skip: __nn::Train,
    {
        const SUMMARY: __nn::Summary = Blocks::summary();
        const INPUT: __nn::usize = Blocks::INPUT;
        const OUTPUT: __nn::usize = Blocks::OUTPUT;
        const PARAMS: __nn::usize = Blocks::PARAMS;
    }
    impl __nn::Stream for Blocks
    where
        Encoder: __nn::Layer,
        for<'a> __skip: __nn::Stream,
        for<'a> __concat1: __nn::Stream,
    {
        type State = (
            <__skip as __nn::Stream>::State,
            (<__concat1 as __nn::Stream>::State, ()),
        );
        type Step = ::nn_core::__private::SVector<::nn_core::__private::f32, 6>;
        type Result = ::nn_core::__private::SVector<::nn_core::__private::f32, 9>;
        #[inline(always)]
        fn step<S: __nn::Simd>(
            &self,
            simd: S,
            state: &mut Self::State,
            input: &Self::Step,
            output: &mut Self::Result,
        ) {
            let mut skip_result = __nn::result::<__skip>();
            __nn::step(&self.skip, simd, &mut state.0, input, &mut skip_result);
            let state = &mut state.1;
            __nn::step(&self.concat1, simd, &mut state.0, &skip_result, output);
        }
    }
    impl __nn::TrainStream for Blocks
    where
        Encoder: __nn::Layer,
        for<'a> __skip: __nn::Train,
        for<'a> __skip: __nn::TrainStream,
        for<'a> __concat1: __nn::TrainStream,
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
                &mut self.skip,
                context,
                states,
                |state| &mut state.0,
                input,
                &mut tape.skip.output,
                &mut tape.skip.tape,
            );
            __nn::forward_window(
                &mut self.concat1,
                context,
                states,
                |state| &mut state.1.0,
                &tape.skip.output,
                output,
                &mut tape.concat1,
            );
        }
    }
    impl Blocks
    where
        Encoder: __nn::Layer,
    {
        /// Takes one step of a sequence and gives what the network makes of the stream so far.
        ///
        /// Fed all steps of a sequence, the results are what [`predict`](Self::predict) makes of the whole: each step's output
        /// where that is a sequence, the last step's where it is a vector. It takes the same time for every step and no heap.
        #[inline]
        pub fn step(
            &self,
            state: &mut __nn::State<Self>,
            input: &::nn_core::__private::SVector<::nn_core::__private::f32, 6>,
        ) -> ::nn_core::__private::SVector<::nn_core::__private::f32, 9>
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
            input: &::nn_core::__private::SVector<::nn_core::__private::f32, 6>,
            output: &mut ::nn_core::__private::SVector<::nn_core::__private::f32, 9>,
        )
        where
            for<'a> Self: __nn::Stream,
        {
            __nn::step_into(self, state, input, output);
        }
    }
};
