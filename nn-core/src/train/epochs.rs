//! The training loop.

use super::callback::{BatchEnd, Callback, Control, EpochEnd, Training};
use super::clock::Clock;
use super::display::Screen;
use super::fit::{Fit, Validation};
use super::history::{Chronicle, Epoch};
use super::order::Order;
use super::readings::{self, Readings};
use super::score::{Mean, Score};
use super::step::{Place, Samples, Weights};
use super::{Trainer, check};
use crate::augment::Augmentation;
use crate::dataset::Dataset;
use crate::error::{Error, Result, Set};
use crate::layer::Train;
use crate::loss::{Loss, Prediction};
use crate::metric::Metrics;
use crate::optim::Optimizer;
use crate::tensor::Tensor;

/// The number of samples when they were checked. A data set is not asked again, as it may answer otherwise.
#[derive(Clone, Copy)]
struct Counts {
    /// In the data set.
    samples: usize,
    /// Of those, to train on.
    train: usize,
    /// In the data set to validate with, if there is one.
    validation: usize,
}

impl<N: Train, O: Optimizer, L, const BATCH: usize> Trainer<N, O, L, BATCH> {
    /// Trains `net` on `data`: anything that is a [`Dataset`], such as `&[(input, label)]` or `(&inputs, &targets)`.
    ///
    /// Allocates nothing unless a progress bar is asked for. Data and options are checked before the first weight changes.
    /// The optimiser's state lives on in the trainer: a second `fit` carries on where the first ended, but for the count of epochs.
    ///
    /// # Errors
    ///
    /// If a sample or an option is wrong (see [`Error`]), before anything changes. Or [`Error::Diverged`] once the loss is no longer a finite
    /// number, or a weight is not or is beyond 1e15: then the last step is taken back, `net` is as it was before it, and the optimiser begins anew
    /// as after a [`reset`](Self::reset). The weights after the last step of all are tried on a batch, unless there is validation, so that what
    /// comes of a `fit` that is `Ok` is a network with finite losses. How far back the good weights lie is another question: a callback may
    /// keep those of the best epoch, as [`EarlyStopping::restore_best`](super::EarlyStopping::restore_best) does.
    pub fn fit<D, V, C, A, M>(
        &mut self,
        net: &mut N,
        data: &D,
        mut fit: Fit<'_, N, V, C, A, M>,
    ) -> Result<M::History>
    where
        D: Dataset<N::Input> + ?Sized,
        L: Loss<N::Output, D::Target>,
        V: Validation<N::Input, D::Target>,
        C: Callback<N>,
        A: Augmentation<N::Input>,
        M: Metrics<N::Output, D::Target>,
    {
        let counts = self.check_fit(data, &mut fit)?;
        self.go_on(&mut fit);
        let mut history = M::History::begin(M::NAMES);
        let done = self.epochs(net, data, counts, &mut fit, &mut history);
        fit.callbacks.end(net);
        done.map(|()| history)
    }

    /// Takes up what an earlier training left: its epochs, if it was saved, and the orders of its samples, if this one goes on with its epochs.
    fn go_on<V, C, A, M>(&mut self, fit: &mut Fit<'_, N, V, C, A, M>) {
        if core::mem::take(&mut self.resumed) {
            fit.initial_epoch = fit.initial_epoch.max(self.epoch);
        }
        let goes_on = fit.initial_epoch > 0 && fit.initial_epoch == self.epoch;
        if !goes_on || self.order.is_none() {
            self.order = fit.shuffle.draw();
        }
        self.epoch = fit.initial_epoch;
    }

    /// Checks everything; returns how many samples there are.
    fn check_fit<D, V, C, A, M>(
        &mut self,
        data: &D,
        fit: &mut Fit<'_, N, V, C, A, M>,
    ) -> Result<Counts>
    where
        D: Dataset<N::Input> + ?Sized,
        L: Loss<N::Output, D::Target>,
        V: Validation<N::Input, D::Target>,
        C: Callback<N>,
        A: Augmentation<N::Input>,
        M: Metrics<N::Output, D::Target>,
    {
        check::learning_rate(self.optimizer.learning_rate(self.step))?;
        self.optimizer.check_options()?;
        fit.augmentation.check()?;
        let samples = data.len();
        let count = check::split(samples, fit.split);
        if samples > 0 {
            check::options(fit, samples, *count.as_ref().map_err(|error| *error)?)?;
        }
        let validation = fit.validation.data();
        if validation.is_some() && fit.split.is_some() {
            return Err(Error::TwoValidations);
        }
        self.check_samples(Set::Data, data, samples)?;
        let validation_samples = validation.map_or(0, Dataset::len);
        if let Some(data) = validation {
            self.check_samples(Set::Validation, data, validation_samples)?;
        }
        let count = count?;
        check::class_weights(fit.class_weight, data, count, &self.loss)?;
        let correct = self
            .memory
            .y
            .first()
            .zip(data.target(0))
            .and_then(|(y, target)| self.loss.correct(Prediction::of_output(y), target));
        fit.callbacks.begin(&Training {
            epochs: fit.epochs,
            batches: count.div_ceil(BATCH),
            validation: validation.is_some() || fit.split.is_some(),
            accuracy: correct.is_some(),
            metrics: M::NAMES,
        })?;
        Ok(Counts {
            samples,
            train: count,
            validation: validation_samples,
        })
    }

    fn epochs<D, V, C, A, M>(
        &mut self,
        net: &mut N,
        data: &D,
        counts: Counts,
        fit: &mut Fit<'_, N, V, C, A, M>,
        history: &mut M::History,
    ) -> Result<()>
    where
        D: Dataset<N::Input> + ?Sized,
        L: Loss<N::Output, D::Target>,
        V: Validation<N::Input, D::Target>,
        C: Callback<N>,
        A: Augmentation<N::Input>,
        M: Metrics<N::Output, D::Target>,
    {
        let mut screen = Screen::new(fit.verbose, fit.output.take());
        self.kept = false;
        let mut tried = true;
        for before in fit.initial_epoch..fit.epochs {
            let clock = Clock::start();
            let mut epoch = Epoch {
                number: before + 1,
                metrics: Readings::new(M::NAMES),
                ..Epoch::default()
            };
            screen.begin(epoch.number, fit.epochs, counts.train.div_ceil(BATCH));
            let control = self.train_epoch(net, data, counts, fit, &mut epoch, &mut screen)?;
            let score = self.validate(net, data, counts, fit)?;
            tried = score.is_some();
            if let Some(score) = score {
                epoch.val_loss = Some(score.loss);
                epoch.val_accuracy = score.accuracy;
                epoch.metrics.set_validation(read(&fit.metrics));
                if !score.loss.is_finite() {
                    self.take_back(net);
                    return Err(diverged(epoch.number, 0, score.loss));
                }
            }
            epoch.learning_rate = self.optimizer.learning_rate(self.step.saturating_sub(1)) as f32;
            epoch.seconds = clock.seconds();
            self.epoch = epoch.number;
            let place = before - fit.initial_epoch;
            if let Some(entry) = fit
                .record
                .as_deref_mut()
                .and_then(|buffer| buffer.get_mut(place))
            {
                *entry = epoch;
            }
            history.push(&epoch);
            screen.end(&epoch, fit.epochs);
            let mut rate = None;
            let control = control.or(fit.callbacks.epoch(&mut EpochEnd {
                epoch,
                net,
                current: self.optimizer.learning_rate(self.step),
                rate: &mut rate,
            }));
            self.set_rate(rate)?;
            fit.callbacks.fault()?;
            if control == Control::Stop {
                history.stop();
                break;
            }
        }
        if tried {
            return Ok(());
        }
        let loss = self.try_out(net, data, counts, fit);
        check::same_length(data, counts.samples)?;
        if loss.is_finite() {
            return Ok(());
        }
        self.take_back(net);
        let number = history.last_number();
        Err(diverged(number, counts.train.div_ceil(BATCH), loss))
    }

    /// The loss of the first batch after the last step, which no other batch tells of.
    fn try_out<D, V, C, A, M>(
        &mut self,
        net: &N,
        data: &D,
        counts: Counts,
        fit: &Fit<'_, N, V, C, A, M>,
    ) -> f32
    where
        D: Dataset<N::Input> + ?Sized,
        L: Loss<N::Output, D::Target>,
    {
        let samples = Samples {
            data,
            order: Order::From(0),
            weights: Weights {
                of_samples: fit.sample_weight,
                of_classes: fit.class_weight,
            },
        };
        let rows = BATCH.min(counts.train);
        self.score(net, &samples, rows, &mut ()).loss
    }

    /// One pass over the training samples.
    fn train_epoch<D, V, C, A, M>(
        &mut self,
        net: &mut N,
        data: &D,
        counts: Counts,
        fit: &mut Fit<'_, N, V, C, A, M>,
        epoch: &mut Epoch,
        screen: &mut Screen<'_>,
    ) -> Result<Control>
    where
        D: Dataset<N::Input> + ?Sized,
        L: Loss<N::Output, D::Target>,
        C: Callback<N>,
        A: Augmentation<N::Input>,
        M: Metrics<N::Output, D::Target>,
    {
        let level = self.chosen_level();
        let samples = Samples {
            data,
            order: fit
                .shuffle
                .of_epoch(counts.train, self.order.unwrap_or(0), self.epoch),
            weights: Weights {
                of_samples: fit.sample_weight,
                of_classes: fit.class_weight,
            },
        };
        let mut mean = Mean::default();
        let mut control = Control::Continue;
        fit.metrics.reset();
        for (before, place) in Place::batches::<BATCH>(counts.train).enumerate() {
            check::same_length(data, counts.samples)?;
            let sums = self
                .learn(level, net, &samples, place, &fit.augmentation)
                .map_err(|loss| diverged(epoch.number, before + 1, loss))?;
            mean.add(sums, place.rows);
            self.measure(&samples, place, &mut fit.metrics);
            let mut rate = None;
            control = fit.callbacks.batch(&mut BatchEnd {
                epoch: epoch.number,
                number: before + 1,
                batches: counts.train.div_ceil(BATCH),
                loss: sums.loss,
                net,
                rate: &mut rate,
            });
            self.set_rate(rate)?;
            screen.batch(before + 1, || {
                let mut running = *epoch;
                running.set(mean.score());
                running.metrics.set_training(read(&fit.metrics));
                running
            });
            if control == Control::Stop {
                break;
            }
        }
        check::same_length(data, counts.samples)?;
        epoch.set(mean.score());
        epoch.metrics.set_training(read(&fit.metrics));
        Ok(control)
    }

    /// Shows the metrics what the batch that was learnt from gave before its step.
    fn measure<D, M>(&self, samples: &Samples<'_, D>, place: Place, metrics: &mut M)
    where
        D: Dataset<N::Input> + ?Sized,
        M: Metrics<N::Output, D::Target>,
    {
        if const { M::NAMES.is_empty() } {
            return;
        }
        for (row, output) in self.memory.y.iter().take(place.rows).enumerate() {
            if let Some(target) = samples.data.target(samples.order.at(place.start + row)) {
                metrics.update(output, target);
            }
        }
    }

    /// The score on validation data or the samples held back, if there are any.
    fn validate<D, V, C, A, M>(
        &mut self,
        net: &N,
        data: &D,
        counts: Counts,
        fit: &mut Fit<'_, N, V, C, A, M>,
    ) -> Result<Option<Score>>
    where
        D: Dataset<N::Input> + ?Sized,
        L: Loss<N::Output, D::Target>,
        V: Validation<N::Input, D::Target>,
        M: Metrics<N::Output, D::Target>,
    {
        if fit.validation.data().is_some() || fit.split.is_some() {
            fit.metrics.reset();
        }
        if let Some(data) = fit.validation.data() {
            let (order, weights) = (Order::From(0), Weights::default());
            let samples = Samples {
                data,
                order,
                weights,
            };
            let score = self.score(net, &samples, counts.validation, &mut fit.metrics);
            check::same_length(data, counts.validation)?;
            return Ok(Some(score));
        }
        if fit.split.is_none() {
            return Ok(None);
        }
        let samples = Samples {
            data,
            order: Order::From(counts.train),
            weights: Weights {
                of_samples: fit.sample_weight,
                of_classes: None,
            },
        };
        let held_back = counts.samples.saturating_sub(counts.train);
        let score = self.score(net, &samples, held_back, &mut fit.metrics);
        check::same_length(data, counts.samples)?;
        Ok(Some(score))
    }

    /// The learning rate that a callback wants.
    fn set_rate(&mut self, rate: Option<f64>) -> Result<()> {
        if let Some(rate) = rate {
            check::learning_rate(rate)?;
            self.optimizer.set_learning_rate(rate);
        }
        Ok(())
    }
}

impl Epoch {
    fn set(&mut self, score: Score) {
        self.loss = score.loss;
        self.accuracy = score.accuracy;
    }
}

/// The metrics' results, in their order.
fn read<Y: Tensor, T: ?Sized>(metrics: &impl Metrics<Y, T>) -> [f32; readings::MOST] {
    let mut values = [0.0; readings::MOST];
    let mut places = values.iter_mut();
    metrics.each(&mut |_, value| {
        if let Some(place) = places.next() {
            *place = value as f32;
        }
    });
    values
}

fn diverged(epoch: usize, batch: usize, loss: f32) -> Error {
    Error::Diverged { epoch, batch, loss }
}
