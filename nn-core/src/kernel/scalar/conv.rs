//! Convolutions: a pixel at a time, and of it the taps that are inside the image.

use super::product::{Right, across, blocks, dot, start};
use super::{parts, parts_mut};
use crate::kernel::conv::Shape;
use core::ops::Range;

/// One output pixel and what its window sees.
struct Place {
    rows: Range<usize>,
    columns: Range<usize>,
    /// The beginning of the image's pixel under the first of these taps.
    input: usize,
    /// The number of that tap.
    tap: usize,
}

impl Shape {
    /// The pixel of output `(oy, ox)`, if its window sees any.
    #[inline(always)]
    fn place(&self, oy: usize, ox: usize) -> Option<Place> {
        let (rows, columns) = (self.rows.seen(oy), self.columns.seen(ox));
        let y = self.rows.under(oy, rows.start)?;
        let x = self.columns.under(ox, columns.start)?;
        let seen = !rows.is_empty() && !columns.is_empty();
        seen.then_some(Place {
            input: (y * self.columns.input + x) * self.channels,
            tap: rows.start * self.columns.taps + columns.start,
            rows,
            columns,
        })
    }

    /// Values of the image from one tap of a row, or of a column, to the next.
    const fn steps(&self) -> [usize; 2] {
        let row = self.columns.input * self.channels;
        [
            self.rows.dilation * row,
            self.columns.dilation * self.channels,
        ]
    }

    /// Weights of a tap.
    const fn tap(&self) -> usize {
        self.group * self.filters
    }

    /// Calls `each` with every output pixel of a sample, its place and its values.
    #[inline(always)]
    fn pixels<'y>(
        &self,
        y: impl Iterator<Item = &'y mut [f32]>,
        mut each: impl FnMut(Option<Place>, &'y mut [f32]),
    ) {
        let (mut oy, mut ox) = (0, 0);
        for y in y {
            each(self.place(oy, ox), y);
            ox += 1;
            if ox == self.columns.output {
                (oy, ox) = (oy + 1, 0);
            }
        }
    }

    /// Filters of a group.
    #[inline(always)]
    const fn width(&self) -> usize {
        let groups = self.channels / if self.group == 0 { 1 } else { self.group };
        self.filters / if groups == 0 { 1 } else { groups }
    }

    /// The taps of a pixel in one group.
    #[inline(always)]
    fn runs(&self, place: &Place) -> Runs {
        let ([x_row, x_tap], tap) = (self.steps(), self.tap());
        let columns = place.columns.len();
        // The channels of neighbours lie side by side.
        let (inner, len) = if self.group == self.channels && self.columns.dilation == 1 {
            ([1, 0, 0], columns * self.group)
        } else {
            ([columns, x_tap, tap], self.group)
        };
        Runs {
            outer: [place.rows.len(), x_row, self.columns.taps * tap],
            inner,
            len,
        }
    }
}

/// Places of the values of a window and of their weights: in runs, which lie in two loops.
#[derive(Clone, Copy, Default)]
struct Runs {
    /// Times, and from one to the next in the image and in the weights.
    outer: [usize; 3],
    /// The same within one of those.
    inner: [usize; 3],
    /// Values side by side.
    len: usize,
}

/// `y[j] = bias[j] + sum_k a[k] * b[k][j]` over the runs; without a bias, that is added to `y`.
#[inline(never)]
fn window(a: &[f32], b: Right<'_>, runs: Runs, bias: Option<&[f32]>, y: &mut [f32]) {
    blocks!(y, N, at, block => {
        let mut sums = start::<N>(bias, at, block);
        let (mut x, mut w) = (0, 0);
        for _ in 0..runs.outer[0] {
            let (mut from, mut weights) = (x, w);
            for _ in 0..runs.inner[0] {
                let rows = Right {
                    values: b.values.get(weights..).unwrap_or_default(),
                    ..b
                };
                let values = a.get(from..).unwrap_or_default();
                let values = values.get(..runs.len).unwrap_or_default();
                rows.add_to(values.iter(), at, &mut sums);
                from += runs.inner[1];
                weights += runs.inner[2];
            }
            x += runs.outer[1];
            w += runs.outer[2];
        }
        *block = sums;
    });
}

/// [`conv`](crate::kernel::conv).
pub(in crate::kernel) fn conv(
    shape: Shape,
    x: &[f32],
    w: &[f32],
    bias: Option<&[f32]>,
    y: &mut [f32],
) {
    let images = parts(x, shape.inputs());
    for (x, y) in images.zip(parts_mut(y, shape.outputs())) {
        let pixels = parts_mut(y, shape.filters);
        shape.pixels(
            pixels,
            #[inline(always)]
            |place, y| {
                if shape.is_depthwise() {
                    depthwise(&shape, place.as_ref(), x, w, bias, y);
                } else {
                    pixel(&shape, place.as_ref(), x, w, bias, y);
                }
            },
        );
    }
}

/// The groups of a pixel.
#[inline(always)]
fn pixel(
    shape: &Shape,
    place: Option<&Place>,
    x: &[f32],
    w: &[f32],
    bias: Option<&[f32]>,
    y: &mut [f32],
) {
    let width = shape.width();
    // Without a tap, only the bias.
    let (runs, mut input, weights) = match place {
        Some(place) => (shape.runs(place), place.input, place.tap * shape.tap()),
        None => (Runs::default(), 0, 0),
    };
    if bias.is_none() {
        y.fill(0.0);
    }
    let mut b = Right {
        values: w.get(weights..).unwrap_or_default(),
        stride: shape.filters,
        first: 0,
    };
    let mut bias = bias;
    for y in parts_mut(y, width) {
        window(x.get(input..).unwrap_or_default(), b, runs, bias, y);
        input += shape.group;
        b.first += width;
        bias = bias.map(|bias| bias.get(width..).unwrap_or_default());
    }
}

/// Every channel alone.
#[inline(always)]
fn depthwise(
    shape: &Shape,
    place: Option<&Place>,
    x: &[f32],
    w: &[f32],
    bias: Option<&[f32]>,
    y: &mut [f32],
) {
    for (c, y) in y.iter_mut().enumerate() {
        let mut sum = bias.and_then(|bias| bias.get(c)).copied().unwrap_or(0.0);
        each_tap(shape, place, |input, tap| {
            let (x, w) = (x.get(input + c), w.get(tap * shape.channels + c));
            sum += x.unwrap_or(&0.0) * w.unwrap_or(&0.0);
        });
        *y = sum;
    }
}

/// Calls `each` with where the pixel under a tap begins, and the number of the tap.
#[inline(always)]
fn each_tap(shape: &Shape, place: Option<&Place>, mut each: impl FnMut(usize, usize)) {
    let Some(place) = place else { return };
    let [row, column] = shape.steps();
    let (mut input, mut tap) = (place.input, place.tap);
    for _ in place.rows.clone() {
        let mut at = input;
        for k in 0..place.columns.len() {
            each(at, tap + k);
            at += column;
        }
        input += row;
        tap += shape.columns.taps;
    }
}

/// [`conv_weights`](crate::kernel::conv_weights).
pub(in crate::kernel) fn conv_weights(shape: Shape, x: &[f32], dy: &[f32], dw: &mut [f32]) {
    dw.fill(0.0);
    let images = parts(x, shape.inputs());
    for (x, dy) in images.zip(parts(dy, shape.outputs())) {
        let taps = parts_mut(dw, shape.tap());
        let numbers =
            (0..shape.rows.taps).flat_map(|ky| (0..shape.columns.taps).map(move |kx| (ky, kx)));
        for (dw, (ky, kx)) in taps.zip(numbers) {
            for oy in 0..shape.rows.output {
                tap_weights(&shape, [oy, ky, kx], x, dy, dw);
            }
        }
    }
}

/// Adds what a row of outputs makes of the gradient of a tap's weights.
fn tap_weights(shape: &Shape, [oy, ky, kx]: [usize; 3], x: &[f32], dy: &[f32], dw: &mut [f32]) {
    let columns = shape.columns.meeting(kx);
    let Some(y) = shape.rows.under(oy, ky).filter(|y| *y < shape.rows.input) else {
        return;
    };
    let Some(ix) = shape.columns.under(columns.start, kx) else {
        return;
    };
    let input = (y * shape.columns.input + ix) * shape.channels;
    let first = (oy * shape.columns.output + columns.start) * shape.filters;
    let dy = dy.get(first..).unwrap_or_default();
    let dy = dy.get(..columns.len() * shape.filters).unwrap_or_default();
    let (step, width) = (shape.columns.stride * shape.channels, shape.width());
    for (c, dw) in parts_mut(dw, shape.filters).enumerate() {
        for (group, dw) in parts_mut(dw, width).enumerate() {
            let x = x.get(input + group * shape.group + c..);
            let b = Right {
                values: dy,
                stride: shape.filters,
                first: group * width,
            };
            across(x.unwrap_or_default(), step, b, dw);
        }
    }
}

/// [`conv_inputs`](crate::kernel::conv_inputs).
pub(in crate::kernel) fn conv_inputs(
    shape: Shape,
    dy: &[f32],
    w: &[f32],
    bias: Option<&[f32]>,
    dx: &mut [f32],
) {
    for pixel in parts_mut(dx, shape.channels) {
        for (c, dx) in pixel.iter_mut().enumerate() {
            *dx = bias.and_then(|bias| bias.get(c)).copied().unwrap_or(0.0);
        }
    }
    let images = parts_mut(dx, shape.inputs());
    for (dx, dy) in images.zip(parts(dy, shape.outputs())) {
        let mut pixels = parts(dy, shape.filters);
        for oy in 0..shape.rows.output {
            for ox in 0..shape.columns.output {
                let dy = pixels.next().unwrap_or_default();
                each_tap(
                    &shape,
                    shape.place(oy, ox).as_ref(),
                    #[inline(always)]
                    |input, tap| {
                        let dx = dx.get_mut(input..).unwrap_or_default();
                        let w = w.get(tap * shape.tap()..).unwrap_or_default();
                        tap_inputs(&shape, dy, w, dx);
                    },
                );
            }
        }
    }
}

/// Adds what an output pixel makes of the gradient of the input pixel under a tap.
fn tap_inputs(shape: &Shape, dy: &[f32], w: &[f32], dx: &mut [f32]) {
    let (group, width) = (shape.group.max(1), shape.width());
    let groups = parts_mut(dx, group).take(shape.channels / group);
    for (g, (dx, dy)) in groups.zip(parts(dy, width)).enumerate() {
        for (c, dx) in dx.iter_mut().enumerate() {
            let row = w.get(c * shape.filters + g * width..);
            *dx += dot(dy, row.unwrap_or_default());
        }
    }
}
