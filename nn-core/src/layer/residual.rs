use super::{Context, Layer, Visitor};
use crate::activation::Linear;
use crate::plain::{Plain, as_mut_slice, as_slice, mark, view, view_mut};
use crate::stream::Stream;
use crate::tensor::Tensor;
use fearless_simd::Simd;
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
    /// What is added to the input.
    pub body: L,
}

mark!([L: Plain] Residual<L> { body });

impl<L: Layer> Layer for Residual<L> {
    type Input = L::Input;
    type Output = L::Input;
    type Grad = L::Grad;
    /// The body's own, what it gave, and the gradient of that.
    type Tape<const B: usize> = (L::Tape<B>, [L::Output; B], [L::Output; B]);
    type Head = Linear;
    const KIND: &'static str = "residual";
    const MACS: usize = L::MACS;
    const SCRATCH_BYTES: usize = L::SCRATCH_BYTES;
    const INDICES: Option<usize> = L::INDICES;

    fn init<R: Rng + ?Sized>(&mut self, rng: &mut R) {
        self.body.init(rng);
    }

    #[inline(always)]
    fn forward<S: Simd, const B: usize>(&self, simd: S, x: &[L::Input; B], y: &mut [L::Input; B]) {
        self.body.forward(simd, x, view_mut(y));
        add(as_mut_slice(y), as_slice(x));
    }

    #[inline(always)]
    fn forward_train<S: Simd, const B: usize>(
        &mut self,
        context: &mut Context<'_, S>,
        x: &[L::Input; B],
        y: &mut [L::Input; B],
        (tape, given, _): &mut Self::Tape<B>,
    ) {
        self.body.forward_train(context, x, given, tape);
        *y = *view(given);
        add(as_mut_slice(y), as_slice(x));
    }

    #[inline(always)]
    fn backward<S: Simd, const B: usize>(
        &self,
        context: &mut Context<'_, S>,
        x: &[L::Input; B],
        _: &[L::Input; B],
        dy: &mut [L::Input; B],
        (tape, given, d_given): &mut Self::Tape<B>,
        grad: &mut L::Grad,
        mut dx: Option<&mut [L::Input; B]>,
    ) {
        // The body may overwrite the gradient it is given, and the input's is that one too.
        *d_given = *view(dy);
        let dx_body = dx.as_deref_mut();
        self.body
            .backward(context, x, given, d_given, tape, grad, dx_body);
        if let Some(dx) = dx {
            add(as_mut_slice(dx), as_slice(dy));
        }
    }

    fn visit(&mut self, grad: &mut L::Grad, visitor: &mut dyn Visitor) {
        self.body.visit(grad, visitor);
    }

    fn regularize(&self, grad: &mut L::Grad) -> f32 {
        self.body.regularize(grad)
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

    #[inline(always)]
    fn forward_window<S: Simd, const B: usize>(
        &mut self,
        context: &mut Context<'_, S>,
        states: &mut [L::State; B],
        x: &[L::Input; B],
        y: &mut [L::Input; B],
        (tape, given, _): &mut Self::Tape<B>,
    ) {
        self.body.forward_window(context, states, x, given, tape);
        *y = *view(given);
        add(as_mut_slice(y), as_slice(x));
    }
}

/// `sums += values`.
#[inline(always)]
pub(super) fn add(sums: &mut [f32], values: &[f32]) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += value;
    }
}
