//! Transposing a block of a matrix.

use super::lanes::{load, part, store};
use fearless_simd::prelude::*;

/// `to[c * to_stride + r] = from[r * from_stride + c]` for `rows` and `columns`.
#[inline(always)]
pub(super) fn block<S: Simd>(
    simd: S,
    from: &[f32],
    from_stride: usize,
    rows: usize,
    columns: usize,
    to: &mut [f32],
    to_stride: usize,
) {
    let lanes = S::f32s::LEN;
    let (whole_rows, whole_columns) = (rows - rows % lanes, columns - columns % lanes);
    let mut r = 0;
    while r < whole_rows {
        let mut c = 0;
        while c < whole_columns {
            let from = from.get(r * from_stride + c..).unwrap_or_default();
            let to = to.get_mut(c * to_stride + r..).unwrap_or_default();
            square(simd, from, from_stride, to, to_stride);
            c += lanes;
        }
        r += lanes;
    }
    for r in 0..rows {
        let from = part(from, r * from_stride, columns);
        let begin = if r < whole_rows { whole_columns } else { 0 };
        for (c, value) in from.iter().enumerate().skip(begin) {
            if let Some(to) = to.get_mut(c * to_stride + r) {
                *to = *value;
            }
        }
    }
}

/// The most lanes a vector has.
const MOST: usize = 16;

/// A block of as many rows and columns as a vector has lanes.
///
/// Interleaving the first half of the vectors with the second is one step of a perfect shuffle; after as many steps
/// as a lane number has bits, row and column have changed places.
#[inline(always)]
fn square<S: Simd>(simd: S, from: &[f32], from_stride: usize, to: &mut [f32], to_stride: usize) {
    let lanes = S::f32s::LEN;
    let mut rows = [S::f32s::splat(simd, 0.0); MOST];
    for (r, row) in rows.iter_mut().enumerate().take(lanes) {
        *row = load(simd, from, r * from_stride);
    }
    for _ in 0..lanes.trailing_zeros() {
        let before = rows;
        for r in 0..lanes / 2 {
            (rows[2 * r], rows[2 * r + 1]) = before[r].interleave(before[r + lanes / 2]);
        }
    }
    for (c, row) in rows.iter().enumerate().take(lanes) {
        store(*row, to, c * to_stride);
    }
}
