use super::options::{builders, options};
use super::share::rest;
use super::switch::{Join, Off, On, Switch};
use super::{MAX_SLOTS, Optimizer, Options, Rule};
use crate::math::vector::sqrt;
use crate::plain::Plain;
use core::marker::PhantomData;
use fearless_simd::{Simd, prelude::*};

/// Divides gradients by the root of their running mean square (Tieleman and Hinton 2012; Keras `RMSprop`).
///
/// [`centered`](Self::centered) and [`momentum`](Self::momentum) each take another value per parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rmsprop<C: Switch = Off, M: Switch = Off> {
    options: Options,
    rho: f64,
    epsilon: f64,
    momentum: f64,
    /// PyTorch adds `epsilon` to the root and keeps the learning rate out of the momentum; Keras adds it under the root.
    torch: bool,
    switches: PhantomData<(C, M)>,
}

impl Rmsprop {
    /// The optimiser with Keras's defaults: `rho` 0.9, `epsilon` 1e-7.
    #[must_use]
    pub const fn new(learning_rate: f64) -> Self {
        Self {
            options: Options::new(learning_rate),
            rho: 0.9,
            epsilon: 1e-7,
            momentum: 0.0,
            torch: false,
            switches: PhantomData,
        }
    }

    /// The optimiser with PyTorch's formula and defaults: `rho` (its `alpha`) 0.99, `epsilon` 1e-8, added to the root.
    #[must_use]
    pub const fn torch(learning_rate: f64) -> Self {
        let mut torch = Self::new(learning_rate).rho(0.99).epsilon(1e-8);
        torch.torch = true;
        torch
    }
}

impl<C: Switch, M: Switch> Rmsprop<C, M> {
    const fn switched<D: Switch, N: Switch>(self) -> Rmsprop<D, N> {
        Rmsprop {
            options: self.options,
            rho: self.rho,
            epsilon: self.epsilon,
            momentum: self.momentum,
            torch: self.torch,
            switches: PhantomData,
        }
    }

    /// Divides by the root of the running variance instead of the mean square.
    #[must_use]
    pub const fn centered(self) -> Rmsprop<On, M> {
        self.switched()
    }

    /// Adds this share of the previous change to each change.
    #[must_use]
    pub const fn momentum(mut self, momentum: f64) -> Rmsprop<C, On> {
        self.momentum = momentum;
        self.switched()
    }
}

builders!([C: Switch, M: Switch] Rmsprop<C, M> {
    /// The share of the mean square that stays from step to step.
    rho,
    /// A number that is added to the divisor.
    epsilon,
});

/// [`Rmsprop`] at one step.
#[derive(Clone, Copy, Debug)]
pub struct RmspropRule<C, M> {
    gain: f32,
    epsilon_inside: f32,
    epsilon_outside: f32,
    momentum: f32,
    /// The learning rate is a factor of each change (Keras), or of the momentum (PyTorch); the other of the two is 1.
    rate_change: f32,
    rate_momentum: f32,
    switches: PhantomData<(C, M)>,
}

impl<C: Switch, M: Switch> Optimizer for Rmsprop<C, M> {
    type State<G: Plain> = Join<G, Join<C::Slot<G>, M::Slot<G>>>;
    type Rule = RmspropRule<C, M>;
    options!(momentum);

    fn rule(&mut self, step: u64) -> Self::Rule {
        let (rate, epsilon) = (self.learning_rate(step) as f32, self.epsilon as f32);
        let ([epsilon_inside, epsilon_outside], [rate_change, rate_momentum]) = if self.torch {
            ([0.0, epsilon], [1.0, rate])
        } else {
            ([epsilon, 0.0], [rate, 1.0])
        };
        RmspropRule {
            gain: rest(self.rho),
            epsilon_inside,
            epsilon_outside,
            momentum: self.momentum as f32,
            rate_change,
            rate_momentum,
            switches: PhantomData,
        }
    }
}

impl<C: Switch, M: Switch> Rule for RmspropRule<C, M> {
    const SLOTS: usize = 1 + C::SLOTS + M::SLOTS;

    #[inline(always)]
    fn update<S: Simd>(
        &self,
        simd: S,
        p: S::f32s,
        g: S::f32s,
        slots: &mut [S::f32s; MAX_SLOTS],
    ) -> S::f32s {
        let square = &mut slots[0];
        *square += (g * g - *square) * self.gain;
        let mut spread = *square;
        if C::ON {
            let mean = &mut slots[1];
            *mean += (g - *mean) * self.gain;
            spread -= *mean * *mean;
            // Rounding can take the variance of equal gradients below zero.
            let negative = spread.simd_lt(0.0);
            spread = negative.select(S::f32s::splat(simd, 0.0), spread);
        }
        let root = sqrt(spread + self.epsilon_inside) + self.epsilon_outside;
        let mut change = g * self.rate_change / root;
        if M::ON {
            let momentum = &mut slots[1 + C::SLOTS];
            *momentum = *momentum * self.momentum + change;
            change = *momentum;
        }
        p - change * self.rate_momentum
    }
}
