use super::{Cell, RecurrentState, StateOf};
use crate::activation::Keep;
use crate::plain::{self, Plain, as_mut_slice, zeroed};
use nalgebra::{SMatrix, SVector};

/// A value of each row before the first step and after every step.
#[repr(C)]
pub(super) struct Trace<X, const T: usize, const N: usize> {
    initial: [X; N],
    steps: [[X; N]; T],
}

plain::mark!([X: Plain, const T: usize, const N: usize] Trace<X, T, N> { initial, steps });

/// The memory of a recurrent layer for back-propagation through time with `N` samples, step after step, in the order in which the
/// steps were read.
#[repr(C)]
pub struct RecurrentTape<
    C: Cell,
    const F: usize,
    const U: usize,
    const T: usize,
    const G: usize,
    const N: usize,
> {
    /// The inputs; their gradient in the end.
    pub(super) inputs: [[SVector<f32, F>; N]; T],
    pub(super) hidden: Trace<SVector<f32, U>, T, N>,
    pub(super) cell: Trace<C::Memory<U>, T, N>,
    /// The gates; the gradient of their inputs' products in the end.
    pub(super) gates: [[SVector<f32, G>; N]; T],
    /// The values before the activations, if they are needed.
    pub(super) before: [[<C::Keep as Keep>::Vector<G>; N]; T],
    pub(super) aside: [[C::Aside<U, G>; N]; T],
    /// The gradient of the hidden state and of the memory on its way back.
    pub(super) d_hidden: [SVector<f32, U>; N],
    pub(super) through: [SVector<f32, U>; N],
    pub(super) d_cell: [C::Memory<U>; N],
    /// The recurrent kernel, transposed.
    pub(super) transposed: SMatrix<f32, U, G>,
    pub(super) scratch: [SVector<f32, G>; N],
}

plain::mark!([C: Cell, const F: usize, const U: usize, const T: usize, const G: usize, const N: usize]
    RecurrentTape<C, F, U, T, G, N> { inputs, hidden, cell, gates, before, aside, d_hidden, through, d_cell, transposed, scratch });

impl<C: Cell, const F: usize, const U: usize, const T: usize, const G: usize, const N: usize>
    RecurrentTape<C, F, U, T, G, N>
{
    /// Before the first step nothing is remembered.
    #[inline(always)]
    pub(super) fn begin_at_zero(&mut self) {
        as_mut_slice(&mut self.hidden.initial).fill(0.0);
        as_mut_slice(&mut self.cell.initial).fill(0.0);
    }

    /// Before the first step a state is remembered for each row.
    #[inline(always)]
    pub(super) fn begin(&mut self, states: &[StateOf<C, U>; N]) {
        let initial = self.hidden.initial.iter_mut().zip(&mut self.cell.initial);
        for ((hidden, cell), state) in initial.zip(states) {
            (*hidden, *cell) = (state.hidden, state.cell);
        }
    }

    /// The state of every row after the last step.
    #[must_use]
    #[inline(always)]
    pub fn states(&self) -> [RecurrentState<U, C::Memory<U>>; N] {
        let mut states: [StateOf<C, U>; N] = zeroed();
        if let (Some(hidden), Some(cell)) = (self.hidden.steps.last(), self.cell.steps.last()) {
            for ((state, hidden), cell) in states.iter_mut().zip(hidden).zip(cell) {
                (state.hidden, state.cell) = (*hidden, *cell);
            }
        }
        states
    }
}
