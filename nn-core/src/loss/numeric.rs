//! Computations that several losses share.

use super::Prediction;
use crate::activation::HeadKind;
use crate::tensor::Tensor;
use fearless_simd::Level;
use libm::logf;

/// Keras's `epsilon`: probabilities are clipped to it and to one minus it before their logarithm is taken.
pub(super) const EPSILON: f32 = 1e-7;

const LANES: usize = 8;

/// Keras's clipping of a probability, and 1 if the gradient passes or 0 where it was clipped. NaN stays NaN.
#[inline(always)]
pub(super) fn clip(p: f32) -> (f32, f32) {
    let clipped = p.clamp(EPSILON, 1.0 - EPSILON);
    (clipped, if clipped == p { 1.0 } else { 0.0 })
}

/// `max(x, 0)` in which NaN stays NaN.
#[inline(always)]
pub(super) fn positive(x: f32) -> f32 {
    if x < 0.0 { 0.0 } else { x }
}

/// The place of the largest value, the first of equals; 0 if there is none.
#[inline(always)]
pub(crate) fn argmax(values: &[f32]) -> usize {
    let mut best = 0;
    let mut most = f32::NEG_INFINITY;
    for (index, &value) in values.iter().enumerate() {
        if value > most {
            (best, most) = (index, value);
        }
    }
    best
}

/// The class that these outputs stand for, which is where the largest is. Outputs of which one is no number stand for none.
#[inline(always)]
pub(crate) fn class_of(outputs: &[f32]) -> Option<usize> {
    let is_number = !outputs.is_empty() && !outputs.iter().any(|value| value.is_nan());
    is_number.then(|| argmax(outputs))
}

/// 1 if the outputs stand for the class `index`, else 0.
#[inline(always)]
pub(crate) fn largest_at(outputs: &[f32], index: usize) -> f32 {
    f32::from(u8::from(class_of(outputs) == Some(index)))
}

/// Writes the softmax of the logits `z` to `p`: the activation itself, at the SIMD level that needs no detection.
#[inline(always)]
pub(super) fn softmax(z: &[f32], p: &mut [f32]) {
    p.copy_from_slice(z);
    let row = p.len();
    HeadKind::Softmax.apply(Level::baseline(), p, row);
}

/// Writes the sigmoid of the logits `z` to `p`, as [`softmax`] does.
#[inline(always)]
pub(super) fn sigmoid(z: &[f32], p: &mut [f32]) {
    p.copy_from_slice(z);
    HeadKind::Sigmoid.apply(Level::baseline(), p, 1);
}

/// The largest logit and its `p`, of the logits `z` and their softmax `p`.
///
/// For any class `-ln p[i]` is the difference of the logits more: exact also where `p[i]` underflows, and without another exponential.
#[inline(always)]
pub(super) fn likeliest_of(z: &[f32], p: &[f32]) -> (f32, f32) {
    let best = argmax(z);
    match (z.get(best), p.get(best)) {
        (Some(&z), Some(&p)) => (z, p),
        _ => (f32::NAN, f32::NAN),
    }
}

/// The largest logit and its `-ln p`.
#[inline(always)]
pub(super) fn likeliest(z: &[f32], p: &[f32]) -> (f32, f32) {
    let (z, p) = likeliest_of(z, p);
    (z, -logf(p))
}

/// The rows of `Y` in memory order: one of `Y::CHANNELS` values for each step or pixel.
#[inline(always)]
pub(crate) fn rows<Y: Tensor>(values: &[f32]) -> impl Iterator<Item = &[f32]> {
    values.chunks_exact(Y::CHANNELS.max(1))
}

/// The mean over rows of `f(logits, outputs, target, scale, gradient)`, which writes `scale` times the row's gradient and returns its loss.
#[inline(always)]
pub(super) fn rowwise<Y: Tensor, T>(
    prediction: Prediction<'_, Y>,
    targets: impl Iterator<Item = T>,
    scale: f32,
    gradient: &mut Y,
    f: impl Fn(&[f32], &[f32], T, f32, &mut [f32]) -> f32,
) -> f32 {
    let mean = 1.0 / Y::POSITIONS.max(1) as f32;
    let z = rows::<Y>(prediction.logits.values());
    let y = rows::<Y>(prediction.output.values());
    let g = gradient.values_mut().chunks_exact_mut(Y::CHANNELS.max(1));
    let mut sum = 0.0;
    for (((g, z), y), t) in g.zip(z).zip(y).zip(targets) {
        sum += f(z, y, t, scale * mean, g);
    }
    sum * mean
}

/// For every output `f(gradient before, output, target)` gives `(loss, derivative)`: writes `factor` times the derivatives and returns the
/// sum of the losses.
///
/// Eight sums in turn: a single one would make every addition wait for the last.
#[inline(always)]
pub(super) fn pointwise(
    [y, t]: [&[f32]; 2],
    gradient: &mut [f32],
    factor: f32,
    f: impl Fn(f32, f32, f32) -> (f32, f32),
) -> f32 {
    let mut sums = [0.0; LANES];
    let (g, g_rest) = gradient.as_chunks_mut::<LANES>();
    let (y, y_rest) = y.as_chunks::<LANES>();
    let (t, t_rest) = t.as_chunks::<LANES>();
    for ((g, y), t) in g.iter_mut().zip(y).zip(t) {
        for lane in 0..LANES {
            let (value, derivative) = f(g[lane], y[lane], t[lane]);
            sums[lane] += value;
            g[lane] = factor * derivative;
        }
    }
    let rest = g_rest.iter_mut().zip(y_rest).zip(t_rest);
    for (((g, y), t), sum) in rest.zip(&mut sums) {
        let (value, derivative) = f(*g, *y, *t);
        *sum += value;
        *g = factor * derivative;
    }
    sums.iter().sum()
}

/// The sum of the logarithms of `f` of all values, which must be within 1/2 and 1: a product of so many still has a logarithm, and one
/// is enough.
#[inline(always)]
pub(super) fn sum_of_logs(values: &[f32], f: impl Fn(f32) -> f32) -> f32 {
    let mut sum = 0.0;
    for block in values.chunks(LANES * LANES) {
        let mut products = [1.0; LANES];
        let (chunks, rest) = block.as_chunks::<LANES>();
        for chunk in chunks {
            for lane in 0..LANES {
                products[lane] *= f(chunk[lane]);
            }
        }
        for (product, &value) in products.iter_mut().zip(rest) {
            *product *= f(value);
        }
        sum += logf(products.iter().product());
    }
    sum
}
