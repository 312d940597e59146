//! Networks out of other libraries' files, as declarations for `nn-core` that can be read and compiled.
//!
//! A reader makes a [`Model`] of a file: the statements of `network!`, and tensors in our layout. [`emit`] asks the macro's own
//! library whether that is a network, and gives the declaration and its weights as text and bytes; [`write_pair`] puts both into files.
//! What cannot be said is one [`Error`], which names all of it.
#![forbid(unsafe_code)]

mod emit;
mod error;
mod files;
pub mod graph;
mod model;
mod options;
#[cfg(test)]
mod tests;

pub use emit::{Emitted, emit};
pub use error::{Error, Problem};
pub use files::write_pair;
pub use model::{Model, Node, Tensor};
pub use options::Options;
