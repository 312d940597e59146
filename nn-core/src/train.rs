//! Training: the trainer, how to train, and what came of it.
//!
//! ```
//! use nn_core::layer::Dense;
//! use nn_core::prelude::*;
//!
//! # fn main() -> nn_core::Result<()> {
//! // A network of one layer, which has to find `y = 2 x + 1`.
//! let mut net = Dense::<1, 1>::default();
//! let samples: Vec<_> = (0..100)
//!     .map(|i| i as f32 / 100.0)
//!     .map(|x| (SVector::from([x]), SVector::from([2.0 * x + 1.0])))
//!     .collect();
//! let mut rng = SmallRng::seed_from_u64(7);
//! let mut trainer = Trainer::<Dense<1, 1>, _, _, 10>::new(Adam::new(0.05), MeanSquaredError);
//! let history = trainer.fit(&mut net, &samples, Fit::epochs(100).validation_split(0.1).shuffle(&mut rng))?;
//! assert!(history.val_loss().unwrap() < 1e-3);
//! assert!(trainer.evaluate(&net, &samples)?.loss < 1e-3);
//! # Ok(())
//! # }
//! ```

#[cfg(feature = "std")]
mod bar;
mod callback;
mod check;
mod clock;
mod custom;
mod diagnosis;
mod display;
mod epochs;
mod fit;
mod history;
pub(crate) mod order;
mod readings;
#[cfg(feature = "std")]
mod save;
mod score;
mod step;
mod window;
mod with;

pub use callback::{
    BatchEnd, Callback, Control, EarlyStopping, EpochEnd, Monitor, OnBatch, OnEpoch,
    ReduceLrOnPlateau, Training,
};
#[cfg(feature = "std")]
pub use callback::{Checkpoint, CsvLog};
pub use diagnosis::{Diagnosis, Evidence, Unknown};
pub use display::Verbose;
pub use fit::{Fit, NoValidation, Validation};
pub use history::{Chronicle, Epoch, History};
pub use readings::{MetricName, Reading, Readings};
pub use score::Score;
pub use with::TrainWith;

use crate::dataset::Dataset;
use crate::error::{Error, Result, Set};
use crate::layer::Train;
use crate::level;
use crate::loss::Loss;
use crate::metric::Metrics;
use crate::optim::Optimizer;
use crate::plain::{self, as_mut_slice};
use core::fmt;
use core::mem::MaybeUninit;
use fearless_simd::Level;
use order::Order;
use score::Mean;
use step::{Place, Samples, Weights};

/// Gradients, optimiser state and tape of a network `N`, trained in batches of `BATCH`: all the memory that training needs.
///
/// A partial last batch is trained on, its loss divided by the samples it has. See [`Fit`] for how to train and the [module](self) for an example.
///
/// [`new`](Self::new) makes one by value, in a `static` or on the stack, which it passes over twice in a build without optimisation; from
/// about 100 000 weights on, make a [`boxed`](Self::boxed) one, and on a chip one in zeroed memory ([`new_in`](Self::new_in)).
#[repr(C)]
pub struct Trainer<N: Train, O: Optimizer, L, const BATCH: usize> {
    memory: Memory<N, O::State<N::Grad>, BATCH>,
    /// Samples in the batch that went forward last.
    rows: usize,
    step: u64,
    seed: u64,
    /// The epoch that was trained last, as `fit` counted it.
    epoch: usize,
    /// The seed of the orders of the samples.
    order: Option<u64>,
    /// Whether the next `fit` goes on where a saved training ended.
    resumed: bool,
    level: Option<Level>,
    /// Whether `grad` holds the weights before the last step of a `fit` that goes on.
    kept: bool,
    /// The optimiser.
    pub optimizer: O,
    /// The loss.
    pub loss: L,
}

/// The large part of a trainer, zero at first.
#[repr(C)]
struct Memory<N: Train, S, const BATCH: usize> {
    grad: N::Grad,
    state: S,
    tape: N::Tape<BATCH>,
    x: [N::Input; BATCH],
    y: [N::Output; BATCH],
    dy: [N::Output; BATCH],
}

plain::mark_zeroed!([N: Train, S: plain::Zeroed, const BATCH: usize] Memory<N, S, BATCH> { grad, state, tape, x, y, dy });

impl<N: Train, O: Optimizer, L, const BATCH: usize> Trainer<N, O, L, BATCH> {
    const HAS_ROWS: () = assert!(
        BATCH > 0,
        "the batch size is 0; write a positive one: `Trainer::<Net, _, _, 32>::new(…)`"
    );

    /// A trainer with nothing done yet; can initialise a `static`.
    #[must_use]
    pub const fn new(optimizer: O, loss: L) -> Self {
        let () = Self::HAS_ROWS;
        plain::by_value!(Trainer as Self {
            zero { memory }
            rows: 0,
            step: 0,
            seed: 0,
            epoch: 0,
            order: None,
            resumed: false,
            level: None,
            kept: false,
            optimizer: optimizer,
            loss: loss,
        })
    }

    /// A trainer in memory of the caller's, made in place. What was there is forgotten.
    ///
    /// For a `static` on a chip: one that [`new`](Self::new) makes is part of the program file in its full size, because the optimiser's
    /// numbers are not zero and lie beside the memory that is, and one object has one place. One that is `MaybeUninit` takes no flash, and
    /// nothing is copied when the program starts.
    ///
    /// ```
    /// use core::mem::MaybeUninit;
    /// use nn_core::layer::Dense;
    /// use nn_core::prelude::*;
    ///
    /// # fn main() -> nn_core::Result<()> {
    /// type Training = Trainer<Dense<1, 1>, Sgd, nn_core::loss::MeanSquaredError, 2>;
    /// // In a program for a chip: `static PLACE: StaticCell<Training> = StaticCell::new();` and `PLACE.uninit()`, of the crate `static_cell`.
    /// let mut place = MaybeUninit::uninit();
    /// let trainer = Training::new_in(&mut place, Sgd::new(0.1), MeanSquaredError);
    /// let mut net = Dense::default();
    /// trainer.train_on_batch(&mut net, &([SVector::from([1.0])], [SVector::from([2.0])]))?;
    /// assert_eq!(net.bias[0], 0.4);
    /// # Ok(())
    /// # }
    /// ```
    pub fn new_in(place: &mut MaybeUninit<Self>, optimizer: O, loss: L) -> &mut Self {
        let () = Self::HAS_ROWS;
        plain::placed!(Trainer as Self {
            zero { memory }
            rows: 0,
            step: 0,
            seed: 0,
            epoch: 0,
            order: None,
            resumed: false,
            level: None,
            kept: false,
            optimizer: optimizer,
            loss: loss,
        } in place)
    }

    /// A trainer on the heap, made in place: it never passes over the stack.
    #[cfg(feature = "alloc")]
    #[must_use]
    pub fn boxed(optimizer: O, loss: L) -> alloc::boxed::Box<Self> {
        let () = Self::HAS_ROWS;
        plain::boxed!(Trainer as Self {
            zero { memory }
            rows: 0,
            step: 0,
            seed: 0,
            epoch: 0,
            order: None,
            resumed: false,
            level: None,
            kept: false,
            optimizer: optimizer,
            loss: loss,
        })
    }

    /// Seeds the random numbers of layers (dropout) and of augmentation. The same seed gives the same training.
    pub const fn seed(&mut self, seed: u64) -> &mut Self {
        self.seed = seed;
        self
    }

    /// Computes at this SIMD level instead of the best.
    pub const fn level(&mut self, level: Level) -> &mut Self {
        self.level = Some(level);
        self
    }

    /// The number of steps that the optimiser has taken.
    #[must_use]
    pub const fn steps(&self) -> u64 {
        self.step
    }

    /// The epoch that was trained last, as [`fit`](Self::fit) counted it.
    #[must_use]
    pub const fn epoch(&self) -> usize {
        self.epoch
    }

    /// Forgets the optimiser's state and steps, as if nothing had been trained.
    pub fn reset(&mut self) -> &mut Self {
        as_mut_slice(&mut self.memory.state).fill(0.0);
        self.step = 0;
        self.epoch = 0;
        self.order = None;
        self.resumed = false;
        self
    }

    fn chosen_level(&self) -> Level {
        self.level.unwrap_or_else(level::best)
    }

    /// Mean loss, and accuracy where there is one, of `net` on `data`; changes neither.
    ///
    /// # Errors
    ///
    /// If a sample cannot be evaluated (see [`Error`]), or the loss is not a finite number.
    pub fn evaluate<D: Dataset<N::Input> + ?Sized>(&mut self, net: &N, data: &D) -> Result<Score>
    where
        L: Loss<N::Output, D::Target>,
    {
        self.evaluate_with(net, data, &mut ())
    }

    /// [`evaluate`](Self::evaluate), with a tuple of `metrics` beside it, which are reset first. Where they are needed afterwards one by
    /// one, lend them: `&mut (&mut matrix, &mut accuracy)`.
    ///
    /// # Errors
    ///
    /// As `evaluate`.
    pub fn evaluate_with<D: Dataset<N::Input> + ?Sized, M: Metrics<N::Output, D::Target>>(
        &mut self,
        net: &N,
        data: &D,
        metrics: &mut M,
    ) -> Result<Score>
    where
        L: Loss<N::Output, D::Target>,
    {
        let count = data.len();
        self.check_samples(Set::Data, data, count)?;
        metrics.reset();
        let (order, weights) = (Order::From(0), Weights::default());
        let samples = Samples {
            data,
            order,
            weights,
        };
        let score = self.score(net, &samples, count, metrics);
        check::same_length(data, count)?;
        if score.loss.is_finite() {
            Ok(score)
        } else {
            Err(Error::Loss { loss: score.loss })
        }
    }

    /// The score of `net` on the first `count` of `samples`.
    fn score<D: Dataset<N::Input> + ?Sized, M: Metrics<N::Output, D::Target>>(
        &mut self,
        net: &N,
        samples: &Samples<'_, D>,
        count: usize,
        metrics: &mut M,
    ) -> Score
    where
        L: Loss<N::Output, D::Target>,
    {
        let level = self.chosen_level();
        let mut mean = Mean::default();
        for place in Place::batches::<BATCH>(count) {
            let sums = self.judge(level, net, samples, place, |y, target| {
                metrics.update(y, target)
            });
            mean.add(sums, place.rows);
        }
        let mut score = mean.score();
        if score.loss.is_finite() {
            score.loss += net.regularize(&mut self.memory.grad, false);
        }
        score
    }

    fn check_samples<D: Dataset<N::Input> + ?Sized>(
        &mut self,
        set: Set,
        data: &D,
        count: usize,
    ) -> Result<()>
    where
        L: Loss<N::Output, D::Target>,
    {
        let level = self.chosen_level();
        match self.memory.x.first_mut() {
            Some(x) => check::samples::<N, _, _>(level, set, (data, count), &self.loss, x),
            None => Err(Error::Empty { set }),
        }
    }
}

impl<N: Train, O: Optimizer, L, const BATCH: usize> fmt::Debug for Trainer<N, O, L, BATCH> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trainer")
            .field("batch", &BATCH)
            .field("steps", &self.step)
            .field("seed", &self.seed)
            .finish_non_exhaustive()
    }
}
