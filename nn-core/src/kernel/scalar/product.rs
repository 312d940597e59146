//! Products of matrices.

use super::{parts, parts_mut};
use crate::kernel::recurrent::Columns;

/// The right factor of a product: some columns of a row-major matrix.
#[derive(Clone, Copy)]
pub(super) struct Right<'a> {
    /// Whole rows.
    pub(super) values: &'a [f32],
    /// Values in a row.
    pub(super) stride: usize,
    /// The first column.
    pub(super) first: usize,
}

impl Right<'_> {
    /// `sums[j] += sum_k a[k] * b[k][at + j]`.
    #[inline(always)]
    pub(super) fn add_to<'a, const N: usize>(
        &self,
        a: impl Iterator<Item = &'a f32>,
        at: usize,
        sums: &mut [f32; N],
    ) {
        let (stride, start) = (self.stride.max(1), self.first.saturating_add(at));
        // Compared before the loop, so that the loop need not.
        if start > stride || stride - start < N {
            return;
        }
        // Not a loop over `chunks_exact`, which is unrolled, four times the code and slower wherever few inputs follow a tail.
        let mut rest = self.values;
        for a in a {
            let Some((row, after)) = rest.split_at_checked(stride) else {
                return;
            };
            if let Some(row) = row.get(start..).and_then(|row| row.first_chunk::<N>()) {
                add(*a, row, sums);
            }
            rest = after;
        }
    }
}

/// `sums += a * row`, for at most eight.
#[inline(always)]
fn add<const N: usize>(a: f32, row: &[f32; N], sums: &mut [f32; N]) {
    /// Written out: as a loop it would keep the sums in memory wherever it is not unrolled.
    macro_rules! each {
        ($($j:literal)*) => {$(
            if let (Some(sum), Some(row)) = (sums.get_mut($j), row.get($j)) {
                *sum += a * row;
            }
        )*};
    }
    each!(0 1 2 3 4 5 6 7);
}

/// Calls `each` with as many places in `y` as stay in registers, and with the number of the first.
macro_rules! blocks {
    ($y:expr, $n:ident, $at:ident, $block:ident => $each:expr) => {{
        let (mut $at, rest) = (0, $y);
        blocks!(@ rest 8, $n, $at, $block => $each);
        blocks!(@ rest 4, $n, $at, $block => $each);
        blocks!(@ rest 1, $n, $at, $block => $each);
        let _ = ($at, rest);
    }};
    (@ $rest:ident $size:literal, $n:ident, $at:ident, $block:ident => $each:expr) => {
        let (whole, $rest) = $rest.as_chunks_mut::<$size>();
        for $block in whole {
            const $n: usize = $size;
            $each;
            $at += $n;
        }
    };
}
pub(super) use blocks;

/// The biases from `at` on; without any, what is `there`.
#[inline(always)]
pub(super) fn start<const N: usize>(bias: Option<&[f32]>, at: usize, there: &[f32; N]) -> [f32; N] {
    let bias = bias.and_then(|bias| bias.get(at..)?.first_chunk());
    *bias.unwrap_or(there)
}

/// `y[j] = bias[j] + sum_k a[k] * b[k][j]`; without a bias, that is added to `y`.
#[inline(never)]
pub(super) fn along(a: &[f32], b: Right<'_>, bias: Option<&[f32]>, y: &mut [f32]) {
    blocks!(y, N, at, block => {
        let mut sums = start::<N>(bias, at, block);
        b.add_to(a.iter(), at, &mut sums);
        *block = sums;
    });
}

/// `y[j] += sum_k a[k * step] * b[k][j]`.
#[inline(never)]
pub(super) fn across(a: &[f32], step: usize, b: Right<'_>, y: &mut [f32]) {
    blocks!(y, N, at, block => {
        let mut sums = *block;
        b.add_to(a.iter().step_by(step.max(1)), at, &mut sums);
        *block = sums;
    });
}

/// The sum of the products.
#[inline(always)]
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).fold(0.0, |sum, (a, b)| sum + a * b)
}

/// [`affine`](crate::kernel::affine).
pub(in crate::kernel) fn affine(
    x: &[f32],
    w: &[f32],
    bias: Option<&[f32]>,
    y: &mut [f32],
    inputs: usize,
    outputs: usize,
) {
    let columns = Columns {
        values: w,
        stride: outputs,
        count: outputs,
    };
    times(x, inputs, columns, bias, y);
}

/// `y[r] = bias + x[r] w`, with `depth` values in a row of `x`.
pub(in crate::kernel) fn times(
    x: &[f32],
    depth: usize,
    w: Columns<'_>,
    bias: Option<&[f32]>,
    y: &mut [f32],
) {
    if bias.is_none() {
        y.fill(0.0);
    }
    let (whole, last) = rows(w);
    let mut rest = x;
    for y in parts_mut(y, w.count) {
        let (row, after) = rest.split_at_checked(depth).unwrap_or_default();
        along(row, whole, bias, y);
        if let Some([x]) = row
            .get(depth - last.len().min(1)..)
            .filter(|_| !last.is_empty())
        {
            // The matrix ends within its last row.
            for (y, w) in y.iter_mut().zip(last) {
                *y += x * w;
            }
        }
        rest = after;
    }
}

/// The whole rows, and a last one that ends before the next would begin.
fn rows(of: Columns<'_>) -> (Right<'_>, &[f32]) {
    let whole = of.values.len() / of.stride.max(1) * of.stride;
    let right = Right {
        values: of.values,
        stride: of.stride,
        first: 0,
    };
    (right, of.values.get(whole..).unwrap_or_default())
}

/// [`outer`](crate::kernel::outer).
pub(in crate::kernel) fn outer(
    x: &[f32],
    dy: &[f32],
    dw: &mut [f32],
    inputs: usize,
    outputs: usize,
) {
    let columns = Columns {
        values: dy,
        stride: outputs,
        count: outputs,
    };
    outer_within(x, inputs, columns, dw);
}

/// [`outer_within`](crate::kernel::recurrent::outer_within).
pub(in crate::kernel) fn outer_within(x: &[f32], inputs: usize, dy: Columns<'_>, dw: &mut [f32]) {
    let (whole, last) = rows(dy);
    let samples = x.len() / inputs.max(1);
    for i in 0..inputs {
        let row = dw.get_mut(i * dy.stride..).unwrap_or_default();
        let (x, len) = (x.get(i..).unwrap_or_default(), dy.count.min(row.len()));
        let row = row.get_mut(..len).unwrap_or_default();
        row.fill(0.0);
        across(x, inputs, whole, row);
        if let Some(x) = x.get(samples.saturating_sub(1) * inputs) {
            for (row, dy) in row.iter_mut().zip(last) {
                *row += x * dy;
            }
        }
    }
}

/// [`sum_rows`](crate::kernel::sum_rows).
pub(in crate::kernel) fn sum_rows(rows: &[f32], sums: &mut [f32]) {
    let columns = sums.len();
    for (c, sum) in sums.iter_mut().enumerate() {
        let column = rows.get(c..).unwrap_or_default().iter();
        *sum = column.step_by(columns.max(1)).sum();
    }
}

/// [`transposed`](crate::kernel::transposed).
pub(in crate::kernel) fn transposed(
    dy: &[f32],
    w: &[f32],
    dx: &mut [f32],
    inputs: usize,
    outputs: usize,
) {
    let rows = parts(dy, outputs);
    for (dx, dy) in parts_mut(dx, inputs).zip(rows) {
        for (dx, w) in dx.iter_mut().zip(parts(w, outputs)) {
            *dx = dot(dy, w);
        }
    }
}

/// [`transposed_copy`](crate::kernel::recurrent::transposed_copy).
pub(in crate::kernel) fn transposed_copy(from: &[f32], columns: usize, to: &mut [f32]) {
    let rows = from.len() / columns.max(1);
    for (c, to) in parts_mut(to, rows).enumerate() {
        let column = from.get(c..).unwrap_or_default().iter();
        for (to, from) in to.iter_mut().zip(column.step_by(columns.max(1))) {
            *to = *from;
        }
    }
}
