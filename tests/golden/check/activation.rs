use super::levels;
use crate::case::{Case, Result, Tensor};
use crate::compare::Compare;
use nn_core::activation::{Activation, Keep};
use nn_core::{Level, plain};

/// Value and derivative; `N` values in rows of the tensor's last axis.
pub fn activation<A: Activation, const N: usize>(case: &Case, compare: &mut Compare) -> Result<()> {
    let x = case.tensor(&["inputs", "x"])?;
    let upstream = match case.has(&["inputs", "grad_output"]) {
        true => case.tensor(&["inputs", "grad_output"])?.f32s(),
        false => vec![1.0; N],
    };
    let output = case.tensor(&["output"])?;
    let gradient = smooth(case, &x)?;
    for level in levels() {
        let (y, dx) = run::<A, N>(level, &x, &upstream)?;
        compare.tensor("output", &y, &output)?;
        let dx = dx.iter().map(|&value| f64::from(value));
        let expected = gradient.iter().zip(dx.clone());
        // At a kink any finite derivative will do.
        let expected: Vec<f64> = expected
            .map(|(wanted, got)| wanted.unwrap_or(if got.is_finite() { got } else { 0.0 }))
            .collect();
        compare.values("grads.x", dx, &expected)?;
    }
    Ok(())
}

/// The derivatives, but for the points where another one is defensible.
fn smooth(case: &Case, x: &Tensor) -> Result<Vec<Option<f64>>> {
    let kinks: Vec<f64> = case
        .get(&["kinks"])
        .and_then(|value| value.as_array())
        .map(|list| list.iter().filter_map(|kink| kink.as_f64()).collect())
        .unwrap_or_default();
    let gradient = case.tensor(&["grads", "x"])?;
    let pairs = gradient.data.iter().zip(&x.data);
    Ok(pairs
        .map(|(&gradient, x)| (!kinks.contains(x)).then_some(gradient))
        .collect())
}

fn run<A: Activation, const N: usize>(
    level: Level,
    x: &Tensor,
    upstream: &[f32],
) -> Result<(Vec<f32>, Vec<f32>)> {
    let mut y: [f32; N] = x
        .f32s()
        .try_into()
        .map_err(|_| "`inputs.x` is not as long as when the test was built")?;
    let mut dy = upstream.to_vec();
    let mut kept = plain::zeroed();
    <A::Keep as Keep>::save::<[f32; N]>(&mut kept, &y);
    let row = x.last();
    fearless_simd::dispatch!(level, simd => A::forward(simd, &mut y, row));
    let kept = <A::Keep as Keep>::load(&kept, &y);
    fearless_simd::dispatch!(level, simd => A::backward(simd, kept, &y, &mut dy, row));
    Ok((y.to_vec(), dy))
}
