use super::{Accumulate, Metric, means};
use crate::loss::Target;
use crate::tensor::Tensor;
use nalgebra::SVector;

means! {
    /// The mean of `|y - t|` over outputs (Keras `MeanAbsoluteError`).
    MeanAbsoluteError, "mean_absolute_error";
    /// The mean of `(y - t)^2` over outputs (Keras `MeanSquaredError`).
    MeanSquaredError, "mean_squared_error";
    /// The root of the mean of `(y - t)^2` over outputs and samples (Keras `RootMeanSquaredError`).
    RootMeanSquaredError, "root_mean_squared_error", |mean| libm::sqrt(mean);
    /// 100 times the mean of `|y - t| / max(|t|, 1e-7)` over outputs (Keras `MeanAbsolutePercentageError`).
    MeanAbsolutePercentageError, "mean_absolute_percentage_error";
}

/// Implements [`Metric`] from what one output adds, given `(output, target)`.
macro_rules! errors {
    ($($name:ident: |$y:ident, $t:ident| $value:expr;)*) => {$(
        impl<Y: Tensor, T: Target<Y>> Metric<Y, T> for $name {
            fn update(&mut self, output: &Y, target: &T) {
                let target = target.numbers();
                for (&$y, &$t) in output.values().iter().zip(target.as_ref()) {
                    let ($y, $t) = (f64::from($y), f64::from($t));
                    self.0.add($value);
                }
            }
        }
    )*};
}
errors! {
    MeanAbsoluteError: |y, t| (y - t).abs();
    MeanSquaredError: |y, t| (y - t) * (y - t);
    RootMeanSquaredError: |y, t| (y - t) * (y - t);
    MeanAbsolutePercentageError: |y, t| 100.0 * (y - t).abs() / t.abs().max(1e-7);
}

/// The largest `|y - t|` (scikit-learn `max_error`).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MaxError(f64);

impl MaxError {
    /// A metric that has seen no samples.
    #[must_use]
    pub const fn new() -> Self {
        Self(0.0)
    }
}

impl Accumulate for MaxError {
    const NAME: &'static str = "max_error";
    fn result(&self) -> f64 {
        self.0
    }
    fn reset(&mut self) {
        self.0 = 0.0;
    }
}

impl<Y: Tensor, T: Target<Y>> Metric<Y, T> for MaxError {
    fn update(&mut self, output: &Y, target: &T) {
        let target = target.numbers();
        for (&y, &t) in output.values().iter().zip(target.as_ref()) {
            let error = (f64::from(y) - f64::from(t)).abs();
            // An error that is not a number stays.
            if !(error <= self.0 || self.0.is_nan()) {
                self.0 = error;
            }
        }
    }
}

/// The mean of numbers and the sum of squared distances from it, without cancellation (Welford 1962).
#[derive(Clone, Debug, PartialEq)]
struct Spread {
    mean: f64,
    squares: f64,
}

impl Spread {
    const EMPTY: Self = Self {
        mean: 0.0,
        squares: 0.0,
    };

    /// Adds the `count`-th number.
    fn add(&mut self, value: f64, count: f64) {
        let before = value - self.mean;
        self.mean += before / count;
        self.squares += before * (value - self.mean);
    }
}

/// `1 - a / b`; without spread to explain, 1 if nothing is left and 0 otherwise, as scikit-learn has it.
fn explained(left: f64, spread: f64) -> f64 {
    if spread != 0.0 {
        1.0 - left / spread
    } else if left == 0.0 {
        1.0
    } else {
        0.0
    }
}

/// The share of the targets' spread that the outputs explain, the mean over `OUTPUTS` outputs: 1 is all, 0 no more than the mean (Keras `R2Score`).
#[derive(Clone, Debug, PartialEq)]
pub struct R2Score<const OUTPUTS: usize> {
    count: u64,
    target: [Spread; OUTPUTS],
    squared_error: [f64; OUTPUTS],
}

/// [`R2Score`] that forgives a constant error (scikit-learn `explained_variance_score`).
#[derive(Clone, Debug, PartialEq)]
pub struct ExplainedVariance<const OUTPUTS: usize> {
    count: u64,
    target: [Spread; OUTPUTS],
    error: [Spread; OUTPUTS],
}

impl<const OUTPUTS: usize> R2Score<OUTPUTS> {
    /// A metric that has seen no samples.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            count: 0,
            target: [Spread::EMPTY; OUTPUTS],
            squared_error: [0.0; OUTPUTS],
        }
    }
}

impl<const OUTPUTS: usize> ExplainedVariance<OUTPUTS> {
    /// A metric that has seen no samples.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            count: 0,
            target: [Spread::EMPTY; OUTPUTS],
            error: [Spread::EMPTY; OUTPUTS],
        }
    }
}

impl<const OUTPUTS: usize> Default for R2Score<OUTPUTS> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const OUTPUTS: usize> Default for ExplainedVariance<OUTPUTS> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const OUTPUTS: usize> Accumulate for R2Score<OUTPUTS> {
    const NAME: &'static str = "r2_score";
    fn result(&self) -> f64 {
        let outputs = self.squared_error.iter().zip(&self.target);
        let sum: f64 = outputs.map(|(&left, t)| explained(left, t.squares)).sum();
        if self.count == 0 {
            0.0
        } else {
            sum / OUTPUTS as f64
        }
    }
    fn reset(&mut self) {
        *self = Self::new();
    }
}

impl<const OUTPUTS: usize> Accumulate for ExplainedVariance<OUTPUTS> {
    const NAME: &'static str = "explained_variance";
    fn result(&self) -> f64 {
        let outputs = self.error.iter().zip(&self.target);
        let sum: f64 = outputs.map(|(e, t)| explained(e.squares, t.squares)).sum();
        if self.count == 0 {
            0.0
        } else {
            sum / OUTPUTS as f64
        }
    }
    fn reset(&mut self) {
        *self = Self::new();
    }
}

impl<const OUTPUTS: usize, T: Target<SVector<f32, OUTPUTS>>> Metric<SVector<f32, OUTPUTS>, T>
    for R2Score<OUTPUTS>
{
    fn update(&mut self, output: &SVector<f32, OUTPUTS>, target: &T) {
        self.count += 1;
        let values = target.numbers();
        let pairs = output.iter().zip(values.as_ref());
        for ((&y, &t), (spread, sum)) in
            pairs.zip(self.target.iter_mut().zip(&mut self.squared_error))
        {
            let (y, t) = (f64::from(y), f64::from(t));
            spread.add(t, self.count as f64);
            *sum += (y - t) * (y - t);
        }
    }
}

impl<const OUTPUTS: usize, T: Target<SVector<f32, OUTPUTS>>> Metric<SVector<f32, OUTPUTS>, T>
    for ExplainedVariance<OUTPUTS>
{
    fn update(&mut self, output: &SVector<f32, OUTPUTS>, target: &T) {
        self.count += 1;
        let count = self.count as f64;
        let values = target.numbers();
        let pairs = output.iter().zip(values.as_ref());
        for ((&y, &t), (target, error)) in pairs.zip(self.target.iter_mut().zip(&mut self.error)) {
            let (y, t) = (f64::from(y), f64::from(t));
            target.add(t, count);
            error.add(t - y, count);
        }
    }
}
