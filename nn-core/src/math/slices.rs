//! Loops over slices in vectors of the widest kind, ends included.

use fearless_simd::prelude::*;

/// Replaces each value of `out` by `f` of it and of the values at its place in `with`.
///
/// The last vector overlaps the one before, so that no scalar code is needed; it is read before anything is written.
#[inline(always)]
pub(crate) fn update<S: Simd, const N: usize>(
    simd: S,
    out: &mut [f32],
    with: [&[f32]; N],
    f: impl Fn(S::f32s, [S::f32s; N]) -> S::f32s,
) {
    let lanes = S::f32s::LEN;
    let len = with.iter().fold(out.len(), |len, w| len.min(w.len()));
    let out = &mut out[..len];
    let with = with.map(|values| &values[..len]);
    let at = |start: usize, out: &[f32]| {
        let load = |values: &[f32]| S::f32s::from_slice(simd, &values[start..start + lanes]);
        f(load(out), with.map(load))
    };
    if len < lanes {
        let load = |values: &[f32]| padded(simd, values, 0.0);
        let result = f(load(out), with.map(load));
        out.copy_from_slice(&result.as_slice()[..len]);
        return;
    }
    let ragged = len % lanes != 0;
    let last = if ragged {
        at(len - lanes, out)
    } else {
        S::f32s::splat(simd, 0.0)
    };
    let mut start = 0;
    while start + lanes <= len {
        at(start, out).store_slice(&mut out[start..start + lanes]);
        start += lanes;
    }
    if ragged {
        last.store_slice(&mut out[len - lanes..]);
    }
}

/// Joins `term` of all values of `of`; lanes that hold no value are `neutral`.
#[inline(always)]
pub(crate) fn fold<S: Simd, const N: usize>(
    simd: S,
    of: [&[f32]; N],
    neutral: f32,
    term: impl Fn([S::f32s; N]) -> S::f32s,
    join: impl Fn(S::f32s, S::f32s) -> S::f32s,
) -> S::f32s {
    let lanes = S::f32s::LEN;
    let len = of.iter().fold(usize::MAX, |len, w| len.min(w.len()));
    let whole = len / lanes * lanes;
    let mut total = S::f32s::splat(simd, neutral);
    for start in (0..whole).step_by(lanes) {
        let load = |values: &[f32]| S::f32s::from_slice(simd, &values[start..start + lanes]);
        total = join(total, term(of.map(load)));
    }
    if whole < len {
        let rest = len - whole;
        let value = term(of.map(|values| padded(simd, &values[whole..len], 0.0)));
        let value = first(simd, rest).select(value, S::f32s::splat(simd, neutral));
        total = join(total, value);
    }
    total
}

/// Up to a vector of values, then `filler`.
#[inline(always)]
fn padded<S: Simd>(simd: S, values: &[f32], filler: f32) -> S::f32s {
    let mut vector = S::f32s::splat(simd, filler);
    for (lane, value) in vector.as_mut_slice().iter_mut().zip(values) {
        *lane = *value;
    }
    vector
}

/// Whether a lane is one of the first `count`.
#[inline(always)]
fn first<S: Simd>(simd: S, count: usize) -> S::mask32s {
    S::f32s::from_fn(simd, |i| i as f32).simd_lt(count as f32)
}
