use crate::activation::Keep;
use crate::kernel;
use crate::kernel::recurrent::{Any, Columns, Width};
use crate::layer::Bias;
use crate::layer::{GruCell, LstmCell, RnnCell};
use crate::level::dispatch;
use crate::plain::Plain;
use core::fmt::Debug;
use fearless_simd::{Level, Simd};

/// The biases of a recurrent layer: a matter of its cell, whatever its activations.
///
/// A type that is no activation is so reported once, where it is written, and not for every type that it stands in.
pub trait CellBias: 'static {
    /// The biases for `GATES` values.
    type Bias<B: Bias, const GATES: usize>: Plain + Copy + PartialEq + Debug;
}

/// The formulas of a recurrent layer: [`RnnCell`](crate::layer::RnnCell), [`LstmCell`](crate::layer::LstmCell) and
/// [`GruCell`](crate::layer::GruCell).
///
/// All slices are rows of a batch, row after row; a row of `gates` has the values of all gates, gate after gate.
pub trait Cell: CellBias + Copy + Debug {
    /// The layer's word in the DSL.
    const KIND: &'static str;
    /// Kernels side by side: 4 of an LSTM.
    const GATES: usize;
    /// The memory that a step hands to the next besides the hidden state.
    type Memory<const UNITS: usize>: Plain + Copy + PartialEq + Debug;
    /// The memory that the backward pass needs of a step besides.
    type Aside<const UNITS: usize, const GATES: usize>: Plain + Copy + Debug;
    /// Whether it needs the values before the activations.
    type Keep: Keep;

    /// Biases of a fresh layer, from zeros.
    fn init_bias(bias: &mut [f32]) {
        let _ = bias;
    }

    /// One step.
    fn forward<S: Simd, W: Width>(simd: S, width: W, step: CellStep<'_>);

    /// One step, backwards.
    fn backward<S: Simd, W: Width>(simd: S, width: W, step: CellBackStep<'_>);

    /// The gradient of the hidden state's products, which is that of the gates unless a cell scales the products.
    #[inline(always)]
    fn recurrent_side<'a>(gates: &'a [f32], aside: &'a [f32]) -> &'a [f32] {
        let _ = aside;
        gates
    }

    /// The gradient of the recurrent kernel, from all steps of all rows: the hidden states before them, the gradients of their
    /// gates, and what was put aside.
    #[inline(always)]
    fn recurrent_gradient(
        level: Level,
        units: usize,
        before: &[f32],
        gates: &[f32],
        aside: &[f32],
        grad: &mut [f32],
    ) {
        let side = Self::recurrent_side(gates, aside);
        kernel::outer(level, before, side, grad, units, Self::GATES * units);
    }
}

/// [`Cell::forward`] of a batch: compiled once for a cell, for the cells with default activations in this crate ([`INSTANCES`]).
#[inline(never)]
pub(crate) fn forward<C: Cell>(level: Level, units: usize, step: CellStep<'_>) {
    dispatch!(level, simd => C::forward(simd, Any(units), step));
}

/// [`Cell::backward`] of a batch: see [`forward`].
#[inline(never)]
pub(crate) fn backward<C: Cell>(level: Level, units: usize, step: CellBackStep<'_>) {
    dispatch!(level, simd => C::backward(simd, Any(units), step));
}

type Instance = (
    fn(Level, usize, CellStep<'_>),
    fn(Level, usize, CellBackStep<'_>),
);

/// The cells that are compiled here: see [`activation::INSTANCES`](crate::activation::INSTANCES).
#[doc(hidden)]
pub static INSTANCES: &[Instance] = &[
    (forward::<RnnCell>, backward::<RnnCell>),
    (forward::<LstmCell>, backward::<LstmCell>),
    (forward::<GruCell>, backward::<GruCell>),
];

/// One step of all rows of a batch.
#[derive(Debug)]
pub struct CellStep<'a> {
    /// The recurrent kernel, units x gates.
    pub(crate) kernel: &'a [f32],
    /// The addend to the product with it.
    pub(crate) bias: Option<&'a [f32]>,
    /// In: the products of the inputs. Out: the gates.
    pub(crate) gates: &'a mut [f32],
    /// In: before the step. Out: after it.
    pub(crate) hidden: &'a mut [f32],
    /// As `hidden`; empty if the cell has no memory.
    pub(crate) cell: &'a mut [f32],
    /// Out: what the backward pass needs besides.
    pub(crate) aside: &'a mut [f32],
    /// Out: the values before the activations; empty if nobody asks for them.
    pub(crate) before: &'a mut [f32],
    /// As long as `gates`.
    pub(crate) scratch: &'a mut [f32],
}

/// One step of all rows of a batch, backwards.
#[derive(Debug)]
pub struct CellBackStep<'a> {
    /// The recurrent kernel transposed: gates x units.
    pub(crate) transposed: &'a [f32],
    /// In: the gates. Out: the gradient of their inputs' products.
    pub(crate) gates: &'a mut [f32],
    /// In: what the forward pass put aside. Out: what [`Cell::recurrent_gradient`] needs.
    pub(crate) aside: &'a mut [f32],
    /// The values before the activations, or empty.
    pub(crate) before: &'a [f32],
    /// The hidden states before and after the step.
    pub(crate) hidden: [&'a [f32]; 2],
    /// The memory before and after the step, or empty.
    pub(crate) cell: [&'a [f32]; 2],
    /// In: the gradient of the hidden state after the step. Out: of that before it, without `through`.
    pub(crate) d_hidden: &'a mut [f32],
    /// Out: the gradient of the hidden state before the step, through the recurrent kernel.
    pub(crate) through: &'a mut [f32],
    /// In and out as `d_hidden`, of the memory.
    pub(crate) d_cell: &'a mut [f32],
    /// As long as `gates`.
    pub(crate) scratch: &'a mut [f32],
}

impl<'a> CellStep<'a> {
    /// The kernels of `count` gates from gate `first` on.
    #[inline(always)]
    pub(crate) fn columns(&self, units: usize, first: usize, count: usize) -> Columns<'a> {
        Columns {
            values: self.kernel.get(first * units..).unwrap_or_default(),
            stride: self.kernel.len() / units.max(1),
            count: count * units,
        }
    }
}

impl<'a> CellBackStep<'a> {
    /// The transposed kernels of `count` gates from gate `first` on.
    #[inline(always)]
    pub(crate) fn rows(&self, units: usize, first: usize, count: usize) -> Columns<'a> {
        let (from, len) = (first * units * units, count * units * units);
        let values = self.transposed.get(from..).and_then(|rows| rows.get(..len));
        Columns {
            values: values.unwrap_or_default(),
            stride: units,
            count: units,
        }
    }
}

/// Row `row` of a batch as its gates, `units` values each.
#[inline(always)]
pub(super) fn parts_mut<const N: usize>(
    values: &mut [f32],
    row: usize,
    units: usize,
) -> [&mut [f32]; N] {
    let width = N * units;
    let row = values
        .get_mut(row * width..)
        .and_then(|row| row.get_mut(..width));
    let mut parts = row.unwrap_or_default().chunks_exact_mut(units.max(1));
    core::array::from_fn(
        #[inline(always)]
        |_| parts.next().unwrap_or_default(),
    )
}

/// [`parts_mut`], to be read.
#[inline(always)]
pub(super) fn parts<const N: usize>(values: &[f32], row: usize, units: usize) -> [&[f32]; N] {
    let width = N * units;
    let row = values.get(row * width..).and_then(|row| row.get(..width));
    let mut parts = row.unwrap_or_default().chunks_exact(units.max(1));
    core::array::from_fn(
        #[inline(always)]
        |_| parts.next().unwrap_or_default(),
    )
}
