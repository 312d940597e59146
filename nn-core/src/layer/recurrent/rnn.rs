use super::{Cell, CellBackStep, CellBias, CellStep, Forwards, Last, Recurrent, parts, parts_mut};
use crate::activation::{Activation, Head, Tanh};
use crate::kernel::recurrent::{Formula, Width};
use crate::layer::{Bias, WithBias};
use crate::math::slices;
use crate::math::vector::Vector;
use core::marker::PhantomData;
use fearless_simd::Simd;

/// The memory of a gate for the values before its activation.
pub(super) type KeepOf<A> = <<A as Activation>::Head as Head>::Derivative<<A as Activation>::Keep>;

/// `h' = A(x W + b + h R)` (Keras `SimpleRNNCell`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RnnCell<A = Tanh>(PhantomData<A>);

/// A simple recurrent layer (Keras `SimpleRNN`): its sizes are a [`RecurrentShape`](crate::layer::RecurrentShape).
///
/// ```
/// use nn_core::layer::{RecurrentSizes, Rnn, Sequence};
/// use nn_core::prelude::*;
///
/// let mut layer = Rnn::<RecurrentSizes<3, 4, 10, 4>, Sequence>::default();
/// layer.init(&mut SmallRng::seed_from_u64(1));
/// let y: SMatrix<f32, 4, 10> = nn_core::predict(&layer, &SMatrix::from_element(0.5));
/// assert!(y.iter().all(|y| y.abs() < 1.0));
/// ```
pub type Rnn<Shape, Y = Last, A = Tanh, D = Forwards, B = WithBias> =
    Recurrent<RnnCell<A>, Shape, Y, D, B>;

impl<A: 'static> CellBias for RnnCell<A> {
    type Bias<B: Bias, const GATES: usize> = B::Of<GATES>;
}

impl<A: Activation> Cell for RnnCell<A> {
    const KIND: &'static str = "rnn";
    const GATES: usize = 1;
    type Memory<const UNITS: usize> = ();
    type Aside<const UNITS: usize, const GATES: usize> = ();
    type Keep = KeepOf<A>;

    #[inline(always)]
    fn forward<S: Simd, W: Width>(simd: S, width: W, step: CellStep<'_>) {
        const { check::<A>() };
        let units = width.units();
        width.product::<S, 1>(
            simd,
            step.hidden,
            step.columns(units, 0, 1),
            None,
            step.scratch,
        );
        save(simd, step.before, step.gates, step.scratch);
        for row in 0..step.hidden.len() / units.max(1) {
            let [hidden] = parts_mut(step.hidden, row, units);
            let [gate] = parts(step.gates, row, units);
            let [product] = parts(step.scratch, row, units);
            width.map::<S, Forward<A>, 1, 2>(simd, [hidden], [gate, product]);
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
        let [_, hidden] = step.hidden;
        for row in 0..step.d_hidden.len() / units.max(1) {
            let [gate] = parts_mut(step.gates, row, units);
            let [d_hidden] = parts_mut(step.d_hidden, row, units);
            let [hidden] = parts(hidden, row, units);
            let [before] = parts(before, row, units);
            width.map::<S, Backward<A>, 2, 2>(simd, [gate, d_hidden], [hidden, before]);
        }
        width.product::<S, 1>(simd, step.gates, step.rows(units, 0, 1), None, step.through);
    }
}

/// The values before the activations, if anybody asks for them.
#[inline(always)]
pub(super) fn save<S: Simd>(simd: S, before: &mut [f32], gates: &[f32], products: &[f32]) {
    if !before.is_empty() {
        slices::update(
            simd,
            before,
            [gates, products],
            #[inline(always)]
            |_, [gate, product]| gate + product,
        );
    }
}

/// Compiles if the activation of a gate treats every value alike.
pub(super) const fn check<A: Activation>() {
    assert!(
        A::ELEMENTWISE,
        "the activation of a recurrent layer must treat every value alike; softmax, log-softmax and sparsemax do not"
    );
}

/// The hidden state, from itself; the products of the inputs and of the hidden state.
struct Forward<A>(PhantomData<A>);

impl<A: Activation> Formula<1, 2> for Forward<A> {
    #[inline(always)]
    fn of<S: Simd, V: Vector<S>>(simd: S, _: [V; 1], [x, h]: [V; 2]) -> [V; 1] {
        [A::vector(simd, x + h)]
    }
}

/// The gradient of the products and that of the hidden state before, from that after; the hidden state after, and the value
/// before the activation.
struct Backward<A>(PhantomData<A>);

impl<A: Activation> Formula<2, 2> for Backward<A> {
    #[inline(always)]
    fn of<S: Simd, V: Vector<S>>(simd: S, [_, dh]: [V; 2], [h, before]: [V; 2]) -> [V; 2] {
        [dh * A::slope(simd, before, h), V::splat(simd, 0.0)]
    }
}
