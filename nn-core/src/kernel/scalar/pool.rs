//! Pools: a value at a time, of what its window sees.

use super::{parts, parts_mut};
use crate::kernel::conv::Shape;
use core::ops::Range;

/// The values of one channel that a window sees.
struct Window {
    /// The first value.
    first: usize,
    /// Rows and columns of taps.
    rows: Range<usize>,
    columns: Range<usize>,
    /// From one row, or column, to the next.
    steps: [usize; 2],
    /// Taps in a row of the whole window.
    width: usize,
}

impl Window {
    /// The number of values.
    fn count(&self) -> f32 {
        (self.rows.len() * self.columns.len()) as f32
    }

    /// Calls `each` with where each value is, and the number of its tap.
    #[inline(always)]
    fn each(&self, mut each: impl FnMut(usize, usize)) {
        let mut row = self.first;
        for y in self.rows.clone() {
            let mut at = row;
            for x in self.columns.clone() {
                each(at, y * self.width + x);
                at += self.steps[1];
            }
            row += self.steps[0];
        }
    }
}

/// Calls `each` with the number of every output of a sample and its window.
#[inline(always)]
fn windows(shape: Shape, mut each: impl FnMut(usize, Window)) {
    let (rows, columns, channels) = (shape.rows, shape.columns, shape.channels);
    let row = columns.input * channels;
    let mut output = 0;
    for oy in 0..rows.output {
        for ox in 0..columns.output {
            let (ky, kx) = (rows.seen(oy), columns.seen(ox));
            let y = rows.under(oy, ky.start).unwrap_or(0);
            let x = columns.under(ox, kx.start).unwrap_or(0);
            for c in 0..channels {
                let window = Window {
                    first: y * row + x * channels + c,
                    rows: ky.clone(),
                    columns: kx.clone(),
                    steps: [row, channels],
                    width: columns.taps,
                };
                each(output, window);
                output += 1;
            }
        }
    }
}

/// Inputs and outputs of a sample, at least one.
fn lengths(shape: Shape) -> (usize, usize) {
    (shape.inputs().max(1), shape.outputs().max(1))
}

/// [`max_pool_taps`](crate::kernel::max_pool_taps); `taps` may be empty.
pub(in crate::kernel) fn max_pool(shape: Shape, x: &[f32], y: &mut [f32], taps: &mut [f32]) {
    let (inputs, outputs) = lengths(shape);
    let mut taps = parts_mut(taps, outputs);
    for (x, y) in parts(x, inputs).zip(parts_mut(y, outputs)) {
        let taps = taps.next().unwrap_or_default();
        windows(shape, |output, window| {
            let mut best = (f32::NEG_INFINITY, 0);
            let mut none = true;
            window.each(|at, tap| {
                let value = x.get(at).copied().unwrap_or(f32::NAN);
                if none || value > best.0 || value.is_nan() {
                    best = (value, tap);
                }
                none = false;
            });
            if let Some(y) = y.get_mut(output) {
                *y = best.0;
            }
            if let Some(tap) = taps.get_mut(output) {
                *tap = best.1 as f32;
            }
        });
    }
}

/// [`max_pool_back`](crate::kernel::max_pool_back).
pub(in crate::kernel) fn max_pool_back(shape: Shape, dy: &[f32], taps: &[f32], dx: &mut [f32]) {
    let (inputs, outputs) = lengths(shape);
    let samples = parts(dy, outputs).zip(parts(taps, outputs));
    for (dx, (dy, taps)) in parts_mut(dx, inputs).zip(samples) {
        windows(shape, |output, window| {
            let (Some(dy), Some(best)) = (dy.get(output), taps.get(output)) else {
                return;
            };
            window.each(|at, tap| {
                if let Some(dx) = dx.get_mut(at).filter(|_| tap as f32 == *best) {
                    *dx += dy;
                }
            });
        });
    }
}

/// [`avg_pool`](crate::kernel::avg_pool).
pub(in crate::kernel) fn avg_pool(shape: Shape, x: &[f32], y: &mut [f32]) {
    let (inputs, outputs) = lengths(shape);
    for (x, y) in parts(x, inputs).zip(parts_mut(y, outputs)) {
        windows(shape, |output, window| {
            let mut sum = 0.0;
            window.each(|at, _| sum += x.get(at).unwrap_or(&0.0));
            if let Some(y) = y.get_mut(output) {
                *y = sum / window.count();
            }
        });
    }
}

/// [`avg_pool_back`](crate::kernel::avg_pool_back).
pub(in crate::kernel) fn avg_pool_back(shape: Shape, dy: &[f32], dx: &mut [f32]) {
    let (inputs, outputs) = lengths(shape);
    for (dx, dy) in parts_mut(dx, inputs).zip(parts(dy, outputs)) {
        windows(shape, |output, window| {
            let share = dy.get(output).unwrap_or(&0.0) / window.count();
            window.each(|at, _| {
                if let Some(dx) = dx.get_mut(at) {
                    *dx += share;
                }
            });
        });
    }
}
