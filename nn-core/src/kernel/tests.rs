use super::*;
use crate::activation::Linear;
use fearless_simd::{Level, dispatch};
use std::vec::Vec;

/// Every level this machine has.
pub(crate) fn levels() -> Vec<Level> {
    crate::level::all().collect()
}

/// Values of either sign from a linear congruence.
pub(crate) fn values(n: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_769) | 1;
    (0..n)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        })
        .collect()
}

/// `sum_k a(r, k) * b(k, c)` in `f64`.
fn naive(
    rows: usize,
    depth: usize,
    columns: usize,
    a: impl Fn(usize, usize) -> f32,
    b: impl Fn(usize, usize) -> f32,
) -> Vec<f64> {
    let mut c = std::vec![0.0; rows * columns];
    for r in 0..rows {
        for k in 0..depth {
            for j in 0..columns {
                c[r * columns + j] += f64::from(a(r, k)) * f64::from(b(k, j));
            }
        }
    }
    c
}

pub(crate) fn close(what: &str, got: &[f32], want: &[f64], depth: usize) {
    assert_eq!(got.len(), want.len());
    for (i, (got, want)) in got.iter().zip(want).enumerate() {
        let tolerance = 1e-6 * (1.0 + depth as f64).sqrt() * (1.0 + want.abs());
        assert!(
            (f64::from(*got) - want).abs() <= tolerance,
            "{what}: value {i} is {got}, not {want}"
        );
    }
}

/// All four products for one shape at one level.
fn check(level: Level, batch: usize, inputs: usize, outputs: usize) {
    let name = |what: &str| std::format!("{level:?} {what} {batch}x{inputs}x{outputs}");
    let (x, w) = (values(batch * inputs, 1), values(inputs * outputs, 2));
    let (dy, bias) = (values(batch * outputs, 3), values(outputs, 4));

    for bias in [None, Some(&bias[..])] {
        // NaN: whatever was there before must not matter.
        let mut y = std::vec![f32::NAN; batch * outputs];
        affine(level, &x, &w, bias, &mut y, inputs, outputs);
        let mut want = naive(
            batch,
            inputs,
            outputs,
            |r, k| x[r * inputs + k],
            |k, c| w[k * outputs + c],
        );
        for (want, i) in want.iter_mut().zip(0..) {
            *want += bias.map_or(0.0, |bias| f64::from(bias[i % outputs]));
        }
        close(&name("affine"), &y, &want, inputs);
    }

    let mut dw = std::vec![f32::NAN; inputs * outputs];
    outer(level, &x, &dy, &mut dw, inputs, outputs);
    let want = naive(
        inputs,
        batch,
        outputs,
        |r, k| x[k * inputs + r],
        |k, c| dy[k * outputs + c],
    );
    close(&name("outer"), &dw, &want, batch);

    let mut dx = std::vec![f32::NAN; batch * inputs];
    transposed(level, &dy, &w, &mut dx, inputs, outputs);
    let want = naive(
        batch,
        outputs,
        inputs,
        |r, k| dy[r * outputs + k],
        |k, c| w[c * outputs + k],
    );
    close(&name("transposed"), &dx, &want, outputs);

    let mut sums = std::vec![f32::NAN; outputs];
    sum_rows(level, &dy, &mut sums);
    let want = naive(1, batch, outputs, |_, _| 1.0, |k, c| dy[k * outputs + c]);
    close(&name("sum_rows"), &sums, &want, batch);
}

#[test]
fn products_agree_with_f64_on_every_level_for_small_shapes() {
    for level in levels() {
        for inputs in [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 24, 31, 33, 40] {
            for outputs in 1..=40 {
                check(level, 1 + (inputs * 7 + outputs * 3) % 14, inputs, outputs);
            }
        }
    }
}

#[test]
fn products_agree_with_f64_on_every_level_for_larger_shapes() {
    for level in levels() {
        for (batch, inputs, outputs) in [
            (1, 784, 128),
            (128, 100, 64),
            (33, 65, 129),
            (27, 3, 200),
            (25, 200, 3),
            (7, 129, 63),
            (11, 64, 130),
            (64, 17, 255),
            (1, 1, 1000),
            (3, 1000, 1),
        ] {
            check(level, batch, inputs, outputs);
        }
    }
}

#[test]
fn every_batch_size_up_to_40() {
    for level in levels() {
        for batch in 1..=40 {
            for (inputs, outputs) in [(5, 7), (9, 16), (20, 33)] {
                check(level, batch, inputs, outputs);
            }
        }
    }
}

/// The path of a single sample, whose sizes are constants.
fn check_one<const IN: usize, const OUT: usize>(level: Level) {
    let (x, w, bias) = (values(IN, 1), values(IN * OUT, 2), values(OUT, 4));
    let mut y = std::vec![f32::NAN; OUT];
    dispatch!(level, simd => dense::<_, Linear, IN, OUT>(simd, &x, &w, Some(&bias), &mut y));
    let mut want = naive(1, IN, OUT, |_, k| x[k], |k, c| w[k * OUT + c]);
    for (want, bias) in want.iter_mut().zip(&bias) {
        *want += f64::from(*bias);
    }
    close(
        &std::format!("{level:?} dense {IN} -> {OUT}"),
        &y,
        &want,
        IN,
    );
}

#[test]
fn one_sample_agrees_with_f64_on_every_level() {
    macro_rules! each {
        ($($inputs:literal: $($outputs:literal)*;)*) => {
            for level in levels() {
                $($(check_one::<$inputs, $outputs>(level);)*)*
            }
        };
    }
    each! {
        1: 1 2 3 4 5 8 9 15 16 17 31 33 40;
        3: 1 4 6 7 12 16 20 32 33 200;
        8: 1 3 6 8 13 16 24 37 48 64;
        13: 1 2 5 8 11 13 17 40 75 100;
        37: 1 4 10 16 37 75;
        64: 1 10 16 64 128;
        784: 10 128;
    }
}
