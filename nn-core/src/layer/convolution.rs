//! Windows that slide: convolutions and pools.

mod causal;
mod conv;
mod pool;
mod separable;
mod transpose;
mod window;

pub use causal::Causal;
pub use conv::Conv;
pub use pool::{AvgPool, MaxPool};
pub use separable::SeparableConv;
pub use transpose::ConvTranspose;
pub use window::{Geometry, Window};
