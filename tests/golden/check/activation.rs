use super::levels::{At, Levels};
use crate::case::{Case, Result, Tensor};
use crate::compare::Compare;
use nn_core::activation::{Activation, Keep};
use nn_core::{Simd, plain};
use std::marker::PhantomData;

/// Value and derivative; `N` values in rows of the tensor's last axis.
pub fn activation<A: Activation, V: Levels, const N: usize>(
    case: &Case,
    compare: &mut Compare,
) -> Result<()> {
    let x = case.tensor(&["inputs", "x"])?;
    let upstream = match case.has(&["inputs", "grad_output"]) {
        true => case.tensor(&["inputs", "grad_output"])?.f32s(),
        false => vec![1.0; N],
    };
    let output = case.tensor(&["output"])?;
    let gradient = smooth(case, &x)?;
    let input = x.f32s();
    let mut pass = Pass::<A, N> {
        x: input
            .try_into()
            .map_err(|_| "`inputs.x` is not as long as when the test was built")?,
        row: x.last(),
        upstream,
        y: [0.0; N],
        dy: Vec::new(),
        activation: PhantomData,
    };
    V::each(&mut pass, |pass| {
        let (y, dx) = (&pass.y, &pass.dy);
        compare.tensor("output", y, &output)?;
        let dx = dx.iter().map(|&value| f64::from(value));
        let expected = gradient.iter().zip(dx.clone());
        // At a kink any finite derivative will do.
        let expected: Vec<f64> = expected
            .map(|(wanted, got)| wanted.unwrap_or(if got.is_finite() { got } else { 0.0 }))
            .collect();
        compare.values("grads.x", dx, &expected)
    })
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

struct Pass<A, const N: usize> {
    x: [f32; N],
    row: usize,
    upstream: Vec<f32>,
    y: [f32; N],
    dy: Vec<f32>,
    activation: PhantomData<A>,
}

impl<A: Activation, const N: usize> At for Pass<A, N> {
    #[inline(always)]
    fn at<S: Simd>(&mut self, simd: S) {
        self.y = self.x;
        self.dy = self.upstream.clone();
        let mut kept = plain::zeroed();
        <A::Keep as Keep>::save::<[f32; N]>(&mut kept, &self.y);
        A::forward(simd, &mut self.y, self.row);
        let kept = <A::Keep as Keep>::load(&kept, &self.y);
        A::backward(simd, kept, &self.y, &mut self.dy, self.row);
    }
}
