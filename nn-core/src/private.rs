//! What generated code names. Not public API: anything here may change in any release.

pub use crate::activation;
pub use crate::layer;
pub use crate::plain::{self, Plain, Zeroed, zeroed};
pub use core;
pub use nalgebra::{SMatrix, SVector};

use crate::layer::Layer;
use fearless_simd::{Level, dispatch};

/// The best level this CPU has; without `std`, the best that the target guarantees.
#[inline(always)]
#[must_use]
pub fn level() -> Level {
    Level::try_detect().unwrap_or(Level::baseline())
}

/// Inference of one sample.
#[inline]
pub fn predict_into<L: Layer>(layer: &L, x: &L::Input, y: &mut L::Output) {
    let x = core::array::from_ref(x);
    let y = core::array::from_mut(y);
    dispatch!(level(), simd => layer.forward(simd, x, y));
}
