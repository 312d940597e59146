//! The tensors of a network, and the files they are kept in.
//!
//! What is said here of a tensor (its shape, and what it is to its layer) is what both `nn-core`, when a program runs, and `network!`,
//! when it is compiled, need to find it in a file.
#![no_std]
#![forbid(unsafe_code)]

#[cfg(feature = "std")]
extern crate std;

#[cfg(feature = "std")]
mod axes;
#[cfg(feature = "std")]
mod flow;
#[cfg(feature = "std")]
mod form;
#[cfg(feature = "std")]
mod group;
#[cfg(feature = "std")]
mod problem;
#[cfg(feature = "std")]
mod read;
mod shape;
#[cfg(test)]
#[cfg(feature = "std")]
mod tests;
#[cfg(feature = "std")]
mod write;

#[cfg(feature = "std")]
pub use {
    flow::Flow,
    form::Layout,
    problem::Problem,
    read::{Reader, Weights, read},
    write::write,
};

pub use shape::{Role, Shape};

/// A tensor that a network has, and a file should have.
#[cfg(feature = "std")]
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The path to its layer: `encoder.dense1`.
    pub layer: std::string::String,
    /// Its name within the layer: `kernel`.
    pub tensor: std::string::String,
    /// Its role in its layer.
    pub role: Role,
    /// Its axes, in Keras's order; `None` for one that only the compiler knows.
    pub axes: std::vec::Vec<Option<usize>>,
    /// Channels and positions of the image that was flattened before it, which PyTorch keeps channels first.
    pub flattened: Option<[usize; 2]>,
}

#[cfg(feature = "std")]
impl Wanted {
    /// The path to it: `encoder.dense1.kernel`.
    #[must_use]
    pub fn path(&self) -> std::string::String {
        if self.layer.is_empty() {
            return self.tensor.clone();
        }
        std::format!("{}.{}", self.layer, self.tensor)
    }
}
