//! One sample through a layer that is narrower than a vector, in registers from the bias to the activation.

use super::panel::{load_part, store_part};
use crate::activation::Activation;
use fearless_simd::prelude::*;

/// Sums that run side by side: a multiply-add waits four cycles for the one before, and a chain of them is all that a
/// small layer consists of.
const CHAINS: usize = 4;

/// `y = A(bias + x W)` for elementwise `A`.
#[inline(always)]
pub(super) fn narrow<S: Simd, V: SimdFloat<S, Element = f32>, A: Activation>(
    simd: S,
    x: &[f32],
    w: &[f32],
    bias: Option<&[f32]>,
    y: &mut [f32],
) {
    let columns = y.len();
    let mut sums = [V::splat(simd, 0.0); CHAINS];
    if let Some(bias) = bias {
        sums[0] = load_part(simd, bias, 0);
    }
    let (whole, rest) = x.as_chunks::<CHAINS>();
    for (chunk, x) in whole.iter().enumerate() {
        for i in 0..CHAINS {
            let w: V = load_part(simd, w, (chunk * CHAINS + i) * columns);
            sums[i] = V::splat(simd, x[i]).mul_add(w, sums[i]);
        }
    }
    for (i, x) in rest.iter().enumerate() {
        let w: V = load_part(simd, w, (whole.len() * CHAINS + i) * columns);
        sums[i] = V::splat(simd, *x).mul_add(w, sums[i]);
    }
    let sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    store_part(A::vector(simd, sum), y);
}
