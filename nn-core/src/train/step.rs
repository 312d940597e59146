//! One batch, at one SIMD level.

use super::order::Order;
use super::score::Sums;
use super::{Memory, Trainer};
use crate::activation::Head;
use crate::ahead::Ahead;
use crate::augment::Augmentation;
use crate::dataset::Dataset;
use crate::infer;
use crate::layer::{Context, Pass, Train};
use crate::loss::{Loss, Prediction, Space};
use crate::optim::{self, Optimizer};
use crate::plain::as_mut_slice;
use crate::tensor::Tensor;
use fearless_simd::Level;
use rand::SeedableRng;
use rand::rngs::SmallRng;

/// Samples in an order, with weights.
pub(super) struct Samples<'a, D: ?Sized> {
    pub(super) data: &'a D,
    pub(super) order: Order<'a>,
    pub(super) weights: Weights<'a>,
}

/// Factors of losses.
#[derive(Clone, Copy, Default)]
pub(super) struct Weights<'a> {
    pub(super) of_samples: Option<&'a [f32]>,
    pub(super) of_classes: Option<&'a [f32]>,
}

impl Weights<'_> {
    #[inline(always)]
    fn of<Y: Tensor, T, L: Loss<Y, T>>(&self, loss: &L, sample: usize, target: &T) -> f32 {
        let mut weight = 1.0;
        if let Some(weights) = self.of_samples {
            weight = weights.get(sample).copied().unwrap_or(1.0);
        }
        if let (Some(weights), Some(class)) = (self.of_classes, loss.class(target)) {
            weight *= weights.get(class).copied().unwrap_or(1.0);
        }
        weight
    }
}

/// The place of a batch within its samples: `rows` of them from the `start`-th on.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) start: usize,
    pub(super) rows: usize,
}

impl Place {
    /// The batches of `count` samples.
    pub(super) fn batches<const BATCH: usize>(count: usize) -> impl Iterator<Item = Self> {
        (0..count).step_by(BATCH).map(move |start| Self {
            start,
            rows: BATCH.min(count - start),
        })
    }
}

/// Whether so many inputs are too much for the first-level cache, so that it is worth asking for them ahead of time.
const fn large<X>(count: usize) -> bool {
    size_of::<X>().saturating_mul(count) > 16 * 1024
}

impl<N: Train, State, const BATCH: usize> Memory<N, State, BATCH> {
    /// Reads the inputs of a batch; rows without a sample become zero.
    pub(super) fn read<D: Dataset<N::Input> + ?Sized>(
        &mut self,
        samples: &Samples<'_, D>,
        place: Place,
    ) {
        for (row, x) in self.x.iter_mut().enumerate() {
            if row < place.rows {
                samples.data.read(samples.order.at(place.start + row), x);
            } else {
                as_mut_slice(x).fill(0.0);
            }
        }
    }
}

impl<N: Train, O: Optimizer, L, const BATCH: usize> Trainer<N, O, L, BATCH> {
    /// Trains on one batch. If the loss or a weight is not finite, it is the loss that comes back, with the network as it was before
    /// the step that led there.
    ///
    /// Compiled once for each type of data, whatever callbacks, augmentation, metrics and validation data surround it; what it calls to go forward,
    /// backward and on does not depend on that type, and is compiled once for a network.
    #[inline(never)]
    pub(super) fn learn<D: Dataset<N::Input> + ?Sized>(
        &mut self,
        level: Level,
        net: &mut N,
        samples: &Samples<'_, D>,
        place: Place,
        augmentation: &dyn Augmentation<N::Input>,
    ) -> Result<Sums, f32>
    where
        L: Loss<N::Output, D::Target>,
    {
        self.memory.read(samples, place);
        self.augment(place.rows, augmentation);
        let sums = self.differentiate(level, net, samples, place, None)?;
        let next = |row| {
            samples
                .data
                .peek(samples.order.at(place.start + BATCH + row))
        };
        let rows = if const { large::<N::Input>(BATCH) } && place.rows == BATCH {
            BATCH
        } else {
            0
        };
        if self.update(level, net, &mut Ahead::new(rows, &next)) {
            Ok(sums)
        } else {
            self.take_back(net);
            Err(sums.loss)
        }
    }

    /// Changes the samples that have been read, at random.
    fn augment(&mut self, rows: usize, augmentation: &dyn Augmentation<N::Input>) {
        let random = &mut self.random(2);
        let batch = self.memory.x.get_mut(..rows).unwrap_or_default();
        augmentation.augment_batch(batch, random);
    }

    /// Gradients of the batch that has been read: of the parameters to `grad` and, if asked for, of the inputs to `dx`.
    ///
    /// A loss that is not finite comes back as an error; `net` is as it was, and before the last step if `grad` still has that.
    pub(super) fn differentiate<D: Dataset<N::Input> + ?Sized>(
        &mut self,
        level: Level,
        net: &mut N,
        samples: &Samples<'_, D>,
        place: Place,
        dx: Option<&mut [N::Input; BATCH]>,
    ) -> Result<Sums, f32>
    where
        L: Loss<N::Output, D::Target>,
    {
        self.run_forward(level, net, place.rows);
        self.differentiate_output(level, net, samples, place, dx)
    }

    /// Gradients of the batch that has gone forward: see [`differentiate`](Self::differentiate).
    pub(super) fn differentiate_output<D: Dataset<N::Input> + ?Sized>(
        &mut self,
        level: Level,
        net: &mut N,
        samples: &Samples<'_, D>,
        place: Place,
        dx: Option<&mut [N::Input; BATCH]>,
    ) -> Result<Sums, f32>
    where
        L: Loss<N::Output, D::Target>,
    {
        let head = <N::Head as Head>::KIND;
        let Memory { x, y, dy, tape, .. } = &mut self.memory;
        let logits = N::logits(x, y, tape);
        let factor = self.loss.reduction().factor(place.rows);
        let (mut total, mut correct, mut classes) = (0.0, 0.0, false);
        for (row, dy) in dy.iter_mut().enumerate() {
            let sample = samples.order.at(place.start + row);
            let target = if row < place.rows {
                samples.data.target(sample)
            } else {
                None
            };
            let Some(target) = target else {
                as_mut_slice(dy).fill(0.0);
                continue;
            };
            let prediction = Prediction {
                output: &y[row],
                logits: &logits[row],
                head,
            };
            let weight = samples.weights.of(&self.loss, sample, target);
            total += weight * self.loss.gradient(prediction, target, factor * weight, dy);
            if let Some(right) = self.loss.correct(prediction, target) {
                correct += right;
                classes = true;
            }
        }
        let loss = total * factor;
        if !loss.is_finite() {
            self.run_forward(level, net, 0);
            self.take_back(net);
            return Err(loss);
        }
        let space = self.loss.space(head);
        self.run_backward(level, net, place.rows, space, dx);
        let loss = loss + net.regularize(&mut self.memory.grad, true);
        if !loss.is_finite() {
            self.run_forward(level, net, 0);
            return Err(loss);
        }
        Ok(Sums {
            loss,
            correct,
            classes,
        })
    }

    /// Takes the last step back, if it was one of this `fit` and `grad` still has the weights before it. The optimiser, whose state may have
    /// been lost with the weights, begins anew.
    pub(super) fn take_back(&mut self, net: &mut N) {
        if core::mem::take(&mut self.kept) {
            optim::take_back(net, &mut self.memory.grad);
            self.reset();
        }
    }

    /// Forward over the batch in `x`, which has this many samples.
    #[inline(never)]
    pub(super) fn run_forward(&mut self, level: Level, net: &mut N, rows: usize) {
        let random = &mut self.random(0);
        let mut context = Context {
            level,
            rows,
            random,
        };
        let Memory { x, y, tape, .. } = &mut self.memory;
        net.forward_train(&mut context, x, y, tape);
    }

    /// Backward from `dy`, in this space. What `grad` held is gone.
    #[inline(never)]
    pub(super) fn run_backward(
        &mut self,
        level: Level,
        net: &N,
        rows: usize,
        space: Space,
        dx: Option<&mut [N::Input; BATCH]>,
    ) {
        self.kept = false;
        let random = &mut self.random(1);
        let mut context = Context {
            level,
            rows,
            random,
        };
        let Memory {
            x,
            y,
            dy,
            tape,
            grad,
            ..
        } = &mut self.memory;
        let pass = Pass {
            x,
            y,
            dy,
            tape,
            grad,
            dx,
        };
        match space {
            Space::Output => net.backward(&mut context, pass),
            Space::Logits => net.backward_logits(&mut context, pass),
        }
    }

    /// One step of the optimiser along `grad`, which has the weights before it afterwards, and, meanwhile, a look at what is `ahead`.
    /// Returns whether the new weights are fine.
    #[inline(never)]
    fn update(&mut self, level: Level, net: &mut N, ahead: &mut Ahead<'_>) -> bool {
        let Memory { grad, state, .. } = &mut self.memory;
        let fine = optim::step_and_fetch(
            level,
            net,
            grad,
            state,
            self.step,
            &mut self.optimizer,
            ahead,
        );
        self.step = self.step.saturating_add(1);
        self.kept = true;
        fine
    }

    /// The random numbers of the coming step, the same for the same seed and step: forward, backward, and of augmentation.
    pub(super) fn random(&self, pass: u64) -> SmallRng {
        // Multiples of an odd number differ for all steps.
        let step = self.step.wrapping_mul(4).wrapping_add(pass);
        let step = step.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        SmallRng::seed_from_u64(self.seed.wrapping_add(step))
    }

    /// The logits and outputs of one batch, without training; compiled once for each type of data.
    #[inline(never)]
    fn infer<D: Dataset<N::Input> + ?Sized>(
        &mut self,
        level: Level,
        net: &N,
        samples: &Samples<'_, D>,
        place: Place,
    ) {
        self.memory.read(samples, place);
        self.infer_batch(level, net, place.rows);
    }

    /// The logits, to `dy`, and outputs of what has been read; does not depend on the type of data.
    #[inline(never)]
    fn infer_batch(&mut self, level: Level, net: &N, rows: usize) {
        let Memory { x, y, dy, .. } = &mut self.memory;
        infer::logits(level, net, x, dy, rows);
        for (y, logits) in y.iter_mut().zip(&*dy).take(rows) {
            *y = *logits;
        }
        let outputs = as_mut_slice(y);
        let outputs = outputs.get_mut(..rows * N::Output::LEN).unwrap_or_default();
        <N::Head as Head>::KIND.apply(level, outputs, N::Output::CHANNELS);
    }

    /// The loss of one batch, without training and without the penalties.
    pub(super) fn judge<D: Dataset<N::Input> + ?Sized>(
        &mut self,
        level: Level,
        net: &N,
        samples: &Samples<'_, D>,
        place: Place,
        mut see: impl FnMut(&N::Output, &D::Target),
    ) -> Sums
    where
        L: Loss<N::Output, D::Target>,
    {
        self.infer(level, net, samples, place);
        let Memory { y, dy, .. } = &self.memory;
        let head = <N::Head as Head>::KIND;
        let (mut total, mut correct, mut classes) = (0.0, 0.0, false);
        for (row, (output, logits)) in y.iter().zip(dy).take(place.rows).enumerate() {
            let sample = samples.order.at(place.start + row);
            let Some(target) = samples.data.target(sample) else {
                continue;
            };
            let prediction = Prediction {
                output,
                logits,
                head,
            };
            let weight = samples.weights.of(&self.loss, sample, target);
            total += weight * self.loss.value(prediction, target);
            if let Some(right) = self.loss.correct(prediction, target) {
                correct += right;
                classes = true;
            }
            see(output, target);
        }
        Sums {
            loss: total * self.loss.reduction().factor(place.rows),
            correct,
            classes,
        }
    }
}
