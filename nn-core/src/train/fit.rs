//! The course of a training.

use super::callback::{BatchEnd, Callback, Control, EpochEnd, OnBatch, OnEpoch};
use super::display::Verbose;
use super::history::Epoch;
use super::order::Shuffle;
use crate::dataset::Dataset;
use crate::tensor::Tensor;
use core::fmt;
use core::marker::PhantomData;
use rand::Rng;

/// The course of a training: [`Fit::epochs`] and what is added to it.
///
/// Its lifetime is that of what it borrows; `N` is the network, `V` the validation data, `C` the callbacks, `A` the augmentation and `M`
/// the metrics, which all follow from the use.
///
/// ```
/// use nn_core::prelude::*;
/// use nn_core::layer::Dense;
///
/// # fn main() -> nn_core::Result<()> {
/// let mut rng = SmallRng::seed_from_u64(7);
/// let mut net = Dense::<1, 1>::default();
/// let train = [([0.0], [1.0]), ([1.0], [3.0]), ([2.0], [5.0]), ([3.0], [7.0])]
///     .map(|(x, y)| (SVector::from(x), SVector::from(y)));
/// let mut trainer = Trainer::<Dense<1, 1>, _, _, 2>::new(Adam::new(0.1), MeanSquaredError);
/// let mut best = f32::INFINITY;
/// let fit = Fit::epochs(300)
///     .validation_data(&train)
///     .shuffle(&mut rng)
///     .verbose(Verbose::Silent)
///     .on_epoch(|epoch| {
///         best = best.min(epoch.loss);
///         if epoch.loss < 1e-4 { Control::Stop } else { Control::Continue }
///     });
/// let history = trainer.fit(&mut net, &train, fit)?;
/// assert!(history.stopped && history.loss() < 1e-4);
/// assert_eq!(best, history.loss());
/// # Ok(())
/// # }
/// ```
#[must_use = "pass it to `Trainer::fit`"]
pub struct Fit<'a, N, V = NoValidation, C = (), A = (), M = ()> {
    pub(super) epochs: usize,
    pub(super) initial_epoch: usize,
    pub(super) split: Option<f64>,
    pub(super) validation: V,
    pub(super) shuffle: Shuffle<'a>,
    pub(super) verbose: Verbose,
    pub(super) output: Option<&'a mut dyn fmt::Write>,
    pub(super) sample_weight: Option<&'a [f32]>,
    pub(super) class_weight: Option<&'a [f32]>,
    pub(super) record: Option<&'a mut [Epoch]>,
    pub(super) callbacks: C,
    pub(super) augmentation: A,
    pub(super) metrics: M,
    net: PhantomData<fn(&mut N)>,
}

impl<N> Fit<'_, N> {
    /// Trains up to this epoch: so many passes over the data, unless [`initial_epoch`](Self::initial_epoch) says otherwise.
    pub const fn epochs(epochs: usize) -> Self {
        Self {
            epochs,
            initial_epoch: 0,
            split: None,
            validation: NoValidation,
            shuffle: Shuffle::Never,
            verbose: Verbose::Silent,
            output: None,
            sample_weight: None,
            class_weight: None,
            record: None,
            callbacks: (),
            augmentation: (),
            metrics: (),
            net: PhantomData,
        }
    }
}

impl<'a, N, V, C, A, M> Fit<'a, N, V, C, A, M> {
    /// Takes so many epochs for done before: continues a training (Keras `initial_epoch`). Where they are those that the trainer has done, the
    /// orders of the samples go on as well, and a shuffling generator is not asked again.
    pub fn initial_epoch(mut self, epochs: usize) -> Self {
        self.initial_epoch = epochs;
        self
    }

    /// Holds back this fraction of the samples, the last ones as they were passed (Keras `validation_split`).
    ///
    /// They are never trained on, and are taken before shuffling: sorted data must be shuffled by the caller first. `floor(n * (1 - fraction))`
    /// of `n` samples are trained on, in doubles as in Keras, where 0.8 of 10 leaves 1 and not 2. 0 holds nothing back.
    pub fn validation_split(mut self, fraction: f64) -> Self {
        self.split = (fraction != 0.0).then_some(fraction);
        self
    }

    /// Evaluates on these samples, which are not trained on, after each epoch (Keras `validation_data`).
    pub fn validation_data<D: ?Sized>(self, data: &'a D) -> Fit<'a, N, &'a D, C, A, M> {
        self.retype(|_, callbacks, augmentation, metrics| (data, callbacks, augmentation, metrics))
    }

    /// Takes the samples in a new random order each epoch, one that is computed and needs no memory.
    ///
    /// Without it they are taken in their own order. (Keras shuffles by default, and unlike here no run is like the one before.)
    pub fn shuffle(mut self, rng: &'a mut impl Rng) -> Self {
        self.shuffle = Shuffle::Keyed(rng);
        self
    }

    /// Takes the samples in a new random order each epoch, each order equally likely, made in `buffer`: one entry for each training sample.
    pub fn shuffle_with(mut self, buffer: &'a mut [u32], rng: &'a mut impl Rng) -> Self {
        self.shuffle = Shuffle::Lent(buffer, rng);
        self
    }

    /// Shows so much meanwhile; nothing by default.
    pub fn verbose(mut self, verbose: Verbose) -> Self {
        self.verbose = verbose;
        self
    }

    /// Writes the lines of [`verbose`](Self::verbose) here: to a serial port, a string. Without `std` there is no other place for them.
    pub fn output(mut self, writer: &'a mut impl fmt::Write) -> Self {
        self.output = Some(writer);
        self
    }

    /// One factor for the loss of each sample (Keras `sample_weight`), those that `validation_split` holds back included.
    ///
    /// As in Keras, the weighted losses are still divided by the number of samples, and the accuracy is not weighted.
    pub fn sample_weight(mut self, weights: &'a [f32]) -> Self {
        self.sample_weight = Some(weights);
        self
    }

    /// One factor for the training loss of the samples of each class (Keras `class_weight`); multiplied with a sample's own.
    pub fn class_weight(mut self, weights: &'a [f32]) -> Self {
        self.class_weight = Some(weights);
        self
    }

    /// Writes every epoch to `buffer`, the first of this training to its first entry, where [`History`](super::History) thins out a long training.
    pub fn record(mut self, buffer: &'a mut [Epoch]) -> Self {
        self.record = Some(buffer);
        self
    }

    /// Calls `f` after each epoch; it may return a [`Control`] to end training.
    ///
    /// To use the network itself inside, name its type: `|epoch: &mut EpochEnd<'_, Animals>| save(epoch.net)`.
    pub fn on_epoch<F, R>(self, f: F) -> Fit<'a, N, V, (C, OnEpoch<F>), A, M>
    where
        F: FnMut(&mut EpochEnd<'_, N>) -> R,
        R: Into<Control>,
    {
        self.callback(OnEpoch(f))
    }

    /// Calls `f` after each batch; it may return a [`Control`] to end training.
    pub fn on_batch<F, R>(self, f: F) -> Fit<'a, N, V, (C, OnBatch<F>), A, M>
    where
        F: FnMut(&mut BatchEnd<'_, N>) -> R,
        R: Into<Control>,
    {
        self.callback(OnBatch(f))
    }

    /// Adds a callback: [`EarlyStopping`](super::EarlyStopping), [`ReduceLrOnPlateau`](super::ReduceLrOnPlateau), or one's own.
    ///
    /// Pass `&mut callback` to look at it after training.
    pub fn callback<K: Callback<N>>(self, callback: K) -> Fit<'a, N, V, (C, K), A, M> {
        self.retype(|validation, callbacks, augmentation, metrics| {
            (validation, (callbacks, callback), augmentation, metrics)
        })
    }

    /// Saves the network while it is trained (see [`Checkpoint`](super::Checkpoint)).
    #[cfg(feature = "std")]
    pub fn checkpoint(
        self,
        checkpoint: super::Checkpoint,
    ) -> Fit<'a, N, V, (C, super::Checkpoint), A, M>
    where
        N: crate::Layer,
    {
        self.callback(checkpoint)
    }

    /// Writes a line for each epoch to a CSV file (see [`CsvLog`](super::CsvLog)).
    #[cfg(feature = "std")]
    pub fn csv_log(
        self,
        path: impl Into<std::path::PathBuf>,
    ) -> Fit<'a, N, V, (C, super::CsvLog), A, M> {
        self.callback(super::CsvLog::new(path))
    }

    /// Changes every training sample at random each time it is seen: flipped, turned, noisy (see [`augment`](crate::augment)).
    ///
    /// Pass `&augmentation` to keep it. Random numbers follow from [`Trainer::seed`](super::Trainer::seed). Validation data are left as they are,
    /// those of `validation_split` too.
    pub fn augment<A2>(self, augmentation: A2) -> Fit<'a, N, V, C, A2, M> {
        self.retype(|validation, callbacks, _, metrics| {
            (validation, callbacks, augmentation, metrics)
        })
    }

    /// Shows these metrics in every epoch line and keeps them in the history, of the training samples and of the validation data: a tuple of up
    /// to six, owned or lent (Keras `compile(metrics=…)`).
    ///
    /// As in Keras, those of training are of the outputs that each batch had before its step. They are in [`Epoch::metrics`] by name
    /// (`precision`, `val_precision`), for callbacks, [`csv_log`](Self::csv_log) and [`Monitor`](super::Monitor), too. What is lent ends with the
    /// validation data of the last epoch in it, or with its training samples where there is no validation.
    ///
    /// ```
    /// use nn_core::metric::{F1Score, Recall};
    /// use nn_core::prelude::*;
    ///
    /// network! { struct Net { input 1; dense 1 sigmoid; } }
    ///
    /// let data: Vec<_> = (0..40).map(|i| (SVector::from([i as f32 / 40.0]), SVector::from([f32::from(i >= 20)]))).collect();
    /// let mut rng = SmallRng::seed_from_u64(1);
    /// let mut net = Net::init(&mut rng);
    /// let fit = Fit::epochs(60).validation_data(&data).shuffle(&mut rng).metrics((Recall::new(), F1Score::new()));
    /// let history = Net::trainer::<4>(Adam::new(0.1), BinaryCrossentropy).fit(&mut net, &data, fit)?;
    /// assert!(history.metric("val_recall") > Some(0.9) && history.metric("f1_score") > Some(0.9), "{history}");
    /// # Ok::<(), Error>(())
    /// ```
    pub fn metrics<M2>(self, metrics: M2) -> Fit<'a, N, V, C, A, M2> {
        self.retype(|validation, callbacks, augmentation, _| {
            (validation, callbacks, augmentation, metrics)
        })
    }

    /// The same with other validation data, callbacks, augmentation and metrics.
    fn retype<V2, C2, A2, M2>(
        self,
        change: impl FnOnce(V, C, A, M) -> (V2, C2, A2, M2),
    ) -> Fit<'a, N, V2, C2, A2, M2> {
        let (validation, callbacks, augmentation, metrics) = change(
            self.validation,
            self.callbacks,
            self.augmentation,
            self.metrics,
        );
        Fit {
            epochs: self.epochs,
            initial_epoch: self.initial_epoch,
            split: self.split,
            validation,
            shuffle: self.shuffle,
            verbose: self.verbose,
            output: self.output,
            sample_weight: self.sample_weight,
            class_weight: self.class_weight,
            record: self.record,
            callbacks,
            augmentation,
            metrics,
            net: PhantomData,
        }
    }
}

impl<N, V, C, A, M> fmt::Debug for Fit<'_, N, V, C, A, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fit")
            .field("epochs", &self.epochs)
            .field("initial_epoch", &self.initial_epoch)
            .field("validation_split", &self.split)
            .field("verbose", &self.verbose)
            .finish_non_exhaustive()
    }
}

/// No data to validate with but perhaps a split.
#[derive(Clone, Copy, Debug)]
pub struct NoValidation;

/// The samples that [`Fit::validation_data`] got, if any, with the inputs and targets of the training data.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no validation data for inputs `{X}` and targets `{T}`",
    note = "validation data have the input and target types of the training data"
)]
pub trait Validation<X: Tensor, T> {
    /// The data set.
    type Data: Dataset<X, Target = T> + ?Sized;
    /// The data, if there are any.
    fn data(&self) -> Option<&Self::Data>;
}

impl<X: Tensor, T> Validation<X, T> for NoValidation {
    type Data = [(X, T); 0];
    fn data(&self) -> Option<&Self::Data> {
        None
    }
}

impl<X: Tensor, T, D: Dataset<X, Target = T> + ?Sized> Validation<X, T> for &D {
    type Data = D;
    fn data(&self) -> Option<&D> {
        Some(self)
    }
}
