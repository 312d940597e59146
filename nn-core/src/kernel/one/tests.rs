use super::*;
use crate::activation::Relu;
use crate::kernel::tests::{close, levels, values};
use crate::level::dispatch;
use fearless_simd::Level;
use std::vec::Vec;

/// `bias + x w` in `f64`, of columns that begin at `first`.
fn expected(x: &[f32], w: Columns<'_>, bias: Option<&[f32]>) -> Vec<f64> {
    (0..w.count)
        .map(|j| {
            let start = bias.map_or(0.0, |bias| f64::from(bias[j]));
            let term =
                |(i, x): (usize, &f32)| f64::from(*x) * f64::from(w.values[i * w.stride + j]);
            start + x.iter().enumerate().map(term).sum::<f64>()
        })
        .collect()
}

#[test]
fn products_of_any_size() {
    for columns in (1..=40).chain([48, 63, 64, 65, 75, 100, 127, 128, 129, 144, 200, 256, 300]) {
        for inputs in [0, 1, 2, 3, 4, 5, 7, 8, 13, 16, 37] {
            let stride = columns + 3;
            let (x, w, bias) = (
                values(inputs, 1),
                values(inputs * stride, 2),
                values(columns, 3),
            );
            let whole = Columns {
                values: &w,
                stride,
                count: columns,
            };
            let tight = Columns {
                values: &w[..inputs * columns],
                stride: columns,
                count: columns,
            };
            // The last row ends with its last column.
            let inner = Columns {
                values: w.get(3..).unwrap_or_default(),
                ..whole
            };
            for w in [whole, tight, inner] {
                for bias in [None, Some(&bias[..])] {
                    let expected = expected(&x, w, bias);
                    for level in levels() {
                        let mut y = std::vec![f32::NAN; columns];
                        dispatch!(level, simd => product(simd, &x, w, bias, &mut y));
                        close(
                            &std::format!("{inputs} x {columns} at {level:?}"),
                            &y,
                            &expected,
                            inputs,
                        );
                    }
                }
            }
        }
    }
}

fn inlined_is_right<const U: usize, const N: usize>() {
    for inputs in [1, 3, 4, 6, 16, 21] {
        let count = U * N;
        let (x, w, bias) = (
            values(inputs, 1),
            values(inputs * count, 2),
            values(count, 3),
        );
        let w = Columns {
            values: &w,
            stride: count,
            count,
        };
        let linear = expected(&x, w, Some(&bias));
        let relu: Vec<f64> = linear.iter().map(|y| y.max(0.0)).collect();
        for level in levels() {
            let name = std::format!("{inputs} x {U} x {N} at {level:?}");
            let mut y = std::vec![f32::NAN; count];
            inlined_at::<Linear, U, N, true>(level, &x, w, &bias, &mut y);
            close(&name, &y, &linear, inputs);
            y.fill(f32::NAN);
            inlined_at::<Relu, U, N, false>(level, &x, w, &bias, &mut y);
            close(&name, &y, &relu, inputs);
        }
    }
}

fn inlined_at<A: Activation, const U: usize, const N: usize, const WAITING: bool>(
    level: Level,
    x: &[f32],
    w: Columns<'_>,
    bias: &[f32],
    y: &mut [f32],
) {
    dispatch!(level, simd => inlined::<_, A, U, N, WAITING>(simd, x, w, Some(bias), y));
}

#[test]
fn inlined_products() {
    macro_rules! check {
        ($($units:literal x $gates:literal)*) => {$( inlined_is_right::<$units, $gates>(); )*};
    }
    check!(1 x 1 2 x 1 3 x 1 4 x 1 5 x 1 6 x 1 7 x 1 8 x 1 9 x 1 12 x 1 13 x 1 16 x 1 17 x 1 20 x 1 24 x 1 31 x 1 37 x 1);
    check!(1 x 3 1 x 4 2 x 3 5 x 4 12 x 4 13 x 3 20 x 3 20 x 4 24 x 3 32 x 4 37 x 3 37 x 4 48 x 4);
}
