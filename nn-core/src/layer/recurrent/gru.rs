use super::rnn::{KeepOf, check, save};
use super::{Cell, CellBackStep, CellBias, CellStep, Forwards, Last, Recurrent, parts, parts_mut};
use crate::activation::{Activation, Keep, Sigmoid, Tanh};
use crate::kernel::lanes::{self, part, part_mut, write};
use crate::kernel::recurrent::Columns;
use crate::kernel::recurrent::{Formula, Width, outer_within};
use crate::layer::{Bias, WithBias};
use crate::math::vector::Vector;
use core::marker::PhantomData;
use fearless_simd::{Level, Simd};
use nalgebra::SVector;

/// The formulas of a gated recurrent unit (Cho et al. 2014) whose reset gate scales the product of the hidden state (Keras `GRUCell`
/// with `reset_after=True`, its default; PyTorch `GRU`). With `[z, r, g] = x W + b` and `[hz, hr, hg] = h R + b'`:
///
/// `h' = z h + (1 - z) A(g + r hg)` with the gates `z = R(z + hz)` and `r = R(r + hr)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GruCell<A = Tanh, R = Sigmoid>(PhantomData<(A, R)>);

/// The formulas of a gated recurrent unit whose reset gate scales the hidden state before its product (Keras `reset_after=False`):
///
/// as [`GruCell`], but `A(g + (r h) Rg)`, and without `b'`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GruBeforeCell<A = Tanh, R = Sigmoid>(PhantomData<(A, R)>);

/// A gated recurrent unit (Keras `GRU`): its sizes are a [`RecurrentShape`](crate::layer::RecurrentShape) with three gates.
///
/// It has two rows of biases: for the products of the inputs, and of the hidden state.
///
/// ```
/// use nn_core::layer::{Gru, RecurrentSizes};
/// use nn_core::prelude::*;
///
/// let mut layer = Gru::<RecurrentSizes<1, 20, 100, 60>>::default();
/// layer.init(&mut SmallRng::seed_from_u64(1));
/// let y: SVector<f32, 20> = nn_core::predict(&layer, &SMatrix::from_element(0.5));
/// assert!(y.iter().all(|y| y.abs() < 1.0));
/// ```
pub type Gru<Shape, Y = Last, A = Tanh, R = Sigmoid, D = Forwards, B = WithBias> =
    Recurrent<GruCell<A, R>, Shape, Y, D, B>;

/// [`Gru`] with the reset gate before the product (Keras `GRU(reset_after=False)`, `gru 20 reset_before` in the DSL).
pub type GruBefore<Shape, Y = Last, A = Tanh, R = Sigmoid, D = Forwards, B = WithBias> =
    Recurrent<GruBeforeCell<A, R>, Shape, Y, D, B>;

impl<A: 'static, R: 'static> CellBias for GruCell<A, R> {
    type Bias<B: Bias, const GATES: usize> = [B::Of<GATES>; 2];
}

impl<A: Activation, R: Activation> Cell for GruCell<A, R> {
    const KIND: &'static str = "gru";
    const GATES: usize = 3;
    type Memory<const UNITS: usize> = ();
    /// The products of the hidden state; their gradient in the end.
    type Aside<const UNITS: usize, const GATES: usize> = SVector<f32, GATES>;
    type Keep = <KeepOf<A> as Keep>::Or<KeepOf<R>>;

    #[inline(always)]
    fn forward<S: Simd, W: Width>(simd: S, width: W, step: CellStep<'_>) {
        const { (check::<A>(), check::<R>()) };
        let units = width.units();
        width.product::<S, 3>(
            simd,
            step.hidden,
            step.columns(units, 0, 3),
            step.bias,
            step.aside,
        );
        for row in 0..step.hidden.len() / units.max(1) {
            let [z, r, g] = parts_mut(step.gates, row, units);
            let [hidden] = parts_mut(step.hidden, row, units);
            let products: [_; 3] = parts(step.aside, row, units);
            if step.before.is_empty() {
                width.map::<S, Forward<A, R>, 4, 3>(simd, [z, r, g, hidden], products);
            } else {
                let [zz, zr, zg] = parts_mut(step.before, row, units);
                let own = [z, r, g, hidden, zz, zr, zg];
                width.map::<S, Saving<A, R>, 7, 3>(simd, own, products);
            }
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
        let [hidden_before, _] = step.hidden;
        for row in 0..step.d_hidden.len() / units.max(1) {
            let [z, r, g] = parts_mut(step.gates, row, units);
            let [hz, hr, hg] = parts_mut(step.aside, row, units);
            let [d_hidden] = parts_mut(step.d_hidden, row, units);
            let [hidden_before] = parts(hidden_before, row, units);
            let [zz, zr, zg] = parts(before, row, units);
            let own = [z, r, g, hz, hr, hg, d_hidden];
            width.map::<S, Backward<A, R>, 7, 4>(simd, own, [hidden_before, zz, zr, zg]);
        }
        width.product::<S, 1>(simd, step.aside, step.rows(units, 0, 3), None, step.through);
    }

    #[inline(always)]
    fn recurrent_side<'a>(_: &'a [f32], aside: &'a [f32]) -> &'a [f32] {
        aside
    }
}

/// The gates and the hidden state, from the products of the inputs and the hidden state; the products of that.
struct Forward<A, R>(PhantomData<(A, R)>);

impl<A: Activation, R: Activation> Formula<4, 3> for Forward<A, R> {
    #[inline(always)]
    fn of<S: Simd, V: Vector<S>>(simd: S, own: [V; 4], read: [V; 3]) -> [V; 4] {
        let [xz, xr, xg, hidden] = own;
        let zero = V::splat(simd, 0.0);
        let own = [xz, xr, xg, hidden, zero, zero, zero];
        let [z, r, g, hidden, ..] = Saving::<A, R>::of(simd, own, read);
        [z, r, g, hidden]
    }
}

/// [`Forward`] with the values before the gates' activations.
struct Saving<A, R>(PhantomData<(A, R)>);

impl<A: Activation, R: Activation> Formula<7, 3> for Saving<A, R> {
    #[inline(always)]
    fn of<S: Simd, V: Vector<S>>(
        simd: S,
        [xz, xr, xg, hidden, ..]: [V; 7],
        [hz, hr, hg]: [V; 3],
    ) -> [V; 7] {
        let (zz, zr) = (xz + hz, xr + hr);
        let (z, r) = (R::vector(simd, zz), R::vector(simd, zr));
        let zg = r.mul_add(hg, xg);
        let g = A::vector(simd, zg);
        [z, r, g, mix(z, hidden, g), zz, zr, zg]
    }
}

/// `z h + (1 - z) g`.
#[inline(always)]
fn mix<S: Simd, V: Vector<S>>(z: V, hidden: V, g: V) -> V {
    z.mul_add(hidden - g, g)
}

/// The gradients of the products of the inputs and of the hidden state, and that of the hidden state before, from the gates, the
/// products and that after; the hidden state before, and the values before the gates' activations.
struct Backward<A, R>(PhantomData<(A, R)>);

impl<A: Activation, R: Activation> Formula<7, 4> for Backward<A, R> {
    #[inline(always)]
    fn of<S: Simd, V: Vector<S>>(
        simd: S,
        [z, r, g, _, _, hg, d_hidden]: [V; 7],
        [hidden_before, zz, zr, zg]: [V; 4],
    ) -> [V; 7] {
        let one = V::splat(simd, 1.0);
        let dz = d_hidden * (hidden_before - g) * R::slope(simd, zz, z);
        let dg = d_hidden * (one - z) * A::slope(simd, zg, g);
        let dr = dg * hg * R::slope(simd, zr, r);
        [dz, dr, dg, dz, dr, dg * r, d_hidden * z]
    }
}

impl<A: 'static, R: 'static> CellBias for GruBeforeCell<A, R> {
    type Bias<B: Bias, const GATES: usize> = B::Of<GATES>;
}

impl<A: Activation, R: Activation> Cell for GruBeforeCell<A, R> {
    const KIND: &'static str = "gru";
    const GATES: usize = 3;
    type Memory<const UNITS: usize> = ();
    /// The hidden state before the step times the reset gate.
    type Aside<const UNITS: usize, const GATES: usize> = SVector<f32, UNITS>;
    type Keep = <KeepOf<A> as Keep>::Or<KeepOf<R>>;

    #[inline(always)]
    fn forward<S: Simd, W: Width>(simd: S, width: W, step: CellStep<'_>) {
        const { (check::<A>(), check::<R>()) };
        let units = width.units();
        let rows = step.hidden.len() / units.max(1);
        let (kernels, last_kernel) = (step.columns(units, 0, 2), step.columns(units, 2, 1));
        let halves = step.scratch.split_at_mut_checked(rows * 2 * units);
        let (two, one) = halves.unwrap_or_default();
        width.product::<S, 2>(simd, step.hidden, kernels, None, two);
        for row in 0..rows {
            let [z, r, _] = parts_mut(step.gates, row, units);
            let [hidden] = parts(step.hidden, row, units);
            let [aside] = parts_mut(step.aside, row, units);
            let [hz, hr] = parts(two, row, units);
            if let Some(before) = step.before.get_mut(row * 3 * units..(row * 3 + 2) * units) {
                let [zz, zr] = parts_mut(before, 0, units);
                save(simd, zz, z, hz);
                save(simd, zr, r, hr);
            }
            width.map::<S, Reset<R>, 3, 3>(simd, [z, r, aside], [hz, hr, hidden]);
        }
        width.product::<S, 1>(simd, step.aside, last_kernel, None, one);
        for row in 0..rows {
            let [z, _, g] = parts_mut(step.gates, row, units);
            let [hidden] = parts_mut(step.hidden, row, units);
            let [hg] = parts(one, row, units);
            if let Some(before) = step
                .before
                .get_mut((row * 3 + 2) * units..(row * 3 + 3) * units)
            {
                save(simd, before, g, hg);
            }
            width.map::<S, Mix<A>, 2, 2>(simd, [g, hidden], [hg, z]);
        }
    }

    #[inline(always)]
    fn backward<S: Simd, W: Width>(simd: S, width: W, step: CellBackStep<'_>) {
        let units = width.units();
        let rows = step.d_hidden.len() / units.max(1);
        let [hidden_before, _] = step.hidden;
        let (kernels, last_kernel) = (step.rows(units, 0, 2), step.rows(units, 2, 1));
        let halves = step.scratch.split_at_mut_checked(rows * 2 * units);
        let (two, one) = halves.unwrap_or_default();
        for row in 0..rows {
            let [z, _, g] = parts_mut(step.gates, row, units);
            let [d_hidden] = parts_mut(step.d_hidden, row, units);
            let [d_product] = parts_mut(one, row, units);
            let [hidden_before] = parts(hidden_before, row, units);
            let [zz, _, zg] = before::<3>(step.before, row, units, hidden_before);
            let own = [z, g, d_hidden, d_product];
            width.map::<S, BackMix<A, R>, 4, 3>(simd, own, [hidden_before, zz, zg]);
        }
        // The gradient of `r h`, and through it those of both.
        let d_resets = part_mut(two, 0, rows * units);
        width.product::<S, 1>(simd, one, last_kernel, None, d_resets);
        for row in 0..rows {
            let [_, r, _] = parts_mut(step.gates, row, units);
            let [d_hidden] = parts_mut(step.d_hidden, row, units);
            let [d_reset] = parts(part(two, 0, rows * units), row, units);
            let [hidden_before] = parts(hidden_before, row, units);
            let [_, zr, _] = before::<3>(step.before, row, units, hidden_before);
            width.map::<S, BackReset<R>, 2, 3>(simd, [r, d_hidden], [d_reset, hidden_before, zr]);
        }
        for (two, gates) in lanes::rows_mut(two, 2 * units).zip(lanes::rows(step.gates, 3 * units))
        {
            write(two, gates);
        }
        width.product::<S, 1>(simd, two, kernels, None, step.through);
    }

    #[inline(always)]
    fn recurrent_gradient(
        level: Level,
        units: usize,
        before: &[f32],
        gates: &[f32],
        aside: &[f32],
        grad: &mut [f32],
    ) {
        let columns = |first: usize, count: usize| Columns {
            values: &gates[first * units..],
            stride: 3 * units,
            count: count * units,
        };
        outer_within(level, before, units, columns(0, 2), grad);
        outer_within(level, aside, units, columns(2, 1), &mut grad[2 * units..]);
    }
}

/// The values before the activations of a row; if they are not kept, anything of the right length.
#[inline(always)]
fn before<'a, const N: usize>(
    kept: &'a [f32],
    row: usize,
    units: usize,
    otherwise: &'a [f32],
) -> [&'a [f32]; N] {
    if kept.is_empty() {
        [otherwise; N]
    } else {
        parts(kept, row, units)
    }
}

/// The first two gates and `r h`, from the products of the inputs; the products of the hidden state, and that.
struct Reset<R>(PhantomData<R>);

impl<R: Activation> Formula<3, 3> for Reset<R> {
    #[inline(always)]
    fn of<S: Simd, V: Vector<S>>(simd: S, [xz, xr, _]: [V; 3], [hz, hr, hidden]: [V; 3]) -> [V; 3] {
        let r = R::vector(simd, xr + hr);
        [R::vector(simd, xz + hz), r, r * hidden]
    }
}

/// The third gate and the hidden state, from the product of the inputs and itself; the product of `r h`, and the first gate.
struct Mix<A>(PhantomData<A>);

impl<A: Activation> Formula<2, 2> for Mix<A> {
    #[inline(always)]
    fn of<S: Simd, V: Vector<S>>(simd: S, [xg, hidden]: [V; 2], [hg, z]: [V; 2]) -> [V; 2] {
        let g = A::vector(simd, xg + hg);
        [g, mix(z, hidden, g)]
    }
}

/// Undoes [`Mix`]: the gradients of the products of the first and third gate and of the hidden state before, and again that of
/// the third; from the gates and the gradient of the hidden state after.
struct BackMix<A, R>(PhantomData<(A, R)>);

impl<A: Activation, R: Activation> Formula<4, 3> for BackMix<A, R> {
    #[inline(always)]
    fn of<S: Simd, V: Vector<S>>(
        simd: S,
        [z, g, d_hidden, _]: [V; 4],
        [hidden_before, zz, zg]: [V; 3],
    ) -> [V; 4] {
        let dz = d_hidden * (hidden_before - g) * R::slope(simd, zz, z);
        let dg = d_hidden * (V::splat(simd, 1.0) - z) * A::slope(simd, zg, g);
        [dz, dg, d_hidden * z, dg]
    }
}

/// Undoes [`Reset`]: the gradients of the second gate's product and of the hidden state before; from the gradient of `r h`.
struct BackReset<R>(PhantomData<R>);

impl<R: Activation> Formula<2, 3> for BackReset<R> {
    #[inline(always)]
    fn of<S: Simd, V: Vector<S>>(
        simd: S,
        [r, d_hidden]: [V; 2],
        [d_reset, hidden_before, zr]: [V; 3],
    ) -> [V; 2] {
        let dr = d_reset * hidden_before * R::slope(simd, zr, r);
        [dr, d_reset.mul_add(r, d_hidden)]
    }
}
