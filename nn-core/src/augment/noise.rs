use super::Augmentation;
use super::factor::chance;
use crate::error::Result;
use crate::init::normal_pair;
use crate::option;
use crate::tensor::Tensor;
use rand::rngs::SmallRng;

/// Adds to each value of an input of any shape a number of its own, normal with mean 0 (Keras `GaussianNoise`).
///
/// With targets equal to the inputs, this is how a denoising autoencoder is trained.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GaussianNoise {
    stddev: f64,
    probability: f64,
}

impl GaussianNoise {
    /// Noise of this standard deviation.
    #[must_use]
    pub const fn new(stddev: f64) -> Self {
        Self {
            stddev,
            probability: 1.0,
        }
    }

    /// The probability of noise on a sample, from 0 to 1; 1 unless said otherwise.
    #[must_use]
    pub const fn probability(mut self, probability: f64) -> Self {
        self.probability = probability;
        self
    }
}

impl<X: Tensor> Augmentation<X> for GaussianNoise {
    fn augment(&self, x: &mut X, random: &mut SmallRng) {
        if chance(self.probability, random) {
            add(x.values_mut(), self.stddev, random);
        }
    }

    fn check(&self) -> Result<()> {
        option::check!("stddev", self.stddev)?;
        option::check!("probability", self.probability)
    }
}

/// Adds noise to all values.
pub(super) fn add(values: &mut [f32], stddev: f64, random: &mut SmallRng) {
    for pair in values.chunks_mut(2) {
        for (value, normal) in pair.iter_mut().zip(normal_pair(random)) {
            *value += (stddev * normal) as f32;
        }
    }
}
