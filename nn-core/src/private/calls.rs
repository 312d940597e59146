//! One call for each layer and pass.
//!
//! Where a layer meets one whose shapes only the compiler knows, both sides of the seam are viewed as what they must
//! be. [`check_fits`](super::check_fits) has compared them by then, in words that a user of the macro understands; here
//! a difference would be a type error in code nobody wrote.

use super::level;
use crate::activation::Activation;
use crate::layer::norm::fold::{Fold, Normalize};
use crate::layer::{Context, Layer, Pass, Train};
use crate::level::apart;
use crate::level::dispatch;
use crate::network::{Branch, Row};
use crate::plain::{self, Plain, view, view_mut, zeroed};
use crate::stream::{State, Stream, TrainStream};
use crate::tensor::Tensor;
use fearless_simd::{Level, Simd};

/// Compiles if `L` is a layer, and so plain memory.
pub const fn is_layer<L: Layer>() {}

/// The memory of a training step for a layer that is not the last.
#[derive(Debug)]
#[repr(C)]
pub struct Step<L: Train, const BATCH: usize> {
    /// The layer's own.
    pub tape: L::Tape<BATCH>,
    /// The outputs.
    pub output: [L::Output; BATCH],
    /// The gradient of the outputs.
    pub gradient: [L::Output; BATCH],
}
plain::mark_zeroed!([L: Train, const BATCH: usize] Step<L, BATCH> { tape, output, gradient });

/// One sample as a batch of one, for the places between layers.
#[inline(always)]
pub fn one<'a, X, Y>(x: &'a X, y: &'a mut Y) -> (&'a [X; 1], &'a mut [Y; 1]) {
    (core::array::from_ref(x), core::array::from_mut(y))
}

/// [`Layer::forward`].
#[inline(always)]
pub fn forward<L: Layer, X: Tensor, S: Simd>(
    layer: &L,
    simd: S,
    [x]: &[X; 1],
    [y]: &mut [L::Output; 1],
) {
    apart(
        simd,
        #[inline(always)]
        || layer.forward(simd, view(x), y),
    );
}

/// [`Layer::forward_batch`].
#[inline(always)]
pub fn forward_batch<L: Layer, X: Tensor, const BATCH: usize>(
    layer: &L,
    level: Level,
    x: &[X; BATCH],
    y: &mut [L::Output; BATCH],
) {
    layer.forward_batch(level, view(x), y);
}

/// [`Layer::forward_logits`].
#[inline(always)]
pub fn forward_logits<L: Layer, X: Tensor, const BATCH: usize>(
    layer: &L,
    level: Level,
    x: &[X; BATCH],
    z: &mut [L::Output; BATCH],
) {
    layer.forward_logits(level, view(x), z);
}

/// [`Train::forward_train`].
#[inline(always)]
pub fn forward_train<L: Train, X: Tensor, const BATCH: usize>(
    layer: &mut L,
    context: &mut Context<'_>,
    x: &[X; BATCH],
    y: &mut [L::Output; BATCH],
    tape: &mut L::Tape<BATCH>,
) {
    layer.forward_train(context, view(x), y, tape);
}

/// [`Train::logits`].
#[inline(always)]
#[must_use]
pub fn logits<'t, L: Train, X: Tensor, const BATCH: usize>(
    x: &'t [X; BATCH],
    y: &'t [L::Output; BATCH],
    tape: &'t L::Tape<BATCH>,
) -> &'t [L::Output; BATCH] {
    L::logits(view(x), y, tape)
}

/// A layer's [`Pass`].
#[inline(always)]
pub fn pass<'a, L: Train, X: Tensor, const BATCH: usize>(
    x: &'a [X; BATCH],
    y: &'a [L::Output; BATCH],
    dy: &'a mut [L::Output; BATCH],
    tape: &'a mut L::Tape<BATCH>,
    grad: &'a mut L::Grad,
    dx: Option<&'a mut [X; BATCH]>,
) -> Pass<'a, L, BATCH> {
    Pass {
        x: view(x),
        y,
        dy,
        tape,
        grad,
        dx: dx.map(view_mut),
    }
}

/// [`Train::backward`], or from the logits.
#[inline(always)]
pub fn backward<L: Train, const LOGITS: bool, const BATCH: usize>(
    layer: &L,
    context: &mut Context<'_>,
    pass: Pass<'_, L, BATCH>,
) {
    if const { LOGITS } {
        layer.backward_logits(context, pass);
    } else {
        layer.backward(context, pass);
    }
}

/// A place for what a layer makes of a step.
#[inline(always)]
#[must_use]
pub const fn result<L: Stream>() -> L::Result {
    zeroed()
}

/// [`Stream::step`].
#[inline(always)]
pub fn step<L: Stream, X: Tensor, Y: Tensor, S: Simd>(
    layer: &L,
    simd: S,
    state: &mut L::State,
    x: &X,
    y: &mut Y,
) {
    apart(
        simd,
        #[inline(always)]
        || layer.step(simd, state, view(x), view_mut(y)),
    );
}

/// [`Stream::step`] of a layer that remembers nothing.
#[inline(always)]
pub fn step_alone<L: Stream, X: Tensor, Y: Tensor, S: Simd>(layer: &L, simd: S, x: &X, y: &mut Y) {
    const { assert!(size_of::<L::State>() == 0) }
    step(layer, simd, &mut zeroed(), x, y);
}

/// The biases before a batch normalisation have no gradient: the mean takes them out again. Rounding leaves something of it, and an optimiser that
/// divides by its size would take that for a direction.
#[inline(always)]
pub fn clear_bias<L: Fold>(grad: &mut L::Grad) {
    L::clear_bias(grad);
}

/// Writes the layer that gives what `norm` and then the activation `A` make of what `layer` gives.
pub fn fold<L: Fold, N: Normalize, A: Activation>(layer: &L, norm: &N, into: &mut L::Folded<A>) {
    norm.with_affine(|affine| layer.fold::<A>(affine, into));
}

/// The same floats.
pub fn copy<T: Plain>(from: &T, to: &mut T) {
    plain::as_mut_slice(to).copy_from_slice(plain::as_slice(from));
}

/// [`TrainStream::forward_window`]; `part` is the layer's own part of a network's state.
#[inline(always)]
pub fn forward_window<L: TrainStream, Q, X: Tensor, const BATCH: usize>(
    layer: &mut L,
    context: &mut Context<'_>,
    states: &mut [Q; BATCH],
    part: impl Fn(&mut Q) -> &mut L::State,
    x: &[X; BATCH],
    y: &mut [L::Output; BATCH],
    tape: &mut L::Tape<BATCH>,
) {
    crate::stream::forward_window(layer, context, states, part, x, y, tape);
}

/// [`TrainStream::forward_window`] of a layer that remembers nothing.
#[inline(always)]
pub fn window_alone<L: TrainStream, X: Tensor, const BATCH: usize>(
    layer: &mut L,
    context: &mut Context<'_>,
    x: &[X; BATCH],
    y: &mut [L::Output; BATCH],
    tape: &mut L::Tape<BATCH>,
) {
    const { assert!(size_of::<L::State>() == 0) }
    layer.forward_window(context, &mut zeroed(), view(x), y, tape);
}

/// `value` if it is wanted.
#[inline(always)]
pub fn when<T>(wanted: bool, value: &mut T) -> Option<&mut T> {
    wanted.then_some(value)
}

/// Whether a layer has anything to train.
#[inline(always)]
#[must_use]
pub const fn is_trained<L: Train>() -> bool {
    plain::len::<L::Grad>() > 0
}

/// The sum; more than a `usize` holds does not compile.
#[must_use]
pub const fn sum(terms: &[usize]) -> usize {
    let mut sum = 0;
    let mut i = 0;
    while i < terms.len() {
        sum += terms[i];
        i += 1;
    }
    sum
}

/// The product; one that does not fit is reported by [`check_product`](super::check_product).
#[must_use]
pub const fn product(factors: &[usize]) -> usize {
    let mut product = 1_usize;
    let mut i = 0;
    while i < factors.len() {
        product = product.saturating_mul(factors[i]);
        i += 1;
    }
    product
}

/// Bytes of a layer's buffers at inference, with its output.
#[must_use]
pub const fn scratch_and_output<L: Layer>() -> usize {
    L::SCRATCH_BYTES + size_of::<L::Output>()
}

/// The shape of what a layer gives, outermost first.
#[must_use]
pub const fn output_dims<L: Layer>() -> &'static [usize] {
    if <L::Output as Tensor>::POSITIONS == 1 {
        const { &[<L::Output as Tensor>::CHANNELS] }
    } else {
        const {
            &[
                <L::Output as Tensor>::POSITIONS,
                <L::Output as Tensor>::CHANNELS,
            ]
        }
    }
}

/// A layer's row of the summary.
#[must_use]
pub const fn row<L: Layer>(
    name: &'static str,
    layer: &'static str,
    output: &'static [usize],
) -> Row {
    Row {
        name,
        layer,
        output,
        params: plain::len::<L>(),
        trained: plain::len::<L>() - L::UNTRAINED,
        macs: L::MACS,
        branches: &[],
        empty_branches: 0,
    }
}

/// The row of a block, whose parameters are those of the layers inside it, which have rows of their own.
#[must_use]
pub const fn block_row(
    name: &'static str,
    layer: &'static str,
    output: &'static [usize],
    branches: &'static [Branch],
    empty_branches: usize,
) -> Row {
    Row {
        name,
        layer,
        output,
        params: 0,
        trained: 0,
        macs: 0,
        branches,
        empty_branches,
    }
}

/// One step of a sequence.
#[inline]
pub fn step_one<N: Stream, X: Tensor, Y: Tensor>(net: &N, state: &mut State<N>, x: &X) -> Y {
    let mut y = zeroed();
    step_into(net, state, x, &mut y);
    y
}

/// One step of a sequence.
#[inline]
pub fn step_into<N: Stream, X: Tensor, Y: Tensor>(net: &N, state: &mut State<N>, x: &X, y: &mut Y) {
    let (x, y) = (view(x), view_mut(y));
    dispatch!(level(), simd => net.step(simd, state.layers_mut(), x, y));
}
