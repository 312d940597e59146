//! Neighbouring outputs of a convolution share most of what they see: with stride 1, a value of the image goes into as many of them as a row
//! of the kernel has taps. A band is a tile of neighbours that loads each value once for all of these.

use super::nest::{Loop, Nest};
use super::product::Product;
use super::scheme::Scheme;
use crate::kernel::lanes::{find, found};
use crate::kernel::panel::{Init, many_registers};
use crate::kernel::unroll::unrolled;
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
        let many = const { many_registers::<S>() };
        let [outer, middle, inner] = self.rows.0;
        let fit = inner.count / T::ROWS;
        for o in 0..outer.count {
            for m in 0..middle.count {
                let begin = |i: usize| o * outer.steps[i] + m * middle.steps[i];
                let mut first = 0;
                while first < inner.count {
                    let wanted = (inner.count - first).div_ceil(T::ROWS);
                    let width = match wanted {
                        10..=12 | 17.. if many && fit >= 12 => 12,
                        5.. if fit >= 8 => 8,
                        _ => 4,
                    };
                    // The last tile overlaps the one before: its values are computed again.
                    first = first.min(inner.count - width * T::ROWS);
                    let at = [
                        begin(0) + first * inner.steps[0],
                        begin(1) + first * inner.steps[1],
                    ];
                    match width {
                        12 if many => self.tile::<S, T, 12, TAPS>(simd, scheme, at, init, c),
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
                // What the places of the line see, and the weights of each tap: all of one length, so that one check does for all.
                let mut a: [&[f32]; 32] = [&[]; 32];
                unrolled!(q in 32, {
                    if q < (WIDTH - 1) * T::ROWS + TAPS {
                        a[q] = found!(find(self.a, at[0] + q * pitch, span));
                    }
                });
                let weights = (self.outer.count.saturating_sub(1)) * self.outer.steps[1]
                    + self.inner.count.saturating_sub(1) * self.inner.steps[1]
                    + scheme.columns();
                let mut b: [&[f32]; TAPS] = [&[]; TAPS];
                unrolled!(k in TAPS, {
                    b[k] = found!(find(self.b, k * self.taps.steps[1], weights));
                });
                let mut sums = [scheme.init(simd, init, c, at[1]); WIDTH];
                for o in 0..self.outer.count {
                    if self
                        .run::<S, T, WIDTH, TAPS>(simd, scheme, &a, &b, o, &mut sums)
                        .is_none()
                    {
                        return;
                    }
                }
                unrolled!(r in WIDTH, {
                    scheme.store(simd, sums[r], c, at[1] + r * step);
                });
            },
        );
    }

    /// One run through the loop within the taps: adds what each place of the line contributes to the outputs that see it.
    #[inline(always)]
    fn run<S: Simd, T: Scheme<S>, const WIDTH: usize, const TAPS: usize>(
        self,
        simd: S,
        scheme: T,
        a: &[&[f32]; 32],
        b: &[&[f32]; TAPS],
        outer: usize,
        sums: &mut [T::Sums; WIDTH],
    ) -> Option<()> {
        let [mut x, mut w] = self.outer.steps;
        x *= outer;
        w *= outer;
        let [x_step, w_step] = self.inner.steps;
        if self.inner.count == 0 {
            return Some(());
        }
        let end = self.inner.end(x, self.inner.count);
        // As long as the loop runs, so that its condition is the only check of a step.
        let mut lines: [&[f32]; 32] = [&[]; 32];
        unrolled!(q in 32, {
            if q < (WIDTH - 1) * T::ROWS + TAPS {
                lines[q] = found!(a[q].get(..end - 1 + scheme.width()), None);
            }
        });
        while x < end {
            let first = found!(scheme.right(simd, b[0], w, w_step), None);
            let mut right = [first; TAPS];
            unrolled!(k in TAPS, {
                right[k] = found!(scheme.right(simd, b[k], w, w_step), None);
            });
            unrolled!(q in 32, {
                if q < (WIDTH - 1) * T::ROWS + TAPS {
                    let left = found!(scheme.left(simd, lines[q], x), None);
                    unrolled!(k in TAPS, {
                        if q >= k && (q - k).is_multiple_of(T::ROWS) && (q - k) / T::ROWS < WIDTH {
                            let r = (q - k) / T::ROWS;
                            sums[r] = scheme.add(left, right[k], sums[r]);
                        }
                    });
                }
            });
            x += x_step.max(1);
            w += w_step;
        }
        Some(())
    }
}
