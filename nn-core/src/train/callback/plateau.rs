use super::{Callback, Control, EpochEnd, Monitor, Training, Watch};
use crate::error::{Error, Result};

/// Multiplies the learning rate by a factor when a number has stopped improving (Keras `ReduceLROnPlateau`).
///
/// It replaces a schedule of the optimiser's the first time it acts.
///
/// ```
/// use nn_core::train::ReduceLrOnPlateau;
///
/// let _ = ReduceLrOnPlateau::new().factor(0.5).patience(3).min_lr(1e-5);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReduceLrOnPlateau {
    watch: Watch,
    factor: f64,
    patience: usize,
    cooldown: usize,
    min_lr: f64,
    cooling: usize,
}

impl ReduceLrOnPlateau {
    /// A callback with Keras's defaults: watches `val_loss`, factor 0.1, patience 10, `min_delta` 1e-4, no cooldown, `min_lr` 0.
    #[must_use]
    #[allow(clippy::new_without_default)]
    pub const fn new() -> Self {
        Self {
            watch: Watch::new(1e-4),
            factor: 0.1,
            patience: 10,
            cooldown: 0,
            min_lr: 0.0,
            cooling: 0,
        }
    }
    /// Watches this.
    #[must_use]
    pub const fn monitor(mut self, monitor: Monitor) -> Self {
        self.watch.monitor = monitor;
        self
    }
    /// The learning rate is multiplied by this; above 0 and below 1.
    #[must_use]
    pub const fn factor(mut self, factor: f64) -> Self {
        self.factor = factor;
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
    /// Sets the number of epochs after a reduction that are not watched.
    #[must_use]
    pub const fn cooldown(mut self, epochs: usize) -> Self {
        self.cooldown = epochs;
        self
    }
    /// The learning rate goes no lower.
    #[must_use]
    pub const fn min_lr(mut self, min_lr: f64) -> Self {
        self.min_lr = min_lr;
        self
    }
}

impl<N> Callback<N> for ReduceLrOnPlateau {
    fn begin(&mut self, training: &Training) -> Result<()> {
        self.cooling = 0;
        if !(self.factor > 0.0 && self.factor < 1.0) {
            return Err(Error::Option {
                name: "factor",
                value: self.factor,
                expected: "a number above 0 and below 1",
            });
        }
        if !(self.min_lr >= 0.0 && self.min_lr.is_finite()) {
            return Err(Error::Option {
                name: "min_lr",
                value: self.min_lr,
                expected: "0 or a positive finite number",
            });
        }
        self.watch.begin(training)
    }

    fn epoch(&mut self, end: &mut EpochEnd<'_, N>) -> Control {
        if self.cooling > 0 {
            self.cooling -= 1;
            self.watch.waited = 0;
        }
        let improved = self.watch.improved(&end.epoch);
        if self.cooling > 0 {
            self.watch.waited = 0;
        } else if !improved && self.watch.waited >= self.patience {
            let rate = end.learning_rate();
            if rate > self.min_lr {
                end.set_learning_rate((rate * self.factor).max(self.min_lr));
                self.cooling = self.cooldown;
                self.watch.waited = 0;
            }
        }
        Control::Continue
    }
}
