//! The functions on one number, for processors without SIMD: the operations of [`vector`](super::vector) in the same order, so the same
//! bits, compiled once and called. As vectors of four equal lanes, a build for size would compute all four.

use super::vector::{ERF_SPLIT, LEAST, LN_2_HIGH, LN_2_LOW, ROUND};
use core::f32::consts::{FRAC_1_SQRT_2, LOG2_E};

/// `((first x + c0) x + c1) ...`.
#[inline(always)]
fn polynomial<const N: usize>(x: f32, first: f32, rest: [f32; N]) -> f32 {
    rest.into_iter().fold(first, |sum, c| sum * x + c)
}

/// `ROUND + n`, or with another offset, and `r` of `x = n ln 2 + r`.
#[inline(always)]
fn reduce(x: f32, offset: f32) -> (f32, f32) {
    let rounded = x * LOG2_E + offset;
    let n = rounded - offset;
    (rounded, -LN_2_LOW * n + (n * -LN_2_HIGH + x))
}

/// `e^r - 1` for small `r`.
#[inline(always)]
fn exp_small(r: f32) -> f32 {
    let square = r * r;
    let low = r * 1.666_666_5e-1 + 5e-1;
    let middle = r * 8.333_452e-3 + 4.166_579_6e-2;
    let high = r * 1.987_569_1e-4 + 1.398_199_9e-3;
    ((high * square + middle) * square + low) * square + r
}

#[inline(always)]
fn exp_parts(x: f32) -> (f32, f32, f32) {
    let (rounded, r) = reduce(x, ROUND);
    let bits = rounded.to_bits().wrapping_sub(ROUND.to_bits() - 2 * 127);
    let half = bits >> 1;
    let scale = |exponent: u32| f32::from_bits(exponent << 23);
    (exp_small(r), scale(half), scale(bits.wrapping_sub(half)))
}

#[inline(always)]
fn exp_near(x: f32) -> (f32, f32) {
    let (rounded, r) = reduce(x, ROUND + 127.0);
    (exp_small(r), f32::from_bits(rounded.to_bits() << 23))
}

/// `yes` or `no`, both of which are computed: a branch would take another time for other data.
#[inline(always)]
fn select(condition: bool, yes: f32, no: f32) -> f32 {
    if condition { yes } else { no }
}

#[inline(never)]
pub(crate) fn exp(x: f32) -> f32 {
    let (p, a, b) = exp_parts(x);
    let value = select(x > 89.0, f32::INFINITY, (p + 1.0) * a * b);
    select(x < -104.0, 0.0, value)
}

#[inline(never)]
pub(super) fn sigmoid(x: f32) -> f32 {
    let power = select(-x < -20.0, -20.0, -x);
    let (p, scale) = exp_near(select(power > -LEAST, -LEAST, power));
    let value = 1.0 / ((scale * p + 1.0) + scale);
    select(x < LEAST, 0.0, value)
}

#[inline(never)]
pub(super) fn tanh(x: f32) -> f32 {
    let power = x.abs() * -2.0;
    let (p, scale) = exp_near(select(power < -20.0, -20.0, power));
    let e = scale * p + (scale - 1.0);
    (e / (scale * p + (scale + 1.0))).copysign(x)
}

#[inline(never)]
pub(super) fn ln(x: f32) -> f32 {
    let subnormal = x < f32::MIN_POSITIVE;
    let scaled = select(subnormal, x * 8_388_608.0, x);
    let offset = FRAC_1_SQRT_2.to_bits();
    let bits = scaled.to_bits().wrapping_sub(offset);
    let m = f32::from_bits((bits & 0x007f_ffff).wrapping_add(offset));
    let exponent = (bits.wrapping_add(127 << 23) >> 23) | 0x4b00_0000;
    let exponent = f32::from_bits(exponent) - (8_388_608.0 + 127.0);
    let value = ln_near_one(m - 1.0, select(subnormal, exponent - 23.0, exponent));
    let value = select(x < f32::INFINITY, value, x);
    let value = select(x == 0.0, f32::NEG_INFINITY, value);
    select(x < 0.0, f32::NAN, value)
}

#[inline(always)]
fn ln_near_one(f: f32, n: f32) -> f32 {
    let square = f * f;
    let tail = polynomial(
        f,
        7.037_683_6e-2,
        [
            -1.151_461e-1,
            1.167_699_9e-1,
            -1.242_014_1e-1,
            1.424_932_3e-1,
            -1.666_805_8e-1,
            2.000_071_5e-1,
            -2.499_999_4e-1,
            3.333_333e-1,
        ],
    );
    let small = square * -0.5 + (n * LN_2_LOW + tail * square * f);
    n * LN_2_HIGH + (small + f)
}

#[inline(never)]
pub(super) fn ln_1p(x: f32) -> f32 {
    let sum = x + 1.0;
    let lost = (x - (sum - 1.0)) / sum;
    let value = ln(sum);
    select(lost.is_nan(), value, value + lost)
}

#[inline(never)]
pub(super) fn expm1(x: f32) -> f32 {
    let (p, a, b) = exp_parts(x);
    let half = a * 0.5 * b;
    let value = half * p + (half - 0.5);
    let value = select(x > 89.0, f32::INFINITY, value + value);
    select(x < -18.0, -1.0, value)
}

#[inline(never)]
pub(super) fn softplus(x: f32) -> f32 {
    select(x < 0.0, 0.0, x) + ln_1p(exp(-x.abs()))
}

#[inline(always)]
fn ln_erfc(t: f32) -> f32 {
    let factor = polynomial(
        t,
        -1.728_534_7e-5,
        [
            3.831_971_3e-4,
            -3.883_964_4e-3,
            2.425_462_2e-2,
            -1.067_778_8e-1,
            -6.348_467e-1,
            -1.287_175_1e-1,
        ],
    );
    factor * t + -t
}

#[inline(always)]
fn erf_near(x: f32) -> f32 {
    let even = polynomial(
        x * x,
        -5.967_617e-4,
        [
            4.991_194_2e-3,
            -2.676_813_5e-2,
            1.128_199_25e-1,
            -3.761_253_4e-1,
            1.283_791_7e-1,
        ],
    );
    even * x
}

#[inline(never)]
pub(super) fn erf(x: f32) -> f32 {
    let t = x.abs();
    let far = (1.0 - exp(ln_erfc(t))).copysign(x);
    select(t > ERF_SPLIT, far, erf_near(x) + x)
}

#[inline(never)]
pub(super) fn normal_cdf(x: f32) -> f32 {
    let t = x * FRAC_1_SQRT_2;
    let tail = exp(ln_erfc(t.abs())) * 0.5;
    let far = select(x < 0.0, tail, 1.0 - tail);
    let near = (erf_near(t) + t) * 0.5 + 0.5;
    select(t.abs() > ERF_SPLIT, far, near)
}
