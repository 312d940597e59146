//! The SIMD levels of this machine.

use fearless_simd::{Level, Simd};

/// The best level this CPU has; without `std`, the best that the target guarantees.
#[inline(always)]
#[must_use]
pub fn best() -> Level {
    Level::try_detect().unwrap_or(Level::baseline())
}

/// Every level this CPU has, best first; the scalar fallback too if the feature `fallback` is on.
///
/// Results differ between levels by the rounding of sums in another order and of fused multiply-add, nothing else.
///
/// ```
/// assert!(nn_core::level::all().next().is_some());
/// ```
pub fn all() -> impl Iterator<Item = Level> {
    let best = best();
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    let levels = [
        best.as_avx512().map(Level::Avx512),
        best.as_avx2().map(Level::Avx2),
        best.as_sse4_2().map(Level::Sse4_2),
        best.as_sse2().map(Level::Sse2),
    ];
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
    let levels = [Some(best)];
    #[cfg(feature = "fallback")]
    let fallback = (!best.is_fallback()).then(Level::fallback);
    #[cfg(not(feature = "fallback"))]
    let fallback = None;
    levels.into_iter().flatten().chain(fallback)
}

/// Does `work` (a closure that is `#[inline(always)]`), in builds without optimisation in a stack frame of its own.
///
/// There, every temporary of every inlined function has its own place in the frame: ten layers in one function took a megabyte.
#[inline(always)]
pub(crate) fn apart<S: Simd, R>(simd: S, work: impl FnOnce() -> R) -> R {
    if cfg!(debug_assertions) {
        simd.vectorize(work)
    } else {
        work()
    }
}
