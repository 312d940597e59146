use super::levels::levels;
use super::read::{Target, compare_gradients, compare_parameters, load, samples};
use super::spec::Spec;
use crate::case::{Case, Result};
use crate::compare::Compare;
use nn_core::loss::Loss;
use nn_core::optim::Optimizer;
use nn_core::{Fit, Level, Network, Tensor as _, Trainer};

/// The parts of a case of a trained network, besides its types.
pub struct Training<N: Network, O, L> {
    pub spec: Spec<N>,
    pub optimizer: O,
    pub loss: L,
    /// `Net::predict`, which every network has of its own.
    pub predict: fn(&N, &N::Input) -> N::Output,
}

type Samples<N, T> = Vec<(<N as nn_core::Layer>::Input, T)>;

impl<N: Network, O: Optimizer + Copy, L: Copy> Training<N, O, L> {
    /// Loss at each step, first gradients, weights and predictions at the end; batches of `B` in the file's order.
    pub fn check<T: Target, const B: usize>(&self, case: &Case, compare: &mut Compare) -> Result<()>
    where
        L: Loss<N::Output, T>,
    {
        let data = data::<N, T>(case)?;
        let net = load::<N>(case, &["params"], &self.spec)?;
        self.predictions(case, compare, "initial_prediction", &net, &data)?;
        for level in levels() {
            self.steps::<T, B>(case, compare, &data, level)?;
        }
        // And in one go, as a user writes it.
        let mut net = net;
        let mut trainer = Trainer::<N, O, L, B>::boxed(self.optimizer, self.loss);
        let fit = Fit::epochs(case.size(&["config", "epochs"])?);
        let history = trainer.fit(&mut net, &data, fit);
        history.map_err(|e| e.to_string())?;
        self.end(case, compare, &mut net, &data)
    }

    /// One batch after the other, to see the loss of each.
    fn steps<T: Target, const B: usize>(
        &self,
        case: &Case,
        compare: &mut Compare,
        data: &Samples<N, T>,
        level: Level,
    ) -> Result<()>
    where
        L: Loss<N::Output, T>,
    {
        let mut net = load::<N>(case, &["params"], &self.spec)?;
        let mut trainer = Trainer::<N, O, L, B>::boxed(self.optimizer, self.loss);
        trainer.level(level);
        let first = &data[..B.min(data.len())];
        let score = trainer.gradients(&mut net, first, None);
        score.map_err(|e| e.to_string())?;
        let pair = (&mut *net, trainer.grad_mut());
        compare_gradients(compare, pair, case, &["grads", "first_step"], &self.spec)?;

        // Looking at the gradients has moved the running statistics.
        let mut net = load::<N>(case, &["params"], &self.spec)?;
        let mut losses = Vec::new();
        for _ in 0..case.size(&["config", "epochs"])? {
            for batch in data.chunks(B) {
                let score = trainer.train_on_batch(&mut net, batch);
                losses.push(f64::from(score.map_err(|e| e.to_string())?.loss));
            }
        }
        let wanted = case.tensor(&["output", "loss_per_step"])?;
        compare.values("loss_per_step", losses.into_iter(), &wanted.data)?;
        self.end(case, compare, &mut net, data)
    }

    /// All samples in one step; the mean squared error after each epoch.
    pub fn check_full_batch<T: Target, const B: usize>(
        &self,
        case: &Case,
        compare: &mut Compare,
    ) -> Result<()>
    where
        L: Loss<N::Output, T>,
    {
        let data = data::<N, T>(case)?;
        let targets = case.tensor(&["inputs", "y"])?.data;
        for level in levels() {
            let mut net = load::<N>(case, &["params"], &self.spec)?;
            let mut trainer = Trainer::<N, O, L, B>::boxed(self.optimizer, self.loss);
            trainer.level(level);
            let mut errors = Vec::new();
            for _ in 0..case.size(&["config", "epochs"])? {
                let score = trainer.train_on_batch(&mut net, &data);
                score.map_err(|e| e.to_string())?;
                let outputs = self.outputs(&net, &data);
                let squares = outputs
                    .iter()
                    .zip(&targets)
                    .map(|(y, t)| (f64::from(*y) - t).powi(2));
                errors.push(squares.sum::<f64>() / targets.len() as f64);
            }
            let wanted = case.tensor(&["output", "mse_per_epoch"])?;
            compare.values("mse_per_epoch", errors.into_iter(), &wanted.data)?;
            self.end(case, compare, &mut net, &data)?;
        }
        Ok(())
    }

    fn end<T>(
        &self,
        case: &Case,
        compare: &mut Compare,
        net: &mut N,
        data: &Samples<N, T>,
    ) -> Result<()> {
        let keys = ["output", "final_weights"];
        compare_parameters(compare, net, case, &keys, &self.spec)?;
        self.predictions(case, compare, "final_prediction", net, data)
    }

    fn predictions<T>(
        &self,
        case: &Case,
        compare: &mut Compare,
        what: &str,
        net: &N,
        data: &Samples<N, T>,
    ) -> Result<()> {
        let wanted = case.tensor(&["output", what])?;
        compare.tensor(what, &self.outputs(net, data), &wanted)
    }

    fn outputs<T>(&self, net: &N, data: &Samples<N, T>) -> Vec<f32> {
        let predictions = data.iter().map(|(x, _)| (self.predict)(net, x));
        predictions.flat_map(|y| y.values().to_vec()).collect()
    }
}

fn data<N: Network, T: Target>(case: &Case) -> Result<Samples<N, T>> {
    let x: Vec<N::Input> = samples(case, &["inputs", "x"], &[])?;
    let y = case.tensor(&["inputs", "y"])?;
    let pair = |(row, x)| Ok((x, T::read(&y, row)?));
    x.into_iter().enumerate().map(pair).collect()
}
