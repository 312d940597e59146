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
pub(crate) mod norm;
mod panel;
mod pool;
pub(crate) mod recurrent;
mod row;
mod transpose;

#[cfg(test)]
mod tests;

pub(crate) use conv::{Axis, INPUTS_SCRATCH_BYTES, Shape, conv, conv_inputs, conv_weights};
pub(crate) use pool::{avg_pool, avg_pool_back, max_pool, max_pool_back, max_pool_taps};

use crate::activation::Activation;
use crate::level::apart;
use fearless_simd::{f32x4, f32x8, prelude::*};
use panel::{Across, Along, Init, Left, Panel, product};

/// Products of at most this many multiply-accumulates are compiled into the caller, where their sizes are constants;
/// larger ones share one copy of the kernel per SIMD level, so that code size does not grow with the number of layers.
/// Unoptimised builds share all of them: copies that nobody shrinks took a compiler gigabytes.
const INLINE_MACS: usize = 1024;

/// `y[b][o] = bias[o] + sum_i x[b][i] * w[i][o]`.
#[inline(always)]
pub(crate) fn affine<S: Simd>(
    simd: S,
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
    if cfg!(debug_assertions) || rows * inputs * outputs > INLINE_MACS {
        shared_product(simd, a, w, init, y, rows, inputs, outputs);
    } else {
        product(simd, a, w, init, y, rows, inputs, outputs);
    }
}

/// `y[b] = A(bias + x[b] w)`.
#[inline(always)]
pub(crate) fn dense<S: Simd, A: Activation>(
    simd: S,
    x: &[f32],
    w: &[f32],
    bias: Option<&[f32]>,
    y: &mut [f32],
    inputs: usize,
    outputs: usize,
) {
    let narrow = y.len() == outputs && inputs * outputs <= INLINE_MACS && A::ELEMENTWISE;
    if narrow && outputs <= 4 {
        apart(
            simd,
            #[inline(always)]
            || row::narrow::<S, f32x4<S>, A>(simd, x, w, bias, y),
        );
    } else if narrow && outputs <= 8 {
        apart(
            simd,
            #[inline(always)]
            || row::narrow::<S, f32x8<S>, A>(simd, x, w, bias, y),
        );
    } else if narrow && outputs <= S::f32s::LEN {
        apart(
            simd,
            #[inline(always)]
            || row::narrow::<S, S::f32s, A>(simd, x, w, bias, y),
        );
    } else {
        affine(simd, x, w, bias, y, inputs, outputs);
        A::forward(simd, y, outputs);
    }
}

/// `dw[i][o] = sum_b x[b][i] * dy[b][o]`.
#[inline(always)]
pub(crate) fn outer<S: Simd>(
    simd: S,
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
    if cfg!(debug_assertions) || rows * inputs * outputs > INLINE_MACS {
        shared_product(simd, a, dy, Init::Zero, dw, inputs, rows, outputs);
    } else {
        product(simd, a, dy, Init::Zero, dw, inputs, rows, outputs);
    }
}

/// `sums[o] = sum_b rows[b][o]`.
#[inline(always)]
pub(crate) fn sum_rows<S: Simd>(simd: S, rows: &[f32], sums: &mut [f32]) {
    let outputs = sums.len();
    let depth = rows.len() / outputs.max(1);
    let ones = Across {
        values: &[1.0],
        stride: 0,
    };
    if cfg!(debug_assertions) || rows.len() > INLINE_MACS {
        shared_product(simd, ones, rows, Init::Zero, sums, 1, depth, outputs);
    } else {
        product(simd, ones, rows, Init::Zero, sums, 1, depth, outputs);
    }
}

/// [`product`] compiled once per SIMD level and order of `A`.
#[inline(never)]
#[allow(clippy::too_many_arguments)]
fn shared_product<S: Simd, A: Left>(
    simd: S,
    a: A,
    b: &[f32],
    init: Init<'_>,
    c: &mut [f32],
    rows: usize,
    depth: usize,
    columns: usize,
) {
    simd.vectorize(
        #[inline(always)]
        || product(simd, a, b, init, c, rows, depth, columns),
    );
}

/// `dx[b][i] = sum_o dy[b][o] * w[i][o]`.
#[inline(always)]
pub(crate) fn transposed<S: Simd>(
    simd: S,
    dy: &[f32],
    w: &[f32],
    dx: &mut [f32],
    inputs: usize,
    outputs: usize,
) {
    let rows = dx.len() / inputs.max(1);
    if cfg!(debug_assertions) || rows * inputs * outputs > INLINE_MACS {
        transposed_shared(simd, dy, w, dx, rows, inputs, outputs);
    } else {
        transposed_here(simd, dy, w, dx, rows, inputs, outputs);
    }
}

#[inline(never)]
fn transposed_shared<S: Simd>(
    simd: S,
    dy: &[f32],
    w: &[f32],
    dx: &mut [f32],
    rows: usize,
    inputs: usize,
    outputs: usize,
) {
    simd.vectorize(
        #[inline(always)]
        || transposed_here(simd, dy, w, dx, rows, inputs, outputs),
    );
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
        for start in (0..outputs).step_by(CHUNK) {
            let depth = CHUNK.min(outputs - start);
            let from = &w[first * outputs + start..];
            transpose::block(simd, from, outputs, width, depth, &mut buffer, WIDEST);
            let a = Along {
                values: &dy[start..],
                stride: outputs,
            };
            let panel = Panel {
                b: &buffer,
                b_stride: WIDEST,
                init: if start == 0 { Init::Zero } else { Init::Add },
                first,
                c_stride: inputs,
                rows,
                depth,
            };
            match width / lanes {
                0 => panel.ragged(simd, a, dx, width),
                1 => panel.full::<S, S::f32s, _, 1>(simd, a, dx),
                _ => panel.full::<S, S::f32s, _, 2>(simd, a, dx),
            }
        }
        first += width;
    }
}
