//! Neighbouring outputs of a convolution share most of what they see: with stride 1, a value of the image goes into as many of them as a row
//! of the kernel has taps. A band is a tile of neighbours that loads each value once for all of these.

use super::nest::{Loop, Nest};
use super::product::Product;
use super::scheme::Scheme;
use super::unroll::each;
use crate::kernel::panel::Init;
use crate::level::apart;
use fearless_simd::prelude::*;

/// A product whose rows are as far apart in `a` as the taps of its depth.
#[derive(Clone, Copy, Debug)]
pub(super) struct Band<'a> {
    a: &'a [f32],
    b: &'a [f32],
    rows: Nest,
    /// Loops around the taps and within.
    outer: Loop,
    taps: Loop,
    inner: Loop,
}

impl<'a> Band<'a> {
    /// The product as a band, if it is one of a kind that is compiled.
    #[inline(always)]
    pub(super) fn of<S: Simd, T: Scheme<S>>(product: Product<'a>) -> Option<Self> {
        let rows = product.rows.pushed();
        let [outer, taps, inner] = product.depth.0;
        // A sequence has its taps in the outer loop.
        let (outer, taps) = if taps.count == 1 {
            (taps, outer)
        } else {
            (outer, taps)
        };
        let neighbours =
            rows.inner().steps[0] == taps.steps[0] && rows.inner().count >= 4 * T::ROWS;
        (neighbours && matches!(taps.count, 3 | 5)).then_some(Self {
            a: product.a,
            b: product.b,
            rows,
            outer,
            taps,
            inner,
        })
    }

    /// Compiled once for each scheme and SIMD level.
    #[inline(never)]
    pub(super) fn compute<S: Simd, T: Scheme<S>>(
        self,
        simd: S,
        scheme: T,
        init: Init<'_>,
        c: &mut [f32],
    ) {
        simd.vectorize(
            #[inline(always)]
            || {
                if self.taps.count == 3 {
                    self.lines::<S, T, 3>(simd, scheme, init, c);
                } else {
                    self.lines::<S, T, 5>(simd, scheme, init, c);
                }
            },
        );
    }

    /// One line of neighbours after the other.
    #[inline(always)]
    fn lines<S: Simd, T: Scheme<S>, const TAPS: usize>(
        self,
        simd: S,
        scheme: T,
        init: Init<'_>,
        c: &mut [f32],
    ) {
        let [outer, middle, inner] = self.rows.0;
        let fit = inner.count / T::ROWS;
        for o in 0..outer.count {
            for m in 0..middle.count {
                let begin = |i: usize| o * outer.steps[i] + m * middle.steps[i];
                let mut first = 0;
                while first < inner.count {
                    let wanted = (inner.count - first).div_ceil(T::ROWS);
                    let width = match wanted {
                        5.. if fit >= 8 => 8,
                        _ => 4,
                    };
                    // The last tile overlaps the one before: its values are computed again.
                    first = first.min(inner.count - width * T::ROWS);
                    let at = [0, 1].map(|i| begin(i) + first * inner.steps[i]);
                    match width {
                        8 => self.tile::<S, T, 8, TAPS>(simd, scheme, at, init, c),
                        _ => self.tile::<S, T, 4, TAPS>(simd, scheme, at, init, c),
                    }
                    first += width * T::ROWS;
                }
            }
        }
    }

    #[inline(always)]
    fn tile<S: Simd, T: Scheme<S>, const WIDTH: usize, const TAPS: usize>(
        self,
        simd: S,
        scheme: T,
        at: [usize; 2],
        init: Init<'_>,
        c: &mut [f32],
    ) {
        apart(
            simd,
            #[inline(always)]
            || {
                let [pitch, step] = [self.taps.steps[0], self.rows.inner().steps[1] * T::ROWS];
                let reach = Nest([self.outer, self.inner, Loop::new(1, 0, 0)]).reach();
                let span = reach + scheme.width();
                // What the places of the line see: all of one length, so that one check does for all.
                let mut a: [&[f32]; 32] = [&[]; 32];
                each::<32>(
                    #[inline(always)]
                    |q| {
                        if q < (WIDTH - 1) * T::ROWS + TAPS {
                            a[q] = &self.a[at[0] + q * pitch..][..span];
                        }
                    },
                );
                let mut sums = [scheme.init(simd, init, c, at[1]); WIDTH];
                let [outer, inner] = [self.outer, self.inner];
                for o in 0..outer.count {
                    let [mut x, mut w] = outer.steps.map(|step| o * step);
                    for _ in 0..inner.count {
                        let right = core::array::from_fn(
                            #[inline(always)]
                            |k| {
                                scheme.right(
                                    simd,
                                    self.b,
                                    w + k * self.taps.steps[1],
                                    inner.steps[1],
                                )
                            },
                        );
                        add::<S, T, WIDTH, TAPS>(
                            scheme,
                            #[inline(always)]
                            |q| scheme.left(simd, a[q], x),
                            &right,
                            &mut sums,
                        );
                        x += inner.steps[0];
                        w += inner.steps[1];
                    }
                }
                each::<WIDTH>(
                    #[inline(always)]
                    |r| scheme.store(simd, sums[r], c, at[1] + r * step),
                );
            },
        );
    }
}

/// Adds what each place of the line contributes to the outputs that see it.
#[inline(always)]
fn add<S: Simd, T: Scheme<S>, const WIDTH: usize, const TAPS: usize>(
    scheme: T,
    left: impl Fn(usize) -> T::Left,
    right: &[T::Right; TAPS],
    sums: &mut [T::Sums; WIDTH],
) {
    each::<32>(
        #[inline(always)]
        |q| {
            if q < (WIDTH - 1) * T::ROWS + TAPS {
                let left = left(q);
                each::<TAPS>(
                    #[inline(always)]
                    |k| {
                        if q >= k && (q - k).is_multiple_of(T::ROWS) && (q - k) / T::ROWS < WIDTH {
                            let r = (q - k) / T::ROWS;
                            sums[r] = scheme.add(left, right[k], sums[r]);
                        }
                    },
                );
            }
        },
    );
}
