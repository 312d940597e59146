//! One call for each layer and pass.
//!
//! Where a layer meets one whose shapes only the compiler knows, both sides of the seam are viewed as what they must
//! be. [`check_fits`](super::check_fits) has compared them by then, in words that a user of the macro understands; here
//! a difference would be a type error in code nobody wrote.

use super::level;
use crate::activation::Activation;
use crate::error::{Error, Result};
use crate::infer;
use crate::layer::fold::{Fold, Normalize};
use crate::layer::{Context, Layer};
use crate::level::apart;
use crate::level::dispatch;
use crate::network::Row;
use crate::plain::{self, Plain, view, view_mut, zeroed};
use crate::stream::{State, Stream};
use crate::tensor::Tensor;
use fearless_simd::Simd;

/// Compiles if `L` is a layer, and so plain memory.
pub const fn is_layer<L: Layer>() {}

/// What a training step remembers of a layer that is not the last.
#[derive(Debug)]
#[repr(C)]
pub struct Step<L: Layer, const B: usize> {
    /// The layer's own.
    pub tape: L::Tape<B>,
    /// What it gave.
    pub output: [L::Output; B],
    /// The gradient of what it gave.
    pub gradient: [L::Output; B],
}
plain::mark_zeroed!([L: Layer, const B: usize] Step<L, B> { tape, output, gradient });

/// [`Layer::forward`].
#[inline(always)]
pub fn forward<L: Layer, X: Tensor, S: Simd, const B: usize>(
    layer: &L,
    simd: S,
    x: &[X; B],
    y: &mut [L::Output; B],
) {
    apart(
        simd,
        #[inline(always)]
        || layer.forward(simd, view(x), y),
    );
}

/// [`Layer::forward_logits`].
#[inline(always)]
pub fn forward_logits<L: Layer, X: Tensor, S: Simd, const B: usize>(
    layer: &L,
    simd: S,
    x: &[X; B],
    z: &mut [L::Output; B],
) {
    apart(
        simd,
        #[inline(always)]
        || layer.forward_logits(simd, view(x), z),
    );
}

/// [`Layer::forward_train`].
#[inline(always)]
pub fn forward_train<L: Layer, X: Tensor, S: Simd, const B: usize>(
    layer: &mut L,
    context: &mut Context<'_, S>,
    x: &[X; B],
    y: &mut [L::Output; B],
    tape: &mut L::Tape<B>,
) {
    apart(
        context.simd,
        #[inline(always)]
        || layer.forward_train(context, view(x), y, tape),
    );
}

/// [`Layer::logits`].
#[inline(always)]
#[must_use]
pub fn logits<'t, L: Layer, X: Tensor, const B: usize>(
    x: &'t [X; B],
    y: &'t [L::Output; B],
    tape: &'t L::Tape<B>,
) -> &'t [L::Output; B] {
    L::logits(view(x), y, tape)
}

/// [`Layer::backward`].
#[inline(always)]
#[allow(clippy::too_many_arguments)]
pub fn backward<L: Layer, X: Tensor, S: Simd, const B: usize>(
    layer: &L,
    context: &mut Context<'_, S>,
    x: &[X; B],
    y: &[L::Output; B],
    dy: &mut [L::Output; B],
    tape: &mut L::Tape<B>,
    grad: &mut L::Grad,
    dx: Option<&mut [X; B]>,
) {
    apart(
        context.simd,
        #[inline(always)]
        || layer.backward(context, view(x), y, dy, tape, grad, dx.map(view_mut)),
    );
}

/// [`Layer::backward_logits`].
#[inline(always)]
#[allow(clippy::too_many_arguments)]
pub fn backward_logits<L: Layer, X: Tensor, S: Simd, const B: usize>(
    layer: &L,
    context: &mut Context<'_, S>,
    x: &[X; B],
    y: &[L::Output; B],
    dz: &mut [L::Output; B],
    tape: &mut L::Tape<B>,
    grad: &mut L::Grad,
    dx: Option<&mut [X; B]>,
) {
    apart(
        context.simd,
        #[inline(always)]
        || layer.backward_logits(context, view(x), y, dz, tape, grad, dx.map(view_mut)),
    );
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

/// [`Stream::forward_window`]; `part` is the layer's own part of a network's state.
#[inline(always)]
pub fn forward_window<L: Stream, Q, X: Tensor, S: Simd, const B: usize>(
    layer: &mut L,
    context: &mut Context<'_, S>,
    states: &mut [Q; B],
    part: impl Fn(&mut Q) -> &mut L::State,
    x: &[X; B],
    y: &mut [L::Output; B],
    tape: &mut L::Tape<B>,
) {
    let mut own: [L::State; B] = zeroed();
    for (own, state) in own.iter_mut().zip(states.iter_mut()) {
        core::mem::swap(own, part(state));
    }
    apart(
        context.simd,
        #[inline(always)]
        || layer.forward_window(context, &mut own, view(x), y, tape),
    );
    for (own, state) in own.iter_mut().zip(states) {
        core::mem::swap(own, part(state));
    }
}

/// `value` if it is wanted.
#[inline(always)]
pub fn when<T>(wanted: bool, value: &mut T) -> Option<&mut T> {
    wanted.then_some(value)
}

/// Whether a layer has anything to train.
#[inline(always)]
#[must_use]
pub const fn is_trained<L: Layer>() -> bool {
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

/// The number of values a layer gives.
#[must_use]
pub const fn output_len<L: Layer>() -> usize {
    <L::Output as Tensor>::LEN
}

/// The channels of what a layer gives.
#[must_use]
pub const fn output_channels<L: Layer>() -> usize {
    <L::Output as Tensor>::CHANNELS
}

/// The steps or pixels of what a layer gives.
#[must_use]
pub const fn output_positions<L: Layer>() -> usize {
    <L::Output as Tensor>::POSITIONS
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
        trained: plain::len::<L::Grad>(),
    }
}

/// The row of a block, whose parameters are those of the layers inside it, which have rows of their own.
#[must_use]
pub const fn block_row(name: &'static str, layer: &'static str, output: &'static [usize]) -> Row {
    Row {
        name,
        layer,
        output,
        params: 0,
        trained: 0,
    }
}

/// Inference of one sample.
#[inline]
pub fn predict<L: Layer>(layer: &L, x: &L::Input) -> L::Output {
    let mut y = zeroed();
    predict_into(layer, x, &mut y);
    y
}

/// Inference of one sample.
#[inline]
pub fn predict_into<L: Layer>(layer: &L, x: &L::Input, y: &mut L::Output) {
    let x = core::array::from_ref(x);
    let y = core::array::from_mut(y);
    dispatch!(level(), simd => {
        if const { L::SCRATCH_BYTES > SMALL } {
            forward_apart(simd, layer, x, y);
        } else {
            layer.forward(simd, x, y);
        }
    });
}

/// Bytes between layers that are not worth a call of their own.
const SMALL: usize = 512;

/// [`Layer::forward`] in a frame of its own. The level that the target guarantees needs no function of its own and would become
/// part of the caller, which then had room for its buffers below those of the level that runs.
#[inline(never)]
fn forward_apart<L: Layer, S: Simd>(simd: S, layer: &L, x: &[L::Input; 1], y: &mut [L::Output; 1]) {
    simd.vectorize(
        #[inline(always)]
        || layer.forward(simd, x, y),
    );
}

/// Inference of many samples, in a frame of its own like [`forward_apart`].
#[inline(never)]
fn batch_apart<L: Layer, S: Simd>(simd: S, layer: &L, x: &[L::Input], y: &mut [L::Output]) {
    simd.vectorize(
        #[inline(always)]
        || infer::all::<_, L, false, { infer::TILE }>(simd, layer, x, y),
    );
}

/// Inference of many samples.
pub fn predict_batch<L: Layer>(layer: &L, x: &[L::Input], y: &mut [L::Output]) -> Result<()> {
    if x.len() != y.len() {
        return Err(Error::Lengths {
            inputs: x.len(),
            others: y.len(),
        });
    }
    dispatch!(level(), simd => batch_apart(simd, layer, x, y));
    Ok(())
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
