//! The kernels of a processor without SIMD: plain loops with few sums, which stay in its registers.
//!
//! Everything is a row of results at a time, some columns of it in registers: what is loaded of the right factor is used once, but
//! a chip has no cache that it could have come from. Loops over what may be any size are shared: they are compiled once.

pub(super) mod batch;
mod conv;
mod pool;
mod product;
mod row;

pub(super) use conv::{conv, conv_inputs, conv_weights};
pub(super) use pool::{avg_pool, avg_pool_back, max_pool, max_pool_back};
pub(super) use product::{
    affine, outer, outer_within, sum_rows, times, transposed, transposed_copy,
};

use super::conv::Axis;
use core::iter::from_fn;
use core::ops::Range;
pub(super) use row::dense;

impl Axis {
    /// The taps of output `o` that are inside the input.
    const fn seen(&self, o: usize) -> Range<usize> {
        let (start, dilation) = (o * self.stride, at_least_one(self.dilation));
        let end = (self.input + self.before).saturating_sub(start);
        let end = end.div_ceil(dilation);
        let end = if end < self.taps { end } else { self.taps };
        self.before.saturating_sub(start).div_ceil(dilation)..end
    }

    /// The input under tap `k` of output `o`, unless it lies before the first.
    const fn under(&self, o: usize, k: usize) -> Option<usize> {
        (o * self.stride + k * self.dilation).checked_sub(self.before)
    }

    /// The outputs whose tap `k` is inside the input.
    const fn meeting(&self, k: usize) -> Range<usize> {
        let (start, stride) = (k * self.dilation, at_least_one(self.stride));
        let end = (self.input + self.before).saturating_sub(start);
        let end = end.div_ceil(stride);
        let end = if end < self.output { end } else { self.output };
        self.before.saturating_sub(start).div_ceil(stride)..end
    }
}

/// `n`, or 1 instead of 0: no size of a checked shape is 0, but only here does the compiler see it.
const fn at_least_one(n: usize) -> usize {
    if n == 0 { 1 } else { n }
}

/// `chunks_exact`, which divides by a length that a build for size cannot see is not 0, and so could panic.
fn parts(mut values: &[f32], len: usize) -> impl Iterator<Item = &[f32]> {
    from_fn(move || {
        let (part, rest) = values.split_at_checked(len).filter(|_| len > 0)?;
        values = rest;
        Some(part)
    })
}

/// [`parts`], to be changed in place.
fn parts_mut(mut values: &mut [f32], len: usize) -> impl Iterator<Item = &mut [f32]> {
    from_fn(move || {
        let all = core::mem::take(&mut values);
        let (part, rest) = all.split_at_mut_checked(len).filter(|_| len > 0)?;
        values = rest;
        Some(part)
    })
}
