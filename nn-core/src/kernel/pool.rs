//! Pools over batches of images, channels last: what one window makes of each channel.
//!
//! Vectors lie along the channels; an image of few channels takes narrower ones. Windows of two or three pixels each way are compiled
//! with their sizes as constants: their loops are short, and unrolled they are several times as fast.

use super::conv::{Axis, Shape};
use super::lanes::{load_part, part_mut, store_part};
use crate::level::dispatch;
use core::ops::Range;
use fearless_simd::Level;
use fearless_simd::{f32x4, f32x8, prelude::*};

/// What a pool does at one output pixel with the lanes of a vector, the channels from `first`.
trait Pixel<S: Simd> {
    /// `K` taps each way; as many as there are in the window if it is 0.
    fn pool<V: SimdFloat<S, Element = f32>, const K: usize>(
        &mut self,
        simd: S,
        place: &Place,
        lanes: Range<usize>,
    );
}

/// One output pixel and the part of its window that is inside the image.
struct Place {
    /// Where the pixel begins in the output.
    output: usize,
    rows: Range<usize>,
    columns: Range<usize>,
    /// Where the image's pixel under tap (0, 0) begins; wraps below zero if that is in the padding.
    input: usize,
    /// From one row of the image to the next.
    row: usize,
    /// From one pixel to the next.
    pixel: usize,
    /// Taps in a row of the window.
    width: usize,
}

impl Place {
    /// Where the values under a tap begin.
    #[inline(always)]
    fn at(&self, y: usize, x: usize) -> usize {
        self.input
            .wrapping_add(y * self.row)
            .wrapping_add(x * self.pixel)
    }

    /// The number of values in the window.
    #[inline(always)]
    fn count(&self) -> f32 {
        (self.rows.len() * self.columns.len()) as f32
    }
}

impl Axis {
    /// The taps that are inside the input.
    #[inline(always)]
    fn inside(self, output: usize) -> Range<usize> {
        let start = output * self.stride;
        let end = (self.input + self.before).saturating_sub(start);
        self.before.saturating_sub(start)..end.min(self.taps)
    }
}

/// `0..K`, or the taps of a window that has another size.
#[inline(always)]
fn taps<const K: usize>(window: &Range<usize>) -> Range<usize> {
    if const { K > 0 } {
        0..K
    } else {
        window.clone()
    }
}

/// Every output pixel of every sample, channels in vectors as wide as they fill.
#[inline(always)]
fn each<S: Simd>(simd: S, shape: Shape, samples: usize, pixel: &mut impl Pixel<S>) {
    match (shape.rows.taps, shape.columns.taps) {
        (2, 2) => each_of::<S, 2>(simd, shape, samples, pixel),
        (3, 3) => each_of::<S, 3>(simd, shape, samples, pixel),
        _ => each_of::<S, 0>(simd, shape, samples, pixel),
    }
}

/// [`each`] for windows of `K x K` taps, or of any size if that is 0.
#[inline(always)]
fn each_of<S: Simd, const K: usize>(
    simd: S,
    shape: Shape,
    samples: usize,
    pixel: &mut impl Pixel<S>,
) {
    let channels = shape.channels;
    let mut first = 0;
    while channels - first >= S::f32s::LEN {
        let lanes = first..first + S::f32s::LEN;
        sweep::<S, S::f32s, K>(simd, shape, samples, lanes, pixel);
        first += S::f32s::LEN;
    }
    while const { S::f32s::LEN > 8 } && channels - first >= 8 {
        sweep::<S, f32x8<S>, K>(simd, shape, samples, first..first + 8, pixel);
        first += 8;
    }
    while channels > first {
        let next = channels.min(first + 4);
        sweep::<S, f32x4<S>, K>(simd, shape, samples, first..next, pixel);
        first = next;
    }
}

/// All pixels, for the channels of a vector.
#[inline(always)]
fn sweep<S: Simd, V: SimdFloat<S, Element = f32>, const K: usize>(
    simd: S,
    shape: Shape,
    samples: usize,
    lanes: Range<usize>,
    pixel: &mut impl Pixel<S>,
) {
    let Shape {
        rows,
        columns,
        channels,
        ..
    } = shape;
    let row = columns.input * channels;
    let mut output = 0;
    for sample in 0..samples {
        let image = sample * rows.input * row;
        for oy in 0..rows.output {
            let (y, inside) = (oy * rows.stride, rows.inside(oy));
            let line = image.wrapping_add(y.wrapping_sub(rows.before).wrapping_mul(row));
            let whole_line = const { K > 0 } && inside.len() == K;
            for ox in 0..columns.output {
                let x = (ox * columns.stride).wrapping_sub(columns.before);
                let place = Place {
                    output,
                    rows: inside.clone(),
                    columns: columns.inside(ox),
                    input: line.wrapping_add(x.wrapping_mul(channels)),
                    row,
                    pixel: channels,
                    width: columns.taps,
                };
                output += channels;
                if whole_line && place.columns.len() == K {
                    pixel.pool::<V, K>(simd, &place, lanes.clone());
                } else {
                    pixel.pool::<V, 0>(simd, &place, lanes.clone());
                }
            }
        }
    }
}

/// Writes the lanes to `values[at..]`.
#[inline(always)]
fn store<S: Simd, V: SimdFloat<S, Element = f32>>(
    vector: V,
    values: &mut [f32],
    at: usize,
    lanes: usize,
) {
    store_part(vector, part_mut(values, at, lanes));
}

/// `y[p] = max x`; NaN if there is one. `TAPS` asks for the tap of the first maximum, as a number.
struct Max<'a, const TAPS: bool> {
    x: &'a [f32],
    y: &'a mut [f32],
    taps: &'a mut [f32],
}

impl<S: Simd, const TAPS: bool> Pixel<S> for Max<'_, TAPS> {
    #[inline(always)]
    fn pool<V: SimdFloat<S, Element = f32>, const K: usize>(
        &mut self,
        simd: S,
        place: &Place,
        lanes: Range<usize>,
    ) {
        let (first, lanes) = (lanes.start, lanes.len());
        let (y0, x0) = (place.rows.start, place.columns.start);
        let mut best: V = load_part(simd, self.x, place.at(y0, x0) + first);
        let mut tap = V::splat(simd, (y0 * place.width + x0) as f32);
        let mut numbers = best.simd_eq(best);
        for y in taps::<K>(&place.rows) {
            for x in taps::<K>(&place.columns) {
                let value: V = load_part(simd, self.x, place.at(y, x) + first);
                if TAPS {
                    let this = V::splat(simd, (y * place.width + x) as f32);
                    let better = value.simd_gt(best) | value.simd_ne(value);
                    best = better.select(value, best);
                    tap = better.select(this, tap);
                } else {
                    // Which of the two is taken if one is NaN depends on the processor.
                    best = best.max(value);
                    numbers &= value.simd_eq(value);
                }
            }
        }
        if !TAPS {
            best = numbers.select(best, V::splat(simd, f32::NAN));
        }
        store(best, self.y, place.output + first, lanes);
        if TAPS {
            store(tap, self.taps, place.output + first, lanes);
        }
    }
}

/// `dx[tap of p] += dy[p]`.
struct MaxBack<'a> {
    dy: &'a [f32],
    taps: &'a [f32],
    dx: &'a mut [f32],
}

impl<S: Simd> Pixel<S> for MaxBack<'_> {
    #[inline(always)]
    fn pool<V: SimdFloat<S, Element = f32>, const K: usize>(
        &mut self,
        simd: S,
        place: &Place,
        lanes: Range<usize>,
    ) {
        let (first, lanes) = (lanes.start, lanes.len());
        let dy: V = load_part(simd, self.dy, place.output + first);
        let tap: V = load_part(simd, self.taps, place.output + first);
        for y in taps::<K>(&place.rows) {
            for x in taps::<K>(&place.columns) {
                let this = V::splat(simd, (y * place.width + x) as f32);
                let at = place.at(y, x) + first;
                let sum = load_part::<S, V>(simd, self.dx, at);
                let sum = tap.simd_eq(this).select(sum + dy, sum);
                store(sum, self.dx, at, lanes);
            }
        }
    }
}

/// `y[p] = mean x`, over the values inside the image.
struct Mean<'a> {
    x: &'a [f32],
    y: &'a mut [f32],
}

impl<S: Simd> Pixel<S> for Mean<'_> {
    #[inline(always)]
    fn pool<V: SimdFloat<S, Element = f32>, const K: usize>(
        &mut self,
        simd: S,
        place: &Place,
        lanes: Range<usize>,
    ) {
        let (first, lanes) = (lanes.start, lanes.len());
        let mut sum = V::splat(simd, 0.0);
        for y in taps::<K>(&place.rows) {
            // By rows: less is lost to rounding than in one long sum.
            let mut line = V::splat(simd, 0.0);
            for x in taps::<K>(&place.columns) {
                line += load_part::<S, V>(simd, self.x, place.at(y, x) + first);
            }
            sum += line;
        }
        let mean = sum / V::splat(simd, place.count());
        store(mean, self.y, place.output + first, lanes);
    }
}

/// `dx += dy[p] / count`.
struct MeanBack<'a> {
    dy: &'a [f32],
    dx: &'a mut [f32],
}

impl<S: Simd> Pixel<S> for MeanBack<'_> {
    #[inline(always)]
    fn pool<V: SimdFloat<S, Element = f32>, const K: usize>(
        &mut self,
        simd: S,
        place: &Place,
        lanes: Range<usize>,
    ) {
        let (first, lanes) = (lanes.start, lanes.len());
        let dy: V = load_part(simd, self.dy, place.output + first);
        let share = dy / V::splat(simd, place.count());
        for y in taps::<K>(&place.rows) {
            for x in taps::<K>(&place.columns) {
                let at = place.at(y, x) + first;
                let sum = load_part::<S, V>(simd, self.dx, at);
                store(sum + share, self.dx, at, lanes);
            }
        }
    }
}

/// The number of samples in an output.
#[inline(always)]
fn samples(shape: Shape, y: &[f32]) -> usize {
    y.len() / (shape.rows.output * shape.columns.output * shape.channels).max(1)
}

/// The largest value of each window.
pub(crate) fn max_pool(level: Level, shape: Shape, x: &[f32], y: &mut [f32]) {
    let samples = samples(shape, y);
    let taps = &mut [];
    dispatch!(level, simd => each(simd, shape, samples, &mut Max::<false> { x, y, taps }));
}

/// [`max_pool`], and the tap under which each first maximum is.
pub(crate) fn max_pool_taps(
    level: Level,
    shape: Shape,
    x: &[f32],
    y: &mut [f32],
    taps: &mut [f32],
) {
    let samples = samples(shape, y);
    dispatch!(level, simd => each(simd, shape, samples, &mut Max::<true> { x, y, taps }));
}

/// The gradient of each maximum goes to the value that was it.
pub(crate) fn max_pool_back(level: Level, shape: Shape, dy: &[f32], taps: &[f32], dx: &mut [f32]) {
    dx.fill(0.0);
    dispatch!(level, simd => each(simd,
        shape,
        samples(shape, dy),
        &mut MaxBack { dy, taps, dx },));
}

/// The mean of each window's values inside the image.
pub(crate) fn avg_pool(level: Level, shape: Shape, x: &[f32], y: &mut [f32]) {
    let samples = samples(shape, y);
    dispatch!(level, simd => each(simd, shape, samples, &mut Mean { x, y }));
}

/// The gradient of each mean goes to its values in equal shares.
pub(crate) fn avg_pool_back(level: Level, shape: Shape, dy: &[f32], dx: &mut [f32]) {
    dx.fill(0.0);
    dispatch!(level, simd => each(simd, shape, samples(shape, dy), &mut MeanBack { dy, dx }));
}
