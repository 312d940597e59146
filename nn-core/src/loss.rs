//! Losses: value and gradient side by side.
//!
//! A loss looks at the outputs of a network and, where that is more accurate, at the values before the output
//! activation (the logits). Which of the two it differentiates is decided by type and options, once per batch.

use crate::activation::HeadKind;
use crate::tensor::Tensor;
use nalgebra::SVector;

/// With respect to what a loss gives its gradient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Space {
    /// The network's outputs.
    Output,
    /// The values before the output activation.
    Logits,
}

/// What a network says of one sample.
#[derive(Clone, Copy, Debug)]
pub struct Prediction<'a, Y> {
    /// The outputs.
    pub output: &'a Y,
    /// The values before the output activation; the outputs if it has none.
    pub logits: &'a Y,
    /// The output activation.
    pub head: HeadKind,
}

/// A loss over outputs `Y` and targets `T`.
#[diagnostic::on_unimplemented(
    message = "the loss `{Self}` does not take targets of type `{T}` for outputs of type `{Y}`",
    note = "class labels (`u8`, `u16`, `u32`, `usize`) go with `SparseCategoricalCrossentropy`; other losses take a target of the output's type"
)]
pub trait Loss<Y: Tensor, T: ?Sized> {
    /// Where the gradient is taken for a network with this output activation.
    fn space(&self, head: HeadKind) -> Space;

    /// Says what is wrong with a target; `None` if nothing is.
    fn check(&self, target: &T) -> Option<BadTarget> {
        let _ = target;
        None
    }

    /// The loss of one sample.
    fn value(&self, prediction: Prediction<'_, Y>, target: &T) -> f32;

    /// Writes `scale` times the gradient of the sample's loss (in [`space`](Self::space)) to `gradient` and returns the loss.
    fn gradient(
        &self,
        prediction: Prediction<'_, Y>,
        target: &T,
        scale: f32,
        gradient: &mut Y,
    ) -> f32;

    /// Whether the prediction counts as correct: Keras's `accuracy`, which it chooses by the loss; `None` for regression.
    fn correct(&self, output: &Y, target: &T) -> Option<f32> {
        let _ = (output, target);
        None
    }
}

/// What is wrong with a target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum BadTarget {
    /// A class label that the outputs do not reach.
    Label {
        /// The label.
        label: usize,
        /// The number of classes.
        classes: usize,
    },
    /// A value that is not finite.
    NonFinite {
        /// Which value.
        index: usize,
        /// The value.
        value: f32,
    },
}

/// A class label.
pub trait Label: Copy {
    /// As an index; values that do not fit are out of range for every network.
    fn index(self) -> usize;
}
macro_rules! labels {
    ($($type:ty),*) => {$(
        impl Label for $type {
            #[inline(always)]
            fn index(self) -> usize { usize::try_from(self).unwrap_or(usize::MAX) }
        }
    )*};
}
labels!(u8, u16, u32, usize);

/// `-ln p[label]` (Keras `SparseCategoricalCrossentropy`). The struct and the value with Keras's defaults share the name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SparseCategoricalCrossentropy {
    from_logits: bool,
}
/// The loss with Keras's defaults.
#[allow(non_upper_case_globals)]
pub const SparseCategoricalCrossentropy: SparseCategoricalCrossentropy =
    SparseCategoricalCrossentropy { from_logits: false };

impl<const C: usize, T: Label> Loss<SVector<f32, C>, T> for SparseCategoricalCrossentropy {
    fn space(&self, _: HeadKind) -> Space {
        Space::Logits
    }
    fn check(&self, target: &T) -> Option<BadTarget> {
        let label = target.index();
        (label >= C).then_some(BadTarget::Label { label, classes: C })
    }
    fn value(&self, prediction: Prediction<'_, SVector<f32, C>>, target: &T) -> f32 {
        self.gradient(prediction, target, 1.0, &mut SVector::zeros())
    }
    fn gradient(
        &self,
        prediction: Prediction<'_, SVector<f32, C>>,
        target: &T,
        scale: f32,
        gradient: &mut SVector<f32, C>,
    ) -> f32 {
        let logits = prediction.logits;
        let max = logits.iter().fold(f32::NEG_INFINITY, |a, &b| a.max(b));
        let sum: f32 = logits.iter().map(|z| libm::expf(z - max)).sum();
        for (g, z) in gradient.iter_mut().zip(logits.iter()) {
            *g = scale * libm::expf(z - max) / sum;
        }
        let label = target.index();
        if let Some(g) = gradient.as_mut_slice().get_mut(label) {
            *g -= scale;
        }
        logits
            .as_slice()
            .get(label)
            .map_or(f32::NAN, |z| libm::logf(sum) - (z - max))
    }
    fn correct(&self, output: &SVector<f32, C>, target: &T) -> Option<f32> {
        let mut best = 0;
        for (i, v) in output.iter().enumerate() {
            if *v > output[best] {
                best = i;
            }
        }
        Some(f32::from(u8::from(best == target.index())))
    }
}

/// `mean_i (y_i - t_i)^2` (Keras `MeanSquaredError`).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MeanSquaredError;

impl<Y: Tensor> Loss<Y, Y> for MeanSquaredError {
    fn space(&self, _: HeadKind) -> Space {
        Space::Output
    }
    fn value(&self, prediction: Prediction<'_, Y>, target: &Y) -> f32 {
        let (y, t) = (prediction.output.values(), target.values());
        y.iter().zip(t).map(|(y, t)| (y - t) * (y - t)).sum::<f32>() / Y::LEN as f32
    }
    fn gradient(
        &self,
        prediction: Prediction<'_, Y>,
        target: &Y,
        scale: f32,
        gradient: &mut Y,
    ) -> f32 {
        let factor = 2.0 * scale / Y::LEN as f32;
        for ((g, y), t) in gradient
            .values_mut()
            .iter_mut()
            .zip(prediction.output.values())
            .zip(target.values())
        {
            *g = factor * (y - t);
        }
        self.value(prediction, target)
    }
}
