//! A batch through a layer whose sizes are constants, forward and backward: short loops for each layer, which are less than the loops for any
//! size, and several times as fast for the layers that a chip has room for.

use super::row::dense;
use super::{parts, parts_mut};

/// `y[r] = bias + x[r] W`.
#[inline(never)]
pub(in crate::kernel) fn affine<const IN: usize, const OUT: usize>(
    x: &[f32],
    w: &[f32],
    bias: Option<&[f32]>,
    y: &mut [f32],
) {
    for (x, y) in parts(x, IN).zip(parts_mut(y, OUT)) {
        dense::<IN, OUT>(x, w, bias, y);
    }
}

/// `dw[i][o] = sum_r x[r][i] dy[r][o]`.
#[inline(never)]
pub(in crate::kernel) fn outer<const IN: usize, const OUT: usize>(
    x: &[f32],
    dy: &[f32],
    dw: &mut [f32],
) {
    let ((x, _), (dy, _)) = (x.as_chunks::<IN>(), dy.as_chunks::<OUT>());
    let (dw, _) = dw.as_chunks_mut::<OUT>();
    let (pairs, last) = dw.as_chunks_mut::<2>();
    for (p, [first, second]) in pairs.iter_mut().enumerate() {
        let pair = |x: &[f32; IN]| x.as_chunks::<2>().0.get(p).copied().unwrap_or_default();
        let first = first.as_chunks_mut();
        let second = second.as_chunks_mut();
        for (b, (first, second)) in first.0.iter_mut().zip(second.0).enumerate() {
            (*first, *second) = fours(x, dy, b, pair);
        }
        for (o, (first, second)) in first.1.iter_mut().zip(second.1).enumerate() {
            let o = OUT / 4 * 4 + o;
            (*first, *second) = (0.0, 0.0);
            for (x, dy) in x.iter().zip(dy) {
                let ([a, b], dy) = (pair(x), dy.get(o).copied().unwrap_or_default());
                *first += a * dy;
                *second += b * dy;
            }
        }
    }
    for dw in last {
        for (o, dw) in dw.iter_mut().enumerate() {
            let products = x.iter().zip(dy).map(|(x, dy)| {
                let (x, dy) = (x.last(), dy.get(o));
                x.zip(dy).map_or(0.0, |(x, dy)| x * dy)
            });
            *dw = products.fold(0.0, |sum, product| sum + product);
        }
    }
}

/// Two rows of `dw`, four columns of them.
#[inline(always)]
fn fours<const IN: usize, const OUT: usize>(
    x: &[[f32; IN]],
    dy: &[[f32; OUT]],
    block: usize,
    pair: impl Fn(&[f32; IN]) -> [f32; 2],
) -> ([f32; 4], [f32; 4]) {
    let (mut first, mut second) = ([0.0; 4], [0.0; 4]);
    for (x, dy) in x.iter().zip(dy) {
        let ([a, b], dy) = (pair(x), dy.as_chunks::<4>().0.get(block));
        if let Some(dy) = dy {
            macro_rules! each {
                ($($j:literal)*) => {$(
                    first[$j] += a * dy[$j];
                    second[$j] += b * dy[$j];
                )*};
            }
            each!(0 1 2 3);
        }
    }
    (first, second)
}

/// `sums[o] = sum_r rows[r][o]`.
#[inline(never)]
pub(in crate::kernel) fn sum_rows<const OUT: usize>(rows: &[f32], sums: &mut [f32]) {
    let (rows, _) = rows.as_chunks::<OUT>();
    for (o, sum) in sums.iter_mut().enumerate() {
        *sum = rows.iter().filter_map(|row| row.get(o)).sum();
    }
}

/// `dx[r][i] = sum_o dy[r][o] w[i][o]`.
#[inline(never)]
pub(in crate::kernel) fn transposed<const IN: usize, const OUT: usize>(
    dy: &[f32],
    w: &[f32],
    dx: &mut [f32],
) {
    let (w, _) = w.as_chunks::<OUT>();
    let (fours, rest) = w.as_chunks::<4>();
    let (dy, _) = dy.as_chunks::<OUT>();
    let (dx, _) = dx.as_chunks_mut::<IN>();
    for (dx, dy) in dx.iter_mut().zip(dy) {
        let (blocks, ones) = dx.as_chunks_mut::<4>();
        for (dx, [a, b, c, d]) in blocks.iter_mut().zip(fours) {
            let mut sums = [0.0; 4];
            for ((((dy, a), b), c), d) in dy.iter().zip(a).zip(b).zip(c).zip(d) {
                sums[0] += dy * a;
                sums[1] += dy * b;
                sums[2] += dy * c;
                sums[3] += dy * d;
            }
            *dx = sums;
        }
        for (dx, w) in ones.iter_mut().zip(rest) {
            *dx = dy.iter().zip(w).fold(0.0, |sum, (dy, w)| sum + dy * w);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::scalar;
    use std::vec;
    use std::vec::Vec;

    fn numbers(count: usize, seed: usize) -> Vec<f32> {
        (0..count)
            .map(|i| ((i * 37 + seed * 11) % 23) as f32 / 7.0 - 1.5)
            .collect()
    }

    /// The same bits as of the loops for any size, which other processors have at the scalar level.
    fn check<const IN: usize, const OUT: usize>() {
        for rows in [0, 1, 2, 5] {
            let (x, w, bias) = (numbers(rows * IN, 1), numbers(IN * OUT, 2), numbers(OUT, 3));
            let dy = numbers(rows * OUT, 4);
            let (mut ours, mut theirs) = (vec![7.0; rows * OUT], vec![7.0; rows * OUT]);
            for bias in [None, Some(&bias[..])] {
                affine::<IN, OUT>(&x, &w, bias, &mut ours);
                scalar::affine(&x, &w, bias, &mut theirs, IN, OUT);
                assert_eq!(ours, theirs, "{IN} -> {OUT}, {rows}");
            }
            let (mut ours, mut theirs) = (vec![7.0; IN * OUT], vec![7.0; IN * OUT]);
            outer::<IN, OUT>(&x, &dy, &mut ours);
            scalar::outer(&x, &dy, &mut theirs, IN, OUT);
            assert_eq!(ours, theirs, "{IN} -> {OUT}, {rows}");
            let (mut ours, mut theirs) = (vec![7.0; rows * IN], vec![7.0; rows * IN]);
            transposed::<IN, OUT>(&dy, &w, &mut ours);
            scalar::transposed(&dy, &w, &mut theirs, IN, OUT);
            assert_eq!(ours, theirs, "{IN} -> {OUT}, {rows}");
            let (mut ours, mut theirs) = ([7.0; OUT], [7.0; OUT]);
            sum_rows::<OUT>(&dy, &mut ours);
            scalar::sum_rows(&dy, &mut theirs);
            assert_eq!(ours, theirs, "{OUT}, {rows}");
        }
    }

    #[test]
    fn sizes_in_the_type_change_no_bit() {
        check::<1, 1>();
        check::<2, 3>();
        check::<3, 4>();
        check::<8, 6>();
        check::<5, 7>();
        check::<7, 32>();
        check::<13, 37>();
    }
}
