use crate::layer::{Layer, Train};

mod summary;

/// What one sample of a network's or layer's input is: `Input<Animals>`.
pub type Input<L> = <L as Layer>::Input;
/// What a network or layer makes of one sample: `Output<Animals>`.
pub type Output<L> = <L as Layer>::Output;

/// A network declared by [`network!`](crate::network!).
pub trait Network: Train {
    /// The table that Keras's `model.summary()` prints.
    const SUMMARY: Summary;
    /// Values in one input.
    const INPUT: usize;
    /// Values in one output.
    const OUTPUT: usize;
    /// All parameters, trained or not.
    const PARAMS: usize;

    /// The table that Keras's `model.summary()` prints.
    fn summary() -> Summary {
        Self::SUMMARY
    }
}

/// One line of a [`Summary`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The field's name.
    pub name: &'static str,
    /// What the user wrote: `dense 6 relu`.
    pub layer: &'static str,
    /// The shape of the output, outermost first: `[6]`, `[100, 3]`, `[28, 28, 1]`.
    pub output: &'static [usize],
    /// The number of parameters.
    pub params: usize,
    /// How many of them are trained.
    pub trained: usize,
}

/// A network's layers as a table; [`Display`](core::fmt::Display) prints it as Keras does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The network's name.
    pub name: &'static str,
    /// One row for each layer.
    pub rows: &'static [Row],
}
