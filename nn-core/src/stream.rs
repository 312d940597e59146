//! One step of a sequence after the other, with a state of known size instead of the whole sequence.

mod conv;
mod states;

pub use conv::Past;
pub use states::States;

use crate::activation::Activation;
use crate::layer::{
    Activate, BatchNorm, Bias, Context, Dense, Dropout, Each, Embedding, Flatten, Identity, Layer,
    LayerNorm, Moments, PRelu, Train,
};
use crate::level::{best, dispatch};
use crate::plain::{Zeroed, clear, view, zeroed};
use crate::scalar::Scalar;
use crate::tensor::Tensor;
use fearless_simd::{Level, Simd};
use nalgebra::{SMatrix, SVector};

/// A layer that can be fed a sequence one step at a time. A network whose layers all can is one that can.
///
/// What a layer gives at a step must depend on that step and earlier ones only. Then the results of all steps are what the whole
/// sequence would have given: those of a layer that gives a sequence are its columns, and of a layer that gives one vector for
/// the whole sequence, such as an `lstm` without `sequence`, the result of the last step is that vector.
///
/// A method body should be `#[inline(always)]`: that is how it inherits the instruction set of `simd`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be streamed",
    label = "this needs every layer to work one step at a time",
    note = "what a streamed layer gives depends on this step and earlier ones only; `flatten`, pools, layers with a stride, attention and layers that also run backward need the whole sequence: use `predict`",
    note = "layers that take each step by itself (such as `dense`), recurrent layers and causal convolutions with a stride of 1 can be streamed; a layer of your own implements `nn_core::Stream`"
)]
pub trait Stream: Layer {
    /// The memory between steps; before the first it is zero bytes.
    type State: Zeroed;
    /// One step of the input.
    type Step: Tensor;
    /// One step of the output, made of the stream so far.
    type Result: Tensor;

    /// Takes one step. Overwrites `y`.
    fn step<S: Simd>(&self, simd: S, state: &mut Self::State, x: &Self::Step, y: &mut Self::Result);
}

/// A streamed layer that can be trained on the windows of a stream longer than the declared sequence: what
/// [`train_on_window`](crate::Trainer::train_on_window) asks for.
///
/// A layer that remembers nothing has nothing to implement: `impl TrainStream for Scale {}`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be trained on the windows of a stream",
    label = "this needs every layer to go on from a state",
    note = "declare an input that holds what the network needs to see, and use `fit`; a layer of your own implements `nn_core::TrainStream`"
)]
pub trait TrainStream: Stream + Train {
    /// [`Train::forward_train`] that goes on from a state for each sample, as between the windows of a longer stream, and leaves the
    /// states after the last step. The gradient ends at the beginning of the window.
    fn forward_window<const BATCH: usize>(
        &mut self,
        context: &mut Context<'_>,
        states: &mut [Self::State; BATCH],
        x: &[Self::Input; BATCH],
        y: &mut [Self::Output; BATCH],
        tape: &mut Self::Tape<BATCH>,
    ) {
        const {
            assert!(
                size_of::<Self::State>() == 0,
                "a layer with a state must implement `TrainStream::forward_window` to be trained on the windows of a stream"
            );
        }
        let _ = states;
        self.forward_train(context, x, y, tape);
    }
}

/// [`TrainStream::forward_window`] of a part of a network or block; `part` is the part's own state within the whole.
pub(crate) fn forward_window<L: TrainStream, Q, X: Tensor, const BATCH: usize>(
    layer: &mut L,
    context: &mut Context<'_>,
    states: &mut [Q; BATCH],
    part: impl Fn(&mut Q) -> &mut L::State,
    x: &[X; BATCH],
    y: &mut [L::Output; BATCH],
    tape: &mut L::Tape<BATCH>,
) {
    let mut own: [L::State; BATCH] = zeroed();
    for (own, state) in own.iter_mut().zip(states.iter_mut()) {
        core::mem::swap(own, part(state));
    }
    layer.forward_window(context, &mut own, view(x), y, tape);
    for (own, state) in own.iter_mut().zip(states) {
        core::mem::swap(own, part(state));
    }
}

/// The memory of the steps that a network or layer was fed: `State<Guitar>`.
///
/// Its size is known, so it may be a local, a field or a `static`, one for each stream; the network itself is not changed by
/// streaming and may serve many. (It is not called `Guitar::State`, because stable Rust has no types inside inherent `impl`s.)
///
/// ```
/// use nn_core::prelude::*;
///
/// network! {
///     struct Meter { input 100x2; each dense 8 tanh; each dense 1; }
/// }
///
/// let net = Meter::init(&mut SmallRng::seed_from_u64(1));
/// let mut state = State::<Meter>::new();
/// for t in 0..1000 {
///     let y: SVector<f32, 1> = net.step(&mut state, &SVector::from([t as f32, 1.0]));
///     assert!(y[0].is_finite());
/// }
/// state.reset(); // another stream begins
/// assert_eq!(size_of::<State<Meter>>(), 0); // none of these layers remembers anything
/// ```
#[repr(transparent)]
pub struct State<N: Stream> {
    layers: N::State,
}

impl<N: Stream> State<N> {
    /// The state before the first step; can initialise a `static`.
    #[must_use]
    pub const fn new() -> Self {
        Self { layers: zeroed() }
    }

    /// Back to what it was before the first step.
    pub fn reset(&mut self) {
        clear(&mut self.layers);
    }

    /// The layers' states: of a network, one field for each layer that remembers something.
    ///
    /// ```
    /// use nn_core::prelude::*;
    ///
    /// network! { struct Guitar { input 100x1; lstm 4; dense 1; } }
    ///
    /// let (net, mut state) = (Guitar::init(&mut SmallRng::seed_from_u64(1)), State::<Guitar>::new());
    /// net.step(&mut state, &SVector::from([0.5]));
    /// assert!(state.layers().lstm1.hidden.amax() > 0.0);
    /// ```
    #[must_use]
    pub const fn layers(&self) -> &N::State {
        &self.layers
    }

    /// The layers' states for [`Stream::step`], and to be changed.
    #[inline(always)]
    pub fn layers_mut(&mut self) -> &mut N::State {
        &mut self.layers
    }
}

impl<N: Stream> Default for State<N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<N: Stream<State: Clone>> Clone for State<N> {
    fn clone(&self) -> Self {
        Self {
            layers: self.layers.clone(),
        }
    }
}

impl<N: Stream<State: core::fmt::Debug>> core::fmt::Debug for State<N> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_tuple("State").field(&self.layers).finish()
    }
}

/// One step of any layer or network, for generic code; a network has the same as a method.
///
/// ```
/// use nn_core::layer::Dense;
/// use nn_core::prelude::*;
///
/// let layer: Dense<3, 2> = Dense::default();
/// let mut state = State::<Dense<3, 2>>::new();
/// let y = nn_core::step(&layer, &mut state, &SVector::from([1.0, 2.0, 3.0]));
/// assert_eq!(y.as_slice(), [0.0, 0.0]);
/// ```
#[must_use]
#[inline]
pub fn step<N: Stream>(layer: &N, state: &mut State<N>, x: &N::Step) -> N::Result {
    step_at(layer, best(), state, x)
}

/// [`step`] at a SIMD level of the caller's choice: see [`level`](crate::level).
#[must_use]
#[inline]
pub fn step_at<N: Stream>(layer: &N, level: Level, state: &mut State<N>, x: &N::Step) -> N::Result {
    let mut y = zeroed();
    dispatch!(level, simd => layer.step(simd, &mut state.layers, x, &mut y));
    y
}

#[diagnostic::do_not_recommend]
impl<const IN: usize, const OUT: usize, A: Activation, B: Bias> Stream for Dense<IN, OUT, A, B> {
    type State = ();
    type Step = SVector<f32, IN>;
    type Result = SVector<f32, OUT>;

    #[inline(always)]
    fn step<S: Simd>(&self, simd: S, (): &mut (), x: &Self::Step, y: &mut Self::Result) {
        self.forward(simd, x, y);
    }
}

/// A vector stays what it is.
#[diagnostic::do_not_recommend]
impl<const LEN: usize> Stream for Flatten<SVector<f32, LEN>, LEN> {
    type State = ();
    type Step = SVector<f32, LEN>;
    type Result = SVector<f32, LEN>;

    #[inline(always)]
    fn step<S: Simd>(&self, simd: S, (): &mut (), x: &Self::Step, y: &mut Self::Result) {
        self.forward(simd, x, y);
    }
}

#[diagnostic::do_not_recommend]
impl<const CHANNELS: usize, const POSITIONS: usize, A: Activation> Stream
    for Activate<SMatrix<f32, CHANNELS, POSITIONS>, A>
{
    type State = ();
    type Step = SVector<f32, CHANNELS>;
    type Result = SVector<f32, CHANNELS>;

    #[inline(always)]
    fn step<S: Simd>(&self, simd: S, (): &mut (), x: &Self::Step, y: &mut Self::Result) {
        let step: Activate<SVector<f32, CHANNELS>, A> = zeroed();
        step.forward(simd, x, y);
    }
}

#[diagnostic::do_not_recommend]
impl<const CHANNELS: usize, const POSITIONS: usize, R: Scalar> Stream
    for Dropout<SMatrix<f32, CHANNELS, POSITIONS>, R>
{
    type State = ();
    type Step = SVector<f32, CHANNELS>;
    type Result = SVector<f32, CHANNELS>;

    #[inline(always)]
    fn step<S: Simd>(&self, _: S, (): &mut (), x: &Self::Step, y: &mut Self::Result) {
        *y = *x;
    }
}

#[diagnostic::do_not_recommend]
impl<L: Layer, const POSITIONS: usize> Stream for Each<L, POSITIONS> {
    type State = ();
    type Step = L::Input;
    type Result = L::Output;

    #[inline(always)]
    fn step<S: Simd>(&self, simd: S, (): &mut (), x: &Self::Step, y: &mut Self::Result) {
        self.layer.forward(simd, x, y);
    }
}

/// Layers that remember nothing are trained on a window as on any other input.
macro_rules! remember_nothing {
    ($([$($generics:tt)*] $layer:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> TrainStream for $layer {}
    )*};
}

remember_nothing! {
    [const IN: usize, const OUT: usize, A: Activation, B: Bias] Dense<IN, OUT, A, B>;
    [const LEN: usize] Flatten<SVector<f32, LEN>, LEN>;
    [const CHANNELS: usize, const POSITIONS: usize, A: Activation] Activate<SMatrix<f32, CHANNELS, POSITIONS>, A>;
    [const CHANNELS: usize, const POSITIONS: usize, R: Scalar] Dropout<SMatrix<f32, CHANNELS, POSITIONS>, R>;
    [L: Train, const POSITIONS: usize] Each<L, POSITIONS>;
    [const CHANNELS: usize, const POSITIONS: usize] Identity<SMatrix<f32, CHANNELS, POSITIONS>>;
    [const CHANNELS: usize, const POSITIONS: usize, E: Scalar, G: Bias, B: Bias] LayerNorm<CHANNELS, POSITIONS, E, G, B>;
    [const CHANNELS: usize, const POSITIONS: usize, M: Moments, G: Bias, B: Bias] BatchNorm<CHANNELS, POSITIONS, M, G, B>;
    [const CHANNELS: usize, const POSITIONS: usize, I: Scalar] PRelu<CHANNELS, POSITIONS, I>;
    [const IN: usize, const OUT: usize, const STEPS: usize] Embedding<SMatrix<f32, 1, STEPS>, IN, OUT, STEPS>;
}
