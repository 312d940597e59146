use crate::activation::Linear;
use crate::kernel::lanes::{add, part, part_mut, write};
use crate::layer::{Context, Layer, LayerShape, Pass, Train, UpsampleSizes};
use crate::plain::{self, as_mut_slice, as_slice};
use core::marker::PhantomData;
use fearless_simd::Level;
use nalgebra::SMatrix;

/// Every pixel `DOWN x RIGHT` times (Keras `UpSampling2D` with `nearest`); every step of a sequence, an image of width 1, `DOWN` times
/// (Keras `UpSampling1D`).
///
/// `HEIGHT x WIDTH` pixels of `CHANNELS`, which are `POSITIONS = HEIGHT * WIDTH`, become `OUTPUTS = POSITIONS * DOWN * RIGHT`.
///
/// ```
/// use nn_core::layer::{Upsample, UpsampleSizes};
/// use nn_core::prelude::*;
///
/// // `input 1x2x1; upsample 2x2;`
/// type Larger = Upsample<UpsampleSizes<1, 2, 2, 2, 1, 2, 8>>;
/// let y = nn_core::predict(&Larger::default(), &SMatrix::from([[1.0], [2.0]]));
/// assert_eq!(y.as_slice(), [1.0, 1.0, 2.0, 2.0, 1.0, 1.0, 2.0, 2.0]);
/// ```
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Upsample<S: LayerShape>(PhantomData<S>);

plain::mark!([S: LayerShape] Upsample<S> { 0 });

impl<
    S,
    const HEIGHT: usize,
    const WIDTH: usize,
    const DOWN: usize,
    const RIGHT: usize,
    const CHANNELS: usize,
    const POSITIONS: usize,
    const OUTPUTS: usize,
> Upsample<S>
where
    S: LayerShape<Sizes = UpsampleSizes<HEIGHT, WIDTH, DOWN, RIGHT, CHANNELS, POSITIONS, OUTPUTS>>,
{
    const CHECK: () = {
        assert!(
            HEIGHT * WIDTH == POSITIONS,
            "the input must have `HEIGHT * WIDTH` positions"
        );
        assert!(
            POSITIONS * DOWN * RIGHT == OUTPUTS,
            "the output must have `HEIGHT * DOWN * WIDTH * RIGHT` positions"
        );
    };

    /// Calls `each(small, large)` with the places of a pixel's first channel in both images.
    #[inline(always)]
    fn pixels(samples: usize, mut each: impl FnMut(usize, usize)) {
        let () = Self::CHECK;
        let width = WIDTH * RIGHT;
        for row in 0..samples * HEIGHT * DOWN {
            for column in 0..width {
                let small = row / DOWN * WIDTH + column / RIGHT;
                each(small * CHANNELS, (row * width + column) * CHANNELS);
            }
        }
    }
}

impl<
    S,
    const HEIGHT: usize,
    const WIDTH: usize,
    const DOWN: usize,
    const RIGHT: usize,
    const CHANNELS: usize,
    const POSITIONS: usize,
    const OUTPUTS: usize,
> Layer for Upsample<S>
where
    S: LayerShape<Sizes = UpsampleSizes<HEIGHT, WIDTH, DOWN, RIGHT, CHANNELS, POSITIONS, OUTPUTS>>,
{
    type Input = SMatrix<f32, CHANNELS, POSITIONS>;
    type Output = SMatrix<f32, CHANNELS, OUTPUTS>;
    type Head = Linear;
    const KIND: &'static str = "upsample";
    const MACS: usize = 0;

    one_of_batch!();

    #[inline(always)]
    fn forward_batch<const BATCH: usize>(
        &self,
        _: Level,
        x: &[Self::Input; BATCH],
        y: &mut [Self::Output; BATCH],
    ) {
        let (x, y) = (as_slice(x), as_mut_slice(y));
        Self::pixels(BATCH, |small, large| {
            write(part_mut(y, large, CHANNELS), part(x, small, CHANNELS));
        });
    }
}

impl<
    S,
    const HEIGHT: usize,
    const WIDTH: usize,
    const DOWN: usize,
    const RIGHT: usize,
    const CHANNELS: usize,
    const POSITIONS: usize,
    const OUTPUTS: usize,
> Train for Upsample<S>
where
    S: LayerShape<Sizes = UpsampleSizes<HEIGHT, WIDTH, DOWN, RIGHT, CHANNELS, POSITIONS, OUTPUTS>>,
{
    type Grad = ();
    type Tape<const BATCH: usize> = ();

    fn backward<const BATCH: usize>(&self, _: &mut Context<'_>, pass: Pass<'_, Self, BATCH>) {
        let Pass { dy, dx, .. } = pass;
        let Some(dx) = dx else { return };
        let (dy, dx) = (as_slice(dy), as_mut_slice(dx));
        dx.fill(0.0);
        Self::pixels(BATCH, |small, large| {
            add(part_mut(dx, small, CHANNELS), part(dy, large, CHANNELS));
        });
    }
}
