//! Losses: value and gradient side by side.
//!
//! A loss looks at the outputs of a network and, where that is more accurate, at the values before the output
//! activation (the logits). Which of the two it differentiates is decided by type and options, once per batch.
//!
//! Names, defaults and formulas are those of Keras 3. A loss with options is a value of its own name, configured by
//! methods: `Huber`, `Huber.delta(0.4)`, `CategoricalCrossentropy.label_smoothing(0.1)`.
//!
//! # Cross-entropies and the output activation
//!
//! After `softmax` or `sigmoid` a cross-entropy works on the logits, as Keras does (`_keras_logits`): that is exact
//! where the probabilities round to 0 or 1. `Dense(2, sigmoid)` under [`SparseCategoricalCrossentropy`](struct@SparseCategoricalCrossentropy)
//! therefore trains as if it ended in softmax. `.literal()` takes the formula on the outputs instead. Without such an
//! activation, `.from_logits(true)` says that the outputs are logits; otherwise they are taken as probabilities.

mod binary;
mod categorical;
mod distance;
mod distribution;
mod elementwise;
mod focal;
mod hinge;
mod numeric;
mod options;
mod sparse;
mod sum;
mod target;
#[cfg(test)]
mod tests;

pub use binary::{BceWithLogitsLoss, BinaryCrossentropy};
pub use categorical::CategoricalCrossentropy;
pub use distance::CosineSimilarity;
pub use distribution::KlDivergence;
pub use elementwise::{
    Huber, LogCosh, MeanAbsoluteError, MeanAbsolutePercentageError, MeanSquaredError,
    MeanSquaredLogarithmicError, Poisson, SmoothL1Loss,
};
pub use focal::{BinaryFocalCrossentropy, CategoricalFocalCrossentropy};
pub use hinge::{CategoricalHinge, Hinge, SquaredHinge};
pub(crate) use numeric::{argmax, class_of, largest_at, rows};
pub use sparse::{CrossEntropyLoss, NllLoss, SparseCategoricalCrossentropy};
pub use sum::SumSquaredError;
pub use target::{BadTarget, Label, Labels, Target};

use crate::activation::HeadKind;
use crate::plain::zeroed;
use crate::tensor::Tensor;

/// The values with respect to which a loss gives its gradient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Space {
    /// The network's outputs.
    Output,
    /// The values before the output activation.
    Logits,
}

/// The way from the losses of samples to the loss of a batch (Keras `reduction`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reduction {
    /// `sum(weight * loss) / samples`, Keras's `sum_over_batch_size`: the default of every Keras loss.
    #[default]
    SumOverBatchSize,
    /// `sum(weight * loss)`, Keras's `sum`.
    Sum,
}

impl Reduction {
    /// The factor of each sample's loss and gradient in a batch or data set of so many samples.
    #[must_use]
    #[inline(always)]
    pub fn factor(self, samples: usize) -> f32 {
        match self {
            Self::SumOverBatchSize => 1.0 / samples.max(1) as f32,
            Self::Sum => 1.0,
        }
    }
}

/// A network's outputs for one sample.
#[derive(Clone, Copy, Debug)]
pub struct Prediction<'a, Y> {
    /// The outputs.
    pub output: &'a Y,
    /// The values before the output activation; the outputs if [`head`](Self::head) is `Linear`.
    pub logits: &'a Y,
    /// The output activation.
    pub head: HeadKind,
}

impl<'a, Y> Prediction<'a, Y> {
    /// Outputs of which nothing else is known. A cross-entropy then takes its formula on them.
    #[must_use]
    pub const fn of_output(output: &'a Y) -> Self {
        Self {
            output,
            logits: output,
            head: HeadKind::Linear,
        }
    }
}

/// A loss over outputs `Y` and targets `T`.
///
/// The outputs are one row, or one row for each step or pixel; the loss of a sample is then the mean over them.
///
/// The values before the output activation are there in training (`Layer::logits`) and in evaluation
/// (`Layer::forward_logits`, then `HeadKind::apply`), so that both see the same number.
///
/// ```
/// use nn_core::loss::{Loss, MeanSquaredError, Prediction};
/// use nn_core::nalgebra::Vector2;
///
/// let (output, target) = (Vector2::new(1.0, 2.0), Vector2::new(1.0, 5.0));
/// let mut gradient = Vector2::zeros();
/// let loss = MeanSquaredError.gradient(Prediction::of_output(&output), &target, 1.0, &mut gradient);
/// assert_eq!(loss, 4.5);
/// assert_eq!(gradient, Vector2::new(0.0, -3.0));
/// ```
#[diagnostic::on_unimplemented(
    message = "the loss `{Self}` does not take targets of type `{T}` for the outputs of this network",
    note = "class labels (`u8`, `u16`, `u32`, `usize`) go with `SparseCategoricalCrossentropy`; other losses take a target of the output's type"
)]
pub trait Loss<Y: Tensor, T: ?Sized> {
    /// The values whose gradient is taken for a network with this output activation. Always [`Space::Output`] for `HeadKind::Linear`.
    fn space(&self, head: HeadKind) -> Space {
        let _ = head;
        Space::Output
    }

    /// The way from the losses of samples to that of a batch.
    fn reduction(&self) -> Reduction {
        Reduction::SumOverBatchSize
    }

    /// An error if an option has a value that it cannot have.
    fn check_options(&self) -> crate::Result<()> {
        Ok(())
    }

    /// Says what is wrong with a target; `None` if nothing is.
    fn check(&self, target: &T) -> Option<BadTarget> {
        let _ = target;
        None
    }

    /// The loss of one sample.
    #[inline(always)]
    fn value(&self, prediction: Prediction<'_, Y>, target: &T) -> f32 {
        self.gradient(prediction, target, 1.0, &mut zeroed())
    }

    /// Writes `scale` times the gradient of the sample's loss (in [`space`](Self::space)) to `gradient` and returns the loss, not scaled.
    fn gradient(
        &self,
        prediction: Prediction<'_, Y>,
        target: &T,
        scale: f32,
        gradient: &mut Y,
    ) -> f32;

    /// The class of a sample, for class weights; `None` if targets are not classes.
    fn class(&self, target: &T) -> Option<usize> {
        let _ = target;
        None
    }

    /// The sample's share of Keras's `accuracy`, 0 to 1; `None` where the word means nothing (regression).
    fn correct(&self, prediction: Prediction<'_, Y>, target: &T) -> Option<f32> {
        let _ = (prediction, target);
        None
    }
}
