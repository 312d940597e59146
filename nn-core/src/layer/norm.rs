//! Normalisation.

pub(crate) mod batch_norm;
pub(crate) mod fold;
mod layer_norm;

pub use batch_norm::{BatchNorm, BatchNormGrad, KerasMoments, Moments, TorchMoments};
pub use layer_norm::LayerNorm;
