//! Through the steps, forward and back.

use super::{
    Cell, CellBackStep, CellStep, Direction, Recurrent, RecurrentTape, Returns, StateOf, cell,
};
use crate::kernel::lanes::{self, add};
use crate::kernel::{
    self, recurrent as kernels,
    recurrent::{Columns, Fixed},
};
use crate::layer::{Bias, LayerShape, RecurrentSizes};
use crate::level::is_scalar;
use crate::plain::{as_mut_slice, as_slice, zeroed};
use fearless_simd::{Level, Simd};
use nalgebra::{SMatrix, SVector};

/// The state of `BATCH` samples and the room that a step needs at inference.
struct Now<
    C: Cell,
    const FEATURES: usize,
    const UNITS: usize,
    const GATES: usize,
    const BATCH: usize,
> {
    hidden: [SVector<f32, UNITS>; BATCH],
    cell: [C::Memory<UNITS>; BATCH],
    inputs: [SVector<f32, FEATURES>; BATCH],
    gates: [SVector<f32, GATES>; BATCH],
    aside: [C::Aside<UNITS, GATES>; BATCH],
    scratch: [SVector<f32, GATES>; BATCH],
}

/// The bytes of a [`Now`] for one sample.
pub(super) const fn scratch_bytes<
    C: Cell,
    const FEATURES: usize,
    const UNITS: usize,
    const GATES: usize,
>() -> usize {
    size_of::<Now<C, FEATURES, UNITS, GATES, 1>>()
}

impl<C: Cell, const FEATURES: usize, const UNITS: usize, const GATES: usize, const BATCH: usize>
    Now<C, FEATURES, UNITS, GATES, BATCH>
{
    #[inline(always)]
    const fn new() -> Self {
        Self {
            hidden: zeroed(),
            cell: zeroed(),
            inputs: zeroed(),
            gates: zeroed(),
            aside: zeroed(),
            scratch: zeroed(),
        }
    }
}

/// Part `step` of `steps` of equal length.
#[inline(always)]
fn part(values: &[f32], step: usize, steps: usize) -> &[f32] {
    let len = values.len() / steps.max(1);
    lanes::part(values, step * len, len)
}

/// [`part`], to be changed in place.
#[inline(always)]
fn part_mut(values: &mut [f32], step: usize, steps: usize) -> &mut [f32] {
    let len = values.len() / steps.max(1);
    lanes::part_mut(values, step * len, len)
}

/// Copies the state after step `step` to where that of the next will be, and returns the place.
#[inline(always)]
fn copied(trace: &mut [f32], step: usize, steps: usize) -> &mut [f32] {
    let len = trace.len() / (steps + 1);
    let (before, after) = trace
        .split_at_mut_checked((step + 1) * len)
        .unwrap_or_default();
    let next = lanes::part_mut(after, 0, len);
    lanes::write(next, lanes::part(before, step * len, len));
    next
}

impl<
    C: Cell,
    Shape,
    const FEATURES: usize,
    const UNITS: usize,
    const STEPS: usize,
    const GATES: usize,
    Y,
    D,
    B: Bias,
> Recurrent<C, Shape, Y, D, B>
where
    Shape: LayerShape<Sizes = RecurrentSizes<FEATURES, UNITS, STEPS, GATES>>,
    Y: Returns,
    D: Direction,
{
    /// The step that is read `step`-th.
    #[inline(always)]
    const fn time(step: usize) -> usize {
        if D::BACKWARDS { STEPS - 1 - step } else { step }
    }

    /// The place of the hidden state after `step` in a row of the output, if it has one.
    #[inline(always)]
    const fn place(step: usize) -> Option<usize> {
        match (Y::SEQUENCE, step + 1 == STEPS) {
            (true, _) => Some(step * UNITS),
            (false, true) => Some(0),
            (false, false) => None,
        }
    }

    /// Writes the hidden states after `step` to the outputs.
    #[inline(always)]
    fn emit<const BATCH: usize>(step: usize, hidden: &[f32], y: &mut [Y::Of<UNITS, STEPS>; BATCH]) {
        let Some(at) = Self::place(step) else { return };
        for (y, hidden) in y.iter_mut().zip(lanes::rows(hidden, UNITS)) {
            lanes::write(lanes::part_mut(as_mut_slice(y), at, UNITS), hidden);
        }
    }

    /// The kernel as the right factor of a product.
    #[inline(always)]
    fn columns(&self) -> Columns<'_> {
        Columns {
            values: as_slice(&self.kernel),
            stride: GATES,
            count: GATES,
        }
    }

    /// One step of one sample.
    #[inline(always)]
    pub(super) fn advance<S: Simd>(&self, simd: S, x: &[f32], state: &mut StateOf<C, UNITS>) {
        const { Self::CHECKED };
        let (mut gates, mut scratch): (SVector<f32, GATES>, SVector<f32, GATES>) =
            (zeroed(), zeroed());
        let mut aside: C::Aside<UNITS, GATES> = zeroed();
        let [bias, recurrent_bias] = self.biases();
        kernels::times_one::<S, GATES, 1>(simd, x, self.columns(), bias, as_mut_slice(&mut gates));
        let step = CellStep {
            kernel: as_slice(&self.recurrent_kernel),
            bias: recurrent_bias,
            gates: as_mut_slice(&mut gates),
            hidden: as_mut_slice(&mut state.hidden),
            cell: as_mut_slice(&mut state.cell),
            aside: as_mut_slice(&mut aside),
            before: &mut [],
            scratch: as_mut_slice(&mut scratch),
        };
        if is_scalar(simd) {
            // Compiled once for a cell.
            cell::forward::<C>(simd.level(), UNITS, step);
        } else {
            C::forward(simd, Fixed::<UNITS>, step);
        }
    }

    /// Inference of one sample, step after step, with sizes that are constants.
    #[inline(always)]
    pub(super) fn run<S: Simd>(
        &self,
        simd: S,
        x: &SMatrix<f32, FEATURES, STEPS>,
        y: &mut Y::Of<UNITS, STEPS>,
    ) {
        let mut state: StateOf<C, UNITS> = zeroed();
        for step in 0..STEPS {
            let x = as_slice(x)
                .get(Self::time(step) * FEATURES..)
                .and_then(|x| x.get(..FEATURES));
            self.advance(simd, x.unwrap_or_default(), &mut state);
            Self::emit(step, as_slice(&state.hidden), core::array::from_mut(y));
        }
    }

    /// Inference: all samples side by side, step after step.
    pub(super) fn run_batch<const BATCH: usize>(
        &self,
        level: Level,
        x: &[SMatrix<f32, FEATURES, STEPS>; BATCH],
        y: &mut [Y::Of<UNITS, STEPS>; BATCH],
    ) {
        const { Self::CHECKED };
        let mut now = Now::<C, FEATURES, UNITS, GATES, BATCH>::new();
        let [bias, recurrent_bias] = self.biases();
        for step in 0..STEPS {
            for (row, x) in now.inputs.iter_mut().zip(x) {
                row.copy_from(&x.column(Self::time(step)));
            }
            let gates = as_mut_slice(&mut now.gates);
            kernels::times(level, as_slice(&now.inputs), self.columns(), bias, gates);
            let one = CellStep {
                kernel: as_slice(&self.recurrent_kernel),
                bias: recurrent_bias,
                gates,
                hidden: as_mut_slice(&mut now.hidden),
                cell: as_mut_slice(&mut now.cell),
                aside: as_mut_slice(&mut now.aside),
                before: &mut [],
                scratch: as_mut_slice(&mut now.scratch),
            };
            cell::forward::<C>(level, UNITS, one);
            Self::emit(step, as_slice(&now.hidden), y);
        }
    }

    /// Training, forward: the inputs' products of all steps and samples are one.
    pub(super) fn run_train<const BATCH: usize>(
        &self,
        level: Level,
        x: &[SMatrix<f32, FEATURES, STEPS>; BATCH],
        y: &mut [Y::Of<UNITS, STEPS>; BATCH],
        tape: &mut RecurrentTape<C, FEATURES, UNITS, STEPS, GATES, BATCH>,
    ) {
        const { Self::CHECKED };
        for (step, rows) in tape.inputs.iter_mut().enumerate() {
            for (row, x) in rows.iter_mut().zip(x) {
                row.copy_from(&x.column(Self::time(step)));
            }
        }
        let [bias, recurrent_bias] = self.biases();
        let (inputs, kernel) = (as_slice(&tape.inputs), as_slice(&self.kernel));
        kernel::affine(
            level,
            inputs,
            kernel,
            bias,
            as_mut_slice(&mut tape.gates),
            FEATURES,
            GATES,
        );
        for step in 0..STEPS {
            let one = CellStep {
                kernel: as_slice(&self.recurrent_kernel),
                bias: recurrent_bias,
                gates: part_mut(as_mut_slice(&mut tape.gates), step, STEPS),
                hidden: copied(as_mut_slice(&mut tape.hidden), step, STEPS),
                cell: copied(as_mut_slice(&mut tape.cell), step, STEPS),
                aside: part_mut(as_mut_slice(&mut tape.aside), step, STEPS),
                before: part_mut(as_mut_slice(&mut tape.before), step, STEPS),
                scratch: as_mut_slice(&mut tape.scratch),
            };
            cell::forward::<C>(level, UNITS, one);
            Self::emit(step, part(as_slice(&tape.hidden), step + 1, STEPS + 1), y);
        }
    }

    /// Training, back through all steps: makes gradients of the gates in the tape.
    pub(super) fn run_back<const BATCH: usize>(
        &self,
        level: Level,
        dy: &[Y::Of<UNITS, STEPS>; BATCH],
        tape: &mut RecurrentTape<C, FEATURES, UNITS, STEPS, GATES, BATCH>,
    ) {
        let kernel = as_slice(&self.recurrent_kernel);
        kernels::transposed_copy(level, kernel, GATES, as_mut_slice(&mut tape.transposed));
        as_mut_slice(&mut tape.d_hidden).fill(0.0);
        as_mut_slice(&mut tape.through).fill(0.0);
        as_mut_slice(&mut tape.d_cell).fill(0.0);
        for step in (0..STEPS).rev() {
            let d_hidden = as_mut_slice(&mut tape.d_hidden);
            add(d_hidden, as_slice(&tape.through));
            if let Some(at) = Self::place(step) {
                for (d_hidden, dy) in lanes::rows_mut(d_hidden, UNITS).zip(dy) {
                    add(d_hidden, lanes::part(as_slice(dy), at, UNITS));
                }
            }
            let (hidden, cell) = (as_slice(&tape.hidden), as_slice(&tape.cell));
            let one = CellBackStep {
                transposed: as_slice(&tape.transposed),
                gates: part_mut(as_mut_slice(&mut tape.gates), step, STEPS),
                aside: part_mut(as_mut_slice(&mut tape.aside), step, STEPS),
                before: part(as_slice(&tape.before), step, STEPS),
                hidden: [
                    part(hidden, step, STEPS + 1),
                    part(hidden, step + 1, STEPS + 1),
                ],
                cell: [part(cell, step, STEPS + 1), part(cell, step + 1, STEPS + 1)],
                d_hidden,
                through: as_mut_slice(&mut tape.through),
                d_cell: as_mut_slice(&mut tape.d_cell),
                scratch: as_mut_slice(&mut tape.scratch),
            };
            cell::backward::<C>(level, UNITS, one);
        }
    }

    /// From the gradients of the gates of all steps to those of the weights and of the inputs.
    pub(super) fn gradients<const BATCH: usize>(
        &self,
        level: Level,
        tape: &mut RecurrentTape<C, FEATURES, UNITS, STEPS, GATES, BATCH>,
        grad: &mut Self,
        dx: Option<&mut [SMatrix<f32, FEATURES, STEPS>; BATCH]>,
    ) {
        let (gates, aside) = (as_slice(&tape.gates), as_slice(&tape.aside));
        let inputs = as_slice(&tape.inputs);
        kernel::outer(
            level,
            inputs,
            gates,
            as_mut_slice(&mut grad.kernel),
            FEATURES,
            GATES,
        );
        // The hidden states before every step: all but the last.
        let hidden = as_slice(&tape.hidden);
        let before = lanes::part(hidden, 0, STEPS * BATCH * UNITS);
        let recurrent = as_mut_slice(&mut grad.recurrent_kernel);
        C::recurrent_gradient(level, UNITS, before, gates, aside, recurrent);
        let sides = [gates, C::recurrent_side(gates, aside)];
        let biases = lanes::rows_mut(as_mut_slice(&mut grad.bias), GATES);
        for (bias, side) in biases.zip(sides) {
            kernel::sum_rows(level, side, bias);
        }
        let Some(dx) = dx else { return };
        let (d_inputs, kernel) = (as_mut_slice(&mut tape.inputs), as_slice(&self.kernel));
        kernel::transposed(level, gates, kernel, d_inputs, FEATURES, GATES);
        for (step, rows) in tape.inputs.iter().enumerate() {
            for (row, dx) in rows.iter().zip(&mut *dx) {
                dx.column_mut(Self::time(step)).copy_from(row);
            }
        }
    }
}
