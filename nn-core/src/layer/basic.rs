//! Weighted sums, activations, and what stands between them.

mod activate;
mod dense;
mod dropout;
mod each;
mod embedding;
mod prelu;

pub use activate::Activate;
pub use dense::{Bias, Dense, NoBias, WithBias};
pub use dropout::Dropout;
pub use each::Each;
pub use embedding::Embedding;
pub(crate) use embedding::row;
pub use prelu::PRelu;
