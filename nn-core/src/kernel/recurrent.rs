//! What a recurrent layer does at each step: a product with few rows, and formulas over its units.

use super::panel::{Across, Along, Init, Panel, load_part, product_within, store_part};
use super::transpose;
use crate::level::apart;
use crate::math::vector::Vector;
use fearless_simd::{f32x4, f32x8, prelude::*};

/// Some columns of a row-major matrix; `values` begins at the first of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Columns<'a> {
    pub(crate) values: &'a [f32],
    /// From one row to the next.
    pub(crate) stride: usize,
    pub(crate) count: usize,
}

/// `y[r] = bias + x[r] w`; `x` and `y` have no gaps between rows.
#[inline(always)]
pub(crate) fn times<S: Simd>(
    simd: S,
    x: &[f32],
    w: Columns<'_>,
    bias: Option<&[f32]>,
    y: &mut [f32],
) {
    if y.len() == w.count && !cfg!(debug_assertions) {
        times_one(simd, x, w, bias, y);
    } else {
        times_shared(simd, x, w, bias, y);
    }
}

#[inline(never)]
fn times_shared<S: Simd>(simd: S, x: &[f32], w: Columns<'_>, bias: Option<&[f32]>, y: &mut [f32]) {
    let rows = y.len() / w.count.max(1);
    let depth = x.len() / rows.max(1);
    let panel = Panel {
        b: w.values,
        b_stride: w.stride,
        init: bias.map_or(Init::Zero, Init::Bias),
        first: 0,
        c_stride: w.count,
        rows,
        depth,
    };
    let a = Along {
        values: x,
        stride: depth,
    };
    simd.vectorize(
        #[inline(always)]
        || product_within(simd, a, panel, y, w.count),
    );
}

/// The most vectors of columns that are computed at once.
const MOST: usize = 8;

/// [`times`] of one row, in panels of about equal width.
#[inline(always)]
fn times_one<S: Simd>(simd: S, x: &[f32], w: Columns<'_>, bias: Option<&[f32]>, y: &mut [f32]) {
    let lanes = S::f32s::LEN;
    if w.count < lanes {
        return match w.count {
            8.. => columns_of_one::<S, f32x8<S>>(simd, x, w, bias, y, w.count.div_ceil(8)),
            _ => columns_of_one::<S, f32x4<S>>(simd, x, w, bias, y, w.count.div_ceil(4)),
        };
    }
    let vectors = w.count.div_ceil(lanes);
    let panel = vectors.div_ceil(vectors.div_ceil(MOST));
    columns_of_one::<S, S::f32s>(simd, x, w, bias, y, panel);
}

/// All columns, in panels of `vectors` vectors.
#[inline(always)]
fn columns_of_one<S: Simd, V: Vector<S>>(
    simd: S,
    x: &[f32],
    w: Columns<'_>,
    bias: Option<&[f32]>,
    y: &mut [f32],
    vectors: usize,
) {
    let mut at = 0;
    while at < w.count {
        // The last panel overlaps the one before. A multiply-add waits four cycles for the one before it in its chain:
        // few columns take several chains each.
        let left = (w.count - at).div_ceil(V::LEN).min(vectors);
        at += match left {
            1 => panel_of_one::<S, V, 1, 6>(simd, x, w, bias, y, at),
            2 => panel_of_one::<S, V, 2, 4>(simd, x, w, bias, y, at),
            3 => panel_of_one::<S, V, 3, 3>(simd, x, w, bias, y, at),
            4 => panel_of_one::<S, V, 4, 2>(simd, x, w, bias, y, at),
            5 => panel_of_one::<S, V, 5, 2>(simd, x, w, bias, y, at),
            6 => panel_of_one::<S, V, 6, 1>(simd, x, w, bias, y, at),
            7 => panel_of_one::<S, V, 7, 1>(simd, x, w, bias, y, at),
            _ => panel_of_one::<S, V, MOST, 1>(simd, x, w, bias, y, at),
        };
    }
}

/// The columns from `at`, or earlier ones if those are too few; returns how many.
#[inline(always)]
fn panel_of_one<S: Simd, V: Vector<S>, const VECTORS: usize, const CHAINS: usize>(
    simd: S,
    x: &[f32],
    w: Columns<'_>,
    bias: Option<&[f32]>,
    y: &mut [f32],
    at: usize,
) -> usize {
    let width = VECTORS * V::LEN;
    let at = at.min(w.count.saturating_sub(width));
    let mut sums = [[V::splat(simd, 0.0); VECTORS]; CHAINS];
    if let (Some(bias), [first, ..]) = (bias, &mut sums[..]) {
        load_all(simd, &bias[at..], first);
    }
    let (whole, rest) = x.as_chunks::<CHAINS>();
    for (chunk, x) in whole.iter().enumerate() {
        for (chain, x) in x.iter().enumerate() {
            accumulate(simd, w, chunk * CHAINS + chain, at, *x, &mut sums[chain]);
        }
    }
    for (chain, x) in rest.iter().enumerate() {
        accumulate(
            simd,
            w,
            whole.len() * CHAINS + chain,
            at,
            *x,
            &mut sums[chain],
        );
    }
    let mut total = sums[0];
    for chain in sums.iter().skip(1) {
        for (total, sum) in total.iter_mut().zip(chain) {
            *total = *total + *sum;
        }
    }
    for (j, total) in total.into_iter().enumerate() {
        store(total, y, at + j * V::LEN);
    }
    width
}

/// `sums += x w[row][at..]`.
#[inline(always)]
fn accumulate<S: Simd, V: Vector<S>, const VECTORS: usize>(
    simd: S,
    w: Columns<'_>,
    row: usize,
    at: usize,
    x: f32,
    sums: &mut [V; VECTORS],
) {
    let mut weights = [V::splat(simd, 0.0); VECTORS];
    load_all(simd, &w.values[row * w.stride + at..], &mut weights);
    let x = V::splat(simd, x);
    for (sum, w) in sums.iter_mut().zip(weights) {
        *sum = x.mul_add(w, *sum);
    }
}

/// Writes a vector to `to[at..]`, or as much of it as there is room for.
#[inline(always)]
fn store<S: Simd, V: Vector<S>>(vector: V, to: &mut [f32], at: usize) {
    match to.get_mut(at..at + V::LEN) {
        Some(to) => vector.store_slice(to),
        None => store_part(vector, to.get_mut(at..).unwrap_or_default()),
    }
}

/// Vectors that lie behind each other; what is behind the end of `values` is zero.
#[inline(always)]
fn load_all<S: Simd, V: Vector<S>>(simd: S, values: &[f32], vectors: &mut [V]) {
    if let Some(values) = values.get(..vectors.len() * V::LEN) {
        for (vector, values) in vectors.iter_mut().zip(values.chunks_exact(V::LEN)) {
            *vector = V::from_slice(simd, values);
        }
        return;
    }
    for (vector, start) in vectors.iter_mut().zip((0..values.len()).step_by(V::LEN)) {
        *vector = load_part(simd, values, start);
    }
}

/// `dw[i][o] = sum_r x[r][i] dy[r][o]`, into rows of `dw` that are as far apart as those of `dy`; both slices begin at the first column.
#[inline(never)]
pub(crate) fn outer_within<S: Simd>(
    simd: S,
    x: &[f32],
    inputs: usize,
    dy: Columns<'_>,
    dw: &mut [f32],
) {
    let rows = x.len() / inputs.max(1);
    let panel = Panel {
        b: dy.values,
        b_stride: dy.stride,
        init: Init::Zero,
        first: 0,
        c_stride: dy.stride,
        rows: inputs,
        depth: rows,
    };
    let a = Across {
        values: x,
        stride: inputs,
    };
    simd.vectorize(
        #[inline(always)]
        || product_within(simd, a, panel, dw, dy.count),
    );
}

/// `to[c][r] = from[r][c]`, `from` having `columns` columns.
#[inline(never)]
pub(crate) fn transposed_copy<S: Simd>(simd: S, from: &[f32], columns: usize, to: &mut [f32]) {
    let rows = from.len() / columns.max(1);
    simd.vectorize(
        #[inline(always)]
        || transpose::block(simd, from, columns, rows, columns, to, rows),
    );
}

/// A formula over the units of a layer: from `own` values, which it replaces, and others that it only reads.
pub(crate) trait Formula<const OWN: usize, const READ: usize> {
    /// The new values of some units.
    fn of<S: Simd, V: Vector<S>>(simd: S, own: [V; OWN], read: [V; READ]) -> [V; OWN];
}

/// Applies a formula to all units; the slices have one value for each.
#[inline(always)]
pub(crate) fn units<S: Simd, F: Formula<OWN, READ>, const OWN: usize, const READ: usize>(
    simd: S,
    own: [&mut [f32]; OWN],
    read: [&[f32]; READ],
) {
    let len = own.first().map_or(0, |values| values.len());
    let lanes = S::f32s::LEN;
    apart(
        simd,
        #[inline(always)]
        || match (len, len % lanes) {
            (4.., 1..=4) => units_in::<S, S::f32s, f32x4<S>, F, OWN, READ>(simd, len, own, read),
            (8.., 5..=8) if lanes > 8 => {
                units_in::<S, S::f32s, f32x8<S>, F, OWN, READ>(simd, len, own, read)
            }
            (4..8, _) => units_in::<S, f32x4<S>, f32x4<S>, F, OWN, READ>(simd, len, own, read),
            (8..16, _) if lanes > 8 => {
                units_in::<S, f32x8<S>, f32x8<S>, F, OWN, READ>(simd, len, own, read)
            }
            (0..4, _) => units_in::<S, f32x4<S>, f32x4<S>, F, OWN, READ>(simd, len, own, read),
            _ => units_in::<S, S::f32s, S::f32s, F, OWN, READ>(simd, len, own, read),
        },
    );
}

/// [`units`] in vectors of type `V` and a last one of type `L`, which overlaps the one before: it is read before anything
/// is written, and written last.
#[inline(always)]
fn units_in<
    S: Simd,
    V: Vector<S>,
    L: Vector<S>,
    F: Formula<OWN, READ>,
    const OWN: usize,
    const READ: usize,
>(
    simd: S,
    len: usize,
    mut own: [&mut [f32]; OWN],
    read: [&[f32]; READ],
) {
    let last = len.saturating_sub(L::LEN);
    let ragged = len % V::LEN != 0;
    let end = if ragged {
        at::<S, L, F, OWN, READ>(simd, &own, read, last)
    } else {
        [L::splat(simd, 0.0); OWN]
    };
    let mut start = 0;
    while start + V::LEN <= len {
        let values = at::<S, V, F, OWN, READ>(simd, &own, read, start);
        for (own, value) in own.iter_mut().zip(values) {
            store(value, own, start);
        }
        start += V::LEN;
    }
    if ragged {
        for (own, value) in own.iter_mut().zip(end) {
            store(value, own, last);
        }
    }
}

/// The formula for the units from `start`.
#[inline(always)]
fn at<S: Simd, V: Vector<S>, F: Formula<OWN, READ>, const OWN: usize, const READ: usize>(
    simd: S,
    own: &[&mut [f32]; OWN],
    read: [&[f32]; READ],
    start: usize,
) -> [V; OWN] {
    let (mut a, mut b) = ([V::splat(simd, 0.0); OWN], [V::splat(simd, 0.0); READ]);
    for (vector, values) in a.iter_mut().zip(own) {
        *vector = load_part(simd, values, start);
    }
    for (vector, values) in b.iter_mut().zip(read) {
        *vector = load_part(simd, values, start);
    }
    F::of(simd, a, b)
}
