//! Pools over batches of images, channels last: what one window makes of each channel.
//!
//! Vectors lie along the channels; an image of few channels takes narrower ones. Windows of two or three pixels each way are compiled
//! with their sizes as constants: their loops are short, and unrolled they are several times as fast.

use super::conv::{Axis, Shape};
use super::lanes::{self, load_part, part_mut, store_part};
use super::scalar;
use crate::level::dispatch;
use core::ops::Range;
use fearless_simd::Level;
use fearless_simd::{f32x4, prelude::*};

/// The work of a pool at one output pixel on the lanes of a vector, the channels from `first`.
trait Pixel<S: Simd> {
    /// `K` taps each way; as many as there are in the window if it is 0. `PART`: there may be fewer channels than the vector has lanes.
    fn pool<V: SimdFloat<S, Element = f32>, const K: usize, const PART: bool>(
        &mut self,
        simd: S,
        place: &Place,
        lanes: Range<usize>,
    );
}

/// One output pixel and the part of its window that is inside the image.
struct Place {
    /// The beginning of the pixel in the output.
    output: usize,
    rows: Range<usize>,
    columns: Range<usize>,
    /// The beginning of the image's pixel under tap (0, 0); wraps below zero if that is in the padding.
    input: usize,
    /// From one row of the image to the next.
    row: usize,
    /// From one pixel to the next.
    pixel: usize,
    /// Taps in a row of the window.
    width: usize,
}

impl Place {
    /// The beginning of the values under a tap.
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
    let channels = shape.channels;
    let mut first = 0;
    while channels - first >= S::f32s::LEN {
        let lanes = first..first + S::f32s::LEN;
        sweep::<S, S::f32s, false>(simd, shape, samples, lanes, pixel);
        first += S::f32s::LEN;
    }
    while const { S::f32s::LEN > 4 } && channels - first >= 4 {
        sweep::<S, f32x4<S>, false>(simd, shape, samples, first..first + 4, pixel);
        first += 4;
    }
    if channels > first {
        sweep::<S, f32x4<S>, true>(simd, shape, samples, first..channels, pixel);
    }
}

/// All pixels, for the channels of a vector.
#[inline(always)]
fn sweep<S: Simd, V: SimdFloat<S, Element = f32>, const PART: bool>(
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
                let whole = (rows.taps, columns.taps) == (place.rows.len(), place.columns.len());
                match (rows.taps, columns.taps) {
                    (2, 2) if whole && !PART => {
                        pixel.pool::<V, 2, PART>(simd, &place, lanes.clone());
                    }
                    (3, 3) if whole && !PART => {
                        pixel.pool::<V, 3, PART>(simd, &place, lanes.clone());
                    }
                    _ => pixel.pool::<V, 0, PART>(simd, &place, lanes.clone()),
                }
            }
        }
    }
}

/// The vector at `values[at..]`. Of a part, lanes behind the channels hold anything.
#[inline(always)]
fn load<S: Simd, V: SimdFloat<S, Element = f32>, const PART: bool>(
    simd: S,
    values: &[f32],
    at: usize,
) -> V {
    if const { PART } {
        load_part(simd, values, at)
    } else {
        lanes::load(simd, values, at)
    }
}

/// Writes the lanes to `values[at..]`.
#[inline(always)]
fn store<S: Simd, V: SimdFloat<S, Element = f32>, const PART: bool>(
    vector: V,
    values: &mut [f32],
    at: usize,
    lanes: usize,
) {
    if const { PART } {
        store_part(vector, part_mut(values, at, lanes));
    } else {
        lanes::store(vector, values, at);
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
    fn pool<V: SimdFloat<S, Element = f32>, const K: usize, const PART: bool>(
        &mut self,
        simd: S,
        place: &Place,
        lanes: Range<usize>,
    ) {
        let (first, lanes) = (lanes.start, lanes.len());
        let (y0, x0) = (place.rows.start, place.columns.start);
        let mut best: V = load::<S, V, PART>(simd, self.x, place.at(y0, x0) + first);
        let mut tap = V::splat(simd, (y0 * place.width + x0) as f32);
        let mut numbers = best.simd_eq(best);
        for y in taps::<K>(&place.rows) {
            for x in taps::<K>(&place.columns) {
                let value: V = load::<S, V, PART>(simd, self.x, place.at(y, x) + first);
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
        store::<S, V, PART>(best, self.y, place.output + first, lanes);
        if TAPS {
            store::<S, V, PART>(tap, self.taps, place.output + first, lanes);
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
    fn pool<V: SimdFloat<S, Element = f32>, const K: usize, const PART: bool>(
        &mut self,
        simd: S,
        place: &Place,
        lanes: Range<usize>,
    ) {
        let (first, lanes) = (lanes.start, lanes.len());
        let dy: V = load::<S, V, PART>(simd, self.dy, place.output + first);
        let tap: V = load::<S, V, PART>(simd, self.taps, place.output + first);
        for y in taps::<K>(&place.rows) {
            for x in taps::<K>(&place.columns) {
                let this = V::splat(simd, (y * place.width + x) as f32);
                let at = place.at(y, x) + first;
                let sum = load::<S, V, PART>(simd, self.dx, at);
                let sum = tap.simd_eq(this).select(sum + dy, sum);
                store::<S, V, PART>(sum, self.dx, at, lanes);
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
    fn pool<V: SimdFloat<S, Element = f32>, const K: usize, const PART: bool>(
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
                line += load::<S, V, PART>(simd, self.x, place.at(y, x) + first);
            }
            sum += line;
        }
        let mean = sum / V::splat(simd, place.count());
        store::<S, V, PART>(mean, self.y, place.output + first, lanes);
    }
}

/// `dx += dy[p] / count`.
struct MeanBack<'a> {
    dy: &'a [f32],
    dx: &'a mut [f32],
}

impl<S: Simd> Pixel<S> for MeanBack<'_> {
    #[inline(always)]
    fn pool<V: SimdFloat<S, Element = f32>, const K: usize, const PART: bool>(
        &mut self,
        simd: S,
        place: &Place,
        lanes: Range<usize>,
    ) {
        let (first, lanes) = (lanes.start, lanes.len());
        let dy: V = load::<S, V, PART>(simd, self.dy, place.output + first);
        let share = dy / V::splat(simd, place.count());
        for y in taps::<K>(&place.rows) {
            for x in taps::<K>(&place.columns) {
                let at = place.at(y, x) + first;
                let sum = load::<S, V, PART>(simd, self.dx, at);
                store::<S, V, PART>(sum + share, self.dx, at, lanes);
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
    dispatch!(level,
        scalar => scalar::max_pool(shape, x, y, taps),
        simd => each(simd, shape, samples, &mut Max::<false> { x, y, taps }));
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
    dispatch!(level,
        scalar => scalar::max_pool(shape, x, y, taps),
        simd => each(simd, shape, samples, &mut Max::<true> { x, y, taps }));
}

/// The gradient of each maximum goes to the value that was it.
pub(crate) fn max_pool_back(level: Level, shape: Shape, dy: &[f32], taps: &[f32], dx: &mut [f32]) {
    dx.fill(0.0);
    dispatch!(level,
        scalar => scalar::max_pool_back(shape, dy, taps, dx),
        simd => each(simd, shape, samples(shape, dy), &mut MaxBack { dy, taps, dx }));
}

/// The mean of each window's values inside the image.
pub(crate) fn avg_pool(level: Level, shape: Shape, x: &[f32], y: &mut [f32]) {
    let samples = samples(shape, y);
    dispatch!(level,
        scalar => scalar::avg_pool(shape, x, y),
        simd => each(simd, shape, samples, &mut Mean { x, y }));
}

/// The gradient of each mean goes to its values in equal shares.
pub(crate) fn avg_pool_back(level: Level, shape: Shape, dy: &[f32], dx: &mut [f32]) {
    dx.fill(0.0);
    dispatch!(level,
        scalar => scalar::avg_pool_back(shape, dy, dx),
        simd => each(simd, shape, samples(shape, dy), &mut MeanBack { dy, dx }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    /// A window of so many taps each way over an image of 7 x 7, one row and column of padding before.
    fn shape(taps: usize, stride: usize, channels: usize) -> Shape {
        let axis = Axis {
            input: 7,
            output: (8 - taps) / stride + 1,
            taps,
            stride,
            dilation: 1,
            before: 1,
        };
        Shape {
            rows: axis,
            columns: axis,
            channels,
            group: 1,
            filters: channels,
        }
    }

    /// Values of the window of an output value, row by row.
    fn window(shape: Shape, x: &[f32], output: usize) -> Vec<f32> {
        let Axis { output: width, .. } = shape.rows;
        let (pixel, channel) = (output / shape.channels, output % shape.channels);
        let (sample, oy, ox) = (
            pixel / (width * width),
            pixel / width % width,
            pixel % width,
        );
        let mut values = Vec::new();
        for y in shape.rows.inside(oy) {
            for x_tap in shape.columns.inside(ox) {
                let (y, x_at) = (
                    oy * shape.rows.stride + y - 1,
                    ox * shape.columns.stride + x_tap - 1,
                );
                values.push(x[((sample * 7 + y) * 7 + x_at) * shape.channels + channel]);
            }
        }
        values
    }

    /// Vectors, halves, quarters and what is left, under windows with and without constants.
    #[test]
    fn every_number_of_channels_is_pooled() {
        for channels in (1..26).chain([33, 37]) {
            for (taps, stride) in [(2, 2), (2, 1), (3, 2), (3, 1), (4, 3)] {
                let shape = shape(taps, stride, channels);
                let outputs = 2 * shape.rows.output.pow(2) * channels;
                let x: Vec<f32> = (0..2 * 49 * channels)
                    .map(|i| ((i * 31) % 53) as f32 - 26.0)
                    .collect();
                for level in crate::level::all() {
                    let [mut max, mut same, mut taps, mut mean] =
                        [(); 4].map(|()| std::vec![f32::NAN; outputs]);
                    max_pool(level, shape, &x, &mut max);
                    max_pool_taps(level, shape, &x, &mut same, &mut taps);
                    avg_pool(level, shape, &x, &mut mean);
                    for i in 0..outputs {
                        let seen = window(shape, &x, i);
                        let name = std::format!("{level:?} {shape:?} {i}");
                        let most = seen.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                        let exact = seen.iter().sum::<f32>() / seen.len() as f32;
                        assert_eq!([max[i], same[i]], [most; 2], "{name}");
                        assert!((mean[i] - exact).abs() < 1e-4, "{name}");
                    }
                }
            }
        }
    }
}
