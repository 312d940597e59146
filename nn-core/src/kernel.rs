//! The static matrix kernels over row-major batches; the only place that knows about SIMD.
//!
//! Every product of a dense layer is one form, `C[r][c] = init + sum_k A(r, k) * B[k][c]` with the rows of `B` and `C`
//! contiguous:
//!
//! | product | `A(r, k)` | `B` | depth |
//! | --- | --- | --- | --- |
//! | [`affine`] | `x[r][k]` | weights | inputs |
//! | [`outer`] | `x[k][r]` | gradient of the outputs | batch |
//! | [`transposed`] | `dy[r][k]` | weights, transposed a panel at a time | outputs |
//! | [`sum_rows`] | 1 | the rows | batch |
//!
//! [`panel`] computes it in register tiles. Nothing is packed: a row of `B` is loaded as it lies and `A` is broadcast.

mod channels;
mod conv;
pub(crate) mod lanes;
pub(crate) mod norm;
mod one;
mod panel;
mod pool;
pub(crate) mod recurrent;
mod scalar;
mod transpose;
mod unroll;

#[cfg(test)]
mod tests;

pub(crate) use conv::{Axis, Shape, conv, conv_inputs, conv_inputs_in, conv_weights, inputs_room};
pub(crate) use pool::{avg_pool, avg_pool_back, max_pool, max_pool_back, max_pool_taps};

use crate::activation::{self, Activation, Linear};
use crate::level::{dispatch, is_scalar};
use fearless_simd::{Level, prelude::*};
use panel::{Across, Along, Init, Panel, product, product_within};
use recurrent::Columns;

/// Products of one sample of at most this many multiply-accumulates are compiled into the caller, where their sizes are constants: a call and a
/// pass for the activation take 20 ns, a tenth of what such a product takes. The code is a loop, no longer for many inputs than for few.
const INLINE_MACS: usize = 4096;

/// `y[b][o] = bias[o] + sum_i x[b][i] * w[i][o]`.
pub(crate) fn affine(
    level: Level,
    x: &[f32],
    w: &[f32],
    bias: Option<&[f32]>,
    y: &mut [f32],
    inputs: usize,
    outputs: usize,
) {
    let rows = y.len() / outputs.max(1);
    let init = bias.map_or(Init::Zero, Init::Bias);
    let a = Along {
        values: x,
        stride: inputs,
    };
    dispatch!(level,
        scalar => scalar::affine(x, w, bias, y, inputs, outputs),
        simd => product(simd, a, w, init, y, rows, inputs, outputs));
}

/// `y = A(bias + x w)` of one sample.
#[inline(always)]
pub(crate) fn dense<S: Simd, A: Activation, const IN: usize, const OUT: usize>(
    simd: S,
    x: &[f32],
    w: &[f32],
    bias: Option<&[f32]>,
    y: &mut [f32],
) {
    let columns = Columns {
        values: w,
        stride: OUT,
        count: OUT,
    };
    if is_scalar(simd) {
        scalar::dense::<IN, OUT>(x, w, bias, y);
        activation::forward::<A>(simd.level(), y, OUT);
    } else if const { cfg!(debug_assertions) || IN.saturating_mul(OUT) > INLINE_MACS } {
        one(simd.level(), x, columns, bias, y);
        A::forward(simd, y, OUT);
    } else if const { A::ELEMENTWISE } {
        one::inlined::<S, A, OUT, 1, false>(simd, x, columns, bias, y);
    } else {
        one::inlined::<S, Linear, OUT, 1, false>(simd, x, columns, bias, y);
        A::forward(simd, y, OUT);
    }
}

/// `y = bias + x w` of one sample.
pub(crate) fn one(level: Level, x: &[f32], w: Columns<'_>, bias: Option<&[f32]>, y: &mut [f32]) {
    dispatch!(level,
        scalar => scalar::times(x, x.len(), w, bias, y),
        simd => one::product(simd, x, w, bias, y));
}

/// `dw[i][o] = sum_b x[b][i] * dy[b][o]`.
pub(crate) fn outer(
    level: Level,
    x: &[f32],
    dy: &[f32],
    dw: &mut [f32],
    inputs: usize,
    outputs: usize,
) {
    let rows = dy.len() / outputs.max(1);
    let a = Across {
        values: x,
        stride: inputs,
    };
    dispatch!(level,
        scalar => scalar::outer(x, dy, dw, inputs, outputs),
        simd => product(simd, a, dy, Init::Zero, dw, inputs, rows, outputs));
}

/// `sums[o] = sum_b rows[b][o]`.
pub(crate) fn sum_rows(level: Level, rows: &[f32], sums: &mut [f32]) {
    let outputs = sums.len();
    let depth = rows.len() / outputs.max(1);
    let ones = Across {
        values: &[1.0],
        stride: 0,
    };
    dispatch!(level,
        scalar => scalar::sum_rows(rows, sums),
        simd => product(simd, ones, rows, Init::Zero, sums, 1, depth, outputs));
}

/// `dx[b][i] = sum_o dy[b][o] * w[i][o]`.
pub(crate) fn transposed(
    level: Level,
    dy: &[f32],
    w: &[f32],
    dx: &mut [f32],
    inputs: usize,
    outputs: usize,
) {
    let rows = dx.len() / inputs.max(1);
    dispatch!(level,
        scalar => scalar::transposed(dy, w, dx, inputs, outputs),
        simd => transposed_here(simd, dy, w, dx, rows, inputs, outputs));
}

/// Outputs whose weights are transposed at a time.
const CHUNK: usize = 64;
/// The widest panel: two vectors of 16.
const WIDEST: usize = 32;

/// Transposes the weights of a panel of inputs and a chunk of outputs into a buffer that stays in the first-level
/// cache, and multiplies the whole batch by it.
#[inline(always)]
fn transposed_here<S: Simd>(
    simd: S,
    dy: &[f32],
    w: &[f32],
    dx: &mut [f32],
    rows: usize,
    inputs: usize,
    outputs: usize,
) {
    let mut buffer = [0.0; CHUNK * WIDEST];
    let lanes = S::f32s::LEN;
    // Whole vectors, or all columns if they are fewer than a vector has lanes.
    let width = if inputs < lanes {
        inputs
    } else {
        lanes * (inputs / lanes).min(2)
    };
    let mut first = 0;
    while first < inputs {
        first = first.min(inputs - width);
        let mut start = 0;
        while start < outputs {
            let depth = CHUNK.min(outputs - start);
            let from = w.get(first * outputs + start..).unwrap_or_default();
            transpose::block(simd, from, outputs, width, depth, &mut buffer, WIDEST);
            let a = Along {
                values: dy.get(start..).unwrap_or_default(),
                stride: outputs,
            };
            let panel = Panel {
                b: &buffer,
                b_stride: WIDEST,
                init: if start == 0 { Init::Zero } else { Init::Add },
                first: 0,
                c_stride: inputs,
                rows,
                depth,
            };
            let dx = dx.get_mut(first..).unwrap_or_default();
            product_within(simd, a, panel, dx, width);
            start += CHUNK;
        }
        first += width;
    }
}

/// The products of a batch through a layer whose sizes are constants, forward and backward: calls, but for a processor without vectors.
pub(crate) mod sized {
    use super::scalar::batch;
    use crate::level::NEVER_SIMD;
    use fearless_simd::Level;

    /// [`affine`](super::affine).
    #[inline(always)]
    pub(crate) fn affine<const IN: usize, const OUT: usize>(
        level: Level,
        x: &[f32],
        w: &[f32],
        bias: Option<&[f32]>,
        y: &mut [f32],
    ) {
        if NEVER_SIMD {
            batch::affine::<IN, OUT>(x, w, bias, y);
        } else {
            super::affine(level, x, w, bias, y, IN, OUT);
        }
    }

    /// [`outer`](super::outer), and [`sum_rows`](super::sum_rows) of `dy` to `sums`.
    #[inline(always)]
    pub(crate) fn gradients<const IN: usize, const OUT: usize>(
        level: Level,
        x: &[f32],
        dy: &[f32],
        dw: &mut [f32],
        sums: &mut [f32],
    ) {
        if NEVER_SIMD {
            batch::outer::<IN, OUT>(x, dy, dw);
            if !sums.is_empty() {
                batch::sum_rows::<OUT>(dy, sums);
            }
        } else {
            super::outer(level, x, dy, dw, IN, OUT);
            if !sums.is_empty() {
                super::sum_rows(level, dy, sums);
            }
        }
    }

    /// [`transposed`](super::transposed).
    #[inline(always)]
    pub(crate) fn transposed<const IN: usize, const OUT: usize>(
        level: Level,
        dy: &[f32],
        w: &[f32],
        dx: &mut [f32],
    ) {
        if NEVER_SIMD {
            batch::transposed::<IN, OUT>(dy, w, dx);
        } else {
            super::transposed(level, dy, w, dx, IN, OUT);
        }
    }
}
