//! Functions of a whole row: the values of a vector, or the channels of one step or pixel.

use super::{Activation, Head, HeadKind, Keep, KeepInput, KeepNothing, Linear};
use crate::kernel::lanes::{self, load, store};
use crate::level::is_scalar;
use crate::math::scalar;
use crate::math::slices::{first, max, sum, sum_of, update};
use crate::math::vector::{self, Vector, clamp};
use fearless_simd::{f32x4, f32x8, prelude::*};

/// `y_i = e^x_i / sum_j e^x_j` over the last axis (Keras `softmax`, PyTorch `Softmax`), with the gradient
/// `dx_i = y_i (dy_i - sum_j dy_j y_j)`.
///
/// As the activation of the last layer it keeps its inputs, from which cross-entropies compute without loss of digits.
///
/// ```
/// # use nn_core::activation::*;
/// assert_eq!(Softmax::of([0.0, 1e4, -1e4]), [0.0, 1.0, 0.0]);
/// assert_eq!(Softmax::of([1e4; 4]), [0.25; 4]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Softmax;

impl Head for Softmax {
    type Derivative<K: Keep> = KeepNothing;
    const KIND: HeadKind = HeadKind::Softmax;
}

impl Activation for Softmax {
    type Head = Self;
    type Keep = KeepInput;
    const NAME: &'static str = "softmax";

    #[inline(always)]
    fn forward<S: Simd>(simd: S, values: &mut [f32], row: usize) {
        for row in lanes::rows_mut(values, row) {
            softmax(simd, row);
        }
    }

    #[inline(always)]
    fn backward<S: Simd>(simd: S, _: &[f32], y: &[f32], dy: &mut [f32], row: usize) {
        for (dy, y) in lanes::rows_mut(dy, row).zip(lanes::rows(y, row)) {
            let dot = sum_of(
                simd,
                [&*dy, y],
                #[inline(always)]
                |[d, y]| d * y,
            );
            update(
                simd,
                dy,
                [y],
                #[inline(always)]
                |d, [y]| y * (d - dot),
            );
        }
    }
}

/// Softmax of one row: in registers if two vectors of some kind hold it.
#[inline(always)]
fn softmax<S: Simd>(simd: S, row: &mut [f32]) {
    match row.len() {
        _ if is_scalar(simd) => softmax_long(simd, row),
        0..4 => softmax_padded(simd, row),
        4 => softmax_whole::<S, f32x4<S>>(simd, row),
        8 => softmax_whole::<S, f32x8<S>>(simd, row),
        5..8 => softmax_pair::<S, f32x4<S>>(simd, row),
        9..=16 => softmax_pair::<S, f32x8<S>>(simd, row),
        _ if row.len() <= 2 * S::f32s::LEN => softmax_pair::<S, S::f32s>(simd, row),
        _ => softmax_long(simd, row),
    }
}

/// Softmax at the scalar level: the operations of [`softmax_long`] in fewer loops.
fn softmax_scalar(row: &mut [f32]) {
    let max = row.iter().fold(f32::NEG_INFINITY, |max, x| max.max(*x));
    let mut sum = 0.0;
    for x in &mut *row {
        *x = scalar::exp(*x - max);
        sum += *x;
    }
    for e in row {
        *e /= sum;
    }
}

/// Softmax of any number of values.
#[inline(always)]
fn softmax_long<S: Simd>(simd: S, row: &mut [f32]) {
    if is_scalar(simd) {
        return softmax_scalar(row);
    }
    let max = max(simd, row);
    update(
        simd,
        row,
        [],
        #[inline(always)]
        |x, []| vector::exp(x - max),
    );
    let sum = S::f32s::splat(simd, sum(simd, row));
    update(
        simd,
        row,
        [],
        #[inline(always)]
        |e, []| e / sum,
    );
}

/// Softmax of less than a vector.
#[inline(always)]
fn softmax_padded<S: Simd>(simd: S, row: &mut [f32]) {
    let mut x = f32x4::splat(simd, f32::NEG_INFINITY);
    for (lane, value) in x.as_mut_slice().iter_mut().zip(&*row) {
        *lane = *value;
    }
    let e = vector::exp(x - x.reduce_max());
    let y = e / f32x4::splat(simd, e.reduce_sum());
    for (value, y) in row.iter_mut().zip(y.as_slice()) {
        *value = *y;
    }
}

/// Softmax of exactly a vector.
#[inline(always)]
fn softmax_whole<S: Simd, V: Vector<S>>(simd: S, row: &mut [f32]) {
    let x: V = load(simd, row, 0);
    let e = vector::exp(x - x.reduce_max());
    store(e / V::splat(simd, e.reduce_sum()), row, 0);
}

/// Softmax of one to two vectors: the second overlaps the first, and its lanes that are there already do not count in the sum.
#[inline(always)]
fn softmax_pair<S: Simd, V: Vector<S>>(simd: S, row: &mut [f32]) {
    let start = row.len().saturating_sub(V::LEN);
    let head: V = load(simd, row, 0);
    let tail: V = load(simd, row, start);
    let max = head.max(tail).reduce_max();
    let head = vector::exp(head - max);
    let tail = vector::exp(tail - max);
    let twice = first::<S, V>(simd, V::LEN.saturating_sub(start));
    let sum = head + twice.select(V::splat(simd, 0.0), tail);
    let sum = V::splat(simd, sum.reduce_sum());
    store(head / sum, row, 0);
    store(tail / sum, row, start);
}

/// `y_i = x_i - ln sum_j e^x_j` over the last axis (Keras `log_softmax`, PyTorch `LogSoftmax`), with the gradient
/// `dx_i = dy_i - e^y_i sum_j dy_j`.
///
/// ```
/// # use nn_core::activation::*;
/// assert_eq!(LogSoftmax::of([0.0, 1e4]), [-1e4, 0.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogSoftmax;

impl Activation for LogSoftmax {
    type Head = Linear;
    type Keep = KeepNothing;
    const NAME: &'static str = "log_softmax";

    #[inline(always)]
    fn forward<S: Simd>(simd: S, values: &mut [f32], row: usize) {
        for row in lanes::rows_mut(values, row) {
            let max = max(simd, row);
            let sum = sum_of(
                simd,
                [&*row],
                #[inline(always)]
                |[x]| vector::exp(x - max),
            );
            let ln = vector::ln(S::f32s::splat(simd, sum));
            update(
                simd,
                row,
                [],
                #[inline(always)]
                |x, []| x - max - ln,
            );
        }
    }

    #[inline(always)]
    fn backward<S: Simd>(simd: S, _: &[f32], y: &[f32], dy: &mut [f32], row: usize) {
        for (dy, y) in lanes::rows_mut(dy, row).zip(lanes::rows(y, row)) {
            let sum = sum(simd, dy);
            update(
                simd,
                dy,
                [y],
                #[inline(always)]
                |d, [y]| d - vector::exp(y) * sum,
            );
        }
    }
}

/// `y_i = max(x_i - t, 0)` over the last axis with the `t` that makes the sum 1 (Keras `sparsemax`): like softmax, but
/// small probabilities are exactly 0. The gradient is `dx_i = dy_i - mean dy` over the values above 0, else 0.
///
/// Martins and Astudillo 2016; `t` is found by Michelot's method, which needs neither sorting nor memory.
///
/// ```
/// # use nn_core::activation::*;
/// assert_eq!(Sparsemax::of([2.0, 1.5, -1.0]), [0.75, 0.25, 0.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sparsemax;

impl Activation for Sparsemax {
    type Head = Linear;
    type Keep = KeepNothing;
    const NAME: &'static str = "sparsemax";

    #[inline(always)]
    fn forward<S: Simd>(simd: S, values: &mut [f32], row: usize) {
        for row in lanes::rows_mut(values, row) {
            let max = max(simd, row);
            let (mut threshold, mut members) = (f32::NEG_INFINITY, f32::INFINITY);
            // Every round but the last drops a member, so there are at most as many rounds as values.
            loop {
                let (count, sum) = above(simd, [&*row, &*row], max, threshold);
                threshold = (sum - 1.0) / count;
                // No member at all: the row holds NaN, and so will the result.
                if !(0.0 < count && count < members) {
                    break;
                }
                members = count;
            }
            update(
                simd,
                row,
                [],
                #[inline(always)]
                |x, []| clamp(x - max - threshold, 0.0, f32::INFINITY),
            );
        }
    }

    #[inline(always)]
    fn backward<S: Simd>(simd: S, _: &[f32], y: &[f32], dy: &mut [f32], row: usize) {
        let zero = S::f32s::splat(simd, 0.0);
        for (dy, y) in lanes::rows_mut(dy, row).zip(lanes::rows(y, row)) {
            let (count, sum) = above(simd, [y, &*dy], 0.0, 0.0);
            let mean = sum / count;
            update(
                simd,
                dy,
                [y],
                #[inline(always)]
                |d, [y]| y.simd_gt(0.0).select(d - mean, zero),
            );
        }
    }
}

/// Counts the first slice's values above `shift + threshold`, and sums the second's at their places, each less `shift`.
#[inline(always)]
fn above<S: Simd>(simd: S, [of, values]: [&[f32]; 2], shift: f32, threshold: f32) -> (f32, f32) {
    let zero = S::f32s::splat(simd, 0.0);
    let one = S::f32s::splat(simd, 1.0);
    let count = sum_of(
        simd,
        [of],
        #[inline(always)]
        |[x]| (x - shift).simd_gt(threshold).select(one, zero),
    );
    let sum = sum_of(
        simd,
        [of, values],
        #[inline(always)]
        |[x, v]| (x - shift).simd_gt(threshold).select(v - shift, zero),
    );
    (count, sum)
}
