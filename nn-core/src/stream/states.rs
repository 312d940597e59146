use super::Stream;
use crate::plain::{clear, zeroed};

/// The memory of `BATCH` streams through a network, one for each row of a batch: see [`train_on_window`](crate::Trainer::train_on_window).
#[repr(transparent)]
pub struct States<N: Stream, const BATCH: usize> {
    pub(crate) rows: [N::State; BATCH],
}

impl<N: Stream, const BATCH: usize> States<N, BATCH> {
    /// The states before the first step; can initialise a `static`.
    #[must_use]
    pub const fn new() -> Self {
        Self { rows: zeroed() }
    }

    /// All streams begin anew.
    pub fn reset(&mut self) {
        clear(&mut self.rows);
    }

    /// The stream in this row of the batch begins anew; beyond the batch there is none.
    pub fn reset_row(&mut self, row: usize) {
        if let Some(row) = self.rows.get_mut(row) {
            clear(row);
        }
    }
}

impl<N: Stream, const BATCH: usize> Default for States<N, BATCH> {
    fn default() -> Self {
        Self::new()
    }
}

impl<N: Stream<State: core::fmt::Debug>, const BATCH: usize> core::fmt::Debug for States<N, BATCH> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_tuple("States").field(&self.rows).finish()
    }
}
