use crate::activation::Linear;
use crate::kernel::lanes::add;
use crate::layer::{Context, Layer, Pass, Train, Visitor};
use crate::plain::{Plain, as_mut_slice, as_slice, mark, view, view_mut};
use crate::stream::{Stream, TrainStream};
use crate::tensor::Tensor;
use crate::weights::Part;
use fearless_simd::{Level, Simd};
use rand::Rng;

/// `y = x + body(x)`: a layer or network beside its own input (Keras `Add` of a layer's output and its input; He et al., "Deep
/// Residual Learning for Image Recognition", 2015).
///
/// The body gives as many values as it takes, in the same shape; a `Residual` of anything else does not compile. What comes after
/// the sum, such as the `relu` of a residual network, is a layer of its own.
///
/// ```
/// use nn_core::layer::{Dense, Residual};
/// use nn_core::prelude::*;
///
/// // Before training, when the body gives nothing, a residual hands its input on.
/// let layer: Residual<Dense<3, 3, Tanh>> = Residual::default();
/// let y: SVector<f32, 3> = nn_core::predict(&layer, &SVector::from([1.0, 2.0, 3.0]));
/// assert_eq!(y.as_slice(), [1.0, 2.0, 3.0]);
/// ```
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Residual<L> {
    /// The layer whose output is added to the input.
    pub body: L,
}

mark!([L: Plain] Residual<L> { body });

impl<L: Layer> Layer for Residual<L> {
    type Input = L::Input;
    type Output = L::Input;
    type Head = Linear;
    const KIND: &'static str = "residual";
    const MACS: usize = L::MACS;
    const PARTS: &'static [Part] = &[Part::layer::<L>("body", "")];
    const UNTRAINED: usize = L::UNTRAINED;
    const SCRATCH_BYTES: usize = L::SCRATCH_BYTES;
    const INDICES: Option<usize> = L::INDICES;

    #[inline(always)]
    fn forward<S: Simd>(&self, simd: S, x: &L::Input, y: &mut L::Input) {
        self.body.forward(simd, x, view_mut(y));
        add(as_mut_slice(y), as_slice(x));
    }

    fn forward_batch<const BATCH: usize>(
        &self,
        level: Level,
        x: &[L::Input; BATCH],
        y: &mut [L::Input; BATCH],
    ) {
        self.body.forward_batch(level, x, view_mut(y));
        add(as_mut_slice(y), as_slice(x));
    }
}

impl<L: Train> Train for Residual<L> {
    type Grad = L::Grad;
    /// The body's own, what it gave, and the gradient of that.
    type Tape<const BATCH: usize> = (L::Tape<BATCH>, [L::Output; BATCH], [L::Output; BATCH]);

    fn init<R: Rng + ?Sized>(&mut self, rng: &mut R) {
        self.body.init(rng);
    }

    fn forward_train<const BATCH: usize>(
        &mut self,
        context: &mut Context<'_>,
        x: &[L::Input; BATCH],
        y: &mut [L::Input; BATCH],
        (tape, given, _): &mut Self::Tape<BATCH>,
    ) {
        self.body.forward_train(context, x, given, tape);
        *y = *view(given);
        add(as_mut_slice(y), as_slice(x));
    }

    fn backward<const BATCH: usize>(&self, context: &mut Context<'_>, pass: Pass<'_, Self, BATCH>) {
        let Pass {
            x,
            dy,
            tape: (tape, given, d_given),
            grad,
            mut dx,
            ..
        } = pass;
        // The body may overwrite the gradient it is given, and the input's is that one too.
        *d_given = *view(dy);
        let body = Pass {
            x,
            y: given,
            dy: d_given,
            tape,
            grad,
            dx: dx.as_deref_mut(),
        };
        self.body.backward(context, body);
        if let Some(dx) = dx {
            add(as_mut_slice(dx), as_slice(dy));
        }
    }

    fn visit(&mut self, grad: &mut L::Grad, visitor: &mut dyn Visitor) {
        self.body.visit(grad, visitor);
    }

    fn regularize(&self, grad: &mut L::Grad, add: bool) -> f32 {
        self.body.regularize(grad, add)
    }
}

#[diagnostic::do_not_recommend]
impl<L: Stream> Stream for Residual<L> {
    type State = L::State;
    type Step = L::Step;
    type Result = L::Result;

    #[inline(always)]
    fn step<S: Simd>(&self, simd: S, state: &mut L::State, x: &L::Step, y: &mut L::Result) {
        const {
            assert!(
                <L::Step as Tensor>::LEN == <L::Result as Tensor>::LEN,
                "the body of a residual must give what it takes"
            );
        }
        self.body.step(simd, state, x, y);
        add(y.values_mut(), x.values());
    }
}

#[diagnostic::do_not_recommend]
impl<L: TrainStream> TrainStream for Residual<L> {
    fn forward_window<const BATCH: usize>(
        &mut self,
        context: &mut Context<'_>,
        states: &mut [L::State; BATCH],
        x: &[L::Input; BATCH],
        y: &mut [L::Input; BATCH],
        (tape, given, _): &mut Self::Tape<BATCH>,
    ) {
        self.body.forward_window(context, states, x, given, tape);
        *y = *view(given);
        add(as_mut_slice(y), as_slice(x));
    }
}
