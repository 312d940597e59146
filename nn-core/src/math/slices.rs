//! Loops over slices in vectors of the widest kind, ends included.
//!
//! At the scalar level a vector is one value in all lanes, of which the compiler computes only one.
//!
//! Closures passed in must be `#[inline(always)]`, or they are compiled without the instructions of the level.

use crate::kernel::lanes::{load, load_part, part_mut, store_part};
use crate::level::is_scalar;
use fearless_simd::prelude::*;

/// Replaces each value of `out` by `f` of it and of the values at its place in `with`.
///
/// The last vector overlaps the one before, so that no scalar code is needed; it is read before anything is written.
#[inline(always)]
pub(crate) fn update<S: Simd, const N: usize>(
    simd: S,
    out: &mut [f32],
    mut with: [&[f32]; N],
    f: impl Fn(S::f32s, [S::f32s; N]) -> S::f32s,
) {
    if is_scalar(simd) {
        for (i, value) in out.iter_mut().enumerate() {
            let Some(with) = one_of_all(simd, with, i) else {
                return;
            };
            *value = lane(f(S::f32s::splat(simd, *value), with));
        }
        return;
    }
    let lanes = S::f32s::LEN;
    let len = with.iter().fold(out.len(), |len, w| len.min(w.len()));
    let out = out.get_mut(..len).unwrap_or_default();
    for values in &mut with {
        *values = values.get(..len).unwrap_or_default();
    }
    if len < lanes {
        let result: S::f32s = f(load_part(simd, out, 0), load_all_some(simd, with));
        store_part(result, out);
        return;
    }
    let last = len - lanes;
    let ragged = len % lanes != 0;
    let result = if ragged {
        f(load(simd, out, last), load_all(simd, with, last))
    } else {
        S::f32s::splat(simd, 0.0)
    };
    let mut start = 0;
    while start <= last {
        let value = f(load(simd, out, start), load_all(simd, with, start));
        store_part(value, part_mut(out, start, lanes));
        start += lanes;
    }
    if ragged {
        store_part(result, part_mut(out, last, lanes));
    }
}

/// Joins `term` of all values of `of`; lanes that hold no value are `neutral`.
#[inline(always)]
fn fold<S: Simd, const N: usize>(
    simd: S,
    mut of: [&[f32]; N],
    neutral: f32,
    term: impl Fn([S::f32s; N]) -> S::f32s,
    join: impl Fn(S::f32s, S::f32s) -> S::f32s,
) -> S::f32s {
    let lanes = S::f32s::LEN;
    let len = of.iter().fold(usize::MAX, |len, w| len.min(w.len()));
    for values in &mut of {
        *values = values.get(..len).unwrap_or_default();
    }
    let mut total = S::f32s::splat(simd, neutral);
    if is_scalar(simd) {
        let mut i = 0;
        while let Some(values) = one_of_all(simd, of, i).filter(|_| i < len) {
            total = join(total, term(values));
            i += 1;
        }
        return total;
    }
    let mut start = 0;
    while start + lanes <= len {
        total = join(total, term(load_all(simd, of, start)));
        start += lanes;
    }
    if start < len {
        for values in &mut of {
            *values = values.get(start..).unwrap_or_default();
        }
        let value = term(load_all_some(simd, of));
        let value =
            first::<S, S::f32s>(simd, len - start).select(value, S::f32s::splat(simd, neutral));
        total = join(total, value);
    }
    total
}

/// The sum of `term` of all values of `of`.
#[inline(always)]
pub(crate) fn sum_of<S: Simd, const N: usize>(
    simd: S,
    of: [&[f32]; N],
    term: impl Fn([S::f32s; N]) -> S::f32s,
) -> f32 {
    let total = fold(
        simd,
        of,
        0.0,
        term,
        #[inline(always)]
        |a, b| a + b,
    );
    if is_scalar(simd) {
        lane(total)
    } else {
        total.reduce_sum()
    }
}

/// The sum of a row's values.
#[inline(always)]
pub(crate) fn sum<S: Simd>(simd: S, row: &[f32]) -> f32 {
    sum_of(
        simd,
        [row],
        #[inline(always)]
        |[x]| x,
    )
}

/// The greatest value of a row; of a row with NaN, NaN or the greatest of some others.
#[inline(always)]
pub(crate) fn max<S: Simd>(simd: S, row: &[f32]) -> f32 {
    let greatest = fold(
        simd,
        [row],
        f32::NEG_INFINITY,
        #[inline(always)]
        |[x]| x,
        #[inline(always)]
        |a, b| a.max(b),
    );
    if is_scalar(simd) {
        lane(greatest)
    } else {
        greatest.reduce_max()
    }
}

/// The value of a vector that has it in all lanes.
#[inline(always)]
pub(crate) fn lane<S: Simd, V: SimdFloat<S, Element = f32>>(vector: V) -> f32 {
    vector.as_slice().first().copied().unwrap_or(f32::NAN)
}

/// Value `i` of each slice, in all lanes; none if one is too short.
#[inline(always)]
pub(crate) fn one_of_all<S: Simd, const N: usize>(
    simd: S,
    of: [&[f32]; N],
    i: usize,
) -> Option<[S::f32s; N]> {
    let mut vectors = [S::f32s::splat(simd, 0.0); N];
    /// Written out: as a loop it would keep the vectors in memory wherever it is not unrolled.
    macro_rules! each {
        ($($n:literal)*) => {$(
            if let (Some(vector), Some(values)) = (vectors.get_mut($n), of.get($n)) {
                *vector = S::f32s::splat(simd, *values.get(i)?);
            }
        )*};
    }
    const { assert!(N <= 8, "eight slices are written out") };
    each!(0 1 2 3 4 5 6 7);
    Some(vectors)
}

#[inline(always)]
fn load_all<S: Simd, const N: usize>(simd: S, of: [&[f32]; N], start: usize) -> [S::f32s; N] {
    let mut vectors = [S::f32s::splat(simd, 0.0); N];
    for (vector, values) in vectors.iter_mut().zip(of) {
        *vector = load(simd, values, start);
    }
    vectors
}

#[inline(always)]
fn load_all_some<S: Simd, const N: usize>(simd: S, of: [&[f32]; N]) -> [S::f32s; N] {
    let mut vectors = [S::f32s::splat(simd, 0.0); N];
    for (vector, values) in vectors.iter_mut().zip(of) {
        *vector = load_part(simd, values, 0);
    }
    vectors
}

/// Whether a lane is one of the first `count`.
#[inline(always)]
pub(crate) fn first<S: Simd, V: SimdFloat<S, Element = f32>>(simd: S, count: usize) -> V::Mask {
    const INDEX: [f32; 64] = {
        let mut index = [0.0; 64];
        let mut i = 0;
        while i < 64 {
            index[i] = i as f32;
            i += 1;
        }
        index
    };
    V::from_slice(simd, &INDEX[..V::LEN]).simd_lt(count as f32)
}
