//! Figures that need all scores at once, in order. The caller lends the memory, which is sorted in place.

use super::{on_the_wrong_side, ratio};
use crate::loss::Label;
use nalgebra::SVector;

/// The probability that a positive sample scores above a negative one, equal scores counting half: the area under the curve of
/// true positives over false positives, exactly (scikit-learn `roc_auc_score`).
///
/// `None` if all samples are of one class. Sorts the samples of `(score, truth)` by score.
///
/// ```
/// let mut samples = [(0.1, false), (0.4, false), (0.35, true), (0.8, true)];
/// assert_eq!(nn_core::metric::roc_auc(&mut samples), Some(0.75));
/// ```
#[must_use]
pub fn roc_auc(samples: &mut [(f32, bool)]) -> Option<f64> {
    let (mut positives, mut negatives, mut twice) = (0_u64, 0_u64, 0.0);
    for_groups(samples, |true_positives, false_positives| {
        let above = positives as f64;
        twice += false_positives as f64 * (2.0 * above + true_positives as f64);
        positives += true_positives;
        negatives += false_positives;
    });
    let pairs = positives as f64 * negatives as f64;
    (pairs > 0.0).then(|| twice / (2.0 * pairs))
}

/// The mean over `CLASSES` classes of [`roc_auc`] of the class against all others (scikit-learn `roc_auc_score(multi_class="ovr")`).
///
/// `None` unless every class has samples. `memory` must be as long as `outputs`; `None` if it is shorter, or if the number of labels differs.
#[must_use]
pub fn roc_auc_ovr<const CLASSES: usize, T: Label>(
    outputs: &[SVector<f32, CLASSES>],
    labels: &[T],
    memory: &mut [(f32, bool)],
) -> Option<f64> {
    if outputs.len() != labels.len() {
        return None;
    }
    let memory = memory.get_mut(..outputs.len())?;
    let mut sum = 0.0;
    for class in 0..CLASSES {
        for ((sample, output), label) in memory.iter_mut().zip(outputs).zip(labels) {
            let score = output.as_slice().get(class).copied();
            *sample = (score.unwrap_or(f32::NAN), label.index() == class);
        }
        sum += roc_auc(memory)?;
    }
    (CLASSES > 0).then(|| sum / CLASSES as f64)
}

/// The mean precision over the thresholds at which recall rises, weighted by how much it does (scikit-learn `average_precision_score`).
///
/// 0 if there are no positives. Sorts the samples of `(score, truth)` by score.
#[must_use]
pub fn average_precision(samples: &mut [(f32, bool)]) -> f64 {
    let (mut positives, mut predicted, mut sum) = (0_u64, 0_u64, 0.0);
    for_groups(samples, |true_positives, false_positives| {
        positives += true_positives;
        predicted += true_positives + false_positives;
        sum += true_positives as f64 * ratio(positives as f64, predicted as f64);
    });
    ratio(sum, positives as f64)
}

/// The median of absolute errors (scikit-learn `median_absolute_error`); the mean of the middle two if their number is even, 0 if there are none.
///
/// Sorts the errors, which are made absolute.
#[must_use]
pub fn median_absolute_error(errors: &mut [f32]) -> f64 {
    for error in &mut *errors {
        *error = error.abs();
    }
    errors.sort_unstable_by(f32::total_cmp);
    let at = |index: usize| errors.get(index).map_or(0.0, |&error| f64::from(error));
    let half = errors.len() / 2;
    if errors.len() % 2 == 1 {
        at(half)
    } else {
        0.5 * (at(half.saturating_sub(1)) + at(half))
    }
}

/// Sorts by score and shows how many positives and negatives share each score, highest first. What is no number is on the wrong side.
fn for_groups(samples: &mut [(f32, bool)], mut see: impl FnMut(u64, u64)) {
    for (score, truth) in &mut *samples {
        *score = on_the_wrong_side(*score, *truth);
    }
    samples.sort_unstable_by(|(a, _), (b, _)| b.total_cmp(a));
    for group in samples.chunk_by(|(a, _), (b, _)| a == b) {
        let positives = group.iter().filter(|(_, truth)| *truth).count();
        see(positives as u64, (group.len() - positives) as u64);
    }
}
