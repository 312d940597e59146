//! The training loop.

use crate::activation::Head;
use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::layer::Context;
use crate::loss::{BadTarget, Loss, Prediction, Space};
use crate::network::Network;
use crate::optim::{self, Optimizer};
use crate::plain::{Plain, Zeroed, zeroed};
use fearless_simd::{Simd, dispatch};
use rand::SeedableRng;
use rand::rngs::SmallRng;

/// Gradients, optimiser state and tape of a network `N`, trained in batches of `B`; all the memory that training needs.
#[repr(C)]
#[derive(Debug)]
pub struct Trainer<N: Network, O: Optimizer, L, const B: usize> {
    grad: N::Grad,
    state: O::State<N::Grad>,
    tape: N::Tape<B>,
    x: [N::Input; B],
    y: [N::Output; B],
    dy: [N::Output; B],
    step: u64,
    /// The optimiser.
    pub optimizer: O,
    /// The loss.
    pub loss: L,
}

impl<N: Network, O: Optimizer, L, const B: usize> Trainer<N, O, L, B> {
    /// A trainer with nothing done yet; can initialise a `static`.
    pub const fn new(optimizer: O, loss: L) -> Self {
        Self {
            grad: zeroed(),
            state: zeroed(),
            tape: zeroed(),
            x: zeroed(),
            y: zeroed(),
            dy: zeroed(),
            step: 0,
            optimizer,
            loss,
        }
    }

    /// One optimiser step on up to `B` samples starting at `start`; returns the summed loss.
    fn batch<S: Simd, D: Dataset<N::Input> + ?Sized>(
        &mut self,
        simd: S,
        net: &mut N,
        data: &D,
        start: usize,
        rows: usize,
        random: &mut SmallRng,
    ) -> f32
    where
        L: Loss<N::Output, D::Target>,
    {
        let head = <N::Head as Head>::KIND;
        for row in 0..rows {
            data.read(start + row, &mut self.x[row]);
        }
        for row in rows..B {
            self.x[row] = zeroed();
        }
        let mut context = Context { simd, rows, random };
        net.forward_train(&mut context, &self.x, &mut self.y, &mut self.tape);
        let logits = N::logits(&self.x, &self.y, &self.tape);
        let mut total = 0.0;
        for row in 0..rows {
            let prediction = Prediction {
                output: &self.y[row],
                logits: &logits[row],
                head,
            };
            total += self.loss.gradient(
                prediction,
                data.target(start + row),
                1.0 / rows as f32,
                &mut self.dy[row],
            );
        }
        for row in rows..B {
            self.dy[row] = zeroed();
        }
        match self.loss.space(head) {
            Space::Output => net.backward(
                &mut context,
                &self.x,
                &self.y,
                &mut self.dy,
                &mut self.tape,
                &mut self.grad,
                None,
            ),
            Space::Logits => net.backward_logits(
                &mut context,
                &self.x,
                &self.y,
                &mut self.dy,
                &mut self.tape,
                &mut self.grad,
                None,
            ),
        }
        let _ = net.regularize(&mut self.grad);
        optim::step(
            simd,
            net,
            &mut self.grad,
            &mut self.state,
            self.step,
            &mut self.optimizer,
        );
        self.step += 1;
        total
    }

    /// Trains `net` on `data`.
    pub fn fit<D: Dataset<N::Input> + ?Sized>(
        &mut self,
        net: &mut N,
        data: &D,
        fit: Fit,
    ) -> Result<History>
    where
        L: Loss<N::Output, D::Target>,
    {
        let samples = data.len();
        if samples == 0 {
            return Err(Error::Empty);
        }
        for i in 0..samples {
            if let Some(BadTarget::Label { label, classes }) = self.loss.check(data.target(i)) {
                return Err(Error::Label {
                    sample: i,
                    label,
                    classes,
                });
            }
        }
        let mut random = SmallRng::seed_from_u64(0);
        let mut history = History { loss: f32::NAN };
        for _ in 0..fit.epochs {
            let mut total = 0.0;
            let mut start = 0;
            while start < samples {
                let rows = B.min(samples - start);
                total += dispatch!(crate::__private::level(), simd => self.batch(simd, net, data, start, rows, &mut random));
                start += rows;
            }
            history.loss = total / samples as f32;
        }
        Ok(history)
    }
}

/// How to train.
#[derive(Clone, Copy, Debug)]
pub struct Fit {
    epochs: usize,
}
impl Fit {
    /// So many passes over the data.
    #[must_use]
    pub const fn epochs(epochs: usize) -> Self {
        Self { epochs }
    }
}

/// What training did.
#[derive(Clone, Copy, Debug)]
pub struct History {
    /// The last epoch's mean loss.
    pub loss: f32,
}

/// What an evaluation found.
#[derive(Clone, Copy, Debug)]
pub struct Score {
    /// The mean loss.
    pub loss: f32,
}

const _: fn() = || {
    fn needs<T: Zeroed + Plain>() {}
    needs::<f32>();
};
