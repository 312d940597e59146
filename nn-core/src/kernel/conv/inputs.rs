//! The gradient of a convolution's inputs, and the transposed convolution: weights are transposed a panel at a time.

use super::nest::{Loop, Nest};
use super::product::{Meet, Product, tail, tail_mut};
use super::region::{Region, Walk, regions};
use super::{Axis, Shape};
use crate::kernel::panel::Init;
use crate::kernel::{lanes, scalar, transpose};
use crate::level::{NEVER_SIMD, dispatch};
use core::ops::Range;
use fearless_simd::{Level, Simd};

/// The most weights that are transposed at a time.
const BUFFER: usize = 4 << 10;
/// The widest panel of them: two vectors of 16.
const WIDEST: usize = 32;

/// The floats of room that [`conv_inputs_in`] can use: the weights of the widest panel, up to four powers of four, so that few sizes are
/// compiled; none where there are no vectors.
pub(crate) const fn inputs_room(shape: Shape) -> usize {
    let (width, filters) = if shape.is_depthwise() {
        (shape.channels, 1)
    } else {
        (shape.group, shape.filters / at_least_1(shape.groups()))
    };
    let width = if width < WIDEST { width } else { WIDEST };
    match shape.rows.phase_taps() * shape.columns.phase_taps() * filters * width {
        _ if NEVER_SIMD => 0,
        0..=64 => 64,
        65..=256 => 256,
        257..=1024 => 1024,
        _ => BUFFER,
    }
}

const fn at_least_1(number: usize) -> usize {
    if number > 1 { number } else { 1 }
}

impl Axis {
    /// The most taps that meet one input.
    const fn phase_taps(self) -> usize {
        if self.dilation > 1 {
            self.taps
        } else {
            self.taps.div_ceil(at_least_1(self.stride))
        }
    }
}

/// `dx[i][c] = bias[c] + sum dy[p][f] * w[tap][c][f]` over all `p` and taps that meet at `i`.
pub(crate) fn conv_inputs(
    level: Level,
    shape: Shape,
    dy: &[f32],
    w: &[f32],
    bias: Option<&[f32]>,
    dx: &mut [f32],
) {
    if NEVER_SIMD {
        return scalar::conv_inputs(shape, dy, w, bias, dx);
    }
    conv_inputs_in(level, shape, dy, w, bias, dx, &mut [0.0; BUFFER]);
}

/// [`conv_inputs`] with the caller's `room`, which need not be larger than [`inputs_room`].
pub(crate) fn conv_inputs_in(
    level: Level,
    shape: Shape,
    dy: &[f32],
    w: &[f32],
    bias: Option<&[f32]>,
    dx: &mut [f32],
    room: &mut [f32],
) {
    dispatch!(level, scalar => scalar::conv_inputs(shape, dy, w, bias, dx), simd => inputs_here(simd, shape, dy, w, bias, dx, room));
}

#[inline(always)]
fn inputs_here<S: Simd>(
    simd: S,
    shape: Shape,
    dy: &[f32],
    w: &[f32],
    bias: Option<&[f32]>,
    dx: &mut [f32],
    room: &mut [f32],
) {
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
                    panel.compute(simd, dy, w, init.from(channels), dx, room);
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
    /// The number of channels.
    width: usize,
    rows: Walk,
    columns: Walk,
}

/// Some of the taps and filters.
#[derive(Clone)]
struct Part {
    row_taps: Range<usize>,
    column_taps: Range<usize>,
    filters: Range<usize>,
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
        let (taps, filters) = (self.rows.taps, self.filters());
        let whole = taps * self.columns.taps * filters <= depth;
        let mut rest = (0..taps).flat_map(|y| {
            (0..self.columns.taps).flat_map(move |x| {
                (0..filters).step_by(depth.max(1)).map(move |begin| Part {
                    row_taps: y..y + 1,
                    column_taps: x..x + 1,
                    filters: begin..filters.min(begin + depth),
                })
            })
        });
        let first = Part {
            row_taps: 0..taps,
            column_taps: 0..self.columns.taps,
            filters: 0..if whole { filters } else { 0 },
        };
        // In one place: what a part takes is long, and all of it compiled here.
        let mut next = Some((first, init));
        while let Some((part, init)) = next {
            if !part.filters.is_empty() {
                self.pack(simd, &part, w, buffer);
            }
            self.part(simd, &part, dy, init, dx, buffer);
            next = match whole {
                true => None,
                false => rest.next().map(|part| (part, Init::Add)),
            };
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
        let common = |a: &Range<usize>, b: &Range<usize>| a.start.max(b.start)..a.end.min(b.end);
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
