use crate::activation::Linear;
use crate::kernel::lanes::{part, part_mut, write};
use crate::layer::{Context, Layer, LayerShape, Pass, Train, ZeroPadSizes};
use crate::plain::{self, as_mut_slice, as_slice};
use core::marker::PhantomData;
use fearless_simd::Level;
use nalgebra::SMatrix;

/// Rows and columns of zeros around an image (Keras `ZeroPadding2D`), or steps of zeros before and after a sequence, an image of width 1
/// (Keras `ZeroPadding1D`).
///
/// `HEIGHT x WIDTH` pixels of `CHANNELS`, which are `POSITIONS = HEIGHT * WIDTH`, become `OUTPUTS = (TOP + HEIGHT + BOTTOM) * (LEFT + WIDTH + RIGHT)`.
///
/// ```
/// use nn_core::layer::{ZeroPad, ZeroPadSizes};
/// use nn_core::prelude::*;
///
/// // `input 2x1; zero_pad before 1 after 2;`
/// type Padded = ZeroPad<ZeroPadSizes<2, 1, 1, 2, 0, 0, 1, 2, 5>>;
/// let y = nn_core::predict(&Padded::default(), &SMatrix::from([[1.0], [2.0]]));
/// assert_eq!(y.as_slice(), [0.0, 1.0, 2.0, 0.0, 0.0]);
/// ```
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ZeroPad<S: LayerShape>(PhantomData<S>);

plain::mark!([S: LayerShape] ZeroPad<S> { 0 });

impl<
    S,
    const HEIGHT: usize,
    const WIDTH: usize,
    const TOP: usize,
    const BOTTOM: usize,
    const LEFT: usize,
    const RIGHT: usize,
    const CHANNELS: usize,
    const POSITIONS: usize,
    const OUTPUTS: usize,
> ZeroPad<S>
where
    S: LayerShape<
        Sizes = ZeroPadSizes<HEIGHT, WIDTH, TOP, BOTTOM, LEFT, RIGHT, CHANNELS, POSITIONS, OUTPUTS>,
    >,
{
    const CHECK: () = {
        assert!(
            HEIGHT * WIDTH == POSITIONS,
            "the input must have `HEIGHT * WIDTH` positions"
        );
        assert!(
            (TOP + HEIGHT + BOTTOM) * (LEFT + WIDTH + RIGHT) == OUTPUTS,
            "the output must have `(TOP + HEIGHT + BOTTOM) * (LEFT + WIDTH + RIGHT)` positions"
        );
    };

    /// Calls `each(inner, outer)` with the places where each row of the image begins, without and with padding.
    #[inline(always)]
    fn rows(samples: usize, mut each: impl FnMut(usize, usize)) {
        let () = Self::CHECK;
        for sample in 0..samples {
            for row in 0..HEIGHT {
                let outer = sample * OUTPUTS + (TOP + row) * (LEFT + WIDTH + RIGHT) + LEFT;
                each((sample * HEIGHT + row) * WIDTH * CHANNELS, outer * CHANNELS);
            }
        }
    }
}

impl<
    S,
    const HEIGHT: usize,
    const WIDTH: usize,
    const TOP: usize,
    const BOTTOM: usize,
    const LEFT: usize,
    const RIGHT: usize,
    const CHANNELS: usize,
    const POSITIONS: usize,
    const OUTPUTS: usize,
> Layer for ZeroPad<S>
where
    S: LayerShape<
        Sizes = ZeroPadSizes<HEIGHT, WIDTH, TOP, BOTTOM, LEFT, RIGHT, CHANNELS, POSITIONS, OUTPUTS>,
    >,
{
    type Input = SMatrix<f32, CHANNELS, POSITIONS>;
    type Output = SMatrix<f32, CHANNELS, OUTPUTS>;
    type Head = Linear;
    const KIND: &'static str = "zero_pad";
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
        y.fill(0.0);
        Self::rows(BATCH, |inner, outer| {
            write(
                part_mut(y, outer, WIDTH * CHANNELS),
                part(x, inner, WIDTH * CHANNELS),
            );
        });
    }
}

impl<
    S,
    const HEIGHT: usize,
    const WIDTH: usize,
    const TOP: usize,
    const BOTTOM: usize,
    const LEFT: usize,
    const RIGHT: usize,
    const CHANNELS: usize,
    const POSITIONS: usize,
    const OUTPUTS: usize,
> Train for ZeroPad<S>
where
    S: LayerShape<
        Sizes = ZeroPadSizes<HEIGHT, WIDTH, TOP, BOTTOM, LEFT, RIGHT, CHANNELS, POSITIONS, OUTPUTS>,
    >,
{
    type Grad = ();
    type Tape<const BATCH: usize> = ();

    fn backward<const BATCH: usize>(&self, _: &mut Context<'_>, pass: Pass<'_, Self, BATCH>) {
        let Pass { dy, dx, .. } = pass;
        let Some(dx) = dx else { return };
        let (dy, dx) = (as_slice(dy), as_mut_slice(dx));
        Self::rows(BATCH, |inner, outer| {
            write(
                part_mut(dx, inner, WIDTH * CHANNELS),
                part(dy, outer, WIDTH * CHANNELS),
            );
        });
    }
}
