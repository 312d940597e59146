//! Networks out of other libraries' files, as declarations for `nn-core` that can be read and compiled.
//!
//! A reader makes a [`Model`] of a file: the statements of `network!`, and tensors in our layout. [`emit`] asks the macro's own
//! library whether that is a network, and gives the declaration and its weights as text and bytes; [`write_pair`] puts both into files.
//! What cannot be said is one [`Error`], which names all of it.
//!
//! The other way, [`model`] takes a declaration and its weights, and [`onnx`] writes a model for ONNX Runtime and its like:
//!
//! ```
//! use nn_convert::{Format, Model, Node, Options, Tensor, onnx, read_bytes};
//!
//! let kernel = Tensor::new("kernel", vec![3, 2], vec![0.5; 6]);
//! let layer = Node::new("sum", "dense 2 no_bias tanh").with(vec![kernel]);
//! let network = Model { input: vec![3], nodes: vec![layer], ..Model::default() };
//! let file = onnx(&network)?;
//! let again = read_bytes(&file, Format::Onnx, &Options::default())?;
//! assert_eq!(again.nodes[0].tensors, network.nodes[0].tensors);
//! # Ok::<(), nn_convert::Error>(())
//! ```
#![forbid(unsafe_code)]

mod array;
mod audio;
mod declared;
mod emit;
mod error;
mod files;
mod format;
pub mod graph;
mod json;
mod keras;
mod model;
mod network;
mod onnx;
mod options;
mod read;
mod shape;
mod start;
#[cfg(test)]
mod tests;

pub use declared::{fill, fill_bytes};
pub use emit::{Emitted, emit, weights};
pub use error::{Error, Problem};
pub use files::{write_file, write_pair};
pub use format::Format;
pub use model::{Model, Node, Start, Tensor};
pub use network::{model, read_declaration};
pub use nn_weights::Layout;
pub use onnx::onnx;
pub use options::Options;
pub use read::{read, read_bytes};
