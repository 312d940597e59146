use super::options::{builders, options};
use super::{MAX_SLOTS, Optimizer, Options, Rule};
use crate::math::vector::sqrt;
use crate::plain::Plain;
use fearless_simd::Simd;

/// Divides gradients by the root of the sum of all their squares (Duchi et al. 2011; Keras `Adagrad`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adagrad {
    options: Options,
    initial_accumulator_value: f64,
    epsilon: f64,
    /// PyTorch adds `epsilon` to the root, Keras under it.
    epsilon_outside: bool,
}

impl Adagrad {
    /// The optimiser with Keras's defaults: `initial_accumulator_value` 0.1, `epsilon` 1e-7.
    #[must_use]
    pub const fn new(learning_rate: f64) -> Self {
        Self {
            options: Options::new(learning_rate),
            initial_accumulator_value: 0.1,
            epsilon: 1e-7,
            epsilon_outside: false,
        }
    }

    /// The optimiser with PyTorch's formula and defaults: `initial_accumulator_value` 0, `epsilon` 1e-10, added to the root.
    ///
    /// PyTorch's `lr_decay` is [`Schedule::InverseTimeDecay`](super::Schedule::InverseTimeDecay) with `decay_steps` 1.
    #[must_use]
    pub const fn torch(learning_rate: f64) -> Self {
        let mut torch = Self::new(learning_rate)
            .initial_accumulator_value(0.0)
            .epsilon(1e-10);
        torch.epsilon_outside = true;
        torch
    }
}

builders!([] Adagrad {
    /// The initial sum of squares.
    initial_accumulator_value,
    /// A number that is added to the divisor.
    epsilon,
});

/// [`Adagrad`] at one step.
#[derive(Clone, Copy, Debug)]
pub struct AdagradRule {
    rate: f32,
    /// The state starts as zeros, so the initial value of the sum is added where it is used.
    inside: f32,
    outside: f32,
}

impl Optimizer for Adagrad {
    type State<G: Plain> = G;
    type Rule = AdagradRule;
    options!();

    fn rule(&mut self, step: u64) -> AdagradRule {
        let (initial, epsilon) = (self.initial_accumulator_value as f32, self.epsilon as f32);
        let (inside, outside) = if self.epsilon_outside {
            (initial, epsilon)
        } else {
            (initial + epsilon, 0.0)
        };
        AdagradRule {
            rate: self.learning_rate(step) as f32,
            inside,
            outside,
        }
    }
}

impl Rule for AdagradRule {
    const SLOTS: usize = 1;

    #[inline(always)]
    fn update<S: Simd>(
        &self,
        _: S,
        p: S::f32s,
        g: S::f32s,
        slots: &mut [S::f32s; MAX_SLOTS],
    ) -> S::f32s {
        let sum = &mut slots[0];
        *sum += g * g;
        p - g * self.rate / (sqrt(*sum + self.inside) + self.outside)
    }
}
