use super::{Accumulate, Metric, on_the_wrong_side, ratio};
use crate::loss::Target;
use crate::tensor::Tensor;

/// The counts of the four outcomes of a yes-or-no prediction.
///
/// Where nothing is divided by nothing the result is 0 (scikit-learn's `zero_division=0`, and Keras's way).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BinaryCounts {
    /// Predicted 1, and it was.
    pub true_positives: u64,
    /// Predicted 1, but it was 0.
    pub false_positives: u64,
    /// Predicted 0, and it was.
    pub true_negatives: u64,
    /// Predicted 0, but it was 1.
    pub false_negatives: u64,
}

impl BinaryCounts {
    /// A metric that has seen no samples.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            true_positives: 0,
            false_positives: 0,
            true_negatives: 0,
            false_negatives: 0,
        }
    }

    /// Takes one more prediction into account.
    pub const fn record(&mut self, truth: bool, predicted: bool) {
        let count = match (truth, predicted) {
            (true, true) => &mut self.true_positives,
            (false, true) => &mut self.false_positives,
            (false, false) => &mut self.true_negatives,
            (true, false) => &mut self.false_negatives,
        };
        *count = count.saturating_add(1);
    }

    /// The fraction of predictions that were right.
    #[must_use]
    pub fn accuracy(&self) -> f64 {
        let right = self.true_positives as f64 + self.true_negatives as f64;
        let wrong = self.false_positives as f64 + self.false_negatives as f64;
        ratio(right, right + wrong)
    }

    /// The share of those predicted 1 that were.
    #[must_use]
    pub fn precision(&self) -> f64 {
        let predicted = self.true_positives as f64 + self.false_positives as f64;
        ratio(self.true_positives as f64, predicted)
    }

    /// The share of those that were 1 that were predicted.
    #[must_use]
    pub fn recall(&self) -> f64 {
        let positives = self.true_positives as f64 + self.false_negatives as f64;
        ratio(self.true_positives as f64, positives)
    }

    /// The harmonic mean of precision and recall.
    #[must_use]
    pub fn f1(&self) -> f64 {
        self.f_beta(1.0)
    }

    /// The harmonic mean of precision and recall, in which recall weighs `beta` squared times as much.
    #[must_use]
    pub fn f_beta(&self, beta: f64) -> f64 {
        let weight = beta * beta;
        let hits = (1.0 + weight) * self.true_positives as f64;
        let misses = weight * self.false_negatives as f64 + self.false_positives as f64;
        ratio(hits, hits + misses)
    }
}

macro_rules! counted {
    ($($(#[$attribute:meta])* $name:ident, $keras:literal, $result:ident;)*) => {$(
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            threshold: f32,
            /// The counts so far.
            pub counts: BinaryCounts,
        }

        impl $name {
            /// A metric with Keras's threshold of 0.5.
            #[must_use]
            pub const fn new() -> Self {
                Self { threshold: 0.5, counts: BinaryCounts::new() }
            }

            /// The limit that an output must exceed to count as 1; 0 for logits.
            #[must_use]
            pub const fn threshold(mut self, threshold: f64) -> Self {
                self.threshold = threshold as f32;
                self
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl Accumulate for $name {
            const NAME: &'static str = $keras;
            fn result(&self) -> f64 {
                self.counts.$result()
            }
            fn reset(&mut self) {
                self.counts = BinaryCounts::new();
            }
        }

        impl<Y: Tensor, T: Target<Y>> Metric<Y, T> for $name {
            fn update(&mut self, output: &Y, target: &T) {
                let target = target.numbers();
                for (y, t) in output.values().iter().zip(target.as_ref()) {
                    let truth = *t > 0.5;
                    let score = on_the_wrong_side(*y, truth);
                    self.counts.record(truth, score > self.threshold);
                }
            }
        }
    )*};
}

counted! {
    /// The share of the outputs predicted 1 that were; over all outputs (Keras `Precision`).
    Precision, "precision", precision;
    /// The share of the outputs that were 1 that were predicted; over all outputs (Keras `Recall`).
    Recall, "recall", recall;
    /// The harmonic mean of precision and recall over all outputs (Keras `F1Score(average="micro", threshold=0.5)`).
    F1Score, "f1_score", f1;
}
