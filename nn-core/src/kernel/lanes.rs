//! Vectors in slices: whole ones, parts of one, and slices in whole vectors of which the last overlaps the one before.
//!
//! Nothing here panics: what is not in the slice reads as zero and is not written. A loop that asks once whether all of a step is in its
//! slices pays for no other check, since the compiler knows the answers to the ones in here.

use fearless_simd::prelude::*;

/// `values[at..at + len]`, if that is all there.
#[inline(always)]
pub(crate) fn find(values: &[f32], at: usize, len: usize) -> Option<&[f32]> {
    values.get(at..)?.get(..len)
}

/// `values[at..at + len]`, or nothing if that is not all there.
#[inline(always)]
pub(crate) fn part(values: &[f32], at: usize, len: usize) -> &[f32] {
    find(values, at, len).unwrap_or_default()
}

/// [`part`], to be written.
#[inline(always)]
pub(crate) fn part_mut(values: &mut [f32], at: usize, len: usize) -> &mut [f32] {
    match values.get_mut(at..) {
        Some(values) => values.get_mut(..len).unwrap_or_default(),
        None => &mut [],
    }
}

/// The rows of `width` values, without what is left behind the last whole one; none if the width is 0. Unlike `chunks_exact`, which asks at run time whether the
/// width is 0, this has no panic that an optimiser for size could leave in.
#[inline(always)]
pub(crate) fn rows(values: &[f32], width: usize) -> impl Iterator<Item = &[f32]> {
    let mut rest = values;
    core::iter::from_fn(
        #[inline(always)]
        move || {
            let row = rest.get(..width)?;
            rest = rest.get(width..)?;
            (width > 0).then_some(row)
        },
    )
}

/// [`rows`], to be written.
#[inline(always)]
pub(crate) fn rows_mut(values: &mut [f32], width: usize) -> impl Iterator<Item = &mut [f32]> {
    let mut rest = values;
    core::iter::from_fn(
        #[inline(always)]
        move || {
            let (row, more) = core::mem::take(&mut rest).split_at_mut_checked(width)?;
            rest = more;
            (width > 0).then_some(row)
        },
    )
}

/// Writes `from` to `to`, as much of it as there is room for.
#[inline(always)]
pub(crate) fn write(to: &mut [f32], from: &[f32]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}

/// Adds `from` to `to`, as much of it as there is room for.
#[inline(always)]
pub(crate) fn add(to: &mut [f32], from: &[f32]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += from;
    }
}

/// The vector at `values[at..]`, if that is a whole one.
#[inline(always)]
pub(crate) fn get<S: Simd, V: SimdFloat<S, Element = f32>>(
    simd: S,
    values: &[f32],
    at: usize,
) -> Option<V> {
    Some(V::from_slice(simd, values.get(at..at + V::LEN)?))
}

/// The vector at `values[at..]`; zeros if that is not a whole one.
#[inline(always)]
pub(crate) fn load<S: Simd, V: SimdFloat<S, Element = f32>>(
    simd: S,
    values: &[f32],
    at: usize,
) -> V {
    match values.get(at..at + V::LEN) {
        Some(values) => V::from_slice(simd, values),
        None => V::splat(simd, 0.0),
    }
}

/// The vector at `values[at..]`; lanes behind the end are zero.
#[inline(always)]
pub(crate) fn load_part<S: Simd, V: SimdFloat<S, Element = f32>>(
    simd: S,
    values: &[f32],
    at: usize,
) -> V {
    match values.get(at..at + V::LEN) {
        Some(values) => V::from_slice(simd, values),
        None => {
            let mut part = V::splat(simd, 0.0);
            copy(values.get(at..).unwrap_or_default(), part.as_mut_slice());
            part
        }
    }
}

/// The first `count` values at `values[at..]`, then zeros.
#[inline(always)]
pub(crate) fn load_some<S: Simd, V: SimdFloat<S, Element = f32>>(
    simd: S,
    values: &[f32],
    at: usize,
    count: usize,
) -> V {
    let mut some = V::splat(simd, 0.0);
    copy(part(values, at, count), some.as_mut_slice());
    some
}

/// Writes the vector to `values[at..]` if it fits.
#[inline(always)]
pub(crate) fn store<S: Simd, V: SimdFloat<S, Element = f32>>(
    vector: V,
    values: &mut [f32],
    at: usize,
) {
    if let Some(values) = values.get_mut(at..at + V::LEN) {
        vector.store_slice(values);
    }
}

/// Writes as many lanes as `to` is long.
#[inline(always)]
pub(crate) fn store_part<S: Simd, V: SimdFloat<S, Element = f32>>(vector: V, to: &mut [f32]) {
    if to.len() == V::LEN {
        vector.store_slice(to);
    } else {
        copy(vector.as_slice(), to);
    }
}

/// Copies as much as fits, at most a vector, in pieces whose lengths the compiler knows: a loop would become a call of `memcpy`.
#[inline(always)]
fn copy(from: &[f32], to: &mut [f32]) {
    let len = from.len().min(to.len());
    let mut at = 0;
    while at + 8 <= len {
        copy_piece::<8>(from, to, at);
        at += 8;
    }
    if at + 4 <= len {
        copy_piece::<4>(from, to, at);
        at += 4;
    }
    if at + 2 <= len {
        copy_piece::<2>(from, to, at);
        at += 2;
    }
    if at < len {
        copy_piece::<1>(from, to, at);
    }
}

#[inline(always)]
fn copy_piece<const N: usize>(from: &[f32], to: &mut [f32], at: usize) {
    let from = from.get(at..).and_then(|from| from.first_chunk::<N>());
    let to = to.get_mut(at..).and_then(|to| to.first_chunk_mut::<N>());
    if let (Some(from), Some(to)) = (from, to) {
        *to = *from;
    }
}

/// Calls `each` with where vectors begin that cover `len` values, at least one vector of them: the last overlaps the one before.
#[inline(always)]
pub(crate) fn for_each_vector(len: usize, lanes: usize, mut each: impl FnMut(usize)) {
    let Some(last) = len.checked_sub(lanes) else {
        return;
    };
    let mut start = 0;
    while start < last {
        each(start);
        start += lanes;
    }
    each(last);
}

/// The value of an `Option`; leaves the function if there is none, with `$otherwise` if that is given.
///
/// What is missing is said to be unlikely: else the compiler takes a loop with three such checks for one of a single turn, and keeps in memory
/// what belongs in registers.
macro_rules! found {
    ($value:expr $(, $otherwise:expr)?) => {
        match $value {
            Some(value) => value,
            None => {
                $crate::kernel::lanes::missing();
                return $($otherwise)?;
            }
        }
    };
}
pub(crate) use found;

/// Marks a path as unlikely.
#[cold]
#[inline(never)]
pub(crate) fn missing() {
    // A function without any effect would vanish before its mark is seen.
    core::hint::black_box(());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::level::dispatch;
    use std::vec::Vec;

    #[test]
    fn parts_of_every_length_are_read_and_written() {
        let values: Vec<f32> = (1..40).map(|i| i as f32).collect();
        for level in crate::level::all() {
            for at in 0..40 {
                dispatch!(level, simd => parts(simd, &values, at));
            }
        }
    }

    fn parts<S: Simd>(simd: S, values: &[f32], at: usize) {
        let rest = values.len() - at.min(values.len());
        let lanes = S::f32s::LEN;
        let read: S::f32s = load_part(simd, values, at);
        let whole: S::f32s = load(simd, values, at);
        for lane in 0..lanes {
            let value = if lane < rest {
                (at + lane + 1) as f32
            } else {
                0.0
            };
            assert_eq!(read[lane], value);
            assert_eq!(whole[lane], if rest >= lanes { value } else { 0.0 });
        }
        for count in 0..=lanes {
            let some: S::f32s = load_some(simd, values, 0, count);
            let mut written = std::vec![-1.0; lanes + 1];
            store_part(some + 1.0, &mut written[..count]);
            for (lane, written) in written.iter().enumerate() {
                assert_eq!(
                    *written,
                    if lane < count {
                        lane as f32 + 2.0
                    } else {
                        -1.0
                    }
                );
            }
        }
    }

    #[test]
    fn vectors_cover_every_value() {
        for lanes in [4, 8, 16] {
            for len in 0..70 {
                let mut seen = std::vec![false; len];
                for_each_vector(len, lanes, |start| {
                    assert!(start + lanes <= len);
                    seen[start..start + lanes].fill(true);
                });
                assert!(seen.iter().all(|seen| *seen == (len >= lanes)));
            }
        }
    }
}
