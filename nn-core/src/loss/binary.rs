use super::categorical::Smoothing;
use super::numeric::{clip, pointwise, positive, sigmoid, sum_of_logs};
use super::options::{crossentropy_space, options};
use super::target::check_probabilities;
use super::{BadTarget, Loss, Prediction, Space, Target};
use crate::activation::HeadKind;
use crate::optim::switch::Switch;
use crate::tensor::Tensor;
use libm::logf;

options! {
    /// `mean(-t ln p - (1 - t) ln(1 - p))`: each output is a probability of its own (Keras `BinaryCrossentropy`).
    ///
    /// After `sigmoid` or `softmax`, and with `from_logits`, `p` is the sigmoid of the logits. Otherwise it is the outputs,
    /// clipped to 1e-7 from 0 and 1.
    ///
    /// [`correct`](Loss::correct) is the fraction of outputs on the target's side of one half (Keras `BinaryAccuracy`); of logits, on
    /// its side of zero.
    pub struct BinaryCrossentropy {
        /// Whether the outputs of a network without softmax or sigmoid are logits; false by default.
        from_logits: bool = false,
        /// The fraction by which targets are drawn towards one half; 0 by default.
        label_smoothing: f32 = 0.0,
    } switches {
        /// Takes the formula on the outputs, also after softmax or sigmoid.
        literal,
    }
}

/// PyTorch's `BCEWithLogitsLoss`: [`BinaryCrossentropy`](struct@BinaryCrossentropy) from logits.
pub type BceWithLogitsLoss = BinaryCrossentropy;
/// PyTorch's `BCEWithLogitsLoss`: [`BinaryCrossentropy`](struct@BinaryCrossentropy) from logits.
#[allow(non_upper_case_globals)]
pub const BceWithLogitsLoss: BceWithLogitsLoss = BinaryCrossentropy.from_logits(true);

impl<Y: Tensor, T: Target<Y>, L: Switch> Loss<Y, T> for BinaryCrossentropy<L> {
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
        let (z, y) = (prediction.logits.values(), prediction.output.values());
        let target = target.numbers();
        let t = target.as_ref();
        let g = gradient.values_mut();
        let mean = 1.0 / Y::LEN.max(1) as f32;
        let factor = scale * mean;
        let smooth = Smoothing::over_classes(self.label_smoothing, 2);
        let space = crossentropy_space(prediction.head, L::ON);
        let z = match (space, prediction.head) {
            (Space::Logits, HeadKind::Sigmoid) => {
                g.copy_from_slice(y);
                z
            }
            (Space::Logits, _) => {
                sigmoid(z, g);
                z
            }
            (Space::Output, _) if self.from_logits => {
                sigmoid(y, g);
                y
            }
            (Space::Output, _) => {
                let point = |_: f32, p, t| from_probability(p, smooth.apply(t));
                return mean * pointwise([y, t], g, factor, point);
            }
        };
        mean * with_sigmoid(z, t, smooth, factor, g)
    }

    fn correct(&self, prediction: Prediction<'_, Y>, target: &T) -> Option<f32> {
        Some(correct(prediction, target, self.from_logits))
    }

    fn class(&self, target: &T) -> Option<usize> {
        super::target::class(target)
    }
}

/// Turns the sigmoid `p` of the logits in `g` into the gradient and returns the sum of the losses, `max(z, 0) - t z - ln(max(p, 1 - p))`.
#[inline(always)]
fn with_sigmoid(z: &[f32], t: &[f32], smooth: Smoothing, factor: f32, g: &mut [f32]) -> f32 {
    let logs = sum_of_logs(g, |p| if p < 0.5 { 1.0 - p } else { p });
    let sum = pointwise(
        [z, t],
        g,
        factor,
        #[inline(always)]
        |p, z, t| {
            let t = smooth.apply(t);
            (positive(z) - z * t, p - t)
        },
    );
    sum - logs
}

#[inline(always)]
pub(super) fn from_probability(y: f32, t: f32) -> (f32, f32) {
    let (p, passes) = clip(y);
    // Clipped on its own: `1 - p` would round the distance of `p` to 1.
    let (q, _) = clip(1.0 - y);
    let mut value = 0.0;
    if t != 0.0 {
        value -= t * logf(p);
    }
    if t != 1.0 {
        value -= (1.0 - t) * logf(q);
    }
    (value, passes * ((1.0 - t) / q - t / p))
}

/// The fraction of outputs on the same side of the threshold as their target is of one half.
pub(super) fn correct<Y: Tensor, T: Target<Y>>(
    prediction: Prediction<'_, Y>,
    target: &T,
    from_logits: bool,
) -> f32 {
    let logits = from_logits && prediction.head == HeadKind::Linear;
    let threshold = if logits { 0.0 } else { 0.5 };
    let target = target.numbers();
    let right = prediction
        .output
        .values()
        .iter()
        .zip(target.as_ref())
        .filter(|(y, t)| !y.is_nan() && (**y > threshold) == (**t > 0.5));
    right.count() as f32 / Y::LEN.max(1) as f32
}
