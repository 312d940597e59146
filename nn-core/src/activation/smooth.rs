//! Smooth functions whose derivative follows from their value.

use super::{Elementwise, Head, HeadKind, Keep, KeepInput, KeepNothing, Linear};
use crate::math::vector::{self, Vector};
use crate::{Ratio, Scalar};
use core::marker::PhantomData;
use fearless_simd::prelude::*;

/// `y = 1 / (1 + e^-x)` (Keras `sigmoid`, PyTorch `Sigmoid`), with derivative `y (1 - y)`.
///
/// As the activation of the last layer it keeps its inputs, from which cross-entropies compute without loss of digits.
///
/// ```
/// # use nn_core::activation::*;
/// assert_eq!(Sigmoid::of([-1e4, 0.0, 1e4]), [0.0, 0.5, 1.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sigmoid;

impl Head for Sigmoid {
    type Derivative<K: Keep> = KeepNothing;
    const KIND: HeadKind = HeadKind::Sigmoid;
}

impl Elementwise for Sigmoid {
    type Head = Self;
    type Keep = KeepInput;
    const NAME: &'static str = "sigmoid";
    #[inline(always)]
    fn value<S: Simd, V: Vector<S>>(_: S, x: V) -> V {
        vector::sigmoid(x)
    }
    #[inline(always)]
    fn derivative<S: Simd, V: Vector<S>>(simd: S, _: V, y: V) -> V {
        y * (V::splat(simd, 1.0) - y)
    }
}

/// `y = ln(1 / (1 + e^-x))` (Keras `log_sigmoid`, PyTorch `LogSigmoid`), with derivative `1 - e^y`.
///
/// ```
/// # use nn_core::activation::*;
/// assert_eq!(LogSigmoid::of([-1e4, 1e4]), [-1e4, 0.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogSigmoid;

impl Elementwise for LogSigmoid {
    type Head = Linear;
    type Keep = KeepNothing;
    const NAME: &'static str = "log_sigmoid";
    #[inline(always)]
    fn value<S: Simd, V: Vector<S>>(_: S, x: V) -> V {
        -vector::softplus(-x)
    }
    #[inline(always)]
    fn derivative<S: Simd, V: Vector<S>>(_: S, _: V, y: V) -> V {
        -vector::expm1(y)
    }
}

/// `y = (e^x - e^-x) / (e^x + e^-x)` (Keras `tanh`, PyTorch `Tanh`), with derivative `1 - y^2`.
///
/// ```
/// # use nn_core::activation::*;
/// assert_eq!(Tanh::of([-1e4, 0.0, 1e4]), [-1.0, 0.0, 1.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tanh;

impl Elementwise for Tanh {
    type Head = Linear;
    type Keep = KeepNothing;
    const NAME: &'static str = "tanh";
    #[inline(always)]
    fn value<S: Simd, V: Vector<S>>(_: S, x: V) -> V {
        vector::tanh(x)
    }
    #[inline(always)]
    fn derivative<S: Simd, V: Vector<S>>(simd: S, _: V, y: V) -> V {
        V::splat(simd, 1.0) - y * y
    }
}

/// `y = ln(1 + e^(BETA x)) / BETA` (Keras `softplus`, PyTorch `Softplus`, both with `BETA` 1), with derivative
/// `1 - e^(-BETA y)`. `BETA` must be positive.
///
/// ```
/// # use nn_core::activation::*;
/// assert_eq!(<Softplus>::of([-1e4, 0.0, 1e4]), [0.0, 2f32.ln(), 1e4]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Softplus<BETA = Ratio<1, 1>>(PhantomData<BETA>);

impl<B: Scalar> Elementwise for Softplus<B> {
    type Head = Linear;
    type Keep = KeepNothing;
    const NAME: &'static str = "softplus";
    #[inline(always)]
    fn value<S: Simd, V: Vector<S>>(_: S, x: V) -> V {
        const { assert!(B::VALUE > 0.0, "the beta of softplus must be positive") };
        vector::softplus(x * B::VALUE as f32) * (1.0 / B::VALUE) as f32
    }
    #[inline(always)]
    fn derivative<S: Simd, V: Vector<S>>(_: S, _: V, y: V) -> V {
        -vector::expm1(y * -B::VALUE as f32)
    }
}

/// `y = x / (1 + |x|)` (Keras `softsign`, PyTorch `Softsign`), with derivative `(1 - |y|)^2`.
///
/// ```
/// # use nn_core::activation::*;
/// assert_eq!(Softsign::of([-1.0, 0.0, 3.0]), [-0.5, 0.0, 0.75]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Softsign;

impl Elementwise for Softsign {
    type Head = Linear;
    type Keep = KeepNothing;
    const NAME: &'static str = "softsign";
    #[inline(always)]
    fn value<S: Simd, V: Vector<S>>(_: S, x: V) -> V {
        x / (x.abs() + 1.0)
    }
    #[inline(always)]
    fn derivative<S: Simd, V: Vector<S>>(simd: S, _: V, y: V) -> V {
        let root = V::splat(simd, 1.0) - y.abs();
        root * root
    }
}

/// `y = (x + sqrt(x^2 + B)) / 2` (Keras `squareplus`, default 4), with derivative `y / sqrt(x^2 + B)`.
/// `B` must not be negative.
///
/// ```
/// # use nn_core::activation::*;
/// assert_eq!(<Squareplus>::of([-1e4, 0.0, 1e4]), [1e-4, 1.0, 1e4]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Squareplus<B = Ratio<4, 1>>(PhantomData<B>);

impl<B: Scalar> Squareplus<B> {
    /// `sqrt(x^2 + B)`; where the square might overflow, `|x|` to the last digit.
    #[inline(always)]
    fn root<S: Simd, V: Vector<S>>(x: V) -> V {
        const { assert!(B::VALUE >= 0.0, "the b of squareplus must not be negative") };
        let root = vector::sqrt(x.mul_add(x, B::VALUE as f32));
        x.abs().simd_gt(1e18).select(x.abs(), root)
    }
}

impl<B: Scalar> Elementwise for Squareplus<B> {
    type Head = Linear;
    type Keep = KeepInput;
    const NAME: &'static str = "squareplus";
    #[inline(always)]
    fn value<S: Simd, V: Vector<S>>(simd: S, x: V) -> V {
        // The larger of the two roots of y^2 - x y = B / 4; below zero from the other one, which does not cancel.
        let larger = (x.abs() + Self::root(x)) * 0.5;
        let smaller = V::splat(simd, (B::VALUE / 4.0) as f32) / larger;
        x.simd_lt(0.0).select(smaller, larger)
    }
    #[inline(always)]
    fn derivative<S: Simd, V: Vector<S>>(simd: S, x: V, y: V) -> V {
        let root = Self::root(x);
        // Only for x = 0 and B = 0 is the root 0: a kink, where the derivative is 0.
        root.simd_eq(0.0).select(V::splat(simd, 0.0), y / root)
    }
}

/// `y = e^x` (Keras `exponential`), with derivative `y`. Infinite above 88.7.
///
/// ```
/// # use nn_core::activation::*;
/// assert_eq!(Exponential::of([-1e4, 0.0, 1e4]), [0.0, 1.0, f32::INFINITY]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exponential;

impl Elementwise for Exponential {
    type Head = Linear;
    type Keep = KeepNothing;
    const NAME: &'static str = "exponential";
    #[inline(always)]
    fn value<S: Simd, V: Vector<S>>(_: S, x: V) -> V {
        vector::exp(x)
    }
    #[inline(always)]
    fn derivative<S: Simd, V: Vector<S>>(_: S, _: V, y: V) -> V {
        y
    }
}
