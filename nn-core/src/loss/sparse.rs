//! Losses whose target is a class label.

use super::numeric::{clip, largest_at, likeliest_of, rows, rowwise, softmax};
use super::options::{crossentropy_space, options};
use super::target::check_labels;
use super::{BadTarget, Label, Labels, Loss, Prediction, Space};
use crate::activation::HeadKind;
use crate::optim::switch::Switch;
use crate::tensor::Tensor;
use libm::logf;

options! {
    /// `-ln p[label]` (Keras `SparseCategoricalCrossentropy`).
    ///
    /// After `softmax` or `sigmoid`, and with `from_logits`, `p` is the softmax of the logits `z`: `ln(sum(e^z)) - z[label]`.
    /// Otherwise the outputs are clipped to 1e-7 from 0 and 1 and divided by their sum.
    ///
    /// ```
    /// use nn_core::loss::{Loss, Prediction, SparseCategoricalCrossentropy};
    /// use nn_core::nalgebra::Vector2;
    ///
    /// let output = Vector2::new(0.25, 0.75);
    /// let loss = SparseCategoricalCrossentropy.value(Prediction::of_output(&output), &1_u8);
    /// assert!((loss + 0.75_f32.ln()).abs() < 1e-6);
    /// let loss = SparseCategoricalCrossentropy.from_logits(true).value(Prediction::of_output(&output), &1_u8);
    /// assert!((loss - (1.0 + (-0.5_f32).exp()).ln()).abs() < 1e-6);
    /// ```
    pub struct SparseCategoricalCrossentropy {
        /// Whether the outputs of a network without softmax or sigmoid are logits; false by default.
        from_logits: bool = false,
    } switches {
        /// Takes the formula on the outputs, also after softmax or sigmoid.
        literal,
    }
}

/// PyTorch's `CrossEntropyLoss` for class labels: [`SparseCategoricalCrossentropy`](struct@SparseCategoricalCrossentropy) from logits.
pub type CrossEntropyLoss = SparseCategoricalCrossentropy;
/// PyTorch's `CrossEntropyLoss` for class labels: [`SparseCategoricalCrossentropy`](struct@SparseCategoricalCrossentropy) from logits.
#[allow(non_upper_case_globals)]
pub const CrossEntropyLoss: CrossEntropyLoss = SparseCategoricalCrossentropy.from_logits(true);

/// `-y[label]` (PyTorch `NLLLoss`): the outputs are logarithms of probabilities, as after `log_softmax`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NllLoss;

impl<Y: Tensor, T: Labels<Y>, L: Switch> Loss<Y, T> for SparseCategoricalCrossentropy<L> {
    fn check_options(&self) -> crate::Result<()> {
        self.options_in_range()
    }

    #[inline(always)]
    fn space(&self, head: HeadKind) -> Space {
        crossentropy_space(head, L::ON)
    }

    fn check(&self, target: &T) -> Option<BadTarget> {
        check_labels(target)
    }

    #[inline(always)]
    fn gradient(
        &self,
        prediction: Prediction<'_, Y>,
        target: &T,
        scale: f32,
        gradient: &mut Y,
    ) -> f32 {
        let space = crossentropy_space(prediction.head, L::ON);
        let labels = target.labels().iter().map(|label| label.index());
        match (space, prediction.head) {
            #[allow(clippy::redundant_closure)]
            (Space::Logits, HeadKind::Softmax) => {
                rowwise(
                    prediction,
                    labels,
                    scale,
                    gradient,
                    // As a function it would be called, not inlined.
                    #[inline(always)]
                    |z, p, label, scale, g| after_softmax(z, p, label, scale, g),
                )
            }
            (Space::Logits, _) => rowwise(prediction, labels, scale, gradient, from_logits),
            (Space::Output, _) if self.from_logits => {
                let prediction = Prediction::of_output(prediction.output);
                rowwise(prediction, labels, scale, gradient, from_logits)
            }
            (Space::Output, _) => rowwise(prediction, labels, scale, gradient, from_probabilities),
        }
    }

    fn correct(&self, prediction: Prediction<'_, Y>, target: &T) -> Option<f32> {
        Some(correct(prediction, target))
    }

    fn class(&self, target: &T) -> Option<usize> {
        class(target)
    }
}

impl<Y: Tensor, T: Labels<Y>> Loss<Y, T> for NllLoss {
    fn check(&self, target: &T) -> Option<BadTarget> {
        check_labels(target)
    }

    #[inline(always)]
    fn gradient(
        &self,
        prediction: Prediction<'_, Y>,
        target: &T,
        scale: f32,
        gradient: &mut Y,
    ) -> f32 {
        let labels = target.labels().iter().map(|label| label.index());
        rowwise(
            prediction,
            labels,
            scale,
            gradient,
            |_, y, label, scale, g| {
                g.fill(0.0);
                subtract_at(g, label, scale);
                y.get(label).map_or(f32::NAN, |y| -y)
            },
        )
    }

    fn correct(&self, prediction: Prediction<'_, Y>, target: &T) -> Option<f32> {
        Some(correct(prediction, target))
    }

    fn class(&self, target: &T) -> Option<usize> {
        class(target)
    }
}

#[inline(always)]
fn after_softmax(z: &[f32], p: &[f32], label: usize, scale: f32, g: &mut [f32]) -> f32 {
    g.copy_from_slice(p);
    with_softmax(z, label, scale, g)
}

#[inline(always)]
fn from_logits(z: &[f32], _: &[f32], label: usize, scale: f32, g: &mut [f32]) -> f32 {
    softmax(z, g);
    with_softmax(z, label, scale, g)
}

/// Turns the softmax of the logits in `g` into the gradient and returns the loss.
#[inline(always)]
fn with_softmax(z: &[f32], label: usize, scale: f32, g: &mut [f32]) -> f32 {
    let (Some(&p_label), Some(&z_label)) = (g.get(label), z.get(label)) else {
        return f32::NAN;
    };
    // One logarithm for both ways.
    let (more, p) = if p_label >= f32::MIN_POSITIVE {
        (0.0, p_label)
    } else {
        let (largest, p) = likeliest_of(z, g);
        (largest - z_label, p)
    };
    let loss = more - logf(p);
    for g in g.iter_mut() {
        *g *= scale;
    }
    subtract_at(g, label, scale);
    loss
}

#[inline(always)]
fn from_probabilities(_: &[f32], y: &[f32], label: usize, scale: f32, g: &mut [f32]) -> f32 {
    let sum: f32 = y.iter().map(|&y| clip(y).0).sum();
    for (g, &y) in g.iter_mut().zip(y) {
        *g = clip(y).1 * scale / sum;
    }
    let Some(&y) = y.get(label) else {
        return f32::NAN;
    };
    let (p, passes) = clip(y);
    subtract_at(g, label, passes * scale / p);
    logf(sum / p)
}

#[inline(always)]
fn subtract_at(g: &mut [f32], index: usize, value: f32) {
    if let Some(g) = g.get_mut(index) {
        *g -= value;
    }
}

/// The fraction of rows whose largest output is at the label (Keras `SparseCategoricalAccuracy`).
fn correct<Y: Tensor, T: Labels<Y>>(prediction: Prediction<'_, Y>, target: &T) -> f32 {
    let labels = target.labels().iter().map(|label| label.index());
    let right = rows::<Y>(prediction.output.values())
        .zip(labels)
        .map(|(y, label)| largest_at(y, label));
    right.sum::<f32>() / Y::POSITIONS.max(1) as f32
}

/// The class of a sample; a sequence has one for each step and so none.
fn class<Y: Tensor>(target: &impl Labels<Y>) -> Option<usize> {
    match target.labels() {
        [label] => Some(label.index()),
        _ => None,
    }
}
