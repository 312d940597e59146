use super::options::{builders, options};
use super::switch::{Off, On, Switch};
use super::{MAX_SLOTS, Optimizer, Options, Rule};
use crate::plain::Plain;
use core::marker::PhantomData;
use fearless_simd::Simd;

/// Gradient descent, with or without (Nesterov) momentum (Keras `SGD`).
///
/// Without momentum there is no state at all; [`momentum`](Self::momentum) makes it an `Sgd<On>`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sgd<M: Switch = Off> {
    options: Options,
    momentum: f64,
    nesterov: bool,
    /// PyTorch's form keeps the learning rate out of the velocity and weighs new gradients by `1 - dampening`.
    dampening: Option<f64>,
    switch: PhantomData<M>,
}

impl Sgd {
    /// The optimiser without momentum.
    #[must_use]
    pub const fn new(learning_rate: f64) -> Self {
        Self {
            options: Options::new(learning_rate),
            momentum: 0.0,
            nesterov: false,
            dampening: None,
            switch: PhantomData,
        }
    }

    /// Keras's velocity `v = momentum v - rate g` is added to the parameters.
    #[must_use]
    pub const fn momentum(self, momentum: f64) -> Sgd<On> {
        Sgd {
            options: self.options,
            momentum,
            nesterov: self.nesterov,
            dampening: self.dampening,
            switch: PhantomData,
        }
    }
}

impl Sgd<On> {
    /// Looks ahead along the velocity.
    #[must_use]
    pub const fn nesterov(mut self) -> Self {
        self.nesterov = true;
        self
    }

    /// PyTorch's velocity `v = momentum v + (1 - dampening) g`, begun with the first gradient as it is; the parameters
    /// lose `rate v`. With `dampening` 0 this differs from Keras's only when the learning rate changes.
    #[must_use]
    pub const fn dampening(mut self, dampening: f64) -> Self {
        self.dampening = Some(dampening);
        self
    }
}

builders!([M: Switch] Sgd<M> {});

/// [`Sgd`] at one step.
#[derive(Clone, Copy, Debug)]
pub struct SgdRule<M> {
    momentum: f32,
    /// A gradient's share of the velocity.
    gain: f32,
    /// The parameters move by this times the velocity plus `direct` times the gradient.
    along: f32,
    direct: f32,
    switch: PhantomData<M>,
}

impl<M: Switch> Optimizer for Sgd<M> {
    type State<G: Plain> = M::Slot<G>;
    type Rule = SgdRule<M>;
    options!(momentum);

    fn rule(&mut self, step: u64) -> SgdRule<M> {
        let (rate, momentum) = (self.learning_rate(step) as f32, self.momentum as f32);
        let (gain, along) = match self.dampening {
            None => (-rate, 1.0),
            Some(_) if step == 0 => (1.0, -rate),
            Some(dampening) => (1.0 - dampening as f32, -rate),
        };
        let (along, direct) = if self.nesterov {
            (along * momentum, -rate)
        } else {
            (along, 0.0)
        };
        let direct = if M::ON { direct } else { -rate };
        SgdRule {
            momentum,
            gain,
            along,
            direct,
            switch: PhantomData,
        }
    }
}

impl<M: Switch> Rule for SgdRule<M> {
    const SLOTS: usize = M::SLOTS;

    #[inline(always)]
    fn update<S: Simd>(
        &self,
        _: S,
        p: S::f32s,
        g: S::f32s,
        slots: &mut [S::f32s; MAX_SLOTS],
    ) -> S::f32s {
        if !M::ON {
            return p + g * self.direct;
        }
        let velocity = &mut slots[0];
        *velocity = *velocity * self.momentum + g * self.gain;
        p + *velocity * self.along + g * self.direct
    }
}
