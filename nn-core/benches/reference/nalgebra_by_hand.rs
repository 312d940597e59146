//! `predict` written out with nalgebra's static matrices, as a user of nalgebra would.
//!
//! Weights are `OUT x IN` and column-major, which is nalgebra's own order and the better one for a product
//! with a vector: each input scales a contiguous column.

use super::glorot_uniform;
use nalgebra::{ArrayStorage, SMatrix, SVector};
use rand::SeedableRng;
use rand::rngs::SmallRng;

struct Dense<const IN: usize, const OUT: usize> {
    weights: SMatrix<f32, OUT, IN>,
    bias: SVector<f32, OUT>,
}

impl<const IN: usize, const OUT: usize> Dense<IN, OUT> {
    /// A constant, so that even a debug build copies it into a box without piling up stack.
    const ZERO: Self = Self {
        weights: SMatrix::from_array_storage(ArrayStorage([[0.0; OUT]; IN])),
        bias: SVector::from_array_storage(ArrayStorage([[0.0; OUT]])),
    };

    fn initialise(&mut self, rng: &mut SmallRng) {
        glorot_uniform(self.weights.as_mut_slice(), IN, OUT, rng);
    }

    #[inline]
    fn linear(&self, x: &SVector<f32, IN>) -> SVector<f32, OUT> {
        self.weights * x + self.bias
    }

    #[inline]
    fn relu(&self, x: &SVector<f32, IN>) -> SVector<f32, OUT> {
        self.linear(x).map(|value| value.max(0.0))
    }

    #[inline]
    fn softmax(&self, x: &SVector<f32, IN>) -> SVector<f32, OUT> {
        let logits = self.linear(x);
        let largest = logits.max();
        let powers = logits.map(|value| (value - largest).exp());
        powers / powers.sum()
    }
}

/// 8-6-6-4, relu relu softmax.
pub struct Animals {
    dense1: Dense<8, 6>,
    dense2: Dense<6, 6>,
    dense3: Dense<6, 4>,
}

impl Animals {
    /// Fresh weights.
    pub fn new(seed: u64) -> Self {
        let rng = &mut SmallRng::seed_from_u64(seed);
        let mut net = Self {
            dense1: Dense::ZERO,
            dense2: Dense::ZERO,
            dense3: Dense::ZERO,
        };
        net.dense1.initialise(rng);
        net.dense2.initialise(rng);
        net.dense3.initialise(rng);
        net
    }

    /// The probability of each class.
    #[inline]
    pub fn predict(&self, x: &SVector<f32, 8>) -> SVector<f32, 4> {
        self.dense3.softmax(&self.dense2.relu(&self.dense1.relu(x)))
    }
}

/// 784-128-10, relu softmax.
pub struct Digits {
    dense1: Dense<784, 128>,
    dense2: Dense<128, 10>,
}

impl Digits {
    /// Fresh weights; boxed, since they are 400 kB.
    pub fn new(seed: u64) -> Box<Self> {
        let rng = &mut SmallRng::seed_from_u64(seed);
        let mut net = Box::new(Self {
            dense1: Dense::ZERO,
            dense2: Dense::ZERO,
        });
        net.dense1.initialise(rng);
        net.dense2.initialise(rng);
        net
    }

    /// The probability of each class.
    #[inline]
    pub fn predict(&self, x: &SVector<f32, 784>) -> SVector<f32, 10> {
        self.dense2.softmax(&self.dense1.relu(x))
    }
}

#[test]
fn probabilities_add_up_to_one() {
    let small = Animals::new(1).predict(&SVector::from_fn(|i, _| i as f32 - 4.0));
    let large = Digits::new(1).predict(&SVector::from_fn(|i, _| (i % 7) as f32 / 7.0));
    assert!((small.sum() - 1.0).abs() < 1e-6, "{small}");
    assert!((large.sum() - 1.0).abs() < 1e-6, "{large}");
    assert!(small.iter().chain(&large).all(|p| *p > 0.0));
}
