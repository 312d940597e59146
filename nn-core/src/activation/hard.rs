//! Piecewise functions.

use super::{Elementwise, KeepInput, KeepNothing, Linear};
use crate::math::vector::{self, Vector};
use crate::{Ratio, Scalar};
use core::marker::PhantomData;
use fearless_simd::prelude::*;

/// `min(max(x + 3, 0), 6) / 6`.
#[inline(always)]
pub(super) fn hard_sigmoid<S: Simd, V: Vector<S>>(x: V) -> V {
    vector::clamp(x + 3.0, 0.0, 6.0) * (1.0 / 6.0)
}

/// `inside` where `low < x < high`, else 0.
#[inline(always)]
fn between<S: Simd, V: Vector<S>>(simd: S, x: V, low: f32, high: f32, inside: f32) -> V {
    let zero = V::splat(simd, 0.0);
    let value = x.simd_gt(low).select(V::splat(simd, inside), zero);
    x.simd_lt(high).select(value, zero)
}

/// 1 where `y` is not 0, else 0.
#[inline(always)]
fn nonzero<S: Simd, V: Vector<S>>(simd: S, y: V) -> V {
    y.simd_eq(0.0)
        .select(V::splat(simd, 0.0), V::splat(simd, 1.0))
}

/// `y = relu6(x + 3) / 6` (Keras 3 `hard_sigmoid`, PyTorch `Hardsigmoid`). The derivative at -3 and at 3 is 0.
///
/// ```
/// # use nn_core::activation::*;
/// assert_eq!(HardSigmoid::of([-3.0, 0.0, 4.0]), [0.0, 0.5, 1.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HardSigmoid;

impl Elementwise for HardSigmoid {
    type Head = Linear;
    type Keep = KeepNothing;
    const NAME: &'static str = "hard_sigmoid";
    #[inline(always)]
    fn value<S: Simd, V: Vector<S>>(_: S, x: V) -> V {
        hard_sigmoid(x)
    }
    #[inline(always)]
    fn derivative<S: Simd, V: Vector<S>>(simd: S, _: V, y: V) -> V {
        between(simd, y, 0.0, 1.0, 1.0 / 6.0)
    }
}

/// `y = min(max(x, -1), 1)` (Keras `hard_tanh`, PyTorch `Hardtanh`). The derivative at -1 and at 1 is 1, as in Keras.
///
/// ```
/// # use nn_core::activation::*;
/// assert_eq!(HardTanh::of([-2.0, 0.5, 2.0]), [-1.0, 0.5, 1.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HardTanh;

impl Elementwise for HardTanh {
    type Head = Linear;
    type Keep = KeepInput;
    const NAME: &'static str = "hard_tanh";
    #[inline(always)]
    fn value<S: Simd, V: Vector<S>>(_: S, x: V) -> V {
        vector::clamp(x, -1.0, 1.0)
    }
    #[inline(always)]
    fn derivative<S: Simd, V: Vector<S>>(simd: S, x: V, _: V) -> V {
        let inside = x.abs().simd_le(1.0);
        inside.select(V::splat(simd, 1.0), V::splat(simd, 0.0))
    }
}

/// `y = x` above the threshold, else `VALUE` (Keras `threshold`, PyTorch `Threshold`). The derivative at the threshold is 0.
///
/// ```
/// # use nn_core::activation::*;
/// # use nn_core::Ratio;
/// assert_eq!(Threshold::<Ratio<1, 2>, Ratio<-3, 1>>::of([0.25, 0.75]), [-3.0, 0.75]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Threshold<THRESHOLD = Ratio<0, 1>, VALUE = Ratio<0, 1>>(PhantomData<(THRESHOLD, VALUE)>);

impl<T: Scalar, U: Scalar> Elementwise for Threshold<T, U> {
    type Head = Linear;
    type Keep = KeepInput;
    const NAME: &'static str = "threshold";
    #[inline(always)]
    fn value<S: Simd, V: Vector<S>>(simd: S, x: V) -> V {
        x.simd_le(T::VALUE as f32)
            .select(V::splat(simd, U::VALUE as f32), x)
    }
    #[inline(always)]
    fn derivative<S: Simd, V: Vector<S>>(simd: S, x: V, _: V) -> V {
        let above = x.simd_gt(T::VALUE as f32);
        above.select(V::splat(simd, 1.0), V::splat(simd, 0.0))
    }
}

/// `y = x` moved towards zero by `LAMBDA`, 0 on the way (Keras `soft_shrink`, PyTorch `Softshrink`; both default to 0.5).
/// The derivative at `-LAMBDA` and at `LAMBDA` is 0. `LAMBDA` must not be negative.
///
/// ```
/// # use nn_core::activation::*;
/// assert_eq!(<Softshrink>::of([-2.0, 0.25, 0.75]), [-1.5, 0.0, 0.25]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Softshrink<LAMBDA = Ratio<1, 2>>(PhantomData<LAMBDA>);

impl<L: Scalar> Elementwise for Softshrink<L> {
    type Head = Linear;
    type Keep = KeepNothing;
    const NAME: &'static str = "soft_shrink";
    #[inline(always)]
    fn value<S: Simd, V: Vector<S>>(_: S, x: V) -> V {
        const {
            assert!(
                L::VALUE >= 0.0,
                "the lambda of a soft shrink must not be negative"
            )
        };
        x - vector::clamp(x, -L::VALUE as f32, L::VALUE as f32)
    }
    #[inline(always)]
    fn derivative<S: Simd, V: Vector<S>>(simd: S, _: V, y: V) -> V {
        nonzero(simd, y)
    }
}

/// `y = x` where `|x| > LAMBDA`, else 0 (Keras `hard_shrink`, PyTorch `Hardshrink`; both default to 0.5).
/// The derivative at `-LAMBDA` and at `LAMBDA` is 0. `LAMBDA` must not be negative.
///
/// ```
/// # use nn_core::activation::*;
/// assert_eq!(<HardShrink>::of([-2.0, 0.25, 0.75]), [-2.0, 0.0, 0.75]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HardShrink<LAMBDA = Ratio<1, 2>>(PhantomData<LAMBDA>);

impl<L: Scalar> Elementwise for HardShrink<L> {
    type Head = Linear;
    type Keep = KeepNothing;
    const NAME: &'static str = "hard_shrink";
    #[inline(always)]
    fn value<S: Simd, V: Vector<S>>(simd: S, x: V) -> V {
        const {
            assert!(
                L::VALUE >= 0.0,
                "the lambda of a hard shrink must not be negative"
            )
        };
        x.abs()
            .simd_le(L::VALUE as f32)
            .select(V::splat(simd, 0.0), x)
    }
    #[inline(always)]
    fn derivative<S: Simd, V: Vector<S>>(simd: S, _: V, y: V) -> V {
        nonzero(simd, y)
    }
}

/// `y = x - tanh(x)` (Keras `tanh_shrink`, PyTorch `Tanhshrink`), with derivative `tanh(x)^2`.
///
/// ```
/// # use nn_core::activation::*;
/// assert_eq!(TanhShrink::of([-10.0, 0.0, 1e4]), [-9.0, 0.0, 9999.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TanhShrink;

impl Elementwise for TanhShrink {
    type Head = Linear;
    type Keep = KeepInput;
    const NAME: &'static str = "tanh_shrink";
    #[inline(always)]
    fn value<S: Simd, V: Vector<S>>(_: S, x: V) -> V {
        x - vector::tanh(x)
    }
    #[inline(always)]
    fn derivative<S: Simd, V: Vector<S>>(_: S, x: V, _: V) -> V {
        let tanh = vector::tanh(x);
        tanh * tanh
    }
}

/// `y = 0` up to -1, `x` from 1 on, `(x + 1)^2 / 4` between (Keras `sparse_plus`), with derivative `min(sqrt(y), 1)`.
///
/// ```
/// # use nn_core::activation::*;
/// assert_eq!(SparsePlus::of([-2.0, 0.0, 2.0]), [0.0, 0.25, 2.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SparsePlus;

impl Elementwise for SparsePlus {
    type Head = Linear;
    type Keep = KeepNothing;
    const NAME: &'static str = "sparse_plus";
    #[inline(always)]
    fn value<S: Simd, V: Vector<S>>(_: S, x: V) -> V {
        let root = vector::clamp(x * 0.5 + 0.5, 0.0, 1.0);
        x.simd_gt(1.0).select(x, root * root)
    }
    #[inline(always)]
    fn derivative<S: Simd, V: Vector<S>>(_: S, _: V, y: V) -> V {
        vector::clamp(vector::sqrt(y), 0.0, 1.0)
    }
}

/// `y = 0` up to -1, 1 from 1 on, `(x + 1) / 2` between (Keras `sparse_sigmoid`). The derivative at -1 and at 1 is 0.
///
/// ```
/// # use nn_core::activation::*;
/// assert_eq!(SparseSigmoid::of([-2.0, 0.0, 2.0]), [0.0, 0.5, 1.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SparseSigmoid;

impl Elementwise for SparseSigmoid {
    type Head = Linear;
    type Keep = KeepNothing;
    const NAME: &'static str = "sparse_sigmoid";
    #[inline(always)]
    fn value<S: Simd, V: Vector<S>>(_: S, x: V) -> V {
        vector::clamp(x * 0.5 + 0.5, 0.0, 1.0)
    }
    #[inline(always)]
    fn derivative<S: Simd, V: Vector<S>>(simd: S, _: V, y: V) -> V {
        between(simd, y, 0.0, 1.0, 0.5)
    }
}
