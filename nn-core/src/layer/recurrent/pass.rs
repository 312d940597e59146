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

/// The state of `N` samples and the room that a step needs at inference.
struct Now<C: Cell, const F: usize, const U: usize, const G: usize, const N: usize> {
    hidden: [SVector<f32, U>; N],
    cell: [C::Memory<U>; N],
    inputs: [SVector<f32, F>; N],
    gates: [SVector<f32, G>; N],
    aside: [C::Aside<U, G>; N],
    scratch: [SVector<f32, G>; N],
}

/// The bytes of a [`Now`] for one sample.
pub(super) const fn scratch_bytes<C: Cell, const F: usize, const U: usize, const G: usize>() -> usize
{
    size_of::<Now<C, F, U, G, 1>>()
}

impl<C: Cell, const F: usize, const U: usize, const G: usize, const N: usize> Now<C, F, U, G, N> {
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

impl<C: Cell, Shape, const F: usize, const U: usize, const T: usize, const G: usize, Y, D, B: Bias>
    Recurrent<C, Shape, Y, D, B>
where
    Shape: LayerShape<Sizes = RecurrentSizes<F, U, T, G>>,
    Y: Returns,
    D: Direction,
{
    /// The step that is read `step`-th.
    #[inline(always)]
    const fn time(step: usize) -> usize {
        if D::BACKWARDS { T - 1 - step } else { step }
    }

    /// The place of the hidden state after `step` in a row of the output, if it has one.
    #[inline(always)]
    const fn place(step: usize) -> Option<usize> {
        match (Y::SEQUENCE, step + 1 == T) {
            (true, _) => Some(step * U),
            (false, true) => Some(0),
            (false, false) => None,
        }
    }

    /// Writes the hidden states after `step` to the outputs.
    #[inline(always)]
    fn emit<const N: usize>(step: usize, hidden: &[f32], y: &mut [Y::Of<U, T>; N]) {
        let Some(at) = Self::place(step) else { return };
        for (y, hidden) in y.iter_mut().zip(lanes::rows(hidden, U)) {
            lanes::write(lanes::part_mut(as_mut_slice(y), at, U), hidden);
        }
    }

    /// The kernel as the right factor of a product.
    #[inline(always)]
    fn columns(&self) -> Columns<'_> {
        Columns {
            values: as_slice(&self.kernel),
            stride: G,
            count: G,
        }
    }

    /// One step of one sample.
    #[inline(always)]
    pub(super) fn advance<S: Simd>(&self, simd: S, x: &[f32], state: &mut StateOf<C, U>) {
        const { Self::CHECKED };
        let (mut gates, mut scratch): (SVector<f32, G>, SVector<f32, G>) = (zeroed(), zeroed());
        let mut aside: C::Aside<U, G> = zeroed();
        let [bias, recurrent_bias] = self.biases();
        kernels::times_one::<S, G, 1>(simd, x, self.columns(), bias, as_mut_slice(&mut gates));
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
            cell::forward::<C>(simd.level(), U, step);
        } else {
            C::forward(simd, Fixed::<U>, step);
        }
    }

    /// Inference of one sample, step after step, with sizes that are constants.
    #[inline(always)]
    pub(super) fn run<S: Simd>(&self, simd: S, x: &SMatrix<f32, F, T>, y: &mut Y::Of<U, T>) {
        let mut state: StateOf<C, U> = zeroed();
        for step in 0..T {
            let x = as_slice(x)
                .get(Self::time(step) * F..)
                .and_then(|x| x.get(..F));
            self.advance(simd, x.unwrap_or_default(), &mut state);
            Self::emit(step, as_slice(&state.hidden), core::array::from_mut(y));
        }
    }

    /// Inference: all samples side by side, step after step.
    pub(super) fn run_batch<const N: usize>(
        &self,
        level: Level,
        x: &[SMatrix<f32, F, T>; N],
        y: &mut [Y::Of<U, T>; N],
    ) {
        const { Self::CHECKED };
        let mut now = Now::<C, F, U, G, N>::new();
        let [bias, recurrent_bias] = self.biases();
        for step in 0..T {
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
            cell::forward::<C>(level, U, one);
            Self::emit(step, as_slice(&now.hidden), y);
        }
    }

    /// Training, forward: the inputs' products of all steps and samples are one.
    pub(super) fn run_train<const N: usize>(
        &self,
        level: Level,
        x: &[SMatrix<f32, F, T>; N],
        y: &mut [Y::Of<U, T>; N],
        tape: &mut RecurrentTape<C, F, U, T, G, N>,
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
            F,
            G,
        );
        for step in 0..T {
            let one = CellStep {
                kernel: as_slice(&self.recurrent_kernel),
                bias: recurrent_bias,
                gates: part_mut(as_mut_slice(&mut tape.gates), step, T),
                hidden: copied(as_mut_slice(&mut tape.hidden), step, T),
                cell: copied(as_mut_slice(&mut tape.cell), step, T),
                aside: part_mut(as_mut_slice(&mut tape.aside), step, T),
                before: part_mut(as_mut_slice(&mut tape.before), step, T),
                scratch: as_mut_slice(&mut tape.scratch),
            };
            cell::forward::<C>(level, U, one);
            Self::emit(step, part(as_slice(&tape.hidden), step + 1, T + 1), y);
        }
    }

    /// Training, back through all steps: makes gradients of the gates in the tape.
    pub(super) fn run_back<const N: usize>(
        &self,
        level: Level,
        dy: &[Y::Of<U, T>; N],
        tape: &mut RecurrentTape<C, F, U, T, G, N>,
    ) {
        let kernel = as_slice(&self.recurrent_kernel);
        kernels::transposed_copy(level, kernel, G, as_mut_slice(&mut tape.transposed));
        as_mut_slice(&mut tape.d_hidden).fill(0.0);
        as_mut_slice(&mut tape.through).fill(0.0);
        as_mut_slice(&mut tape.d_cell).fill(0.0);
        for step in (0..T).rev() {
            let d_hidden = as_mut_slice(&mut tape.d_hidden);
            add(d_hidden, as_slice(&tape.through));
            if let Some(at) = Self::place(step) {
                for (d_hidden, dy) in lanes::rows_mut(d_hidden, U).zip(dy) {
                    add(d_hidden, lanes::part(as_slice(dy), at, U));
                }
            }
            let (hidden, cell) = (as_slice(&tape.hidden), as_slice(&tape.cell));
            let one = CellBackStep {
                transposed: as_slice(&tape.transposed),
                gates: part_mut(as_mut_slice(&mut tape.gates), step, T),
                aside: part_mut(as_mut_slice(&mut tape.aside), step, T),
                before: part(as_slice(&tape.before), step, T),
                hidden: [part(hidden, step, T + 1), part(hidden, step + 1, T + 1)],
                cell: [part(cell, step, T + 1), part(cell, step + 1, T + 1)],
                d_hidden,
                through: as_mut_slice(&mut tape.through),
                d_cell: as_mut_slice(&mut tape.d_cell),
                scratch: as_mut_slice(&mut tape.scratch),
            };
            cell::backward::<C>(level, U, one);
        }
    }

    /// From the gradients of the gates of all steps to those of the weights and of the inputs.
    pub(super) fn gradients<const N: usize>(
        &self,
        level: Level,
        tape: &mut RecurrentTape<C, F, U, T, G, N>,
        grad: &mut Self,
        dx: Option<&mut [SMatrix<f32, F, T>; N]>,
    ) {
        let (gates, aside) = (as_slice(&tape.gates), as_slice(&tape.aside));
        let inputs = as_slice(&tape.inputs);
        kernel::outer(level, inputs, gates, as_mut_slice(&mut grad.kernel), F, G);
        // The hidden states before every step: all but the last.
        let hidden = as_slice(&tape.hidden);
        let before = lanes::part(hidden, 0, T * N * U);
        let recurrent = as_mut_slice(&mut grad.recurrent_kernel);
        C::recurrent_gradient(level, U, before, gates, aside, recurrent);
        let sides = [gates, C::recurrent_side(gates, aside)];
        let biases = lanes::rows_mut(as_mut_slice(&mut grad.bias), G);
        for (bias, side) in biases.zip(sides) {
            kernel::sum_rows(level, side, bias);
        }
        let Some(dx) = dx else { return };
        let (d_inputs, kernel) = (as_mut_slice(&mut tape.inputs), as_slice(&self.kernel));
        kernel::transposed(level, gates, kernel, d_inputs, F, G);
        for (step, rows) in tape.inputs.iter().enumerate() {
            for (row, dx) in rows.iter().zip(&mut *dx) {
                dx.column_mut(Self::time(step)).copy_from(row);
            }
        }
    }
}
