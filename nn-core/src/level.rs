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

/// `fearless_simd::dispatch!`, which compiles an expression for every level and runs it at the one at hand.
#[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
pub(crate) use fearless_simd::dispatch;

/// The same with three levels: what the target guarantees, AVX2 with FMA, and AVX-512. SSE4.2 would cost the compiler as much as any
/// of them, and its kernels are as long and as fast as those of SSE2.
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
macro_rules! dispatch {
    ($level:expr, $simd:pat => $op:expr) => {{
        let level: fearless_simd::Level = $level;
        $crate::level::scalar_or!(level, $simd => $op, {
            let baseline = fearless_simd::Level::baseline();
            if let Some(token) = level.as_avx512().or(baseline.as_avx512()) {
                $crate::level::dispatch!(@with token, $simd => $op)
            } else if let Some(token) = level.as_avx2().or(baseline.as_avx2()) {
                $crate::level::dispatch!(@with token, $simd => $op)
            } else if let Some(token) = level.as_sse2().or(baseline.as_sse2()) {
                $crate::level::dispatch!(@with token, $simd => $op)
            } else {
                unreachable!("the target has SSE2")
            }
        })
    }};
    (@with $token:ident, $simd:pat => $op:expr) => {
        fearless_simd::Simd::vectorize(
            $token,
            #[inline(always)]
            || {
                let $simd = $token;
                $op
            },
        )
    };
}
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
pub(crate) use dispatch;

/// The scalar level, where it is compiled in beside the vectors, or `otherwise`.
#[cfg(all(target_arch = "x86_64", target_feature = "sse2", feature = "fallback"))]
macro_rules! scalar_or {
    ($level:ident, $simd:pat => $op:expr, $otherwise:expr) => {
        match $level {
            fearless_simd::Level::Fallback(token) => {
                $crate::level::dispatch!(@with token, $simd => $op)
            }
            _ => $otherwise,
        }
    };
}
#[cfg(all(
    target_arch = "x86_64",
    target_feature = "sse2",
    not(feature = "fallback")
))]
macro_rules! scalar_or {
    ($level:ident, $simd:pat => $op:expr, $otherwise:expr) => {
        $otherwise
    };
}
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
pub(crate) use scalar_or;

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
