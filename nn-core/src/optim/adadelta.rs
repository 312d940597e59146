use super::options::{builders, options};
use super::share::rest;
use super::{MAX_SLOTS, Optimizer, Options, Rule};
use crate::math::vector::sqrt;
use crate::plain::Plain;
use fearless_simd::Simd;

/// Steps in the ratio of the root mean squares of past changes and gradients (Zeiler 2012; Keras `Adadelta`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adadelta {
    options: Options,
    rho: f64,
    epsilon: f64,
}

impl Adadelta {
    /// The optimiser with Keras's defaults: `rho` 0.95, `epsilon` 1e-7. The paper's form has a learning rate of 1.
    #[must_use]
    pub const fn new(learning_rate: f64) -> Self {
        Self {
            options: Options::new(learning_rate),
            rho: 0.95,
            epsilon: 1e-7,
        }
    }

    /// The optimiser with PyTorch's defaults: `rho` 0.9, `epsilon` 1e-6.
    #[must_use]
    pub const fn torch(learning_rate: f64) -> Self {
        Self::new(learning_rate).rho(0.9).epsilon(1e-6)
    }
}

builders!([] Adadelta {
    /// The share of both mean squares that stays from step to step.
    rho,
    /// A number that is added under both roots.
    epsilon,
});

/// [`Adadelta`] at one step.
#[derive(Clone, Copy, Debug)]
pub struct AdadeltaRule {
    rate: f32,
    gain: f32,
    epsilon: f32,
}

impl Optimizer for Adadelta {
    type State<G: Plain> = [G; 2];
    type Rule = AdadeltaRule;
    options!();

    fn rule(&mut self, step: u64) -> AdadeltaRule {
        AdadeltaRule {
            rate: self.learning_rate(step) as f32,
            gain: rest(self.rho),
            epsilon: self.epsilon as f32,
        }
    }
}

impl Rule for AdadeltaRule {
    const SLOTS: usize = 2;

    #[inline(always)]
    fn update<S: Simd>(
        &self,
        _: S,
        p: S::f32s,
        g: S::f32s,
        slots: &mut [S::f32s; MAX_SLOTS],
    ) -> S::f32s {
        let [gradients, changes, _] = slots;
        *gradients += (g * g - *gradients) * self.gain;
        let ratio = (*changes + self.epsilon) / (*gradients + self.epsilon);
        let change = g * sqrt(ratio);
        *changes += (change * change - *changes) * self.gain;
        p - change * self.rate
    }
}
