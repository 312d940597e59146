//! The work of a recurrent layer at each step: a product with few rows, and formulas over its units.

use super::lanes::{load_part, store_part};
use super::one::{self, last_width, main_width};
use super::panel::{Across, Along, Init, Panel, product_within};
use super::{scalar, transpose};
use crate::activation::Linear;
use crate::level::{apart, dispatch, is_scalar};
use crate::math::slices::{lane, one_of_all};
use crate::math::vector::Vector;
use fearless_simd::{Level, f32x4, f32x8, prelude::*};

/// Some columns of a row-major matrix; `values` begins at the first of them.
#[derive(Clone, Copy, Debug)]
pub struct Columns<'a> {
    pub(crate) values: &'a [f32],
    /// From one row to the next.
    pub(crate) stride: usize,
    pub(crate) count: usize,
}

/// The number of units of a cell: in the type ([`Fixed`]) for one sample, or not ([`Any`]) for a batch.
pub trait Width: Copy {
    /// The number.
    fn units(self) -> usize;
    /// `y[r] = bias + x[r] w`; `x` and `y` have no gaps between rows, and `w` has `N` columns for each unit.
    #[doc(hidden)]
    fn product<S: Simd, const N: usize>(
        self,
        simd: S,
        x: &[f32],
        w: Columns<'_>,
        bias: Option<&[f32]>,
        y: &mut [f32],
    );
    /// Applies a formula to all units; the slices have one value for each.
    #[doc(hidden)]
    fn map<S: Simd, F: Formula<OWN, READ>, const OWN: usize, const READ: usize>(
        self,
        simd: S,
        own: [&mut [f32]; OWN],
        read: [&[f32]; READ],
    );
}

/// `U` units of one sample.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fixed<const U: usize>;

/// So many units of each row of a batch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Any(pub usize);

impl<const U: usize> Width for Fixed<U> {
    #[inline(always)]
    fn units(self) -> usize {
        U
    }

    #[inline(always)]
    fn product<S: Simd, const N: usize>(
        self,
        simd: S,
        x: &[f32],
        w: Columns<'_>,
        bias: Option<&[f32]>,
        y: &mut [f32],
    ) {
        times_one::<S, U, N>(simd, x, w, bias, y);
    }

    #[inline(always)]
    fn map<S: Simd, F: Formula<OWN, READ>, const OWN: usize, const READ: usize>(
        self,
        simd: S,
        own: [&mut [f32]; OWN],
        read: [&[f32]; READ],
    ) {
        units::<S, F, U, OWN, READ>(simd, own, read);
    }
}

impl Width for Any {
    #[inline(always)]
    fn units(self) -> usize {
        self.0
    }

    #[inline(always)]
    fn product<S: Simd, const N: usize>(
        self,
        simd: S,
        x: &[f32],
        w: Columns<'_>,
        bias: Option<&[f32]>,
        y: &mut [f32],
    ) {
        times(simd.level(), x, w, bias, y);
    }

    #[inline(always)]
    fn map<S: Simd, F: Formula<OWN, READ>, const OWN: usize, const READ: usize>(
        self,
        simd: S,
        own: [&mut [f32]; OWN],
        read: [&[f32]; READ],
    ) {
        if is_scalar(simd) {
            one_by_one::<S, F, OWN, READ>(simd, own, read);
        } else {
            units_in::<S, S::f32s, S::f32s, F, OWN, READ>(simd, self.0, own, read);
        }
    }
}

/// [`Width::product`] of one row of `N * U` columns.
#[inline(always)]
pub(crate) fn times_one<S: Simd, const U: usize, const N: usize>(
    simd: S,
    x: &[f32],
    w: Columns<'_>,
    bias: Option<&[f32]>,
    y: &mut [f32],
) {
    if is_scalar(simd) || const { cfg!(debug_assertions) } {
        super::one(simd.level(), x, w, bias, y);
    } else {
        one::inlined::<S, Linear, U, N, true>(simd, x, w, bias, y);
    }
}

/// `y[r] = bias + x[r] w`; `x` and `y` have no gaps between rows.
pub(crate) fn times(level: Level, x: &[f32], w: Columns<'_>, bias: Option<&[f32]>, y: &mut [f32]) {
    let rows = y.len() / w.count.max(1);
    let depth = x.len() / rows.max(1);
    let panel = Panel {
        b: w.values,
        b_stride: w.stride,
        init: bias.map_or(Init::Zero, Init::Bias),
        first: 0,
        c_stride: w.count,
        rows,
        depth,
    };
    let a = Along {
        values: x,
        stride: depth,
    };
    dispatch!(level,
        scalar => scalar::times(x, depth, w, bias, y),
        simd => product_within(simd, a, panel, y, w.count));
}

/// Writes a vector to `to[at..]`, or as much of it as there is room for.
#[inline(always)]
fn store<S: Simd, V: Vector<S>>(vector: V, to: &mut [f32], at: usize) {
    match to.get_mut(at..at + V::LEN) {
        Some(to) => vector.store_slice(to),
        None => store_part(vector, to.get_mut(at..).unwrap_or_default()),
    }
}

/// `dw[i][o] = sum_r x[r][i] dy[r][o]`, into rows of `dw` that are as far apart as those of `dy`; both slices begin at the first column.
pub(crate) fn outer_within(
    level: Level,
    x: &[f32],
    inputs: usize,
    dy: Columns<'_>,
    dw: &mut [f32],
) {
    let rows = x.len() / inputs.max(1);
    let panel = Panel {
        b: dy.values,
        b_stride: dy.stride,
        init: Init::Zero,
        first: 0,
        c_stride: dy.stride,
        rows: inputs,
        depth: rows,
    };
    let a = Across {
        values: x,
        stride: inputs,
    };
    dispatch!(level,
        scalar => scalar::outer_within(x, inputs, dy, dw),
        simd => product_within(simd, a, panel, dw, dy.count));
}

/// `to[c][r] = from[r][c]`, `from` having `columns` columns.
pub(crate) fn transposed_copy(level: Level, from: &[f32], columns: usize, to: &mut [f32]) {
    let rows = from.len() / columns.max(1);
    dispatch!(level,
        scalar => scalar::transposed_copy(from, columns, to),
        simd => transpose::block(simd, from, columns, rows, columns, to, rows));
}

/// A formula over the units of a layer: from `own` values, which it replaces, and others that it only reads.
pub trait Formula<const OWN: usize, const READ: usize> {
    /// The new values of some units.
    fn of<S: Simd, V: Vector<S>>(simd: S, own: [V; OWN], read: [V; READ]) -> [V; OWN];
}

/// Applies a formula to `U` units; the slices have one value for each.
#[inline(always)]
fn units<S: Simd, F: Formula<OWN, READ>, const U: usize, const OWN: usize, const READ: usize>(
    simd: S,
    own: [&mut [f32]; OWN],
    read: [&[f32]; READ],
) {
    apart(
        simd,
        #[inline(always)]
        || {
            if is_scalar(simd) {
                one_by_one::<S, F, OWN, READ>(simd, own, read);
            } else if const { main_width(U, S::f32s::LEN) == S::f32s::LEN } {
                whole::<S, S::f32s, F, U, OWN, READ>(simd, own, read);
            } else if const { main_width(U, S::f32s::LEN) == 8 } {
                whole::<S, f32x8<S>, F, U, OWN, READ>(simd, own, read);
            } else {
                whole::<S, f32x4<S>, F, U, OWN, READ>(simd, own, read);
            }
        },
    );
}

/// [`units`] at the scalar level.
#[inline(always)]
fn one_by_one<S: Simd, F: Formula<OWN, READ>, const OWN: usize, const READ: usize>(
    simd: S,
    mut own: [&mut [f32]; OWN],
    read: [&[f32]; READ],
) {
    let mut i = 0;
    while let (Some(a), Some(b)) = (
        one_of_all(simd, own.each_ref().map(|own| &**own), i),
        one_of_all(simd, read, i),
    ) {
        let values = F::of::<S, S::f32s>(simd, a, b);
        for (own, value) in own.iter_mut().zip(values) {
            if let Some(own) = own.get_mut(i) {
                *own = lane(value);
            }
        }
        i += 1;
    }
}

/// [`units`] in vectors of type `V` as far as these are whole.
#[inline(always)]
fn whole<
    S: Simd,
    V: Vector<S>,
    F: Formula<OWN, READ>,
    const U: usize,
    const OWN: usize,
    const READ: usize,
>(
    simd: S,
    own: [&mut [f32]; OWN],
    read: [&[f32]; READ],
) {
    if const { last_width(U, V::LEN) == V::LEN } {
        units_in::<S, V, V, F, OWN, READ>(simd, U, own, read);
    } else if const { last_width(U, V::LEN) == 8 } {
        units_in::<S, V, f32x8<S>, F, OWN, READ>(simd, U, own, read);
    } else {
        units_in::<S, V, f32x4<S>, F, OWN, READ>(simd, U, own, read);
    }
}

/// A formula over `count` units in vectors of type `V` and a last one of type `L`, which overlaps the one before: it is read before
/// anything is written, and written last.
#[inline(always)]
fn units_in<
    S: Simd,
    V: Vector<S>,
    L: Vector<S>,
    F: Formula<OWN, READ>,
    const OWN: usize,
    const READ: usize,
>(
    simd: S,
    count: usize,
    mut own: [&mut [f32]; OWN],
    read: [&[f32]; READ],
) {
    let last = count.saturating_sub(L::LEN);
    let ragged = !count.is_multiple_of(V::LEN);
    let end = if ragged {
        at::<S, L, F, OWN, READ>(simd, &own, read, last)
    } else {
        [L::splat(simd, 0.0); OWN]
    };
    let mut start = 0;
    while start + V::LEN <= count {
        let values = at::<S, V, F, OWN, READ>(simd, &own, read, start);
        for (own, value) in own.iter_mut().zip(values) {
            store(value, own, start);
        }
        start += V::LEN;
    }
    if ragged {
        for (own, value) in own.iter_mut().zip(end) {
            store(value, own, last);
        }
    }
}

/// The formula for the units from `start`.
#[inline(always)]
fn at<S: Simd, V: Vector<S>, F: Formula<OWN, READ>, const OWN: usize, const READ: usize>(
    simd: S,
    own: &[&mut [f32]; OWN],
    read: [&[f32]; READ],
    start: usize,
) -> [V; OWN] {
    let (mut a, mut b) = ([V::splat(simd, 0.0); OWN], [V::splat(simd, 0.0); READ]);
    for (vector, values) in a.iter_mut().zip(own) {
        *vector = load_part(simd, values, start);
    }
    for (vector, values) in b.iter_mut().zip(read) {
        *vector = load_part(simd, values, start);
    }
    F::of(simd, a, b)
}
