//! Calls between batches and epochs.

#[cfg(feature = "std")]
mod checkpoint;
#[cfg(feature = "std")]
mod log;
mod plateau;
mod stopping;

#[cfg(feature = "std")]
pub use {checkpoint::Checkpoint, log::CsvLog};

pub use plateau::ReduceLrOnPlateau;
pub use stopping::EarlyStopping;

use super::history::Epoch;
use super::readings;
use crate::error::{Error, Result};
use core::ops::Deref;

/// Whether to go on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Control {
    /// Train on.
    #[default]
    Continue,
    /// Training ends here, as if this had been the last epoch.
    Stop,
}

/// A closure that returns nothing goes on.
impl From<()> for Control {
    fn from((): ()) -> Self {
        Self::Continue
    }
}

impl Control {
    /// Stop if one of both does.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        match self {
            Self::Stop => Self::Stop,
            Self::Continue => other,
        }
    }
}

/// Something that is called between batches and epochs of a training of `N`. Closures go through
/// [`Fit::on_epoch`](super::Fit::on_epoch) and [`Fit::on_batch`](super::Fit::on_batch).
pub trait Callback<N> {
    /// Training begins; an error ends it before the first weight changes.
    ///
    /// # Errors
    ///
    /// If this callback cannot work with this training.
    fn begin(&mut self, training: &Training) -> Result<()> {
        let _ = training;
        Ok(())
    }
    /// A batch has been trained on.
    fn batch(&mut self, batch: &mut BatchEnd<'_, N>) -> Control {
        let _ = batch;
        Control::Continue
    }
    /// An epoch is over, validation included.
    fn epoch(&mut self, epoch: &mut EpochEnd<'_, N>) -> Control {
        let _ = epoch;
        Control::Continue
    }
    /// Fails if something went wrong in [`epoch`](Self::epoch) that must not go unnoticed; training ends with this error.
    ///
    /// # Errors
    ///
    /// That one.
    fn fault(&self) -> Result<()> {
        Ok(())
    }
    /// Training is over, however it ended but for an error.
    fn end(&mut self, net: &mut N) {
        let _ = net;
    }
}

/// Facts of a training that a callback may want before it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Training {
    /// The number of epochs.
    pub epochs: usize,
    /// Batches in an epoch.
    pub batches: usize,
    /// Whether there are validation data.
    pub validation: bool,
    /// Whether there is an accuracy: not for regression.
    pub accuracy: bool,
    /// The kinds of the metrics that are shown ([`Fit::metrics`](super::Fit::metrics)).
    pub metrics: &'static [&'static str],
}

/// The end of an epoch: its numbers (as fields, through [`Epoch`]), the network, and the learning rate to come.
#[derive(Debug)]
pub struct EpochEnd<'a, N> {
    /// The epoch's numbers.
    pub epoch: Epoch,
    /// The network as the epoch left it.
    pub net: &'a mut N,
    pub(super) current: f64,
    pub(super) rate: &'a mut Option<f64>,
}

impl<N> Deref for EpochEnd<'_, N> {
    type Target = Epoch;
    fn deref(&self) -> &Epoch {
        &self.epoch
    }
}

impl<N> EpochEnd<'_, N> {
    /// Sets the learning rate from the next step on, instead of the optimiser's own or its schedule.
    pub fn set_learning_rate(&mut self, learning_rate: f64) {
        *self.rate = Some(learning_rate);
    }
    /// The learning rate as it is now, changes by callbacks before this one included.
    #[must_use]
    pub fn learning_rate(&self) -> f64 {
        self.rate.unwrap_or(self.current)
    }
}

/// The end of a batch.
#[derive(Debug)]
pub struct BatchEnd<'a, N> {
    /// The epoch, counted from 1.
    pub epoch: usize,
    /// The batch of the epoch, counted from 1.
    pub number: usize,
    /// Batches in the epoch.
    pub batches: usize,
    /// The batch's loss.
    pub loss: f32,
    /// The network after the batch's step.
    pub net: &'a mut N,
    pub(super) rate: &'a mut Option<f64>,
}

impl<N> BatchEnd<'_, N> {
    /// Sets the learning rate from the next step on, instead of the optimiser's own or its schedule.
    pub fn set_learning_rate(&mut self, learning_rate: f64) {
        *self.rate = Some(learning_rate);
    }
}

/// The absence of a callback.
impl<N> Callback<N> for () {}

/// One after the other.
impl<N, A: Callback<N>, B: Callback<N>> Callback<N> for (A, B) {
    fn begin(&mut self, training: &Training) -> Result<()> {
        self.0.begin(training)?;
        self.1.begin(training)
    }
    #[inline]
    fn batch(&mut self, batch: &mut BatchEnd<'_, N>) -> Control {
        let first = self.0.batch(batch);
        first.or(self.1.batch(batch))
    }
    fn epoch(&mut self, epoch: &mut EpochEnd<'_, N>) -> Control {
        let first = self.0.epoch(epoch);
        first.or(self.1.epoch(epoch))
    }
    fn fault(&self) -> Result<()> {
        self.0.fault()?;
        self.1.fault()
    }
    fn end(&mut self, net: &mut N) {
        self.0.end(net);
        self.1.end(net);
    }
}

/// A callback that is still there after training.
impl<N, C: Callback<N> + ?Sized> Callback<N> for &mut C {
    fn begin(&mut self, training: &Training) -> Result<()> {
        (**self).begin(training)
    }
    fn batch(&mut self, batch: &mut BatchEnd<'_, N>) -> Control {
        (**self).batch(batch)
    }
    fn epoch(&mut self, epoch: &mut EpochEnd<'_, N>) -> Control {
        (**self).epoch(epoch)
    }
    fn fault(&self) -> Result<()> {
        (**self).fault()
    }
    fn end(&mut self, net: &mut N) {
        (**self).end(net);
    }
}

/// A closure as a callback: see [`Fit::on_epoch`](super::Fit::on_epoch).
#[derive(Debug)]
pub struct OnEpoch<F>(pub(super) F);

impl<N, R: Into<Control>, F: FnMut(&mut EpochEnd<'_, N>) -> R> Callback<N> for OnEpoch<F> {
    fn epoch(&mut self, epoch: &mut EpochEnd<'_, N>) -> Control {
        (self.0)(epoch).into()
    }
}

/// A closure as a callback: see [`Fit::on_batch`](super::Fit::on_batch).
#[derive(Debug)]
pub struct OnBatch<F>(pub(super) F);

impl<N, R: Into<Control>, F: FnMut(&mut BatchEnd<'_, N>) -> R> Callback<N> for OnBatch<F> {
    #[inline]
    fn batch(&mut self, batch: &mut BatchEnd<'_, N>) -> Control {
        (self.0)(batch).into()
    }
}

/// A number that a callback watches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Monitor {
    /// The training loss; less is better.
    Loss,
    /// The training accuracy; more is better.
    Accuracy,
    /// The validation loss; less is better.
    #[default]
    ValLoss,
    /// The validation accuracy; more is better.
    ValAccuracy,
    /// A metric of [`Fit::metrics`](super::Fit::metrics) by its name (`val_f1_score`, `auc`); more is better.
    Highest(&'static str),
    /// A metric of [`Fit::metrics`](super::Fit::metrics) by its name (`val_mean_absolute_error`); less is better.
    Lowest(&'static str),
}

impl Monitor {
    /// Keras's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Loss => "loss",
            Self::Accuracy => "accuracy",
            Self::ValLoss => "val_loss",
            Self::ValAccuracy => "val_accuracy",
            Self::Highest(name) | Self::Lowest(name) => name,
        }
    }

    /// Fails if `training` has no such number.
    fn check(self, training: &Training) -> Result<()> {
        let there = match self {
            Self::Loss => true,
            Self::Accuracy => training.accuracy,
            Self::ValLoss => training.validation,
            Self::ValAccuracy => training.validation && training.accuracy,
            Self::Highest(name) | Self::Lowest(name) => {
                let found = readings::find(training.metrics, name);
                found.is_some_and(|(_, validation)| training.validation || !validation)
            }
        };
        let name = self.name();
        if there {
            Ok(())
        } else {
            Err(Error::Monitor { name })
        }
    }

    /// The number, signed so that less is better.
    fn of(self, epoch: &Epoch) -> f64 {
        let value = match self {
            Self::Loss => Some(epoch.loss),
            Self::ValLoss => epoch.val_loss,
            Self::Accuracy => epoch.accuracy.map(|value| -value),
            Self::ValAccuracy => epoch.val_accuracy.map(|value| -value),
            Self::Highest(name) => epoch.metrics.get(name).map(|value| -value),
            Self::Lowest(name) => epoch.metrics.get(name),
        };
        value.map_or(f64::INFINITY, f64::from)
    }
}

/// The best number so far and how long ago it was.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Watch {
    monitor: Monitor,
    min_delta: f64,
    best: f64,
    waited: usize,
}

impl Watch {
    const fn new(min_delta: f64) -> Self {
        Self {
            monitor: Monitor::ValLoss,
            min_delta,
            best: f64::INFINITY,
            waited: 0,
        }
    }

    fn begin(&mut self, training: &Training) -> Result<()> {
        self.monitor.check(training)?;
        if !self.min_delta.is_finite() || self.min_delta < 0.0 {
            return Err(Error::Option {
                name: "min_delta",
                value: self.min_delta,
                expected: "0 or a positive finite number",
            });
        }
        self.best = f64::INFINITY;
        self.waited = 0;
        Ok(())
    }

    /// Takes note of an epoch; says whether it was an improvement by more than `min_delta`.
    fn improved(&mut self, epoch: &Epoch) -> bool {
        let value = self.monitor.of(epoch);
        let improved = value < self.best - self.min_delta;
        if improved {
            self.best = value;
            self.waited = 0;
        } else {
            self.waited += 1;
        }
        improved
    }
}
