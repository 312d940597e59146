//! Loops over rows of channels (the pixels of a batch of images, the steps of sequences, samples) with numbers of each channel beside them.
//!
//! Vectors lie across the channels. Where a row has fewer channels than a vector has lanes, or a little more, several rows side by
//! side are one wide row, and the numbers of the channels are repeated to the same width.

use super::lanes::{load, load_some, part, part_mut, store, store_part};
use crate::level::is_scalar;
use crate::math::slices::{lane, one_of_all};
use fearless_simd::prelude::*;

/// The width that wide rows are filled up to if they can be: four vectors of 16.
const WIDE: usize = 64;
/// The widest of them: 15 channels in vectors of 16 lanes.
const WIDEST: usize = 15 * 16;
/// Vectors side by side, so that additions need not wait for each other.
const SIDE: usize = 4;
/// Rows summed up at a time: sums of sums lose fewer digits than one long sum.
const RUN: usize = 128;

/// Values in a wide row of `channels`.
const fn width(channels: usize, lanes: usize) -> usize {
    // Lanes are a power of two: so many rows fill whole vectors.
    let mut rows = lanes;
    while rows > 1 && (channels * rows / 2).is_multiple_of(lanes) {
        rows /= 2;
    }
    let whole = channels * rows;
    if let (Some(times), true) = (WIDE.checked_div(whole), whole <= WIDE) {
        whole * times
    } else if channels >= lanes {
        channels
    } else {
        whole
    }
}

/// The numbers of the channels, repeated for a wide row.
struct Repeated<const M: usize> {
    values: [[f32; WIDEST]; M],
    width: usize,
}

impl<const M: usize> Repeated<M> {
    #[inline(always)]
    fn new(of: [&[f32]; M], channels: usize, width: usize) -> Self {
        let mut values = [[0.0; WIDEST]; M];
        if width > channels {
            for (repeated, of) in values.iter_mut().zip(of) {
                for place in part_mut(repeated, 0, width).chunks_mut(channels.max(1)) {
                    place
                        .iter_mut()
                        .zip(of)
                        .for_each(|(to, number)| *to = *number);
                }
            }
        }
        Self { values, width }
    }

    /// The numbers as wide as a row.
    #[inline(always)]
    fn slices<'a>(&'a self, of: [&'a [f32]; M], channels: usize) -> [&'a [f32]; M] {
        let mut slices = of;
        if self.width > channels {
            for (slice, values) in slices.iter_mut().zip(&self.values) {
                *slice = part(values, 0, self.width);
            }
        }
        slices
    }
}

#[inline(always)]
fn load_all<S: Simd, const N: usize>(simd: S, of: [&[f32]; N], start: usize) -> [S::f32s; N] {
    let mut vectors = [S::f32s::splat(simd, 0.0); N];
    for (vector, values) in vectors.iter_mut().zip(of) {
        *vector = load(simd, values, start);
    }
    vectors
}

/// So many values, then zeros.
#[inline(always)]
fn load_all_some<S: Simd, const N: usize>(
    simd: S,
    of: [&[f32]; N],
    start: usize,
    count: usize,
) -> [S::f32s; N] {
    let mut vectors = [S::f32s::splat(simd, 0.0); N];
    for (vector, values) in vectors.iter_mut().zip(of) {
        *vector = load_some(simd, values, start, count);
    }
    vectors
}

/// The parts of a row that are at most a vector: where each begins, and how long it is.
#[inline(always)]
fn parts(channels: usize, lanes: usize) -> impl Iterator<Item = (usize, usize)> {
    let part = move |start| (start, lanes.min(channels - start));
    (0..channels).step_by(lanes).map(part)
}

/// Writes `f` of the values at each place of `with` and of the numbers `per` its channel to `out`.
#[inline(always)]
pub(super) fn map<S: Simd, const N: usize, const M: usize>(
    simd: S,
    out: &mut [f32],
    with: [&[f32]; N],
    per: [&[f32]; M],
    channels: usize,
    f: impl Fn([S::f32s; N], [S::f32s; M]) -> S::f32s,
) {
    let lanes = S::f32s::LEN;
    let len = with.iter().fold(out.len(), |len, w| len.min(w.len()));
    if channels == 0 {
        return;
    }
    if is_scalar(simd) {
        for (row, out) in out.chunks_exact_mut(channels).enumerate() {
            for (c, out) in out.iter_mut().enumerate() {
                let with = one_of_all(simd, with, row * channels + c);
                if let (Some(with), Some(per)) = (with, one_of_all(simd, per, c)) {
                    *out = lane(f(with, per));
                }
            }
        }
        return;
    }
    let width = width(channels, lanes);
    let mut row = 0;
    if len >= width {
        let repeated = Repeated::new(per, channels, width);
        let wide = repeated.slices(per, channels);
        while row + width <= len {
            let mut at = 0;
            while at < width {
                // The last vector of a row overlaps the one before.
                let start = at.min(width - lanes);
                let value = f(
                    load_all(simd, with, row + start),
                    load_all(simd, wide, start),
                );
                store(value, out, row + start);
                at += lanes;
            }
            row += width;
        }
    }
    while row + channels <= len {
        for (start, count) in parts(channels, lanes) {
            let value = f(
                load_all_some(simd, with, row + start, count),
                load_all_some(simd, per, start, count),
            );
            store_part(value, part_mut(out, row + start, count));
        }
        row += channels;
    }
}

/// Writes the sums of the terms over all rows, a sum for each channel, to `sums`.
#[inline(always)]
pub(super) fn sums<S: Simd, const N: usize, const M: usize, const K: usize>(
    simd: S,
    sums: [&mut [f32]; K],
    of: [&[f32]; N],
    per: [&[f32]; M],
    channels: usize,
    term: impl Fn([S::f32s; N], [S::f32s; M]) -> [S::f32s; K],
) {
    let mut sums = sums;
    for sums in &mut sums {
        sums.fill(0.0);
    }
    if channels == 0 {
        return;
    }
    let lanes = S::f32s::LEN;
    let len = of.iter().fold(usize::MAX, |len, w| len.min(w.len()));
    if is_scalar(simd) {
        return add_rows(simd, &mut sums, of, per, [len / channels, channels], term);
    }
    let width = width(channels, lanes);
    let whole = len - len % width.max(1);
    if whole > 0 {
        let repeated = Repeated::new(per, channels, width);
        let per = repeated.slices(per, channels);
        let column = Column {
            of,
            per,
            width,
            whole,
        };
        let mut at = 0;
        while at + SIDE * lanes <= width {
            let totals = column.sums::<S, K, SIDE>(simd, at, &term);
            for (side, totals) in totals.into_iter().enumerate() {
                add::<S, K>(&mut sums, totals, at + side * lanes, 0, channels);
            }
            at += SIDE * lanes;
        }
        while at < width {
            let start = at.min(width - lanes);
            let [totals] = column.sums::<S, K, 1>(simd, start, &term);
            add::<S, K>(&mut sums, totals, start, at - start, channels);
            at += lanes;
        }
    }
    let mut row = whole;
    while row + channels <= len {
        for (start, count) in parts(channels, lanes) {
            let terms = term(
                load_all_some(simd, of, row + start, count),
                load_all_some(simd, per, start, count),
            );
            for (sums, terms) in sums.iter_mut().zip(terms) {
                let places = part_mut(sums, start, count).iter_mut();
                places
                    .zip(terms.as_slice())
                    .for_each(|(sum, term)| *sum += term);
            }
        }
        row += channels;
    }
}

/// [`sums`] at the scalar level, of `[rows, channels]`: a channel after the other, some rows at a time.
#[inline(always)]
fn add_rows<S: Simd, const N: usize, const M: usize, const K: usize>(
    simd: S,
    sums: &mut [&mut [f32]; K],
    of: [&[f32]; N],
    per: [&[f32]; M],
    [rows, channels]: [usize; 2],
    term: impl Fn([S::f32s; N], [S::f32s; M]) -> [S::f32s; K],
) {
    for c in 0..channels {
        let Some(per) = one_of_all(simd, per, c) else {
            return;
        };
        let mut begin = 0;
        while begin < rows {
            let end = rows.min(begin + RUN);
            let mut run = [0.0; K];
            for row in begin..end {
                let Some(values) = one_of_all(simd, of, row * channels + c) else {
                    return;
                };
                for (sum, term) in run.iter_mut().zip(term(values, per)) {
                    *sum += lane(term);
                }
            }
            for (sums, run) in sums.iter_mut().zip(run) {
                if let Some(sum) = sums.get_mut(c) {
                    *sum += run;
                }
            }
            begin = end;
        }
    }
}

/// Adds the lanes from the `skip`-th on, of which the first is at `start` of a wide row, to the sums of their channels.
#[inline(always)]
fn add<S: Simd, const K: usize>(
    sums: &mut [&mut [f32]; K],
    totals: [S::f32s; K],
    start: usize,
    skip: usize,
    channels: usize,
) {
    for (sums, totals) in sums.iter_mut().zip(totals) {
        for (lane, total) in totals.as_slice().iter().enumerate().skip(skip) {
            if let Some(sum) = sums.get_mut((start + lane) % channels.max(1)) {
                *sum += total;
            }
        }
    }
}

/// The columns that [`sums`] goes through from top to bottom.
struct Column<'a, const N: usize, const M: usize> {
    of: [&'a [f32]; N],
    per: [&'a [f32]; M],
    width: usize,
    /// The end of the last wide row.
    whole: usize,
}

impl<const N: usize, const M: usize> Column<'_, N, M> {
    /// The sums of so many vectors side by side from `start` on.
    #[inline(always)]
    fn sums<S: Simd, const K: usize, const SIDE: usize>(
        &self,
        simd: S,
        start: usize,
        term: &impl Fn([S::f32s; N], [S::f32s; M]) -> [S::f32s; K],
    ) -> [[S::f32s; K]; SIDE] {
        let zero = [[S::f32s::splat(simd, 0.0); K]; SIDE];
        let mut per = [[S::f32s::splat(simd, 0.0); M]; SIDE];
        for (side, per) in per.iter_mut().enumerate() {
            *per = load_all(simd, self.per, start + side * S::f32s::LEN);
        }
        let (mut totals, mut row) = (zero, 0);
        while row < self.whole {
            let end = self.whole.min(row + RUN * self.width);
            let mut run = zero;
            while row < end {
                for (side, (run, per)) in run.iter_mut().zip(&per).enumerate() {
                    let at = row + start + side * S::f32s::LEN;
                    let terms = term(load_all(simd, self.of, at), *per);
                    for (sum, term) in run.iter_mut().zip(terms) {
                        *sum += term;
                    }
                }
                row += self.width;
            }
            for (total, run) in totals.iter_mut().flatten().zip(run.iter().flatten()) {
                *total += *run;
            }
        }
        totals
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fearless_simd::dispatch;
    use std::vec::Vec;

    /// Every number of channels around those of vectors, with few and with many rows.
    #[test]
    fn each_value_meets_the_numbers_of_its_channel() {
        for level in crate::level::all() {
            for channels in (1..70).chain([95, 128, 130]) {
                for rows in [0, 1, 2, 3, 7, 300] {
                    let x: Vec<f32> = (0..rows * channels).map(|i| (i % 23) as f32).collect();
                    let per: Vec<f32> = (0..channels).map(|c| (c % 7) as f32).collect();
                    let (mut y, mut found) = (std::vec![-1.0; x.len()], std::vec![-1.0; channels]);
                    let mut counts = std::vec![-1.0; channels];
                    dispatch!(level, simd => {
                        map(simd, &mut y, [&x], [&per], channels, |[x], [p]| x * p);
                        sums(simd, [&mut found, &mut counts], [&x], [&per], channels, |[x], [p]| [x * p, x * 0.0 + 1.0]);
                    });
                    let product = |i: usize| x[i] * per[i % channels];
                    assert!(y.iter().enumerate().all(|(i, y)| *y == product(i)));
                    for (c, sum) in found.iter().enumerate() {
                        let exact: f32 = (0..rows).map(|r| product(r * channels + c)).sum();
                        assert_eq!(*sum, exact, "{level:?} {channels} {rows} {c}");
                    }
                    assert!(counts.iter().all(|count| *count == rows as f32));
                }
            }
        }
    }

    #[test]
    fn no_channels_are_no_problem() {
        dispatch!(crate::level::best(), simd => {
            map(simd, &mut [1.0], [&[1.0]], [&[]], 0, |[x], [p]| x * p);
            sums(simd, [&mut []], [&[1.0]], [&[]], 0, |[x], [p]| [x * p]);
        });
    }
}
