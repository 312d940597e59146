use super::{Context, Layer, Pass, Train};
use crate::activation::Linear;
use crate::kernel::lanes::{part, part_mut, write};
use crate::plain::{self, as_mut_slice, as_slice};
use core::marker::PhantomData;
use fearless_simd::Level;
use nalgebra::SMatrix;

/// Rows and columns of zeros around an image (Keras `ZeroPadding2D`), or steps of zeros before and after a sequence, an image of width 1
/// (Keras `ZeroPadding1D`).
///
/// `H x W` pixels of `C` channels, which are `P = H * W` positions, become `Q = (TOP + H + BOTTOM) * (LEFT + W + RIGHT)` positions.
///
/// ```
/// use nn_core::layer::ZeroPad;
/// use nn_core::prelude::*;
///
/// // `input 2x1; zero_pad before 1 after 2;`
/// type Padded = ZeroPad<2, 1, 1, 2, 0, 0, 1, 2, 5>;
/// let y = nn_core::predict(&Padded::default(), &SMatrix::from([[1.0], [2.0]]));
/// assert_eq!(y.as_slice(), [0.0, 1.0, 2.0, 0.0, 0.0]);
/// ```
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ZeroPad<
    const H: usize,
    const W: usize,
    const TOP: usize,
    const BOTTOM: usize,
    const LEFT: usize,
    const RIGHT: usize,
    const C: usize,
    const P: usize,
    const Q: usize,
>(PhantomData<()>);

plain::mark!([
    const H: usize, const W: usize, const TOP: usize, const BOTTOM: usize, const LEFT: usize, const RIGHT: usize,
    const C: usize, const P: usize, const Q: usize
] ZeroPad<H, W, TOP, BOTTOM, LEFT, RIGHT, C, P, Q> { 0 });

impl<
    const H: usize,
    const W: usize,
    const TOP: usize,
    const BOTTOM: usize,
    const LEFT: usize,
    const RIGHT: usize,
    const C: usize,
    const P: usize,
    const Q: usize,
> ZeroPad<H, W, TOP, BOTTOM, LEFT, RIGHT, C, P, Q>
{
    const CHECK: () = {
        assert!(H * W == P, "the input must have `H * W` positions");
        assert!(
            (TOP + H + BOTTOM) * (LEFT + W + RIGHT) == Q,
            "the output must have `(TOP + H + BOTTOM) * (LEFT + W + RIGHT)` positions"
        );
    };

    /// Calls `each(inner, outer)` with the places where each row of the image begins, without and with padding.
    #[inline(always)]
    fn rows(samples: usize, mut each: impl FnMut(usize, usize)) {
        let () = Self::CHECK;
        for sample in 0..samples {
            for row in 0..H {
                let outer = sample * Q + (TOP + row) * (LEFT + W + RIGHT) + LEFT;
                each((sample * H + row) * W * C, outer * C);
            }
        }
    }
}

impl<
    const H: usize,
    const W: usize,
    const TOP: usize,
    const BOTTOM: usize,
    const LEFT: usize,
    const RIGHT: usize,
    const C: usize,
    const P: usize,
    const Q: usize,
> Layer for ZeroPad<H, W, TOP, BOTTOM, LEFT, RIGHT, C, P, Q>
{
    type Input = SMatrix<f32, C, P>;
    type Output = SMatrix<f32, C, Q>;
    type Head = Linear;
    const KIND: &'static str = "zero_pad";
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
        y.fill(0.0);
        Self::rows(B, |inner, outer| {
            write(part_mut(y, outer, W * C), part(x, inner, W * C));
        });
    }
}

impl<
    const H: usize,
    const W: usize,
    const TOP: usize,
    const BOTTOM: usize,
    const LEFT: usize,
    const RIGHT: usize,
    const C: usize,
    const P: usize,
    const Q: usize,
> Train for ZeroPad<H, W, TOP, BOTTOM, LEFT, RIGHT, C, P, Q>
{
    type Grad = ();
    type Tape<const B: usize> = ();

    fn backward<const B: usize>(&self, _: &mut Context<'_>, pass: Pass<'_, Self, B>) {
        let Pass { dy, dx, .. } = pass;
        let Some(dx) = dx else { return };
        let (dy, dx) = (as_slice(dy), as_mut_slice(dx));
        Self::rows(B, |inner, outer| {
            write(part_mut(dx, inner, W * C), part(dy, outer, W * C));
        });
    }
}
