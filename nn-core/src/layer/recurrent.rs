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
pub use cell::{Cell, CellBackStep, CellBias, CellStep, INSTANCES};
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
    /// The output for `UNITS` units and `STEPS` steps.
    type Of<const UNITS: usize, const STEPS: usize>: Tensor;
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
    type Of<const UNITS: usize, const STEPS: usize> = SVector<f32, UNITS>;
    const SEQUENCE: bool = false;
}
impl Returns for Sequence {
    type Of<const UNITS: usize, const STEPS: usize> = SMatrix<f32, UNITS, STEPS>;
    const SEQUENCE: bool = true;
}

/// The order in which the steps are read: [`Forwards`] or [`Backwards`].
pub trait Direction: Copy + Debug + 'static {
    /// Whether the last step is read first.
    const BACKWARDS: bool;
}
/// The order from the first step to the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forwards;
/// The order from the last step to the first (`backwards` in the DSL, Keras `go_backwards=True`); a sequence that is returned is in the
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
pub struct RecurrentState<const UNITS: usize, M = ()> {
    /// The last output (Keras `h`).
    pub hidden: SVector<f32, UNITS>,
    /// The cell state of an LSTM (Keras `c`), else nothing.
    pub cell: M,
}

plain::mark!([const UNITS: usize, M: Plain] RecurrentState<UNITS, M> { hidden, cell });

impl<const UNITS: usize, M: Plain> Default for RecurrentState<UNITS, M> {
    fn default() -> Self {
        plain::zeroed()
    }
}

/// The state of a recurrent layer with the cell `C`.
type StateOf<C, const UNITS: usize> = RecurrentState<UNITS, <C as Cell>::Memory<UNITS>>;

/// A recurrent layer (Keras `RNN`) with the cell `C`; its sizes are a [`RecurrentShape`].
///
/// Use it by the names [`Rnn`](Rnn), [`Lstm`](Lstm), [`Gru`](Gru) and [`GruBefore`](GruBefore).
/// Weights are byte for byte Keras's: `kernel` `(FEATURES, GATES)`, `recurrent_kernel` `(UNITS, GATES)`, `bias` `(GATES,)`, or `(2, GATES)` of a GRU.
///
/// Fresh kernels are Glorot uniform and orthogonal; biases are zero, but 1 for the forget gate of an LSTM.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recurrent<C: CellBias, Shape: RecurrentShape, Y = Last, D = Forwards, B: Bias = WithBias>
{
    /// Weights of the inputs, gates x features.
    pub kernel: Shape::Kernel,
    /// Weights of the hidden state, gates x units.
    pub recurrent_kernel: Shape::RecurrentKernel,
    /// Biases, or `()`.
    pub bias: Shape::Bias<C, B>,
    /// Sizes, output and direction are part of the type only.
    pub returns: PhantomData<(Shape, Y, D)>,
}

plain::mark!([C: CellBias, Shape: RecurrentShape, Y: 'static, D: 'static, B: Bias]
    Recurrent<C, Shape, Y, D, B> { kernel, recurrent_kernel, bias, returns });

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
    /// Draws the kernel anew.
    pub fn init_kernel_with<R: Rng + ?Sized>(
        &mut self,
        initializer: &impl Initializer,
        rng: &mut R,
    ) {
        initializer.fill(
            rng,
            as_mut_slice(&mut self.kernel),
            init::Shape::dense(FEATURES, GATES),
        );
    }

    /// Draws the recurrent kernel anew.
    pub fn init_recurrent_kernel_with<R: Rng + ?Sized>(
        &mut self,
        initializer: &impl Initializer,
        rng: &mut R,
    ) {
        let kernel = as_mut_slice(&mut self.recurrent_kernel);
        initializer.fill(rng, kernel, init::Shape::dense(UNITS, GATES));
    }

    /// Draws the biases anew, all of them: see [`UnitForgetBias`](UnitForgetBias).
    pub fn init_bias_with<R: Rng + ?Sized>(&mut self, initializer: &impl Initializer, rng: &mut R) {
        initializer.fill(
            rng,
            as_mut_slice(&mut self.bias),
            init::Shape::dense(FEATURES, GATES),
        );
    }

    /// The penalty of the kernel; if `add`, its gradient is added to `grad`: see [`regularizer::l1_l2`].
    pub fn regularize_kernel(&self, grad: &mut Self, add: bool, l1: f64, l2: f64) -> f32 {
        let (kernel, grad) = (as_slice(&self.kernel), as_mut_slice(&mut grad.kernel));
        regularizer::penalty(kernel, grad, add, l1, l2)
    }

    /// [`Train::forward_train`] that goes on from a state for each sample of the batch, as between the windows of a longer
    /// stream; the gradient ends there (truncated back-propagation through time).
    pub fn forward_train_from<const BATCH: usize>(
        &self,
        level: Level,
        states: &[RecurrentState<UNITS, C::Memory<UNITS>>; BATCH],
        x: &[SMatrix<f32, FEATURES, STEPS>; BATCH],
        y: &mut [Y::Of<UNITS, STEPS>; BATCH],
        tape: &mut RecurrentTape<C, FEATURES, UNITS, STEPS, GATES, BATCH>,
    ) {
        tape.begin(states);
        self.run_train(level, x, y, tape);
    }

    /// The biases of the inputs' and of the hidden state's products.
    #[inline(always)]
    fn biases(&self) -> [Option<&[f32]>; 2] {
        let all = as_slice(&self.bias);
        [all.get(..GATES), all.get(GATES..2 * GATES)]
    }

    /// Compiles if the sizes belong together.
    const CHECKED: () = {
        assert!(
            GATES == C::GATES * UNITS,
            "`GATES` of a recurrent layer must be its units times the gates of its cell"
        );
        assert!(
            FEATURES > 0 && UNITS > 0 && STEPS > 0,
            "a recurrent layer needs a step, a feature and a unit"
        );
    };
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
> Layer for Recurrent<C, Shape, Y, D, B>
where
    Shape: LayerShape<Sizes = RecurrentSizes<FEATURES, UNITS, STEPS, GATES>>,
    Y: Returns,
    D: Direction,
{
    type Input = SMatrix<f32, FEATURES, STEPS>;
    type Output = Y::Of<UNITS, STEPS>;
    type Head = Linear;
    const KIND: &'static str = C::KIND;
    const MACS: usize = STEPS
        .saturating_mul(FEATURES.saturating_add(UNITS))
        .saturating_mul(GATES);
    const PARTS: &'static [Part] = &[
        Part::tensor(
            "kernel",
            Role::GateKernel { gates: C::GATES },
            [FEATURES, GATES],
        ),
        Part::tensor(
            "recurrent_kernel",
            Role::RecurrentKernel { gates: C::GATES },
            [UNITS, GATES],
        ),
        bias(C::GATES, plain::len::<C::Bias<B, GATES>>(), GATES),
    ];
    const SCRATCH_BYTES: usize = pass::scratch_bytes::<C, FEATURES, UNITS, GATES>();

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
> Train for Recurrent<C, Shape, Y, D, B>
where
    Shape: LayerShape<Sizes = RecurrentSizes<FEATURES, UNITS, STEPS, GATES>>,
    Y: Returns,
    D: Direction,
{
    type Grad = Self;
    type Tape<const BATCH: usize> = RecurrentTape<C, FEATURES, UNITS, STEPS, GATES, BATCH>;

    fn init<R: Rng + ?Sized>(&mut self, rng: &mut R) {
        self.init_kernel_with(&GlorotUniform, rng);
        self.init_recurrent_kernel_with(&Orthogonal, rng);
        C::init_bias(as_mut_slice(&mut self.bias));
    }

    fn forward_train<const BATCH: usize>(
        &mut self,
        context: &mut Context<'_>,
        x: &[Self::Input; BATCH],
        y: &mut [Self::Output; BATCH],
        tape: &mut Self::Tape<BATCH>,
    ) {
        tape.begin_at_zero();
        self.run_train(context.level, x, y, tape);
    }

    fn backward<const BATCH: usize>(&self, context: &mut Context<'_>, pass: Pass<'_, Self, BATCH>) {
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
impl<
    C: Cell,
    Shape,
    const FEATURES: usize,
    const UNITS: usize,
    const STEPS: usize,
    const GATES: usize,
    Y,
    B: Bias,
> Stream for Recurrent<C, Shape, Y, Forwards, B>
where
    Shape: LayerShape<Sizes = RecurrentSizes<FEATURES, UNITS, STEPS, GATES>>,
    Y: Returns,
{
    type State = RecurrentState<UNITS, C::Memory<UNITS>>;
    type Step = SVector<f32, FEATURES>;
    type Result = SVector<f32, UNITS>;

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
impl<
    C: Cell,
    Shape,
    const FEATURES: usize,
    const UNITS: usize,
    const STEPS: usize,
    const GATES: usize,
    Y,
    B: Bias,
> TrainStream for Recurrent<C, Shape, Y, Forwards, B>
where
    Shape: LayerShape<Sizes = RecurrentSizes<FEATURES, UNITS, STEPS, GATES>>,
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
