impl Lines__residual1 {
    /// A network that predicts the same with fewer parameters: batch normalisation, and an activation behind it, becomes part of the
    /// layer before it. For inference: in training, its statistics would no longer be those of the batch.
    #[must_use]
    pub fn folded(&self) -> Lines__residual1Folded {
        let mut folded = Lines__residual1Folded::zeros();
        self.fold_into(&mut folded);
        folded
    }
    /// [`folded`](Self::folded) in place, for a network that is too large for the stack.
    pub fn fold_into(&self, folded: &mut Lines__residual1Folded) {
        __nn::fold::<
            _,
            _,
            __nn::activation::Linear,
        >(&self.dense1, &self.batch_norm1, &mut folded.dense1);
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
        self.residual1.body.fold_into(&mut folded.residual1.body);
        __nn::copy(&self.layer_norm1, &mut folded.layer_norm1);
    }
}
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
/// | `residual1` | `residual` | `5 -> 5` |  | 30 | 120 |
/// | `layer_norm1` | `layer_norm` | `5 -> 5` |  | 5 | 20 |
/// | | | | | 156 | 624 |
#[repr(C)]
struct LinesFolded {
    /// `batch_norm`: `8` -> `8`
    pub batch_norm1: ::nn_core::layer::BatchNorm<8, 1>,
    /// `dense 6 no_bias + batch_norm torch epsilon 1e-3 no_center + relu`: `8` -> `6`
    pub dense1: ::nn_core::layer::Dense<8, 6, ::nn_core::activation::Relu>,
    /// `dense 5 linear + batch_norm momentum M`: `6` -> `5`
    pub dense2: ::nn_core::layer::Dense<6, 5>,
    /// `residual {…}`: `5` -> `5`
    pub residual1: ::nn_core::layer::Residual<Lines__residual1Folded>,
    /// `layer_norm no_scale`: `5` -> `5`
    pub layer_norm1: ::nn_core::layer::LayerNorm<
        5,
        1,
        ::nn_core::Ratio<1, 1000>,
        ::nn_core::layer::NoBias,
    >,
}
