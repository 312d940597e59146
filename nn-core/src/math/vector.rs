//! The functions over vectors of any width: `vector::exp(x)` where `x` is an `f32x4`, an `f32x8` or the widest, `S::f32s`.

use fearless_simd::prelude::*;

/// A vector of `f32` of any width.
pub trait Vector<S: Simd>: SimdFloat<S, Element = f32> {}
impl<S: Simd, V: SimdFloat<S, Element = f32>> Vector<S> for V {}

/// Adding it to a small number rounds that to an integer and leaves the integer in the lowest bits of the sum.
const ROUND: f32 = 12_582_912.0; // 1.5 * 2^23
/// `ln 2` in two parts: the first has so few digits that its product with an exponent is exact.
const LN_2_HIGH: f32 = 355.0 / 512.0;
const LN_2_LOW: f32 = -2.121_944_4e-4;

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
    let simd = x.token();
    let (p, a, b) = exp_parts(x);
    let value = (p + 1.0) * a * b;
    let value = x.simd_gt(89.0).select(V::splat(simd, f32::INFINITY), value);
    x.simd_lt(-104.0).select(V::splat(simd, 0.0), value)
}

/// `1 / (1 + e^-x)`.
#[inline(always)]
pub fn sigmoid<S: Simd, V: Vector<S>>(x: V) -> V {
    let simd = x.token();
    let one = V::splat(simd, 1.0);
    let tiny = x.simd_lt(-16.0);
    let (p, a, b) = exp_parts(tiny.select(x, -x));
    let scale = a * b;
    // Both products are exact, so that the denominator is rounded only once.
    let value = one / scale.mul_add(p, scale + 1.0);
    let value = x.simd_gt(80.0).select(one, value);
    // Far down, where e^-x may overflow: e^x / (1 + e^x) = e^x - e^2x.
    let e = scale.mul_add(p, scale);
    let value = tiny.select(e - e * e, value);
    x.simd_lt(-104.0).select(V::splat(simd, 0.0), value)
}

/// The hyperbolic tangent: Cephes `tanhf`.
#[inline(always)]
pub fn tanh<S: Simd, V: Vector<S>>(x: V) -> V {
    let simd = x.token();
    let square = x * x;
    let odd = V::splat(simd, -5.704_988_7e-3)
        .mul_add(square, 2.063_909e-2)
        .mul_add(square, -5.373_971_6e-2)
        .mul_add(square, 1.333_144_2e-1)
        .mul_add(square, -3.333_328e-1);
    let near = (odd * square).mul_add(x, x);
    let magnitude = x.abs();
    let far = V::splat(simd, 1.0) - V::splat(simd, 2.0) / (exp(magnitude + magnitude) + 1.0);
    magnitude.simd_lt(0.625).select(near, far.copysign(x))
}
