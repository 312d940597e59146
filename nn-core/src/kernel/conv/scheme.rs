//! The layout of a row of a register tile in vectors.

use crate::kernel::lanes::{self, load_part, part_mut, store, store_part};
use crate::kernel::panel::{Init, load, vectors};
use core::marker::PhantomData;
use fearless_simd::{f32x8, f32x16, f64x8, prelude::*};

/// The parts of a row of a tile, and the way it is summed.
pub(super) trait Scheme<S: Simd>: Copy {
    /// The sums of a row.
    type Sums: Copy;
    /// The values that a row takes from `A` at a time.
    type Left: Copy;
    /// The values that it meets in `B`.
    type Right: Copy;
    /// Vectors in a row.
    const VECTORS: usize = 1;
    /// Rows of the product in a row of the tile.
    const ROWS: usize = 1;
    /// Steps of depth at a time.
    const DEPTH: usize = 1;
    /// The most rows that a tile may have: eight sums keep the multipliers busy.
    const TALLEST: usize = 8;

    /// The number of values of `A` that are looked at from where the last step of depth is.
    fn width(self) -> usize;
    /// The number of values of `B` that a step takes.
    fn columns(self) -> usize;
    /// The first values of the sums of the row at `c[at..]`.
    fn init(self, simd: S, init: Init<'_>, c: &[f32], at: usize) -> Self::Sums;
    /// `DEPTH` steps from `a[at]`, if they are there.
    fn left(self, simd: S, a: &[f32], at: usize) -> Option<Self::Left>;
    /// `DEPTH` rows from `b[at..]`, this far apart, if they are there.
    fn right(self, simd: S, b: &[f32], at: usize, step: usize) -> Option<Self::Right>;
    /// A single step.
    #[inline(always)]
    fn last_left(self, simd: S, a: &[f32], at: usize) -> Option<Self::Left> {
        self.left(simd, a, at)
    }
    /// A single row.
    #[inline(always)]
    fn last_right(self, simd: S, b: &[f32], at: usize) -> Option<Self::Right> {
        self.right(simd, b, at, 0)
    }
    /// `sums + left * right`.
    fn add(self, left: Self::Left, right: Self::Right, sums: Self::Sums) -> Self::Sums;
    /// Writes the row at `c[at..]`.
    fn store(self, simd: S, sums: Self::Sums, c: &mut [f32], at: usize);
}

/// Whole vectors; a value of `A` for all columns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whole<V, const VECTORS: usize>(PhantomData<V>);

impl<V, const VECTORS: usize> Whole<V, VECTORS> {
    pub(super) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<S: Simd, V: SimdFloat<S, Element = f32>, const VECTORS: usize> Scheme<S>
    for Whole<V, VECTORS>
{
    type Sums = [V; VECTORS];
    type Left = V;
    type Right = [V; VECTORS];
    const VECTORS: usize = VECTORS;
    // With two vectors, what is read for a step counts.
    const TALLEST: usize = if VECTORS == 1 { 8 } else { 12 };

    #[inline(always)]
    fn columns(self) -> usize {
        VECTORS * V::LEN
    }

    #[inline(always)]
    fn width(self) -> usize {
        1
    }

    #[inline(always)]
    fn init(self, simd: S, init: Init<'_>, c: &[f32], at: usize) -> Self::Sums {
        match init {
            Init::Zero => [V::splat(simd, 0.0); VECTORS],
            Init::Bias(bias) => load(simd, bias, 0),
            Init::Add => load(simd, c, at),
        }
    }

    #[inline(always)]
    fn right(self, simd: S, b: &[f32], at: usize, _: usize) -> Option<Self::Right> {
        vectors(simd, b, at)
    }

    #[inline(always)]
    fn left(self, simd: S, a: &[f32], at: usize) -> Option<Self::Left> {
        Some(V::splat(simd, *a.get(at)?))
    }

    #[inline(always)]
    fn add(self, a: V, b: Self::Right, mut sums: Self::Sums) -> Self::Sums {
        for j in 0..VECTORS {
            sums[j] = a.mul_add(b[j], sums[j]);
        }
        sums
    }

    #[inline(always)]
    fn store(self, _: S, sums: Self::Sums, c: &mut [f32], at: usize) {
        let c = part_mut(c, at, VECTORS * V::LEN).chunks_exact_mut(V::LEN);
        for (sum, c) in sums.iter().zip(c) {
            sum.store_slice(c);
        }
    }
}

/// Part of a vector; a value of `A` for all columns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<V> {
    columns: usize,
    vector: PhantomData<V>,
}

impl<V> Part<V> {
    pub(super) const fn new(columns: usize) -> Self {
        Self {
            columns,
            vector: PhantomData,
        }
    }
}

impl<S: Simd, V: SimdFloat<S, Element = f32>> Scheme<S> for Part<V> {
    type Sums = V;
    type Left = V;
    type Right = V;

    #[inline(always)]
    fn columns(self) -> usize {
        self.columns
    }

    #[inline(always)]
    fn width(self) -> usize {
        1
    }

    #[inline(always)]
    fn init(self, simd: S, init: Init<'_>, c: &[f32], at: usize) -> V {
        match init {
            Init::Zero => V::splat(simd, 0.0),
            Init::Bias(bias) => load_part(simd, bias, 0),
            Init::Add => load_part(simd, c, at),
        }
    }

    #[inline(always)]
    fn right(self, simd: S, b: &[f32], at: usize, _: usize) -> Option<V> {
        Some(load_part(simd, b, at))
    }

    #[inline(always)]
    fn left(self, simd: S, a: &[f32], at: usize) -> Option<Self::Left> {
        Some(V::splat(simd, *a.get(at)?))
    }

    #[inline(always)]
    fn add(self, a: V, b: V, sums: V) -> V {
        a.mul_add(b, sums)
    }

    #[inline(always)]
    fn store(self, _: S, sums: V, c: &mut [f32], at: usize) {
        store_part(sums, part_mut(c, at, self.columns));
    }
}

/// One whole vector; a value of `A` for each column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Each<V>(Whole<V, 1>);

impl<V> Each<V> {
    pub(super) const fn new() -> Self {
        Self(Whole::new())
    }
}

impl<S: Simd, V: SimdFloat<S, Element = f32>> Scheme<S> for Each<V> {
    type Sums = [V; 1];
    type Left = V;
    type Right = [V; 1];
    // Each row loads its own values, so a taller tile would save little; windows of usual sizes have loops of their own.
    const TALLEST: usize = 4;

    #[inline(always)]
    fn columns(self) -> usize {
        V::LEN
    }

    #[inline(always)]
    fn width(self) -> usize {
        V::LEN
    }

    #[inline(always)]
    fn init(self, simd: S, init: Init<'_>, c: &[f32], at: usize) -> [V; 1] {
        self.0.init(simd, init, c, at)
    }

    #[inline(always)]
    fn right(self, simd: S, b: &[f32], at: usize, _: usize) -> Option<[V; 1]> {
        vectors(simd, b, at)
    }

    #[inline(always)]
    fn left(self, simd: S, a: &[f32], at: usize) -> Option<Self::Left> {
        lanes::get(simd, a, at)
    }

    #[inline(always)]
    fn add(self, a: V, [b]: [V; 1], [sum]: [V; 1]) -> [V; 1] {
        [a.mul_add(b, sum)]
    }

    #[inline(always)]
    fn store(self, simd: S, sums: [V; 1], c: &mut [f32], at: usize) {
        self.0.store(simd, sums, c, at);
    }
}

/// Part of a vector; a value of `A` for each column.
#[derive(Clone, Copy, Debug)]
pub(super) struct EachPart<V>(Part<V>);

impl<V> EachPart<V> {
    pub(super) const fn new(columns: usize) -> Self {
        Self(Part::new(columns))
    }
}

impl<S: Simd, V: SimdFloat<S, Element = f32>> Scheme<S> for EachPart<V> {
    type Sums = V;
    type Left = V;
    type Right = V;
    const TALLEST: usize = 2;

    #[inline(always)]
    fn columns(self) -> usize {
        self.0.columns
    }

    #[inline(always)]
    fn width(self) -> usize {
        self.0.columns
    }

    #[inline(always)]
    fn init(self, simd: S, init: Init<'_>, c: &[f32], at: usize) -> V {
        self.0.init(simd, init, c, at)
    }

    #[inline(always)]
    fn right(self, simd: S, b: &[f32], at: usize, _: usize) -> Option<V> {
        Some(load_part(simd, b, at))
    }

    #[inline(always)]
    fn left(self, simd: S, a: &[f32], at: usize) -> Option<Self::Left> {
        Some(load_part(simd, a, at))
    }

    #[inline(always)]
    fn add(self, a: V, b: V, sums: V) -> V {
        a.mul_add(b, sums)
    }

    #[inline(always)]
    fn store(self, simd: S, sums: V, c: &mut [f32], at: usize) {
        self.0.store(simd, sums, c, at);
    }
}

/// Eight columns of two rows that are one value apart in `A`: lane `2j` belongs to column `j` of the first, lane `2j + 1` of the second.
#[derive(Clone, Copy, Debug)]
pub(super) struct PairRows {
    /// From one row to the next in `C`.
    pub(super) step: usize,
}

impl<S: Simd> Scheme<S> for PairRows {
    type Sums = f32x16<S>;
    type Left = f32x16<S>;
    type Right = f32x16<S>;
    const ROWS: usize = 2;

    #[inline(always)]
    fn columns(self) -> usize {
        8
    }

    #[inline(always)]
    fn width(self) -> usize {
        2
    }

    #[inline(always)]
    fn init(self, simd: S, init: Init<'_>, c: &[f32], at: usize) -> f32x16<S> {
        let [first, second]: [f32x8<S>; 2] = match init {
            Init::Zero => return f32x16::splat(simd, 0.0),
            Init::Bias(bias) => [lanes::load(simd, bias, 0); 2],
            Init::Add => [
                lanes::load(simd, c, at),
                lanes::load(simd, c, at + self.step),
            ],
        };
        woven(first, second)
    }

    #[inline(always)]
    fn right(self, simd: S, b: &[f32], at: usize, _: usize) -> Option<f32x16<S>> {
        let b = lanes::get(simd, b, at)?;
        Some(woven(b, b))
    }

    #[inline(always)]
    fn left(self, simd: S, a: &[f32], at: usize) -> Option<Self::Left> {
        pair(simd, a, at)
    }

    #[inline(always)]
    fn add(self, a: f32x16<S>, b: f32x16<S>, sums: f32x16<S>) -> f32x16<S> {
        a.mul_add(b, sums)
    }

    #[inline(always)]
    fn store(self, _: S, sums: f32x16<S>, c: &mut [f32], at: usize) {
        let (first, second) = unwoven(sums);
        store(first, c, at);
        store(second, c, at + self.step);
    }
}

/// Eight columns of two steps of depth that are one value apart in `A`: their sums are in lanes `2j` and `2j + 1`.
#[derive(Clone, Copy, Debug)]
pub(super) struct PairDepth;

impl<S: Simd> Scheme<S> for PairDepth {
    type Sums = f32x16<S>;
    type Left = f32x16<S>;
    type Right = f32x16<S>;
    const DEPTH: usize = 2;

    #[inline(always)]
    fn columns(self) -> usize {
        8
    }

    #[inline(always)]
    fn width(self) -> usize {
        1
    }

    #[inline(always)]
    fn init(self, simd: S, init: Init<'_>, c: &[f32], at: usize) -> f32x16<S> {
        let first: f32x8<S> = match init {
            Init::Zero => return f32x16::splat(simd, 0.0),
            Init::Bias(bias) => lanes::load(simd, bias, 0),
            Init::Add => lanes::load(simd, c, at),
        };
        woven(first, f32x8::splat(simd, 0.0))
    }

    #[inline(always)]
    fn right(self, simd: S, b: &[f32], at: usize, step: usize) -> Option<f32x16<S>> {
        let (first, second) = (lanes::get(simd, b, at)?, lanes::get(simd, b, at + step)?);
        Some(woven(first, second))
    }

    /// A single value of `A` meets half of `B` in both lanes.
    #[inline(always)]
    fn last_right(self, simd: S, b: &[f32], at: usize) -> Option<f32x16<S>> {
        let half = lanes::get::<S, f32x8<S>>(simd, b, at)? * 0.5;
        Some(woven(half, half))
    }

    #[inline(always)]
    fn last_left(self, simd: S, a: &[f32], at: usize) -> Option<f32x16<S>> {
        Some(f32x16::splat(simd, *a.get(at)?))
    }

    #[inline(always)]
    fn left(self, simd: S, a: &[f32], at: usize) -> Option<Self::Left> {
        pair(simd, a, at)
    }

    #[inline(always)]
    fn add(self, a: f32x16<S>, b: f32x16<S>, sums: f32x16<S>) -> f32x16<S> {
        a.mul_add(b, sums)
    }

    #[inline(always)]
    fn store(self, _: S, sums: f32x16<S>, c: &mut [f32], at: usize) {
        let (first, second) = unwoven(sums);
        store(first + second, c, at);
    }
}

/// `a[at]` in the even lanes, `a[at + 1]` in the odd ones, if they are there.
#[inline(always)]
fn pair<S: Simd>(simd: S, a: &[f32], at: usize) -> Option<f32x16<S>> {
    let [first, second]: [f32; 2] = *a.get(at..)?.first_chunk()?;
    // Only vectors of 16 lanes get here, and all processors that have them are little-endian.
    let bits = u64::from(first.to_bits()) | u64::from(second.to_bits()) << 32;
    Some(f64x8::splat(simd, f64::from_bits(bits)).bitcast())
}

/// `first` in the even lanes, `second` in the odd ones: a single shuffle.
#[inline(always)]
fn woven<S: Simd>(first: f32x8<S>, second: f32x8<S>) -> f32x16<S> {
    first.combine(first).zip_low(second.combine(second))
}

/// The even lanes and the odd ones: a shuffle for each.
#[inline(always)]
fn unwoven<S: Simd>(vector: f32x16<S>) -> (f32x8<S>, f32x8<S>) {
    let (even, odd) = vector.deinterleave(vector);
    (even.split().0, odd.split().0)
}
