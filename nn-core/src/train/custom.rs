//! The pieces of a training step, for loops of one's own.

use super::order::Order;
use super::score::Score;
use super::step::{Place, Samples, Weights};
use super::{Memory, Trainer, check};
use crate::dataset::Dataset;
use crate::error::{Error, Result, Set};
use crate::layer::Train;
use crate::loss::{Loss, Space};
use crate::optim::{self, Optimizer};
use crate::plain::as_mut_slice;

/// Loops of one's own.
///
/// Two networks that train each other, a loss over several networks, gradients gathered over several batches: each is made of
/// [`forward`](Self::forward) or [`gradients`](Self::gradients), [`backward`](Self::backward) and [`apply`](Self::apply).
///
/// ```
/// use nn_core::layer::Dense;
/// use nn_core::prelude::*;
///
/// # fn main() -> nn_core::Result<()> {
/// // A generator learns to please a fixed judge, through the gradient of the judge's input.
/// let mut generator = Dense::<1, 1>::default();
/// let mut judge = Dense::<1, 1>::default();
/// judge.kernel[0] = 2.0;
/// let mut training = Trainer::<Dense<1, 1>, _, _, 4>::new(Adam::new(0.1), MeanSquaredError);
/// let mut judging = training_of_judge();
/// # fn training_of_judge() -> Trainer<Dense<1, 1>, Adam, nn_core::loss::MeanSquaredError, 4> {
/// #     Trainer::new(Adam::new(0.1), MeanSquaredError)
/// # }
/// let mut upstream = [SVector::zeros(); 4];
/// for _ in 0..200 {
///     let fakes = training.forward(&mut generator, &[SVector::from([1.0]); 4])?;
///     judging.gradients(&mut judge, &(fakes, [SVector::from([6.0]); 4]), Some(&mut upstream))?;
///     training.backward(&generator, &upstream, None)?;
///     training.apply(&mut generator)?;
/// }
/// assert!((generator.kernel[0] + generator.bias[0] - 3.0).abs() < 0.01);
/// # Ok(())
/// # }
/// ```
impl<N: Train, O: Optimizer, L, const BATCH: usize> Trainer<N, O, L, BATCH> {
    /// One optimiser step on up to `BATCH` samples (Keras `train_on_batch`). Returns the loss and accuracy before the step.
    ///
    /// # Errors
    ///
    /// If there are no samples or more than `BATCH`, a sample is wrong, the loss is not a finite number, or a weight would not be one; then no
    /// step is taken and `net` is as it was. A loss that is not finite may come of the steps before, so keep a copy of `net` from time to
    /// time where that can happen; [`fit`](Self::fit) takes the last step back by itself.
    pub fn train_on_batch<D: Dataset<N::Input> + ?Sized>(
        &mut self,
        net: &mut N,
        data: &D,
    ) -> Result<Score>
    where
        L: Loss<N::Output, D::Target>,
    {
        let score = self.gradients(net, data, None)?;
        self.apply(net)?;
        Ok(score)
    }

    /// The loss of up to `BATCH` samples and its gradients: of the parameters, to [`grad`](Self::grad), and if asked for of the inputs, to `dx`.
    /// No step is taken; [`apply`](Self::apply) takes it.
    ///
    /// # Errors
    ///
    /// If there are no samples or more than `BATCH`, a sample is wrong, or the loss is not a finite number; `net` is as it was.
    pub fn gradients<D: Dataset<N::Input> + ?Sized>(
        &mut self,
        net: &mut N,
        data: &D,
        dx: Option<&mut [N::Input; BATCH]>,
    ) -> Result<Score>
    where
        L: Loss<N::Output, D::Target>,
    {
        let samples = data.len();
        self.check_samples(Set::Data, data, samples)?;
        let rows = self.check_rows(samples)?;
        let (order, weights) = (Order::From(0), Weights::default());
        let samples = Samples {
            data,
            order,
            weights,
        };
        let place = Place { start: 0, rows };
        self.memory.read(&samples, place);
        let sums = self
            .differentiate(self.chosen_level(), net, &samples, place, dx)
            .map_err(|loss| Error::Loss { loss })?;
        Ok(sums.score(rows))
    }

    /// The outputs for up to `BATCH` inputs as in training, dropout included, remembered for [`backward`](Self::backward).
    ///
    /// # Errors
    ///
    /// If there are no inputs or more than `BATCH`.
    pub fn forward(&mut self, net: &mut N, inputs: &[N::Input]) -> Result<&[N::Output]> {
        let rows = self.check_rows(inputs.len())?;
        for (row, x) in self.memory.x.iter_mut().enumerate() {
            match inputs.get(row) {
                Some(input) => *x = *input,
                None => as_mut_slice(x).fill(0.0),
            }
        }
        self.run_forward(self.chosen_level(), net, rows);
        Ok(self.memory.y.get(..rows).unwrap_or_default())
    }

    /// Computes the gradients of the parameters and, if asked for, of the inputs from those of the outputs of the last
    /// [`forward`](Self::forward) or [`gradients`](Self::gradients). Regularisers are included.
    ///
    /// # Errors
    ///
    /// If there is not one gradient for each output.
    pub fn backward(
        &mut self,
        net: &N,
        gradients: &[N::Output],
        dx: Option<&mut [N::Input; BATCH]>,
    ) -> Result<()> {
        let (inputs, others) = (self.rows, gradients.len());
        if inputs != others {
            return Err(Error::Lengths { inputs, others });
        }
        for (row, dy) in self.memory.dy.iter_mut().enumerate() {
            match gradients.get(row) {
                Some(gradient) => *dy = *gradient,
                None => as_mut_slice(dy).fill(0.0),
            }
        }
        self.run_backward(self.chosen_level(), net, inputs, Space::Output, dx);
        let _ = net.regularize(&mut self.memory.grad, true);
        Ok(())
    }

    /// One optimiser step along [`grad`](Self::grad), which clipping may change.
    ///
    /// # Errors
    ///
    /// If the learning rate is not 0 or a positive finite number, or [`Error::Step`] if a weight would not be a finite number or be beyond
    /// 1e15: then the step is not taken, and neither `net` nor the optimiser changes.
    pub fn apply(&mut self, net: &mut N) -> Result<()> {
        check::learning_rate(self.optimizer.learning_rate(self.step))?;
        self.optimizer.check_options()?;
        let (level, step) = (self.chosen_level(), self.step);
        let Memory { grad, state, .. } = &mut self.memory;
        optim::step(level, net, grad, state, step, &mut self.optimizer)?;
        self.step = self.step.saturating_add(1);
        Ok(())
    }

    /// The gradient of the parameters, in the shape of the network: of the last [`gradients`](Self::gradients),
    /// [`backward`](Self::backward) or [`train_on_batch`](Self::train_on_batch). After a [`fit`](Self::fit) it is something else.
    #[must_use]
    pub const fn grad(&self) -> &N::Grad {
        &self.memory.grad
    }

    /// The gradient of the parameters, to be changed before [`apply`](Self::apply).
    pub const fn grad_mut(&mut self) -> &mut N::Grad {
        &mut self.memory.grad
    }

    /// A number of samples that fits into the batch.
    pub(super) fn check_rows(&mut self, samples: usize) -> Result<usize> {
        match samples {
            0 => Err(Error::Empty { set: Set::Data }),
            _ if samples > BATCH => Err(Error::Batch {
                samples,
                batch: BATCH,
            }),
            rows => {
                self.rows = rows;
                Ok(rows)
            }
        }
    }
}
