//! Activations: value and derivative side by side.

use crate::plain::Zeroed;
use core::fmt::Debug;
use fearless_simd::prelude::*;

/// An activation, as a type: `Dense<8, 6, Relu>`.
///
/// Values come as rows of `row` values each (the last axis, over which softmax normalises).
pub trait Activation: Copy + Default + Debug + 'static {
    /// The activation itself if a loss can use the values before it, else [`Linear`].
    type Head: Head;
    /// Whether `backward` needs the values before the activation: [`KeepInput`], else [`KeepNothing`].
    type Keep: Keep;
    /// The word in the DSL.
    const NAME: &'static str;
    /// Whether [`vector`](Self::vector) computes the activation of independent values, so that a kernel may apply it in registers.
    const ELEMENTWISE: bool = false;

    /// The activation of independent values. Only called if [`ELEMENTWISE`](Self::ELEMENTWISE).
    #[inline(always)]
    fn vector<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
        let _ = simd;
        x
    }

    /// Replaces every value by its activation.
    fn forward<S: Simd>(simd: S, values: &mut [f32], row: usize);

    /// Turns the gradient of the outputs into the gradient of the inputs, in place.
    ///
    /// `x` holds the inputs if [`Keep`](Self::Keep) is [`KeepInput`], else the outputs; `y` holds the outputs.
    fn backward<S: Simd>(simd: S, x: &[f32], y: &[f32], dy: &mut [f32], row: usize);
}

/// How the outputs of a network came about, for losses with a stable path through the values before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadKind {
    /// As they are, or through something no loss knows.
    Linear,
    /// Softmax over the last axis.
    Softmax,
    /// The logistic function of each value.
    Sigmoid,
}

impl HeadKind {
    /// Applies the activation to logits, in rows of `row` values.
    #[inline(always)]
    pub fn apply<S: Simd>(self, simd: S, values: &mut [f32], row: usize) {
        match self {
            Self::Linear => {}
            Self::Softmax => Softmax::forward(simd, values, row),
            Self::Sigmoid => Sigmoid::forward(simd, values, row),
        }
    }
}

/// [`HeadKind`] as a type.
pub trait Head: 'static {
    /// Which one.
    const KIND: HeadKind;
}

/// Whether a layer keeps the values before its activation for the backward pass.
pub trait Keep: 'static {
    /// `T` or nothing.
    type Of<T: Zeroed>: Zeroed;
    /// Remembers `value`.
    fn save<T: Zeroed + Copy>(kept: &mut Self::Of<T>, value: &T);
    /// What was remembered, or `otherwise`.
    fn load<'a, T: Zeroed>(kept: &'a Self::Of<T>, otherwise: &'a T) -> &'a T;
}

/// Remember the inputs.
#[derive(Debug)]
pub enum KeepInput {}
/// The outputs say all.
#[derive(Debug)]
pub enum KeepNothing {}

impl Keep for KeepInput {
    type Of<T: Zeroed> = T;
    #[inline(always)]
    fn save<T: Zeroed + Copy>(kept: &mut T, value: &T) {
        *kept = *value;
    }
    #[inline(always)]
    fn load<'a, T: Zeroed>(kept: &'a T, _: &'a T) -> &'a T {
        kept
    }
}

impl Keep for KeepNothing {
    type Of<T: Zeroed> = ();
    #[inline(always)]
    fn save<T: Zeroed + Copy>((): &mut (), _: &T) {}
    #[inline(always)]
    fn load<'a, T: Zeroed>((): &'a (), otherwise: &'a T) -> &'a T {
        otherwise
    }
}

/// `y = x` (Keras `linear`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Linear;

impl Head for Linear {
    const KIND: HeadKind = HeadKind::Linear;
}

impl Activation for Linear {
    type Head = Self;
    type Keep = KeepNothing;
    const NAME: &'static str = "linear";
    const ELEMENTWISE: bool = true;
    #[inline(always)]
    fn forward<S: Simd>(_: S, _: &mut [f32], _: usize) {}
    #[inline(always)]
    fn backward<S: Simd>(_: S, _: &[f32], _: &[f32], _: &mut [f32], _: usize) {}
}

/// `y = max(x, 0)` (Keras `relu`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Relu;

impl Activation for Relu {
    type Head = Linear;
    type Keep = KeepNothing;
    const NAME: &'static str = "relu";
    #[inline(always)]
    fn forward<S: Simd>(_: S, values: &mut [f32], _: usize) {
        for value in values {
            *value = if *value > 0.0 { *value } else { 0.0 };
        }
    }
    #[inline(always)]
    fn backward<S: Simd>(_: S, _: &[f32], y: &[f32], dy: &mut [f32], _: usize) {
        for (d, &y) in dy.iter_mut().zip(y) {
            *d = if y > 0.0 { *d } else { 0.0 };
        }
    }
}

/// `y = 1 / (1 + exp(-x))` (Keras `sigmoid`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sigmoid;

impl Head for Sigmoid {
    const KIND: HeadKind = HeadKind::Sigmoid;
}

impl Activation for Sigmoid {
    type Head = Self;
    type Keep = KeepInput;
    const NAME: &'static str = "sigmoid";
    #[inline(always)]
    fn forward<S: Simd>(_: S, values: &mut [f32], _: usize) {
        for value in values {
            *value = 1.0 / (1.0 + libm::expf(-*value));
        }
    }
    #[inline(always)]
    fn backward<S: Simd>(_: S, _: &[f32], y: &[f32], dy: &mut [f32], _: usize) {
        for (d, &y) in dy.iter_mut().zip(y) {
            *d *= y * (1.0 - y);
        }
    }
}

/// `y_i = exp(x_i) / sum_j exp(x_j)` over the last axis (Keras `softmax`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Softmax;

impl Head for Softmax {
    const KIND: HeadKind = HeadKind::Softmax;
}

impl Activation for Softmax {
    type Head = Self;
    type Keep = KeepInput;
    const NAME: &'static str = "softmax";
    #[inline(always)]
    fn forward<S: Simd>(_: S, values: &mut [f32], row: usize) {
        for row in values.chunks_exact_mut(row.max(1)) {
            let max = row.iter().fold(f32::NEG_INFINITY, |a, &b| a.max(b));
            let mut sum = 0.0;
            for value in &mut *row {
                *value = libm::expf(*value - max);
                sum += *value;
            }
            for value in row {
                *value /= sum;
            }
        }
    }
    #[inline(always)]
    fn backward<S: Simd>(_: S, _: &[f32], y: &[f32], dy: &mut [f32], row: usize) {
        for (dy, y) in dy
            .chunks_exact_mut(row.max(1))
            .zip(y.chunks_exact(row.max(1)))
        {
            let dot: f32 = dy.iter().zip(y).map(|(d, y)| d * y).sum();
            for (d, y) in dy.iter_mut().zip(y) {
                *d = y * (*d - dot);
            }
        }
    }
}
