//! Pools over batches of images, channels last: what one window makes of each channel.
//!
//! Vectors lie along the channels; an image of few channels takes narrower ones. Sizes are constants of the caller, who has a copy of
//! these loops for each layer: they are short, and unrolled they are several times as fast.

use super::conv::{Axis, Shape};
use super::panel::{load_part, store_part};
use crate::level::dispatch;
use core::ops::Range;
use fearless_simd::Level;
use fearless_simd::{f32x4, f32x8, prelude::*};

/// What a pool does at one output pixel with the lanes of a vector, the channels from `first`.
trait Pixel<S: Simd> {
    fn pool<V: SimdFloat<S, Element = f32>>(
        &mut self,
        simd: S,
        window: &Place,
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

/// Every output pixel of every sample, channels in vectors as wide as they fill.
#[inline(always)]
fn each<S: Simd>(simd: S, shape: Shape, samples: usize, pixel: &mut impl Pixel<S>) {
    let channels = shape.channels;
    let mut first = 0;
    while channels - first >= S::f32s::LEN {
        sweep::<S, S::f32s>(simd, shape, samples, first..first + S::f32s::LEN, pixel);
        first += S::f32s::LEN;
    }
    while channels - first >= 8 {
        sweep::<S, f32x8<S>>(simd, shape, samples, first..first + 8, pixel);
        first += 8;
    }
    while channels > first {
        let next = channels.min(first + 4);
        sweep::<S, f32x4<S>>(simd, shape, samples, first..next, pixel);
        first = next;
    }
}

#[inline(always)]
fn sweep<S: Simd, V: SimdFloat<S, Element = f32>>(
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
    for sample in 0..samples {
        let image = sample * rows.input * row;
        for oy in 0..rows.output {
            let (y, inside) = (oy * rows.stride, rows.inside(oy));
            let line = image.wrapping_add(y.wrapping_sub(rows.before).wrapping_mul(row));
            for ox in 0..columns.output {
                let x = (ox * columns.stride).wrapping_sub(columns.before);
                let mut place = Place {
                    output: ((sample * rows.output + oy) * columns.output + ox) * channels,
                    rows: inside.clone(),
                    columns: columns.inside(ox),
                    input: line.wrapping_add(x.wrapping_mul(channels)),
                    row,
                    pixel: channels,
                    width: columns.taps,
                };
                if place.rows.len() == rows.taps && place.columns.len() == columns.taps {
                    // The same ranges as constants: these loops are unrolled.
                    place.rows = 0..rows.taps;
                    place.columns = 0..columns.taps;
                    pixel.pool::<V>(simd, &place, lanes.clone());
                } else {
                    pixel.pool::<V>(simd, &place, lanes.clone());
                }
            }
        }
    }
}

/// The vector at `values[at..]`, of which so many lanes count.
#[inline(always)]
fn load<S: Simd, V: SimdFloat<S, Element = f32>>(
    simd: S,
    values: &[f32],
    at: usize,
    lanes: usize,
) -> V {
    if lanes == V::LEN {
        V::from_slice(simd, &values[at..at + V::LEN])
    } else {
        load_part(simd, values, at)
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
    let to = &mut values[at..at + lanes];
    if lanes == V::LEN {
        vector.store_slice(to);
    } else {
        store_part(vector, to);
    }
}

/// `y[p] = max x`; NaN if there is one. `TAPS` asks for the tap of the first maximum, as a number.
struct Max<'a, const TAPS: bool> {
    x: &'a [f32],
    y: &'a mut [f32],
    taps: &'a mut [f32],
}

impl<S: Simd, const TAPS: bool> Pixel<S> for Max<'_, TAPS> {
    #[inline(always)]
    fn pool<V: SimdFloat<S, Element = f32>>(
        &mut self,
        simd: S,
        place: &Place,
        lanes: Range<usize>,
    ) {
        let (first, lanes) = (lanes.start, lanes.len());
        let (y0, x0) = (place.rows.start, place.columns.start);
        let mut best: V = load(simd, self.x, place.at(y0, x0) + first, lanes);
        let mut tap = V::splat(simd, (y0 * place.width + x0) as f32);
        let mut numbers = best.simd_eq(best);
        for y in place.rows.clone() {
            for x in place.columns.clone() {
                let value: V = load(simd, self.x, place.at(y, x) + first, lanes);
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
    fn pool<V: SimdFloat<S, Element = f32>>(
        &mut self,
        simd: S,
        place: &Place,
        lanes: Range<usize>,
    ) {
        let (first, lanes) = (lanes.start, lanes.len());
        let dy: V = load(simd, self.dy, place.output + first, lanes);
        let tap: V = load(simd, self.taps, place.output + first, lanes);
        for y in place.rows.clone() {
            for x in place.columns.clone() {
                let this = V::splat(simd, (y * place.width + x) as f32);
                let at = place.at(y, x) + first;
                let sum = load::<S, V>(simd, self.dx, at, lanes);
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
    fn pool<V: SimdFloat<S, Element = f32>>(
        &mut self,
        simd: S,
        place: &Place,
        lanes: Range<usize>,
    ) {
        let (first, lanes) = (lanes.start, lanes.len());
        let mut sum = V::splat(simd, 0.0);
        for y in place.rows.clone() {
            // By rows: less is lost to rounding than in one long sum.
            let mut line = V::splat(simd, 0.0);
            for x in place.columns.clone() {
                line += load::<S, V>(simd, self.x, place.at(y, x) + first, lanes);
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
    fn pool<V: SimdFloat<S, Element = f32>>(
        &mut self,
        simd: S,
        place: &Place,
        lanes: Range<usize>,
    ) {
        let (first, lanes) = (lanes.start, lanes.len());
        let dy: V = load(simd, self.dy, place.output + first, lanes);
        let share = dy / V::splat(simd, place.count());
        for y in place.rows.clone() {
            for x in place.columns.clone() {
                let at = place.at(y, x) + first;
                let sum = load::<S, V>(simd, self.dx, at, lanes);
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
