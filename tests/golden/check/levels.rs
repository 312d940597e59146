//! SIMD levels. A case must hold on each, but a network compiled for one costs the compiler as much as another network: of the
//! cases about layers and activations, which are many of each kind, every other one takes the other levels.

use crate::case::Result;
use nn_core::{Level, Simd};

/// What is done at a level.
pub trait At {
    fn at<S: Simd>(&mut self, simd: S);
}

/// Some of the levels.
pub trait Levels {
    /// Works at each of them that this machine has, and looks at what came out.
    fn each<W: At>(work: &mut W, look: impl FnMut(&mut W) -> Result<()>) -> Result<()>;
}

/// The narrowest and the widest.
pub struct Outer;
/// Those between them.
pub struct Inner;

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
macro_rules! levels {
    ($($name:ident: $($level:ident)*;)*) => {$(
        impl Levels for $name {
            fn each<W: At>(work: &mut W, mut look: impl FnMut(&mut W) -> Result<()>) -> Result<()> {
                let best = Level::try_detect().unwrap_or(Level::baseline());
                $(if let Some(simd) = best.$level() {
                    simd.vectorize(#[inline(always)] || work.at(simd));
                    look(work)?;
                })*
                Ok(())
            }
        }
    )*};
}
#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
levels! {
    Outer: as_sse2 as_avx512;
    Inner: as_sse4_2 as_avx2;
}

#[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
macro_rules! levels {
    ($($name:ident)*) => {$(
        impl Levels for $name {
            fn each<W: At>(work: &mut W, mut look: impl FnMut(&mut W) -> Result<()>) -> Result<()> {
                let level = Level::try_detect().unwrap_or(Level::baseline());
                fearless_simd::dispatch!(level, simd => work.at(simd));
                look(work)
            }
        }
    )*};
}
#[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
levels! { Outer Inner }

/// All of them, best last.
pub fn levels() -> Vec<Level> {
    let best = Level::try_detect().unwrap_or(Level::baseline());
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    return [
        best.as_sse2().map(Level::Sse2),
        best.as_sse4_2().map(Level::Sse4_2),
        best.as_avx2().map(Level::Avx2),
        best.as_avx512().map(Level::Avx512),
    ]
    .into_iter()
    .flatten()
    .collect();
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
    return vec![best];
}
