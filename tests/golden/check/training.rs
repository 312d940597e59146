use super::levels;
use super::read::{Parameter, Target, compare_gradients, compare_parameters, load, samples};
use super::step::from_loss;
use crate::case::{Case, Result};
use crate::compare::Compare;
use nn_core::loss::Loss;
use nn_core::optim::Optimizer;
use nn_core::{Fit, Network, Tensor as _, Trainer, plain};

/// What a case of a trained network is made of, besides its types.
pub struct Training<N: Network, O, L> {
    pub parameters: &'static [Parameter],
    pub optimizer: O,
    pub loss: L,
    /// `Net::predict`, which every network has of its own.
    pub predict: fn(&N, &N::Input) -> N::Output,
}

impl<N: Network, O: Optimizer + Copy, L: Copy> Training<N, O, L> {
    /// Loss at each step, first gradients, weights and predictions at the end; batches of `B` in the file's order.
    pub fn check<T: Target, const B: usize>(&self, case: &Case, compare: &mut Compare) -> Result<()>
    where
        L: Loss<N::Output, T>,
    {
        let x: Vec<N::Input> = samples(case, &["inputs", "x"])?;
        let y = case.tensor(&["inputs", "y"])?;
        let data = x
            .iter()
            .enumerate()
            .map(|(row, x)| Ok((*x, T::read(&y, row)?)))
            .collect::<Result<Vec<_>>>()?;
        let net = load::<N>(case, &["params"], self.parameters)?;
        self.predictions(case, compare, "initial_prediction", &net, &x)?;
        self.first_gradients::<T, B>(case, compare, &data)?;

        // Batch by batch, to see the loss of each step.
        let epochs = case.size(&["config", "epochs"])?;
        let mut stepped = load::<N>(case, &["params"], self.parameters)?;
        let mut losses = Vec::new();
        let mut trainer = Box::new(Trainer::<N, O, L, B>::new(self.optimizer, self.loss));
        for _ in 0..epochs {
            for batch in data.chunks(B) {
                losses.push(fit(&mut trainer, &mut stepped, batch, 1)?);
            }
        }
        let wanted = case.tensor(&["output", "loss_per_step"])?;
        compare.values("loss_per_step", losses.into_iter(), &wanted.data)?;
        self.end(case, compare, &mut stepped, &x)?;

        // And in one go, as a user writes it.
        let mut fitted = net;
        let mut trainer = Box::new(Trainer::<N, O, L, B>::new(self.optimizer, self.loss));
        fit(&mut trainer, &mut fitted, &data, epochs)?;
        self.end(case, compare, &mut fitted, &x)
    }

    fn first_gradients<T: Target, const B: usize>(
        &self,
        case: &Case,
        compare: &mut Compare,
        data: &[(N::Input, T)],
    ) -> Result<()>
    where
        L: Loss<N::Output, T>,
    {
        let mut net = load::<N>(case, &["params"], self.parameters)?;
        let mut x = plain::zeroed_box::<[N::Input; B]>();
        for (x, (sample, _)) in x.iter_mut().zip(data) {
            *x = *sample;
        }
        let targets: Vec<T> = data.iter().take(B).map(|(_, target)| *target).collect();
        for level in levels() {
            let mut step = from_loss(level, &mut *net, &x, &targets, &self.loss);
            let pair = (&mut *net, &mut *step.grad);
            let keys = ["grads", "first_step"];
            compare_gradients(compare, pair, case, &keys, self.parameters)?;
        }
        Ok(())
    }

    fn end(&self, case: &Case, compare: &mut Compare, net: &mut N, x: &[N::Input]) -> Result<()> {
        let keys = ["output", "final_weights"];
        compare_parameters(compare, net, case, &keys, self.parameters)?;
        self.predictions(case, compare, "final_prediction", net, x)
    }

    fn predictions(
        &self,
        case: &Case,
        compare: &mut Compare,
        what: &str,
        net: &N,
        x: &[N::Input],
    ) -> Result<()> {
        let wanted = case.tensor(&["output", what])?;
        let predictions = x.iter().map(|x| (self.predict)(net, x));
        let values: Vec<f32> = predictions.flat_map(|y| y.values().to_vec()).collect();
        compare.tensor(what, &values, &wanted)
    }
}

/// Trains on `data` in its order; returns the last epoch's loss.
fn fit<N: Network, T, O: Optimizer, L: Loss<N::Output, T>, const B: usize>(
    trainer: &mut Trainer<N, O, L, B>,
    net: &mut N,
    data: &[(N::Input, T)],
    epochs: usize,
) -> Result<f64> {
    let history = trainer.fit(net, data, Fit::epochs(epochs));
    Ok(f64::from(history.map_err(|e| e.to_string())?.loss()))
}
