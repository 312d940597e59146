use super::options::{builders, options};
use super::share::{decayed, rest};
use super::{MAX_SLOTS, Optimizer, Options, Rule};
use crate::math::vector::sqrt;
use crate::plain::Plain;
use fearless_simd::Simd;

/// Adam that moves along the mean gradient alone until the second moment can be trusted
/// (Liu et al. 2019; PyTorch `RAdam`, Keras has none).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Radam {
    options: Options,
    beta_1: f64,
    beta_2: f64,
    epsilon: f64,
}

impl Radam {
    /// The optimiser with PyTorch's defaults: `beta_1` 0.9, `beta_2` 0.999, `epsilon` 1e-8.
    #[must_use]
    pub const fn new(learning_rate: f64) -> Self {
        Self {
            options: Options::new(learning_rate),
            beta_1: 0.9,
            beta_2: 0.999,
            epsilon: 1e-8,
        }
    }
}

builders!([] Radam {
    /// The share of the first moment that stays from step to step.
    beta_1,
    /// The share of the second moment that stays from step to step.
    beta_2,
    /// A number that is added to the divisor.
    epsilon,
});

/// [`Radam`] at one step.
#[derive(Clone, Copy, Debug)]
pub struct RadamRule {
    gain_1: f32,
    gain_2: f32,
    rate: f32,
    /// The divisor: this times the root of the second moment, plus `constant`.
    adaptive: f32,
    constant: f32,
}

impl Optimizer for Radam {
    type State<G: Plain> = [G; 2];
    type Rule = RadamRule;
    options!();

    fn rule(&mut self, step: u64) -> RadamRule {
        let t = step as f64 + 1.0;
        let decay = decayed(self.beta_2, step);
        let rate = self.learning_rate(step) / (1.0 - decayed(self.beta_1, step));
        let longest = 2.0 / (1.0 - self.beta_2) - 1.0;
        let length = longest - 2.0 * t * decay / (1.0 - decay);
        let (rate, adaptive, constant) = if length > 5.0 {
            let trust = libm::sqrt(
                (length - 4.0) * (length - 2.0) * longest
                    / ((longest - 4.0) * (longest - 2.0) * length),
            );
            let rate = rate * trust * libm::sqrt(1.0 - decay);
            (rate, 1.0, self.epsilon)
        } else {
            (rate, 0.0, 1.0)
        };
        RadamRule {
            gain_1: rest(self.beta_1),
            gain_2: rest(self.beta_2),
            rate: rate as f32,
            adaptive,
            constant: constant as f32,
        }
    }
}

impl Rule for RadamRule {
    const SLOTS: usize = 2;

    #[inline(always)]
    fn update<S: Simd>(
        &self,
        _: S,
        p: S::f32s,
        g: S::f32s,
        slots: &mut [S::f32s; MAX_SLOTS],
    ) -> S::f32s {
        let [m, v, _] = slots;
        *m += (g - *m) * self.gain_1;
        *v += (g * g - *v) * self.gain_2;
        p - *m * self.rate / (sqrt(*v) * self.adaptive + self.constant)
    }
}
