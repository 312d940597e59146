use super::numeric::pointwise;
use super::options::options;
use super::target::check_finite;
use super::{BadTarget, Loss, Prediction, Reduction, Target};
use crate::tensor::Tensor;

options! {
    /// `sum((y - t)^2)` over the outputs *and the samples* of a batch, which textbooks on back-propagation minimise.
    ///
    /// Keras has it as `MeanSquaredError(reduction="sum")` times the number of outputs. The gradient of a batch is a sum as well: halve
    /// the learning rate when the batch doubles.
    pub struct SumSquaredError {} switches {
        /// Half of it, so that the derivative is `y - t`.
        half,
    }
}

impl<Y: Tensor, T: Target<Y>> Loss<Y, T> for SumSquaredError {
    fn check_options(&self) -> crate::Result<()> {
        self.options_in_range()
    }

    fn reduction(&self) -> Reduction {
        Reduction::Sum
    }

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
        let factor = if self.half { 0.5 } else { 1.0 };
        let sum = pointwise(
            [y, target.as_ref()],
            gradient.values_mut(),
            scale * factor,
            #[inline(always)]
            |_, y, t| {
                let error = y - t;
                (error * error, 2.0 * error)
            },
        );
        sum * factor
    }
}
