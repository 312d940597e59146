use super::{Cell, RecurrentState, StateOf};
use crate::activation::Keep;
use crate::plain::{self, Plain, as_mut_slice, zeroed};
use nalgebra::{SMatrix, SVector};

/// A value of each row before the first step and after every step.
#[repr(C)]
pub(super) struct Trace<X, const STEPS: usize, const BATCH: usize> {
    initial: [X; BATCH],
    steps: [[X; BATCH]; STEPS],
}

plain::mark!([X: Plain, const STEPS: usize, const BATCH: usize] Trace<X, STEPS, BATCH> { initial, steps });

/// The memory of a recurrent layer for back-propagation through time with `BATCH` samples, step after step, in the order in which the
/// steps were read.
#[repr(C)]
pub struct RecurrentTape<
    C: Cell,
    const FEATURES: usize,
    const UNITS: usize,
    const STEPS: usize,
    const GATES: usize,
    const BATCH: usize,
> {
    /// The inputs; their gradient in the end.
    pub(super) inputs: [[SVector<f32, FEATURES>; BATCH]; STEPS],
    pub(super) hidden: Trace<SVector<f32, UNITS>, STEPS, BATCH>,
    pub(super) cell: Trace<C::Memory<UNITS>, STEPS, BATCH>,
    /// The gates; the gradient of their inputs' products in the end.
    pub(super) gates: [[SVector<f32, GATES>; BATCH]; STEPS],
    /// The values before the activations, if they are needed.
    pub(super) before: [[<C::Keep as Keep>::Vector<GATES>; BATCH]; STEPS],
    pub(super) aside: [[C::Aside<UNITS, GATES>; BATCH]; STEPS],
    /// The gradient of the hidden state and of the memory on its way back.
    pub(super) d_hidden: [SVector<f32, UNITS>; BATCH],
    pub(super) through: [SVector<f32, UNITS>; BATCH],
    pub(super) d_cell: [C::Memory<UNITS>; BATCH],
    /// The recurrent kernel, transposed.
    pub(super) transposed: SMatrix<f32, UNITS, GATES>,
    pub(super) scratch: [SVector<f32, GATES>; BATCH],
}

plain::mark!([C: Cell, const FEATURES: usize, const UNITS: usize, const STEPS: usize, const GATES: usize, const BATCH: usize]
    RecurrentTape<C, FEATURES, UNITS, STEPS, GATES, BATCH> { inputs, hidden, cell, gates, before, aside, d_hidden, through, d_cell, transposed, scratch });

impl<
    C: Cell,
    const FEATURES: usize,
    const UNITS: usize,
    const STEPS: usize,
    const GATES: usize,
    const BATCH: usize,
> RecurrentTape<C, FEATURES, UNITS, STEPS, GATES, BATCH>
{
    /// Before the first step nothing is remembered.
    #[inline(always)]
    pub(super) fn begin_at_zero(&mut self) {
        as_mut_slice(&mut self.hidden.initial).fill(0.0);
        as_mut_slice(&mut self.cell.initial).fill(0.0);
    }

    /// Before the first step a state is remembered for each row.
    #[inline(always)]
    pub(super) fn begin(&mut self, states: &[StateOf<C, UNITS>; BATCH]) {
        let initial = self.hidden.initial.iter_mut().zip(&mut self.cell.initial);
        for ((hidden, cell), state) in initial.zip(states) {
            (*hidden, *cell) = (state.hidden, state.cell);
        }
    }

    /// The state of every row after the last step.
    #[must_use]
    #[inline(always)]
    pub fn states(&self) -> [RecurrentState<UNITS, C::Memory<UNITS>>; BATCH] {
        let mut states: [StateOf<C, UNITS>; BATCH] = zeroed();
        if let (Some(hidden), Some(cell)) = (self.hidden.steps.last(), self.cell.steps.last()) {
            for ((state, hidden), cell) in states.iter_mut().zip(hidden).zip(cell) {
                (state.hidden, state.cell) = (*hidden, *cell);
            }
        }
        states
    }
}
