//! Facts that a file does not say itself.

use nn_weights::Layout;

/// Facts that a file does not say itself, or may be told otherwise.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The sizes of the input, where the file leaves them open: `[28, 28, 1]`. Audio plugins take a stream, which has no length: theirs is a
    /// sequence of 64 steps if nothing says another number (`[256, 1]`), and `step` takes one after the other whatever it is.
    pub input: Option<Vec<usize>>,
    /// The declaration, for files that hold nothing but weights: a `network!` with or without Rust around it.
    pub declaration: Option<String>,
    /// Whose names and orders a file of weights has.
    pub layout: Option<Layout>,
}
