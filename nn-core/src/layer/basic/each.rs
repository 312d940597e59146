use crate::activation::Linear;
use crate::kernel::lanes::add;
use crate::layer::{Context, Layer, Pass, Train, Visitor};
use crate::plain::{self, Plain, as_mut_slice, as_slice, view, view_mut};
use crate::tensor::Tensor;
use crate::weights::Part;
use fearless_simd::Level;
use rand::Rng;

/// The same layer on each of `POSITIONS` steps of a sequence or pixels of an image (Keras `TimeDistributed`, and what its `Dense` does
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
pub struct Each<L, const POSITIONS: usize> {
    /// The layer.
    pub layer: L,
}

plain::mark!([L: Plain, const POSITIONS: usize] Each<L, POSITIONS> { layer });

impl<L: Layer, const POSITIONS: usize> Each<L, POSITIONS> {
    const TAKES_VECTORS: () = assert!(
        <L::Input as Tensor>::POSITIONS == 1 && <L::Output as Tensor>::POSITIONS == 1,
        "the layer at each step must be one from a vector to a vector"
    );
}

impl<L: Layer, const POSITIONS: usize> Layer for Each<L, POSITIONS> {
    type Input = <L::Input as Tensor>::At<POSITIONS>;
    type Output = <L::Output as Tensor>::At<POSITIONS>;
    type Head = Linear;
    const KIND: &'static str = "each";
    const MACS: usize = POSITIONS.saturating_mul(L::MACS);
    const PARTS: &'static [Part] = &[Part::layer::<L>("layer", "")];
    const UNTRAINED: usize = L::UNTRAINED;
    const SCRATCH_BYTES: usize = POSITIONS * L::SCRATCH_BYTES;

    one_of_batch!();

    #[inline(always)]
    fn forward_batch<const BATCH: usize>(
        &self,
        level: Level,
        x: &[Self::Input; BATCH],
        y: &mut [Self::Output; BATCH],
    ) {
        let () = Self::TAKES_VECTORS;
        for (x, y) in x.iter().zip(y) {
            let steps: &[L::Input; POSITIONS] = view(x);
            self.layer.forward_batch(level, steps, view_mut(y));
        }
    }
}

impl<L: Train, const POSITIONS: usize> Train for Each<L, POSITIONS> {
    type Grad = L::Grad;
    /// The inner tapes, and the gradient of one sample.
    type Tape<const BATCH: usize> = ([L::Tape<POSITIONS>; BATCH], L::Grad);

    fn init<R: Rng + ?Sized>(&mut self, rng: &mut R) {
        self.layer.init(rng);
    }

    fn forward_train<const BATCH: usize>(
        &mut self,
        context: &mut Context<'_>,
        x: &[Self::Input; BATCH],
        y: &mut [Self::Output; BATCH],
        (tapes, _): &mut Self::Tape<BATCH>,
    ) {
        let mut inner = all_rows::<POSITIONS>(context);
        for ((x, y), tape) in x.iter().zip(y).zip(tapes) {
            let steps: &[L::Input; POSITIONS] = view(x);
            self.layer
                .forward_train(&mut inner, steps, view_mut(y), tape);
        }
    }

    fn backward<const BATCH: usize>(&self, context: &mut Context<'_>, pass: Pass<'_, Self, BATCH>) {
        let Pass {
            x,
            y,
            dy,
            tape: (tapes, one),
            grad,
            mut dx,
        } = pass;
        let mut inner = all_rows::<POSITIONS>(context);
        as_mut_slice(grad).fill(0.0);
        for (sample, (dy, tape)) in dy.iter_mut().zip(tapes).enumerate() {
            let steps = Pass {
                x: view(&x[sample]),
                y: view(&y[sample]),
                dy: view_mut(dy),
                tape,
                grad: &mut *one,
                dx: dx.as_mut().map(|dx| view_mut(&mut dx[sample])),
            };
            self.layer.backward(&mut inner, steps);
            add(as_mut_slice(grad), as_slice(one));
        }
    }

    fn visit(&mut self, grad: &mut L::Grad, visitor: &mut dyn Visitor) {
        self.layer.visit(grad, visitor);
    }

    fn regularize(&self, grad: &mut L::Grad, add: bool) -> f32 {
        self.layer.regularize(grad, add)
    }
}

/// Within a sample every step counts.
fn all_rows<'a, const POSITIONS: usize>(context: &'a mut Context<'_>) -> Context<'a> {
    Context {
        level: context.level,
        rows: POSITIONS,
        random: context.random,
    }
}
