use crate::layer::{Layer, Train};

mod diagram;
mod summary;

pub use diagram::Diagram;
pub use summary::Thousands;

/// One sample of a network's or layer's input: `Input<Animals>`.
pub type Input<L> = <L as Layer>::Input;
/// One sample of a network's or layer's output: `Output<Animals>`.
pub type Output<L> = <L as Layer>::Output;

/// A network declared by [`network!`](crate::network!), for code that is generic over networks.
///
/// Targets of the output's type need no further bound; class labels do, because a sequence takes one for each step:
/// `where u8: Labels<N::Output>`.
///
/// ```
/// use nn_core::prelude::*;
///
/// fn train<N: Network>(net: &mut N, data: &[(N::Input, N::Output)]) -> nn_core::Result<f32> {
///     let mut trainer = N::trainer::<4>(Adam::new(0.05), MeanSquaredError);
///     Ok(trainer.fit(net, data, Fit::epochs(50))?.loss())
/// }
///
/// fn outputs<N: Network>(net: &N, data: &[(N::Input, N::Output)]) -> Vec<N::Output> {
///     data.iter().map(|(x, _)| net.predict(x)).collect()
/// }
///
/// network! { struct Sum { input 2; dense 1; } }
///
/// # fn main() -> nn_core::Result<()> {
/// let data = [[1.0, 2.0], [0.0, 4.0], [2.0, 0.5]].map(|x| (SVector::from(x), SVector::from([x[0] + x[1]])));
/// let mut net = Sum::init(&mut SmallRng::seed_from_u64(1));
/// assert!(train(&mut net, &data)? < 0.2);
/// assert_eq!(outputs(&net, &data).len(), 3);
/// # Ok(())
/// # }
/// ```
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

    /// The output for one input.
    #[must_use]
    #[inline]
    fn predict(&self, input: &Self::Input) -> Self::Output {
        crate::predict(self, input)
    }
}

/// One line of a [`Summary`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The field's name.
    pub name: &'static str,
    /// The layer as the user wrote it: `dense 6 relu`.
    pub layer: &'static str,
    /// The shape of the output, outermost first: `[6]`, `[100, 3]`, `[28, 28, 1]`.
    pub output: &'static [usize],
    /// The number of parameters; those of a block are in its branches.
    pub params: usize,
    /// The number of those that are trained.
    pub trained: usize,
    /// Multiply-accumulate operations of one prediction; those of a block are in its branches.
    pub macs: usize,
    /// The layers inside a block.
    pub branches: &'static [Branch],
    /// The number of a block's branches without layers, which hand its input on.
    pub empty_branches: usize,
}

/// The layers in one pair of braces of a block, as part of a [`Summary`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The path to them from the block's field: `body`, `second.first`.
    pub path: &'static str,
    /// One row for each layer.
    pub rows: &'static [Row],
}

/// A network's layers as a table; [`Display`](core::fmt::Display) prints it as Keras does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The network's name.
    pub name: &'static str,
    /// The shape of the input, outermost first.
    pub input: &'static [usize],
    /// One row for each layer; those inside a block are within its row.
    pub rows: &'static [Row],
    /// Bytes of the buffers of one prediction: `INFERENCE_RAM`.
    pub ram: usize,
}
