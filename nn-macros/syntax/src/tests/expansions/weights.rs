impl Weights {
    /// A network with fresh weights.
    #[must_use]
    pub fn init<R: __nn::Rng + ?__nn::core::marker::Sized>(rng: &mut R) -> Self {
        __nn::made(|network| __nn::Train::init(network, rng))
    }
}
impl __nn::Train for Weights {
    fn init<R: __nn::Rng + ?__nn::core::marker::Sized>(&mut self, rng: &mut R) {
        __nn::Train::init(&mut self.each1, rng);
        self.each1.layer.init_kernel_with(&::nn_core::init::HeNormal, rng);
        __nn::Train::init(&mut self.lstm1, rng);
        self.lstm1
            .init_bias_with(
                &::nn_core::layer::UnitForgetBias(::nn_core::init::Constant.value(0.1)),
                rng,
            );
    }
    fn regularize(&self, gradient: &mut __Gradient, add: __nn::bool) -> __nn::f32 {
        let mut penalty = 0.0;
        penalty += __nn::Train::regularize(&self.each1, &mut gradient.each1, add);
        penalty
            += self.each1.layer.regularize_kernel(&mut gradient.each1, add, 0.0, 0.0001);
        penalty += __nn::Train::regularize(&self.lstm1, &mut gradient.lstm1, add);
        penalty
    }
}
