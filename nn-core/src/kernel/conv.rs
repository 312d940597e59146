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
mod nest;
mod product;
mod region;
mod scheme;

#[cfg(test)]
mod tests;

use crate::kernel::lanes;
use crate::kernel::panel::Init;
use crate::kernel::{scalar, transpose};
use crate::level::dispatch;
use fearless_simd::{Level, Simd};
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

/// What a region of outputs meets in one group of channels: places in image, kernel and output.
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
    let at_a_time = (CHUNK / (inputs + outputs)).max(1);
    for (x, dy) in x
        .chunks(at_a_time * inputs)
        .zip(dy.chunks(at_a_time * outputs))
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

/// Weights that are transposed at a time.
const BUFFER: usize = 4 << 10;
/// What [`conv_inputs`] takes of the stack.
pub(crate) const INPUTS_SCRATCH_BYTES: usize = BUFFER * size_of::<f32>();
/// The widest panel of them: two vectors of 16.
const WIDEST: usize = 32;

/// `dx[i][c] = bias[c] + sum dy[p][f] * w[tap][c][f]` over all `p` and taps that meet at `i`.
pub(crate) fn conv_inputs(
    level: Level,
    shape: Shape,
    dy: &[f32],
    w: &[f32],
    bias: Option<&[f32]>,
    dx: &mut [f32],
) {
    dispatch!(level, scalar => scalar::conv_inputs(shape, dy, w, bias, dx), simd => inputs_here(simd, shape, dy, w, bias, dx));
}

#[inline(always)]
fn inputs_here<S: Simd>(
    simd: S,
    shape: Shape,
    dy: &[f32],
    w: &[f32],
    bias: Option<&[f32]>,
    dx: &mut [f32],
) {
    let mut buffer = [0.0; BUFFER];
    let init = bias.map_or(Init::Zero, Init::Bias);
    let count = if shape.is_depthwise() {
        shape.channels
    } else {
        shape.group
    };
    for group in 0..shape.groups() {
        let mut first = 0;
        while first < count {
            let width = WIDEST.min(count - first);
            let channels = group * count + first;
            for y in 0..shape.rows.stride {
                for x in 0..shape.columns.stride {
                    let panel = Panel {
                        shape,
                        group,
                        first,
                        width,
                        rows: Walk::backward(shape.rows, y),
                        columns: Walk::backward(shape.columns, x),
                    };
                    panel.compute(simd, dy, w, init.from(channels), dx, &mut buffer);
                }
            }
            first += width;
        }
    }
}

/// Some channels of a group, for one phase of the strides.
#[derive(Clone, Copy)]
struct Panel {
    shape: Shape,
    group: usize,
    /// The first channel within the group.
    first: usize,
    /// How many channels.
    width: usize,
    rows: Walk,
    columns: Walk,
}

/// Some of the taps and filters.
#[derive(Clone)]
struct Part {
    row_taps: core::ops::Range<usize>,
    column_taps: core::ops::Range<usize>,
    filters: core::ops::Range<usize>,
}

impl Panel {
    /// Filters that are summed over.
    #[inline(always)]
    fn filters(&self) -> usize {
        if self.shape.is_depthwise() {
            1
        } else {
            self.shape.filters / self.shape.groups().max(1)
        }
    }

    #[inline(always)]
    fn compute<S: Simd>(
        &self,
        simd: S,
        dy: &[f32],
        w: &[f32],
        init: Init<'_>,
        dx: &mut [f32],
        buffer: &mut [f32],
    ) {
        let depth = buffer.len() / self.width.max(1);
        let all = Part {
            row_taps: 0..self.rows.taps,
            column_taps: 0..self.columns.taps,
            filters: 0..self.filters(),
        };
        let taps = self.rows.taps * self.columns.taps;
        if taps * self.filters() <= depth {
            self.pack(simd, &all, w, buffer);
            return self.part(simd, &all, dy, init, dx, buffer);
        }
        let nothing = Part {
            filters: 0..0,
            ..all
        };
        self.part(simd, &nothing, dy, init, dx, buffer);
        for y in 0..self.rows.taps {
            for x in 0..self.columns.taps {
                for begin in (0..self.filters()).step_by(depth.max(1)) {
                    let part = Part {
                        row_taps: y..y + 1,
                        column_taps: x..x + 1,
                        filters: begin..self.filters().min(begin + depth),
                    };
                    self.pack(simd, &part, w, buffer);
                    self.part(simd, &part, dy, Init::Add, dx, buffer);
                }
            }
        }
    }

    /// The weights of a part in the order of their use: for each tap and filter, one for each channel.
    #[inline(always)]
    fn pack<S: Simd>(&self, simd: S, part: &Part, w: &[f32], buffer: &mut [f32]) {
        let Self { shape, width, .. } = *self;
        let mut at = 0;
        for y in part.row_taps.clone() {
            for x in part.column_taps.clone() {
                let tap = self.rows.tap(y) * shape.columns.taps + self.columns.tap(x);
                let w = tail(w, tap * shape.group * shape.filters);
                let to = tail_mut(buffer, at);
                if shape.is_depthwise() {
                    let from = lanes::part(w, self.first, width);
                    to.iter_mut().zip(from).for_each(|(to, w)| *to = *w);
                } else {
                    let filter = self.group * self.filters() + part.filters.start;
                    let from = tail(w, self.first * shape.filters + filter);
                    transpose::block(
                        simd,
                        from,
                        shape.filters,
                        width,
                        part.filters.len(),
                        to,
                        width,
                    );
                }
                at += part.filters.len() * width;
            }
        }
    }

    /// Multiplies by the weights in `buffer`.
    #[inline(always)]
    fn part<S: Simd>(
        &self,
        simd: S,
        part: &Part,
        dy: &[f32],
        init: Init<'_>,
        dx: &mut [f32],
        buffer: &[f32],
    ) {
        let samples = dx.len() / self.shape.inputs().max(1);
        regions(
            self.rows,
            self.columns,
            #[inline(always)]
            |region| self.region(simd, part, &region, samples, dy, init, dx, buffer),
        );
    }

    #[inline(always)]
    #[allow(clippy::too_many_arguments)]
    fn region<S: Simd>(
        &self,
        simd: S,
        part: &Part,
        region: &Region,
        samples: usize,
        dy: &[f32],
        init: Init<'_>,
        dx: &mut [f32],
        buffer: &[f32],
    ) {
        let Self {
            shape,
            width,
            rows,
            columns,
            ..
        } = *self;
        let common = |a: &core::ops::Range<usize>, b: &core::ops::Range<usize>| {
            a.start.max(b.start)..a.end.min(b.end)
        };
        let (ky, kx) = (
            common(&region.row_taps, &part.row_taps),
            common(&region.column_taps, &part.column_taps),
        );
        let empty = ky.is_empty() || kx.is_empty() || part.filters.is_empty();
        if empty && matches!(init, Init::Add) {
            return;
        }
        let (y, x) = (region.rows.start, region.columns.start);
        let row = shape.columns.output * shape.filters;
        let meet = shape.meet();
        // Depthwise, channels and filters are one.
        let (filter, channel) = match meet {
            Meet::Each => (self.first, self.first),
            Meet::Broadcast => (
                self.group * self.filters() + part.filters.start,
                self.group * shape.group + self.first,
            ),
        };
        let filters = part.filters.len();
        let from =
            rows.input(y, ky.start) * row + columns.input(x, kx.start) * shape.filters + filter;
        let pixel =
            (rows.first + y * rows.step) * shape.columns.input + columns.first + x * columns.step;
        let tap = (ky.start.saturating_sub(part.row_taps.start) * part.column_taps.len()
            + kx.start.saturating_sub(part.column_taps.start))
            * filters;
        let ((down, tap_down), (right, tap_right)) = (rows.steps(), columns.steps());
        let product = Product {
            a: if empty { dy } else { tail(dy, from) },
            b: if empty {
                buffer
            } else {
                tail(buffer, tap * width)
            },
            rows: Nest([
                Loop::new(samples, shape.outputs(), shape.inputs()),
                Loop::new(
                    region.rows.len(),
                    down * row,
                    rows.step * shape.columns.input * shape.channels,
                ),
                Loop::new(
                    region.columns.len(),
                    right * shape.filters,
                    columns.step * shape.channels,
                ),
            ]),
            depth: Nest([
                Loop::new(
                    ky.len(),
                    tap_down * row,
                    part.column_taps.len() * filters * width,
                ),
                Loop::new(kx.len(), tap_right * shape.filters, filters * width),
                Loop::new(filters, 1, width),
            ]),
            columns: width,
            meet,
        };
        product.compute(simd, init, tail_mut(dx, pixel * shape.channels + channel));
    }
}
