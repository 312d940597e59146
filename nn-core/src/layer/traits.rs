//! The traits of layers: [`Layer`] for inference, [`Train`] beside it for training.

use crate::activation::{Head, HeadKind};
use crate::level::dispatch;
use crate::plain::{Plain, Zeroed, as_mut_slice};
use crate::tensor::Tensor;
use crate::weights::{Part, Role};
use fearless_simd::{Level, Simd};
use rand::Rng;
use rand::rngs::SmallRng;

/// The surroundings of a training step, handed down to every layer.
#[derive(Debug)]
pub struct Context<'a> {
    /// The SIMD level of the kernels: see [`level`](crate::level).
    pub level: Level,
    /// Rows of the batch that hold samples; the others are zero and get a zero gradient. None in a forward pass that takes back what the
    /// one before it, with the same tape, changed in a layer (running statistics).
    pub rows: usize,
    /// Random numbers for layers that draw them (dropout).
    pub random: &'a mut SmallRng,
}

/// One tensor of trained parameters, as [`Train::visit`] shows it.
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

/// Shows a parameter of this name with its gradient; nothing if the layer has none of it, which is a `()`.
#[inline(always)]
pub(super) fn show<P: Plain>(
    visitor: &mut dyn Visitor,
    name: &'static str,
    parameter: &mut P,
    gradient: &mut P,
) {
    if const { P::FLOATS > 0 } {
        let (parameter, gradient) = (as_mut_slice(parameter), as_mut_slice(gradient));
        visitor.tensor(ParameterInfo { name }, parameter, gradient);
    }
}

/// A layer at inference. A network is a layer. One that can be trained implements [`Train`] as well.
///
/// # A layer of your own
///
/// Declare its parameters with [`plain!`](crate::plain!), implement `Layer`, and name it in a network by its path. It then takes part in
/// predictions, batches and evaluation; with [`Train`] also in training.
///
/// ```
/// use nn_core::layer::{Context, ParameterInfo, Pass, Visitor};
/// use nn_core::plain::as_mut_slice;
/// use nn_core::prelude::*;
/// use nn_core::Simd;
///
/// nn_core::plain! {
///     /// `y_i = factor_i * x_i`
///     #[derive(Clone, Debug)]
///     pub struct Scale<const LEN: usize> {
///         /// One factor for every value.
///         pub factor: SVector<f32, LEN>,
///     }
/// }
///
/// impl<const LEN: usize> Layer for Scale<LEN> {
///     type Input = SVector<f32, LEN>;
///     type Output = SVector<f32, LEN>;
///     type Head = Linear;
///     const KIND: &'static str = "scale";
///     const MACS: usize = LEN;
///
///     fn forward<S: Simd>(&self, _: S, x: &Self::Input, y: &mut Self::Output) {
///         *y = x.component_mul(&self.factor);
///     }
/// }
///
/// impl<const LEN: usize> Train for Scale<LEN> {
///     type Grad = Self; // all of it is trained
///     type Tape<const BATCH: usize> = (); // inputs and outputs are handed to `backward` anyway
///
///     fn init<R: nn_core::rand::Rng + ?Sized>(&mut self, _: &mut R) {
///         self.factor.fill(1.0);
///     }
///     fn backward<const BATCH: usize>(&self, _: &mut Context<'_>, pass: Pass<'_, Self, BATCH>) {
///         let Pass { x, dy, grad, dx, .. } = pass;
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
    /// The activation the outputs went through last, so that a loss can take the stable path;
    /// [`Linear`](crate::activation::Linear) if there is none or it does not matter.
    type Head: Head;
    /// The layer's word in the DSL and in summaries: `dense`.
    const KIND: &'static str;
    /// Multiply-accumulate operations of one sample's forward pass.
    const MACS: usize;
    /// Bytes of activation buffers that `forward` needs for one sample, input and output excluded.
    const SCRATCH_BYTES: usize = 0;
    /// The number of values that are part of the layer but not of [`Train::Grad`]: running statistics.
    const UNTRAINED: usize = 0;
    /// The number of rows that the inputs choose from, if they are indices into a table and training shall refuse what is none.
    const INDICES: Option<usize> = None;
    /// The tensors and layers that it consists of, in memory order: what they are called in files. One tensor `values` of all floats unless a
    /// layer says otherwise.
    const PARTS: &'static [Part] = &[Part::tensor("values", Role::Other, [Self::FLOATS])];

    /// Inference of one sample. Overwrites `y`.
    ///
    /// `#[inline(always)]` makes a body with vectors of its own inherit the instruction set of `simd`; it is compiled for each level in
    /// the crate that declares the network, so it should be short, and call what is long.
    fn forward<S: Simd>(&self, simd: S, x: &Self::Input, y: &mut Self::Output);

    /// Inference of `BATCH` samples. Overwrites `y`.
    ///
    /// Compiled once, not for each level: the kernels that it calls choose theirs.
    fn forward_batch<const BATCH: usize>(
        &self,
        level: Level,
        x: &[Self::Input; BATCH],
        y: &mut [Self::Output; BATCH],
    ) {
        dispatch!(level, simd => {
            for (x, y) in x.iter().zip(y) {
                self.forward(simd, x, y);
            }
        });
    }

    /// [`forward_batch`](Self::forward_batch) up to the values that go into the output activation: what a loss with a stable path
    /// looks at. `Head` applied to them gives the outputs.
    fn forward_logits<const BATCH: usize>(
        &self,
        level: Level,
        x: &[Self::Input; BATCH],
        z: &mut [Self::Output; BATCH],
    ) {
        const {
            assert!(
                matches!(<Self::Head as Head>::KIND, HeadKind::Linear),
                "a layer that names an output activation as its `Head` must implement `forward_logits`"
            );
        }
        self.forward_batch(level, x, z);
    }
}

/// A layer that can be trained: forward that records a tape, and backward. A network of such layers is one.
///
/// `BATCH` samples at a time, a number known at compile time, so that all memory is. Nothing here is generic over the SIMD level: the
/// kernels choose it when they are called.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be trained",
    note = "a layer that is trained implements `nn_core::Train`; a network does if all of its layers do"
)]
pub trait Train: Layer {
    /// The trained parameters' gradient, in the shape of the layer; `Self` if all of it is trained.
    type Grad: Plain;
    /// The memory between `forward_train` and `backward`.
    type Tape<const BATCH: usize>: Zeroed;

    /// Draws fresh weights. Called on zeros.
    fn init<R: Rng + ?Sized>(&mut self, rng: &mut R) {
        let _ = rng;
    }

    /// Forward in training: writes `y`, and to `tape` what `backward` needs beside inputs and outputs. The same as
    /// [`forward_batch`](Layer::forward_batch) unless a layer says otherwise.
    fn forward_train<const BATCH: usize>(
        &mut self,
        context: &mut Context<'_>,
        x: &[Self::Input; BATCH],
        y: &mut [Self::Output; BATCH],
        tape: &mut Self::Tape<BATCH>,
    ) {
        let _ = tape;
        self.forward_batch(context.level, x, y);
    }

    /// The values that went into the output activation; the outputs themselves if [`Head`](Layer::Head) is `Linear`.
    #[inline(always)]
    fn logits<'t, const BATCH: usize>(
        x: &'t [Self::Input; BATCH],
        y: &'t [Self::Output; BATCH],
        tape: &'t Self::Tape<BATCH>,
    ) -> &'t [Self::Output; BATCH] {
        let _ = (x, tape);
        y
    }

    /// Computes the gradients of the parameters and, unless nobody asks, of the inputs from that of the outputs.
    fn backward<const BATCH: usize>(&self, context: &mut Context<'_>, pass: Pass<'_, Self, BATCH>);

    /// [`backward`](Self::backward) from the gradient of the [`logits`](Self::logits).
    #[inline(always)]
    fn backward_logits<const BATCH: usize>(
        &self,
        context: &mut Context<'_>,
        pass: Pass<'_, Self, BATCH>,
    ) {
        self.backward(context, pass);
    }

    /// Shows every trained tensor and its gradient to `visitor`, in memory order.
    fn visit(&mut self, grad: &mut Self::Grad, visitor: &mut dyn Visitor) {
        let _ = (grad, visitor);
    }

    /// The penalty of the regularisers; if `add`, its gradient is added to `grad`, which stays as it is otherwise.
    fn regularize(&self, grad: &mut Self::Grad, add: bool) -> f32 {
        let _ = (grad, add);
        0.0
    }
}

/// The backward pass of one layer: what it saw, and where its gradients go.
pub struct Pass<'a, L: Train, const BATCH: usize> {
    /// The inputs of the forward pass.
    pub x: &'a [L::Input; BATCH],
    /// The outputs of the forward pass.
    pub y: &'a [L::Output; BATCH],
    /// The gradient of the outputs; may be overwritten.
    pub dy: &'a mut [L::Output; BATCH],
    /// The memory of the forward pass; may be overwritten.
    pub tape: &'a mut L::Tape<BATCH>,
    /// The gradient of the parameters; is overwritten.
    pub grad: &'a mut L::Grad,
    /// The gradient of the inputs, if somebody asks for it; is overwritten.
    pub dx: Option<&'a mut [L::Input; BATCH]>,
}

impl<L: Train, const BATCH: usize> core::fmt::Debug for Pass<'_, L, BATCH> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Pass").finish_non_exhaustive()
    }
}
