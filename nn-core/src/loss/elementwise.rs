//! Losses that look at one output and its target at a time: a sample's loss is the mean over its outputs.

use super::numeric::{EPSILON, pointwise};
use super::options::options;
use super::target::check_finite;
use super::{BadTarget, Loss, Prediction, Target};
use crate::tensor::Tensor;

/// Implements [`Loss`] from `|loss, output, target| (value, derivative)` of one output.
macro_rules! elementwise {
    ($($name:ident $(($options:ident))?: |$this:ident, $y:ident, $t:ident| $body:expr;)*) => {$(
        impl<Y: Tensor, T: Target<Y>> Loss<Y, T> for $name {
            $(fn check_options(&self) -> crate::Result<()> {
                self.$options()
            })?

            fn check(&self, target: &T) -> Option<BadTarget> {
                check_finite(target)
            }

            #[inline(always)]
            fn gradient(
                &self,
                prediction: Prediction<'_, Y>,
                target: &T,
                scale: f32,
                gradient: &mut Y,
            ) -> f32 {
                let $this = self;
                let y = prediction.output.values();
                let target = target.numbers();
                let mean = 1.0 / Y::LEN.max(1) as f32;
                let sum = pointwise(
                    [y, target.as_ref()],
                    gradient.values_mut(),
                    scale * mean,
                    #[inline(always)]
                    |_, $y, $t| $body,
                );
                sum * mean
            }
        }
    )*};
}

/// `mean((y - t)^2)` (Keras `MeanSquaredError`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MeanSquaredError;

/// `mean(|y - t|)` (Keras `MeanAbsoluteError`). The derivative at `y = t` is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MeanAbsoluteError;

/// `100 mean(|y - t| / max(|t|, 1e-7))` (Keras `MeanAbsolutePercentageError`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MeanAbsolutePercentageError;

/// `mean((ln(1 + y) - ln(1 + t))^2)`, with `y` and `t` raised to at least 1e-7 (Keras `MeanSquaredLogarithmicError`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MeanSquaredLogarithmicError;

/// `mean(ln(cosh(y - t)))`, without overflow for large errors (Keras `LogCosh`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogCosh;

/// `mean(y - t ln(y + 1e-7))` (Keras `Poisson`): the outputs are rates, the targets counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Poisson;

options! {
    /// `mean` of `(y - t)^2 / 2` where the error is at most `delta`, else of `delta |y - t| - delta^2 / 2` (Keras `Huber`).
    ///
    /// ```
    /// use nn_core::loss::{Huber, Loss, Prediction};
    /// use nn_core::nalgebra::Vector2;
    ///
    /// let (output, target) = (Vector2::new(0.5, 3.0), [0.0, 0.0]);
    /// let loss = Huber.delta(2.0).value(Prediction::of_output(&output), &target);
    /// assert_eq!(loss, (0.125 + (2.0 * 3.0 - 2.0)) / 2.0);
    /// ```
    pub struct Huber {
        /// The error up to which the loss is quadratic; 1 by default.
        delta: f32 = 1.0,
    }
}

options! {
    /// `mean` of `(y - t)^2 / (2 beta)` where the error is less than `beta`, else of `|y - t| - beta / 2` (PyTorch `SmoothL1Loss`).
    pub struct SmoothL1Loss {
        /// The error up to which the loss is quadratic; 1 by default.
        beta: f32 = 1.0,
    }
}

elementwise! {
    MeanSquaredError: |_this, y, t| {
        let error = y - t;
        (error * error, 2.0 * error)
    };
    MeanAbsoluteError: |_this, y, t| {
        let error = y - t;
        (error.abs(), sign(error))
    };
    MeanAbsolutePercentageError: |_this, y, t| {
        let error = y - t;
        let percent = 100.0 / t.abs().max(EPSILON);
        (percent * error.abs(), percent * sign(error))
    };
    MeanSquaredLogarithmicError: |_this, y, t| {
        let error = libm::log1pf(at_least_epsilon(y)) - libm::log1pf(at_least_epsilon(t));
        let inner = if y < EPSILON { 0.0 } else { 1.0 / (1.0 + y) };
        (error * error, 2.0 * error * inner)
    };
    LogCosh: |_this, y, t| {
        // From `d = e^(-2 |error|) - 1`, which neither overflows nor cancels.
        let error = y - t;
        let d = libm::expm1f(-2.0 * error.abs());
        let value = error.abs() + libm::log1pf(0.5 * d);
        (value, sign(error) * -d / (2.0 + d))
    };
    Poisson: |_this, y, t| {
        let rate = y + EPSILON;
        (y - t * libm::logf(rate), 1.0 - t / rate)
    };
    Huber (options_in_range): |this, y, t| {
        let (error, delta) = (y - t, this.delta);
        let inside = if error.abs() <= delta { error } else { delta * sign(error) };
        (inside * (error - 0.5 * inside), inside)
    };
    SmoothL1Loss (options_in_range): |this, y, t| {
        let (error, beta) = (y - t, this.beta);
        if error.abs() < beta {
            (0.5 * error * error / beta, error / beta)
        } else {
            (error.abs() - 0.5 * beta, sign(error))
        }
    };
}

/// -1, 0 or 1; NaN stays NaN.
#[inline(always)]
fn sign(x: f32) -> f32 {
    if x > 0.0 {
        1.0
    } else if x < 0.0 {
        -1.0
    } else {
        x
    }
}

/// `max(x, 1e-7)` in which NaN stays NaN.
#[inline(always)]
fn at_least_epsilon(x: f32) -> f32 {
    if x < EPSILON { EPSILON } else { x }
}
