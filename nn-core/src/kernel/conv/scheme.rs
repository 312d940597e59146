//! How a row of a register tile lies in vectors.

use super::nest::Level;
use crate::kernel::panel::{Init, load, load_part, store_part};
use core::marker::PhantomData;
use fearless_simd::{f32x8, f32x16, f64x8, prelude::*};

/// What a row of a tile is made of, and how it is summed.
pub(super) trait Scheme<S: Simd>: Copy {
    /// The sums of a row.
    type Sums: Copy;
    /// A row of `B`.
    type Right: Copy;
    /// Vectors in a row.
    const VECTORS: usize = 1;

    /// How many values `add` looks at.
    fn width(self) -> usize;
    /// What the sums of the row at `c[at..]` begin with.
    fn init(self, simd: S, init: Init<'_>, c: &[f32], at: usize) -> Self::Sums;
    /// The row at `b[at..]`.
    fn right(self, simd: S, b: &[f32], at: usize) -> Self::Right;
    /// `sums + a[at] * b`.
    fn add(self, simd: S, a: &[f32], at: usize, b: Self::Right, sums: Self::Sums) -> Self::Sums;
    /// Writes the row at `c[at..]`.
    fn store(self, simd: S, sums: Self::Sums, c: &mut [f32], at: usize);

    /// One run through the innermost loop, for all rows of a tile.
    #[inline(always)]
    fn run<const ROWS: usize>(
        self,
        simd: S,
        a: &[&[f32]; ROWS],
        b: &[f32],
        mut at: [usize; 2],
        level: Level,
        sums: &mut [Self::Sums; ROWS],
    ) {
        for _ in 0..level.count {
            let right = self.right(simd, b, at[1]);
            for r in 0..ROWS {
                sums[r] = self.add(simd, a[r], at[0], right, sums[r]);
            }
            at = [at[0] + level.steps[0], at[1] + level.steps[1]];
        }
    }
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
    type Right = [V; VECTORS];
    const VECTORS: usize = VECTORS;

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
    fn right(self, simd: S, b: &[f32], at: usize) -> Self::Right {
        load(simd, b, at)
    }

    #[inline(always)]
    fn add(
        self,
        simd: S,
        a: &[f32],
        at: usize,
        b: Self::Right,
        mut sums: Self::Sums,
    ) -> Self::Sums {
        let a = V::splat(simd, a[at]);
        for j in 0..VECTORS {
            sums[j] = a.mul_add(b[j], sums[j]);
        }
        sums
    }

    #[inline(always)]
    fn store(self, _: S, sums: Self::Sums, c: &mut [f32], at: usize) {
        let c = &mut c[at..at + VECTORS * V::LEN];
        for j in 0..VECTORS {
            sums[j].store_slice(&mut c[j * V::LEN..(j + 1) * V::LEN]);
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
    type Right = V;

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
    fn right(self, simd: S, b: &[f32], at: usize) -> V {
        load_part(simd, b, at)
    }

    #[inline(always)]
    fn add(self, simd: S, a: &[f32], at: usize, b: V, sums: V) -> V {
        V::splat(simd, a[at]).mul_add(b, sums)
    }

    #[inline(always)]
    fn store(self, _: S, sums: V, c: &mut [f32], at: usize) {
        store_part(sums, &mut c[at..at + self.columns]);
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
    type Right = [V; 1];

    #[inline(always)]
    fn width(self) -> usize {
        V::LEN
    }

    #[inline(always)]
    fn init(self, simd: S, init: Init<'_>, c: &[f32], at: usize) -> [V; 1] {
        self.0.init(simd, init, c, at)
    }

    #[inline(always)]
    fn right(self, simd: S, b: &[f32], at: usize) -> [V; 1] {
        load(simd, b, at)
    }

    #[inline(always)]
    fn add(self, simd: S, a: &[f32], at: usize, [b]: [V; 1], [sum]: [V; 1]) -> [V; 1] {
        let [a]: [V; 1] = load(simd, a, at);
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
    type Right = V;

    #[inline(always)]
    fn width(self) -> usize {
        self.0.columns
    }

    #[inline(always)]
    fn init(self, simd: S, init: Init<'_>, c: &[f32], at: usize) -> V {
        self.0.init(simd, init, c, at)
    }

    #[inline(always)]
    fn right(self, simd: S, b: &[f32], at: usize) -> V {
        load_part(simd, b, at)
    }

    #[inline(always)]
    fn add(self, simd: S, a: &[f32], at: usize, b: V, sums: V) -> V {
        load_part::<S, V>(simd, a, at).mul_add(b, sums)
    }

    #[inline(always)]
    fn store(self, simd: S, sums: V, c: &mut [f32], at: usize) {
        self.0.store(simd, sums, c, at);
    }
}

/// Up to eight columns of two rows that are one value apart in `A`: lane `2j` belongs to column `j` of the first, lane `2j + 1` of the second.
#[derive(Clone, Copy, Debug)]
pub(super) struct PairRows {
    pub(super) columns: usize,
    /// From one row to the next in `C`.
    pub(super) step: usize,
}

impl<S: Simd> Scheme<S> for PairRows {
    type Sums = f32x16<S>;
    type Right = f32x16<S>;

    #[inline(always)]
    fn width(self) -> usize {
        2
    }

    #[inline(always)]
    fn init(self, simd: S, init: Init<'_>, c: &[f32], at: usize) -> f32x16<S> {
        let [first, second]: [f32x8<S>; 2] = match init {
            Init::Zero => return f32x16::splat(simd, 0.0),
            Init::Bias(bias) => [load_part(simd, bias, 0); 2],
            Init::Add => [load_part(simd, c, at), load_part(simd, c, at + self.step)],
        };
        woven(first, second)
    }

    #[inline(always)]
    fn right(self, simd: S, b: &[f32], at: usize) -> f32x16<S> {
        let b = load_part(simd, b, at);
        woven(b, b)
    }

    #[inline(always)]
    fn add(self, simd: S, a: &[f32], at: usize, b: f32x16<S>, sums: f32x16<S>) -> f32x16<S> {
        pair(simd, a, at).mul_add(b, sums)
    }

    #[inline(always)]
    fn store(self, _: S, sums: f32x16<S>, c: &mut [f32], at: usize) {
        let (first, second) = unwoven(sums);
        store_eight(first, &mut c[at..at + self.columns]);
        store_eight(
            second,
            &mut c[at + self.step..at + self.step + self.columns],
        );
    }
}

/// Up to eight columns of two steps of depth that are one value apart in `A`: their sums are in lanes `2j` and `2j + 1`.
#[derive(Clone, Copy, Debug)]
pub(super) struct PairDepth {
    pub(super) columns: usize,
}

impl<S: Simd> Scheme<S> for PairDepth {
    type Sums = f32x16<S>;
    type Right = f32x16<S>;

    #[inline(always)]
    fn width(self) -> usize {
        1
    }

    #[inline(always)]
    fn init(self, simd: S, init: Init<'_>, c: &[f32], at: usize) -> f32x16<S> {
        let first: f32x8<S> = match init {
            Init::Zero => return f32x16::splat(simd, 0.0),
            Init::Bias(bias) => load_part(simd, bias, 0),
            Init::Add => load_part(simd, c, at),
        };
        woven(first, f32x8::splat(simd, 0.0))
    }

    /// A single step: its value of `A` meets half of `B` in both lanes.
    #[inline(always)]
    fn right(self, simd: S, b: &[f32], at: usize) -> f32x16<S> {
        let half = load_part::<S, f32x8<S>>(simd, b, at) * 0.5;
        woven(half, half)
    }

    #[inline(always)]
    fn add(self, simd: S, a: &[f32], at: usize, b: f32x16<S>, sums: f32x16<S>) -> f32x16<S> {
        f32x16::splat(simd, a[at]).mul_add(b, sums)
    }

    #[inline(always)]
    fn store(self, _: S, sums: f32x16<S>, c: &mut [f32], at: usize) {
        let (first, second) = unwoven(sums);
        store_eight(first + second, &mut c[at..at + self.columns]);
    }

    #[inline(always)]
    fn run<const ROWS: usize>(
        self,
        simd: S,
        a: &[&[f32]; ROWS],
        b: &[f32],
        mut at: [usize; 2],
        level: Level,
        sums: &mut [f32x16<S>; ROWS],
    ) {
        for _ in 0..level.count / 2 {
            let [first, second] = [at[1], at[1] + level.steps[1]];
            let right = woven(load_part(simd, b, first), load_part(simd, b, second));
            for r in 0..ROWS {
                sums[r] = pair(simd, a[r], at[0]).mul_add(right, sums[r]);
            }
            at = [at[0] + 2, second + level.steps[1]];
        }
        if level.count % 2 == 1 {
            let right = self.right(simd, b, at[1]);
            for r in 0..ROWS {
                sums[r] = self.add(simd, a[r], at[0], right, sums[r]);
            }
        }
    }
}

/// `a[at]` in the even lanes, `a[at + 1]` in the odd ones.
#[inline(always)]
fn pair<S: Simd>(simd: S, a: &[f32], at: usize) -> f32x16<S> {
    let a = &a[at..at + 2];
    // Only vectors of 16 lanes get here, and all processors that have them are little-endian.
    let bits = u64::from(a[0].to_bits()) | u64::from(a[1].to_bits()) << 32;
    f64x8::splat(simd, f64::from_bits(bits)).bitcast()
}

/// `first` in the even lanes, `second` in the odd ones.
#[inline(always)]
fn woven<S: Simd>(first: f32x8<S>, second: f32x8<S>) -> f32x16<S> {
    let (low, high) = first.interleave(second);
    low.combine(high)
}

/// The even lanes and the odd ones.
#[inline(always)]
fn unwoven<S: Simd>(vector: f32x16<S>) -> (f32x8<S>, f32x8<S>) {
    let (low, high) = vector.split();
    low.deinterleave(high)
}

/// As many lanes as `to` is long, which is eight most of the time.
#[inline(always)]
fn store_eight<S: Simd>(vector: f32x8<S>, to: &mut [f32]) {
    if to.len() == 8 {
        vector.store_slice(to);
    } else {
        store_part(vector, to);
    }
}
