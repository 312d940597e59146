//! Memory that will be read soon, fetched while something else computes.

use crate::plain;

/// Floats of a cache line.
const LINE: usize = 16;

/// Rows that lie scattered in memory and will be read soon, asked for a few cache lines at a time.
pub(crate) struct Ahead<'a> {
    row_at: &'a dyn Fn(usize) -> Option<&'a [f32]>,
    /// Rows not yet begun.
    rows: core::ops::Range<usize>,
    /// The rest of the row that was begun.
    row: &'a [f32],
}

impl<'a> Ahead<'a> {
    /// The first `rows` of what `row_at` knows, where the processor can be asked for them.
    #[inline(always)]
    pub(crate) fn new(rows: usize, row_at: &'a dyn Fn(usize) -> Option<&'a [f32]>) -> Self {
        let rows = if plain::PREFETCHES { 0..rows } else { 0..0 };
        Self {
            row_at,
            rows,
            row: &[],
        }
    }

    /// No rows.
    #[inline(always)]
    pub(crate) fn nothing() -> Self {
        Self::new(0, &|_| None)
    }

    /// Whether all has been asked for.
    #[inline(always)]
    pub(crate) fn is_done(&self) -> bool {
        self.row.is_empty() && self.rows.is_empty()
    }

    /// Asks for the next `lines` cache lines.
    #[inline(always)]
    pub(crate) fn fetch(&mut self, lines: usize) {
        for _ in 0..lines {
            if self.row.is_empty() && !self.next_row() {
                return;
            }
            if let Some(value) = self.row.first() {
                plain::prefetch(value);
            }
            self.row = self.row.get(LINE..).unwrap_or_default();
        }
    }

    /// Begins the next row, if there is one.
    #[inline(never)]
    fn next_row(&mut self) -> bool {
        let next = self.rows.next();
        self.row = next.and_then(self.row_at).unwrap_or_default();
        next.is_some()
    }
}
