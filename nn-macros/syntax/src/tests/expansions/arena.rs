impl __nn::Layer for Arena {
    const SCRATCH_BYTES: __nn::usize = __nn::arena_bytes(
        &[
            __nn::output_bytes::<__dense1>(),
            __nn::output_bytes::<__dense2>(),
            __nn::output_bytes::<__dense3>(),
        ],
    )
        + __nn::largest(
            &[
                <__dense1 as __nn::Layer>::SCRATCH_BYTES,
                <__dense2 as __nn::Layer>::SCRATCH_BYTES,
                <__reshape1 as __nn::Layer>::SCRATCH_BYTES,
                <__flatten1 as __nn::Layer>::SCRATCH_BYTES,
                <__dense3 as __nn::Layer>::SCRATCH_BYTES,
                <__dense4 as __nn::Layer>::SCRATCH_BYTES,
            ],
        );
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
                __nn::Neighbours<__dense1, __dense2, BATCH>,
                __nn::Neighbours<__dense2, __dense3, BATCH>,
            >,
        >::uninit();
        let arena = __nn::room(&mut arena);
        let dense1_output = __nn::front::<_, __dense1, BATCH>(arena);
        __nn::forward(&self.dense1, simd, input, dense1_output);
        let (dense1_output, dense2_output) = __nn::ends::<
            _,
            __dense1,
            __dense2,
            BATCH,
        >(arena);
        __nn::forward(&self.dense2, simd, dense1_output, dense2_output);
        let (dense3_output, dense2_output) = __nn::ends::<
            _,
            __dense3,
            __dense2,
            BATCH,
        >(arena);
        __nn::forward(&self.dense3, simd, dense2_output, dense3_output);
        let dense3_output = __nn::front::<_, __dense3, BATCH>(arena);
        __nn::forward(&self.dense4, simd, dense3_output, output);
    }
}
