use super::numeric::{EPSILON, rows, rowwise};
use super::target::check_finite;
use super::{BadTarget, Loss, Prediction, Target};
use crate::tensor::Tensor;

/// Minus the cosine of the angle between output and target, -1 to 1 (Keras `CosineSimilarity`, once `cosine_proximity`).
///
/// A vector of zeros is similar to nothing: its loss is 0, and so is its gradient.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CosineSimilarity;

impl<Y: Tensor, T: Target<Y>> Loss<Y, T> for CosineSimilarity {
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
            let (y_norm, t_norm) = (norm(y), norm(t));
            let (y_scale, t_scale) = (1.0 / y_norm.max(EPSILON), 1.0 / t_norm.max(EPSILON));
            let dot: f32 = y.iter().zip(t).map(|(y, t)| y * t).sum();
            let cosine = dot * y_scale * t_scale;
            // A length below epsilon is not divided by, so the direction does not turn.
            let turn = if y_norm < EPSILON { 0.0 } else { cosine };
            let scale = if y_norm == 0.0 { 0.0 } else { scale * y_scale };
            for ((g, y), t) in g.iter_mut().zip(y).zip(t) {
                *g = scale * (turn * y * y_scale - t * t_scale);
            }
            -cosine
        })
    }
}

/// The Euclidean length; NaN if a value is.
#[inline(always)]
fn norm(values: &[f32]) -> f32 {
    libm::sqrtf(values.iter().map(|v| v * v).sum())
}
