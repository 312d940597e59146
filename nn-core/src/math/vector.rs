//! The functions over vectors of any width: `vector::exp(x)` where `x` is an `f32x4`, an `f32x8` or the widest, `S::f32s`.

use super::scalar;
use crate::level::is_scalar;
use crate::plain::square_root;
use fearless_simd::prelude::*;

/// A vector of `f32` of any width.
pub trait Vector<S: Simd>: SimdFloat<S, Element = f32> {}
impl<S: Simd, V: SimdFloat<S, Element = f32>> Vector<S> for V {}

/// A function of one number at the scalar level, where loops over slices have one value in all lanes ([`slices`](super::slices)), which
/// the compiler sees: then it is called once.
#[inline(always)]
fn one<S: Simd, V: Vector<S>>(f: fn(f32) -> f32, x: V) -> V {
    let simd = x.token();
    match *x.as_slice() {
        [a, b, c, d] if [b, c, d].map(f32::to_bits) == [a.to_bits(); 3] => V::splat(simd, f(a)),
        ref lanes => V::from_fn(simd, |i| lanes.get(i).copied().map_or(f32::NAN, f)),
    }
}

/// The square root.
#[inline(always)]
pub fn sqrt<S: Simd, V: Vector<S>>(x: V) -> V {
    if is_scalar(x.token()) {
        one(square_root, x)
    } else {
        x.sqrt()
    }
}

/// The number in `[low, high]` that is nearest to `x`; NaN stays NaN on every target, as it does not with `min` and `max`.
#[inline(always)]
pub fn clamp<S: Simd, V: Vector<S>>(x: V, low: f32, high: f32) -> V {
    let simd = x.token();
    let x = x.simd_lt(low).select(V::splat(simd, low), x);
    x.simd_gt(high).select(V::splat(simd, high), x)
}

/// Adding it to a small number rounds that to an integer and leaves the integer in the lowest bits of the sum.
pub(super) const ROUND: f32 = 12_582_912.0; // 1.5 * 2^23
/// `ln 2` in two parts: the first has so few digits that its product with an exponent is exact.
pub(super) const LN_2_HIGH: f32 = 355.0 / 512.0;
pub(super) const LN_2_LOW: f32 = -2.121_944_4e-4;

/// `x = n ln 2 + r` with `|r| <= ln 2 / 2`: `ROUND + n` and `r`.
#[inline(always)]
fn reduce<S: Simd, V: Vector<S>>(x: V) -> (V, V) {
    let simd = x.token();
    let rounded = x.mul_add(core::f32::consts::LOG2_E, ROUND);
    let n = rounded - ROUND;
    let r = n.mul_add(-LN_2_HIGH, x);
    (rounded, V::splat(simd, -LN_2_LOW).mul_add(n, r))
}

/// `(e^r - 1 - r) / r^2` for `|r| <= ln 2 / 2`: the polynomial of Cephes `expf`, as a tree because one vector waits for it.
#[inline(always)]
fn exp_tail<S: Simd, V: Vector<S>>(r: V, square: V) -> V {
    let simd = r.token();
    let low = r.mul_add(1.666_666_5e-1, 5e-1);
    let middle = r.mul_add(8.333_452e-3, 4.166_579_6e-2);
    let high = r.mul_add(V::splat(simd, 1.987_569_1e-4), 1.398_199_9e-3);
    high.mul_add(square, middle).mul_add(square, low)
}

/// `e^x = (1 + p) * a * b` with `a` and `b` powers of two: one alone cannot reach 2^128 or the subnormal numbers.
///
/// Garbage, perhaps NaN, unless `|x| < 128`; NaN for NaN.
#[inline(always)]
fn exp_parts<S: Simd, V: Vector<S>>(x: V) -> (V, V, V) {
    let (rounded, r) = reduce(x);
    let square = r * r;
    let p = exp_tail(r, square).mul_add(square, r);
    let bits = rounded.to_bits() - (ROUND.to_bits() - 2 * 127);
    let half = bits >> 1;
    (
        p,
        V::from_bits(half << 23),
        V::from_bits((bits - half) << 23),
    )
}

/// `e^x`.
#[inline(always)]
pub fn exp<S: Simd, V: Vector<S>>(x: V) -> V {
    if is_scalar(x.token()) {
        return one(scalar::exp, x);
    }
    let simd = x.token();
    let (p, a, b) = exp_parts(x);
    let value = (p + 1.0) * a * b;
    let value = x.simd_gt(89.0).select(V::splat(simd, f32::INFINITY), value);
    x.simd_lt(-104.0).select(V::splat(simd, 0.0), value)
}

/// `e^x = (1 + p) * scale` with `scale` a power of two: [`exp_parts`] for `-87.3 < x < 88.3`, in half the instructions.
#[inline(always)]
fn exp_near<S: Simd, V: Vector<S>>(x: V) -> (V, V) {
    /// [`ROUND`] that leaves the integer as an exponent is stored.
    const BIASED: f32 = ROUND + 127.0;
    let simd = x.token();
    let rounded = x.mul_add(core::f32::consts::LOG2_E, BIASED);
    let n = rounded - BIASED;
    let r = V::splat(simd, -LN_2_LOW).mul_add(n, n.mul_add(-LN_2_HIGH, x));
    let square = r * r;
    let p = exp_tail(r, square).mul_add(square, r);
    (p, V::from_bits(rounded.to_bits() << 23))
}

/// `e^x` is a normal number from here on.
pub(super) const LEAST: f32 = -87.336_54;

/// `1 / (1 + e^-x)`; 0 where that is less than the least normal number.
#[inline(always)]
pub fn sigmoid<S: Simd, V: Vector<S>>(x: V) -> V {
    if is_scalar(x.token()) {
        return one(scalar::sigmoid, x);
    }
    /// From here on the result is 1 to the last digit.
    const MOST: f32 = 20.0;
    let simd = x.token();
    let (p, scale) = exp_near(clamp(-x, -MOST, -LEAST));
    let value = V::splat(simd, 1.0) / (scale.mul_add(p, V::splat(simd, 1.0)) + scale);
    x.simd_lt(LEAST).select(V::splat(simd, 0.0), value)
}

/// The hyperbolic tangent: `-e / (e + 2)` with `e = e^-2|x| - 1`, which does not cancel where `x` is tiny.
#[inline(always)]
pub fn tanh<S: Simd, V: Vector<S>>(x: V) -> V {
    if is_scalar(x.token()) {
        return one(scalar::tanh, x);
    }
    let simd = x.token();
    let power = x.abs() * -2.0;
    // From 9.1 on it is 1 to the last digit.
    let (p, scale) = exp_near(power.simd_lt(-20.0).select(V::splat(simd, -20.0), power));
    let e = scale.mul_add(p, scale - 1.0);
    (e / scale.mul_add(p, scale + 1.0)).copysign(x)
}

/// The natural logarithm: Cephes `logf`. Of zero it is minus infinity, of a negative number NaN.
#[inline(always)]
pub fn ln<S: Simd, V: Vector<S>>(x: V) -> V {
    if is_scalar(x.token()) {
        return one(scalar::ln, x);
    }
    let simd = x.token();
    let subnormal = x.simd_lt(f32::MIN_POSITIVE);
    let scaled = subnormal.select(x * 8_388_608.0, x);
    // x = m 2^n with m in [sqrt(1/2), sqrt(2)).
    let offset = core::f32::consts::FRAC_1_SQRT_2.to_bits();
    let bits = scaled.to_bits() - offset;
    let m = V::from_bits((bits & 0x007f_ffff) + offset);
    // The exponent as a number, without a conversion from integers: the lowest bits of a float between 2^23 and 2^24.
    let exponent = V::from_bits(((bits + (127 << 23)) >> 23) | 0x4b00_0000) - (8_388_608.0 + 127.0);
    let n = subnormal.select(exponent - 23.0, exponent);
    let value = ln_near_one(m - 1.0, n);
    let value = x.simd_lt(f32::INFINITY).select(value, x);
    let value = x
        .simd_eq(0.0)
        .select(V::splat(simd, f32::NEG_INFINITY), value);
    x.simd_lt(0.0).select(V::splat(simd, f32::NAN), value)
}

/// `ln(1 + f) + n ln 2` for `1 + f` in `[sqrt(1/2), sqrt(2))`.
#[inline(always)]
fn ln_near_one<S: Simd, V: Vector<S>>(f: V, n: V) -> V {
    let simd = f.token();
    let square = f * f;
    let tail = V::splat(simd, 7.037_683_6e-2)
        .mul_add(f, -1.151_461e-1)
        .mul_add(f, 1.167_699_9e-1)
        .mul_add(f, -1.242_014_1e-1)
        .mul_add(f, 1.424_932_3e-1)
        .mul_add(f, -1.666_805_8e-1)
        .mul_add(f, 2.000_071_5e-1)
        .mul_add(f, -2.499_999_4e-1)
        .mul_add(f, 3.333_333e-1);
    let small = n.mul_add(LN_2_LOW, tail * square * f);
    let small = square.mul_add(-0.5, small);
    n.mul_add(LN_2_HIGH, small + f)
}

/// `ln(1 + x)`, accurate also where `x` is tiny.
#[inline(always)]
pub fn ln_1p<S: Simd, V: Vector<S>>(x: V) -> V {
    if is_scalar(x.token()) {
        return one(scalar::ln_1p, x);
    }
    let sum = x + 1.0;
    // What the sum lost, to first order; at the ends, where it is not finite, nothing.
    let lost = (x - (sum - 1.0)) / sum;
    let value = ln(sum);
    lost.simd_eq(lost).select(value + lost, value)
}

/// `e^x - 1`, accurate also where `x` is tiny.
#[inline(always)]
pub fn expm1<S: Simd, V: Vector<S>>(x: V) -> V {
    if is_scalar(x.token()) {
        return one(scalar::expm1, x);
    }
    let simd = x.token();
    let (p, a, b) = exp_parts(x);
    // Half the scale, so that e^88.7 does not overflow on the way.
    let half = a * 0.5 * b;
    let value = half.mul_add(p, half - 0.5);
    let value = value + value;
    let value = x.simd_gt(89.0).select(V::splat(simd, f32::INFINITY), value);
    x.simd_lt(-18.0).select(V::splat(simd, -1.0), value)
}

/// `ln(1 + e^x)`, a smooth `max(x, 0)`.
#[inline(always)]
pub fn softplus<S: Simd, V: Vector<S>>(x: V) -> V {
    if is_scalar(x.token()) {
        return one(scalar::softplus, x);
    }
    let simd = x.token();
    x.simd_lt(0.0).select(V::splat(simd, 0.0), x) + ln_1p(exp(-x.abs()))
}

/// `ln(1 - erf(t))` for `t >= 0.92`, a fit by N. Juffa.
#[inline(always)]
fn ln_erfc<S: Simd, V: Vector<S>>(t: V) -> V {
    let simd = t.token();
    V::splat(simd, -1.728_534_7e-5)
        .mul_add(t, 3.831_971_3e-4)
        .mul_add(t, -3.883_964_4e-3)
        .mul_add(t, 2.425_462_2e-2)
        .mul_add(t, -1.067_778_8e-1)
        .mul_add(t, -6.348_467e-1)
        .mul_add(t, -1.287_175_1e-1)
        .mul_add(t, -t)
}

/// `erf(x) - x` for `|x| <= 0.93`, a fit by N. Juffa.
#[inline(always)]
fn erf_near<S: Simd, V: Vector<S>>(x: V) -> V {
    let simd = x.token();
    let square = x * x;
    let even = V::splat(simd, -5.967_617e-4)
        .mul_add(square, 4.991_194_2e-3)
        .mul_add(square, -2.676_813_5e-2)
        .mul_add(square, 1.128_199_25e-1)
        .mul_add(square, -3.761_253_4e-1)
        .mul_add(square, 1.283_791_7e-1);
    even * x
}

/// The argument at which the two fits of the error function meet.
pub(super) const ERF_SPLIT: f32 = 475.0 / 512.0;

/// The error function.
#[inline(always)]
pub fn erf<S: Simd, V: Vector<S>>(x: V) -> V {
    if is_scalar(x.token()) {
        return one(scalar::erf, x);
    }
    let simd = x.token();
    let t = x.abs();
    let far = (V::splat(simd, 1.0) - exp(ln_erfc(t))).copysign(x);
    t.simd_gt(ERF_SPLIT).select(far, erf_near(x) + x)
}

/// The normal distribution's `P(X <= x) = (1 + erf(x / sqrt 2)) / 2`, which does not cancel on the far left.
#[inline(always)]
pub fn normal_cdf<S: Simd, V: Vector<S>>(x: V) -> V {
    if is_scalar(x.token()) {
        return one(scalar::normal_cdf, x);
    }
    let simd = x.token();
    let t = x * core::f32::consts::FRAC_1_SQRT_2;
    let tail = exp(ln_erfc(t.abs())) * 0.5;
    let far = x.simd_lt(0.0).select(tail, V::splat(simd, 1.0) - tail);
    let near = (erf_near(t) + t).mul_add(0.5, 0.5);
    t.abs().simd_gt(ERF_SPLIT).select(far, near)
}
