use super::super::Bias;
use crate::activation::Keep;
use crate::kernel;
use crate::kernel::recurrent::Columns;
use crate::plain::Plain;
use core::fmt::Debug;
use fearless_simd::Simd;

/// The formulas of a recurrent layer: [`RnnCell`](crate::layer::RnnCell), [`LstmCell`](crate::layer::LstmCell) and
/// [`GruCell`](crate::layer::GruCell).
///
/// All slices are rows of a batch, row after row; a row of `gates` has the values of all gates, gate after gate.
pub trait Cell: Copy + Debug + 'static {
    /// The layer's word in the DSL.
    const KIND: &'static str;
    /// Kernels side by side: 4 of an LSTM.
    const GATES: usize;
    /// What a step hands to the next besides the hidden state.
    type Memory<const U: usize>: Plain + Copy + PartialEq + Debug;
    /// What else the backward pass needs of a step.
    type Aside<const U: usize, const G: usize>: Plain + Copy + Debug;
    /// Whether it needs the values before the activations.
    type Keep: Keep;
    /// The biases for `G` values.
    type Bias<B: Bias, const G: usize>: Plain + Copy + PartialEq + Debug;

    /// Biases of a fresh layer, from zeros.
    fn init_bias(bias: &mut [f32]) {
        let _ = bias;
    }

    /// One step of `U` units.
    fn forward<S: Simd, const U: usize>(simd: S, step: CellStep<'_>);

    /// One step of `U` units, backwards.
    fn backward<S: Simd, const U: usize>(simd: S, step: CellBackStep<'_>);

    /// The gradient of the hidden state's products, which is that of the gates unless a cell scales the products.
    #[inline(always)]
    fn recurrent_side<'a>(gates: &'a [f32], aside: &'a [f32]) -> &'a [f32] {
        let _ = aside;
        gates
    }

    /// The gradient of the recurrent kernel, from all steps of all rows: the hidden states before them, the gradients of their
    /// gates, and what was put aside.
    #[inline(always)]
    fn recurrent_gradient<S: Simd>(
        simd: S,
        units: usize,
        before: &[f32],
        gates: &[f32],
        aside: &[f32],
        grad: &mut [f32],
    ) {
        let side = Self::recurrent_side(gates, aside);
        kernel::outer(simd.level(), before, side, grad, units, Self::GATES * units);
    }
}

/// One step of all rows of a batch.
#[derive(Debug)]
pub struct CellStep<'a> {
    /// The recurrent kernel, units x gates.
    pub(crate) kernel: &'a [f32],
    /// What is added to the product with it.
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
    /// The kernels of `N` gates from gate `first` on.
    #[inline(always)]
    pub(crate) fn columns<const U: usize, const N: usize>(&self, first: usize) -> Columns<'a> {
        Columns {
            values: &self.kernel[first * U..],
            stride: self.kernel.len() / U,
            count: N * U,
        }
    }
}

impl<'a> CellBackStep<'a> {
    /// The transposed kernels of `count` gates from gate `first` on.
    #[inline(always)]
    pub(crate) fn rows<const U: usize>(&self, first: usize, count: usize) -> Columns<'a> {
        Columns {
            values: &self.transposed[first * U * U..(first + count) * U * U],
            stride: U,
            count: U,
        }
    }
}

/// Row `row` of a batch as its gates, `units` values each.
#[inline(always)]
pub(in super::super) fn parts_mut<const N: usize>(
    values: &mut [f32],
    row: usize,
    units: usize,
) -> [&mut [f32]; N] {
    let width = N * units;
    let mut parts = values[row * width..(row + 1) * width].chunks_exact_mut(units);
    core::array::from_fn(
        #[inline(always)]
        |_| parts.next().unwrap_or_default(),
    )
}

/// [`parts_mut`], to be read.
#[inline(always)]
pub(in super::super) fn parts<const N: usize>(
    values: &[f32],
    row: usize,
    units: usize,
) -> [&[f32]; N] {
    let width = N * units;
    let mut parts = values[row * width..(row + 1) * width].chunks_exact(units);
    core::array::from_fn(
        #[inline(always)]
        |_| parts.next().unwrap_or_default(),
    )
}
