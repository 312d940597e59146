//! Restricted Boltzmann machines: a layer of visible and a layer of hidden units that learn without labels.
//!
//! The energy of a state is `E(v, h) = -a·v - b·h - v·W h`; the hidden units are independent given the visible ones and the other way
//! round, so each side is one product and a sigmoid. Learning is contrastive divergence (G. Hinton, *Training Products of
//! Experts by Minimizing Contrastive Divergence*, 2002; names and defaults from his *Practical Guide to Training RBMs*, 2010).

mod divergence;
#[cfg(test)]
mod tests;

pub use divergence::{ContrastiveDivergence, Progress};

use crate::activation::{self, Sigmoid};
use crate::init::{Initializer, RandomNormal, Shape};
use crate::kernel;
use crate::layer::Dense;
use crate::level::best;
use crate::plain::{self, as_mut_slice, as_slice};
use core::array::{from_mut, from_ref};
use core::marker::PhantomData;
use fearless_simd::Level;
use nalgebra::{SMatrix, SVector};
use rand::Rng;

/// A restricted Boltzmann machine of `VISIBLE` visible and `HIDDEN` hidden units, which are 0 or 1 with a probability.
///
/// Visible values go from 0 to 1: probabilities, or grey values taken as such.
///
/// ```
/// use nn_core::prelude::*;
/// use nn_core::rbm::{ContrastiveDivergence, Rbm};
///
/// # fn main() -> nn_core::Result<()> {
/// // Two patterns, which the machine is to remember.
/// let data = [[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]].map(SVector::from);
/// let mut rng = SmallRng::seed_from_u64(1);
/// let mut rbm = Rbm::<4, 3>::init(&mut rng);
/// let mut learning = ContrastiveDivergence::<4, 3, 2>::new(1).learning_rate(0.5);
/// for _ in 0..300 {
///     learning.epoch(&mut rbm, &data, &mut rng)?;
/// }
/// // From a part of the first pattern to all of it.
/// let whole = rbm.reconstruct(&SVector::from([1.0, 0.0, 0.0, 0.0]));
/// assert!(whole[1] > 0.5 && whole[2] < 0.5, "{whole}");
/// // What it has seen has less energy than what it has not.
/// assert!(rbm.free_energy(&data[0]) < rbm.free_energy(&SVector::from([1.0, 0.0, 1.0, 0.0])));
/// # Ok(())
/// # }
/// ```
#[repr(C)]
#[derive(Clone, Debug, PartialEq)]
pub struct Rbm<const VISIBLE: usize, const HIDDEN: usize> {
    /// Weights, `HIDDEN x VISIBLE`: byte for byte the kernel `(VISIBLE, HIDDEN)` of a dense layer.
    pub kernel: SMatrix<f32, HIDDEN, VISIBLE>,
    /// The biases of the hidden units.
    pub hidden_bias: SVector<f32, HIDDEN>,
    /// The biases of the visible units.
    pub visible_bias: SVector<f32, VISIBLE>,
}

plain::mark!([const VISIBLE: usize, const HIDDEN: usize] Rbm<VISIBLE, HIDDEN> { kernel, hidden_bias, visible_bias });

impl<const VISIBLE: usize, const HIDDEN: usize> Rbm<VISIBLE, HIDDEN> {
    /// A machine of zeros; can initialise a `static`. It cannot learn before [`draw`](Self::draw): its hidden units are all alike.
    #[must_use]
    pub const fn zeros() -> Self {
        plain::zeroed()
    }

    /// A machine with fresh weights.
    #[must_use]
    pub fn init<R: Rng + ?Sized>(rng: &mut R) -> Self {
        let mut rbm = Self::zeros();
        rbm.draw(rng);
        rbm
    }

    /// A machine with fresh weights on the heap, made in place.
    #[cfg(feature = "alloc")]
    #[must_use]
    pub fn boxed<R: Rng + ?Sized>(rng: &mut R) -> alloc::boxed::Box<Self> {
        let mut rbm: alloc::boxed::Box<Self> = plain::zeroed_box();
        rbm.draw(rng);
        rbm
    }

    /// Draws the weights anew, normally distributed with a standard deviation of 0.01 (Hinton 2010, section 8); biases become zero.
    pub fn draw<R: Rng + ?Sized>(&mut self, rng: &mut R) {
        as_mut_slice(self).fill(0.0);
        let kernel = as_mut_slice(&mut self.kernel);
        RandomNormal
            .stddev(0.01)
            .fill(rng, kernel, Shape::dense(VISIBLE, HIDDEN));
    }

    /// The probability of each hidden unit: `sigmoid(b + v W)`.
    #[must_use]
    pub fn hidden(&self, visible: &SVector<f32, VISIBLE>) -> SVector<f32, HIDDEN> {
        let mut hidden = SVector::zeros();
        self.to_hidden(best(), from_ref(visible), from_mut(&mut hidden));
        hidden
    }

    /// The probability of each visible unit: `sigmoid(a + W h)`.
    #[must_use]
    pub fn visible(&self, hidden: &SVector<f32, HIDDEN>) -> SVector<f32, VISIBLE> {
        let mut visible = SVector::zeros();
        self.to_visible(best(), from_ref(hidden), from_mut(&mut visible));
        visible
    }

    /// Goes to the hidden units' probabilities and back.
    #[must_use]
    pub fn reconstruct(&self, visible: &SVector<f32, VISIBLE>) -> SVector<f32, VISIBLE> {
        self.visible(&self.hidden(visible))
    }

    /// `steps` times to drawn hidden units and back to the visible units' probabilities (Gibbs sampling): what the machine dreams.
    #[must_use]
    pub fn sample<R: Rng + ?Sized>(
        &self,
        start: &SVector<f32, VISIBLE>,
        steps: usize,
        rng: &mut R,
    ) -> SVector<f32, VISIBLE> {
        let mut visible = *start;
        for _ in 0..steps {
            let mut hidden = self.hidden(&visible);
            draw(rng, hidden.as_mut_slice());
            visible = self.visible(&hidden);
        }
        visible
    }

    /// `F(v) = -a·v - sum_j ln(1 + exp(b_j + (v W)_j))`: the lower, the likelier `v`.
    #[must_use]
    pub fn free_energy(&self, visible: &SVector<f32, VISIBLE>) -> f32 {
        let mut inputs = SVector::<f32, HIDDEN>::zeros();
        self.to_inputs(best(), from_ref(visible), from_mut(&mut inputs));
        self.free_energies(from_ref(visible), from_ref(&inputs))
    }

    /// The hidden side as a layer: the first one of a classifier whose declaration says `dense HIDDEN sigmoid`.
    #[must_use]
    pub fn features(&self) -> Dense<VISIBLE, HIDDEN, Sigmoid> {
        Dense {
            kernel: self.kernel,
            bias: self.hidden_bias,
            activation: PhantomData,
        }
    }

    /// The inputs of the hidden units: `b + v W`.
    fn to_inputs<const BATCH: usize>(
        &self,
        level: Level,
        visible: &[SVector<f32, VISIBLE>; BATCH],
        inputs: &mut [SVector<f32, HIDDEN>; BATCH],
    ) {
        let bias = Some(as_slice(&self.hidden_bias));
        let (x, w, y) = (
            as_slice(visible),
            as_slice(&self.kernel),
            as_mut_slice(inputs),
        );
        kernel::affine(level, x, w, bias, y, VISIBLE, HIDDEN);
    }

    fn to_hidden<const BATCH: usize>(
        &self,
        level: Level,
        visible: &[SVector<f32, VISIBLE>; BATCH],
        hidden: &mut [SVector<f32, HIDDEN>; BATCH],
    ) {
        self.to_inputs(level, visible, hidden);
        activation::forward::<Sigmoid>(level, as_mut_slice(hidden), HIDDEN);
    }

    fn to_visible<const BATCH: usize>(
        &self,
        level: Level,
        hidden: &[SVector<f32, HIDDEN>; BATCH],
        visible: &mut [SVector<f32, VISIBLE>; BATCH],
    ) {
        let (h, w) = (as_slice(hidden), as_slice(&self.kernel));
        kernel::transposed(level, h, w, as_mut_slice(visible), VISIBLE, HIDDEN);
        for row in visible.iter_mut() {
            *row += self.visible_bias;
        }
        activation::forward::<Sigmoid>(level, as_mut_slice(visible), VISIBLE);
    }

    /// The sum of the free energies of `visible`, given what goes into their hidden units.
    fn free_energies(
        &self,
        visible: &[SVector<f32, VISIBLE>],
        inputs: &[SVector<f32, HIDDEN>],
    ) -> f32 {
        let of = |(v, x): (&SVector<f32, VISIBLE>, &SVector<f32, HIDDEN>)| {
            let hidden: f32 = x.iter().map(|x| softplus(*x)).sum();
            -self.visible_bias.dot(v) - hidden
        };
        visible.iter().zip(inputs).map(of).sum()
    }
}

/// `ln(1 + exp(x))` without overflow.
fn softplus(x: f32) -> f32 {
    x.max(0.0) + libm::log1pf(libm::expf(-x.abs()))
}

/// Turns probabilities into 0 or 1.
fn draw<R: Rng + ?Sized>(rng: &mut R, probabilities: &mut [f32]) {
    /// Every `f32` below 1 that has 24 bits.
    const UNIT: f32 = 1.0 / (1 << 24) as f32;
    for probability in probabilities {
        let uniform = (rng.next_u32() >> 8) as f32 * UNIT;
        *probability = f32::from(u8::from(uniform < *probability));
    }
}
