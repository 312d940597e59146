//! The static matrix kernels over row-major batches; the only place that knows about SIMD.

use fearless_simd::Simd;

/// `y[b][o] = bias[o] + sum_i x[b][i] * w[i][o]`.
#[inline(always)]
pub(crate) fn affine<S: Simd>(
    _: S,
    x: &[f32],
    w: &[f32],
    bias: Option<&[f32]>,
    y: &mut [f32],
    inputs: usize,
    outputs: usize,
) {
    for (x, y) in x.chunks_exact(inputs).zip(y.chunks_exact_mut(outputs)) {
        match bias {
            Some(bias) => y.copy_from_slice(bias),
            None => y.fill(0.0),
        }
        for (&x, w) in x.iter().zip(w.chunks_exact(outputs)) {
            for (y, w) in y.iter_mut().zip(w) {
                *y += x * w;
            }
        }
    }
}

/// `dw[i][o] = sum_b x[b][i] * dy[b][o]`.
#[inline(always)]
pub(crate) fn outer<S: Simd>(
    _: S,
    x: &[f32],
    dy: &[f32],
    dw: &mut [f32],
    inputs: usize,
    outputs: usize,
) {
    dw.fill(0.0);
    for (x, dy) in x.chunks_exact(inputs).zip(dy.chunks_exact(outputs)) {
        for (&x, dw) in x.iter().zip(dw.chunks_exact_mut(outputs)) {
            for (dw, dy) in dw.iter_mut().zip(dy) {
                *dw += x * dy;
            }
        }
    }
}

/// `dx[b][i] = sum_o dy[b][o] * w[i][o]`.
#[inline(always)]
pub(crate) fn transposed<S: Simd>(
    _: S,
    dy: &[f32],
    w: &[f32],
    dx: &mut [f32],
    inputs: usize,
    outputs: usize,
) {
    for (dx, dy) in dx.chunks_exact_mut(inputs).zip(dy.chunks_exact(outputs)) {
        for (dx, w) in dx.iter_mut().zip(w.chunks_exact(outputs)) {
            *dx = w.iter().zip(dy).map(|(w, dy)| w * dy).sum();
        }
    }
}

/// `sums[o] = sum_b rows[b][o]`.
#[inline(always)]
pub(crate) fn sum_rows<S: Simd>(_: S, rows: &[f32], sums: &mut [f32]) {
    sums.fill(0.0);
    for row in rows.chunks_exact(sums.len().max(1)) {
        for (sum, value) in sums.iter_mut().zip(row) {
            *sum += value;
        }
    }
}
