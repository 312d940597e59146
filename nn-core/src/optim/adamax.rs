use super::options::{builders, options};
use super::share::{rest, rest_after};
use super::{MAX_SLOTS, Optimizer, Options, Rule};
use crate::plain::Plain;
use fearless_simd::{Simd, prelude::*};

/// Adam with the largest gradient in place of the second moment (Kingma and Ba 2014, section 7; Keras `Adamax`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adamax {
    options: Options,
    beta_1: f64,
    beta_2: f64,
    epsilon: f64,
    /// PyTorch adds `epsilon` to each gradient's size, Keras to the largest.
    epsilon_each: bool,
}

impl Adamax {
    /// The optimiser with Keras's defaults: `beta_1` 0.9, `beta_2` 0.999, `epsilon` 1e-7.
    #[must_use]
    pub const fn new(learning_rate: f64) -> Self {
        Self {
            options: Options::new(learning_rate),
            beta_1: 0.9,
            beta_2: 0.999,
            epsilon: 1e-7,
            epsilon_each: false,
        }
    }

    /// The optimiser with PyTorch's formula and defaults: `epsilon` 1e-8, added to the size of each gradient.
    #[must_use]
    pub const fn torch(learning_rate: f64) -> Self {
        let mut torch = Self::new(learning_rate).epsilon(1e-8);
        torch.epsilon_each = true;
        torch
    }
}

builders!([] Adamax {
    /// The share of the mean gradient that stays from step to step.
    beta_1,
    /// The share of the largest gradient that stays from step to step.
    beta_2,
    /// A number that is added to the divisor.
    epsilon,
});

/// [`Adamax`] at one step.
#[derive(Clone, Copy, Debug)]
pub struct AdamaxRule {
    rate: f32,
    gain: f32,
    beta_2: f32,
    epsilon_each: f32,
    epsilon: f32,
}

impl Optimizer for Adamax {
    type State<G: Plain> = [G; 2];
    type Rule = AdamaxRule;
    options!();

    fn rule(&mut self, step: u64) -> AdamaxRule {
        let rate = self.learning_rate(step) as f32;
        let (epsilon_each, epsilon) = if self.epsilon_each {
            (self.epsilon, 0.0)
        } else {
            (0.0, self.epsilon)
        };
        AdamaxRule {
            rate: rate / rest_after(self.beta_1, step),
            gain: rest(self.beta_1),
            beta_2: self.beta_2 as f32,
            epsilon_each: epsilon_each as f32,
            epsilon: epsilon as f32,
        }
    }
}

impl Rule for AdamaxRule {
    const SLOTS: usize = 2;

    #[inline(always)]
    fn update<S: Simd>(
        &self,
        _: S,
        p: S::f32s,
        g: S::f32s,
        slots: &mut [S::f32s; MAX_SLOTS],
    ) -> S::f32s {
        let [m, largest, _] = slots;
        *m += (g - *m) * self.gain;
        *largest = (*largest * self.beta_2).max(g.abs() + self.epsilon_each);
        p - *m * self.rate / (*largest + self.epsilon)
    }
}
