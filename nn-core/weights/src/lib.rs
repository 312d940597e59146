//! The tensors of a network, and the files they are kept in.
//!
//! What is said here of a tensor (its shape, and what it is to its layer) is what both `nn-core`, when a program runs, and `network!`,
//! when it is compiled, need to find it in a file.
#![no_std]
#![forbid(unsafe_code)]

mod shape;

pub use shape::{Role, Shape};
