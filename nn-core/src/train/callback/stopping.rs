use super::{Callback, Control, EpochEnd, Monitor, Training, Watch};
use crate::error::Result;
use crate::plain::{Plain, as_mut_slice, as_slice};

/// Ends training when a number has stopped improving (Keras `EarlyStopping`).
///
/// Keras's default patience of 0 ends at the first epoch without an improvement; most trainings want 3 to 20.
///
/// ```
/// use nn_core::train::{EarlyStopping, Monitor};
///
/// let mut stopping = EarlyStopping::<()>::new().patience(5).min_delta(1e-3).monitor(Monitor::ValAccuracy);
/// assert_eq!(stopping.stopped_epoch(), None);
/// ```
#[derive(Debug)]
pub struct EarlyStopping<'a, N> {
    watch: Watch,
    patience: usize,
    start_from_epoch: usize,
    best: Option<&'a mut N>,
    best_epoch: Option<usize>,
    stopped_epoch: Option<usize>,
}

impl<'a, N> EarlyStopping<'a, N> {
    /// A callback with Keras's defaults: watches `val_loss`, with patience 0 and `min_delta` 0.
    #[must_use]
    #[allow(clippy::new_without_default)]
    pub const fn new() -> Self {
        Self {
            watch: Watch::new(0.0),
            patience: 0,
            start_from_epoch: 0,
            best: None,
            best_epoch: None,
            stopped_epoch: None,
        }
    }
    /// Watches this.
    #[must_use]
    pub const fn monitor(mut self, monitor: Monitor) -> Self {
        self.watch.monitor = monitor;
        self
    }
    /// Sets the number of epochs without improvement that are borne.
    #[must_use]
    pub const fn patience(mut self, epochs: usize) -> Self {
        self.patience = epochs;
        self
    }
    /// A change counts as an improvement if it is greater than this.
    #[must_use]
    pub const fn min_delta(mut self, min_delta: f64) -> Self {
        self.watch.min_delta = min_delta;
        self
    }
    /// The first so many epochs are not watched.
    #[must_use]
    pub const fn start_from_epoch(mut self, epochs: usize) -> Self {
        self.start_from_epoch = epochs;
        self
    }
    /// Gives the network, at the end, the weights of its best epoch (Keras `restore_best_weights`), which are kept in `best` meanwhile.
    #[must_use]
    pub const fn restore_best(mut self, best: &'a mut N) -> Self {
        self.best = Some(best);
        self
    }
    /// The epoch after which training was ended, counted from 1.
    #[must_use]
    pub const fn stopped_epoch(&self) -> Option<usize> {
        self.stopped_epoch
    }
    /// The best epoch, counted from 1.
    #[must_use]
    pub const fn best_epoch(&self) -> Option<usize> {
        self.best_epoch
    }
}

impl<N: Plain> Callback<N> for EarlyStopping<'_, N> {
    fn begin(&mut self, training: &Training) -> Result<()> {
        self.best_epoch = None;
        self.stopped_epoch = None;
        self.watch.begin(training)
    }

    fn epoch(&mut self, end: &mut EpochEnd<'_, N>) -> Control {
        let number = end.epoch.number;
        if number <= self.start_from_epoch {
            return Control::Continue;
        }
        if self.watch.improved(&end.epoch) {
            self.best_epoch = Some(number);
            if let Some(best) = &mut self.best {
                as_mut_slice(*best).copy_from_slice(as_slice(end.net));
            }
            return Control::Continue;
        }
        // Keras stops when `wait >= patience`, and never after the first epoch.
        if self.watch.waited >= self.patience.max(1) {
            self.stopped_epoch = Some(number);
            return Control::Stop;
        }
        Control::Continue
    }

    fn end(&mut self, net: &mut N) {
        if let (Some(best), Some(_)) = (&self.best, self.best_epoch) {
            as_mut_slice(net).copy_from_slice(as_slice(*best));
        }
    }
}
