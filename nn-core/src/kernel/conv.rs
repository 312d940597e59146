//! Convolutions over batches of images, channels last.

use fearless_simd::Simd;

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

impl Axis {
    /// Where output and tap meet, if it is inside the input.
    #[inline(always)]
    fn meet(self, output: usize, tap: usize) -> Option<usize> {
        (output * self.stride + tap * self.dilation)
            .checked_sub(self.before)
            .filter(|input| *input < self.input)
    }
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
    const fn inputs(self) -> usize {
        self.rows.input * self.columns.input * self.channels
    }

    const fn outputs(self) -> usize {
        self.rows.output * self.columns.output * self.filters
    }

    /// Calls `each(input, tap, output)` with the places of a channel group, of its weights' tap and of a pixel's filters in their arrays.
    #[inline(always)]
    fn meetings(self, samples: usize, mut each: impl FnMut(usize, usize, usize)) {
        let Self { rows, columns, .. } = self;
        for sample in 0..samples {
            for oy in 0..rows.output {
                for ox in 0..columns.output {
                    let output =
                        sample * self.outputs() + (oy * columns.output + ox) * self.filters;
                    for ky in 0..rows.taps {
                        let Some(iy) = rows.meet(oy, ky) else {
                            continue;
                        };
                        for kx in 0..columns.taps {
                            let Some(ix) = columns.meet(ox, kx) else {
                                continue;
                            };
                            let input =
                                sample * self.inputs() + (iy * columns.input + ix) * self.channels;
                            let tap = (ky * columns.taps + kx) * self.group * self.filters;
                            each(input, tap, output);
                        }
                    }
                }
            }
        }
    }
}

/// `y[p][f] = bias[f] + sum_{tap, c} x[p * stride + tap * dilation - before][c] * w[tap][c][f]`.
#[inline(always)]
pub(crate) fn conv<S: Simd>(
    _: S,
    shape: Shape,
    x: &[f32],
    w: &[f32],
    bias: Option<&[f32]>,
    y: &mut [f32],
) {
    let Shape { filters, group, .. } = shape;
    for y in y.chunks_exact_mut(filters.max(1)) {
        match bias {
            Some(bias) => y.copy_from_slice(bias),
            None => y.fill(0.0),
        }
    }
    let per_group = filters / (shape.channels / group);
    let samples = y.len() / shape.outputs().max(1);
    shape.meetings(samples, |input, tap, output| {
        for f in 0..filters {
            for c in 0..group {
                y[output + f] += x[input + f / per_group * group + c] * w[tap + c * filters + f];
            }
        }
    });
}

/// `dw[tap][c][f] = sum_p x[p * stride + tap * dilation - before][c] * dy[p][f]`.
#[inline(always)]
pub(crate) fn conv_weights<S: Simd>(_: S, shape: Shape, x: &[f32], dy: &[f32], dw: &mut [f32]) {
    let Shape { filters, group, .. } = shape;
    dw.fill(0.0);
    let per_group = filters / (shape.channels / group);
    let samples = dy.len() / shape.outputs().max(1);
    shape.meetings(samples, |input, tap, output| {
        for f in 0..filters {
            for c in 0..group {
                dw[tap + c * filters + f] += x[input + f / per_group * group + c] * dy[output + f];
            }
        }
    });
}

/// `dx[i][c] = bias[c] + sum dy[p][f] * w[tap][c][f]` over all `p` and taps that meet at `i`.
#[inline(always)]
pub(crate) fn conv_inputs<S: Simd>(
    _: S,
    shape: Shape,
    dy: &[f32],
    w: &[f32],
    bias: Option<&[f32]>,
    dx: &mut [f32],
) {
    let Shape {
        filters,
        group,
        channels,
        ..
    } = shape;
    for dx in dx.chunks_exact_mut(channels.max(1)) {
        match bias {
            Some(bias) => dx.copy_from_slice(bias),
            None => dx.fill(0.0),
        }
    }
    let per_group = filters / (channels / group);
    let samples = dx.len() / shape.inputs().max(1);
    shape.meetings(samples, |input, tap, output| {
        for f in 0..filters {
            for c in 0..group {
                dx[input + f / per_group * group + c] += dy[output + f] * w[tap + c * filters + f];
            }
        }
    });
}
