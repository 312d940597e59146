//! The record of a training, without a heap.

use super::display::Number;
use super::readings::Readings;
use core::fmt;

/// One epoch in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Epoch {
    /// The epoch, counted from 1.
    pub number: usize,
    /// The mean loss over the epoch's batches, as it was when each was seen; includes regularisation, as Keras's does.
    pub loss: f32,
    /// The fraction of samples that were classified correctly; `None` for regression.
    pub accuracy: Option<f32>,
    /// The loss over the validation data at the end of the epoch.
    pub val_loss: Option<f32>,
    /// The accuracy over the validation data at the end of the epoch.
    pub val_accuracy: Option<f32>,
    /// The learning rate of the epoch's last step.
    pub learning_rate: f32,
    /// The time that the epoch took, validation included; `None` without `std`.
    pub seconds: Option<f32>,
    /// The metrics that [`Fit::metrics`](super::Fit::metrics) asked for.
    pub metrics: Readings,
}

/// `loss: 0.6400 - accuracy: 0.5576 - val_loss: 0.6200 - val_accuracy: 0.6000`, in Keras's format; metrics behind the accuracies.
impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "loss: {}", Number(self.loss))?;
        if let Some(accuracy) = self.accuracy {
            write!(f, " - accuracy: {}", Number(accuracy))?;
        }
        let metrics = self.metrics.beside(self.accuracy.is_some());
        for reading in metrics.clone() {
            write!(f, " - {}: {}", reading.name, Number(reading.training))?;
        }
        if let Some(loss) = self.val_loss {
            write!(f, " - val_loss: {}", Number(loss))?;
        }
        if let Some(accuracy) = self.val_accuracy {
            write!(f, " - val_accuracy: {}", Number(accuracy))?;
        }
        for reading in metrics {
            if let Some(value) = reading.validation {
                write!(f, " - val_{}: {}", reading.name, Number(value))?;
            }
        }
        Ok(())
    }
}

impl Epoch {
    /// The validation loss, or the loss where there is no validation.
    pub(super) fn judged(&self) -> f32 {
        self.val_loss.unwrap_or(self.loss)
    }
}

/// An [`Epoch`] in a third less memory: what is not there is not a number.
#[derive(Clone, Copy, Debug)]
struct Record<const METRICS: usize> {
    number: u32,
    values: [f32; 6],
    /// Of training, and of validation.
    metrics: [[f32; METRICS]; 2],
}

impl<const METRICS: usize> Record<METRICS> {
    const NONE: Self = Self {
        number: 0,
        values: [f32::NAN; 6],
        metrics: [[0.0; METRICS]; 2],
    };

    fn new(epoch: &Epoch) -> Self {
        let or_nan = |value: Option<f32>| value.unwrap_or(f32::NAN);
        let mut metrics = [[0.0; METRICS]; 2];
        for (values, validation) in metrics.iter_mut().zip([false, true]) {
            for (value, from) in values.iter_mut().zip(epoch.metrics.values(validation)) {
                *value = *from;
            }
        }
        Self {
            number: u32::try_from(epoch.number).unwrap_or(u32::MAX),
            values: [
                epoch.loss,
                or_nan(epoch.accuracy),
                or_nan(epoch.val_loss),
                or_nan(epoch.val_accuracy),
                epoch.learning_rate,
                or_nan(epoch.seconds),
            ],
            metrics,
        }
    }

    fn epoch(&self, names: &'static [&'static str]) -> Epoch {
        let [
            loss,
            accuracy,
            val_loss,
            val_accuracy,
            learning_rate,
            seconds,
        ] = self.values;
        let known = |value: f32| (!value.is_nan()).then_some(value);
        let [training, validation] = &self.metrics;
        let validation = known(val_loss).map(|_| &validation[..]);
        Epoch {
            number: self.number as usize,
            loss,
            accuracy: known(accuracy),
            val_loss: known(val_loss),
            val_accuracy: known(val_accuracy),
            learning_rate,
            seconds: known(seconds),
            metrics: Readings::with(names, training, validation),
        }
    }

    /// The validation loss, or the loss where there is no validation.
    fn judged(&self) -> f32 {
        let [loss, _, val_loss, ..] = self.values;
        if val_loss.is_nan() { loss } else { val_loss }
    }
}

/// The record of [`Trainer::fit`](super::Trainer::fit), epoch by epoch, with so many metrics ([`Fit::metrics`](super::Fit::metrics)).
///
/// Holds up to [`CAPACITY`](Self::CAPACITY) epochs in itself. Of a longer training it keeps every second, fourth, … epoch, and always the
/// first, the best and the last; [`Fit::record`](super::Fit::record) lends a buffer for all of them.
#[derive(Clone)]
pub struct History<const METRICS: usize = 0> {
    kept: [Record<METRICS>; CAPACITY],
    /// The number of `kept` that are in use.
    used: usize,
    /// Every how many epochs one is kept.
    stride: usize,
    total: usize,
    best: Record<METRICS>,
    last: Record<METRICS>,
    names: &'static [&'static str],
    /// Whether a callback ended training before the last epoch.
    pub stopped: bool,
}

/// The number of epochs that are kept.
pub(super) const CAPACITY: usize = 128;

/// A record that grows by epochs: [`History`] with room for the metrics of a training.
pub trait Chronicle {
    /// With no epoch yet, for metrics of these names.
    fn begin(names: &'static [&'static str]) -> Self;
    /// Takes note of an epoch.
    fn push(&mut self, epoch: &Epoch);
    /// Takes note that a callback ended training.
    fn stop(&mut self);
    /// The number of the last epoch; 0 if there was none.
    fn last_number(&self) -> usize;
}

impl<const METRICS: usize> Chronicle for History<METRICS> {
    fn begin(names: &'static [&'static str]) -> Self {
        Self::new(names)
    }

    fn push(&mut self, epoch: &Epoch) {
        let record = Record::new(epoch);
        if self.total == 0 || record.judged() < self.best.judged() {
            self.best = record;
        }
        if self.total.is_multiple_of(self.stride) {
            if self.used == CAPACITY {
                for i in 0..CAPACITY / 2 {
                    self.kept[i] = self.kept[2 * i];
                }
                self.used = CAPACITY / 2;
                self.stride *= 2;
            }
            // After thinning, the number of this epoch is a multiple of the doubled stride too, as `CAPACITY` is even.
            if let Some(free) = self.kept.get_mut(self.used) {
                *free = record;
                self.used += 1;
            }
        }
        self.last = record;
        self.total += 1;
    }

    fn stop(&mut self) {
        self.stopped = true;
    }

    fn last_number(&self) -> usize {
        self.last.number as usize
    }
}

impl History {
    /// The number of epochs that are kept.
    pub const CAPACITY: usize = CAPACITY;
}

impl<const METRICS: usize> History<METRICS> {
    pub(super) const fn new(names: &'static [&'static str]) -> Self {
        Self {
            kept: [Record::NONE; CAPACITY],
            used: 0,
            stride: 1,
            total: 0,
            best: Record::NONE,
            last: Record::NONE,
            names,
            stopped: false,
        }
    }

    /// The epochs that are kept, in order; the last is always the last of training.
    pub fn epochs(&self) -> impl DoubleEndedIterator<Item = Epoch> + Clone + '_ {
        let kept = self.kept.get(..self.used).unwrap_or_default();
        let is_kept = kept
            .last()
            .is_some_and(|kept| kept.number == self.last.number);
        let last = (!is_kept && self.total > 0).then_some(&self.last);
        kept.iter()
            .chain(last)
            .map(|record| record.epoch(self.names))
    }

    /// The number of epochs trained, kept or not.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.total
    }

    /// Whether no epoch was trained.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.total == 0
    }

    /// The last epoch.
    #[must_use]
    pub fn last(&self) -> Option<Epoch> {
        (self.total > 0).then(|| self.last.epoch(self.names))
    }

    /// The epoch with the lowest validation loss, or the lowest loss where there is no validation; the first of equals.
    #[must_use]
    pub fn best(&self) -> Option<Epoch> {
        (self.total > 0).then(|| self.best.epoch(self.names))
    }

    /// The last epoch's loss; not a number if no epoch was trained.
    #[must_use]
    pub fn loss(&self) -> f32 {
        self.last().map_or(f32::NAN, |epoch| epoch.loss)
    }

    /// The last epoch's accuracy.
    #[must_use]
    pub fn accuracy(&self) -> Option<f32> {
        self.last()?.accuracy
    }

    /// The last epoch's validation loss.
    #[must_use]
    pub fn val_loss(&self) -> Option<f32> {
        self.last()?.val_loss
    }

    /// The last epoch's validation accuracy.
    #[must_use]
    pub fn val_accuracy(&self) -> Option<f32> {
        self.last()?.val_accuracy
    }

    /// The last epoch's metric of this name (`f1_score`, `val_f1_score`), if [`Fit::metrics`](super::Fit::metrics) asked for it.
    #[must_use]
    pub fn metric(&self, name: &str) -> Option<f32> {
        self.last()?.metrics.get(name)
    }
}

/// The epochs that are kept, one a line.
impl<const METRICS: usize> fmt::Display for History<METRICS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, epoch) in self.epochs().enumerate() {
            let end = if i == 0 { "" } else { "\n" };
            write!(f, "{end}epoch {}: {epoch}", epoch.number)?;
        }
        Ok(())
    }
}

impl<const METRICS: usize> fmt::Debug for History<METRICS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.epochs()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_first_best_and_last_of_a_long_training() {
        for total in [1, 2, 127, 128, 129, 200, 256, 257, 1000, 5001] {
            let mut history = History::<0>::new(&[]);
            for number in 1..=total {
                history.push(&Epoch {
                    number,
                    loss: (number as f32 - 77.0).abs(),
                    ..Epoch::default()
                });
            }
            let numbers: std::vec::Vec<_> = history.epochs().map(|epoch| epoch.number).collect();
            assert_eq!(numbers[0], 1);
            assert_eq!(numbers.last(), Some(&total));
            assert_eq!(history.best().unwrap().number, total.min(77));
            assert_eq!(history.len(), total);
            assert!(
                numbers.len() >= total.min(64) && numbers.len() <= 129,
                "{total}: {}",
                numbers.len()
            );
            let strides: std::vec::Vec<_> =
                numbers.windows(2).map(|pair| pair[1] - pair[0]).collect();
            if let [most @ .., _] = &strides[..] {
                assert!(
                    most.iter().all(|stride| *stride == strides[0]),
                    "{total}: {numbers:?}"
                );
            }
        }
    }

    #[test]
    fn shows_epochs_as_keras_does() {
        let epoch = Epoch {
            number: 3,
            loss: 0.64,
            accuracy: Some(0.5576),
            val_loss: Some(0.000_512_3),
            ..Epoch::default()
        };
        let mut history = History::<0>::new(&[]);
        assert_eq!(std::format!("{history}"), "");
        history.push(&epoch);
        assert_eq!(
            std::format!("{history}"),
            "epoch 3: loss: 0.6400 - accuracy: 0.5576 - val_loss: 5.1230e-04"
        );
    }
}
