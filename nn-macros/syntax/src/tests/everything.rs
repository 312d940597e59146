/// A network from `H x 28 x 1` to `4`.
///
/// | layer | kind | shape | activation | parameters | bytes |
/// | --- | --- | --- | --- | ---: | ---: |
/// | `dropout1` | `dropout` | `H x 28 x 1 -> H x 28 x 1` |  | 0 | 0 |
/// | `flatten1` | `flatten` | `H x 28 x 1 -> H x 28 x 1` |  | 0 | 0 |
/// | `wide` | `dense` | `H x 28 x 1 -> { 2 * HIDDEN }` | `leaky_relu 0.2` | see `PARAMS` | see `WEIGHT_BYTES` |
/// | `encoder1` | `my::Encoder<3>` | `{ 2 * HIDDEN } -> <output of my::Encoder<3>>` |  | see `PARAMS` | see `WEIGHT_BYTES` |
/// | `dense2` | `dense` | `<output of my::Encoder<3>> -> 4` |  | see `PARAMS` | see `WEIGHT_BYTES` |
/// | `dropout2` | `dropout` | `4 -> 4` |  | 0 | 0 |
/// | `activation1` | `softmax` | `4 -> 4` | `softmax` | 0 | 0 |
#[repr(C)]
pub struct Everything {
    /// `dropout RATE`: `H x 28 x 1` -> `H x 28 x 1`
    pub dropout1: ::nn_core::layer::Dropout<
        ::nn_core::__private::SMatrix<
            ::nn_core::__private::f32,
            1,
            { ::nn_core::__private::product(&[{ H }, 28]) },
        >,
        ::nn_core::__private::Bits<
            { ::nn_core::__private::f64::to_bits((RATE) as ::nn_core::__private::f64) },
        >,
    >,
    /// `flatten`: `H x 28 x 1` -> `H x 28 x 1`
    pub flatten1: ::nn_core::layer::Flatten<
        ::nn_core::__private::SMatrix<
            ::nn_core::__private::f32,
            1,
            { ::nn_core::__private::product(&[{ H }, 28]) },
        >,
        { ::nn_core::__private::product(&[{ H }, 28, 1]) },
    >,
    /// `dense { 2 * HIDDEN } leaky_relu 0.2 no_bias init he_normal l2 1e-4`: `H x 28 x 1` -> `{ 2 * HIDDEN }`
    pub wide: ::nn_core::layer::Dense<
        { ::nn_core::__private::product(&[{ H }, 28, 1]) },
        { 2 * HIDDEN },
        ::nn_core::activation::LeakyRelu<::nn_core::__private::Ratio<2, 10>>,
        ::nn_core::layer::NoBias,
    >,
    /// `my::Encoder<3>`: `{ 2 * HIDDEN }` -> `<output of my::Encoder<3>>`
    pub encoder1: my::Encoder<3>,
    /// `dense 5 -> 4 bias_init constant 0.1 l1 1e-5`: `<output of my::Encoder<3>>` -> `4`
    pub dense2: ::nn_core::layer::Dense<
        {
            ::nn_core::__private::output_len({
                use ::nn_core::__private::NoSizes as _;
                ::nn_core::__private::SizesOf::<my::Encoder<3>>::GIVEN
            })
        },
        4,
    >,
    /// `dropout 0.25`: `4` -> `4`
    pub dropout2: ::nn_core::layer::Dropout<
        ::nn_core::__private::SVector<::nn_core::__private::f32, 4>,
        ::nn_core::__private::Ratio<25, 100>,
    >,
    /// `softmax`: `4` -> `4`
    pub activation1: ::nn_core::layer::Activate<
        ::nn_core::__private::SVector<::nn_core::__private::f32, 4>,
        ::nn_core::activation::Softmax,
    >,
}
#[allow(non_camel_case_types, clippy::all, clippy::pedantic)]
const _: () = {
    use ::nn_core::__private as __nn;
    const _: () = __nn::check_size("H", "values", { H });
    const _: () = __nn::check_product("input H x 28 x 1", &[{ H }, 28, 1]);
    const _: () = __nn::check_rate("RATE", (RATE) as ::nn_core::__private::f64);
    const _: () = __nn::check_size("{ 2 * HIDDEN }", "outputs", { 2 * HIDDEN });
    const _: () = __nn::check_product(
        "dense { 2 * HIDDEN } leaky_relu 0.2 no_bias init he_normal l2 1e-4",
        &[{ ::nn_core::__private::product(&[{ H }, 28, 1]) }, { 2 * HIDDEN }],
    );
    const _: () = __nn::check_fits(
        "my::Encoder<3>",
        "layer 3 `dense { 2 * HIDDEN } leaky_relu 0.2 no_bias init he_normal l2 1e-4`",
        "{ 2 * HIDDEN }",
        {
            use ::nn_core::__private::NoSizes as _;
            ::nn_core::__private::SizesOf::<my::Encoder<3>>::TAKEN
        },
        __nn::dims_of::<
            ::nn_core::__private::SVector<::nn_core::__private::f32, { 2 * HIDDEN }>,
        >(),
    );
    const _: () = __nn::check_vector(
        "dense",
        "layer 4 `my::Encoder<3>`",
        {
            use ::nn_core::__private::NoSizes as _;
            ::nn_core::__private::SizesOf::<my::Encoder<3>>::GIVEN
        },
    );
    const _: () = __nn::check_same(
        "dense 5 -> 4 bias_init constant 0.1 l1 1e-5",
        5,
        "layer 4 `my::Encoder<3>`",
        {
            ::nn_core::__private::output_len({
                use ::nn_core::__private::NoSizes as _;
                ::nn_core::__private::SizesOf::<my::Encoder<3>>::GIVEN
            })
        },
        "dense 4 bias_init constant 0.1 l1 1e-5",
    );
    const _: () = __nn::check_product(
        "dense 5 -> 4 bias_init constant 0.1 l1 1e-5",
        &[
            {
                ::nn_core::__private::output_len({
                    use ::nn_core::__private::NoSizes as _;
                    ::nn_core::__private::SizesOf::<my::Encoder<3>>::GIVEN
                })
            },
            4,
        ],
    );
    type __dropout1 = ::nn_core::layer::Dropout<
        ::nn_core::__private::SMatrix<
            ::nn_core::__private::f32,
            1,
            { ::nn_core::__private::product(&[{ H }, 28]) },
        >,
        ::nn_core::__private::Bits<
            { ::nn_core::__private::f64::to_bits((RATE) as ::nn_core::__private::f64) },
        >,
    >;
    type __flatten1 = ::nn_core::layer::Flatten<
        ::nn_core::__private::SMatrix<
            ::nn_core::__private::f32,
            1,
            { ::nn_core::__private::product(&[{ H }, 28]) },
        >,
        { ::nn_core::__private::product(&[{ H }, 28, 1]) },
    >;
    type __wide = ::nn_core::layer::Dense<
        { ::nn_core::__private::product(&[{ H }, 28, 1]) },
        { 2 * HIDDEN },
        ::nn_core::activation::LeakyRelu<::nn_core::__private::Ratio<2, 10>>,
        ::nn_core::layer::NoBias,
    >;
    type __encoder1 = my::Encoder<3>;
    type __dense2 = ::nn_core::layer::Dense<
        {
            ::nn_core::__private::output_len({
                use ::nn_core::__private::NoSizes as _;
                ::nn_core::__private::SizesOf::<my::Encoder<3>>::GIVEN
            })
        },
        4,
    >;
    type __dropout2 = ::nn_core::layer::Dropout<
        ::nn_core::__private::SVector<::nn_core::__private::f32, 4>,
        ::nn_core::__private::Ratio<25, 100>,
    >;
    type __activation1 = ::nn_core::layer::Activate<
        ::nn_core::__private::SVector<::nn_core::__private::f32, 4>,
        ::nn_core::activation::Softmax,
    >;
    unsafe impl __nn::Zeroable for Everything
    where
        my::Encoder<3>: __nn::Layer,
    {}
    unsafe impl __nn::Plain for Everything
    where
        my::Encoder<3>: __nn::Layer,
    {
        const FLOATS: __nn::usize = 0 + <__dropout1 as __nn::Plain>::FLOATS
            + <__flatten1 as __nn::Plain>::FLOATS + <__wide as __nn::Plain>::FLOATS
            + <__encoder1 as __nn::Plain>::FLOATS + <__dense2 as __nn::Plain>::FLOATS
            + <__dropout2 as __nn::Plain>::FLOATS
            + <__activation1 as __nn::Plain>::FLOATS;
    }
    fn __fields(net: &Everything)
    where
        my::Encoder<3>: __nn::Layer,
    {
        let Everything {
            dropout1: _,
            flatten1: _,
            wide: _,
            encoder1: _,
            dense2: _,
            dropout2: _,
            activation1: _,
        } = net;
        let _: *const __dropout1 = &raw const net.dropout1;
        let _: *const __flatten1 = &raw const net.flatten1;
        let _: *const __wide = &raw const net.wide;
        let _: *const __encoder1 = &raw const net.encoder1;
        let _: *const __dense2 = &raw const net.dense2;
        let _: *const __dropout2 = &raw const net.dropout2;
        let _: *const __activation1 = &raw const net.activation1;
    }
    fn __layers()
    where
        my::Encoder<3>: __nn::Layer,
    {
        __nn::is_layer::<__dropout1>();
        __nn::is_layer::<__flatten1>();
        __nn::is_layer::<__wide>();
        __nn::is_layer::<__encoder1>();
        __nn::is_layer::<__dense2>();
        __nn::is_layer::<__dropout2>();
        __nn::is_layer::<__activation1>();
    }
    #[repr(C)]
    pub struct __Gradient
    where
        my::Encoder<3>: __nn::Layer,
        for<'a> __encoder1: __nn::Train,
    {
        dropout1: <__dropout1 as __nn::Train>::Grad,
        flatten1: <__flatten1 as __nn::Train>::Grad,
        wide: <__wide as __nn::Train>::Grad,
        encoder1: <__encoder1 as __nn::Train>::Grad,
        dense2: <__dense2 as __nn::Train>::Grad,
        dropout2: <__dropout2 as __nn::Train>::Grad,
        activation1: <__activation1 as __nn::Train>::Grad,
    }
    unsafe impl __nn::Zeroable for __Gradient
    where
        my::Encoder<3>: __nn::Layer,
        for<'a> __encoder1: __nn::Train,
    {}
    unsafe impl __nn::Plain for __Gradient
    where
        my::Encoder<3>: __nn::Layer,
        for<'a> __encoder1: __nn::Train,
    {
        const FLOATS: __nn::usize = 0
            + <<__dropout1 as __nn::Train>::Grad as __nn::Plain>::FLOATS
            + <<__flatten1 as __nn::Train>::Grad as __nn::Plain>::FLOATS
            + <<__wide as __nn::Train>::Grad as __nn::Plain>::FLOATS
            + <<__encoder1 as __nn::Train>::Grad as __nn::Plain>::FLOATS
            + <<__dense2 as __nn::Train>::Grad as __nn::Plain>::FLOATS
            + <<__dropout2 as __nn::Train>::Grad as __nn::Plain>::FLOATS
            + <<__activation1 as __nn::Train>::Grad as __nn::Plain>::FLOATS;
    }
    #[repr(C)]
    pub struct __Tape<const BATCH: __nn::usize>
    where
        my::Encoder<3>: __nn::Layer,
        for<'a> __encoder1: __nn::Train,
    {
        dropout1: __nn::Step<__dropout1, BATCH>,
        flatten1: __nn::Step<__flatten1, BATCH>,
        wide: __nn::Step<__wide, BATCH>,
        encoder1: __nn::Step<__encoder1, BATCH>,
        dense2: __nn::Step<__dense2, BATCH>,
        dropout2: __nn::Step<__dropout2, BATCH>,
        activation1: <__activation1 as __nn::Train>::Tape<BATCH>,
    }
    unsafe impl<const BATCH: __nn::usize> __nn::Zeroable for __Tape<BATCH>
    where
        my::Encoder<3>: __nn::Layer,
        for<'a> __encoder1: __nn::Train,
    {}
    impl Everything
    where
        my::Encoder<3>: __nn::Layer,
    {
        /// Values in one input.
        pub const INPUT: __nn::usize = {
            ::nn_core::__private::product(&[{ H }, 28, 1])
        };
        /// Values in one output.
        pub const OUTPUT: __nn::usize = 4;
        /// Parameters.
        pub const PARAMS: __nn::usize = __nn::sum(
            &[
                __nn::len::<__dropout1>(),
                __nn::len::<__flatten1>(),
                __nn::len::<__wide>(),
                __nn::len::<__encoder1>(),
                __nn::len::<__dense2>(),
                __nn::len::<__dropout2>(),
                __nn::len::<__activation1>(),
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
            input: &::nn_core::__private::SMatrix<
                ::nn_core::__private::f32,
                1,
                { ::nn_core::__private::product(&[{ H }, 28]) },
            >,
        ) -> ::nn_core::__private::SVector<::nn_core::__private::f32, 4> {
            __nn::predict(self, input)
        }
        /// Writes the output for one input to `output`.
        #[inline]
        pub fn predict_into(
            &self,
            input: &::nn_core::__private::SMatrix<
                ::nn_core::__private::f32,
                1,
                { ::nn_core::__private::product(&[{ H }, 28]) },
            >,
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
            inputs: &[::nn_core::__private::SMatrix<
                ::nn_core::__private::f32,
                1,
                { ::nn_core::__private::product(&[{ H }, 28]) },
            >],
            outputs: &mut [::nn_core::__private::SVector<::nn_core::__private::f32, 4>],
        ) -> __nn::Result<()> {
            __nn::predict_batch(self, inputs, outputs)
        }
        /// An array as an input, without a copy.
        #[must_use]
        #[inline]
        pub const fn input(
            values: &[__nn::f32; { ::nn_core::__private::product(&[{ H }, 28, 1]) }],
        ) -> &::nn_core::__private::SMatrix<
            ::nn_core::__private::f32,
            1,
            { ::nn_core::__private::product(&[{ H }, 28]) },
        > {
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
    impl __nn::Layer for Everything
    where
        my::Encoder<3>: __nn::Layer,
    {
        type Input = ::nn_core::__private::SMatrix<
            ::nn_core::__private::f32,
            1,
            { ::nn_core::__private::product(&[{ H }, 28]) },
        >;
        type Output = ::nn_core::__private::SVector<::nn_core::__private::f32, 4>;
        type Head = <__activation1 as __nn::Layer>::Head;
        const KIND: &'static __nn::str = "network";
        const MACS: __nn::usize = __nn::sum(
            &[
                <__dropout1 as __nn::Layer>::MACS,
                <__flatten1 as __nn::Layer>::MACS,
                <__wide as __nn::Layer>::MACS,
                <__encoder1 as __nn::Layer>::MACS,
                <__dense2 as __nn::Layer>::MACS,
                <__dropout2 as __nn::Layer>::MACS,
                <__activation1 as __nn::Layer>::MACS,
            ],
        );
        const SCRATCH_BYTES: __nn::usize = __nn::arena_bytes(
            &[
                __nn::output_bytes::<__wide>(),
                __nn::output_bytes::<__encoder1>(),
                __nn::output_bytes::<__dense2>(),
            ],
        )
            + __nn::largest(
                &[
                    <__dropout1 as __nn::Layer>::SCRATCH_BYTES,
                    <__flatten1 as __nn::Layer>::SCRATCH_BYTES,
                    <__wide as __nn::Layer>::SCRATCH_BYTES,
                    <__encoder1 as __nn::Layer>::SCRATCH_BYTES,
                    <__dense2 as __nn::Layer>::SCRATCH_BYTES,
                    <__dropout2 as __nn::Layer>::SCRATCH_BYTES,
                    <__activation1 as __nn::Layer>::SCRATCH_BYTES,
                ],
            );
        const UNTRAINED: __nn::usize = __nn::sum(
            &[
                <__dropout1 as __nn::Layer>::UNTRAINED,
                <__flatten1 as __nn::Layer>::UNTRAINED,
                <__wide as __nn::Layer>::UNTRAINED,
                <__encoder1 as __nn::Layer>::UNTRAINED,
                <__dense2 as __nn::Layer>::UNTRAINED,
                <__dropout2 as __nn::Layer>::UNTRAINED,
                <__activation1 as __nn::Layer>::UNTRAINED,
            ],
        );
        const INDICES: __nn::core::option::Option<__nn::usize> = <__wide as __nn::Layer>::INDICES;
        const PARTS: &'static [__nn::Part] = &[
            __nn::Part::layer::<__dropout1>("dropout1", ""),
            __nn::Part::layer::<__flatten1>("flatten1", ""),
            __nn::Part::layer::<__wide>("wide", "leaky_relu 0.2"),
            __nn::Part::layer::<__encoder1>("encoder1", ""),
            __nn::Part::layer::<__dense2>("dense2", ""),
            __nn::Part::layer::<__dropout2>("dropout2", ""),
            __nn::Part::layer::<__activation1>("activation1", "softmax"),
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
                    __nn::Neighbours<__wide, __encoder1, BATCH>,
                    __nn::Neighbours<__encoder1, __dense2, BATCH>,
                >,
            >::uninit();
            let arena = __nn::room(&mut arena);
            let wide_output = __nn::front::<_, __wide, BATCH>(arena);
            __nn::forward(&self.wide, simd, input, wide_output);
            let (wide_output, encoder1_output) = __nn::ends::<
                _,
                __wide,
                __encoder1,
                BATCH,
            >(arena);
            __nn::forward(&self.encoder1, simd, wide_output, encoder1_output);
            let (dense2_output, encoder1_output) = __nn::ends::<
                _,
                __dense2,
                __encoder1,
                BATCH,
            >(arena);
            __nn::forward(&self.dense2, simd, encoder1_output, dense2_output);
            let dense2_output = __nn::front::<_, __dense2, BATCH>(arena);
            __nn::forward(&self.activation1, simd, dense2_output, output);
        }
        fn forward_batch<const BATCH: __nn::usize>(
            &self,
            level: __nn::Level,
            input: &[Self::Input; BATCH],
            output: &mut [Self::Output; BATCH],
        ) {
            let mut arena = __nn::MaybeUninit::<
                __nn::Or<
                    __nn::Neighbours<__wide, __encoder1, BATCH>,
                    __nn::Neighbours<__encoder1, __dense2, BATCH>,
                >,
            >::uninit();
            let arena = __nn::room(&mut arena);
            let wide_output = __nn::front::<_, __wide, BATCH>(arena);
            __nn::forward_batch(&self.wide, level, input, wide_output);
            let (wide_output, encoder1_output) = __nn::ends::<
                _,
                __wide,
                __encoder1,
                BATCH,
            >(arena);
            __nn::forward_batch(&self.encoder1, level, wide_output, encoder1_output);
            let (dense2_output, encoder1_output) = __nn::ends::<
                _,
                __dense2,
                __encoder1,
                BATCH,
            >(arena);
            __nn::forward_batch(&self.dense2, level, encoder1_output, dense2_output);
            let dense2_output = __nn::front::<_, __dense2, BATCH>(arena);
            __nn::forward_batch(&self.activation1, level, dense2_output, output);
        }
        fn forward_logits<const BATCH: __nn::usize>(
            &self,
            level: __nn::Level,
            input: &[Self::Input; BATCH],
            output: &mut [Self::Output; BATCH],
        ) {
            let mut arena = __nn::MaybeUninit::<
                __nn::Or<
                    __nn::Neighbours<__wide, __encoder1, BATCH>,
                    __nn::Neighbours<__encoder1, __dense2, BATCH>,
                >,
            >::uninit();
            let arena = __nn::room(&mut arena);
            let wide_output = __nn::front::<_, __wide, BATCH>(arena);
            __nn::forward_batch(&self.wide, level, input, wide_output);
            let (wide_output, encoder1_output) = __nn::ends::<
                _,
                __wide,
                __encoder1,
                BATCH,
            >(arena);
            __nn::forward_batch(&self.encoder1, level, wide_output, encoder1_output);
            let (dense2_output, encoder1_output) = __nn::ends::<
                _,
                __dense2,
                __encoder1,
                BATCH,
            >(arena);
            __nn::forward_batch(&self.dense2, level, encoder1_output, dense2_output);
            let dense2_output = __nn::front::<_, __dense2, BATCH>(arena);
            __nn::forward_logits(&self.activation1, level, dense2_output, output);
        }
    }
    impl __nn::Train for Everything
    where
        my::Encoder<3>: __nn::Layer,
        for<'a> __encoder1: __nn::Train,
    {
        type Grad = __Gradient;
        type Tape<const BATCH: __nn::usize> = __Tape<BATCH>;
        fn init<R: __nn::Rng + ?__nn::core::marker::Sized>(&mut self, rng: &mut R) {
            __nn::Train::init(&mut self.dropout1, rng);
            __nn::Train::init(&mut self.flatten1, rng);
            __nn::Train::init(&mut self.wide, rng);
            self.wide.init_kernel_with(&::nn_core::init::HeNormal, rng);
            __nn::Train::init(&mut self.encoder1, rng);
            __nn::Train::init(&mut self.dense2, rng);
            self.dense2.init_bias_with(&::nn_core::init::Constant.value(0.1), rng);
            __nn::Train::init(&mut self.dropout2, rng);
            __nn::Train::init(&mut self.activation1, rng);
        }
        fn forward_train<const BATCH: __nn::usize>(
            &mut self,
            context: &mut __nn::Context<'_>,
            input: &[Self::Input; BATCH],
            output: &mut [Self::Output; BATCH],
            tape: &mut __Tape<BATCH>,
        ) {
            __nn::forward_train(
                &mut self.dropout1,
                context,
                input,
                &mut tape.dropout1.output,
                &mut tape.dropout1.tape,
            );
            __nn::forward_train(
                &mut self.flatten1,
                context,
                &tape.dropout1.output,
                &mut tape.flatten1.output,
                &mut tape.flatten1.tape,
            );
            __nn::forward_train(
                &mut self.wide,
                context,
                &tape.flatten1.output,
                &mut tape.wide.output,
                &mut tape.wide.tape,
            );
            __nn::forward_train(
                &mut self.encoder1,
                context,
                &tape.wide.output,
                &mut tape.encoder1.output,
                &mut tape.encoder1.tape,
            );
            __nn::forward_train(
                &mut self.dense2,
                context,
                &tape.encoder1.output,
                &mut tape.dense2.output,
                &mut tape.dense2.tape,
            );
            __nn::forward_train(
                &mut self.dropout2,
                context,
                &tape.dense2.output,
                &mut tape.dropout2.output,
                &mut tape.dropout2.tape,
            );
            __nn::forward_train(
                &mut self.activation1,
                context,
                &tape.dropout2.output,
                output,
                &mut tape.activation1,
            );
        }
        #[inline(always)]
        fn logits<'t, const BATCH: __nn::usize>(
            input: &'t [Self::Input; BATCH],
            output: &'t [Self::Output; BATCH],
            tape: &'t __Tape<BATCH>,
        ) -> &'t [Self::Output; BATCH] {
            __nn::logits::<
                __activation1,
                _,
                BATCH,
            >(&tape.dropout2.output, output, &tape.activation1)
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
            __nn::Train::visit(&mut self.dropout1, &mut gradient.dropout1, visitor);
            __nn::Train::visit(&mut self.flatten1, &mut gradient.flatten1, visitor);
            __nn::Train::visit(&mut self.wide, &mut gradient.wide, visitor);
            __nn::Train::visit(&mut self.encoder1, &mut gradient.encoder1, visitor);
            __nn::Train::visit(&mut self.dense2, &mut gradient.dense2, visitor);
            __nn::Train::visit(&mut self.dropout2, &mut gradient.dropout2, visitor);
            __nn::Train::visit(
                &mut self.activation1,
                &mut gradient.activation1,
                visitor,
            );
        }
        fn regularize(&self, gradient: &mut __Gradient) -> __nn::f32 {
            let mut penalty = 0.0;
            penalty += __nn::Train::regularize(&self.dropout1, &mut gradient.dropout1);
            penalty += __nn::Train::regularize(&self.flatten1, &mut gradient.flatten1);
            penalty += __nn::Train::regularize(&self.wide, &mut gradient.wide);
            penalty += self.wide.regularize_kernel(&mut gradient.wide, 0.0, 0.0001);
            penalty += __nn::Train::regularize(&self.encoder1, &mut gradient.encoder1);
            penalty += __nn::Train::regularize(&self.dense2, &mut gradient.dense2);
            penalty += self.dense2.regularize_kernel(&mut gradient.dense2, 0.00001, 0.0);
            penalty += __nn::Train::regularize(&self.dropout2, &mut gradient.dropout2);
            penalty
                += __nn::Train::regularize(&self.activation1, &mut gradient.activation1);
            penalty
        }
    }
    fn __backward<const LOGITS: __nn::bool, const BATCH: __nn::usize>(
        network: &Everything,
        context: &mut __nn::Context<'_>,
        pass: __nn::Pass<'_, Everything, BATCH>,
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
        let pass = __nn::pass(
            &tape.dropout2.output,
            output,
            d_output,
            &mut tape.activation1,
            &mut gradient.activation1,
            __nn::core::option::Option::Some(&mut tape.dropout2.gradient),
        );
        __nn::backward::<_, LOGITS, BATCH>(&network.activation1, context, pass);
        let pass = __nn::pass(
            &tape.dense2.output,
            &tape.dropout2.output,
            &mut tape.dropout2.gradient,
            &mut tape.dropout2.tape,
            &mut gradient.dropout2,
            __nn::core::option::Option::Some(&mut tape.dense2.gradient),
        );
        __nn::backward::<_, false, BATCH>(&network.dropout2, context, pass);
        let pass = __nn::pass(
            &tape.encoder1.output,
            &tape.dense2.output,
            &mut tape.dense2.gradient,
            &mut tape.dense2.tape,
            &mut gradient.dense2,
            __nn::core::option::Option::Some(&mut tape.encoder1.gradient),
        );
        __nn::backward::<_, false, BATCH>(&network.dense2, context, pass);
        let pass = __nn::pass(
            &tape.wide.output,
            &tape.encoder1.output,
            &mut tape.encoder1.gradient,
            &mut tape.encoder1.tape,
            &mut gradient.encoder1,
            __nn::core::option::Option::Some(&mut tape.wide.gradient),
        );
        __nn::backward::<_, false, BATCH>(&network.encoder1, context, pass);
        let pass = __nn::pass(
            &tape.flatten1.output,
            &tape.wide.output,
            &mut tape.wide.gradient,
            &mut tape.wide.tape,
            &mut gradient.wide,
            __nn::when(wanted, &mut tape.flatten1.gradient),
        );
        __nn::backward::<_, false, BATCH>(&network.wide, context, pass);
        if wanted {
            let pass = __nn::pass(
                &tape.dropout1.output,
                &tape.flatten1.output,
                &mut tape.flatten1.gradient,
                &mut tape.flatten1.tape,
                &mut gradient.flatten1,
                __nn::when(wanted, &mut tape.dropout1.gradient),
            );
            __nn::backward::<_, false, BATCH>(&network.flatten1, context, pass);
        }
        if wanted {
            let pass = __nn::pass(
                input,
                &tape.dropout1.output,
                &mut tape.dropout1.gradient,
                &mut tape.dropout1.tape,
                &mut gradient.dropout1,
                d_input,
            );
            __nn::backward::<_, false, BATCH>(&network.dropout1, context, pass);
        }
    }
    impl Everything
    where
        my::Encoder<3>: __nn::Layer,
    {
        const __ROWS: &'static [__nn::Row] = &[
            __nn::row::<__dropout1>("dropout1", "dropout RATE", &[{ H }, 28, 1]),
            __nn::row::<
                __flatten1,
            >(
                "flatten1",
                "flatten",
                &[{ ::nn_core::__private::product(&[{ H }, 28, 1]) }],
            ),
            __nn::row::<
                __wide,
            >(
                "wide",
                "dense { 2 * HIDDEN } leaky_relu 0.2 no_bias init he_normal l2 1e-4",
                &[{ 2 * HIDDEN }],
            ),
            __nn::row::<
                __encoder1,
            >(
                "encoder1",
                "my::Encoder<3>",
                ::nn_core::__private::output_dims::<my::Encoder<3>>(),
            ),
            __nn::row::<
                __dense2,
            >("dense2", "dense 5 -> 4 bias_init constant 0.1 l1 1e-5", &[4]),
            __nn::row::<__dropout2>("dropout2", "dropout 0.25", &[4]),
            __nn::row::<__activation1>("activation1", "softmax", &[4]),
        ];
        /// The table of layers, to be printed.
        #[must_use]
        pub const fn summary() -> __nn::Summary {
            __nn::Summary {
                name: "Everything",
                rows: Self::__ROWS,
            }
        }
    }
    impl __nn::Network for Everything
    where
        my::Encoder<3>: __nn::Layer,
        for<'a> __encoder1: __nn::Train,
    {
        const SUMMARY: __nn::Summary = Everything::summary();
        const INPUT: __nn::usize = Everything::INPUT;
        const OUTPUT: __nn::usize = Everything::OUTPUT;
        const PARAMS: __nn::usize = Everything::PARAMS;
    }
    impl __nn::Stream for Everything
    where
        my::Encoder<3>: __nn::Layer,
        for<'a> __dropout1: __nn::Stream,
        for<'a> __flatten1: __nn::Stream,
        for<'a> __wide: __nn::Stream,
        for<'a> __encoder1: __nn::Stream,
        for<'a> __dense2: __nn::Stream,
        for<'a> __dropout2: __nn::Stream,
        for<'a> __activation1: __nn::Stream,
    {
        type State = (
            <__dropout1 as __nn::Stream>::State,
            (
                <__flatten1 as __nn::Stream>::State,
                (
                    <__wide as __nn::Stream>::State,
                    (
                        <__encoder1 as __nn::Stream>::State,
                        (
                            <__dense2 as __nn::Stream>::State,
                            (
                                <__dropout2 as __nn::Stream>::State,
                                (<__activation1 as __nn::Stream>::State, ()),
                            ),
                        ),
                    ),
                ),
            ),
        );
        type Step = ::nn_core::__private::SVector<::nn_core::__private::f32, 1>;
        type Result = ::nn_core::__private::SVector<::nn_core::__private::f32, 4>;
        #[inline(always)]
        fn step<S: __nn::Simd>(
            &self,
            simd: S,
            state: &mut Self::State,
            input: &Self::Step,
            output: &mut Self::Result,
        ) {
            let mut dropout1_result = __nn::result::<__dropout1>();
            __nn::step(&self.dropout1, simd, &mut state.0, input, &mut dropout1_result);
            let state = &mut state.1;
            let mut flatten1_result = __nn::result::<__flatten1>();
            __nn::step(
                &self.flatten1,
                simd,
                &mut state.0,
                &dropout1_result,
                &mut flatten1_result,
            );
            let state = &mut state.1;
            let mut wide_result = __nn::result::<__wide>();
            __nn::step(
                &self.wide,
                simd,
                &mut state.0,
                &flatten1_result,
                &mut wide_result,
            );
            let state = &mut state.1;
            let mut encoder1_result = __nn::result::<__encoder1>();
            __nn::step(
                &self.encoder1,
                simd,
                &mut state.0,
                &wide_result,
                &mut encoder1_result,
            );
            let state = &mut state.1;
            let mut dense2_result = __nn::result::<__dense2>();
            __nn::step(
                &self.dense2,
                simd,
                &mut state.0,
                &encoder1_result,
                &mut dense2_result,
            );
            let state = &mut state.1;
            let mut dropout2_result = __nn::result::<__dropout2>();
            __nn::step(
                &self.dropout2,
                simd,
                &mut state.0,
                &dense2_result,
                &mut dropout2_result,
            );
            let state = &mut state.1;
            __nn::step(&self.activation1, simd, &mut state.0, &dropout2_result, output);
        }
    }
    impl __nn::TrainStream for Everything
    where
        my::Encoder<3>: __nn::Layer,
        for<'a> __encoder1: __nn::Train,
        for<'a> __dropout1: __nn::TrainStream,
        for<'a> __flatten1: __nn::TrainStream,
        for<'a> __wide: __nn::TrainStream,
        for<'a> __encoder1: __nn::TrainStream,
        for<'a> __dense2: __nn::TrainStream,
        for<'a> __dropout2: __nn::TrainStream,
        for<'a> __activation1: __nn::TrainStream,
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
                &mut self.dropout1,
                context,
                states,
                |state| &mut state.0,
                input,
                &mut tape.dropout1.output,
                &mut tape.dropout1.tape,
            );
            __nn::forward_window(
                &mut self.flatten1,
                context,
                states,
                |state| &mut state.1.0,
                &tape.dropout1.output,
                &mut tape.flatten1.output,
                &mut tape.flatten1.tape,
            );
            __nn::forward_window(
                &mut self.wide,
                context,
                states,
                |state| &mut state.1.1.0,
                &tape.flatten1.output,
                &mut tape.wide.output,
                &mut tape.wide.tape,
            );
            __nn::forward_window(
                &mut self.encoder1,
                context,
                states,
                |state| &mut state.1.1.1.0,
                &tape.wide.output,
                &mut tape.encoder1.output,
                &mut tape.encoder1.tape,
            );
            __nn::forward_window(
                &mut self.dense2,
                context,
                states,
                |state| &mut state.1.1.1.1.0,
                &tape.encoder1.output,
                &mut tape.dense2.output,
                &mut tape.dense2.tape,
            );
            __nn::forward_window(
                &mut self.dropout2,
                context,
                states,
                |state| &mut state.1.1.1.1.1.0,
                &tape.dense2.output,
                &mut tape.dropout2.output,
                &mut tape.dropout2.tape,
            );
            __nn::forward_window(
                &mut self.activation1,
                context,
                states,
                |state| &mut state.1.1.1.1.1.1.0,
                &tape.dropout2.output,
                output,
                &mut tape.activation1,
            );
        }
    }
    impl Everything
    where
        my::Encoder<3>: __nn::Layer,
    {
        /// Takes one step of a sequence and gives what the network makes of the stream so far.
        ///
        /// Fed all steps of a sequence, the results are what [`predict`](Self::predict) makes of the whole: each step's output
        /// where that is a sequence, the last step's where it is a vector. It takes the same time for every step and no heap.
        #[inline]
        pub fn step(
            &self,
            state: &mut __nn::State<Self>,
            input: &::nn_core::__private::SVector<::nn_core::__private::f32, 1>,
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
            input: &::nn_core::__private::SVector<::nn_core::__private::f32, 1>,
            output: &mut ::nn_core::__private::SVector<::nn_core::__private::f32, 4>,
        )
        where
            for<'a> Self: __nn::Stream,
        {
            __nn::step_into(self, state, input, output);
        }
    }
};
