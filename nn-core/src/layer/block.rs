//! Layers and networks side by side.

mod beside;
mod branches;
mod residual;

pub use beside::Beside;
pub use branches::{Add, BranchStates, Branches, Combine, CombineSteps, Concatenate, Multiply};
pub use residual::Residual;
