use super::levels::levels;
use crate::case::{Case, Result, Tensor};
use crate::compare::Compare;
use nn_core::activation::{self, Activation, Keep};
use nn_core::plain;

/// Value and derivative; `N` values in rows of the tensor's last axis.
pub fn activation<A: Activation, const N: usize>(case: &Case, compare: &mut Compare) -> Result<()> {
    let x = case.tensor(&["inputs", "x"])?;
    let upstream = match case.has(&["inputs", "grad_output"]) {
        true => case.tensor(&["inputs", "grad_output"])?.f32s(),
        false => vec![1.0; N],
    };
    let output = case.tensor(&["output"])?;
    let gradient = smooth(case, &x)?;
    let input = x.f32s();
    let input: [f32; N] = input
        .try_into()
        .map_err(|_| "`inputs.x` is not as long as when the test was built")?;
    for level in levels() {
        let (mut y, mut dx) = (input, upstream.clone());
        let mut kept = plain::zeroed();
        <A::Keep as Keep>::save::<[f32; N]>(&mut kept, &y);
        activation::forward::<A>(level, &mut y, x.last());
        let kept = <A::Keep as Keep>::load(&kept, &y);
        activation::backward::<A>(level, kept, &y, &mut dx, x.last());
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
