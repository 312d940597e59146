//! Training on the windows of a stream that is longer than what a network declares.

use super::order::Order;
use super::score::{Mean, Score};
use super::step::{Place, Samples, Weights};
use super::{Memory, Trainer};
use crate::dataset::Dataset;
use crate::error::{Error, Result, Set};
use crate::layer::Context;
use crate::loss::Loss;
use crate::optim::Optimizer;
use crate::stream::{States, TrainStream};
use fearless_simd::Level;

/// Streams longer than the declared sequence.
impl<N: TrainStream, O: Optimizer, L, const BATCH: usize> Trainer<N, O, L, BATCH> {
    /// One optimiser step on the next window of up to `BATCH` streams: truncated back-propagation through time (Keras `stateful=True` with
    /// `train_on_batch`; Williams and Peng 1990).
    ///
    /// The input of each sample is a window as long as the network declares. Sample `i` goes on from row `i` of `states`, which holds the
    /// state after the window when this returns: so the network remembers across windows, while the gradient ends at the beginning of
    /// each. Rows without a sample begin anew. Returns the loss and accuracy before the step.
    ///
    /// ```
    /// use nn_core::prelude::*;
    ///
    /// network! { struct Forecast { input 8x1; lstm 4; dense 1; } }
    ///
    /// # fn main() -> nn_core::Result<()> {
    /// let wave: Vec<f32> = (0..241).map(|t| (t as f32 / 7.0).sin()).collect();
    /// let mut net = Forecast::init(&mut SmallRng::seed_from_u64(1));
    /// let mut trainer = Trainer::<Forecast, _, _, 1>::new(Adam::new(0.01), MeanSquaredError);
    /// let mut states = States::<Forecast, 1>::new();
    /// let mut epoch = || {
    ///     states.reset(); // the series begins
    ///     let mut loss = 0.0;
    ///     for window in wave.windows(9).step_by(8) {
    ///         let sample = (SMatrix::from_column_slice(&window[..8]), SVector::from([window[8]]));
    ///         loss += trainer.train_on_window(&mut net, &mut states, &[sample])?.loss;
    ///     }
    ///     Ok(loss)
    /// };
    /// let first = epoch()?;
    /// for _ in 0..20 { epoch()?; }
    /// assert!(epoch()? < first / 4.0);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If there are no samples or more than `BATCH`, a sample is wrong, the loss is not a finite number, or a weight would not be one; then no
    /// step is taken and `net` is as it was. After such a loss all streams begin anew.
    pub fn train_on_window<D: Dataset<N::Input> + ?Sized>(
        &mut self,
        net: &mut N,
        states: &mut States<N, BATCH>,
        data: &D,
    ) -> Result<Score>
    where
        L: Loss<N::Output, D::Target>,
    {
        let samples = data.len();
        self.check_samples(Set::Data, data, samples)?;
        let rows = self.check_rows(samples)?;
        let samples = Samples {
            data,
            order: Order::From(0),
            weights: Weights::default(),
        };
        let place = Place { start: 0, rows };
        let level = self.chosen_level();
        self.memory.read(&samples, place);
        self.run_window(level, net, states, rows);
        let sums = self.differentiate_output(level, net, &samples, place, None);
        for row in rows..BATCH {
            states.reset_row(row);
        }
        let sums = sums.map_err(|loss| {
            states.reset();
            Error::Loss { loss }
        })?;
        self.apply(net)?;
        let mut mean = Mean::default();
        mean.add(sums, rows);
        Ok(mean.score())
    }

    /// Forward over the batch in `x`, which has this many samples, from the states.
    #[inline(never)]
    fn run_window(
        &mut self,
        level: Level,
        net: &mut N,
        states: &mut States<N, BATCH>,
        rows: usize,
    ) {
        let random = &mut self.random(0);
        let mut context = Context {
            level,
            rows,
            random,
        };
        let Memory { x, y, tape, .. } = &mut self.memory;
        net.forward_window(&mut context, &mut states.rows, x, y, tape);
    }
}
