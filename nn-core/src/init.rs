//! Initialisers: distributions of fresh weights (Keras `initializers`).
//!
//! Each initialiser of Keras is a constant with Keras's defaults, and the ones with options have builders:
//! `GlorotUniform`, `RandomNormal.stddev(0.01)`.

mod orthogonal;

pub use orthogonal::Orthogonal;

use rand::{Rng, RngExt};

/// The size of a tensor of weights, in the terms that initialisers need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Values that each output adds up.
    pub fan_in: usize,
    /// Outputs that each input goes into.
    pub fan_out: usize,
    /// The length of the last axis in Keras's order: outputs, units or filters.
    pub columns: usize,
}

impl Shape {
    /// A dense kernel `(inputs, outputs)`.
    #[must_use]
    pub const fn dense(inputs: usize, outputs: usize) -> Self {
        Self {
            fan_in: inputs,
            fan_out: outputs,
            columns: outputs,
        }
    }

    /// A convolution's kernel `(…, channels, filters)` over `positions` pixels or steps.
    #[must_use]
    pub const fn conv(positions: usize, channels: usize, filters: usize) -> Self {
        Self {
            fan_in: positions.saturating_mul(channels),
            fan_out: positions.saturating_mul(filters),
            columns: filters,
        }
    }
}

/// A way to draw fresh weights.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an initialiser",
    note = "initialisers are in `nn_core::init`: `GlorotUniform`, `HeNormal`, `RandomNormal.stddev(0.01)`, …"
)]
pub trait Initializer {
    /// Overwrites `values`, which are in Keras's order.
    fn fill<R: Rng + ?Sized>(&self, rng: &mut R, values: &mut [f32], shape: Shape);
}

/// The fan by which [`VarianceScaling`] spreads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The inputs.
    FanIn,
    /// The outputs.
    FanOut,
    /// The mean of both.
    FanAvg,
}

/// The distribution of [`VarianceScaling`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distribution {
    /// Equal probability between two limits.
    Uniform,
    /// A normal distribution cut off at two standard deviations and widened so that the variance is exact.
    TruncatedNormal,
    /// A normal distribution.
    UntruncatedNormal,
}

/// Mean 0 and variance `scale / fan` (Keras `VarianceScaling`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VarianceScaling {
    /// The factor.
    pub scale: f64,
    /// The divisor.
    pub mode: Mode,
    /// The distribution.
    pub distribution: Distribution,
}

/// Declares the named cases of [`VarianceScaling`].
macro_rules! scalings {
    ($($(#[$doc:meta])* $name:ident: $scale:expr, $mode:ident, $distribution:ident;)*) => {$(
        $(#[$doc])*
        #[allow(non_upper_case_globals)] // An initialiser is named like the class in Keras.
        pub const $name: VarianceScaling = VarianceScaling {
            scale: $scale,
            mode: Mode::$mode,
            distribution: Distribution::$distribution,
        };
    )*};
}

scalings! {
    /// Uniform within `sqrt(6 / (fan_in + fan_out))` (Glorot and Bengio 2010); the default of most layers.
    GlorotUniform: 1.0, FanAvg, Uniform;
    /// Truncated normal with variance `2 / (fan_in + fan_out)`.
    GlorotNormal: 1.0, FanAvg, TruncatedNormal;
    /// Uniform within `sqrt(6 / fan_in)` (He et al. 2015); for ReLU.
    HeUniform: 2.0, FanIn, Uniform;
    /// Truncated normal with variance `2 / fan_in`; for ReLU.
    HeNormal: 2.0, FanIn, TruncatedNormal;
    /// Uniform within `sqrt(3 / fan_in)`; for SELU.
    LecunUniform: 1.0, FanIn, Uniform;
    /// Truncated normal with variance `1 / fan_in`; for SELU.
    LecunNormal: 1.0, FanIn, TruncatedNormal;
    /// Uniform within `1 / sqrt(fan_in)`: what PyTorch draws kernels *and* biases of `Linear` from.
    TorchLinear: 1.0 / 3.0, FanIn, Uniform;
}

impl Initializer for VarianceScaling {
    fn fill<R: Rng + ?Sized>(&self, rng: &mut R, values: &mut [f32], shape: Shape) {
        /// The standard deviation of a standard normal cut off at ±2.
        const CUT: f64 = 0.879_625_661_034_239_8;
        let (fan_in, fan_out) = (shape.fan_in as f64, shape.fan_out as f64);
        let fan = match self.mode {
            Mode::FanIn => fan_in,
            Mode::FanOut => fan_out,
            Mode::FanAvg => (fan_in + fan_out) / 2.0,
        };
        let variance = self.scale / fan.max(1.0);
        let stddev = libm::sqrt(variance);
        match self.distribution {
            Distribution::Uniform => {
                let limit = libm::sqrt(3.0 * variance);
                RandomUniform
                    .minval(-limit)
                    .maxval(limit)
                    .fill(rng, values, shape);
            }
            Distribution::TruncatedNormal => TruncatedNormal
                .stddev(stddev / CUT)
                .fill(rng, values, shape),
            Distribution::UntruncatedNormal => RandomNormal.stddev(stddev).fill(rng, values, shape),
        }
    }
}

/// Declares an initialiser with options: a struct, and a constant of the same name with Keras's defaults.
macro_rules! initializer {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $default:expr),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $name {
            $($field: f64),*
        }

        $(#[$doc])*
        #[allow(non_upper_case_globals)] // An initialiser is named like the class in Keras.
        pub const $name: $name = $name { $($field: $default),* };

        impl $name {
            $(
                $(#[$field_doc])*
                #[must_use]
                pub const fn $field(mut self, $field: f64) -> Self {
                    self.$field = $field;
                    self
                }
            )*
        }
    };
}
use initializer;

initializer! {
    /// Uniform from `minval` to `maxval`; -0.05 to 0.05.
    RandomUniform {
        /// The lowest value.
        minval: -0.05,
        /// The highest value, exclusive.
        maxval: 0.05,
    }
}
initializer! {
    /// Normal; mean 0, standard deviation 0.05.
    RandomNormal {
        /// The mean.
        mean: 0.0,
        /// The standard deviation.
        stddev: 0.05,
    }
}
initializer! {
    /// Normal, drawn again beyond two standard deviations; mean 0, standard deviation (before) 0.05.
    TruncatedNormal {
        /// The mean.
        mean: 0.0,
        /// The standard deviation before cutting.
        stddev: 0.05,
    }
}
initializer! {
    /// The same value everywhere; 0.
    Constant {
        /// The value.
        value: 0.0,
    }
}

/// 0 everywhere.
#[allow(non_upper_case_globals)] // An initialiser is named like the class in Keras.
pub const Zeros: Constant = Constant.value(0.0);
/// 1 everywhere.
#[allow(non_upper_case_globals)] // An initialiser is named like the class in Keras.
pub const Ones: Constant = Constant.value(1.0);

impl Initializer for Constant {
    fn fill<R: Rng + ?Sized>(&self, _: &mut R, values: &mut [f32], _: Shape) {
        values.fill(self.value as f32);
    }
}

impl Initializer for RandomUniform {
    // In one place, not in each layer: arithmetic on doubles is long where there are none.
    #[inline(never)]
    fn fill<R: Rng + ?Sized>(&self, rng: &mut R, values: &mut [f32], _: Shape) {
        for value in values {
            let share: f64 = rng.random();
            *value = (self.minval + (self.maxval - self.minval) * share) as f32;
        }
    }
}

impl Initializer for RandomNormal {
    fn fill<R: Rng + ?Sized>(&self, rng: &mut R, values: &mut [f32], _: Shape) {
        for pair in values.chunks_mut(2) {
            for (value, z) in pair.iter_mut().zip(normal_pair(rng)) {
                *value = (self.mean + self.stddev * z) as f32;
            }
        }
    }
}

impl Initializer for TruncatedNormal {
    fn fill<R: Rng + ?Sized>(&self, rng: &mut R, values: &mut [f32], _: Shape) {
        let mut spare = None;
        for value in values {
            // One in 22 draws lies beyond. The bound on tries is for generators that are not random.
            let mut within = (0..64).filter_map(|_| {
                let z = spare.take().unwrap_or_else(|| {
                    let [first, second] = normal_pair(rng);
                    spare = Some(second);
                    first
                });
                (-2.0..=2.0).contains(&z).then_some(z)
            });
            *value = (self.mean + self.stddev * within.next().unwrap_or(0.0)) as f32;
        }
    }
}

/// Two independent draws from the standard normal distribution (Box and Muller 1958).
pub(crate) fn normal_pair<R: Rng + ?Sized>(rng: &mut R) -> [f64; 2] {
    // `random` can be 0, whose logarithm is not finite, but never 1.
    let radius = libm::sqrt(-2.0 * libm::log(1.0 - rng.random::<f64>()));
    let (sin, cos) = libm::sincos(core::f64::consts::TAU * rng.random::<f64>());
    [radius * cos, radius * sin]
}

#[cfg(test)]
mod tests;
