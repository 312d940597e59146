//! Convolutions over batches of images, channels last, without a copy of the image.
//!
//! All three products of a convolution are one form, `C[row] = init + sum_k A(row, k) * B[k]` with the rows of `B` and `C` contiguous:
//!
//! | product | rows | summed over | `A` | `B` |
//! | --- | --- | --- | --- | --- |
//! | [`conv`] | pixels | taps, channels | image | kernel |
//! | [`conv_weights`] | taps, channels | pixels | image | gradient of the outputs |
//! | [`conv_inputs`] | pixels | taps, filters | gradient of the outputs | kernel, transposed a panel at a time |
//!
//! Rows and depth are nests of loops over places in the arrays ([`nest`]), so that a tile of rows may begin at any pixel of any sample. Where
//! a window hangs over the edge of the image, it has fewer taps: the outputs fall into rectangles ([`region`]) of equal taps. A convolution
//! of each channel alone (depthwise) is the same with a row of `A` in place of a value.

mod band;
mod each;
mod inputs;
mod nest;
mod product;
mod region;
mod scheme;

#[cfg(test)]
mod tests;

use crate::kernel::panel::Init;
use crate::kernel::scalar;
use crate::level::dispatch;
use fearless_simd::{Level, Simd};
pub(crate) use inputs::{conv_inputs, conv_inputs_in, inputs_room};
use nest::{Loop, Nest};
use product::{Meet, Product, tail, tail_mut};
use region::{Region, Walk, regions};

/// One axis of a window: output `o` and tap `k` meet at input `o * stride + k * dilation - before`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Axis {
    pub(crate) input: usize,
    pub(crate) output: usize,
    pub(crate) taps: usize,
    pub(crate) stride: usize,
    pub(crate) dilation: usize,
    pub(crate) before: usize,
}

/// A convolution: kernel `rows.taps x columns.taps x group x filters`, whose filters fall into `channels / group` groups of channels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub(crate) rows: Axis,
    pub(crate) columns: Axis,
    pub(crate) channels: usize,
    /// Channels that a filter sees.
    pub(crate) group: usize,
    pub(crate) filters: usize,
}

impl Shape {
    pub(super) const fn inputs(self) -> usize {
        self.rows.input * self.columns.input * self.channels
    }

    pub(super) const fn outputs(self) -> usize {
        self.rows.output * self.columns.output * self.filters
    }

    /// Whether each channel has one filter of its own.
    pub(super) const fn is_depthwise(self) -> bool {
        self.group == 1 && self.channels == self.filters && self.channels > 1
    }

    /// The groups: one of all channels if depthwise.
    const fn groups(self) -> usize {
        if self.is_depthwise() {
            1
        } else {
            match self.channels.checked_div(self.group) {
                Some(groups) => groups,
                None => 0,
            }
        }
    }

    const fn meet(self) -> Meet {
        if self.is_depthwise() {
            Meet::Each
        } else {
            Meet::Broadcast
        }
    }
}

/// The places that a region of outputs meets in one group of channels: places in image, kernel and output.
struct Meeting {
    x: usize,
    w: usize,
    y: usize,
    /// Columns of the product.
    filters: usize,
    /// Places in image and output.
    pixels: Nest,
    /// Places in image and kernel.
    taps: Nest,
}

impl Shape {
    #[inline(always)]
    fn meeting(self, region: &Region, samples: usize, group: usize) -> Meeting {
        let (rows, columns) = (Walk::forward(self.rows), Walk::forward(self.columns));
        let filters = self.filters / self.groups().max(1);
        let row = self.columns.input * self.channels;
        let tap = self.group * self.filters;
        let tap_row = self.columns.taps * tap;
        let (ky, kx) = (region.row_taps.clone(), region.column_taps.clone());
        let (oy, ox) = (region.rows.clone(), region.columns.clone());
        let (iy, ix) = (
            rows.input(oy.start, ky.start),
            columns.input(ox.start, kx.start),
        );
        // Without a tap nothing is looked at.
        let (x, w) = if ky.is_empty() || kx.is_empty() {
            (0, 0)
        } else {
            (
                iy * row + ix * self.channels,
                ky.start * tap_row + kx.start * tap,
            )
        };
        Meeting {
            x: x + group * self.group,
            w: w + group * filters,
            y: (oy.start * self.columns.output + ox.start) * self.filters + group * filters,
            filters,
            pixels: Nest([
                Loop::new(samples, self.inputs(), self.outputs()),
                Loop::new(
                    oy.len(),
                    self.rows.stride * row,
                    self.columns.output * self.filters,
                ),
                Loop::new(ox.len(), self.columns.stride * self.channels, self.filters),
            ]),
            taps: Nest([
                Loop::new(ky.len(), self.rows.dilation * row, tap_row),
                Loop::new(kx.len(), self.columns.dilation * self.channels, tap),
                Loop::new(self.group, 1, self.filters),
            ]),
        }
    }

    /// All that meets, in `samples` samples.
    #[inline(always)]
    fn meetings(self, samples: usize, mut each: impl FnMut(usize, Meeting)) {
        regions(
            Walk::forward(self.rows),
            Walk::forward(self.columns),
            #[inline(always)]
            |region| {
                for group in 0..self.groups() {
                    each(group, self.meeting(&region, samples, group));
                }
            },
        );
    }
}

/// `y[p][f] = bias[f] + sum_{tap, c} x[p * stride + tap * dilation - before][c] * w[tap][c][f]`.
pub(crate) fn conv(
    level: Level,
    shape: Shape,
    x: &[f32],
    w: &[f32],
    bias: Option<&[f32]>,
    y: &mut [f32],
) {
    dispatch!(level, scalar => scalar::conv(shape, x, w, bias, y), simd => conv_here(simd, shape, x, w, bias, y));
}

#[inline(always)]
fn conv_here<S: Simd>(
    simd: S,
    shape: Shape,
    x: &[f32],
    w: &[f32],
    bias: Option<&[f32]>,
    y: &mut [f32],
) {
    let samples = y.len() / shape.outputs().max(1);
    let init = bias.map_or(Init::Zero, Init::Bias);
    shape.meetings(
        samples,
        #[inline(always)]
        |group, meeting| {
            let product = Product {
                a: tail(x, meeting.x),
                b: tail(w, meeting.w),
                rows: meeting.pixels,
                depth: meeting.taps,
                columns: meeting.filters,
                meet: shape.meet(),
            };
            product.compute(
                simd,
                init.from(group * meeting.filters),
                tail_mut(y, meeting.y),
            );
        },
    );
}

/// Values of image and gradient that are worked on at a time: they stay in the first-level cache.
const CHUNK: usize = 6 << 10;

/// `dw[tap][c][f] = sum_p x[p * stride + tap * dilation - before][c] * dy[p][f]`.
pub(crate) fn conv_weights(level: Level, shape: Shape, x: &[f32], dy: &[f32], dw: &mut [f32]) {
    dispatch!(level, scalar => scalar::conv_weights(shape, x, dy, dw), simd => weights_here(simd, shape, x, dy, dw));
}

#[inline(always)]
fn weights_here<S: Simd>(simd: S, shape: Shape, x: &[f32], dy: &[f32], dw: &mut [f32]) {
    dw.fill(0.0);
    let (inputs, outputs) = (shape.inputs().max(1), shape.outputs().max(1));
    let both = inputs.saturating_add(outputs);
    let at_a_time = CHUNK.checked_div(both).unwrap_or(0).max(1);
    for (x, dy) in x
        .chunks(at_a_time.saturating_mul(inputs).max(1))
        .zip(dy.chunks(at_a_time.saturating_mul(outputs).max(1)))
    {
        shape.meetings(
            dy.len() / outputs,
            #[inline(always)]
            |_, meeting| {
                let product = Product {
                    a: tail(x, meeting.x),
                    b: tail(dy, meeting.y),
                    rows: meeting.taps,
                    depth: meeting.pixels,
                    columns: meeting.filters,
                    meet: shape.meet(),
                };
                product.compute(simd, Init::Add, tail_mut(dw, meeting.w));
            },
        );
    }
}
