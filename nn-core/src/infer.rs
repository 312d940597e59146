//! Inference of one sample, and over slices, a tile of samples at a time.
//!
//! In training, the values between layers lie in the tape. In inference they lie on the stack, which a whole batch of a wide network would
//! overflow; a tile of 16 samples, or 4 where they are large, is as fast or nearly so.

use crate::error::{Error, Result};
use crate::layer::Layer;
use crate::level::{best, dispatch};
use crate::plain::zeroed;
use fearless_simd::{Level, Simd};

/// Samples in a tile.
pub(crate) const TILE: usize = 16;

/// Stack that the values between layers may take. A build without optimisation takes twice this.
const BYTES: usize = 32 << 10;

/// Bytes between layers that are not worth a call of their own.
const SMALL: usize = 512;

/// The output of any layer or network for one sample, for generic code; a network has the same as a method.
///
/// ```
/// use nn_core::layer::Dense;
/// use nn_core::nalgebra::SVector;
/// let layer: Dense<3, 2> = Dense::default();
/// let y: SVector<f32, 2> = nn_core::predict(&layer, &SVector::from([1.0, 2.0, 3.0]));
/// assert_eq!(y.as_slice(), [0.0, 0.0]);
/// ```
#[must_use]
#[inline]
pub fn predict<L: Layer>(layer: &L, x: &L::Input) -> L::Output {
    predict_at(layer, best(), x)
}

/// [`predict`] at a SIMD level of the caller's choice: see [`level`](crate::level).
///
/// ```
/// use nn_core::{layer::Dense, level, nalgebra::SVector};
/// let layer: Dense<3, 2> = Dense::default();
/// for level in level::all() {
///     let y: SVector<f32, 2> = nn_core::predict_at(&layer, level, &SVector::from([1.0, 2.0, 3.0]));
///     assert_eq!(y.as_slice(), [0.0, 0.0]);
/// }
/// ```
#[must_use]
#[inline]
pub fn predict_at<L: Layer>(layer: &L, level: Level, x: &L::Input) -> L::Output {
    let mut y = zeroed();
    predict_into_at(layer, level, x, &mut y);
    y
}

/// [`predict`] into a place of the caller's.
#[inline]
pub fn predict_into<L: Layer>(layer: &L, x: &L::Input, y: &mut L::Output) {
    predict_into_at(layer, best(), x, y);
}

#[inline(always)]
fn predict_into_at<L: Layer>(layer: &L, level: Level, x: &L::Input, y: &mut L::Output) {
    dispatch!(level, simd => {
        if const { L::SCRATCH_BYTES > SMALL } {
            forward_apart(simd, layer, x, y);
        } else {
            layer.forward(simd, x, y);
        }
    });
}

/// [`Layer::forward`] in a frame of its own. The level that the target guarantees needs no function of its own and would become
/// part of the caller, which then had room for its buffers below those of the level that runs.
#[inline(never)]
fn forward_apart<L: Layer, S: Simd>(simd: S, layer: &L, x: &L::Input, y: &mut L::Output) {
    simd.vectorize(
        #[inline(always)]
        || layer.forward(simd, x, y),
    );
}

/// Inference of many samples.
///
/// # Errors
///
/// If the slices differ in length.
pub fn predict_batch<L: Layer>(layer: &L, x: &[L::Input], y: &mut [L::Output]) -> Result<()> {
    if x.len() != y.len() {
        return Err(Error::Lengths {
            inputs: x.len(),
            others: y.len(),
        });
    }
    let level = best();
    if const { fits::<L>(TILE) } {
        tiles::<L, TILE>(level, layer, x, y);
    } else if const { fits::<L>(4) } {
        tiles::<L, 4>(level, layer, x, y);
    } else {
        tiles::<L, 1>(level, layer, x, y);
    }
    Ok(())
}

const fn fits<L: Layer>(samples: usize) -> bool {
    L::SCRATCH_BYTES.saturating_mul(samples) <= BYTES
}

/// `TILE` samples at a time, then the rest one by one.
fn tiles<L: Layer, const TILE: usize>(
    level: Level,
    layer: &L,
    x: &[L::Input],
    y: &mut [L::Output],
) {
    let (x, x_rest) = x.as_chunks::<TILE>();
    let (y, y_rest) = y.as_chunks_mut::<TILE>();
    for (x, y) in x.iter().zip(y) {
        layer.forward_batch(level, x, y);
    }
    for (x, y) in x_rest.iter().zip(y_rest) {
        predict_into_at(layer, level, x, y);
    }
}

/// Logits of the first `rows` samples of a batch, in whole tiles: `x` has zeros where there is no sample, and what becomes of
/// these is nobody's concern. One tile is all that is compiled.
pub(crate) fn logits<L: Layer, const BATCH: usize>(
    level: Level,
    layer: &L,
    x: &[L::Input; BATCH],
    z: &mut [L::Output; BATCH],
    rows: usize,
) {
    if const { BATCH <= TILE && fits::<L>(BATCH) } {
        layer.forward_logits(level, x, z);
    } else if const { BATCH.is_multiple_of(TILE) && fits::<L>(TILE) } {
        logit_tiles::<L, TILE>(level, layer, x, z, rows);
    } else if const { BATCH.is_multiple_of(4) && fits::<L>(4) } {
        logit_tiles::<L, 4>(level, layer, x, z, rows);
    } else {
        logit_tiles::<L, 1>(level, layer, x, z, rows);
    }
}

fn logit_tiles<L: Layer, const TILE: usize>(
    level: Level,
    layer: &L,
    x: &[L::Input],
    z: &mut [L::Output],
    rows: usize,
) {
    let (x, _) = x.as_chunks::<TILE>();
    let (z, _) = z.as_chunks_mut::<TILE>();
    for (x, z) in x.iter().zip(z).take(rows.div_ceil(TILE)) {
        layer.forward_logits(level, x, z);
    }
}
