use super::numeric::{argmax, clip, largest_at, likeliest, rows, rowwise, softmax};
use super::options::{crossentropy_space, options};
use super::target::check_probabilities;
use super::{BadTarget, Loss, Prediction, Space, Target};
use crate::activation::HeadKind;
use crate::optim::switch::Switch;
use crate::tensor::Tensor;
use libm::logf;

options! {
    /// `-sum(t ln p)` for a one-hot target or a distribution over classes `t` (Keras `CategoricalCrossentropy`).
    ///
    /// After `softmax` or `sigmoid`, and with `from_logits`, `p` is the softmax of the logits.
    /// Otherwise it is the outputs divided by their sum, then clipped to 1e-7 from 0 and 1.
    pub struct CategoricalCrossentropy {
        /// Whether the outputs of a network without softmax or sigmoid are logits; false by default.
        from_logits: bool = false,
        /// The fraction of the target that is spread evenly over the classes; 0 by default.
        label_smoothing: f32 = 0.0,
    } switches {
        /// Takes the formula on the outputs, also after softmax or sigmoid.
        literal,
    }
}

impl<Y: Tensor, T: Target<Y>, L: Switch> Loss<Y, T> for CategoricalCrossentropy<L> {
    fn check_options(&self) -> crate::Result<()> {
        self.options_in_range()
    }

    #[inline(always)]
    fn space(&self, head: HeadKind) -> Space {
        crossentropy_space(head, L::ON)
    }

    fn check(&self, target: &T) -> Option<BadTarget> {
        check_probabilities(target)
    }

    #[inline(always)]
    fn gradient(
        &self,
        prediction: Prediction<'_, Y>,
        target: &T,
        scale: f32,
        gradient: &mut Y,
    ) -> f32 {
        let target = target.numbers();
        let targets = rows::<Y>(target.as_ref());
        let smooth = Smoothing::over_classes(self.label_smoothing, Y::CHANNELS);
        let space = crossentropy_space(prediction.head, L::ON);
        if space == Space::Output && !self.from_logits {
            return rowwise(prediction, targets, scale, gradient, |_, y, t, scale, g| {
                from_probabilities(y, t, smooth, scale, g)
            });
        }
        let prediction = match space {
            Space::Logits => prediction,
            Space::Output => Prediction::of_output(prediction.output),
        };
        let softmax_known = prediction.head == HeadKind::Softmax;
        rowwise(prediction, targets, scale, gradient, |z, y, t, scale, g| {
            from_logits(z, softmax_known.then_some(y), t, smooth, scale, g)
        })
    }

    fn correct(&self, prediction: Prediction<'_, Y>, target: &T) -> Option<f32> {
        Some(correct(prediction, target))
    }

    fn class(&self, target: &T) -> Option<usize> {
        super::target::class(target)
    }
}

/// `t (1 - label_smoothing) + added`.
#[derive(Clone, Copy)]
pub(super) struct Smoothing {
    keep: f32,
    added: f32,
}

impl Smoothing {
    #[inline(always)]
    pub(super) fn over_classes(label_smoothing: f32, classes: usize) -> Self {
        Self {
            keep: 1.0 - label_smoothing,
            added: label_smoothing / classes.max(1) as f32,
        }
    }

    #[inline(always)]
    pub(super) fn apply(self, target: f32) -> f32 {
        target * self.keep + self.added
    }
}

#[inline(always)]
fn from_logits(
    z: &[f32],
    p: Option<&[f32]>,
    t: &[f32],
    smooth: Smoothing,
    scale: f32,
    g: &mut [f32],
) -> f32 {
    match p {
        Some(p) => g.copy_from_slice(p),
        None => softmax(z, g),
    }
    let (largest, least) = likeliest(z, g);
    let (mut loss, mut total) = (0.0, 0.0);
    for (&z, &t) in z.iter().zip(t) {
        let t = smooth.apply(t);
        total += t;
        // A class that is not meant may be infinitely unlikely.
        if t != 0.0 {
            loss += t * ((largest - z) + least);
        }
    }
    for (g, &t) in g.iter_mut().zip(t) {
        *g = scale * (total * *g - smooth.apply(t));
    }
    loss
}

#[inline(always)]
fn from_probabilities(y: &[f32], t: &[f32], smooth: Smoothing, scale: f32, g: &mut [f32]) -> f32 {
    normalised(y, scale, g, t, |p, t| {
        let t = smooth.apply(t);
        let (p, passes) = clip(p);
        if t == 0.0 {
            (0.0, 0.0)
        } else {
            (-t * logf(p), -t * passes / p)
        }
    })
}

/// `sum(f(y / sum(y), t))` and its gradient with respect to `y`, where `f` gives `(value, derivative)`.
#[inline(always)]
pub(super) fn normalised(
    y: &[f32],
    scale: f32,
    g: &mut [f32],
    t: &[f32],
    f: impl Fn(f32, f32) -> (f32, f32),
) -> f32 {
    let sum: f32 = y.iter().sum();
    let (mut loss, mut dot) = (0.0, 0.0);
    for ((g, y), &t) in g.iter_mut().zip(y).zip(t) {
        let p = y / sum;
        let (value, derivative) = f(p, t);
        loss += value;
        dot += derivative * p;
        *g = derivative;
    }
    for g in g {
        *g = scale * (*g - dot) / sum;
    }
    loss
}

/// The fraction of rows whose largest output is at the largest target (Keras `CategoricalAccuracy`).
pub(super) fn correct<Y: Tensor, T: Target<Y>>(prediction: Prediction<'_, Y>, target: &T) -> f32 {
    let target = target.numbers();
    let right = rows::<Y>(prediction.output.values())
        .zip(rows::<Y>(target.as_ref()))
        .map(|(y, t)| largest_at(y, argmax(t)));
    right.sum::<f32>() / Y::POSITIONS.max(1) as f32
}
