//! Small dense networks in a `const`, where no trait's method can be called.

use crate::layer::{Bias, Dense};
use crate::plain::as_slice;

/// A dense layer, with a `relu` behind it or not, as plain loops.
#[must_use]
pub const fn dense_const<const IN: usize, const OUT: usize, A: 'static, B: Bias>(
    layer: &Dense<IN, OUT, A, B>,
    relu: bool,
    x: &[f32; IN],
) -> [f32; OUT] {
    let (kernel, bias) = (as_slice(&layer.kernel), as_slice(&layer.bias));
    let mut y = [0.0; OUT];
    let mut o = 0;
    while o < OUT {
        let mut sum = if bias.is_empty() { 0.0 } else { bias[o] };
        let mut i = 0;
        while i < IN {
            sum += x[i] * kernel[i * OUT + o];
            i += 1;
        }
        y[o] = if relu && sum < 0.0 { 0.0 } else { sum };
        o += 1;
    }
    y
}

/// The index of the largest value, the first of equals.
#[must_use]
pub const fn largest_of(values: &[f32]) -> usize {
    let (mut best, mut i) = (0, 1);
    while i < values.len() {
        if values[i] > values[best] {
            best = i;
        }
        i += 1;
    }
    best
}
