//! Recurrent layers, which share everything but the formulas of their cells.

mod bidirectional;
mod cell;
mod gru;
mod lstm;
mod pass;
mod rnn;
mod tape;

#[cfg(test)]
mod tests;

pub use bidirectional::{Average, Bidirectional, BidirectionalTape, Merge};
pub use cell::{Cell, CellBackStep, CellStep, INSTANCES};
use cell::{parts, parts_mut};
pub use gru::{Gru, GruBefore, GruBeforeCell, GruCell};
pub use lstm::{Lstm, LstmCell, UnitForgetBias};
pub use rnn::{Rnn, RnnCell};
pub use tape::RecurrentTape;

use crate::activation::Linear;
use crate::init::{self, GlorotUniform, Initializer, Orthogonal};
use crate::layer::{
    Bias, Context, Layer, LayerShape, Pass, RecurrentShape, RecurrentSizes, Train, Visitor,
    WithBias, show,
};
use crate::plain::{self, Plain, as_mut_slice, as_slice};
use crate::regularizer;
use crate::stream::{Stream, TrainStream};
use crate::tensor::Tensor;
use crate::weights::{Part, Role};
use core::fmt::Debug;
use core::marker::PhantomData;
use fearless_simd::{Level, Simd};
use nalgebra::{SMatrix, SVector};
use rand::Rng;

/// The output of a recurrent layer: [`Last`] or [`Sequence`].
pub trait Returns: Copy + Debug + 'static {
    /// The output for `U` units and `T` steps.
    type Of<const U: usize, const T: usize>: Tensor;
    /// Whether it has a column for every step.
    const SEQUENCE: bool;
}
/// The hidden state after the last step (Keras `return_sequences=False`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Last;
/// The hidden state after every step (`sequence` in the DSL, Keras `return_sequences=True`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sequence;

impl Returns for Last {
    type Of<const U: usize, const T: usize> = SVector<f32, U>;
    const SEQUENCE: bool = false;
}
impl Returns for Sequence {
    type Of<const U: usize, const T: usize> = SMatrix<f32, U, T>;
    const SEQUENCE: bool = true;
}

/// In which order the steps are read: [`Forwards`] or [`Backwards`].
pub trait Direction: Copy + Debug + 'static {
    /// Whether the last step is read first.
    const BACKWARDS: bool;
}
/// From the first step to the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forwards;
/// From the last step to the first (`backwards` in the DSL, Keras `go_backwards=True`); a sequence that is returned is in the
/// order in which it was computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backwards;

impl Direction for Forwards {
    const BACKWARDS: bool = false;
}
impl Direction for Backwards {
    const BACKWARDS: bool = true;
}

/// The memory of a recurrent layer from one step to the next; zeros before the first.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RecurrentState<const U: usize, M = ()> {
    /// The last output (Keras `h`).
    pub hidden: SVector<f32, U>,
    /// The cell state of an LSTM (Keras `c`), else nothing.
    pub cell: M,
}

plain::mark!([const U: usize, M: Plain] RecurrentState<U, M> { hidden, cell });

impl<const U: usize, M: Plain> Default for RecurrentState<U, M> {
    fn default() -> Self {
        plain::zeroed()
    }
}

/// The state of a recurrent layer with the cell `C`.
type StateOf<C, const U: usize> = RecurrentState<U, <C as Cell>::Memory<U>>;

/// A recurrent layer (Keras `RNN`) with the cell `C`; its sizes are a [`RecurrentShape`].
///
/// Use it by the names [`Rnn`](Rnn), [`Lstm`](Lstm), [`Gru`](Gru) and [`GruBefore`](GruBefore).
/// Weights are byte for byte Keras's: `kernel` `(F, G)`, `recurrent_kernel` `(U, G)`, `bias` `(G,)`, or `(2, G)` of a GRU.
///
/// Fresh kernels are Glorot uniform and orthogonal; biases are zero, but 1 for the forget gate of an LSTM.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recurrent<C: Cell, Shape: RecurrentShape, Y = Last, D = Forwards, B: Bias = WithBias> {
    /// Weights of the inputs, gates x features.
    pub kernel: Shape::Kernel,
    /// Weights of the hidden state, gates x units.
    pub recurrent_kernel: Shape::RecurrentKernel,
    /// Biases, or `()`.
    pub bias: Shape::Bias<C, B>,
    /// Sizes, output and direction are part of the type only.
    pub returns: PhantomData<(Shape, Y, D)>,
}

plain::mark!([C: Cell, Shape: RecurrentShape, Y: 'static, D: 'static, B: Bias]
    Recurrent<C, Shape, Y, D, B> { kernel, recurrent_kernel, bias, returns });

impl<C: Cell, Shape, const F: usize, const U: usize, const T: usize, const G: usize, Y, D, B: Bias>
    Recurrent<C, Shape, Y, D, B>
where
    Shape: LayerShape<Sizes = RecurrentSizes<F, U, T, G>>,
    Y: Returns,
    D: Direction,
{
    /// Draws the kernel anew.
    pub fn init_kernel_with<R: Rng + ?Sized>(
        &mut self,
        initializer: &impl Initializer,
        rng: &mut R,
    ) {
        initializer.fill(
            rng,
            as_mut_slice(&mut self.kernel),
            init::Shape::dense(F, G),
        );
    }

    /// Draws the recurrent kernel anew.
    pub fn init_recurrent_kernel_with<R: Rng + ?Sized>(
        &mut self,
        initializer: &impl Initializer,
        rng: &mut R,
    ) {
        let kernel = as_mut_slice(&mut self.recurrent_kernel);
        initializer.fill(rng, kernel, init::Shape::dense(U, G));
    }

    /// Draws the biases anew, all of them: see [`UnitForgetBias`](UnitForgetBias).
    pub fn init_bias_with<R: Rng + ?Sized>(&mut self, initializer: &impl Initializer, rng: &mut R) {
        initializer.fill(rng, as_mut_slice(&mut self.bias), init::Shape::dense(F, G));
    }

    /// The penalty of the kernel; if `add`, its gradient is added to `grad`: see [`regularizer::l1_l2`].
    pub fn regularize_kernel(&self, grad: &mut Self, add: bool, l1: f64, l2: f64) -> f32 {
        let (kernel, grad) = (as_slice(&self.kernel), as_mut_slice(&mut grad.kernel));
        regularizer::penalty(kernel, grad, add, l1, l2)
    }

    /// [`Train::forward_train`] that goes on from a state for each sample of the batch, as between the windows of a longer
    /// stream; the gradient ends there (truncated back-propagation through time).
    pub fn forward_train_from<const N: usize>(
        &self,
        level: Level,
        states: &[RecurrentState<U, C::Memory<U>>; N],
        x: &[SMatrix<f32, F, T>; N],
        y: &mut [Y::Of<U, T>; N],
        tape: &mut RecurrentTape<C, F, U, T, G, N>,
    ) {
        tape.begin(states);
        self.run_train(level, x, y, tape);
    }

    /// The biases of the inputs' and of the hidden state's products.
    #[inline(always)]
    fn biases(&self) -> [Option<&[f32]>; 2] {
        let all = as_slice(&self.bias);
        [all.get(..G), all.get(G..2 * G)]
    }

    /// Compiles if the sizes belong together.
    const CHECKED: () = {
        assert!(
            G == C::GATES * U,
            "`G` of a recurrent layer must be its units times the gates of its cell"
        );
        assert!(
            F > 0 && U > 0 && T > 0,
            "a recurrent layer needs a step, a feature and a unit"
        );
    };
}

impl<C: Cell, Shape, const F: usize, const U: usize, const T: usize, const G: usize, Y, D, B: Bias>
    Layer for Recurrent<C, Shape, Y, D, B>
where
    Shape: LayerShape<Sizes = RecurrentSizes<F, U, T, G>>,
    Y: Returns,
    D: Direction,
{
    type Input = SMatrix<f32, F, T>;
    type Output = Y::Of<U, T>;
    type Head = Linear;
    const KIND: &'static str = C::KIND;
    const MACS: usize = T.saturating_mul(F.saturating_add(U)).saturating_mul(G);
    const PARTS: &'static [Part] = &[
        Part::tensor("kernel", Role::GateKernel { gates: C::GATES }, [F, G]),
        Part::tensor(
            "recurrent_kernel",
            Role::RecurrentKernel { gates: C::GATES },
            [U, G],
        ),
        bias(C::GATES, plain::len::<C::Bias<B, G>>(), G),
    ];
    const SCRATCH_BYTES: usize = pass::scratch_bytes::<C, F, U, G>();

    #[inline(always)]
    fn forward<S: Simd>(&self, simd: S, x: &Self::Input, y: &mut Self::Output) {
        self.run(simd, x, y);
    }

    fn forward_batch<const BATCH: usize>(
        &self,
        level: Level,
        x: &[Self::Input; BATCH],
        y: &mut [Self::Output; BATCH],
    ) {
        self.run_batch(level, x, y);
    }
}

impl<C: Cell, Shape, const F: usize, const U: usize, const T: usize, const G: usize, Y, D, B: Bias>
    Train for Recurrent<C, Shape, Y, D, B>
where
    Shape: LayerShape<Sizes = RecurrentSizes<F, U, T, G>>,
    Y: Returns,
    D: Direction,
{
    type Grad = Self;
    type Tape<const N: usize> = RecurrentTape<C, F, U, T, G, N>;

    fn init<R: Rng + ?Sized>(&mut self, rng: &mut R) {
        self.init_kernel_with(&GlorotUniform, rng);
        self.init_recurrent_kernel_with(&Orthogonal, rng);
        C::init_bias(as_mut_slice(&mut self.bias));
    }

    fn forward_train<const N: usize>(
        &mut self,
        context: &mut Context<'_>,
        x: &[Self::Input; N],
        y: &mut [Self::Output; N],
        tape: &mut Self::Tape<N>,
    ) {
        tape.begin_at_zero();
        self.run_train(context.level, x, y, tape);
    }

    fn backward<const N: usize>(&self, context: &mut Context<'_>, pass: Pass<'_, Self, N>) {
        let Pass {
            dy, tape, grad, dx, ..
        } = pass;
        self.run_back(context.level, dy, tape);
        self.gradients(context.level, tape, grad, dx);
    }

    fn visit(&mut self, grad: &mut Self, visitor: &mut dyn Visitor) {
        let (kernel, recurrent) = (&mut self.kernel, &mut self.recurrent_kernel);
        show(visitor, "kernel", kernel, &mut grad.kernel);
        show(
            visitor,
            "recurrent_kernel",
            recurrent,
            &mut grad.recurrent_kernel,
        );
        show(visitor, "bias", &mut self.bias, &mut grad.bias);
    }
}

#[diagnostic::do_not_recommend]
impl<C: Cell, Shape, const F: usize, const U: usize, const T: usize, const G: usize, Y, B: Bias>
    Stream for Recurrent<C, Shape, Y, Forwards, B>
where
    Shape: LayerShape<Sizes = RecurrentSizes<F, U, T, G>>,
    Y: Returns,
{
    type State = RecurrentState<U, C::Memory<U>>;
    type Step = SVector<f32, F>;
    type Result = SVector<f32, U>;

    #[inline(always)]
    fn step<S: Simd>(
        &self,
        simd: S,
        state: &mut Self::State,
        x: &Self::Step,
        y: &mut Self::Result,
    ) {
        self.advance(simd, as_slice(x), state);
        *y = state.hidden;
    }
}

#[diagnostic::do_not_recommend]
impl<C: Cell, Shape, const F: usize, const U: usize, const T: usize, const G: usize, Y, B: Bias>
    TrainStream for Recurrent<C, Shape, Y, Forwards, B>
where
    Shape: LayerShape<Sizes = RecurrentSizes<F, U, T, G>>,
    Y: Returns,
{
    fn forward_window<const BATCH: usize>(
        &mut self,
        context: &mut Context<'_>,
        states: &mut [Self::State; BATCH],
        x: &[Self::Input; BATCH],
        y: &mut [Self::Output; BATCH],
        tape: &mut Self::Tape<BATCH>,
    ) {
        self.forward_train_from(context.level, states, x, y, tape);
        *states = tape.states();
    }
}

/// A row of biases, or one for the products of the inputs and one for those of the hidden state.
const fn bias(gates: usize, len: usize, row: usize) -> Part {
    let role = Role::GateBias { gates };
    if len > row {
        Part::tensor("bias", role, [len / row, row])
    } else {
        Part::tensor("bias", role, [len])
    }
}

impl<C: Cell, Shape: RecurrentShape, Y, D, B: Bias> Default for Recurrent<C, Shape, Y, D, B>
where
    Y: 'static,
    D: 'static,
{
    fn default() -> Self {
        plain::zeroed()
    }
}
