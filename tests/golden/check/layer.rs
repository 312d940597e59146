use super::levels::levels;
use super::read::{compare_gradients, compare_statistics, load, samples};
use super::spec::{Spec, axes};
use super::step::from_upstream;
use crate::case::{Case, Result, Tensor};
use crate::compare::Compare;
use nn_core::layer::Train;
use nn_core::{Level, plain, predict_at};

/// A network and the file's inputs.
struct Pass<'a, L: Train, const B: usize> {
    case: &'a Case,
    spec: &'a Spec<L>,
    net: Box<L>,
    x: Box<[L::Input; B]>,
    dy: Box<[L::Output; B]>,
}

impl<'a, L: Train, const B: usize> Pass<'a, L, B> {
    fn new(case: &'a Case, spec: &'a Spec<L>) -> Result<Self> {
        Ok(Self {
            case,
            spec,
            net: load::<L>(case, &["params"], spec)?,
            x: batch(case, "x", spec.x)?,
            dy: upstream::<L, B>(case, spec)?,
        })
    }

    /// Outputs at inference: of the batch, and of each sample alone.
    fn infer(&self, compare: &mut Compare, level: Level, output: &Tensor) -> Result<()> {
        let mut y = forward(level, &*self.net, &self.x);
        compare.tensor("output", plain::as_slice(&*y), output)?;
        for (x, y) in self.x.iter().zip(y.iter_mut()) {
            *y = predict_at(&*self.net, level, x);
        }
        compare.tensor("output of each alone", plain::as_slice(&*y), output)
    }

    /// Outputs in training, gradients of the inputs and of all parameters, statistics.
    fn train(&mut self, compare: &mut Compare, level: Level) -> Result<()> {
        let (case, spec) = (self.case, self.spec);
        let mut step = from_upstream(level, &mut *self.net, &self.x, &self.dy);
        let output = output(case, spec)?;
        compare.tensor("output in training", plain::as_slice(&*step.y), &output)?;
        // Indices have none.
        if case.has(&["grads", "input"]) {
            let wanted = axes(&case.tensor(&["grads", "input"])?, spec.x)?;
            compare.tensor("grads.input", plain::as_slice(&*step.dx), &wanted)?;
        }
        let pair = (&mut *self.net, &mut *step.grad);
        compare_gradients(compare, pair, case, &["grads"], spec)?;
        if case.has(&["state_after"]) {
            compare_statistics(compare, &mut *self.net, case, &["state_after"], spec)?;
            // The next level begins with the file's again.
            self.net = load::<L>(case, &["params"], spec)?;
        }
        Ok(())
    }
}

/// Forward in training, gradients, statistics, for the file's batch `B`: a layer that does something else at inference.
pub fn trained<L: Train, const B: usize>(
    case: &Case,
    compare: &mut Compare,
    spec: &Spec<L>,
) -> Result<()> {
    let mut pass = Pass::<L, B>::new(case, spec)?;
    for level in levels() {
        pass.train(compare, level)?;
    }
    Ok(())
}

/// [`trained`], and the same outputs at inference.
pub fn layer<L: Train, const B: usize>(
    case: &Case,
    compare: &mut Compare,
    spec: &Spec<L>,
) -> Result<()> {
    let mut pass = Pass::<L, B>::new(case, spec)?;
    let output = output(case, spec)?;
    for level in levels() {
        pass.infer(compare, level, &output)?;
        pass.train(compare, level)?;
    }
    Ok(())
}

/// Inference alone, with its gradients: a layer that does something else in training.
pub fn frozen<L: Train, const B: usize>(
    case: &Case,
    compare: &mut Compare,
    spec: &Spec<L>,
) -> Result<()> {
    let mut net = load::<L>(case, &["params"], spec)?;
    let x = batch::<L::Input, B>(case, "x", spec.x)?;
    for level in levels() {
        let y = forward(level, &*net, &x);
        compare.tensor("output", plain::as_slice(&*y), &output(case, spec)?)?;
        slopes(case, compare, spec, level, &mut *net, &x)?;
    }
    if case.has(&["state_after"]) {
        compare_statistics(compare, &mut *net, case, &["state_after"], spec)?;
    }
    Ok(())
}

/// The upstream gradient; ones if the file says nothing.
fn upstream<L: Train, const B: usize>(case: &Case, spec: &Spec<L>) -> Result<Box<[L::Output; B]>> {
    if case.has(&["inputs", "grad_output"]) {
        return batch(case, "grad_output", spec.y);
    }
    let mut ones = plain::zeroed_box::<[L::Output; B]>();
    plain::as_mut_slice(&mut *ones).fill(1.0);
    Ok(ones)
}

/// The gradients of inference where it is not training's: there is no backward pass for it, but a layer that is a straight
/// line in each of its inputs and parameters, as a normalisation with given statistics is, has its differences for slopes.
fn slopes<L: Train, const B: usize>(
    case: &Case,
    compare: &mut Compare,
    spec: &Spec<L>,
    level: Level,
    net: &mut L,
    x: &[L::Input; B],
) -> Result<()> {
    let dy = upstream::<L, B>(case, spec)?;
    let at = |net: &L, x: &[L::Input; B]| -> f64 {
        let y = forward(level, net, x);
        let pairs = plain::as_slice(&*y).iter().zip(plain::as_slice(&*dy));
        pairs.map(|(&y, &dy)| f64::from(y) * f64::from(dy)).sum()
    };
    // Far enough that rounding does not matter, and exact.
    let slope = |ahead: f64, behind: f64| ((ahead - behind) / 8.0) as f32;
    let mut x = Box::new(*x);
    let mut dx = plain::zeroed_box::<[L::Input; B]>();
    for i in 0..plain::as_slice(&*x).len() {
        let mut with = |change: f32| {
            let before = plain::as_slice(&*x)[i];
            plain::as_mut_slice(&mut *x)[i] = before + change;
            let value = at(net, &x);
            plain::as_mut_slice(&mut *x)[i] = before;
            value
        };
        plain::as_mut_slice(&mut *dx)[i] = slope(with(4.0), with(-4.0));
    }
    let wanted = axes(&case.tensor(&["grads", "input"])?, spec.x)?;
    compare.tensor("grads.input", plain::as_slice(&*dx), &wanted)?;
    let mut grad = plain::zeroed_box::<L::Grad>();
    // The parameters that are trained come first in a layer.
    for i in 0..plain::len::<L::Grad>() {
        let mut with = |change: f32| {
            let before = plain::as_slice(net)[i];
            plain::as_mut_slice(net)[i] = before + change;
            let value = at(net, &x);
            plain::as_mut_slice(net)[i] = before;
            value
        };
        plain::as_mut_slice(&mut *grad)[i] = slope(with(4.0), with(-4.0));
    }
    compare_gradients(compare, (net, &mut *grad), case, &["grads"], spec)
}

/// The output; of a recurrent layer with more than one, the sequence.
fn output<L>(case: &Case, spec: &Spec<L>) -> Result<Tensor> {
    let output = match case.has(&["output", "sequence"]) {
        true => case.tensor(&["output", "sequence"])?,
        false => case.tensor(&["output"])?,
    };
    axes(&output, spec.y)
}

/// The identity at inference; in training every value is dropped or scaled, and its gradient with it.
pub fn dropout<L: Train, const B: usize>(
    case: &Case,
    compare: &mut Compare,
    rate: f64,
) -> Result<()> {
    let mut net = plain::zeroed_box::<L>();
    let x = batch::<L::Input, B>(case, "x", &[])?;
    let dy = batch::<L::Output, B>(case, "grad_output", &[])?;
    let output = case.tensor(&["output"])?;
    let scale = 1.0 / (1.0 - rate);
    for level in levels() {
        let y = forward(level, &*net, &x);
        compare.tensor("output", plain::as_slice(&*y), &output)?;
        let step = from_upstream(level, &mut *net, &x, &dy);
        let y = plain::as_slice(&*step.y).iter().zip(plain::as_slice(&*x));
        let dx = plain::as_slice(&*step.dx).iter().zip(plain::as_slice(&*dy));
        for ((&y, &x), (&dx, &dy)) in y.zip(dx) {
            let kept = if y == 0.0 { 0.0 } else { scale };
            compare.number("output in training", f64::from(y), f64::from(x) * kept);
            compare.number(
                "grads.input in training",
                f64::from(dx),
                f64::from(dy) * kept,
            );
        }
    }
    Ok(())
}

fn batch<T: nn_core::Tensor, const B: usize>(
    case: &Case,
    name: &str,
    order: &[usize],
) -> Result<Box<[T; B]>> {
    let rows: Box<[T]> = samples(case, &["inputs", name], order)?.into();
    rows.try_into()
        .map_err(|_| format!("`inputs.{name}` has not {B} samples"))
}

fn forward<L: Train, const B: usize>(
    level: Level,
    net: &L,
    x: &[L::Input; B],
) -> Box<[L::Output; B]> {
    let mut y = plain::zeroed_box();
    net.forward_batch(level, x, &mut y);
    y
}
