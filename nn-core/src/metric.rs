//! Metrics: what people read while the loss is what the computer reads.
//!
//! A metric is an accumulator of fixed size: [`update`](Metric::update) it with one sample after the other, then ask for the
//! [`result`](Accumulate::result). Names and conventions are Keras's and, where Keras has no such metric, scikit-learn's with
//! `zero_division=0`.
//!
//! An output that is no number is wrong in all of them, whatever the truth. Metrics are not `Copy`: one that has gone into a tuple is there
//! and nowhere else.
//!
//! `Trainer::evaluate_with` fills a tuple of them, which may own or borrow them:
//!
//! ```
//! use nn_core::prelude::*;
//!
//! network! { struct Net { input 2; dense 2 softmax } }
//!
//! let data = [(SVector::from([0.0, 1.0]), 0_u8), (SVector::from([1.0, 0.0]), 1)];
//! let mut trainer = Trainer::<Net, _, _, 2>::new(Adam::new(1e-3), SparseCategoricalCrossentropy);
//! let mut metrics = (SparseCategoricalAccuracy::new(), ConfusionMatrix::<2>::new());
//! trainer.evaluate_with(&Net::zeros(), &data, &mut metrics)?;
//! assert_eq!(metrics.0.result(), 0.5);
//! assert_eq!(metrics.1.counts(), &[[1, 0], [1, 0]]);
//!
//! let mut matrix = ConfusionMatrix::<2>::new();
//! trainer.evaluate_with(&Net::zeros(), &data, &mut (&mut matrix,))?;
//! assert_eq!(matrix.total(), 2);
//! # Ok::<(), Error>(())
//! ```

mod accuracy;
mod auc;
mod binary;
mod confusion;
mod probability;
mod ranking;
mod regression;

#[cfg(test)]
mod tests;

pub use accuracy::{
    BinaryAccuracy, CategoricalAccuracy, SparseCategoricalAccuracy, SparseTopKCategoricalAccuracy,
    TopKCategoricalAccuracy,
};
pub use auc::Auc;
pub use binary::{BinaryCounts, F1Score, Precision, Recall};
pub use confusion::{
    Average, ConfusionMatrix, NamedConfusionMatrix, SparseF1Score, SparsePrecision, SparseRecall,
};
pub use probability::{BinaryLogLoss, BrierScore, LogLoss};
pub use ranking::{average_precision, median_absolute_error, roc_auc, roc_auc_ovr};
pub use regression::{
    ExplainedVariance, MaxError, MeanAbsoluteError, MeanAbsolutePercentageError, MeanSquaredError,
    R2Score, RootMeanSquaredError,
};

use crate::tensor::Tensor;

/// A metric, whatever it looks at: its name, its value and a fresh start.
pub trait Accumulate {
    /// Keras's name: `sparse_categorical_accuracy`.
    const NAME: &'static str;

    /// The metric of the samples seen since the last [`reset`](Self::reset); 0 if there were none.
    fn result(&self) -> f64;

    /// Forgets all samples.
    fn reset(&mut self);
}

/// A metric of outputs `Y` and targets `T`.
#[diagnostic::on_unimplemented(
    message = "the metric `{Self}` does not take targets of type `{T}` for the outputs of this network",
    note = "class labels (`u8`, `u16`, `u32`, `usize`) go with metrics named `Sparse…`; others take a target of the output's type"
)]
pub trait Metric<Y: Tensor, T: ?Sized>: Accumulate {
    /// Takes one more sample into account.
    fn update(&mut self, output: &Y, target: &T);
}

/// A metric that is lent: what is seen is counted in it, not in a copy.
impl<M: Accumulate + ?Sized> Accumulate for &mut M {
    const NAME: &'static str = M::NAME;
    fn result(&self) -> f64 {
        M::result(self)
    }
    fn reset(&mut self) {
        M::reset(self);
    }
}

impl<Y: Tensor, T: ?Sized, M: Metric<Y, T> + ?Sized> Metric<Y, T> for &mut M {
    fn update(&mut self, output: &Y, target: &T) {
        M::update(self, output, target);
    }
}

/// Several metrics at once: a tuple of up to six, or `()`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tuple of metrics for targets of type `{T}`",
    note = "pass a tuple of up to six, `&mut (SparseCategoricalAccuracy::new(), ConfusionMatrix::<3>::new())`, or lend them: `&mut (&mut matrix,)`"
)]
pub trait Metrics<Y: Tensor, T: ?Sized> {
    /// Their names.
    const NAMES: &'static [&'static str];
    /// The record of a training with room for them: [`History<2>`](crate::History) for a tuple of two.
    type History: crate::train::Chronicle;
    /// Takes one more sample into account.
    fn update(&mut self, output: &Y, target: &T);
    /// Forgets all samples.
    fn reset(&mut self);
    /// Shows the name and result of each.
    fn each(&self, see: &mut dyn FnMut(&'static str, f64));
}

macro_rules! tuples {
    ($count:literal $($metric:ident)*; $($rest:tt)*) => {
        impl<Y: Tensor, T: ?Sized, $($metric: Metric<Y, T>),*> Metrics<Y, T> for ($($metric,)*) {
            const NAMES: &'static [&'static str] = &[$(<$metric as Accumulate>::NAME),*];
            type History = crate::train::History<$count>;

            #[allow(non_snake_case, unused_variables)]
            fn update(&mut self, output: &Y, target: &T) {
                let ($($metric,)*) = self;
                $($metric.update(output, target);)*
            }
            #[allow(non_snake_case)]
            fn reset(&mut self) {
                let ($($metric,)*) = self;
                $($metric.reset();)*
            }
            #[allow(non_snake_case, unused_variables)]
            fn each(&self, see: &mut dyn FnMut(&'static str, f64)) {
                let ($($metric,)*) = self;
                $(see(<$metric as Accumulate>::NAME, $metric.result());)*
            }
        }
        tuples!($($rest)*);
    };
    () => {};
}
tuples!(0; 1 A; 2 A B; 3 A B C; 4 A B C D; 5 A B C D E; 6 A B C D E F;);

/// A mean that is built up one number at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Mean {
    sum: f64,
    count: u64,
}

impl Mean {
    const EMPTY: Self = Self { sum: 0.0, count: 0 };

    fn add(&mut self, value: f64) {
        self.sum += value;
        self.count = self.count.saturating_add(1);
    }

    fn get(&self) -> f64 {
        ratio(self.sum, self.count as f64)
    }
}

/// `a / b`, and 0 where nothing is divided by nothing.
fn ratio(a: f64, b: f64) -> f64 {
    if b == 0.0 { 0.0 } else { a / b }
}

/// The score; in place of one that is no number, the worst that there is.
fn on_the_wrong_side(score: f32, truth: bool) -> f32 {
    match (score.is_nan(), truth) {
        (true, true) => f32::NEG_INFINITY,
        (true, false) => f32::INFINITY,
        (false, _) => score,
    }
}

/// Declares metrics that are a [`Mean`]: `new`, [`Default`] and [`Accumulate`].
macro_rules! means {
    ($($(#[$attribute:meta])* $name:ident, $keras:literal $(, |$mean:ident| $result:expr)?;)*) => {$(
        $(#[$attribute])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $name($crate::metric::Mean);

        impl $name {
            /// A metric that has seen no samples.
            #[must_use]
            pub const fn new() -> Self {
                Self($crate::metric::Mean::EMPTY)
            }
        }

        impl $crate::metric::Accumulate for $name {
            const NAME: &'static str = $keras;
            fn result(&self) -> f64 {
                let mean = self.0.get();
                $(let $mean = mean; let mean = $result;)?
                mean
            }
            fn reset(&mut self) {
                *self = Self::new();
            }
        }
    )*};
}
use means;
