use super::{Context, Layer, Pass, Train};
use crate::activation::Linear;
use crate::kernel::lanes::{part, part_mut, write};
use crate::plain::{self, as_mut_slice, as_slice};
use core::marker::PhantomData;
use fearless_simd::Level;
use nalgebra::SMatrix;

/// Every pixel `DOWN x RIGHT` times (Keras `UpSampling2D` with `nearest`); every step of a sequence, an image of width 1, `DOWN` times
/// (Keras `UpSampling1D`).
///
/// `H x W` pixels of `C` channels, which are `P = H * W` positions, become `Q = P * DOWN * RIGHT` positions.
///
/// ```
/// use nn_core::layer::Upsample;
/// use nn_core::prelude::*;
///
/// // `input 1x2x1; upsample 2x2;`
/// type Larger = Upsample<1, 2, 2, 2, 1, 2, 8>;
/// let y = nn_core::predict(&Larger::default(), &SMatrix::from([[1.0], [2.0]]));
/// assert_eq!(y.as_slice(), [1.0, 1.0, 2.0, 2.0, 1.0, 1.0, 2.0, 2.0]);
/// ```
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Upsample<
    const H: usize,
    const W: usize,
    const DOWN: usize,
    const RIGHT: usize,
    const C: usize,
    const P: usize,
    const Q: usize,
>(PhantomData<()>);

plain::mark!([
    const H: usize, const W: usize, const DOWN: usize, const RIGHT: usize, const C: usize, const P: usize, const Q: usize
] Upsample<H, W, DOWN, RIGHT, C, P, Q> { 0 });

impl<
    const H: usize,
    const W: usize,
    const DOWN: usize,
    const RIGHT: usize,
    const C: usize,
    const P: usize,
    const Q: usize,
> Upsample<H, W, DOWN, RIGHT, C, P, Q>
{
    const CHECK: () = {
        assert!(H * W == P, "the input must have `H * W` positions");
        assert!(
            P * DOWN * RIGHT == Q,
            "the output must have `H * DOWN * W * RIGHT` positions"
        );
    };

    /// Calls `each(small, large)` with the places of a pixel's first channel in both images.
    #[inline(always)]
    fn pixels(samples: usize, mut each: impl FnMut(usize, usize)) {
        let () = Self::CHECK;
        let width = W * RIGHT;
        for row in 0..samples * H * DOWN {
            for column in 0..width {
                let small = row / DOWN * W + column / RIGHT;
                each(small * C, (row * width + column) * C);
            }
        }
    }
}

impl<
    const H: usize,
    const W: usize,
    const DOWN: usize,
    const RIGHT: usize,
    const C: usize,
    const P: usize,
    const Q: usize,
> Layer for Upsample<H, W, DOWN, RIGHT, C, P, Q>
{
    type Input = SMatrix<f32, C, P>;
    type Output = SMatrix<f32, C, Q>;
    type Head = Linear;
    const KIND: &'static str = "upsample";
    const MACS: usize = 0;

    one_of_batch!();

    #[inline(always)]
    fn forward_batch<const B: usize>(
        &self,
        _: Level,
        x: &[Self::Input; B],
        y: &mut [Self::Output; B],
    ) {
        let (x, y) = (as_slice(x), as_mut_slice(y));
        Self::pixels(B, |small, large| {
            write(part_mut(y, large, C), part(x, small, C));
        });
    }
}

impl<
    const H: usize,
    const W: usize,
    const DOWN: usize,
    const RIGHT: usize,
    const C: usize,
    const P: usize,
    const Q: usize,
> Train for Upsample<H, W, DOWN, RIGHT, C, P, Q>
{
    type Grad = ();
    type Tape<const B: usize> = ();

    fn backward<const B: usize>(&self, _: &mut Context<'_>, pass: Pass<'_, Self, B>) {
        let Pass { dy, dx, .. } = pass;
        let Some(dx) = dx else { return };
        let (dy, dx) = (as_slice(dy), as_mut_slice(dx));
        dx.fill(0.0);
        Self::pixels(B, |small, large| {
            let (dx, dy) = (part_mut(dx, small, C), part(dy, large, C));
            for (dx, dy) in dx.iter_mut().zip(dy) {
                *dx += dy;
            }
        });
    }
}
