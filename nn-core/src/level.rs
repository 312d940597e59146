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

/// `fearless_simd::dispatch!`, which compiles an expression for every level and runs it at the one at hand; at the scalar level,
/// which has no vectors, another expression if there is one.
#[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
macro_rules! dispatch {
    ($level:expr, scalar => $scalar:expr, $simd:pat => $op:expr) => {{
        let level: fearless_simd::Level = $level;
        $crate::level::plain_or!(level, $scalar, fearless_simd::dispatch!(level, $simd => $op))
    }};
    ($level:expr, $simd:pat => $op:expr) => {
        fearless_simd::dispatch!($level, $simd => $op)
    };
}
#[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
pub(crate) use dispatch;

/// The same with three levels: what the target guarantees, AVX2 with FMA, and AVX-512. SSE4.2 would cost the compiler as much as any
/// of them, and its kernels are as long and as fast as those of SSE2.
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
macro_rules! dispatch {
    ($level:expr, scalar => $scalar:expr, $simd:pat => $op:expr) => {{
        let level: fearless_simd::Level = $level;
        // The vectors of the scalar level are not even compiled.
        $crate::level::plain_or!(level, $scalar, $crate::level::dispatch!(@vectors level, $simd => $op))
    }};
    ($level:expr, $simd:pat => $op:expr) => {{
        let level: fearless_simd::Level = $level;
        $crate::level::scalar_or!(level, $simd => $op, $crate::level::dispatch!(@vectors level, $simd => $op))
    }};
    (@vectors $level:ident, $simd:pat => $op:expr) => {{
        let baseline = fearless_simd::Level::baseline();
        if let Some(token) = $level.as_avx512().or(baseline.as_avx512()) {
            $crate::level::dispatch!(@with token, $simd => $op)
        } else if let Some(token) = $level.as_avx2().or(baseline.as_avx2()) {
            $crate::level::dispatch!(@with token, $simd => $op)
        } else if let Some(token) = $level.as_sse2().or(baseline.as_sse2()) {
            $crate::level::dispatch!(@with token, $simd => $op)
        } else {
            unreachable!("the target has SSE2")
        }
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

/// Whether this target has vectors at every level that is compiled.
pub(crate) const ALWAYS_SIMD: bool = cfg!(all(
    not(feature = "fallback"),
    any(
        all(target_arch = "x86_64", target_feature = "sse2"),
        all(target_arch = "aarch64", target_feature = "neon"),
        all(target_arch = "wasm32", target_feature = "simd128"),
    )
));

/// Whether this target has no vectors at any level.
pub(crate) const NEVER_SIMD: bool = cfg!(not(any(
    target_arch = "x86",
    target_arch = "x86_64",
    target_arch = "aarch64",
    all(target_arch = "wasm32", target_feature = "simd128"),
)));

/// Whether this is the level without vectors: its kernels are plain loops.
#[inline(always)]
pub(crate) fn is_scalar<S: Simd>(simd: S) -> bool {
    NEVER_SIMD || (!ALWAYS_SIMD && simd.level().is_fallback())
}

/// The first expression at the scalar level, else the second; only what a target can need is compiled.
#[cfg(not(any(
    target_arch = "x86",
    target_arch = "x86_64",
    target_arch = "aarch64",
    all(target_arch = "wasm32", target_feature = "simd128"),
)))]
macro_rules! plain_or {
    ($level:ident, $scalar:expr, $simd:expr) => {{
        let _ = $level;
        $scalar
    }};
}
#[cfg(any(
    target_arch = "x86",
    target_arch = "x86_64",
    target_arch = "aarch64",
    all(target_arch = "wasm32", target_feature = "simd128"),
))]
macro_rules! plain_or {
    ($level:ident, $scalar:expr, $simd:expr) => {
        if !$crate::level::ALWAYS_SIMD && $level.is_fallback() {
            $scalar
        } else {
            $simd
        }
    };
}
pub(crate) use plain_or;

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
