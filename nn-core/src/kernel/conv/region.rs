//! Places where the taps of a window meet the image.

use super::Axis;
use core::ops::Range;

/// One axis of a convolution or of its gradient: output `o` and tap `m` meet at input `o * stride + m * dilation + shift`. Outputs lie at
/// `first + o * step` of theirs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Walk {
    pub(super) outputs: usize,
    pub(super) first: usize,
    pub(super) step: usize,
    pub(super) taps: usize,
    inputs: isize,
    stride: isize,
    dilation: isize,
    shift: isize,
    /// Tap `m` is the kernel's `tap - m * tap_step` or, if `tap_step` is 0, `m`.
    tap: usize,
    tap_step: usize,
}

impl Walk {
    /// The convolution itself.
    #[inline(always)]
    pub(super) fn forward(axis: Axis) -> Self {
        Self {
            outputs: axis.output,
            first: 0,
            step: 1,
            taps: axis.taps,
            inputs: axis.input as isize,
            stride: axis.stride as isize,
            dilation: axis.dilation as isize,
            shift: -(axis.before as isize),
            tap: 0,
            tap_step: 0,
        }
    }

    /// The gradient of the convolution's inputs `phase`, `phase + stride`, …: a convolution of the outputs with every so many taps, the last
    /// first.
    ///
    /// Input `phase + t * stride` and tap `k` meet at output `t + (phase + before - k * dilation) / stride`, if that is whole.
    pub(super) fn backward(axis: Axis, phase: usize) -> Self {
        let whole = |k: &usize| {
            (phase + axis.before)
                .abs_diff(k * axis.dilation)
                .is_multiple_of(axis.stride)
        };
        let mut whole_taps = (0..axis.taps).filter(whole);
        let (first, second) = (whole_taps.next(), whole_taps.next());
        let first_tap = first.unwrap_or(0);
        // As far apart as all of them: a single one has no other within the kernel.
        let tap_step = second.map_or(axis.taps, |second| second - first_tap);
        let taps = first.map_or(0, |first| (axis.taps - first).div_ceil(tap_step.max(1)));
        let last = first_tap + taps.saturating_sub(1) * tap_step;
        let stride = axis.stride.max(1);
        let ahead = phase + axis.before;
        Self {
            outputs: axis.input.saturating_sub(phase).div_ceil(stride),
            first: phase,
            step: axis.stride,
            taps,
            inputs: axis.output as isize,
            stride: 1,
            // With a single tap it does not matter.
            dilation: (tap_step * axis.dilation / stride).max(1) as isize,
            // One of the two is nothing.
            shift: (ahead.saturating_sub(last * axis.dilation) / stride) as isize
                - (last * axis.dilation)
                    .saturating_sub(ahead)
                    .div_euclid(stride) as isize,
            tap: last,
            tap_step,
        }
    }

    /// The kernel's number of tap `m`.
    #[inline(always)]
    pub(super) fn tap(self, m: usize) -> usize {
        if self.tap_step == 0 {
            m
        } else {
            self.tap - m * self.tap_step
        }
    }

    /// The place where an output and a tap meet, if they do.
    #[inline(always)]
    pub(super) fn input(self, output: usize, tap: usize) -> usize {
        (output as isize * self.stride + tap as isize * self.dilation + self.shift).max(0) as usize
    }

    /// Steps in the input from output to output and from tap to tap.
    #[inline(always)]
    pub(super) fn steps(self) -> (usize, usize) {
        (self.stride as usize, self.dilation as usize)
    }

    /// The outputs from `output` on that meet the same taps, or some of them, and these taps.
    #[inline(always)]
    fn run(self, output: usize) -> (Range<usize>, Range<usize>) {
        let begin = output as isize * self.stride + self.shift;
        let reach = (self.taps as isize - 1) * self.dilation;
        if begin >= 0 && begin + reach < self.inputs && self.taps > 0 {
            let more = (self.inputs - 1 - reach - begin) as usize / (self.stride as usize).max(1);
            let end = self.outputs.min(output + 1 + more);
            return (output..end, 0..self.taps);
        }
        let up = |distance: isize| {
            let taps = (distance.max(0) as usize).div_ceil((self.dilation as usize).max(1));
            taps.min(self.taps)
        };
        let (from, to) = (up(-begin), up(self.inputs - begin));
        (output..output + 1, from..to.max(from))
    }
}

/// A rectangle of outputs that meet the same taps.
#[derive(Clone, Debug)]
pub(super) struct Region {
    pub(super) rows: Range<usize>,
    pub(super) columns: Range<usize>,
    pub(super) row_taps: Range<usize>,
    pub(super) column_taps: Range<usize>,
}

/// All outputs.
#[inline(always)]
pub(super) fn regions(rows: Walk, columns: Walk, mut each: impl FnMut(Region)) {
    let mut y = 0;
    while y < rows.outputs {
        let (row_run, row_taps) = rows.run(y);
        y = row_run.end;
        let mut x = 0;
        while x < columns.outputs {
            let (column_run, column_taps) = columns.run(x);
            x = column_run.end;
            each(Region {
                rows: row_run.clone(),
                columns: column_run,
                row_taps: row_taps.clone(),
                column_taps,
            });
        }
    }
}
