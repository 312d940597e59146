//! `x` times something between 0 and 1; their derivatives need `x`.

use super::hard::hard_sigmoid;
use super::{Elementwise, KeepInput, Linear};
use crate::math::vector::{self, Vector};
use fearless_simd::prelude::*;

/// `y = x sigmoid(x)` (Keras `silu` or `swish`, PyTorch `SiLU`).
///
/// ```
/// # use nn_core::activation::*;
/// assert_eq!(Silu::of([-1e4, 0.0, 1e4]), [0.0, 0.0, 1e4]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Silu;

impl Elementwise for Silu {
    type Head = Linear;
    type Keep = KeepInput;
    const NAME: &'static str = "silu";
    #[inline(always)]
    fn value<S: Simd, V: Vector<S>>(_: S, x: V) -> V {
        x * vector::sigmoid(x)
    }
    #[inline(always)]
    fn derivative<S: Simd, V: Vector<S>>(simd: S, x: V, _: V) -> V {
        let s = vector::sigmoid(x);
        s + x * s * (V::splat(simd, 1.0) - s)
    }
}

/// `y = x P(X <= x)` for a normal `X`, that is `x (1 + erf(x / sqrt 2)) / 2` (Keras and PyTorch `gelu`, exact form).
///
/// ```
/// # use nn_core::activation::*;
/// assert_eq!(Gelu::of([-1e4, 0.0, 1e4]), [0.0, 0.0, 1e4]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gelu;

impl Elementwise for Gelu {
    type Head = Linear;
    type Keep = KeepInput;
    const NAME: &'static str = "gelu";
    #[inline(always)]
    fn value<S: Simd, V: Vector<S>>(_: S, x: V) -> V {
        x * vector::normal_cdf(x)
    }
    #[inline(always)]
    fn derivative<S: Simd, V: Vector<S>>(_: S, x: V, _: V) -> V {
        /// `1 / sqrt(2 pi)`.
        const PEAK: f32 = 0.398_942_3;
        let density = vector::exp(x * x * -0.5) * PEAK;
        x.mul_add(density, vector::normal_cdf(x))
    }
}

/// `y = x (1 + tanh(u)) / 2` with `u = sqrt(2 / pi) (x + 0.044715 x^3)` (Keras `gelu(approximate=True)`).
///
/// ```
/// # use nn_core::activation::*;
/// assert_eq!(GeluTanh::of([-1e4, 0.0, 1e4]), [0.0, 0.0, 1e4]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GeluTanh;

impl GeluTanh {
    /// `2 sqrt(2 / pi)`: twice, because `(1 + tanh(u)) / 2` is `sigmoid(2 u)`, which does not cancel.
    const LINEAR: f64 = 1.595_769_121_605_730_7;
    const CUBIC: f64 = Self::LINEAR * 0.044_715;
}

impl Elementwise for GeluTanh {
    type Head = Linear;
    type Keep = KeepInput;
    const NAME: &'static str = "gelu_tanh";
    #[inline(always)]
    fn value<S: Simd, V: Vector<S>>(simd: S, x: V) -> V {
        let slope = (x * x).mul_add(Self::CUBIC as f32, V::splat(simd, Self::LINEAR as f32));
        x * vector::sigmoid(x * slope)
    }
    #[inline(always)]
    fn derivative<S: Simd, V: Vector<S>>(simd: S, x: V, _: V) -> V {
        // Beyond, the gate is 0 or 1 and its derivative 0, but the square might overflow.
        let x = vector::clamp(x, -1e4, 1e4);
        let square = x * x;
        let linear = V::splat(simd, Self::LINEAR as f32);
        let gate = vector::sigmoid(x * square.mul_add(Self::CUBIC as f32, linear));
        let inner = square.mul_add((3.0 * Self::CUBIC) as f32, linear);
        gate + x * gate * (V::splat(simd, 1.0) - gate) * inner
    }
}

/// `y = x tanh(softplus(x))` (Keras `mish`, PyTorch `Mish`).
///
/// ```
/// # use nn_core::activation::*;
/// assert_eq!(Mish::of([-1e4, 0.0, 1e4]), [0.0, 0.0, 1e4]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mish;

impl Mish {
    /// `e^x` and `tanh(softplus(x)) = n / (n + 2)` with `n = e^x (e^x + 2)`; for `x <= 20`, where nothing overflows.
    #[inline(always)]
    fn gate<S: Simd, V: Vector<S>>(x: V) -> (V, V) {
        let e = vector::exp(x);
        let n = e * (e + 2.0);
        (e, n / (n + 2.0))
    }
}

impl Elementwise for Mish {
    type Head = Linear;
    type Keep = KeepInput;
    const NAME: &'static str = "mish";
    #[inline(always)]
    fn value<S: Simd, V: Vector<S>>(_: S, x: V) -> V {
        // From 20 on the gate is 1.
        x * Self::gate(vector::clamp(x, f32::NEG_INFINITY, 20.0)).1
    }
    #[inline(always)]
    fn derivative<S: Simd, V: Vector<S>>(simd: S, x: V, _: V) -> V {
        let x = vector::clamp(x, f32::NEG_INFINITY, 20.0);
        let (e, gate) = Self::gate(x);
        let one = V::splat(simd, 1.0);
        gate + x * (e / (e + 1.0)) * (one - gate * gate)
    }
}

/// `y = x relu6(x + 3) / 6` (Keras `hard_silu` or `hard_swish`, PyTorch `Hardswish`).
/// The derivative is 0 at -3 and 1 at 3.
///
/// ```
/// # use nn_core::activation::*;
/// assert_eq!(HardSilu::of([-3.0, 0.0, 3.0]), [0.0, 0.0, 3.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HardSilu;

impl Elementwise for HardSilu {
    type Head = Linear;
    type Keep = KeepInput;
    const NAME: &'static str = "hard_silu";
    #[inline(always)]
    fn value<S: Simd, V: Vector<S>>(_: S, x: V) -> V {
        x * hard_sigmoid(x)
    }
    #[inline(always)]
    fn derivative<S: Simd, V: Vector<S>>(_: S, x: V, _: V) -> V {
        // Between the kinks x / 3 + 1 / 2; outside the gate itself.
        let gate = hard_sigmoid(x);
        x.abs()
            .simd_lt(3.0)
            .select(x.mul_add(1.0 / 6.0, gate), gate)
    }
}
