use super::levels;
use super::read::{Parameter, compare_gradients, load, samples};
use super::step::from_upstream;
use crate::case::{Case, Result};
use crate::compare::Compare;
use nn_core::layer::Layer;
use nn_core::{Level, plain};

/// Forward, forward in training, gradients to the input and to all parameters, for the file's batch `B`.
pub fn layer<L: Layer, const B: usize>(
    case: &Case,
    compare: &mut Compare,
    parameters: &[Parameter],
) -> Result<()> {
    let mut net = load::<L>(case, &["params"], parameters)?;
    let x = batch::<L::Input, B>(case, "x")?;
    let dy = batch::<L::Output, B>(case, "grad_output")?;
    let output = case.tensor(&["output"])?;
    let input_gradient = case.tensor(&["grads", "input"])?;
    for level in levels() {
        let y = forward(level, &*net, &x);
        compare.tensor("output", plain::as_slice(&*y), &output)?;
        let mut step =
            fearless_simd::dispatch!(level, simd => from_upstream(simd, &mut *net, &x, &dy));
        compare.tensor("output in training", plain::as_slice(&*step.y), &output)?;
        compare.tensor("grads.input", plain::as_slice(&*step.dx), &input_gradient)?;
        let pair = (&mut *net, &mut *step.grad);
        compare_gradients(compare, pair, case, &["grads"], parameters)?;
    }
    Ok(())
}

/// The identity at inference; in training every value is dropped or scaled, and its gradient with it.
pub fn dropout<L: Layer, const B: usize>(
    case: &Case,
    compare: &mut Compare,
    rate: f64,
) -> Result<()> {
    let mut net = load::<L>(case, &["params"], &[])?;
    let x = batch::<L::Input, B>(case, "x")?;
    let dy = batch::<L::Output, B>(case, "grad_output")?;
    let output = case.tensor(&["output"])?;
    let scale = 1.0 / (1.0 - rate);
    for level in levels() {
        let y = forward(level, &*net, &x);
        compare.tensor("output", plain::as_slice(&*y), &output)?;
        let step = fearless_simd::dispatch!(level, simd => from_upstream(simd, &mut *net, &x, &dy));
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

fn batch<T: nn_core::Tensor, const B: usize>(case: &Case, name: &str) -> Result<Box<[T; B]>> {
    let rows: Box<[T]> = samples(case, &["inputs", name])?.into();
    rows.try_into()
        .map_err(|_| format!("`inputs.{name}` has not {B} samples"))
}

fn forward<L: Layer, const B: usize>(
    level: Level,
    net: &L,
    x: &[L::Input; B],
) -> Box<[L::Output; B]> {
    let mut y = plain::zeroed_box();
    fearless_simd::dispatch!(level, simd => net.forward(simd, x, &mut y));
    y
}
