//! Cross-entropies that look at what is still wrong: what is nearly right counts for little (Lin et al. 2018).

use super::binary::{self, from_probability};
use super::categorical::{self, Smoothing, normalised};
use super::numeric::{clip, pointwise, positive, rows, rowwise, softmax};
use super::options::options;
use super::target::check_probabilities;
use super::{BadTarget, Loss, Prediction, Space, Target};
use crate::activation::HeadKind;
use crate::optim::switch::Switch;
use crate::tensor::Tensor;
use libm::{expf, log1pf, logf, powf};

options! {
    /// The mean of [`BinaryCrossentropy`](struct@super::BinaryCrossentropy)'s terms, each times `(1 - p_t)^gamma`, where `p_t = t p + (1 - t) (1 - p)`
    /// (Keras `BinaryFocalCrossentropy`).
    ///
    /// After `sigmoid`, and with `from_logits`, `p` is the sigmoid of the logits. Otherwise it is the outputs; also after `softmax`, where
    /// Keras would mix the softmax with a sigmoid of the logits.
    ///
    /// From logits it differs from Keras where a network is wrong and sure of it: Keras clips `p` to 1e-7 from 0 and 1, so that beyond logits of
    /// about 16.1 its loss stays at 16.118 with a gradient of 0, and such a sample is never learned. Here the loss goes on rising with the logit:
    /// 200 with a gradient of -1 for a logit of -200 and a target of 1.
    pub struct BinaryFocalCrossentropy {
        /// Whether the outputs of a network without sigmoid are logits; false by default.
        from_logits: bool = false,
        /// The fraction by which targets are drawn towards one half; 0 by default.
        label_smoothing: f32 = 0.0,
        /// The strength of looking away from what is nearly right; 2 by default, 0 is the plain cross-entropy.
        gamma: f32 = 2.0,
        /// The weight of targets of 1, if classes are balanced; 0.25 by default. Targets of 0 weigh `1 - alpha`.
        alpha: f32 = 0.25,
        /// Whether to weigh the classes by `alpha`; false by default.
        apply_class_balancing: bool = false,
    } switches {
        /// Takes the formula on the outputs, also after sigmoid.
        literal,
    }
}

options! {
    /// `-sum(alpha (1 - p)^gamma t ln p)`, where `p` is the outputs divided by their sum, then clipped to 1e-7 from 0 and 1
    /// (Keras `CategoricalFocalCrossentropy`).
    pub struct CategoricalFocalCrossentropy {
        /// Whether the outputs are logits, of which `p` is the softmax; false by default.
        from_logits: bool = false,
        /// The fraction of the target that is spread evenly over the classes; 0 by default.
        label_smoothing: f32 = 0.0,
        /// The strength of looking away from what is nearly right; 2 by default.
        gamma: f32 = 2.0,
        /// The weight of every class; 0.25 by default.
        alpha: f32 = 0.25,
    }
}

impl<L: Switch> BinaryFocalCrossentropy<L> {
    /// `weight (1 - p_t)^gamma bce` and its derivative, from those of `p` and of the cross-entropy.
    #[inline(always)]
    fn point(&self, t: f32, p: [f32; 2], [bce, bce_slope]: [f32; 2]) -> (f32, f32) {
        let [p, p_slope] = p;
        let miss = t * (1.0 - p) + (1.0 - t) * p;
        let [power, power_slope] = power(miss, self.gamma);
        let weight = match self.apply_class_balancing {
            true => t * self.alpha + (1.0 - t) * (1.0 - self.alpha),
            false => 1.0,
        };
        let slope = power_slope * (1.0 - 2.0 * t) * p_slope * bce + power * bce_slope;
        (weight * power * bce, weight * slope)
    }

    #[inline(always)]
    fn logit(&self, z: f32, t: f32) -> (f32, f32) {
        let e = expf(-z.abs());
        let p = if z < 0.0 { e } else { 1.0 } / (1.0 + e);
        let bce = positive(z) - z * t + log1pf(e);
        self.point(t, [p, p * (1.0 - p)], [bce, p - t])
    }
}

impl<Y: Tensor, T: Target<Y>, L: Switch> Loss<Y, T> for BinaryFocalCrossentropy<L> {
    fn check_options(&self) -> crate::Result<()> {
        self.options_in_range()
    }

    #[inline(always)]
    fn space(&self, head: HeadKind) -> Space {
        match head {
            HeadKind::Sigmoid if !L::ON => Space::Logits,
            _ => Space::Output,
        }
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
        let smooth = Smoothing::over_classes(self.label_smoothing, 2);
        let space = Loss::<Y, T>::space(self, prediction.head);
        let y = match space {
            Space::Logits => prediction.logits.values(),
            Space::Output => prediction.output.values(),
        };
        let logits = self.from_logits || space == Space::Logits;
        let mean = 1.0 / Y::LEN.max(1) as f32;
        let sum = pointwise(
            [y, target.as_ref()],
            gradient.values_mut(),
            scale * mean,
            #[inline(always)]
            |_, y, t| {
                let t = smooth.apply(t);
                if logits {
                    self.logit(y, t)
                } else {
                    let (bce, slope) = from_probability(y, t);
                    self.point(t, [y, 1.0], [bce, slope])
                }
            },
        );
        sum * mean
    }

    fn correct(&self, prediction: Prediction<'_, Y>, target: &T) -> Option<f32> {
        Some(binary::correct(prediction, target, self.from_logits))
    }

    fn class(&self, target: &T) -> Option<usize> {
        super::target::class(target)
    }
}

impl<Y: Tensor, T: Target<Y>> Loss<Y, T> for CategoricalFocalCrossentropy {
    fn check_options(&self) -> crate::Result<()> {
        self.options_in_range()
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
        let term = |p: f32, t: f32| {
            let (p, passes) = clip(p);
            let [power, power_slope] = power(1.0 - p, self.gamma);
            let (weight, log) = (-self.alpha * smooth.apply(t), logf(p));
            let slope = weight * (power / p - power_slope * log);
            (weight * power * log, passes * slope)
        };
        rowwise(prediction, targets, scale, gradient, |_, y, t, scale, g| {
            if !self.from_logits {
                return normalised(y, scale, g, t, term);
            }
            let mut p = crate::plain::zeroed::<Y>();
            let Some(p) = p.values_mut().get_mut(..y.len()) else {
                return f32::NAN;
            };
            softmax(y, p);
            let loss = normalised(p, scale, g, t, term);
            for (g, p) in g.iter_mut().zip(p) {
                *g *= *p;
            }
            loss
        })
    }

    fn correct(&self, prediction: Prediction<'_, Y>, target: &T) -> Option<f32> {
        Some(categorical::correct(prediction, target))
    }

    fn class(&self, target: &T) -> Option<usize> {
        super::target::class(target)
    }
}

/// `x^gamma` and its derivative; the derivative at 0 is taken as 0 where it is infinite.
#[inline(always)]
fn power(x: f32, gamma: f32) -> [f32; 2] {
    if gamma == 2.0 {
        return [x * x, 2.0 * x];
    }
    if gamma == 0.0 {
        return [1.0, 0.0];
    }
    if x == 0.0 {
        return [0.0, if gamma == 1.0 { 1.0 } else { 0.0 }];
    }
    let power = powf(x, gamma);
    [power, gamma * power / x]
}
