//! Activations: value and derivative side by side.
//!
//! An activation is a type, so that a layer compiles it in: `Dense<8, 6, Relu>`. Names, formulas and defaults are those
//! of Keras 3; what only PyTorch has carries PyTorch's name. Numbers that belong to an activation are part of its type:
//! `LeakyRelu<Ratio<1, 100>>`.
//!
//! | type | `network!` | Keras, PyTorch |
//! | --- | --- | --- |
//! | [`Linear`] | `linear` | `linear`, `Identity` |
//! | [`Relu`] | `relu` | `relu`, `ReLU` |
//! | [`Relu6`] | `relu6` | `relu6`, `ReLU6` |
//! | [`LeakyRelu`] | `leaky_relu` | `leaky_relu`, `LeakyReLU` |
//! | [`Elu`] | `elu` | `elu`, `ELU` |
//! | [`Selu`] | `selu` | `selu`, `SELU` |
//! | [`Celu`] | `celu` | `celu`, `CELU` |
//! | [`Threshold`] | by its path | `threshold`, `Threshold` |
//! | [`Sigmoid`] | `sigmoid` | `sigmoid`, `Sigmoid` |
//! | [`LogSigmoid`] | `log_sigmoid` | `log_sigmoid`, `LogSigmoid` |
//! | [`Tanh`] | `tanh` | `tanh`, `Tanh` |
//! | [`Softplus`] | `softplus` | `softplus`, `Softplus` |
//! | [`Softsign`] | `softsign` | `softsign`, `Softsign` |
//! | [`Squareplus`] | `squareplus` | `squareplus` |
//! | [`Exponential`] | `exponential` | `exponential` |
//! | [`Silu`] | `silu` | `silu` or `swish`, `SiLU` |
//! | [`Gelu`] | `gelu` | `gelu(approximate=False)`, `GELU` |
//! | [`GeluTanh`] | `gelu_tanh` | `gelu(approximate=True)`, `GELU(approximate="tanh")` |
//! | [`Mish`] | `mish` | `mish`, `Mish` |
//! | [`HardSigmoid`] | `hard_sigmoid` | `hard_sigmoid`, `Hardsigmoid` |
//! | [`HardSilu`] | `hard_silu` | `hard_silu` or `hard_swish`, `Hardswish` |
//! | [`HardTanh`] | `hard_tanh` | `hard_tanh`, `Hardtanh` |
//! | [`Softshrink`] | `soft_shrink` | `soft_shrink`, `Softshrink` |
//! | [`HardShrink`] | `hard_shrink` | `hard_shrink`, `Hardshrink` |
//! | [`TanhShrink`] | `tanh_shrink` | `tanh_shrink`, `Tanhshrink` |
//! | [`SparsePlus`] | `sparse_plus` | `sparse_plus` |
//! | [`SparseSigmoid`] | `sparse_sigmoid` | `sparse_sigmoid` |
//! | [`FastSigmoid`] | `fast_sigmoid` | an approximation of `sigmoid` |
//! | [`FastTanh`] | `fast_tanh` | an approximation of `tanh` |
//! | [`Softmax`] | `softmax` | `softmax`, `Softmax` |
//! | [`LogSoftmax`] | `log_softmax` | `log_softmax`, `LogSoftmax` |
//! | [`Sparsemax`] | `sparsemax` | `sparsemax` |
//!
//! An own one of independent values is a type with two functions, its value and its derivative: [`Elementwise`].
//! At a kink, where the derivative jumps, each type says which of the two it takes.

mod fast;
mod gated;
mod hard;
mod instances;
mod rectifier;
mod rows;
mod smooth;

#[cfg(test)]
mod tests;

pub use instances::INSTANCES;

pub use fast::{FastSigmoid, FastTanh};
pub use gated::{Gelu, GeluTanh, HardSilu, Mish, Silu};
pub use hard::{
    HardShrink, HardSigmoid, HardTanh, Softshrink, SparsePlus, SparseSigmoid, TanhShrink, Threshold,
};
pub use rectifier::{Celu, Elu, LeakyRelu, Relu, Relu6, Selu};
pub use rows::{LogSoftmax, Softmax, Sparsemax};
pub use smooth::{Exponential, LogSigmoid, Sigmoid, Softplus, Softsign, Squareplus, Tanh};

use crate::level::{best, dispatch};
use crate::math::slices;
use crate::math::vector::Vector;
use crate::plain::{Plain, Zeroed};
use core::fmt::Debug;
use fearless_simd::Level;
use fearless_simd::prelude::*;
use nalgebra::SVector;

/// An activation, as a type: `Dense<8, 6, Relu>`.
///
/// Values come as rows of `row` values each (the last axis, over which softmax normalises).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an activation",
    note = "an activation implements `nn_core::activation::Elementwise`, or `Activation` if its values depend on each other"
)]
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
    fn vector<S: Simd, V: Vector<S>>(simd: S, x: V) -> V {
        let _ = simd;
        x
    }

    /// The derivative where the activation of `x` is `y`, of independent values. Only called if [`ELEMENTWISE`](Self::ELEMENTWISE).
    ///
    /// `x` may be anything unless the activation keeps its inputs, other than for a loss: see [`Head::Derivative`].
    #[inline(always)]
    fn slope<S: Simd, V: Vector<S>>(simd: S, x: V, y: V) -> V {
        let _ = (x, y);
        V::splat(simd, 1.0)
    }

    /// Replaces every value by its activation.
    fn forward<S: Simd>(simd: S, values: &mut [f32], row: usize);

    /// Turns the gradient of the outputs into the gradient of the inputs, in place.
    ///
    /// `x` holds the inputs if [`Keep`](Self::Keep) is [`KeepInput`], else the outputs; `y` holds the outputs.
    fn backward<S: Simd>(simd: S, x: &[f32], y: &[f32], dy: &mut [f32], row: usize);

    /// The activation of one row of values.
    ///
    /// ```
    /// use nn_core::activation::{Activation, Relu, Softmax};
    /// assert_eq!(Relu::of([-1.0, 2.0]), [0.0, 2.0]);
    /// assert_eq!(Softmax::of([3.0, 3.0]), [0.5, 0.5]);
    /// ```
    #[must_use]
    fn of<const LEN: usize>(mut values: [f32; LEN]) -> [f32; LEN] {
        forward::<Self>(best(), &mut values, LEN);
        values
    }
}

/// An [`Activation`] that treats every value alike: its value and its derivative.
///
/// ```
/// use nn_core::activation::{Activation, Elementwise, KeepInput, Linear};
/// use nn_core::math::vector::Vector;
/// use nn_core::Simd;
///
/// /// `y = x^2`.
/// #[derive(Clone, Copy, Debug, Default)]
/// struct Square;
///
/// impl Elementwise for Square {
///     type Head = Linear;
///     type Keep = KeepInput;
///     const NAME: &'static str = "square";
///     #[inline(always)]
///     fn value<S: Simd, V: Vector<S>>(_: S, x: V) -> V {
///         x * x
///     }
///     #[inline(always)]
///     fn derivative<S: Simd, V: Vector<S>>(_: S, x: V, _: V) -> V {
///         x * 2.0
///     }
/// }
/// assert_eq!(Square::of([-3.0, 2.0]), [9.0, 4.0]);
/// ```
#[diagnostic::on_unimplemented(
    note = "an activation implements `nn_core::activation::Elementwise`, or `Activation` if its values depend on each other"
)]
pub trait Elementwise: Copy + Default + Debug + 'static {
    /// As in [`Activation`].
    type Head: Head;
    /// As in [`Activation`].
    type Keep: Keep;
    /// The word in the DSL.
    const NAME: &'static str;
    /// `y` of `x`.
    fn value<S: Simd, V: Vector<S>>(simd: S, x: V) -> V;
    /// `dy/dx`. Unless [`Keep`](Self::Keep) is [`KeepInput`], `x` may be anything: `y` must say all.
    fn derivative<S: Simd, V: Vector<S>>(simd: S, x: V, y: V) -> V;
}

// What is no activation is reported as that, and a mistyped `Type::of` not as a type that should be one.
#[diagnostic::do_not_recommend]
impl<A: Elementwise> Activation for A {
    type Head = A::Head;
    type Keep = A::Keep;
    const NAME: &'static str = <A as Elementwise>::NAME;
    const ELEMENTWISE: bool = true;

    #[inline(always)]
    fn vector<S: Simd, V: Vector<S>>(simd: S, x: V) -> V {
        A::value(simd, x)
    }

    #[inline(always)]
    fn slope<S: Simd, V: Vector<S>>(simd: S, x: V, y: V) -> V {
        A::derivative(simd, x, y)
    }

    #[inline(always)]
    fn forward<S: Simd>(simd: S, values: &mut [f32], _: usize) {
        slices::update(
            simd,
            values,
            [],
            #[inline(always)]
            |x, []| A::value(simd, x),
        );
    }

    #[inline(always)]
    fn backward<S: Simd>(simd: S, x: &[f32], y: &[f32], dy: &mut [f32], _: usize) {
        slices::update(
            simd,
            dy,
            [x, y],
            #[inline(always)]
            |d, [x, y]| d * A::derivative(simd, x, y),
        );
    }
}

/// Replaces every value by its activation, at a SIMD level; values come in rows of `row`.
///
/// Compiled once for an activation, not for each layer.
///
/// ```
/// use nn_core::activation::{self, Softmax};
/// let mut values = [1.0, 1.0, 2.0, 2.0];
/// activation::forward::<Softmax>(nn_core::level::best(), &mut values, 2);
/// assert_eq!(values, [0.5; 4]);
/// ```
#[inline(never)]
pub fn forward<A: Activation>(level: Level, values: &mut [f32], row: usize) {
    dispatch!(level, simd => A::forward(simd, values, row));
}

/// Turns the gradient of the outputs into that of the inputs, in place: [`Activation::backward`] at a SIMD level.
///
/// ```
/// use nn_core::activation::{self, Relu};
/// let (y, mut gradient) = ([0.0, 3.0], [5.0, 5.0]);
/// activation::backward::<Relu>(nn_core::level::best(), &y, &y, &mut gradient, 2);
/// assert_eq!(gradient, [0.0, 5.0]);
/// ```
#[inline(never)]
pub fn backward<A: Activation>(level: Level, x: &[f32], y: &[f32], dy: &mut [f32], row: usize) {
    dispatch!(level, simd => A::backward(simd, x, y, dy, row));
}

/// `y = x` (Keras `linear`, PyTorch `Identity`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Linear;

impl Head for Linear {
    type Derivative<K: Keep> = K;
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

/// The output activation of a network, for losses with a stable path through the values before.
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
    pub fn apply(self, level: Level, values: &mut [f32], row: usize) {
        match self {
            Self::Linear => {}
            Self::Softmax => forward::<Softmax>(level, values, row),
            Self::Sigmoid => forward::<Sigmoid>(level, values, row),
        }
    }
}

/// [`HeadKind`] as a type.
pub trait Head: 'static {
    /// The memory for the derivative of an activation with this head that keeps `K`: one that losses look behind keeps its inputs
    /// for them, and has its derivative from its outputs.
    type Derivative<K: Keep>: Keep;
    /// The activation.
    const KIND: HeadKind;
}

/// Whether a layer keeps the values before its activation for the backward pass.
pub trait Keep: 'static {
    /// `T` or nothing.
    type Of<T: Zeroed>: Zeroed;
    /// `LEN` values or nothing.
    type Vector<const LEN: usize>: Plain + Copy + Debug;
    /// The memory for two activations.
    type Or<K: Keep>: Keep;
    /// Remembers `value`.
    fn save<T: Zeroed + Copy>(kept: &mut Self::Of<T>, value: &T);
    /// The remembered values, or `otherwise`.
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
    type Vector<const LEN: usize> = SVector<f32, LEN>;
    type Or<K: Keep> = Self;
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
    type Vector<const LEN: usize> = ();
    type Or<K: Keep> = K;
    #[inline(always)]
    fn save<T: Zeroed + Copy>((): &mut (), _: &T) {}
    #[inline(always)]
    fn load<'a, T: Zeroed>((): &'a (), otherwise: &'a T) -> &'a T {
        otherwise
    }
}
