use super::{Context, Layer, Visitor};
use crate::activation::Linear;
use crate::plain::{self, Plain, as_mut_slice, as_slice, view, view_mut};
use crate::tensor::Tensor;
use fearless_simd::Simd;
use rand::Rng;

/// The same layer on each of `P` steps of a sequence or pixels of an image (Keras `TimeDistributed`, and what its `Dense` does
/// to an input of more than one axis).
///
/// A cross-entropy takes its formula on the outputs: the values before the inner layer's activation are not handed on.
///
/// ```
/// use nn_core::activation::Sigmoid;
/// use nn_core::layer::{Dense, Each};
///
/// // 100 steps of 3 features become 100 steps of 4.
/// type Steps = Each<Dense<3, 4, Sigmoid>, 100>;
/// assert_eq!(nn_core::plain::len::<Steps>(), 3 * 4 + 4);
/// ```
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Each<L, const P: usize> {
    /// The layer.
    pub layer: L,
}

plain::mark!([L: Plain, const P: usize] Each<L, P> { layer });

impl<L: Layer, const P: usize> Each<L, P> {
    const TAKES_VECTORS: () = assert!(
        <L::Input as Tensor>::POSITIONS == 1 && <L::Output as Tensor>::POSITIONS == 1,
        "the layer at each step must be one from a vector to a vector"
    );
}

impl<L: Layer, const P: usize> Layer for Each<L, P> {
    type Input = <L::Input as Tensor>::At<P>;
    type Output = <L::Output as Tensor>::At<P>;
    type Grad = L::Grad;
    /// The inner tapes, and the gradient of one sample.
    type Tape<const B: usize> = ([L::Tape<P>; B], L::Grad);
    type Head = Linear;
    const KIND: &'static str = "each";
    const MACS: usize = P * L::MACS;
    const SCRATCH_BYTES: usize = P * L::SCRATCH_BYTES;

    fn init<R: Rng + ?Sized>(&mut self, rng: &mut R) {
        self.layer.init(rng);
    }

    #[inline(always)]
    fn forward<S: Simd, const B: usize>(
        &self,
        simd: S,
        x: &[Self::Input; B],
        y: &mut [Self::Output; B],
    ) {
        let () = Self::TAKES_VECTORS;
        for (x, y) in x.iter().zip(y) {
            let steps: &[L::Input; P] = view(x);
            self.layer.forward(simd, steps, view_mut(y));
        }
    }

    #[inline(always)]
    fn forward_train<S: Simd, const B: usize>(
        &mut self,
        context: &mut Context<'_, S>,
        x: &[Self::Input; B],
        y: &mut [Self::Output; B],
        (tapes, _): &mut Self::Tape<B>,
    ) {
        let mut inner = all_rows::<S, P>(context);
        for ((x, y), tape) in x.iter().zip(y).zip(tapes) {
            let steps: &[L::Input; P] = view(x);
            self.layer
                .forward_train(&mut inner, steps, view_mut(y), tape);
        }
    }

    #[inline(always)]
    fn backward<S: Simd, const B: usize>(
        &self,
        context: &mut Context<'_, S>,
        x: &[Self::Input; B],
        y: &[Self::Output; B],
        dy: &mut [Self::Output; B],
        (tapes, one): &mut Self::Tape<B>,
        grad: &mut L::Grad,
        mut dx: Option<&mut [Self::Input; B]>,
    ) {
        let mut inner = all_rows::<S, P>(context);
        as_mut_slice(grad).fill(0.0);
        for (sample, (dy, tape)) in dy.iter_mut().zip(tapes).enumerate() {
            let (x, y) = (view(&x[sample]), view(&y[sample]));
            let dx = dx.as_mut().map(|dx| view_mut(&mut dx[sample]));
            self.layer
                .backward(&mut inner, x, y, view_mut(dy), tape, one, dx);
            for (sum, value) in as_mut_slice(grad).iter_mut().zip(as_slice(one)) {
                *sum += value;
            }
        }
    }

    fn visit(&mut self, grad: &mut L::Grad, visitor: &mut dyn Visitor) {
        self.layer.visit(grad, visitor);
    }

    fn regularize(&self, grad: &mut L::Grad) -> f32 {
        self.layer.regularize(grad)
    }
}

/// Within a sample every step counts.
#[inline(always)]
fn all_rows<'a, S: Simd, const P: usize>(context: &'a mut Context<'_, S>) -> Context<'a, S> {
    Context {
        simd: context.simd,
        rows: P,
        random: context.random,
    }
}
