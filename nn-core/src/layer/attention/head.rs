//! One head of one sequence: three products and a softmax.

use crate::activation::{self, Softmax};
use crate::kernel;
use crate::kernel::lanes::{self, part, part_mut, write};
use fearless_simd::Level;

/// Rows of weights that are worked out at a time where they need not be remembered.
pub(super) const ROWS: usize = 8;

/// The query (scaled), key and value of every step, each row by row.
pub(super) struct Head<'a> {
    pub(super) query: &'a [f32],
    pub(super) key: &'a [f32],
    pub(super) value: &'a [f32],
    pub(super) steps: usize,
    /// Values of a query.
    pub(super) size: usize,
    /// Values of a result.
    pub(super) width: usize,
}

impl Head<'_> {
    /// The results of all steps, whose weights are forgotten.
    #[inline(always)]
    pub(super) fn attend_in_tiles<const STEPS: usize, const CAUSAL: bool>(
        &self,
        level: Level,
        result: &mut [f32],
    ) {
        let mut weights = [[0.0; STEPS]; ROWS];
        for first in (0..self.steps).step_by(ROWS) {
            let rows = ROWS.min(self.steps - first);
            let weights = part_mut(weights.as_flattened_mut(), 0, rows * self.steps);
            let result = part_mut(result, first * self.width, rows * self.width);
            self.attend::<CAUSAL>(level, first, weights, result);
        }
    }

    /// The weights and results of the steps from `first` on, as many as there is room for.
    #[inline(always)]
    pub(super) fn attend<const CAUSAL: bool>(
        &self,
        level: Level,
        first: usize,
        weights: &mut [f32],
        result: &mut [f32],
    ) {
        let rows = weights.len() / self.steps.max(1);
        let query = part(self.query, first * self.size, rows * self.size);
        kernel::transposed(level, query, self.key, weights, self.steps, self.size);
        if CAUSAL {
            for (row, weights) in lanes::rows_mut(weights, self.steps).enumerate() {
                let (seen, later) = weights
                    .split_at_mut_checked(first + row + 1)
                    .unwrap_or_default();
                activation::forward::<Softmax>(level, seen, seen.len());
                later.fill(0.0);
            }
        } else {
            activation::forward::<Softmax>(level, weights, self.steps);
        }
        kernel::affine(
            level, weights, self.value, None, result, self.steps, self.width,
        );
    }

    /// The gradient of the values, from the weights and that of the results.
    #[inline(always)]
    pub(super) fn value_gradient(
        &self,
        level: Level,
        weights: &[f32],
        d_result: &[f32],
        d_value: &mut [f32],
    ) {
        kernel::outer(level, weights, d_result, d_value, self.steps, self.width);
    }

    /// The gradient of what went into the softmax, in place of the weights, from that of the results.
    #[inline(always)]
    pub(super) fn score_gradient<const STEPS: usize>(
        &self,
        level: Level,
        weights: &mut [f32],
        d_result: &[f32],
    ) {
        let mut room = [[0.0; STEPS]; ROWS];
        let tiles = weights.chunks_mut((ROWS * self.steps).max(1));
        for (weights, d_result) in tiles.zip(d_result.chunks((ROWS * self.width).max(1))) {
            let d_weights = part_mut(room.as_flattened_mut(), 0, weights.len());
            kernel::transposed(
                level, d_result, self.value, d_weights, self.steps, self.width,
            );
            // A weight of 0, as of later steps, has a gradient of 0.
            activation::backward::<Softmax>(level, weights, weights, d_weights, self.steps);
            write(weights, d_weights);
        }
    }

    /// The gradient of the scaled queries, from that of the scores.
    #[inline(always)]
    pub(super) fn query_gradient(&self, level: Level, d_scores: &[f32], d_query: &mut [f32]) {
        kernel::affine(
            level, d_scores, self.key, None, d_query, self.steps, self.size,
        );
    }

    /// The gradient of the keys, from that of the scores.
    #[inline(always)]
    pub(super) fn key_gradient(&self, level: Level, d_scores: &[f32], d_key: &mut [f32]) {
        kernel::outer(level, d_scores, self.query, d_key, self.steps, self.size);
    }
}

/// The values of one head from each row of all heads'.
#[inline(always)]
pub(super) fn gather(all: &[f32], row: usize, head: usize, one: &mut [f32], size: usize) {
    for (all, one) in lanes::rows(all, row).zip(lanes::rows_mut(one, size)) {
        write(one, part(all, head * size, size));
    }
}

/// Undoes [`gather`].
#[inline(always)]
pub(super) fn scatter(one: &[f32], size: usize, all: &mut [f32], row: usize, head: usize) {
    for (all, one) in lanes::rows_mut(all, row).zip(lanes::rows(one, size)) {
        write(part_mut(all, head * size, size), one);
    }
}
