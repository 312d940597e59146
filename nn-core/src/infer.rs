//! Inference over slices, a tile of samples at a time.
//!
//! In training, the values between layers lie in the tape. In inference they lie on the stack, which a whole batch of a wide network would
//! overflow; a tile of 16 samples, or 4 where they are large, is as fast or nearly so.

use crate::layer::Layer;
use crate::level::apart;
use fearless_simd::Simd;

/// Samples in a tile.
pub(crate) const TILE: usize = 16;

/// Stack that the values between layers may take. A build without optimisation takes three times this.
const BYTES: usize = 32 << 10;

/// Inference of `x` in tiles of `T` or fewer samples: up to the values before the output activation if `LOGITS`, else of the outputs.
#[inline(always)]
pub(crate) fn all<S: Simd, L: Layer, const LOGITS: bool, const T: usize>(
    simd: S,
    layer: &L,
    x: &[L::Input],
    y: &mut [L::Output],
) {
    if const { fits::<L>(T) } {
        tiles::<S, L, LOGITS, T>(simd, layer, x, y);
    } else if const { fits::<L>(4) } {
        tiles::<S, L, LOGITS, 4>(simd, layer, x, y);
    } else {
        tiles::<S, L, LOGITS, 1>(simd, layer, x, y);
    }
}

const fn fits<L: Layer>(samples: usize) -> bool {
    L::SCRATCH_BYTES.saturating_mul(samples) <= BYTES
}

/// `T` samples at a time, then the rest one by one.
#[inline(always)]
fn tiles<S: Simd, L: Layer, const LOGITS: bool, const T: usize>(
    simd: S,
    layer: &L,
    x: &[L::Input],
    y: &mut [L::Output],
) {
    let (x, x_rest) = x.as_chunks::<T>();
    let (y, y_rest) = y.as_chunks_mut::<T>();
    for (x, y) in x.iter().zip(y) {
        tile::<S, L, LOGITS, T>(simd, layer, x, y);
    }
    for (x, y) in x_rest.iter().zip(y_rest) {
        let (x, y) = (core::array::from_ref(x), core::array::from_mut(y));
        tile::<S, L, LOGITS, 1>(simd, layer, x, y);
    }
}

#[inline(always)]
fn tile<S: Simd, L: Layer, const LOGITS: bool, const T: usize>(
    simd: S,
    layer: &L,
    x: &[L::Input; T],
    y: &mut [L::Output; T],
) {
    apart(
        simd,
        #[inline(always)]
        || {
            if const { LOGITS } {
                layer.forward_logits(simd, x, y);
            } else {
                layer.forward(simd, x, y);
            }
        },
    );
}
