//! Sums over parameters that are the same on every SIMD level and cannot overflow: in `f64`.

/// The sum of `term` over all values.
#[inline(always)]
pub(crate) fn sum(values: &[f32], term: impl Fn(f64) -> f64) -> f64 {
    // Several sums side by side: one after the other would wait for each addition.
    let mut sums = [0.0; 8];
    let mut chunks = values.chunks_exact(8);
    for chunk in &mut chunks {
        for (sum, &value) in sums.iter_mut().zip(chunk) {
            *sum += term(f64::from(value));
        }
    }
    for (sum, &value) in sums.iter_mut().zip(chunks.remainder()) {
        *sum += term(f64::from(value));
    }
    sums.iter().sum()
}

/// The Euclidean norm.
#[inline(always)]
pub(crate) fn norm(values: &[f32]) -> f64 {
    libm::sqrt(sum(values, |value| value * value))
}
