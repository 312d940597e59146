//! `C = init + A B` in register tiles: some rows of `A`, each element broadcast, times a few vectors of a row of `B`.

use super::lanes::{find, found, load_part, part_mut, store_part};
use super::unroll::unrolled;
use crate::level::apart;
use core::ops::Range;
use fearless_simd::prelude::*;
use fearless_simd::{f32x4, f32x8};

/// The left factor of a product.
pub(super) trait Left: Copy {
    /// `sums[r][j] += sum_k A(row + r, k) * b[k][j]` for `k` in `depth`.
    fn sweep<S: Simd, V: SimdFloat<S, Element = f32>, const ROWS: usize, const VECTORS: usize>(
        self,
        simd: S,
        b: Rows<'_>,
        row: usize,
        depth: Range<usize>,
        sums: &mut [[V; VECTORS]; ROWS],
    );
}

/// `A(r, k) = values[r * stride + k]`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Along<'a> {
    pub(super) values: &'a [f32],
    pub(super) stride: usize,
}

/// `A(r, k) = values[k * stride + r]`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Across<'a> {
    pub(super) values: &'a [f32],
    pub(super) stride: usize,
}

impl Left for Along<'_> {
    #[inline(always)]
    fn sweep<S: Simd, V: SimdFloat<S, Element = f32>, const ROWS: usize, const VECTORS: usize>(
        self,
        simd: S,
        b: Rows<'_>,
        row: usize,
        depth: Range<usize>,
        sums: &mut [[V; VECTORS]; ROWS],
    ) {
        let mut rows: [&[f32]; ROWS] = [&[]; ROWS];
        // All of one length that the compiler knows, so that one check does for all.
        unrolled!(r in ROWS, {
            let start = (row + r) * self.stride + depth.start;
            rows[r] = found!(find(self.values, start, depth.len()));
        });
        // One counter for all rows: a pointer that moves for each would take all registers.
        let mut k = 0;
        while k < depth.len() {
            let b = found!(b.load(simd, depth.start + k));
            unrolled!(r in ROWS, {
                multiply_add(simd, *found!(rows[r].get(k)), &b, &mut sums[r]);
            });
            k += 1;
        }
    }
}

impl Left for Across<'_> {
    #[inline(always)]
    fn sweep<S: Simd, V: SimdFloat<S, Element = f32>, const ROWS: usize, const VECTORS: usize>(
        self,
        simd: S,
        b: Rows<'_>,
        row: usize,
        depth: Range<usize>,
        sums: &mut [[V; VECTORS]; ROWS],
    ) {
        for k in depth {
            let b = found!(b.load(simd, k));
            let values = found!(find(self.values, k * self.stride + row, ROWS));
            unrolled!(r in ROWS, {
                multiply_add(simd, *found!(values.get(r)), &b, &mut sums[r]);
            });
        }
    }
}

/// `sums[j] += a * b[j]`.
#[inline(always)]
fn multiply_add<S: Simd, V: SimdFloat<S, Element = f32>, const VECTORS: usize>(
    simd: S,
    a: f32,
    b: &[V; VECTORS],
    sums: &mut [V; VECTORS],
) {
    let a = V::splat(simd, a);
    unrolled!(j in VECTORS, {
        sums[j] = a.mul_add(b[j], sums[j]);
    });
}

/// The right factor of a product: rows of vectors. Row `k`, of those from `first` on, begins at `values[(k - first) * stride]`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rows<'a> {
    values: &'a [f32],
    stride: usize,
    first: usize,
}

impl Rows<'_> {
    /// The first `VECTORS` vectors of row `k`, if there is such a row.
    #[inline(always)]
    fn load<S: Simd, V: SimdFloat<S, Element = f32>, const VECTORS: usize>(
        self,
        simd: S,
        k: usize,
    ) -> Option<[V; VECTORS]> {
        let row = k.wrapping_sub(self.first).wrapping_mul(self.stride);
        vectors(simd, self.values, row)
    }
}

/// The first values of the sums.
#[derive(Clone, Copy, Debug)]
pub(super) enum Init<'a> {
    Zero,
    /// A value for each column.
    Bias(&'a [f32]),
    /// The values that are in `C`.
    Add,
}

impl Init<'_> {
    /// Without the columns before `first`.
    #[inline(always)]
    pub(super) fn from(self, first: usize) -> Self {
        match self {
            Self::Bias(bias) => Self::Bias(bias.get(first..).unwrap_or_default()),
            other => other,
        }
    }

    /// The same, or zero instead of what is in `C`.
    #[inline(always)]
    pub(super) fn unless_added(self) -> Self {
        match self {
            Self::Add => Self::Zero,
            other => other,
        }
    }
}

/// Columns `first..` of a product.
#[derive(Clone, Copy, Debug)]
pub(super) struct Panel<'a> {
    /// Row `k` of `B` begins at `k * b_stride`.
    pub(super) b: &'a [f32],
    pub(super) b_stride: usize,
    pub(super) init: Init<'a>,
    /// The first column in `C`.
    pub(super) first: usize,
    pub(super) c_stride: usize,
    pub(super) rows: usize,
    pub(super) depth: usize,
}

/// The lanes of the widest vector.
const MOST_LANES: usize = 16;

/// Whether tiles may have twelve rows: with thirty-two vector registers.
pub(super) const fn many_registers<S: Simd>() -> bool {
    S::f32s::LEN == 16 || cfg!(target_arch = "aarch64")
}

/// `C = init + A B`, all columns. `B` and `C` are row-major without gaps.
#[inline(always)]
#[allow(clippy::too_many_arguments)]
pub(super) fn product<S: Simd, A: Left>(
    simd: S,
    a: A,
    b: &[f32],
    init: Init<'_>,
    c: &mut [f32],
    rows: usize,
    depth: usize,
    columns: usize,
) {
    let panel = Panel {
        b,
        b_stride: columns,
        init,
        first: 0,
        c_stride: columns,
        rows,
        depth,
    };
    product_within(simd, a, panel, c, columns);
}

/// [`product`] of matrices whose rows may lie apart: `panel` says how. `C` begins at the first of the columns.
///
/// `init` must be [`Init::Add`] only where no more columns are wanted than fill vectors without overlap. Compiled once for a SIMD level and an
/// order of `A`.
#[inline(never)]
pub(super) fn product_within<S: Simd, A: Left>(
    simd: S,
    a: A,
    panel: Panel<'_>,
    c: &mut [f32],
    columns: usize,
) {
    simd.vectorize(
        #[inline(always)]
        || product_here(simd, a, panel, c, columns),
    );
}

#[inline(always)]
fn product_here<S: Simd, A: Left>(simd: S, a: A, panel: Panel<'_>, c: &mut [f32], columns: usize) {
    let lanes = S::f32s::LEN;
    let Panel { b, init, rows, .. } = panel;
    if columns < lanes {
        return panel.narrow(simd, a, c, columns);
    }
    let mut first = 0;
    while first < columns {
        let left = columns - first;
        // A single row keeps the multipliers busy only with many columns at once.
        let vectors = match left.div_ceil(lanes).min(columns / lanes) {
            8.. if rows == 1 => 8,
            4.. if rows == 1 => 4,
            2.. => 2,
            _ => 1,
        };
        // The last panel overlaps the one before: its values are computed again, never added.
        first = first.min(columns - vectors * lanes);
        let panel = Panel {
            b: b.get(first..).unwrap_or_default(),
            init: init.from(first),
            first,
            ..panel
        };
        match vectors {
            8 => _ = panel.tile::<S, S::f32s, A, 1, 8>(simd, a, c, 0),
            4 => _ = panel.tile::<S, S::f32s, A, 1, 4>(simd, a, c, 0),
            2 => panel.full(simd, a, c),
            _ => {
                let c = c.get_mut(first..).unwrap_or_default();
                Panel { first: 0, ..panel }.narrow(simd, a, c, lanes);
            }
        }
        first += vectors * lanes;
    }
}

impl Panel<'_> {
    /// Two vectors of columns, all rows.
    #[inline(always)]
    fn full<S: Simd, A: Left>(self, simd: S, a: A, c: &mut [f32]) {
        let mut row = 0;
        while row < self.rows {
            row += match self.rows - row {
                12.. if const { many_registers::<S>() } => {
                    self.tile::<S, S::f32s, A, 12, 2>(simd, a, c, row)
                }
                8 | 9 | 11 if const { many_registers::<S>() } => {
                    self.tile::<S, S::f32s, A, 8, 2>(simd, a, c, row)
                }
                6.. => self.tile::<S, S::f32s, A, 6, 2>(simd, a, c, row),
                4.. => self.tile::<S, S::f32s, A, 4, 2>(simd, a, c, row),
                2.. => self.tile::<S, S::f32s, A, 2, 2>(simd, a, c, row),
                _ => self.tile::<S, S::f32s, A, 1, 2>(simd, a, c, row),
            };
        }
    }

    /// Computes `ROWS` rows from `row` and returns `ROWS`.
    #[inline(always)]
    fn tile<
        S: Simd,
        V: SimdFloat<S, Element = f32>,
        A: Left,
        const ROWS: usize,
        const VECTORS: usize,
    >(
        self,
        simd: S,
        a: A,
        c: &mut [f32],
        row: usize,
    ) -> usize {
        apart(
            simd,
            #[inline(always)]
            || {
                let at = |r: usize| (row + r) * self.c_stride + self.first;
                let mut sums: [[V; VECTORS]; ROWS] = match self.init {
                    Init::Zero => [[V::splat(simd, 0.0); VECTORS]; ROWS],
                    Init::Bias(bias) => [load(simd, bias, 0); ROWS],
                    Init::Add => {
                        let mut sums = [[V::splat(simd, 0.0); VECTORS]; ROWS];
                        for (r, sums) in sums.iter_mut().enumerate() {
                            *sums = load(simd, c, at(r));
                        }
                        sums
                    }
                };
                let b = Rows {
                    values: self.b,
                    stride: self.b_stride,
                    first: 0,
                };
                a.sweep(simd, b, row, 0..self.depth, &mut sums);
                for (r, sums) in sums.iter().enumerate() {
                    let c = part_mut(c, at(r), VECTORS * V::LEN).chunks_exact_mut(V::LEN);
                    for (sum, c) in sums.iter().zip(c) {
                        sum.store_slice(c);
                    }
                }
            },
        );
        ROWS
    }

    /// At most as many columns as a vector has lanes, all rows; `C` begins at the first of them.
    #[inline(always)]
    fn narrow<S: Simd, A: Left>(self, simd: S, a: A, c: &mut [f32], columns: usize) {
        // A whole vector would read behind the end of more rows of `B`.
        if const { S::f32s::LEN == 16 } && columns <= 8 {
            self.narrow_rows::<S, f32x8<S>, A>(simd, a, c, columns);
        } else if const { S::f32s::LEN == 8 } && columns <= 4 {
            self.narrow_rows::<S, f32x4<S>, A>(simd, a, c, columns);
        } else {
            self.narrow_rows::<S, S::f32s, A>(simd, a, c, columns);
        }
    }

    #[inline(always)]
    fn narrow_rows<S: Simd, V: SimdFloat<S, Element = f32>, A: Left>(
        self,
        simd: S,
        a: A,
        c: &mut [f32],
        columns: usize,
    ) {
        // The last rows of `B` are too near its end for a whole vector: they are read from where zeros follow.
        let (values, stride) = (self.b, self.b_stride);
        let whole = match values.len().checked_sub(V::LEN) {
            Some(last) => (last / stride.max(1) + 1).min(self.depth),
            None => 0,
        };
        let mut end = [0.0; 2 * MOST_LANES];
        let rest = values.get(whole * stride..).unwrap_or_default();
        for (to, value) in end.iter_mut().zip(rest).take(MOST_LANES) {
            *to = *value;
        }
        let b = [(values, 0), (&end, whole)].map(|(values, first)| Rows {
            values,
            stride,
            first,
        });
        let ranges = [0..whole, whole..self.depth];
        let mut row = 0;
        while row < self.rows {
            row += match self.rows - row {
                8.. => self.narrow_tile::<S, V, A, 8>(simd, a, b, &ranges, c, columns, row),
                4.. => self.narrow_tile::<S, V, A, 4>(simd, a, b, &ranges, c, columns, row),
                2.. => self.narrow_tile::<S, V, A, 2>(simd, a, b, &ranges, c, columns, row),
                _ => self.narrow_tile::<S, V, A, 1>(simd, a, b, &ranges, c, columns, row),
            };
        }
    }

    /// [`tile`](Self::tile) with one vector of which only the first `columns` lanes count.
    #[inline(always)]
    #[allow(clippy::too_many_arguments)]
    fn narrow_tile<S: Simd, V: SimdFloat<S, Element = f32>, A: Left, const ROWS: usize>(
        self,
        simd: S,
        a: A,
        b: [Rows<'_>; 2],
        ranges: &[Range<usize>; 2],
        c: &mut [f32],
        columns: usize,
        row: usize,
    ) -> usize {
        let at = |r: usize| (row + r) * self.c_stride;
        let mut sums: [[V; 1]; ROWS] = match self.init {
            Init::Zero => [[V::splat(simd, 0.0)]; ROWS],
            Init::Bias(bias) => [[load_part(simd, bias, 0)]; ROWS],
            Init::Add => {
                let mut sums = [[V::splat(simd, 0.0)]; ROWS];
                for (r, [sum]) in sums.iter_mut().enumerate() {
                    *sum = load_part(simd, c, at(r));
                }
                sums
            }
        };
        for (b, range) in b.into_iter().zip(ranges) {
            a.sweep(simd, b, row, range.clone(), &mut sums);
        }
        for (r, [sum]) in sums.into_iter().enumerate() {
            // The lanes behind the last column fall on the next row, which is not yet written, unless rows are added to or apart.
            match c.get_mut(at(r)..at(r) + V::LEN) {
                Some(c) if self.c_stride == columns && !matches!(self.init, Init::Add) => {
                    sum.store_slice(c);
                }
                _ => store_part(sum, part_mut(c, at(r), columns)),
            }
        }
        ROWS
    }
}

/// `VECTORS` vectors at `values[at..]`, if they are all there.
#[inline(always)]
pub(super) fn vectors<S: Simd, V: SimdFloat<S, Element = f32>, const VECTORS: usize>(
    simd: S,
    values: &[f32],
    at: usize,
) -> Option<[V; VECTORS]> {
    let values = find(values, at, VECTORS * V::LEN)?;
    let mut vectors = [V::splat(simd, 0.0); VECTORS];
    for (vector, values) in vectors.iter_mut().zip(values.chunks_exact(V::LEN)) {
        *vector = V::from_slice(simd, values);
    }
    Some(vectors)
}

/// [`vectors`]; zeros if they are not all there.
#[inline(always)]
pub(super) fn load<S: Simd, V: SimdFloat<S, Element = f32>, const VECTORS: usize>(
    simd: S,
    values: &[f32],
    at: usize,
) -> [V; VECTORS] {
    vectors(simd, values, at).unwrap_or([V::splat(simd, 0.0); VECTORS])
}
