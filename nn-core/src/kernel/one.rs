//! The product of one sample, `y = A(bias + x w)`: one row, so every weight is read once and nothing is reused but `x`.
//!
//! Columns are computed in panels of up to eight vectors. What is left of them behind whole vectors is a narrower vector, or one that
//! overlaps the last: no lane is ever masked, and nothing is read behind the end of a row. A multiply-add waits four cycles for the one
//! before it in its chain, and there are two each cycle; so where vectors are few, each has several chains.
//!
//! Where the sizes are constants and the product is small, [`inlined`] compiles into the caller; [`product`] is compiled once.

use super::lanes::{load_part, store_part};
use super::recurrent::Columns;
use crate::activation::{Activation, Linear};
use crate::level::apart;
use crate::math::vector::Vector;
use fearless_simd::{f32x4, f32x8, prelude::*};

#[cfg(test)]
mod tests;

/// Vectors in a panel: more sums would not stay in registers.
const MOST: usize = 8;

/// The widest vector of at most `lanes` lanes that `columns` fill; 4 if there is none.
pub(super) const fn main_width(columns: usize, lanes: usize) -> usize {
    match columns {
        _ if columns >= lanes => lanes,
        8.. => 8,
        _ => 4,
    }
}

/// The narrowest vector that holds what is left of `columns` after whole vectors of `width`; `width` if nothing is.
pub(super) const fn last_width(columns: usize, width: usize) -> usize {
    match columns % width {
        1..=4 => 4,
        5..=8 if width > 8 => 8,
        _ => width,
    }
}

/// Whether vectors of half a cache line are faster than those of a whole one. Of these, nearly each lies across two lines if rows begin
/// anywhere; of the others every second or fewer. A short chain that waits would become longer.
const fn by_halves(columns: usize, waiting: bool) -> bool {
    let least = if waiting { 96 } else { 16 };
    columns > least && !columns.is_multiple_of(16)
}

/// Whether `V` can be read or written at `at`.
#[inline(always)]
const fn fits(len: usize, at: usize, lanes: usize) -> bool {
    at <= len && lanes <= len - at
}

/// The vector at `values[at..]`; zero if it is not there.
#[inline(always)]
fn load<S: Simd, V: Vector<S>>(simd: S, values: &[f32], at: usize) -> V {
    if fits(values.len(), at, V::LEN) {
        V::from_slice(simd, &values[at..][..V::LEN])
    } else {
        V::splat(simd, 0.0)
    }
}

/// Writes the vector to `values[at..]`, if there is room.
#[inline(always)]
fn store<S: Simd, V: Vector<S>>(vector: V, values: &mut [f32], at: usize) {
    if fits(values.len(), at, V::LEN) {
        vector.store_slice(&mut values[at..][..V::LEN]);
    }
}

/// Some columns of a product.
#[derive(Clone, Copy)]
struct Place {
    /// The first column.
    at: usize,
    /// The beginning of the last vector.
    last: usize,
}

/// The sums of a panel.
#[derive(Clone, Copy)]
struct Sums<V, L, const VECTORS: usize> {
    whole: [V; VECTORS],
    last: L,
}

impl<V, L, const VECTORS: usize> Sums<V, L, VECTORS> {
    #[inline(always)]
    fn zero<S: Simd>(simd: S) -> Self
    where
        V: Vector<S>,
        L: Vector<S>,
    {
        Self {
            whole: [V::splat(simd, 0.0); VECTORS],
            last: L::splat(simd, 0.0),
        }
    }

    /// The values of a row in the columns of a panel.
    #[inline(always)]
    fn load<S: Simd>(simd: S, row: &[f32], place: Place) -> Self
    where
        V: Vector<S>,
        L: Vector<S>,
    {
        let mut sums = Self::zero(simd);
        for (j, vector) in sums.whole.iter_mut().enumerate() {
            *vector = load(simd, row, place.at + j * V::LEN);
        }
        sums.last = load(simd, row, place.last);
        sums
    }

    /// `self += x row`.
    #[inline(always)]
    fn accumulate<S: Simd>(&mut self, simd: S, x: f32, row: &[f32], place: Place)
    where
        V: Vector<S>,
        L: Vector<S>,
    {
        let row = Self::load(simd, row, place);
        let wide = V::splat(simd, x);
        for (sum, w) in self.whole.iter_mut().zip(row.whole) {
            *sum = wide.mul_add(w, *sum);
        }
        self.last = L::splat(simd, x).mul_add(row.last, self.last);
    }

    #[inline(always)]
    fn add<S: Simd>(&mut self, other: &Self)
    where
        V: Vector<S>,
        L: Vector<S>,
    {
        for (sum, other) in self.whole.iter_mut().zip(other.whole) {
            *sum += other;
        }
        self.last += other.last;
    }
}

/// `VECTORS` whole vectors of columns and a last one, of `w.count` columns.
#[inline(always)]
fn panel<
    S: Simd,
    V: Vector<S>,
    L: Vector<S>,
    A: Activation,
    const VECTORS: usize,
    const CHAINS: usize,
>(
    simd: S,
    x: &[f32],
    w: Columns<'_>,
    bias: Option<&[f32]>,
    y: &mut [f32],
    place: Place,
) {
    // What every row is asked for below: the compiler sees here that it is there, and does not look again.
    let whole = (0..VECTORS).all(|j| fits(w.count, place.at + j * V::LEN, V::LEN));
    if !(whole && fits(w.count, place.last, L::LEN)) {
        return;
    }
    let mut sums = [Sums::<V, L, VECTORS>::zero(simd); CHAINS];
    if let (Some(bias), Some(sums)) = (bias, sums.first_mut()) {
        *sums = Sums::load(simd, bias, place);
    }
    let mut rows = w.values;
    let (groups, rest) = x.as_chunks::<CHAINS>();
    for group in groups {
        for (x, sums) in group.iter().zip(&mut sums) {
            if w.count > rows.len() {
                return;
            }
            sums.accumulate(simd, *x, &rows[..w.count], place);
            rows = &rows[w.stride.min(rows.len())..];
        }
    }
    for (x, sums) in rest.iter().zip(&mut sums) {
        if w.count > rows.len() {
            return;
        }
        sums.accumulate(simd, *x, &rows[..w.count], place);
        rows = &rows[w.stride.min(rows.len())..];
    }
    let mut count = CHAINS;
    while count > 1 {
        let half = count.div_ceil(2);
        let (low, high) = sums.split_at_mut(half);
        for (low, high) in low.iter_mut().zip(&*high).take(count - half) {
            low.add(high);
        }
        count = half;
    }
    let Some(sums) = sums.first() else { return };
    let last = A::vector(simd, sums.last);
    for (j, sum) in sums.whole.into_iter().enumerate() {
        store(A::vector(simd, sum), y, place.at + j * V::LEN);
    }
    store(last, y, place.last);
}

/// The number of vectors of the panels of `columns`, but for the last of them, which may have fewer.
const fn panel_vectors(columns: usize, lanes: usize) -> usize {
    let vectors = columns.div_ceil(lanes);
    vectors.div_ceil(vectors.div_ceil(MOST))
}

/// The beginning of the last panel of `columns`.
const fn last_panel(columns: usize, lanes: usize) -> usize {
    let width = panel_vectors(columns, lanes) * lanes;
    (columns - 1) / width * width
}

/// The number of vectors of the last panel of `columns`.
const fn last_panel_vectors(columns: usize, lanes: usize) -> usize {
    (columns - last_panel(columns, lanes)).div_ceil(lanes)
}

/// [`product`] in vectors of type `V`; there are at least `V::LEN` columns. The last vector overlaps the one before, so that one panel
/// does for every number of columns that takes as many vectors.
#[inline(always)]
fn columns<S: Simd, V: Vector<S>>(
    simd: S,
    x: &[f32],
    w: Columns<'_>,
    bias: Option<&[f32]>,
    y: &mut [f32],
) {
    macro_rules! run {
        ($whole:literal, $chains:literal, $at:expr, $last:expr) => {{
            let place = Place {
                at: $at,
                last: $last,
            };
            apart(
                simd,
                #[inline(always)]
                || panel::<S, V, V, Linear, $whole, $chains>(simd, x, w, bias, y, place),
            )
        }};
    }
    let mut left = w.count.div_ceil(V::LEN);
    let mut at = 0;
    // Panels of full height, or one of half of it where they would leave too few vectors to keep the multipliers busy.
    while left > MOST {
        if left >= MOST + MOST / 2 {
            run!(7, 1, at, at + 7 * V::LEN);
            at += 8 * V::LEN;
            left -= 8;
        } else {
            run!(3, 2, at, at + 3 * V::LEN);
            at += 4 * V::LEN;
            left -= 4;
        }
    }
    let last = w.count - V::LEN;
    // As many chains as keep the multipliers busy.
    match left {
        1 => run!(0, 8, at, last),
        2 => run!(1, 4, at, last),
        3 => run!(2, 3, at, last),
        4 => run!(3, 2, at, last),
        5 => run!(4, 2, at, last),
        6 => run!(5, 2, at, last),
        7 => run!(6, 1, at, last),
        _ => run!(7, 1, at, last),
    }
}

/// [`columns`] of at least one vector and at most two.
#[inline(always)]
fn few_vectors<S: Simd, V: Vector<S>>(
    simd: S,
    x: &[f32],
    w: Columns<'_>,
    bias: Option<&[f32]>,
    y: &mut [f32],
) {
    let place = Place {
        at: 0,
        last: w.count - V::LEN,
    };
    if w.count > V::LEN {
        panel::<S, V, V, Linear, 1, 4>(simd, x, w, bias, y, place);
    } else {
        panel::<S, V, V, Linear, 0, 8>(simd, x, w, bias, y, place);
    }
}

/// `y = bias + x w`.
#[inline(always)]
pub(super) fn product<S: Simd>(
    simd: S,
    x: &[f32],
    w: Columns<'_>,
    bias: Option<&[f32]>,
    y: &mut [f32],
) {
    let lanes = S::f32s::LEN;
    match w.count {
        1 if w.stride == 1 => {
            if let [y] = y {
                *y = dot(simd, x, w.values) + bias.and_then(|bias| bias.first()).unwrap_or(&0.0);
            }
        }
        ..4 => few::<S, Linear>(simd, x, w, bias, y),
        4..8 if const { S::f32s::LEN > 4 } => few_vectors::<S, f32x4<S>>(simd, x, w, bias, y),
        count if const { S::f32s::LEN > 8 } && (count < lanes || by_halves(w.stride, false)) => {
            columns::<S, f32x8<S>>(simd, x, w, bias, y);
        }
        _ => columns::<S, S::f32s>(simd, x, w, bias, y),
    }
}

/// [`product`] with an elementwise activation, of `N` times `U` columns and a number of rows that the compiler knows.
///
/// `WAITING` says that `x` depends on what was computed just before, as from step to step of a stream. Then a few long chains would take longer than
/// many short ones; else there is always something to do meanwhile, and the sums of many chains cost more.
#[inline(always)]
pub(super) fn inlined<
    S: Simd,
    A: Activation,
    const U: usize,
    const N: usize,
    const WAITING: bool,
>(
    simd: S,
    x: &[f32],
    w: Columns<'_>,
    bias: Option<&[f32]>,
    y: &mut [f32],
) {
    if const { U * N == 1 } {
        let sum = dot(simd, x, w.values) + bias.and_then(|bias| bias.first()).unwrap_or(&0.0);
        store_part(A::vector(simd, f32x4::splat(simd, sum)), y);
    } else if const { U * N < 4 } {
        few::<S, A>(simd, x, w, bias, y);
    } else if const { S::f32s::LEN == 16 && by_halves(U * N, WAITING) } {
        inlined_whole::<S, f32x8<S>, A, U, N, WAITING>(simd, x, w, bias, y);
    } else if const { main_width(U * N, S::f32s::LEN) == S::f32s::LEN } {
        inlined_whole::<S, S::f32s, A, U, N, WAITING>(simd, x, w, bias, y);
    } else if const { main_width(U * N, S::f32s::LEN) == 8 } {
        inlined_whole::<S, f32x8<S>, A, U, N, WAITING>(simd, x, w, bias, y);
    } else {
        inlined_whole::<S, f32x4<S>, A, U, N, WAITING>(simd, x, w, bias, y);
    }
}

/// [`inlined`] in vectors of type `V` and a last one that suits.
#[inline(always)]
fn inlined_whole<
    S: Simd,
    V: Vector<S>,
    A: Activation,
    const U: usize,
    const N: usize,
    const WAITING: bool,
>(
    simd: S,
    x: &[f32],
    w: Columns<'_>,
    bias: Option<&[f32]>,
    y: &mut [f32],
) {
    if const { last_width(U * N, V::LEN) == V::LEN } {
        inlined_columns::<S, V, V, A, U, N, WAITING>(simd, x, w, bias, y);
    } else if const { last_width(U * N, V::LEN) == 8 } {
        inlined_columns::<S, V, f32x8<S>, A, U, N, WAITING>(simd, x, w, bias, y);
    } else {
        inlined_columns::<S, V, f32x4<S>, A, U, N, WAITING>(simd, x, w, bias, y);
    }
}

/// Calls [`panel`] with what belongs to the number of vectors, which is a constant.
macro_rules! inlined_panel {
    (# [$($type:ty),*] $n:literal $chains:literal $arguments:tt) => {
        panel::<$($type),*, { $n - 1 }, $chains> $arguments
    };
    (@ $vectors:expr, $waiting:ident, $types:tt $arguments:tt, $($n:literal $few:literal $many:literal),*) => {$(
        if const { $vectors == $n && !$waiting } {
            inlined_panel!(# $types $n $few $arguments);
        } else if const { $vectors == $n && $waiting } {
            inlined_panel!(# $types $n $many $arguments);
        }
    )*};
    ($vectors:expr, $waiting:ident, $types:tt $arguments:tt) => {
        inlined_panel!(@ $vectors, $waiting, $types $arguments, 1 4 8, 2 2 4, 3 2 3, 4 2 2, 5 1 2, 6 1 2, 7 1 1, 8 1 1)
    };
}

/// [`columns`] of [`inlined`].
#[inline(always)]
fn inlined_columns<
    S: Simd,
    V: Vector<S>,
    L: Vector<S>,
    A: Activation,
    const U: usize,
    const N: usize,
    const WAITING: bool,
>(
    simd: S,
    x: &[f32],
    w: Columns<'_>,
    bias: Option<&[f32]>,
    y: &mut [f32],
) {
    let end = const { last_panel(U * N, V::LEN) };
    if const { last_panel(U * N, V::LEN) > 0 } {
        let vectors = const { panel_vectors(U * N, V::LEN) };
        for at in (0..end).step_by(vectors * V::LEN) {
            let place = Place {
                at,
                last: at + (vectors - 1) * V::LEN,
            };
            inlined_panel!(
                panel_vectors(U * N, V::LEN),
                WAITING,
                [S, V, V, A](simd, x, w, bias, y, place)
            );
        }
    }
    let place = Place {
        at: end,
        last: U * N - L::LEN,
    };
    inlined_panel!(
        last_panel_vectors(U * N, V::LEN),
        WAITING,
        [S, V, L, A](simd, x, w, bias, y, place)
    );
}

/// The sum of products of two slices of one length.
#[inline(always)]
fn dot<S: Simd>(simd: S, x: &[f32], w: &[f32]) -> f32 {
    const CHAINS: usize = 4;
    let lanes = S::f32s::LEN;
    let len = x.len().min(w.len());
    let mut sums = [S::f32s::splat(simd, 0.0); CHAINS];
    let mut at = 0;
    while at + CHAINS * lanes <= len {
        for (j, sum) in sums.iter_mut().enumerate() {
            let x: S::f32s = load(simd, x, at + j * lanes);
            *sum = x.mul_add(load::<S, S::f32s>(simd, w, at + j * lanes), *sum);
        }
        at += CHAINS * lanes;
    }
    let [a, b, c, d] = sums;
    let mut sum = (a + b) + (c + d);
    while at + lanes <= len {
        sum = load::<S, S::f32s>(simd, x, at).mul_add(load::<S, S::f32s>(simd, w, at), sum);
        at += lanes;
    }
    let mut last = f32x4::splat(simd, 0.0);
    while at + 4 <= len {
        last = load::<S, f32x4<S>>(simd, x, at).mul_add(load::<S, f32x4<S>>(simd, w, at), last);
        at += 4;
    }
    let mut total = sum.reduce_sum() + last.reduce_sum();
    for (x, w) in x.iter().zip(w).skip(at) {
        total += x * w;
    }
    total
}

/// [`inlined`] of fewer columns than the narrowest vector has lanes.
#[inline(always)]
fn few<S: Simd, A: Activation>(
    simd: S,
    x: &[f32],
    w: Columns<'_>,
    bias: Option<&[f32]>,
    y: &mut [f32],
) {
    const CHAINS: usize = 4;
    let mut sums = [f32x4::splat(simd, 0.0); CHAINS];
    if let (Some(bias), Some(sum)) = (bias, sums.first_mut()) {
        *sum = load_part(simd, bias, 0);
    }
    let mut rows = w.values;
    for x in x.chunks(CHAINS) {
        for (x, sum) in x.iter().zip(&mut sums) {
            *sum = f32x4::splat(simd, *x).mul_add(load_part::<S, f32x4<S>>(simd, rows, 0), *sum);
            rows = rows.get(w.stride..).unwrap_or_default();
        }
    }
    let [a, b, c, d] = sums;
    store_part(A::vector(simd, (a + b) + (c + d)), y);
}
