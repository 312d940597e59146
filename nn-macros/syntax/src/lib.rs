//! The language of `nn-core`'s `network!`, on which the macro is a shell: a declaration is parsed, checked and expanded here, over
//! `proc_macro2`, so that tests and tools can ask about one too.
#![forbid(unsafe_code)]

mod activation;
mod args;
mod ast;
mod budget;
mod check;
mod context;
mod emit;
mod errors;
mod expand;
mod keras;
mod layer;
mod model;
mod number;
mod option;
mod outline;
mod parse;
mod paths;
mod repair;
mod rust;
mod shape;
#[cfg(test)]
mod tests;
mod variable;
mod weights;
mod window;
mod words;

pub use expand::expand;
pub use layer::WORDS as LAYERS;
pub use outline::{Outline, outline};
#[cfg(feature = "weights")]
pub use outline::{Part, parts};
