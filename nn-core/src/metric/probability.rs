use super::{Metric, means};
use crate::loss::{Label, Labels, Target, rows};
use crate::tensor::Tensor;

means! {
    /// The mean of `-ln p[label]` over predictions, with outputs divided by their sum (scikit-learn `log_loss`).
    ///
    /// A probability is raised to the smallest that Keras knows, 1e-7.
    LogLoss, "log_loss";
    /// The mean of `-t ln p - (1 - t) ln(1 - p)` over outputs (scikit-learn `log_loss` of two classes, Keras `BinaryCrossentropy`).
    BinaryLogLoss, "binary_log_loss";
    /// The mean of `(p - t)^2` over outputs (scikit-learn `brier_score_loss`).
    BrierScore, "brier_score";
}

const EPSILON: f64 = 1e-7;

impl<Y: Tensor, T: Labels<Y>> Metric<Y, T> for LogLoss {
    fn update(&mut self, output: &Y, target: &T) {
        for (y, label) in rows::<Y>(output.values()).zip(target.labels()) {
            let sum: f64 = y.iter().map(|&y| f64::from(y)).sum();
            let own = y.get(label.index()).map_or(f64::NAN, |&y| f64::from(y));
            self.0.add(-ln(own / sum));
        }
    }
}

impl<Y: Tensor, T: Target<Y>> Metric<Y, T> for BinaryLogLoss {
    fn update(&mut self, output: &Y, target: &T) {
        let target = target.numbers();
        for (&y, &t) in output.values().iter().zip(target.as_ref()) {
            let (y, t) = (f64::from(y), f64::from(t));
            self.0.add(-t * ln(y) - (1.0 - t) * ln(1.0 - y));
        }
    }
}

impl<Y: Tensor, T: Target<Y>> Metric<Y, T> for BrierScore {
    fn update(&mut self, output: &Y, target: &T) {
        let target = target.numbers();
        for (&y, &t) in output.values().iter().zip(target.as_ref()) {
            let error = f64::from(y) - f64::from(t);
            self.0.add(error * error);
        }
    }
}

fn ln(probability: f64) -> f64 {
    libm::log(probability.clamp(EPSILON, 1.0 - EPSILON))
}
