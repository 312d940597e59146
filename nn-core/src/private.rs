//! What generated code names. Not public API: anything here may change in any release.

pub use crate::activation;
pub use crate::layer;
pub use crate::plain::{self, Plain, Zeroed, zeroed};
pub use core;
pub use nalgebra::{SMatrix, SVector};

use crate::layer::Layer;
pub use crate::level::best as level;
use fearless_simd::dispatch;

/// Inference of one sample.
#[inline]
pub fn predict_into<L: Layer>(layer: &L, x: &L::Input, y: &mut L::Output) {
    let x = core::array::from_ref(x);
    let y = core::array::from_mut(y);
    dispatch!(level(), simd => layer.forward(simd, x, y));
}
