/// A network from `28 x WIDTH x 1` to `8`.
///
/// | layer | kind | shape | activation | parameters | bytes |
/// | --- | --- | --- | --- | ---: | ---: |
/// | `conv2d1` | `conv2d` | `28 x WIDTH x 1 -> 14 x WIDTH x FILTERS` | `relu` | see `PARAMS` | see `WEIGHT_BYTES` |
/// | `max_pool1` | `max_pool` | `14 x WIDTH x FILTERS -> 7 x { (WIDTH - 2) / 2 + 1 } x FILTERS` |  | 0 | 0 |
/// | `reshape1` | `reshape` | `7 x { (WIDTH - 2) / 2 + 1 } x FILTERS -> { 7 * WIDTH / 2 } x FILTERS` |  | 0 | 0 |
/// | `conv1d1` | `conv1d` | `{ 7 * WIDTH / 2 } x FILTERS -> { 7 * WIDTH / 2 } x 8` |  | see `PARAMS` | see `WEIGHT_BYTES` |
/// | `global_avg_pool1` | `global_avg_pool` | `{ 7 * WIDTH / 2 } x 8 -> 8` |  | 0 | 0 |
#[repr(C)]
pub struct Images {
    /// `conv2d FILTERS 5x5 relu stride 2x1 pad same`: `28 x WIDTH x 1` -> `14 x WIDTH x FILTERS`
    pub conv2d1: ::nn_core::layer::Conv<
        ::nn_core::layer::Window<
            28,
            { WIDTH },
            14,
            { WIDTH },
            5,
            5,
            2,
            1,
            1,
            1,
            1,
            { ::nn_core::__private::same_before({ WIDTH }, 5, 1, 1) },
        >,
        1,
        { ::nn_core::__private::product(&[28, { WIDTH }]) },
        { FILTERS },
        { ::nn_core::__private::product(&[14, { WIDTH }]) },
        25,
        1,
        ::nn_core::activation::Relu,
    >,
    /// `max_pool 2x2`: `14 x WIDTH x FILTERS` -> `7 x { (WIDTH - 2) / 2 + 1 } x FILTERS`
    pub max_pool1: ::nn_core::layer::MaxPool<
        ::nn_core::layer::Window<
            14,
            { WIDTH },
            7,
            { ::nn_core::__private::window_out({ WIDTH }, 2, 2, 1, 0) },
            2,
            2,
            2,
            2,
            1,
            1,
            0,
            0,
        >,
        { FILTERS },
        { ::nn_core::__private::product(&[14, { WIDTH }]) },
        {
            ::nn_core::__private::product(
                &[7, { ::nn_core::__private::window_out({ WIDTH }, 2, 2, 1, 0) }],
            )
        },
    >,
    /// `reshape { 7 * WIDTH / 2 } x FILTERS`: `7 x { (WIDTH - 2) / 2 + 1 } x FILTERS` -> `{ 7 * WIDTH / 2 } x FILTERS`
    pub reshape1: ::nn_core::layer::Reshape<
        ::nn_core::__private::SMatrix<
            ::nn_core::__private::f32,
            { FILTERS },
            {
                ::nn_core::__private::product(
                    &[7, { ::nn_core::__private::window_out({ WIDTH }, 2, 2, 1, 0) }],
                )
            },
        >,
        ::nn_core::__private::SMatrix<
            ::nn_core::__private::f32,
            { FILTERS },
            { 7 * WIDTH / 2 },
        >,
    >,
    /// `conv1d 8 3 pad causal dilation 2 no_bias`: `{ 7 * WIDTH / 2 } x FILTERS` -> `{ 7 * WIDTH / 2 } x 8`
    pub conv1d1: ::nn_core::layer::Conv<
        ::nn_core::layer::Causal<
            ::nn_core::layer::Window<
                { 7 * WIDTH / 2 },
                1,
                { 7 * WIDTH / 2 },
                1,
                3,
                1,
                1,
                1,
                2,
                1,
                { ::nn_core::__private::causal_before({ 7 * WIDTH / 2 }, 3, 1, 2) },
                0,
            >,
        >,
        { FILTERS },
        { 7 * WIDTH / 2 },
        8,
        { 7 * WIDTH / 2 },
        3,
        { FILTERS },
        ::nn_core::activation::Linear,
        ::nn_core::layer::NoBias,
    >,
    /// `global_avg_pool`: `{ 7 * WIDTH / 2 } x 8` -> `8`
    pub global_avg_pool1: ::nn_core::layer::AvgPool<
        ::nn_core::layer::Window<
            { 7 * WIDTH / 2 },
            1,
            1,
            1,
            { 7 * WIDTH / 2 },
            1,
            1,
            1,
            1,
            1,
            0,
            0,
        >,
        8,
        { 7 * WIDTH / 2 },
        1,
    >,
}
#[allow(non_camel_case_types, clippy::all, clippy::pedantic)]
const _: () = {
    use ::nn_core::__private as __nn;
    const _: () = __nn::check_size("WIDTH", "values", { WIDTH });
    const _: () = __nn::check_product("input 28 x WIDTH x 1", &[28, { WIDTH }, 1]);
    const _: () = __nn::check_size("FILTERS", "filters", { FILTERS });
    const _: () = __nn::check_product(
        "conv2d FILTERS 5x5 relu stride 2x1 pad same",
        &[5, 5, 1, { FILTERS }],
    );
    const _: () = __nn::check_product(
        "conv2d FILTERS 5x5 relu stride 2x1 pad same",
        &[14, { WIDTH }, { FILTERS }],
    );
    const _: () = __nn::check_window(
        "max_pool 2x2",
        "window",
        "layer 1 `conv2d FILTERS 5x5 relu stride 2x1 pad same`",
        "an image",
        "wide",
        { WIDTH },
        2,
        2,
        1,
        0,
    );
    const _: () = __nn::check_size("{ 7 * WIDTH / 2 }", "values", { 7 * WIDTH / 2 });
    const _: () = __nn::check_size("FILTERS", "values", { FILTERS });
    const _: () = __nn::check_product(
        "reshape { 7 * WIDTH / 2 } x FILTERS",
        &[{ 7 * WIDTH / 2 }, { FILTERS }],
    );
    const _: () = __nn::check_reshape(
        "reshape { 7 * WIDTH / 2 } x FILTERS",
        &[{ 7 * WIDTH / 2 }, { FILTERS }],
        "layer 2 `max_pool 2x2`",
        &[7, { ::nn_core::__private::window_out({ WIDTH }, 2, 2, 1, 0) }, { FILTERS }],
    );
    const _: () = __nn::check_product(
        "conv1d 8 3 pad causal dilation 2 no_bias",
        &[3, 1, { FILTERS }, 8],
    );
    const _: () = __nn::check_product(
        "conv1d 8 3 pad causal dilation 2 no_bias",
        &[{ 7 * WIDTH / 2 }, 8],
    );
    type __conv2d1 = ::nn_core::layer::Conv<
        ::nn_core::layer::Window<
            28,
            { WIDTH },
            14,
            { WIDTH },
            5,
            5,
            2,
            1,
            1,
            1,
            1,
            { ::nn_core::__private::same_before({ WIDTH }, 5, 1, 1) },
        >,
        1,
        { ::nn_core::__private::product(&[28, { WIDTH }]) },
        { FILTERS },
        { ::nn_core::__private::product(&[14, { WIDTH }]) },
        25,
        1,
        ::nn_core::activation::Relu,
    >;
    type __max_pool1 = ::nn_core::layer::MaxPool<
        ::nn_core::layer::Window<
            14,
            { WIDTH },
            7,
            { ::nn_core::__private::window_out({ WIDTH }, 2, 2, 1, 0) },
            2,
            2,
            2,
            2,
            1,
            1,
            0,
            0,
        >,
        { FILTERS },
        { ::nn_core::__private::product(&[14, { WIDTH }]) },
        {
            ::nn_core::__private::product(
                &[7, { ::nn_core::__private::window_out({ WIDTH }, 2, 2, 1, 0) }],
            )
        },
    >;
    type __reshape1 = ::nn_core::layer::Reshape<
        ::nn_core::__private::SMatrix<
            ::nn_core::__private::f32,
            { FILTERS },
            {
                ::nn_core::__private::product(
                    &[7, { ::nn_core::__private::window_out({ WIDTH }, 2, 2, 1, 0) }],
                )
            },
        >,
        ::nn_core::__private::SMatrix<
            ::nn_core::__private::f32,
            { FILTERS },
            { 7 * WIDTH / 2 },
        >,
    >;
    type __conv1d1 = ::nn_core::layer::Conv<
        ::nn_core::layer::Causal<
            ::nn_core::layer::Window<
                { 7 * WIDTH / 2 },
                1,
                { 7 * WIDTH / 2 },
                1,
                3,
                1,
                1,
                1,
                2,
                1,
                { ::nn_core::__private::causal_before({ 7 * WIDTH / 2 }, 3, 1, 2) },
                0,
            >,
        >,
        { FILTERS },
        { 7 * WIDTH / 2 },
        8,
        { 7 * WIDTH / 2 },
        3,
        { FILTERS },
        ::nn_core::activation::Linear,
        ::nn_core::layer::NoBias,
    >;
    type __global_avg_pool1 = ::nn_core::layer::AvgPool<
        ::nn_core::layer::Window<
            { 7 * WIDTH / 2 },
            1,
            1,
            1,
            { 7 * WIDTH / 2 },
            1,
            1,
            1,
            1,
            1,
            0,
            0,
        >,
        8,
        { 7 * WIDTH / 2 },
        1,
    >;
    unsafe impl __nn::Zeroable for Images {}
    unsafe impl __nn::Plain for Images {
        const FLOATS: __nn::usize = 0 + <__conv2d1 as __nn::Plain>::FLOATS
            + <__max_pool1 as __nn::Plain>::FLOATS + <__reshape1 as __nn::Plain>::FLOATS
            + <__conv1d1 as __nn::Plain>::FLOATS
            + <__global_avg_pool1 as __nn::Plain>::FLOATS;
    }
    fn __fields(net: &Images) {
        let Images {
            conv2d1: _,
            max_pool1: _,
            reshape1: _,
            conv1d1: _,
            global_avg_pool1: _,
        } = net;
        let _: *const __conv2d1 = &raw const net.conv2d1;
        let _: *const __max_pool1 = &raw const net.max_pool1;
        let _: *const __reshape1 = &raw const net.reshape1;
        let _: *const __conv1d1 = &raw const net.conv1d1;
        let _: *const __global_avg_pool1 = &raw const net.global_avg_pool1;
    }
    fn __layers() {
        __nn::is_layer::<__conv2d1>();
        __nn::is_layer::<__max_pool1>();
        __nn::is_layer::<__reshape1>();
        __nn::is_layer::<__conv1d1>();
        __nn::is_layer::<__global_avg_pool1>();
    }
    const _: () = __nn::plain::has_layout_of_floats::<Images>();
    #[repr(C)]
    pub struct __Gradient {
        conv2d1: <__conv2d1 as __nn::Train>::Grad,
        max_pool1: <__max_pool1 as __nn::Train>::Grad,
        reshape1: <__reshape1 as __nn::Train>::Grad,
        conv1d1: <__conv1d1 as __nn::Train>::Grad,
        global_avg_pool1: <__global_avg_pool1 as __nn::Train>::Grad,
    }
    unsafe impl __nn::Zeroable for __Gradient {}
    unsafe impl __nn::Plain for __Gradient {
        const FLOATS: __nn::usize = 0
            + <<__conv2d1 as __nn::Train>::Grad as __nn::Plain>::FLOATS
            + <<__max_pool1 as __nn::Train>::Grad as __nn::Plain>::FLOATS
            + <<__reshape1 as __nn::Train>::Grad as __nn::Plain>::FLOATS
            + <<__conv1d1 as __nn::Train>::Grad as __nn::Plain>::FLOATS
            + <<__global_avg_pool1 as __nn::Train>::Grad as __nn::Plain>::FLOATS;
    }
    #[repr(C)]
    pub struct __Tape<const BATCH: __nn::usize> {
        conv2d1: __nn::Step<__conv2d1, BATCH>,
        max_pool1: __nn::Step<__max_pool1, BATCH>,
        reshape1: __nn::Step<__reshape1, BATCH>,
        conv1d1: __nn::Step<__conv1d1, BATCH>,
        global_avg_pool1: <__global_avg_pool1 as __nn::Train>::Tape<BATCH>,
    }
    unsafe impl<const BATCH: __nn::usize> __nn::Zeroable for __Tape<BATCH> {}
    impl Images {
        /// Values in one input.
        pub const INPUT: __nn::usize = {
            ::nn_core::__private::product(&[28, { WIDTH }, 1])
        };
        /// Values in one output.
        pub const OUTPUT: __nn::usize = 8;
        /// Parameters.
        pub const PARAMS: __nn::usize = __nn::sum(
            &[
                __nn::len::<__conv2d1>(),
                __nn::len::<__max_pool1>(),
                __nn::len::<__reshape1>(),
                __nn::len::<__conv1d1>(),
                __nn::len::<__global_avg_pool1>(),
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
            input: &::nn_core::__private::SMatrix<
                ::nn_core::__private::f32,
                1,
                { ::nn_core::__private::product(&[28, { WIDTH }]) },
            >,
        ) -> ::nn_core::__private::SVector<::nn_core::__private::f32, 8> {
            __nn::predict(self, input)
        }
        /// Writes the output for one input to `output`.
        #[inline]
        pub fn predict_into(
            &self,
            input: &::nn_core::__private::SMatrix<
                ::nn_core::__private::f32,
                1,
                { ::nn_core::__private::product(&[28, { WIDTH }]) },
            >,
            output: &mut ::nn_core::__private::SVector<::nn_core::__private::f32, 8>,
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
            inputs: &[::nn_core::__private::SMatrix<
                ::nn_core::__private::f32,
                1,
                { ::nn_core::__private::product(&[28, { WIDTH }]) },
            >],
            outputs: &mut [::nn_core::__private::SVector<::nn_core::__private::f32, 8>],
        ) -> __nn::Result<()> {
            __nn::predict_batch(self, inputs, outputs)
        }
        /// An array as an input, without a copy.
        #[must_use]
        #[inline]
        pub const fn input(
            values: &[__nn::f32; { ::nn_core::__private::product(&[28, { WIDTH }, 1]) }],
        ) -> &::nn_core::__private::SMatrix<
            ::nn_core::__private::f32,
            1,
            { ::nn_core::__private::product(&[28, { WIDTH }]) },
        > {
            __nn::view(values)
        }
        /// An output as an array, without a copy.
        #[must_use]
        #[inline]
        pub const fn output(
            values: &::nn_core::__private::SVector<::nn_core::__private::f32, 8>,
        ) -> &[__nn::f32; 8] {
            __nn::view(values)
        }
    }
    impl __nn::Layer for Images {
        type Input = ::nn_core::__private::SMatrix<
            ::nn_core::__private::f32,
            1,
            { ::nn_core::__private::product(&[28, { WIDTH }]) },
        >;
        type Output = ::nn_core::__private::SVector<::nn_core::__private::f32, 8>;
        type Head = <__global_avg_pool1 as __nn::Layer>::Head;
        const KIND: &'static __nn::str = "network";
        const MACS: __nn::usize = __nn::sum(
            &[
                <__conv2d1 as __nn::Layer>::MACS,
                <__max_pool1 as __nn::Layer>::MACS,
                <__reshape1 as __nn::Layer>::MACS,
                <__conv1d1 as __nn::Layer>::MACS,
                <__global_avg_pool1 as __nn::Layer>::MACS,
            ],
        );
        const SCRATCH_BYTES: __nn::usize = __nn::arena_bytes(
            &[
                __nn::output_bytes::<__conv2d1>(),
                __nn::output_bytes::<__max_pool1>(),
                __nn::output_bytes::<__conv1d1>(),
            ],
        )
            + __nn::largest(
                &[
                    <__conv2d1 as __nn::Layer>::SCRATCH_BYTES,
                    <__max_pool1 as __nn::Layer>::SCRATCH_BYTES,
                    <__reshape1 as __nn::Layer>::SCRATCH_BYTES,
                    <__conv1d1 as __nn::Layer>::SCRATCH_BYTES,
                    <__global_avg_pool1 as __nn::Layer>::SCRATCH_BYTES,
                ],
            );
        const UNTRAINED: __nn::usize = __nn::sum(
            &[
                <__conv2d1 as __nn::Layer>::UNTRAINED,
                <__max_pool1 as __nn::Layer>::UNTRAINED,
                <__reshape1 as __nn::Layer>::UNTRAINED,
                <__conv1d1 as __nn::Layer>::UNTRAINED,
                <__global_avg_pool1 as __nn::Layer>::UNTRAINED,
            ],
        );
        const INDICES: __nn::core::option::Option<__nn::usize> = <__conv2d1 as __nn::Layer>::INDICES;
        const PARTS: &'static [__nn::Part] = &[
            __nn::Part::layer::<__conv2d1>("conv2d1", "relu"),
            __nn::Part::layer::<__max_pool1>("max_pool1", ""),
            __nn::Part::layer::<__reshape1>("reshape1", ""),
            __nn::Part::layer::<__conv1d1>("conv1d1", ""),
            __nn::Part::layer::<__global_avg_pool1>("global_avg_pool1", ""),
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
            let mut arena = __nn::MaybeUninit::<
                __nn::Or<
                    __nn::Neighbours<__conv2d1, __max_pool1, BATCH>,
                    __nn::Neighbours<__max_pool1, __conv1d1, BATCH>,
                >,
            >::uninit();
            let arena = __nn::room(&mut arena);
            let conv2d1_output = __nn::front::<_, __conv2d1, BATCH>(arena);
            __nn::forward(&self.conv2d1, simd, input, conv2d1_output);
            let (conv2d1_output, max_pool1_output) = __nn::ends::<
                _,
                __conv2d1,
                __max_pool1,
                BATCH,
            >(arena);
            __nn::forward(&self.max_pool1, simd, conv2d1_output, max_pool1_output);
            let (conv1d1_output, max_pool1_output) = __nn::ends::<
                _,
                __conv1d1,
                __max_pool1,
                BATCH,
            >(arena);
            __nn::forward(&self.conv1d1, simd, max_pool1_output, conv1d1_output);
            let conv1d1_output = __nn::front::<_, __conv1d1, BATCH>(arena);
            __nn::forward(&self.global_avg_pool1, simd, conv1d1_output, output);
        }
        fn forward_batch<const BATCH: __nn::usize>(
            &self,
            level: __nn::Level,
            input: &[Self::Input; BATCH],
            output: &mut [Self::Output; BATCH],
        ) {
            let mut arena = __nn::MaybeUninit::<
                __nn::Or<
                    __nn::Neighbours<__conv2d1, __max_pool1, BATCH>,
                    __nn::Neighbours<__max_pool1, __conv1d1, BATCH>,
                >,
            >::uninit();
            let arena = __nn::room(&mut arena);
            let conv2d1_output = __nn::front::<_, __conv2d1, BATCH>(arena);
            __nn::forward_batch(&self.conv2d1, level, input, conv2d1_output);
            let (conv2d1_output, max_pool1_output) = __nn::ends::<
                _,
                __conv2d1,
                __max_pool1,
                BATCH,
            >(arena);
            __nn::forward_batch(
                &self.max_pool1,
                level,
                conv2d1_output,
                max_pool1_output,
            );
            let (conv1d1_output, max_pool1_output) = __nn::ends::<
                _,
                __conv1d1,
                __max_pool1,
                BATCH,
            >(arena);
            __nn::forward_batch(&self.conv1d1, level, max_pool1_output, conv1d1_output);
            let conv1d1_output = __nn::front::<_, __conv1d1, BATCH>(arena);
            __nn::forward_batch(&self.global_avg_pool1, level, conv1d1_output, output);
        }
        fn forward_logits<const BATCH: __nn::usize>(
            &self,
            level: __nn::Level,
            input: &[Self::Input; BATCH],
            output: &mut [Self::Output; BATCH],
        ) {
            let mut arena = __nn::MaybeUninit::<
                __nn::Or<
                    __nn::Neighbours<__conv2d1, __max_pool1, BATCH>,
                    __nn::Neighbours<__max_pool1, __conv1d1, BATCH>,
                >,
            >::uninit();
            let arena = __nn::room(&mut arena);
            let conv2d1_output = __nn::front::<_, __conv2d1, BATCH>(arena);
            __nn::forward_batch(&self.conv2d1, level, input, conv2d1_output);
            let (conv2d1_output, max_pool1_output) = __nn::ends::<
                _,
                __conv2d1,
                __max_pool1,
                BATCH,
            >(arena);
            __nn::forward_batch(
                &self.max_pool1,
                level,
                conv2d1_output,
                max_pool1_output,
            );
            let (conv1d1_output, max_pool1_output) = __nn::ends::<
                _,
                __conv1d1,
                __max_pool1,
                BATCH,
            >(arena);
            __nn::forward_batch(&self.conv1d1, level, max_pool1_output, conv1d1_output);
            let conv1d1_output = __nn::front::<_, __conv1d1, BATCH>(arena);
            __nn::forward_logits(&self.global_avg_pool1, level, conv1d1_output, output);
        }
    }
    impl __nn::Train for Images {
        type Grad = __Gradient;
        type Tape<const BATCH: __nn::usize> = __Tape<BATCH>;
        fn init<R: __nn::Rng + ?__nn::core::marker::Sized>(&mut self, rng: &mut R) {
            __nn::Train::init(&mut self.conv2d1, rng);
            __nn::Train::init(&mut self.max_pool1, rng);
            __nn::Train::init(&mut self.reshape1, rng);
            __nn::Train::init(&mut self.conv1d1, rng);
            __nn::Train::init(&mut self.global_avg_pool1, rng);
        }
        fn forward_train<const BATCH: __nn::usize>(
            &mut self,
            context: &mut __nn::Context<'_>,
            input: &[Self::Input; BATCH],
            output: &mut [Self::Output; BATCH],
            tape: &mut __Tape<BATCH>,
        ) {
            __nn::forward_train(
                &mut self.conv2d1,
                context,
                input,
                &mut tape.conv2d1.output,
                &mut tape.conv2d1.tape,
            );
            __nn::forward_train(
                &mut self.max_pool1,
                context,
                &tape.conv2d1.output,
                &mut tape.max_pool1.output,
                &mut tape.max_pool1.tape,
            );
            __nn::forward_train(
                &mut self.reshape1,
                context,
                &tape.max_pool1.output,
                &mut tape.reshape1.output,
                &mut tape.reshape1.tape,
            );
            __nn::forward_train(
                &mut self.conv1d1,
                context,
                &tape.reshape1.output,
                &mut tape.conv1d1.output,
                &mut tape.conv1d1.tape,
            );
            __nn::forward_train(
                &mut self.global_avg_pool1,
                context,
                &tape.conv1d1.output,
                output,
                &mut tape.global_avg_pool1,
            );
        }
        #[inline(always)]
        fn logits<'t, const BATCH: __nn::usize>(
            input: &'t [Self::Input; BATCH],
            output: &'t [Self::Output; BATCH],
            tape: &'t __Tape<BATCH>,
        ) -> &'t [Self::Output; BATCH] {
            __nn::logits::<
                __global_avg_pool1,
                _,
                BATCH,
            >(&tape.conv1d1.output, output, &tape.global_avg_pool1)
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
            __nn::Train::visit(&mut self.conv2d1, &mut gradient.conv2d1, visitor);
            __nn::Train::visit(&mut self.max_pool1, &mut gradient.max_pool1, visitor);
            __nn::Train::visit(&mut self.reshape1, &mut gradient.reshape1, visitor);
            __nn::Train::visit(&mut self.conv1d1, &mut gradient.conv1d1, visitor);
            __nn::Train::visit(
                &mut self.global_avg_pool1,
                &mut gradient.global_avg_pool1,
                visitor,
            );
        }
        fn regularize(&self, gradient: &mut __Gradient) -> __nn::f32 {
            let mut penalty = 0.0;
            penalty += __nn::Train::regularize(&self.conv2d1, &mut gradient.conv2d1);
            penalty += __nn::Train::regularize(&self.max_pool1, &mut gradient.max_pool1);
            penalty += __nn::Train::regularize(&self.reshape1, &mut gradient.reshape1);
            penalty += __nn::Train::regularize(&self.conv1d1, &mut gradient.conv1d1);
            penalty
                += __nn::Train::regularize(
                    &self.global_avg_pool1,
                    &mut gradient.global_avg_pool1,
                );
            penalty
        }
    }
    fn __backward<const LOGITS: __nn::bool, const BATCH: __nn::usize>(
        network: &Images,
        context: &mut __nn::Context<'_>,
        pass: __nn::Pass<'_, Images, BATCH>,
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
            &tape.conv1d1.output,
            output,
            d_output,
            &mut tape.global_avg_pool1,
            &mut gradient.global_avg_pool1,
            __nn::core::option::Option::Some(&mut tape.conv1d1.gradient),
        );
        __nn::backward::<_, LOGITS, BATCH>(&network.global_avg_pool1, context, pass);
        let pass = __nn::pass(
            &tape.reshape1.output,
            &tape.conv1d1.output,
            &mut tape.conv1d1.gradient,
            &mut tape.conv1d1.tape,
            &mut gradient.conv1d1,
            __nn::core::option::Option::Some(&mut tape.reshape1.gradient),
        );
        __nn::backward::<_, false, BATCH>(&network.conv1d1, context, pass);
        let pass = __nn::pass(
            &tape.max_pool1.output,
            &tape.reshape1.output,
            &mut tape.reshape1.gradient,
            &mut tape.reshape1.tape,
            &mut gradient.reshape1,
            __nn::core::option::Option::Some(&mut tape.max_pool1.gradient),
        );
        __nn::backward::<_, false, BATCH>(&network.reshape1, context, pass);
        let pass = __nn::pass(
            &tape.conv2d1.output,
            &tape.max_pool1.output,
            &mut tape.max_pool1.gradient,
            &mut tape.max_pool1.tape,
            &mut gradient.max_pool1,
            __nn::core::option::Option::Some(&mut tape.conv2d1.gradient),
        );
        __nn::backward::<_, false, BATCH>(&network.max_pool1, context, pass);
        let pass = __nn::pass(
            input,
            &tape.conv2d1.output,
            &mut tape.conv2d1.gradient,
            &mut tape.conv2d1.tape,
            &mut gradient.conv2d1,
            d_input,
        );
        __nn::backward::<_, false, BATCH>(&network.conv2d1, context, pass);
    }
    impl Images {
        const __ROWS: &'static [__nn::Row] = &[
            __nn::row::<
                __conv2d1,
            >(
                "conv2d1",
                "conv2d FILTERS 5x5 relu stride 2x1 pad same",
                &[14, { WIDTH }, { FILTERS }],
            ),
            __nn::row::<
                __max_pool1,
            >(
                "max_pool1",
                "max_pool 2x2",
                &[
                    7,
                    { ::nn_core::__private::window_out({ WIDTH }, 2, 2, 1, 0) },
                    { FILTERS },
                ],
            ),
            __nn::row::<
                __reshape1,
            >(
                "reshape1",
                "reshape { 7 * WIDTH / 2 } x FILTERS",
                &[{ 7 * WIDTH / 2 }, { FILTERS }],
            ),
            __nn::row::<
                __conv1d1,
            >(
                "conv1d1",
                "conv1d 8 3 pad causal dilation 2 no_bias",
                &[{ 7 * WIDTH / 2 }, 8],
            ),
            __nn::row::<__global_avg_pool1>("global_avg_pool1", "global_avg_pool", &[8]),
        ];
        /// The table of layers, to be printed.
        #[must_use]
        pub const fn summary() -> __nn::Summary {
            __nn::Summary {
                name: "Images",
                rows: Self::__ROWS,
            }
        }
    }
    impl __nn::Network for Images {
        const SUMMARY: __nn::Summary = Images::summary();
        const INPUT: __nn::usize = Images::INPUT;
        const OUTPUT: __nn::usize = Images::OUTPUT;
        const PARAMS: __nn::usize = Images::PARAMS;
    }
    impl __nn::Stream for Images
    where
        for<'a> __conv2d1: __nn::Stream,
        for<'a> __max_pool1: __nn::Stream,
        for<'a> __reshape1: __nn::Stream,
        for<'a> __conv1d1: __nn::Stream,
        for<'a> __global_avg_pool1: __nn::Stream,
    {
        type State = (
            <__conv2d1 as __nn::Stream>::State,
            (
                <__max_pool1 as __nn::Stream>::State,
                (
                    <__reshape1 as __nn::Stream>::State,
                    (
                        <__conv1d1 as __nn::Stream>::State,
                        (<__global_avg_pool1 as __nn::Stream>::State, ()),
                    ),
                ),
            ),
        );
        type Step = ::nn_core::__private::SVector<::nn_core::__private::f32, 1>;
        type Result = ::nn_core::__private::SVector<::nn_core::__private::f32, 8>;
        #[inline(always)]
        fn step<S: __nn::Simd>(
            &self,
            simd: S,
            state: &mut Self::State,
            input: &Self::Step,
            output: &mut Self::Result,
        ) {
            let mut conv2d1_result = __nn::result::<__conv2d1>();
            __nn::step(&self.conv2d1, simd, &mut state.0, input, &mut conv2d1_result);
            let state = &mut state.1;
            let mut max_pool1_result = __nn::result::<__max_pool1>();
            __nn::step(
                &self.max_pool1,
                simd,
                &mut state.0,
                &conv2d1_result,
                &mut max_pool1_result,
            );
            let state = &mut state.1;
            let mut reshape1_result = __nn::result::<__reshape1>();
            __nn::step(
                &self.reshape1,
                simd,
                &mut state.0,
                &max_pool1_result,
                &mut reshape1_result,
            );
            let state = &mut state.1;
            let mut conv1d1_result = __nn::result::<__conv1d1>();
            __nn::step(
                &self.conv1d1,
                simd,
                &mut state.0,
                &reshape1_result,
                &mut conv1d1_result,
            );
            let state = &mut state.1;
            __nn::step(
                &self.global_avg_pool1,
                simd,
                &mut state.0,
                &conv1d1_result,
                output,
            );
        }
    }
    impl __nn::TrainStream for Images
    where
        for<'a> __conv2d1: __nn::TrainStream,
        for<'a> __max_pool1: __nn::TrainStream,
        for<'a> __reshape1: __nn::TrainStream,
        for<'a> __conv1d1: __nn::TrainStream,
        for<'a> __global_avg_pool1: __nn::TrainStream,
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
                &mut self.conv2d1,
                context,
                states,
                |state| &mut state.0,
                input,
                &mut tape.conv2d1.output,
                &mut tape.conv2d1.tape,
            );
            __nn::forward_window(
                &mut self.max_pool1,
                context,
                states,
                |state| &mut state.1.0,
                &tape.conv2d1.output,
                &mut tape.max_pool1.output,
                &mut tape.max_pool1.tape,
            );
            __nn::forward_window(
                &mut self.reshape1,
                context,
                states,
                |state| &mut state.1.1.0,
                &tape.max_pool1.output,
                &mut tape.reshape1.output,
                &mut tape.reshape1.tape,
            );
            __nn::forward_window(
                &mut self.conv1d1,
                context,
                states,
                |state| &mut state.1.1.1.0,
                &tape.reshape1.output,
                &mut tape.conv1d1.output,
                &mut tape.conv1d1.tape,
            );
            __nn::forward_window(
                &mut self.global_avg_pool1,
                context,
                states,
                |state| &mut state.1.1.1.1.0,
                &tape.conv1d1.output,
                output,
                &mut tape.global_avg_pool1,
            );
        }
    }
    impl Images {
        /// Takes one step of a sequence and gives what the network makes of the stream so far.
        ///
        /// Fed all steps of a sequence, the results are what [`predict`](Self::predict) makes of the whole: each step's output
        /// where that is a sequence, the last step's where it is a vector. It takes the same time for every step and no heap.
        #[inline]
        pub fn step(
            &self,
            state: &mut __nn::State<Self>,
            input: &::nn_core::__private::SVector<::nn_core::__private::f32, 1>,
        ) -> ::nn_core::__private::SVector<::nn_core::__private::f32, 8>
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
            input: &::nn_core::__private::SVector<::nn_core::__private::f32, 1>,
            output: &mut ::nn_core::__private::SVector<::nn_core::__private::f32, 8>,
        )
        where
            for<'a> Self: __nn::Stream,
        {
            __nn::step_into(self, state, input, output);
        }
    }
};
