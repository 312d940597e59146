//! Linear above zero, something smaller below.

use super::{Elementwise, KeepNothing, Linear};
use crate::math::vector::{self, Vector};
use crate::{Ratio, Scalar};
use core::marker::PhantomData;
use fearless_simd::prelude::*;

/// `y = max(x, 0)` (Keras `relu`, PyTorch `ReLU`). The derivative at 0 is 0.
///
/// ```
/// # use nn_core::activation::*;
/// assert_eq!(Relu::of([-1.0, 0.0, 2.5]), [0.0, 0.0, 2.5]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Relu;

impl Elementwise for Relu {
    type Head = Linear;
    type Keep = KeepNothing;
    const NAME: &'static str = "relu";
    #[inline(always)]
    fn value<S: Simd, V: Vector<S>>(simd: S, x: V) -> V {
        let zero = V::splat(simd, 0.0);
        // The instruction of x86 gives the second of its operands if one is NaN; elsewhere, `max` loses NaN on some targets.
        if cfg!(any(target_arch = "x86", target_arch = "x86_64")) && !simd.level().is_fallback() {
            zero.max(x)
        } else {
            x.simd_lt(0.0).select(zero, x)
        }
    }
    #[inline(always)]
    fn derivative<S: Simd, V: Vector<S>>(simd: S, _: V, y: V) -> V {
        step(simd, y, 0.0)
    }
}

/// `y = min(max(x, 0), 6)` (Keras `relu6`, PyTorch `ReLU6`). The derivative at 0 and at 6 is 0.
///
/// ```
/// # use nn_core::activation::*;
/// assert_eq!(Relu6::of([-1.0, 2.5, 7.0]), [0.0, 2.5, 6.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Relu6;

impl Elementwise for Relu6 {
    type Head = Linear;
    type Keep = KeepNothing;
    const NAME: &'static str = "relu6";
    #[inline(always)]
    fn value<S: Simd, V: Vector<S>>(_: S, x: V) -> V {
        vector::clamp(x, 0.0, 6.0)
    }
    #[inline(always)]
    fn derivative<S: Simd, V: Vector<S>>(simd: S, _: V, y: V) -> V {
        y.simd_lt(6.0)
            .select(step(simd, y, 0.0), V::splat(simd, 0.0))
    }
}

/// `y = x` above zero, else `SLOPE x` (Keras `leaky_relu` with its default of 0.2, PyTorch `LeakyReLU`, there 0.01).
/// The derivative at 0 is the slope, which must not be negative.
///
/// ```
/// # use nn_core::activation::*;
/// # use nn_core::Ratio;
/// assert_eq!(<LeakyRelu>::of([-10.0, 2.0]), [-2.0, 2.0]);
/// assert_eq!(LeakyRelu::<Ratio<1, 100>>::of([-100.0, 2.0]), [-1.0, 2.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeakyRelu<SLOPE = Ratio<2, 10>>(PhantomData<SLOPE>);

impl<A: Scalar> Elementwise for LeakyRelu<A> {
    type Head = Linear;
    type Keep = KeepNothing;
    const NAME: &'static str = "leaky_relu";
    #[inline(always)]
    fn value<S: Simd, V: Vector<S>>(_: S, x: V) -> V {
        x.simd_gt(0.0).select(x, x * A::VALUE as f32)
    }
    #[inline(always)]
    fn derivative<S: Simd, V: Vector<S>>(simd: S, _: V, y: V) -> V {
        const {
            assert!(
                A::VALUE >= 0.0,
                "the slope of a leaky ReLU must not be negative"
            )
        };
        step(simd, y, A::VALUE as f32)
    }
}

/// `y = x` above zero, else `ALPHA (e^x - 1)` (Keras `elu`, PyTorch `ELU`; both default to 1).
/// The derivative at 0 is `ALPHA`, which must not be negative.
///
/// ```
/// # use nn_core::activation::*;
/// assert_eq!(<Elu>::of([-1e4, 2.0]), [-1.0, 2.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Elu<ALPHA = Ratio<1, 1>>(PhantomData<ALPHA>);

impl<A: Scalar> Elementwise for Elu<A> {
    type Head = Linear;
    type Keep = KeepNothing;
    const NAME: &'static str = "elu";
    #[inline(always)]
    fn value<S: Simd, V: Vector<S>>(_: S, x: V) -> V {
        x.simd_gt(0.0).select(x, vector::expm1(x) * A::VALUE as f32)
    }
    #[inline(always)]
    fn derivative<S: Simd, V: Vector<S>>(simd: S, _: V, y: V) -> V {
        const { assert!(A::VALUE >= 0.0, "the alpha of an ELU must not be negative") };
        y.simd_gt(0.0)
            .select(V::splat(simd, 1.0), y + A::VALUE as f32)
    }
}

/// `y = 1.0507 x` above zero, else `1.0507 * 1.6733 (e^x - 1)` (Keras `selu`, PyTorch `SELU`): with initialiser
/// `lecun_normal` it keeps mean 0 and variance 1 from layer to layer. The derivative at 0 is 1.0507.
///
/// ```
/// # use nn_core::activation::*;
/// assert_eq!(Selu::of([-1e4, 1.0]), [-1.7580993, 1.050701]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selu;

impl Selu {
    /// Klambauer et al. 2017, equation 14.
    const ALPHA: f64 = 1.673_263_242_354_377_2;
    const SCALE: f64 = 1.050_700_987_355_480_5;
    const BELOW: f32 = (Self::ALPHA * Self::SCALE) as f32;
}

impl Elementwise for Selu {
    type Head = Linear;
    type Keep = KeepNothing;
    const NAME: &'static str = "selu";
    #[inline(always)]
    fn value<S: Simd, V: Vector<S>>(_: S, x: V) -> V {
        let above = x * Self::SCALE as f32;
        x.simd_gt(0.0).select(above, vector::expm1(x) * Self::BELOW)
    }
    #[inline(always)]
    fn derivative<S: Simd, V: Vector<S>>(simd: S, _: V, y: V) -> V {
        let above = V::splat(simd, Self::SCALE as f32);
        y.simd_lt(0.0).select(y + Self::BELOW, above)
    }
}

/// `y = x` above zero, else `ALPHA (e^(x / ALPHA) - 1)` (Keras `celu`, PyTorch `CELU`; both default to 1).
/// Smooth; `ALPHA` must be positive.
///
/// ```
/// # use nn_core::activation::*;
/// # use nn_core::Ratio;
/// assert_eq!(Celu::<Ratio<1, 2>>::of([-1e4, 2.0]), [-0.5, 2.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Celu<ALPHA = Ratio<1, 1>>(PhantomData<ALPHA>);

impl<A: Scalar> Elementwise for Celu<A> {
    type Head = Linear;
    type Keep = KeepNothing;
    const NAME: &'static str = "celu";
    #[inline(always)]
    fn value<S: Simd, V: Vector<S>>(_: S, x: V) -> V {
        const { assert!(A::VALUE > 0.0, "the alpha of a CELU must be positive") };
        let below = vector::expm1(x * (1.0 / A::VALUE) as f32) * A::VALUE as f32;
        x.simd_gt(0.0).select(x, below)
    }
    #[inline(always)]
    fn derivative<S: Simd, V: Vector<S>>(simd: S, _: V, y: V) -> V {
        let below = y * (1.0 / A::VALUE) as f32 + 1.0;
        y.simd_gt(0.0).select(V::splat(simd, 1.0), below)
    }
}

/// 1 above zero, else `below`.
#[inline(always)]
pub(super) fn step<S: Simd, V: Vector<S>>(simd: S, x: V, below: f32) -> V {
    x.simd_gt(0.0)
        .select(V::splat(simd, 1.0), V::splat(simd, below))
}
