//! The trait every layer implements, and the layers.

mod activate;
mod attention;
mod batch_norm;
mod beside;
mod bidirectional;
mod branches;
mod causal;
mod conv;
mod conv_transpose;
mod dense;
mod dropout;
mod each;
mod embedding;
mod flatten;
pub(crate) mod fold;
mod gru;
mod identity;
mod layer_norm;
mod lstm;
mod pool;
mod recurrent;
mod reshape;
mod residual;
mod rnn;
mod separable;
mod upsample;
mod window;
mod zero_pad;

pub use activate::Activate;
pub use attention::{AttentionTape, MultiHeadAttention};
pub use batch_norm::{BatchNorm, BatchNormGrad, KerasMoments, Moments, TorchMoments};
pub use beside::{Beside, Join};
pub use bidirectional::{Ave, Bidirectional, BidirectionalTape, Concat, Merge, Mul, Sum};
pub use branches::{Add, Branches, Combine, CombineSteps, Concatenate, Multiply};
pub use causal::Causal;
pub use conv::Conv;
pub use conv_transpose::ConvTranspose;
pub use dense::{Bias, Dense, NoBias, WithBias};
pub use dropout::Dropout;
pub use each::Each;
pub use embedding::Embedding;
pub(crate) use embedding::row;
pub use flatten::Flatten;
pub use gru::{Gru, GruBefore, GruBeforeCell, GruCell};
pub use identity::Identity;
pub use layer_norm::LayerNorm;
pub use lstm::{Lstm, LstmCell, UnitForgetBias};
pub use pool::{AvgPool, MaxPool};
pub use recurrent::{
    Backwards, Cell, CellBackStep, CellStep, Direction, Forwards, Last, Recurrent, RecurrentState,
    RecurrentTape, Returns, Sequence,
};
pub use reshape::Reshape;
pub use residual::Residual;
pub use rnn::{Rnn, RnnCell};
pub use separable::SeparableConv;
pub use upsample::Upsample;
pub use window::{Geometry, Window};
pub use zero_pad::ZeroPad;

use crate::activation::{Head, HeadKind};
use crate::plain::{Plain, Zeroed};
use crate::tensor::Tensor;
use fearless_simd::{Level, Simd, dispatch};
use rand::Rng;
use rand::rngs::SmallRng;

/// What a training step hands down to every layer.
#[derive(Debug)]
pub struct Context<'a, S: Simd> {
    /// The SIMD level this call was dispatched to.
    pub simd: S,
    /// Rows of the batch that hold samples; the others are zero and get a zero gradient.
    pub rows: usize,
    /// Random numbers for layers that draw them (dropout).
    pub random: &'a mut SmallRng,
}

/// One tensor of trained parameters, as [`Layer::visit`] shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParameterInfo {
    /// The field's name in Keras's words: `kernel`, `bias`.
    pub name: &'static str,
}

/// Sees every trained tensor of a network together with its gradient, in memory order.
pub trait Visitor {
    /// `parameter` and `gradient` have the same length.
    fn tensor(&mut self, info: ParameterInfo, parameter: &mut [f32], gradient: &mut [f32]);
}

/// A layer: forward for inference, forward that records a tape, and backward. A network is a layer.
///
/// `B` is the number of samples, known at compile time; `B = 1` is single-sample inference.
///
/// Method bodies should be `#[inline(always)]`: that is how they inherit the instruction set of `simd`.
///
/// # A layer of your own
///
/// Declare its parameters with [`plain!`](crate::plain!), implement `Layer`, and name it in a network by its path. It then takes part in everything,
/// training included.
///
/// ```
/// use nn_core::layer::{Context, ParameterInfo, Visitor};
/// use nn_core::plain::as_mut_slice;
/// use nn_core::prelude::*;
/// use nn_core::Simd;
///
/// nn_core::plain! {
///     /// `y_i = factor_i * x_i`
///     #[derive(Clone, Debug)]
///     pub struct Scale<const N: usize> {
///         /// One factor for every value.
///         pub factor: SVector<f32, N>,
///     }
/// }
///
/// impl<const N: usize> Layer for Scale<N> {
///     type Input = SVector<f32, N>;
///     type Output = SVector<f32, N>;
///     type Grad = Self; // all of it is trained
///     type Tape<const B: usize> = (); // inputs and outputs are handed to `backward` anyway
///     type Head = Linear;
///     const KIND: &'static str = "scale";
///     const MACS: usize = N;
///
///     fn init<R: nn_core::rand::Rng + ?Sized>(&mut self, _: &mut R) {
///         self.factor.fill(1.0);
///     }
///     #[inline(always)]
///     fn forward<S: Simd, const B: usize>(&self, _: S, x: &[Self::Input; B], y: &mut [Self::Output; B]) {
///         for (x, y) in x.iter().zip(y) {
///             *y = x.component_mul(&self.factor);
///         }
///     }
///     #[inline(always)]
///     fn forward_train<S: Simd, const B: usize>(
///         &mut self, context: &mut Context<'_, S>, x: &[Self::Input; B], y: &mut [Self::Output; B], (): &mut (),
///     ) {
///         self.forward(context.simd, x, y);
///     }
///     #[inline(always)]
///     fn backward<S: Simd, const B: usize>(
///         &self, _: &mut Context<'_, S>, x: &[Self::Input; B], _: &[Self::Output; B], dy: &mut [Self::Output; B],
///         (): &mut (), grad: &mut Self, dx: Option<&mut [Self::Input; B]>,
///     ) {
///         grad.factor = x.iter().zip(&*dy).map(|(x, dy)| x.component_mul(dy)).sum();
///         for (dx, dy) in dx.into_iter().flatten().zip(dy) {
///             *dx = dy.component_mul(&self.factor);
///         }
///     }
///     fn visit(&mut self, grad: &mut Self, visitor: &mut dyn Visitor) {
///         visitor.tensor(ParameterInfo { name: "factor" }, as_mut_slice(&mut self.factor), as_mut_slice(&mut grad.factor));
///     }
/// }
///
/// network! { pub struct Net { input 2; scale: Scale<2>; dense 1; } }
///
/// # fn main() -> nn_core::Result<()> {
/// let data = [([1.0, 0.0], [2.0]), ([0.0, 1.0], [-3.0]), ([1.0, 1.0], [-1.0])]
///     .map(|(x, y)| (SVector::from(x), SVector::from(y)));
/// let mut net = Net::init(&mut SmallRng::seed_from_u64(1));
/// let mut trainer = Trainer::<Net, _, _, 3>::new(Adam::new(0.05), MeanSquaredError);
/// let history = trainer.fit(&mut net, &data, Fit::epochs(300))?;
/// assert!(history.loss() < 1e-3);
/// assert_ne!(net.scale.factor, SVector::from([1.0, 1.0])); // it was trained too
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layer",
    note = "a layer implements `nn_core::Layer`; every struct declared by `network!` does"
)]
pub trait Layer: Plain {
    /// One sample of input.
    type Input: Tensor;
    /// One sample of output.
    type Output: Tensor;
    /// The trained parameters' gradient, in the shape of the layer; `Self` if all of it is trained.
    type Grad: Plain;
    /// What `forward_train` remembers for `backward`.
    type Tape<const B: usize>: Zeroed;
    /// The activation the outputs went through last, so that a loss can take the stable path;
    /// [`Linear`](crate::activation::Linear) if there is none or it does not matter.
    type Head: Head;
    /// The layer's word in the DSL and in summaries: `dense`.
    const KIND: &'static str;
    /// Multiply-accumulate operations of one sample's forward pass.
    const MACS: usize;
    /// Bytes of activation buffers that `forward` needs for one sample, input and output excluded.
    const SCRATCH_BYTES: usize = 0;
    /// How many rows the inputs choose from, if they are indices into a table and training shall refuse what is none.
    const INDICES: Option<usize> = None;

    /// Draws fresh weights. Called on zeros.
    fn init<R: Rng + ?Sized>(&mut self, rng: &mut R) {
        let _ = rng;
    }

    /// Inference over `B` samples. Overwrites `y`.
    fn forward<S: Simd, const B: usize>(
        &self,
        simd: S,
        x: &[Self::Input; B],
        y: &mut [Self::Output; B],
    );

    /// [`forward`](Self::forward) up to the values that go into the output activation: what a loss with a stable path
    /// looks at. `Head` applied to them gives the outputs.
    #[inline(always)]
    fn forward_logits<S: Simd, const B: usize>(
        &self,
        simd: S,
        x: &[Self::Input; B],
        z: &mut [Self::Output; B],
    ) {
        const {
            assert!(
                matches!(<Self::Head as Head>::KIND, HeadKind::Linear),
                "a layer that names an output activation as its `Head` must implement `forward_logits`"
            );
        }
        self.forward(simd, x, z);
    }

    /// Forward in training: writes `y` and what `backward` needs.
    fn forward_train<S: Simd, const B: usize>(
        &mut self,
        context: &mut Context<'_, S>,
        x: &[Self::Input; B],
        y: &mut [Self::Output; B],
        tape: &mut Self::Tape<B>,
    );

    /// The values that went into the output activation; the outputs themselves if [`Head`](Self::Head) is `Linear`.
    #[inline(always)]
    fn logits<'t, const B: usize>(
        x: &'t [Self::Input; B],
        y: &'t [Self::Output; B],
        tape: &'t Self::Tape<B>,
    ) -> &'t [Self::Output; B] {
        let _ = (x, tape);
        y
    }

    /// From the gradient of the outputs `dy` to the gradients of the parameters (overwritten) and, unless nobody asks, of the inputs.
    ///
    /// `dy` may be overwritten.
    #[allow(clippy::too_many_arguments)]
    fn backward<S: Simd, const B: usize>(
        &self,
        context: &mut Context<'_, S>,
        x: &[Self::Input; B],
        y: &[Self::Output; B],
        dy: &mut [Self::Output; B],
        tape: &mut Self::Tape<B>,
        grad: &mut Self::Grad,
        dx: Option<&mut [Self::Input; B]>,
    );

    /// [`backward`](Self::backward) from the gradient of the [`logits`](Self::logits).
    #[inline(always)]
    #[allow(clippy::too_many_arguments)]
    fn backward_logits<S: Simd, const B: usize>(
        &self,
        context: &mut Context<'_, S>,
        x: &[Self::Input; B],
        y: &[Self::Output; B],
        dlogits: &mut [Self::Output; B],
        tape: &mut Self::Tape<B>,
        grad: &mut Self::Grad,
        dx: Option<&mut [Self::Input; B]>,
    ) {
        self.backward(context, x, y, dlogits, tape, grad, dx);
    }

    /// Shows every trained tensor and its gradient to `visitor`, in memory order.
    fn visit(&mut self, grad: &mut Self::Grad, visitor: &mut dyn Visitor) {
        let _ = (grad, visitor);
    }

    /// Adds the regularisers' gradients to `grad` and returns their penalty.
    fn regularize(&self, grad: &mut Self::Grad) -> f32 {
        let _ = grad;
        0.0
    }
}

/// What any layer or network makes of one sample, for generic code; a network has the same as a method.
///
/// ```
/// use nn_core::layer::Dense;
/// use nn_core::nalgebra::SVector;
/// let layer: Dense<3, 2> = Dense::default();
/// let y: SVector<f32, 2> = nn_core::predict(&layer, &SVector::from([1.0, 2.0, 3.0]));
/// assert_eq!(y.as_slice(), [0.0, 0.0]);
/// ```
#[must_use]
#[inline]
pub fn predict<L: Layer>(layer: &L, x: &L::Input) -> L::Output {
    let mut y = crate::plain::zeroed();
    crate::__private::predict_into(layer, x, &mut y);
    y
}

/// [`predict`] at a SIMD level of the caller's choice: see [`level`](crate::level).
///
/// ```
/// use nn_core::{layer::Dense, level, nalgebra::SVector};
/// let layer: Dense<3, 2> = Dense::default();
/// for level in level::all() {
///     let y: SVector<f32, 2> = nn_core::predict_at(&layer, level, &SVector::from([1.0, 2.0, 3.0]));
///     assert_eq!(y.as_slice(), [0.0, 0.0]);
/// }
/// ```
#[must_use]
#[inline]
pub fn predict_at<L: Layer>(layer: &L, level: Level, x: &L::Input) -> L::Output {
    let mut y = crate::plain::zeroed();
    let (x, into) = (core::array::from_ref(x), core::array::from_mut(&mut y));
    dispatch!(level, simd => layer.forward(simd, x, into));
    y
}
