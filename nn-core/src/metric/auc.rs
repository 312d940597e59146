use super::{Accumulate, Metric, on_the_wrong_side, ratio};
use crate::loss::Target;
use crate::tensor::Tensor;

/// The area under the curve of true positives over false positives, from counts at `THRESHOLDS` thresholds (Keras `AUC`).
///
/// Scores are probabilities, 0 to 1. The memory is fixed, however many samples there are; the error is that of drawing the curve with
/// 200 points. [`roc_auc`](super::roc_auc) is exact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Auc<const THRESHOLDS: usize = 200> {
    /// Samples by truth and by the last threshold that they exceed.
    buckets: [[u64; THRESHOLDS]; 2],
}

impl Auc {
    /// A metric with Keras's 200 thresholds.
    #[must_use]
    pub const fn new() -> Self {
        Self::with_thresholds()
    }
}

impl<const THRESHOLDS: usize> Auc<THRESHOLDS> {
    /// A metric with thresholds at `i / (THRESHOLDS - 1)`, the first and last just outside 0 and 1.
    #[must_use]
    pub const fn with_thresholds() -> Self {
        const { assert!(THRESHOLDS >= 2, "a curve needs at least two thresholds") };
        Self {
            buckets: [[0; THRESHOLDS]; 2],
        }
    }

    /// Takes one more score into account.
    pub fn record(&mut self, truth: bool, score: f32) {
        let intervals = THRESHOLDS.saturating_sub(1);
        let score = on_the_wrong_side(score, truth).clamp(0.0, 1.0);
        let interval = libm::ceilf(score * intervals as f32) as usize;
        let [negatives, positives] = &mut self.buckets;
        let buckets = if truth { positives } else { negatives };
        if let Some(bucket) = buckets.get_mut(interval.saturating_sub(1)) {
            *bucket = bucket.saturating_add(1);
        }
    }
}

impl<const THRESHOLDS: usize> Default for Auc<THRESHOLDS> {
    fn default() -> Self {
        Self::with_thresholds()
    }
}

impl<const THRESHOLDS: usize> Accumulate for Auc<THRESHOLDS> {
    const NAME: &'static str = "auc";
    fn result(&self) -> f64 {
        let [negatives, positives] = &self.buckets;
        let (mut true_positives, mut false_positives, mut area) = (0.0, 0.0, 0.0);
        for (positive, negative) in positives.iter().zip(negatives).rev() {
            let (positive, negative) = (*positive as f64, *negative as f64);
            // Twice the trapezium between this threshold and the next.
            area += negative * (2.0 * true_positives + positive);
            true_positives += positive;
            false_positives += negative;
        }
        ratio(area, 2.0 * true_positives * false_positives)
    }
    fn reset(&mut self) {
        *self = Self::with_thresholds();
    }
}

impl<const THRESHOLDS: usize, Y: Tensor, T: Target<Y>> Metric<Y, T> for Auc<THRESHOLDS> {
    fn update(&mut self, output: &Y, target: &T) {
        let target = target.numbers();
        for (y, t) in output.values().iter().zip(target.as_ref()) {
            self.record(*t > 0.5, *y);
        }
    }
}
