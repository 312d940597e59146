//! Losses of maximum-margin classification: nothing is lost beyond a margin of 1.

use super::categorical::correct;
use super::numeric::{pointwise, positive, rows, rowwise};
use super::target::{check_finite, class};
use super::{BadTarget, Loss, Prediction, Target};
use crate::tensor::Tensor;

/// `mean(max(1 - t y, 0))` for targets of -1 and 1 (Keras `Hinge`). Targets of a sample that are all 0 or 1 stand for -1 and 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hinge;

/// `mean(max(1 - t y, 0)^2)` for targets of -1 and 1 (Keras `SquaredHinge`). Targets of a sample that are all 0 or 1 stand for -1 and 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SquaredHinge;

/// `max(max((1 - t) y) - sum(t y) + 1, 0)` for one-hot targets (Keras `CategoricalHinge`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CategoricalHinge;

/// Implements [`Loss`] from `|margin, target| (value, derivative)`, where `margin` is `1 - t y`.
macro_rules! hinges {
    ($($name:ident: |$margin:ident, $t:ident| $body:expr;)*) => {$(
        impl<Y: Tensor, T: Target<Y>> Loss<Y, T> for $name {
            fn check(&self, target: &T) -> Option<BadTarget> {
                check_finite(target)
            }

            fn class(&self, target: &T) -> Option<usize> {
                class(target)
            }

            #[inline(always)]
            fn gradient(
                &self,
                prediction: Prediction<'_, Y>,
                target: &T,
                scale: f32,
                gradient: &mut Y,
            ) -> f32 {
                let y = prediction.output.values();
                let target = target.numbers();
                let t = target.as_ref();
                let binary = t.iter().all(|&t| t == 0.0 || t == 1.0);
                let mean = 1.0 / Y::LEN.max(1) as f32;
                let sum = pointwise([y, t], gradient.values_mut(), scale * mean, |_, y, t| {
                    let $t = if binary { 2.0 * t - 1.0 } else { t };
                    let $margin = 1.0 - $t * y;
                    $body
                });
                sum * mean
            }
        }
    )*};
}

hinges! {
    Hinge: |margin, t| (positive(margin), if margin < 0.0 { 0.0 } else { -t });
    SquaredHinge: |margin, t| {
        let lost = positive(margin);
        (lost * lost, -2.0 * lost * t)
    };
}

impl<Y: Tensor, T: Target<Y>> Loss<Y, T> for CategoricalHinge {
    fn check(&self, target: &T) -> Option<BadTarget> {
        check_finite(target)
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
        rowwise(prediction, targets, scale, gradient, |_, y, t, scale, g| {
            let others = y.iter().zip(t).map(|(y, t)| (1.0 - t) * y);
            let strongest = others.clone().fold(f32::NEG_INFINITY, f32::max);
            let own: f32 = y.iter().zip(t).map(|(y, t)| t * y).sum();
            let margin = strongest - own + 1.0;
            let active = if margin < 0.0 { 0.0 } else { scale };
            // Equals share the gradient, as they do in Keras.
            let equals = others.clone().filter(|&other| other == strongest).count();
            let share = active / equals.max(1) as f32;
            for ((g, t), other) in g.iter_mut().zip(t).zip(others) {
                let first = if other == strongest { share } else { 0.0 };
                *g = first * (1.0 - t) - active * t;
            }
            positive(margin)
        })
    }

    fn class(&self, target: &T) -> Option<usize> {
        class(target)
    }

    fn correct(&self, prediction: Prediction<'_, Y>, target: &T) -> Option<f32> {
        Some(correct(prediction, target))
    }
}
