//! `C = init + A B` in register tiles, where the rows of `A` and `C`, and what is summed over, lie in nests of loops.

use super::band::Band;
use super::nest::{Cursor, Loop, Nest};
use super::scheme::{Each, EachPart, PairDepth, PairRows, Part, Scheme, Whole};
use crate::kernel::lanes::{find, found};
use crate::kernel::panel::{Init, many_registers};
use crate::kernel::unroll::unrolled;
use crate::level::apart;
use fearless_simd::prelude::*;

/// The way in which a value of `A` meets a row of `B`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meet {
    /// One value of `A` for all columns.
    Broadcast,
    /// A row of values, one for each column.
    Each,
}

/// `c[row + j] = init + sum_k a[row + k] * b[k + j]` for every row and column `j`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Product<'a> {
    pub(super) a: &'a [f32],
    pub(super) b: &'a [f32],
    /// Places in `a` and `c`.
    pub(super) rows: Nest,
    /// Places in `a` and `b`.
    pub(super) depth: Nest,
    pub(super) columns: usize,
    pub(super) meet: Meet,
}

impl Product<'_> {
    /// Computes the product: compiled once for a SIMD level, and shared by the three products of a convolution.
    #[inline(never)]
    pub(super) fn compute<S: Simd>(self, simd: S, init: Init<'_>, c: &mut [f32]) {
        simd.vectorize(
            #[inline(always)]
            || self.compute_here(simd, init, c),
        );
    }

    #[inline(always)]
    fn compute_here<S: Simd>(self, simd: S, init: Init<'_>, c: &mut [f32]) {
        let lanes = S::f32s::LEN;
        if self.rows.count() == 0 || self.columns == 0 {
            return;
        }
        if self.meet == Meet::Each && !matches!(init, Init::Add) {
            return self.each(simd, init, c);
        }
        if self.columns < lanes {
            return self.narrow(simd, init, c);
        }
        let mut first = 0;
        while first < self.columns {
            let left = self.columns - first;
            let adds = matches!(init, Init::Add);
            if adds && left < lanes {
                return self
                    .columns_from(first)
                    .narrow(simd, init, tail_mut(c, first));
            }
            let most = if adds {
                left / lanes
            } else {
                left.div_ceil(lanes).min(self.columns / lanes)
            };
            let vectors = if self.meet == Meet::Each {
                1
            } else {
                most.min(2)
            };
            // The last panel overlaps the one before: its values are computed again, never added.
            first = first.min(self.columns - vectors * lanes);
            let panel = self.columns_from(first);
            let (init, c) = (init.from(first), tail_mut(c, first));
            match (self.meet, vectors) {
                (Meet::Broadcast, 2) => panel.all(simd, Whole::<S::f32s, 2>::new(), init, c),
                (Meet::Broadcast, _) => panel.bands(simd, Whole::<S::f32s, 1>::new(), init, c),
                (Meet::Each, _) => panel.all(simd, Each::<S::f32s>::new(), init, c),
            }
            first += vectors * lanes;
        }
    }

    /// Without the columns before `first`.
    #[inline(always)]
    pub(super) fn columns_from(self, first: usize) -> Self {
        let columns = self.columns - first;
        let b = tail(self.b, first);
        match self.meet {
            Meet::Broadcast => Self { b, columns, ..self },
            Meet::Each => Self {
                a: tail(self.a, first),
                b,
                columns,
                ..self
            },
        }
    }

    /// Fewer columns than a vector has lanes.
    #[inline(always)]
    fn narrow<S: Simd>(self, simd: S, init: Init<'_>, c: &mut [f32]) {
        let columns = self.columns;
        if self.meet == Meet::Each {
            self.all::<S, _>(simd, EachPart::<S::f32s>::new(columns), init, c);
        } else if const { S::f32s::LEN == 16 } && columns == 8 {
            self.half(simd, init, c);
        } else {
            self.all::<S, _>(simd, Part::<S::f32s>::new(columns), init, c);
        }
    }

    /// Half as many columns as a vector has lanes: two rows or two steps of depth share a vector, if they lie beside each other in `a`.
    #[inline(always)]
    fn half<S: Simd>(self, simd: S, init: Init<'_>, c: &mut [f32]) {
        let (rows, depth) = (self.rows.merged().inner(), self.depth.merged().inner());
        let twice = matches!(init, Init::Add) && rows.count % 2 == 1;
        if rows.steps[0] == 1 && rows.count >= 2 && !twice {
            self.bands(
                simd,
                PairRows {
                    step: rows.steps[1],
                },
                init,
                c,
            );
        } else if depth.steps[0] == 1 && depth.count >= 2 {
            self.bands(simd, PairDepth, init, c);
        } else {
            self.all(simd, Part::<S::f32s>::new(self.columns), init, c);
        }
    }

    /// In bands if that is possible, else in tiles.
    #[inline(always)]
    fn bands<S: Simd, T: Scheme<S>>(self, simd: S, scheme: T, init: Init<'_>, c: &mut [f32]) {
        // Pairs of depth would take more registers than there are.
        if const { T::DEPTH == 1 }
            && let Some(band) = Band::of::<S, T>(self).filter(|_| !matches!(init, Init::Add))
        {
            return band.compute(simd, scheme, init, c);
        }
        self.all(simd, scheme, init, c);
    }

    /// In tiles.
    #[inline(always)]
    pub(super) fn all<S: Simd, T: Scheme<S>>(
        mut self,
        simd: S,
        scheme: T,
        init: Init<'_>,
        c: &mut [f32],
    ) {
        self.rows = self.rows.merged();
        self.depth = self.depth.merged();
        let cursor = match const { T::ROWS } {
            2 => Cursor::of_pairs(self.rows),
            _ => Cursor::new(self.rows),
        };
        self.tiles(simd, scheme, cursor, init, c);
    }

    /// All rows that `cursor` walks through; compiled once for each scheme and SIMD level.
    #[inline(never)]
    fn tiles<S: Simd, T: Scheme<S>>(
        self,
        simd: S,
        scheme: T,
        cursor: Cursor,
        init: Init<'_>,
        c: &mut [f32],
    ) {
        simd.vectorize(
            #[inline(always)]
            || self.tiles_here(simd, scheme, cursor, init, c),
        );
    }

    #[inline(always)]
    fn tiles_here<S: Simd, T: Scheme<S>>(
        self,
        simd: S,
        scheme: T,
        mut cursor: Cursor,
        init: Init<'_>,
        c: &mut [f32],
    ) {
        let mut left = cursor.count();
        while left > 0 {
            left -= match height::<S, T>(left) {
                12 if const { many_registers::<S>() && T::TALLEST >= 12 } => {
                    self.tile::<S, T, 12>(simd, scheme, &mut cursor, init, c)
                }
                8 if const { (many_registers::<S>() || T::VECTORS == 1) && T::TALLEST >= 8 } => {
                    self.tile::<S, T, 8>(simd, scheme, &mut cursor, init, c)
                }
                6 if const { T::VECTORS == 2 } => {
                    self.tile::<S, T, 6>(simd, scheme, &mut cursor, init, c)
                }
                4 if const { T::TALLEST >= 4 } => {
                    self.tile::<S, T, 4>(simd, scheme, &mut cursor, init, c)
                }
                2 => self.tile::<S, T, 2>(simd, scheme, &mut cursor, init, c),
                _ => self.tile::<S, T, 1>(simd, scheme, &mut cursor, init, c),
            };
        }
    }

    /// Computes `ROWS` rows and returns `ROWS`.
    #[inline(always)]
    fn tile<S: Simd, T: Scheme<S>, const ROWS: usize>(
        self,
        simd: S,
        scheme: T,
        cursor: &mut Cursor,
        init: Init<'_>,
        c: &mut [f32],
    ) -> usize {
        apart(
            simd,
            #[inline(always)]
            || {
                let mut places = [[0; 2]; ROWS];
                for place in &mut places {
                    *place = cursor.next();
                }
                let span = if self.depth.count() == 0 {
                    0
                } else {
                    self.depth.reach() + scheme.width()
                };
                let mut a: [&[f32]; ROWS] = [&[]; ROWS];
                unrolled!(r in ROWS, {
                    a[r] = found!(find(self.a, places[r][0], span));
                });
                let mut sums = [scheme.init(simd, init.unless_added(), c, 0); ROWS];
                if matches!(init, Init::Add) {
                    unrolled!(r in ROWS, {
                        sums[r] = scheme.init(simd, init, c, places[r][1]);
                    });
                }
                let [outer, middle, inner] = self.depth.0;
                for o in 0..outer.count {
                    for m in 0..middle.count {
                        let at = |i: usize| o * outer.steps[i] + m * middle.steps[i];
                        let at = [at(0), at(1)];
                        if run(simd, scheme, &a, self.b, at, inner, &mut sums).is_none() {
                            return;
                        }
                    }
                }
                unrolled!(r in ROWS, {
                    scheme.store(simd, sums[r], c, places[r][1]);
                });
            },
        );
        ROWS
    }
}

/// One run through the innermost loop, for all rows of a tile; nothing if there are not as many values as that takes.
#[inline(always)]
fn run<S: Simd, T: Scheme<S>, const ROWS: usize>(
    simd: S,
    scheme: T,
    a: &[&[f32]; ROWS],
    b: &[f32],
    at: [usize; 2],
    level: Loop,
    sums: &mut [T::Sums; ROWS],
) -> Option<()> {
    let [mut left_at, mut right_at] = at;
    let [left_step, right_step] = level.steps;
    let odd = level.count % T::DEPTH;
    if level.count > odd {
        let end = level.end(left_at, level.count - odd);
        // As long as the loop runs, so that its condition is the only check of a step.
        let mut lines: [&[f32]; ROWS] = [&[]; ROWS];
        unrolled!(r in ROWS, {
            lines[r] = found!(a[r].get(..end - 1 + scheme.width()), None);
        });
        while left_at < end {
            let right = found!(scheme.right(simd, b, right_at, right_step), None);
            unrolled!(r in ROWS, {
                let left = found!(scheme.left(simd, lines[r], left_at), None);
                sums[r] = scheme.add(left, right, sums[r]);
            });
            left_at += T::DEPTH * left_step.max(1);
            right_at += T::DEPTH * right_step;
        }
    }
    if odd > 0 {
        let right = found!(scheme.last_right(simd, b, right_at), None);
        unrolled!(r in ROWS, {
            let left = found!(scheme.last_left(simd, a[r], left_at), None);
            sums[r] = scheme.add(left, right, sums[r]);
        });
    }
    Some(())
}

/// The rows of the next tile where so many are left: as many as there are registers for, but so that no tile at the end is left with few
/// rows, which would wait for each of their sums.
#[inline(always)]
fn height<S: Simd, T: Scheme<S>>(left: usize) -> usize {
    match left {
        4.. if const { T::TALLEST == 4 } => 4,
        2.. if const { T::TALLEST <= 4 } => 2,
        24.. | 12 | 17 | 18 | 20 | 23 if const { many_registers::<S>() && T::TALLEST >= 12 } => 12,
        8.. if const { T::VECTORS == 1 } => 8,
        8 | 9 | 13.. if const { many_registers::<S>() } => 8,
        6.. if const { T::VECTORS == 2 } => 6,
        4.. => 4,
        2.. => 2,
        _ => 1,
    }
}

/// `values[first..]`.
#[inline(always)]
pub(super) fn tail(values: &[f32], first: usize) -> &[f32] {
    values.get(first..).unwrap_or_default()
}

/// [`tail`], to be written.
#[inline(always)]
pub(super) fn tail_mut(values: &mut [f32], first: usize) -> &mut [f32] {
    values.get_mut(first..).unwrap_or_default()
}
