//! Optimisers that go by the sign of a gradient alone.

use super::options::{builders, options};
use super::share::rest;
use super::{MAX_SLOTS, Optimizer, Options, Rule};
use crate::plain::Plain;
use fearless_simd::{Simd, prelude::*};

/// 1, -1, or what neither is: zero, or not a number.
#[inline(always)]
fn sign<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let negative = x.simd_lt(0.0).select(S::f32s::splat(simd, -1.0), x);
    x.simd_gt(0.0).select(S::f32s::splat(simd, 1.0), negative)
}

/// The sign of an interpolated momentum (Chen et al. 2023; Keras `Lion`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lion {
    options: Options,
    beta_1: f64,
    beta_2: f64,
}

impl Lion {
    /// The optimiser with Keras's defaults: `beta_1` 0.9, `beta_2` 0.99.
    #[must_use]
    pub const fn new(learning_rate: f64) -> Self {
        Self {
            options: Options::new(learning_rate),
            beta_1: 0.9,
            beta_2: 0.99,
        }
    }
}

builders!([] Lion {
    /// The momentum's share in what the sign is taken of.
    beta_1,
    /// The share of the momentum that stays from step to step.
    beta_2,
});

/// [`Lion`] at one step.
#[derive(Clone, Copy, Debug)]
pub struct LionRule {
    rate: f32,
    gain_1: f32,
    gain_2: f32,
}

impl Optimizer for Lion {
    type State<G: Plain> = G;
    type Rule = LionRule;
    options!();

    fn rule(&mut self, step: u64) -> LionRule {
        LionRule {
            rate: self.learning_rate(step) as f32,
            gain_1: rest(self.beta_1),
            gain_2: rest(self.beta_2),
        }
    }
}

impl Rule for LionRule {
    const SLOTS: usize = 1;

    #[inline(always)]
    fn update<S: Simd>(
        &self,
        simd: S,
        p: S::f32s,
        g: S::f32s,
        slots: &mut [S::f32s; MAX_SLOTS],
    ) -> S::f32s {
        let m = &mut slots[0];
        let change = sign(simd, *m + (g - *m) * self.gain_1);
        *m += (g - *m) * self.gain_2;
        p - change * self.rate
    }
}

/// Resilient propagation: each parameter has a step of its own that grows while the gradient keeps its sign and shrinks when
/// it changes (Riedmiller and Braun 1993, the variant Rprop-; PyTorch `Rprop`). For gradients of the whole data set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rprop {
    options: Options,
    eta_minus: f64,
    eta_plus: f64,
    smallest: f64,
    largest: f64,
}

impl Rprop {
    /// The optimiser with PyTorch's defaults: factors 0.5 and 1.2, steps from 1e-6 to 50. The learning rate is each parameter's first step.
    #[must_use]
    pub const fn new(learning_rate: f64) -> Self {
        Self {
            options: Options::new(learning_rate),
            eta_minus: 0.5,
            eta_plus: 1.2,
            smallest: 1e-6,
            largest: 50.0,
        }
    }

    /// The factors of a step after a change of sign and after none.
    #[must_use]
    pub const fn etas(mut self, minus: f64, plus: f64) -> Self {
        self.eta_minus = minus;
        self.eta_plus = plus;
        self
    }

    /// The limits of a step.
    #[must_use]
    pub const fn step_sizes(mut self, smallest: f64, largest: f64) -> Self {
        self.smallest = smallest;
        self.largest = largest;
        self
    }
}

builders!([] Rprop {});

/// [`Rprop`] at one step.
#[derive(Clone, Copy, Debug)]
pub struct RpropRule {
    first: f32,
    eta_minus: f32,
    eta_plus: f32,
    smallest: f32,
    largest: f32,
}

impl Optimizer for Rprop {
    type State<G: Plain> = [G; 2];
    type Rule = RpropRule;
    options!(eta_minus, eta_plus, smallest, largest);

    fn rule(&mut self, step: u64) -> RpropRule {
        RpropRule {
            first: self.learning_rate(step) as f32,
            eta_minus: self.eta_minus as f32,
            eta_plus: self.eta_plus as f32,
            smallest: self.smallest as f32,
            largest: self.largest as f32,
        }
    }
}

impl Rule for RpropRule {
    const SLOTS: usize = 2;

    #[inline(always)]
    fn update<S: Simd>(
        &self,
        simd: S,
        p: S::f32s,
        g: S::f32s,
        slots: &mut [S::f32s; MAX_SLOTS],
    ) -> S::f32s {
        let splat = |value| S::f32s::splat(simd, value);
        let [before, size, _] = slots;
        let now = sign(simd, g);
        // Of signs, not of gradients: the product of two small gradients is zero.
        let agreement = now * *before;
        let turned = agreement.simd_lt(0.0);
        let kept = agreement.simd_gt(0.0);
        // State starts as zeros, and no step is ever zero.
        let last = size.simd_eq(0.0).select(splat(self.first), *size);
        let factor = kept.select(splat(self.eta_plus), splat(1.0));
        let factor = turned.select(splat(self.eta_minus), factor);
        *size = (last * factor).max(self.smallest).min(self.largest);
        // After a change of sign the parameter rests for one step.
        *before = turned.select(splat(0.0), now);
        p - *before * *size
    }
}

/// Manhattan propagation: each step has the size of the learning rate, only its sign is the gradient's. No Keras name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Manhattan {
    options: Options,
}

impl Manhattan {
    /// A step of `learning_rate` for each parameter whose gradient is not zero.
    #[must_use]
    pub const fn new(learning_rate: f64) -> Self {
        Self {
            options: Options::new(learning_rate),
        }
    }
}

builders!([] Manhattan {});

/// [`Manhattan`] at one step.
#[derive(Clone, Copy, Debug)]
pub struct ManhattanRule {
    rate: f32,
}

impl Optimizer for Manhattan {
    type State<G: Plain> = ();
    type Rule = ManhattanRule;
    options!();

    fn rule(&mut self, step: u64) -> ManhattanRule {
        ManhattanRule {
            rate: self.learning_rate(step) as f32,
        }
    }
}

impl Rule for ManhattanRule {
    const SLOTS: usize = 0;

    #[inline(always)]
    fn update<S: Simd>(
        &self,
        simd: S,
        p: S::f32s,
        g: S::f32s,
        _: &mut [S::f32s; MAX_SLOTS],
    ) -> S::f32s {
        p - sign(simd, g) * self.rate
    }
}
