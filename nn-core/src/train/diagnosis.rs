//! The curves of a training in words.

mod curve;
#[cfg(test)]
mod tests;

use super::display::Number;
use super::history::History;
use core::fmt;
use curve::Curve;

/// A reading of the curves of a training: how the network fits its data ([`History::diagnosis`]).
///
/// Shown as a sentence with the numbers that led to it; [`advice`](Self::advice) says what to try next.
///
/// # Rules
///
/// Curves are judged by medians over windows of a tenth of the epochs (of those a long [`History`] keeps), which bursts of a few epochs do not
/// move, and a change counts if it is greater than what the curve's own noise makes of such medians. Changes are compared with the *scale*: the training loss of the first epoch, or how far
/// the losses fell below it, if that is more. The first rule that holds decides:
///
/// 1. Fewer than [`MIN_EPOCHS`](Self::MIN_EPOCHS) epochs: unknown.
/// 2. **Diverging**: the training loss is not finite, ends above its first value by 5 % of the scale, or has given back a third of its fall.
/// 3. No validation: unknown.
/// 4. **Overfitting**: the validation loss has risen from its lowest by 5 % of that and 1 % of the scale, while the training loss fell on.
/// 5. **Still improving**: the median validation loss over the last fifth of the epochs is below that of the fifth before by 1 % of the scale, and
///    the training loss did not rise.
/// 6. **Overfitting**: the validation loss is above the training loss by a fifth of the scale; or by a tenth of it, and half of itself.
/// 7. **Underfitting**: the training accuracy is below 0.8; where there is none, the training loss is above its first value less half of the scale.
/// 8. **Overfitting**: the validation accuracy is below the training accuracy by 0.1.
/// 9. **Good fit**: none of these.
///
/// A training set that is learned within its first epoch and has no accuracy looks like underfitting to rule 7; the numbers in the sentence show it.
///
/// ```
/// use nn_core::layer::Dense;
/// use nn_core::prelude::*;
/// use nn_core::train::Diagnosis;
///
/// # fn main() -> nn_core::Result<()> {
/// let samples: Vec<_> = (0..100)
///     .map(|i| i as f32 / 100.0)
///     .map(|x| (SVector::from([x]), SVector::from([2.0 * x + 1.0])))
///     .collect();
/// let mut rng = SmallRng::seed_from_u64(7);
/// let mut net = Dense::<1, 1>::default();
/// let mut trainer = Trainer::<Dense<1, 1>, _, _, 10>::new(Adam::new(0.05), MeanSquaredError);
/// let fit = Fit::epochs(100).validation_split(0.1).shuffle(&mut rng);
/// let diagnosis = trainer.fit(&mut net, &samples, fit)?.diagnosis();
/// assert!(matches!(diagnosis, Diagnosis::GoodFit(_)), "{diagnosis}");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Diagnosis {
    /// The network learns its training samples by heart: it does worse on others, or has begun to.
    Overfitting(Evidence),
    /// The network does not even learn its training samples, and has stopped trying.
    Underfitting(Evidence),
    /// Both losses are low and near each other beside where they began, and have settled.
    GoodFit(Evidence),
    /// Both losses were still falling when training ended.
    StillImproving(Evidence),
    /// The training loss grows.
    Diverging(Evidence),
    /// The curves do not tell.
    Unknown(Unknown),
}

/// The reason why there is no diagnosis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// Too few epochs to see where the curves go.
    TooFewEpochs {
        /// The number that there were.
        epochs: usize,
    },
    /// No loss on samples that were not trained on.
    NoValidation,
}

/// The numbers that led to a [`Diagnosis`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evidence {
    /// The last epoch, counted from 1.
    pub epoch: usize,
    /// The training loss of the first epoch.
    pub first_loss: f32,
    /// The training loss of the last epoch.
    pub loss: f32,
    /// The median training loss over the last fifth of the epochs less that over the fifth before.
    pub trend: f32,
    /// The training accuracy of the last epoch.
    pub accuracy: Option<f32>,
    /// The validation loss of the last epoch; not a number where there is no validation.
    pub val_loss: f32,
    /// The median validation loss over the last fifth of the epochs less that over the fifth before.
    pub val_trend: f32,
    /// The amount by which the smoothed validation loss ended above its lowest value.
    pub val_rise: f32,
    /// The validation accuracy of the last epoch.
    pub val_accuracy: Option<f32>,
    /// The epoch with the lowest validation loss, or training loss where there is no validation.
    pub best_epoch: usize,
    /// The loss of that epoch.
    pub best_loss: f32,
}

impl Evidence {
    /// The amount by which the validation loss is above the training loss at the end.
    #[must_use]
    pub fn gap(&self) -> f32 {
        self.val_loss - self.loss
    }
}

impl Diagnosis {
    /// With fewer epochs there is no diagnosis.
    pub const MIN_EPOCHS: usize = 5;

    /// The diagnosis in one or two words: `overfitting`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Overfitting(_) => "overfitting",
            Self::Underfitting(_) => "underfitting",
            Self::GoodFit(_) => "good fit",
            Self::StillImproving(_) => "still improving",
            Self::Diverging(_) => "diverging",
            Self::Unknown(_) => "unknown",
        }
    }

    /// The numbers, if there is a diagnosis.
    #[must_use]
    pub const fn evidence(&self) -> Option<&Evidence> {
        match self {
            Self::Overfitting(evidence)
            | Self::Underfitting(evidence)
            | Self::GoodFit(evidence)
            | Self::StillImproving(evidence)
            | Self::Diverging(evidence) => Some(evidence),
            Self::Unknown(_) => None,
        }
    }

    /// The advice on what to try next.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Overfitting(_) => {
                "add data or augmentation, make the network smaller, use dropout or L2, or stop early"
            }
            Self::Underfitting(_) => {
                "make the network larger, give it better inputs, or reduce dropout and L2"
            }
            Self::GoodFit(_) => "keep it, and evaluate it on the test data",
            Self::StillImproving(_) => "train for more epochs",
            Self::Diverging(_) => "lower the learning rate, scale the inputs, or clip gradients",
            Self::Unknown(Unknown::TooFewEpochs { .. }) => "train for more epochs",
            Self::Unknown(Unknown::NoValidation) => "add `validation_split` or `validation_data`",
        }
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.name())?;
        match self {
            Self::Overfitting(e) if e.val_rise > 0.0 => write!(
                f,
                "the validation loss was lowest in epoch {} ({}) and rose to {} by epoch {}, while the training loss fell to {}",
                e.best_epoch,
                Number(e.best_loss),
                Number(e.val_loss),
                e.epoch,
                Number(e.loss)
            ),
            Self::Overfitting(e) => write!(
                f,
                "the validation loss ended at {}, {} above the training loss of {}{}",
                Number(e.val_loss),
                Number(e.gap()),
                Number(e.loss),
                Accuracies(e)
            ),
            Self::Underfitting(e) => write!(
                f,
                "the training loss was {} in the first epoch and settled at {} by epoch {}, the validation loss at {}{}",
                Number(e.first_loss),
                Number(e.loss),
                e.epoch,
                Number(e.val_loss),
                Accuracies(e)
            ),
            Self::GoodFit(e) => write!(
                f,
                "training and validation loss settled{} at {} and {}, from {} in the first epoch",
                // Beside the fall of both, a gap may be small; whether it is so beside themselves is another question.
                if e.gap().abs() <= 0.25 * e.loss.abs().max(e.val_loss.abs()) {
                    " close to each other,"
                } else {
                    ""
                },
                Number(e.loss),
                Number(e.val_loss),
                Number(e.first_loss)
            ),
            Self::StillImproving(e) => write!(
                f,
                "when training ended after epoch {}, the validation loss was still falling, by {} from one fifth of the epochs to the next, to {}, and the training loss was {}",
                e.epoch,
                Number(-e.val_trend),
                Number(e.val_loss),
                Number(e.loss)
            ),
            Self::Diverging(e) => write!(
                f,
                "the training loss was {} in the first epoch and grew to {} by epoch {}",
                Number(e.first_loss),
                Number(e.loss),
                e.epoch
            ),
            Self::Unknown(Unknown::TooFewEpochs { epochs }) => write!(
                f,
                "after {epochs} epochs the curves do not show where they go; it takes at least {}",
                Self::MIN_EPOCHS
            ),
            Self::Unknown(Unknown::NoValidation) => {
                f.write_str("without validation data the training loss does not tell how the network does on others")
            }
        }
    }
}

/// `, with an accuracy of 0.9900 in training and 0.8000 in validation`, if there is one.
struct Accuracies<'a>(&'a Evidence);

impl fmt::Display for Accuracies<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0.accuracy, self.0.val_accuracy) {
            (Some(training), Some(validation)) => write!(
                f,
                ", with an accuracy of {} in training and {} in validation",
                Number(training),
                Number(validation)
            ),
            _ => Ok(()),
        }
    }
}

impl<const METRICS: usize> History<METRICS> {
    /// Reads the curves: overfitting, underfitting, a good fit, still improving or diverging, with the numbers. See [`Diagnosis`] for the rules.
    #[must_use]
    pub fn diagnosis(&self) -> Diagnosis {
        let (Some(first), Some(last)) = (self.epochs().next(), self.last()) else {
            return Diagnosis::Unknown(Unknown::TooFewEpochs { epochs: 0 });
        };
        let training = Curve::of(self, |epoch| Some(epoch.loss));
        let validation = Curve::of(self, |epoch| epoch.val_loss);
        let best = self.best().unwrap_or(last);
        let mut evidence = Evidence {
            epoch: last.number,
            first_loss: first.loss,
            loss: last.loss,
            trend: training.trend() as f32,
            accuracy: last.accuracy,
            val_loss: last.val_loss.unwrap_or(f32::NAN),
            val_trend: validation.trend() as f32,
            val_rise: 0.0,
            val_accuracy: last.val_accuracy,
            best_epoch: best.number,
            best_loss: best.judged(),
        };
        if !last.loss.is_finite() {
            return Diagnosis::Diverging(evidence);
        }
        if training.len < Diagnosis::MIN_EPOCHS {
            let epochs = self.len();
            return Diagnosis::Unknown(Unknown::TooFewEpochs { epochs });
        }
        let scale = scale(&training, &validation);
        if diverges(&training, scale) {
            return Diagnosis::Diverging(evidence);
        }
        if validation.len < training.len {
            return Diagnosis::Unknown(Unknown::NoValidation);
        }
        evidence.val_rise = rise(&training, &validation, scale) as f32;
        if evidence.val_rise > 0.0 {
            return Diagnosis::Overfitting(evidence);
        }
        if improves(&training, &validation, scale) {
            return Diagnosis::StillImproving(evidence);
        }
        let accuracy = Curve::of(self, |epoch| epoch.accuracy);
        let val_accuracy = Curve::of(self, |epoch| epoch.val_accuracy);
        let gap = validation.end() - training.end();
        if gap > 0.2 * scale || (gap > 0.1 * scale && gap > 0.5 * validation.end().abs()) {
            return Diagnosis::Overfitting(evidence);
        }
        let poor = if accuracy.len > 0 {
            accuracy.end() < 0.8
        } else {
            training.end() > training.start() - 0.5 * scale
        };
        // Of no accuracies the medians are not numbers, and comparisons with those are false.
        if poor {
            Diagnosis::Underfitting(evidence)
        } else if accuracy.end() - val_accuracy.end() > 0.1 {
            Diagnosis::Overfitting(evidence)
        } else {
            Diagnosis::GoodFit(evidence)
        }
    }
}

/// The measure of changes: the first training loss or, if that is more (losses can be negative), how far the losses fell below it.
fn scale(training: &Curve, validation: &Curve) -> f64 {
    let all = training.values().iter().chain(validation.values());
    let least = all.copied().fold(f64::INFINITY, f64::min);
    training.start().abs().max(training.start() - least)
}

fn diverges(training: &Curve, scale: f64) -> bool {
    let (first, end) = (training.start(), training.end());
    let lowest = training.at(training.lowest());
    let rise = end - lowest;
    rise > training.doubt()
        && rise > 0.05 * scale
        && (rise > (first - lowest) / 3.0 || end > first + 0.05 * scale)
}

/// The rise of the validation loss from its lowest, while the training loss fell on; 0 if there is none.
fn rise(training: &Curve, validation: &Curve, scale: f64) -> f64 {
    let lowest = validation.lowest();
    let least = validation.at(lowest);
    let rise = validation.end() - least;
    let counts = rise > validation.doubt() && rise > 0.05 * least.abs() && rise > 0.01 * scale;
    let fell_on = training.end() <= training.at(lowest);
    if counts && fell_on { rise } else { 0.0 }
}

/// Whether the validation loss was falling at the end: beyond its noise, or together with the training loss, which has less.
fn improves(training: &Curve, validation: &Curve, scale: f64) -> bool {
    let falls = |curve: &Curve| -curve.trend() > 0.01 * scale;
    let surely = |curve: &Curve| -curve.trend() > curve.doubt_in_trend();
    falls(validation)
        && training.trend() < training.doubt_in_trend()
        && (surely(validation) || (falls(training) && surely(training)))
}
