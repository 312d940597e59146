//! Optimisers: short loops over flat parameters that know nothing of layers.

use crate::plain::{Plain, Zeroed};
use fearless_simd::Simd;

/// An optimiser.
///
/// Hyper-parameters are `f64`; what changes from step to step is worked out in `f64` once a step and applied in `f32`.
pub trait Optimizer {
    /// One value of state per parameter and slot: `[G; 2]` for Adam's two moments.
    type State<G: Plain>: Plain;
    /// The learning rate at `step`, counted from 0.
    fn learning_rate(&self, step: u64) -> f64;
    /// Replaces the learning rate (and any schedule).
    fn set_learning_rate(&mut self, learning_rate: f64);
    /// Updates one run of parameters at `step`, counted from 0. `state` are the slots of these parameters.
    fn update<S: Simd>(
        &self,
        simd: S,
        step: u64,
        parameters: &mut [f32],
        gradients: &[f32],
        state: Slots<'_>,
    );
}

/// The optimiser state of one run of parameters.
#[derive(Debug)]
pub struct Slots<'a> {
    /// All slots of the network, one after the other.
    pub all: &'a mut [f32],
    /// Parameters of the whole network: the distance between slots.
    pub stride: usize,
    /// Where the run begins within each slot.
    pub start: usize,
    /// The length of the run.
    pub len: usize,
}

impl<'a> Slots<'a> {
    /// The run in each of `K` slots; empty slices where there are fewer.
    #[must_use]
    pub fn split<const K: usize>(self) -> [&'a mut [f32]; K] {
        let Self {
            all,
            stride,
            start,
            len,
        } = self;
        let mut rest = all;
        core::array::from_fn(|_| {
            let (slot, after) = core::mem::take(&mut rest)
                .split_at_mut_checked(stride)
                .unwrap_or_default();
            rest = after;
            slot.get_mut(start..start + len).unwrap_or_default()
        })
    }
}

/// Adam (Kingma and Ba 2014; Keras `Adam`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adam {
    learning_rate: f64,
    beta_1: f64,
    beta_2: f64,
    epsilon: f64,
}

impl Adam {
    /// With Keras's defaults: `beta_1` 0.9, `beta_2` 0.999, `epsilon` 1e-7.
    #[must_use]
    pub const fn new(learning_rate: f64) -> Self {
        Self {
            learning_rate,
            beta_1: 0.9,
            beta_2: 0.999,
            epsilon: 1e-7,
        }
    }
}

impl Optimizer for Adam {
    type State<G: Plain> = [G; 2];
    fn learning_rate(&self, _: u64) -> f64 {
        self.learning_rate
    }
    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = learning_rate;
    }
    #[inline(always)]
    fn update<S: Simd>(
        &self,
        _: S,
        step: u64,
        parameters: &mut [f32],
        gradients: &[f32],
        state: Slots<'_>,
    ) {
        let t = (step + 1) as f64;
        let rate = self.learning_rate * libm::sqrt(1.0 - libm::pow(self.beta_2, t))
            / (1.0 - libm::pow(self.beta_1, t));
        let [m, v] = state.split();
        let (rate, b1, b2, epsilon) = (
            rate as f32,
            (1.0 - self.beta_1) as f32,
            (1.0 - self.beta_2) as f32,
            self.epsilon as f32,
        );
        for (((p, g), m), v) in parameters.iter_mut().zip(gradients).zip(m).zip(v) {
            *m += (g - *m) * b1;
            *v += (g * g - *v) * b2;
            *p -= rate * *m / (libm::sqrtf(*v) + epsilon);
        }
    }
}

const _: fn() = || {
    fn zeroed<T: Zeroed>() {}
    zeroed::<<Adam as Optimizer>::State<f32>>();
};
