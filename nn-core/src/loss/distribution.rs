use super::numeric::{EPSILON, pointwise};
use super::target::check_finite;
use super::{BadTarget, Loss, Prediction, Target};
use crate::tensor::Tensor;
use libm::logf;

/// `sum(t ln(t / y))` with targets and outputs clipped to 1e-7 … 1 (Keras `KLDivergence`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KlDivergence;

impl<Y: Tensor, T: Target<Y>> Loss<Y, T> for KlDivergence {
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
        let y = prediction.output.values();
        let target = target.numbers();
        let mean = 1.0 / Y::POSITIONS.max(1) as f32;
        let sum = pointwise(
            [y, target.as_ref()],
            gradient.values_mut(),
            scale * mean,
            |_, y, t| {
                let (t, p) = (t.clamp(EPSILON, 1.0), y.clamp(EPSILON, 1.0));
                let slope = if p == y { -t / p } else { 0.0 };
                (t * logf(t / p), slope)
            },
        );
        sum * mean
    }
}
