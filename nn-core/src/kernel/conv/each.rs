//! Convolutions of each channel alone (depthwise): the weights of a window stay in registers while it moves along a line.

use super::nest::{Loop, Nest};
use super::product::Product;
use super::scheme::{Each, EachPart};
use crate::kernel::lanes::{find, for_each_vector, found, get, load, part_mut, store};
use crate::kernel::panel::Init;
use crate::kernel::unroll::unrolled;
use fearless_simd::{f32x4, f32x8, prelude::*};

impl Product<'_> {
    /// All columns, in vectors as wide as they fill. The last overlaps the one before: nothing may be added to.
    #[inline(always)]
    pub(super) fn each<S: Simd>(self, simd: S, init: Init<'_>, c: &mut [f32]) {
        if self.columns >= S::f32s::LEN {
            self.columns_each::<S, S::f32s>(simd, init, c);
        } else if const { S::f32s::LEN > 8 } && self.columns >= 8 {
            self.columns_each::<S, f32x8<S>>(simd, init, c);
        } else if const { S::f32s::LEN > 4 } && self.columns >= 4 {
            self.columns_each::<S, f32x4<S>>(simd, init, c);
        } else {
            self.all(simd, EachPart::<S::f32s>::new(self.columns), init, c);
        }
    }

    #[inline(always)]
    fn columns_each<S: Simd, V: SimdFloat<S, Element = f32>>(
        self,
        simd: S,
        init: Init<'_>,
        c: &mut [f32],
    ) {
        let window = Window::of(self);
        let taps = window.map(|window| window.taps.map(|taps| taps.count));
        for_each_vector(
            self.columns,
            V::LEN,
            #[inline(always)]
            |first| {
                let init = init.from(first);
                match (window, taps) {
                    (Some(window), Some([3, 3])) => {
                        window.lines::<S, V, 3, 3>(simd, first, init, c);
                    }
                    (Some(window), Some([2, 3])) => {
                        window.lines::<S, V, 2, 3>(simd, first, init, c);
                    }
                    (Some(window), Some([3, 2])) => {
                        window.lines::<S, V, 3, 2>(simd, first, init, c);
                    }
                    (Some(window), Some([2, 2])) => {
                        window.lines::<S, V, 2, 2>(simd, first, init, c);
                    }
                    (Some(window), Some([1, 3])) => {
                        window.lines::<S, V, 1, 3>(simd, first, init, c);
                    }
                    _ => {
                        let c = c.get_mut(first..).unwrap_or_default();
                        self.columns_from(first)
                            .all(simd, Each::<V>::new(), init, c);
                    }
                }
            },
        );
    }
}

/// A product of each channel whose depth is a window of rows and columns.
#[derive(Clone, Copy, Debug)]
struct Window<'a> {
    a: &'a [f32],
    b: &'a [f32],
    rows: Nest,
    /// Downwards and to the right.
    taps: [Loop; 2],
}

impl<'a> Window<'a> {
    fn of(product: Product<'a>) -> Option<Self> {
        let [down, right, once] = product.depth.0;
        // The steps of a sequence lie on top of each other.
        let (rows, taps) = if right.count == 1 && product.rows.inner().count == 1 {
            (product.rows.pushed(), [right, down])
        } else {
            (product.rows, [down, right])
        };
        (once.count == 1).then_some(Self {
            a: product.a,
            b: product.b,
            rows,
            taps,
        })
    }

    /// The columns of a vector from `first` on, one line of pixels after the other; compiled once for each window and SIMD level.
    #[inline(never)]
    fn lines<S: Simd, V: SimdFloat<S, Element = f32>, const KY: usize, const KX: usize>(
        self,
        simd: S,
        first: usize,
        init: Init<'_>,
        c: &mut [f32],
    ) {
        simd.vectorize(
            #[inline(always)]
            || {
                let [down, right] = self.taps;
                let mut weights = [[V::splat(simd, 0.0); KX]; KY];
                for (y, weights) in weights.iter_mut().enumerate() {
                    for (x, weight) in weights.iter_mut().enumerate() {
                        *weight =
                            load(simd, self.b, first + y * down.steps[1] + x * right.steps[1]);
                    }
                }
                let bias = match init {
                    Init::Bias(bias) => load(simd, bias, 0),
                    Init::Zero | Init::Add => V::splat(simd, 0.0),
                };
                let [outer, middle, inner] = self.rows.0;
                for o in 0..outer.count {
                    for m in 0..middle.count {
                        let begin = |i: usize| o * outer.steps[i] + m * middle.steps[i] + first;
                        let at = [begin(0), begin(1)];
                        self.line(simd, inner, at, &weights, bias, c);
                    }
                }
            },
        );
    }

    #[inline(always)]
    fn line<S: Simd, V: SimdFloat<S, Element = f32>, const KY: usize, const KX: usize>(
        self,
        simd: S,
        pixels: Loop,
        at: [usize; 2],
        weights: &[[V; KX]; KY],
        bias: V,
        c: &mut [f32],
    ) {
        let [down, right] = self.taps;
        let reach = |i: usize| pixels.count.saturating_sub(1) * pixels.steps[i];
        let window = (KX - 1) * right.steps[0] + V::LEN;
        let span = reach(0) + window;
        let mut lines: [&[f32]; KY] = [&[]; KY];
        unrolled!(y in KY, {
            lines[y] = found!(find(self.a, at[0] + y * down.steps[0], span));
        });
        let c = part_mut(c, at[1], reach(1) + V::LEN);
        let mut start = 0;
        for c in c.chunks_mut(pixels.steps[1].max(1)).take(pixels.count) {
            let mut sum = bias;
            unrolled!(y in KY, {
                unrolled!(x in KX, {
                    let value: V = found!(get(simd, lines[y], start + x * right.steps[0]));
                    sum = value.mul_add(weights[y][x], sum);
                });
            });
            store(sum, c, 0);
            start += pixels.steps[0];
        }
    }
}
