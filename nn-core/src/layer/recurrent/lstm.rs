use super::rnn::{KeepOf, check, save};
use super::{Cell, CellBackStep, CellBias, CellStep, Forwards, Last, Recurrent, parts, parts_mut};
use crate::activation::{Activation, Keep, Sigmoid, Tanh};
use crate::init::{Initializer, Shape};
use crate::kernel::lanes::part_mut;
use crate::kernel::recurrent::{Formula, Width};
use crate::layer::{Bias, WithBias};
use crate::math::vector::Vector;
use core::marker::PhantomData;
use fearless_simd::Simd;
use nalgebra::SVector;
use rand::Rng;

/// The formulas of a long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000; Keras
/// `LSTMCell`), where `[i, f, g, o] = x W + b + h R`:
///
/// `c' = R(f) c + R(i) A(g)` and `h' = R(o) A(c')`, with the activation `A` and the recurrent activation `R`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LstmCell<A = Tanh, R = Sigmoid>(PhantomData<(A, R)>);

/// A long short-term memory (Keras `LSTM`): its sizes are a [`RecurrentShape`](crate::layer::RecurrentShape) with four gates.
///
/// ```
/// use nn_core::layer::{Lstm, RecurrentSizes};
/// use nn_core::prelude::*;
///
/// type Sizes = RecurrentSizes<1, 20, 100, 80>;
/// let mut layer = Lstm::<Sizes>::default();
/// layer.init(&mut SmallRng::seed_from_u64(1));
/// let series = SMatrix::<f32, 1, 100>::from_fn(|_, t| (t as f32 / 10.0).sin());
/// let last: SVector<f32, 20> = nn_core::predict(&layer, &series);
///
/// // The same, one step at a time.
/// let mut state = State::<Lstm<Sizes>>::new();
/// let mut y = SVector::zeros();
/// for x in series.column_iter() {
///     y = nn_core::step(&layer, &mut state, &x.into());
/// }
/// assert!((y - last).amax() < 1e-5);
/// ```
pub type Lstm<Shape, Y = Last, A = Tanh, R = Sigmoid, D = Forwards, B = WithBias> =
    Recurrent<LstmCell<A, R>, Shape, Y, D, B>;

/// Biases drawn with `I`, but 1 for the forget gate (Keras `unit_forget_bias=True`; Jozefowicz et al. 2015).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct UnitForgetBias<I>(pub I);

impl<I: Initializer> Initializer for UnitForgetBias<I> {
    fn fill<R: Rng + ?Sized>(&self, rng: &mut R, values: &mut [f32], shape: Shape) {
        self.0.fill(rng, values, shape);
        forget_gate(values).fill(1.0);
    }
}

/// The second of four parts.
fn forget_gate(bias: &mut [f32]) -> &mut [f32] {
    let units = bias.len() / 4;
    part_mut(bias, units, units)
}

impl<A: 'static, R: 'static> CellBias for LstmCell<A, R> {
    type Bias<B: Bias, const GATES: usize> = B::Of<GATES>;
}

impl<A: Activation, R: Activation> Cell for LstmCell<A, R> {
    const KIND: &'static str = "lstm";
    const GATES: usize = 4;
    type Memory<const UNITS: usize> = SVector<f32, UNITS>;
    /// `A(c')`.
    type Aside<const UNITS: usize, const GATES: usize> = SVector<f32, UNITS>;
    type Keep = <KeepOf<A> as Keep>::Or<KeepOf<R>>;

    fn init_bias(bias: &mut [f32]) {
        forget_gate(bias).fill(1.0);
    }

    #[inline(always)]
    fn forward<S: Simd, W: Width>(simd: S, width: W, step: CellStep<'_>) {
        const { (check::<A>(), check::<R>()) };
        let units = width.units();
        width.product::<S, 4>(
            simd,
            step.hidden,
            step.columns(units, 0, 4),
            None,
            step.scratch,
        );
        save(simd, step.before, step.gates, step.scratch);
        for row in 0..step.hidden.len() / units.max(1) {
            let [i, f, g, o] = parts_mut(step.gates, row, units);
            let [cell] = parts_mut(step.cell, row, units);
            let [hidden] = parts_mut(step.hidden, row, units);
            let [aside] = parts_mut(step.aside, row, units);
            let products: [_; 4] = parts(step.scratch, row, units);
            let own = [i, f, g, o, cell, hidden, aside];
            width.map::<S, Forward<A, R>, 7, 4>(simd, own, products);
        }
    }

    #[inline(always)]
    fn backward<S: Simd, W: Width>(simd: S, width: W, step: CellBackStep<'_>) {
        let units = width.units();
        let before = if step.before.is_empty() {
            &*step.scratch
        } else {
            step.before
        };
        let [cell_before, cell] = step.cell;
        for row in 0..step.d_hidden.len() / units.max(1) {
            let [i, f, g, o] = parts_mut(step.gates, row, units);
            let [d_hidden] = parts_mut(step.d_hidden, row, units);
            let [d_cell] = parts_mut(step.d_cell, row, units);
            let [aside] = parts(step.aside, row, units);
            let [cell_before] = parts(cell_before, row, units);
            let [cell] = parts(cell, row, units);
            let [zi, zf, zg, zo] = parts(before, row, units);
            let own = [i, f, g, o, d_hidden, d_cell];
            let read = [cell_before, cell, aside, zi, zf, zg, zo];
            width.map::<S, Backward<A, R>, 6, 7>(simd, own, read);
        }
        width.product::<S, 1>(simd, step.gates, step.rows(units, 0, 4), None, step.through);
    }
}

/// The gates, the cell state, the hidden state and `A(c')`, from the gates' products of the inputs and the cell state; the
/// products of the hidden state.
struct Forward<A, R>(PhantomData<(A, R)>);

impl<A: Activation, R: Activation> Formula<7, 4> for Forward<A, R> {
    #[inline(always)]
    fn of<S: Simd, V: Vector<S>>(
        simd: S,
        [xi, xf, xg, xo, cell, ..]: [V; 7],
        [hi, hf, hg, ho]: [V; 4],
    ) -> [V; 7] {
        let (i, f) = (R::vector(simd, xi + hi), R::vector(simd, xf + hf));
        let g = A::vector(simd, xg + hg);
        let cell = f.mul_add(cell, i * g);
        let o = R::vector(simd, xo + ho);
        let active = A::vector(simd, cell);
        [i, f, g, o, cell, o * active, active]
    }
}

/// The gradients of the gates' products, of the hidden state and of the cell state before, from the gates and those after; the
/// cell state before and after, `A(c')`, and the values before the gates' activations.
struct Backward<A, R>(PhantomData<(A, R)>);

impl<A: Activation, R: Activation> Formula<6, 7> for Backward<A, R> {
    #[inline(always)]
    fn of<S: Simd, V: Vector<S>>(
        simd: S,
        [i, f, g, o, d_hidden, d_cell]: [V; 6],
        [cell_before, cell, active, zi, zf, zg, zo]: [V; 7],
    ) -> [V; 6] {
        let d_cell = (d_hidden * o).mul_add(A::slope(simd, cell, active), d_cell);
        [
            d_cell * g * R::slope(simd, zi, i),
            d_cell * cell_before * R::slope(simd, zf, f),
            d_cell * i * A::slope(simd, zg, g),
            d_hidden * active * R::slope(simd, zo, o),
            V::splat(simd, 0.0),
            d_cell * f,
        ]
    }
}
