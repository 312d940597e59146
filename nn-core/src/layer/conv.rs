use super::window::{check, shape};
use super::{Bias, Context, Geometry, Layer, ParameterInfo, Pass, Train, Visitor, WithBias};
use crate::activation::{self, Activation, Head, HeadKind, Keep, Linear};
use crate::init::{self, GlorotUniform, Initializer};
use crate::kernel;
use crate::plain::{self, Plain, as_mut_slice, as_slice};
use crate::regularizer;
use crate::weights::{Part, Role};
use core::marker::PhantomData;
use fearless_simd::Level;
use nalgebra::SMatrix;
use rand::Rng;

#[cfg(test)]
mod tests;

/// A convolution over the pixels of an image or the steps of a sequence: `y = activation(kernel * x + bias)` (Keras `Conv2D`, `Conv1D`;
/// with as many groups as channels, `DepthwiseConv2D`).
///
/// - `W`: the [`Geometry`]: sizes, stride, dilation and padding.
/// - `C` channels and `P` positions in, `F` filters and `Q` positions out, `K` taps, `G` channels that each filter sees (`C / groups`).
///
/// The bytes of the kernel are those of Keras's: height, width, channels of a group, filters; for a depthwise convolution height, width,
/// channels, multiplier.
///
/// Fresh weights are Glorot uniform with Keras's fans: those of `DepthwiseConv2D` if each filter sees one of several channels.
///
/// ```
/// use nn_core::activation::Relu;
/// use nn_core::layer::{Conv, Window};
/// use nn_core::prelude::*;
///
/// // `input 4x4x1; conv2d 2 3 relu;`
/// type Filters = Conv<Window<4, 4, 2, 2, 3, 3, 1, 1, 1, 1, 0, 0>, 1, 16, 2, 4, 9, 1, Relu>;
/// let mut layer = Filters::default();
/// layer.kernel[4] = SMatrix::from([[1.0, -1.0]]); // the tap in the middle, for each filter
/// layer.bias = SVector::from([0.5, 0.0]);
/// let image = SMatrix::from_fn(|_, pixel| pixel as f32);
/// let y = nn_core::predict(&layer, &image);
/// assert_eq!(y.as_slice(), [5.5, 0.0, 6.5, 0.0, 9.5, 0.0, 10.5, 0.0]);
/// ```
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conv<
    W,
    const C: usize,
    const P: usize,
    const F: usize,
    const Q: usize,
    const K: usize,
    const G: usize,
    A = Linear,
    B: Bias = WithBias,
> {
    /// Weights: for each tap, row by row, `filters x channels of a group`.
    pub kernel: [SMatrix<f32, F, G>; K],
    /// Biases, one for each filter, or `()`.
    pub bias: B::Of<F>,
    /// Geometry and activation are part of the type only.
    pub options: PhantomData<(W, A)>,
}

plain::mark!([
    W: 'static, const C: usize, const P: usize, const F: usize, const Q: usize, const K: usize, const G: usize, A: 'static, B: Bias
] Conv<W, C, P, F, Q, K, G, A, B> { kernel, bias, options });

/// The methods of a layer of linear filters with an activation `A` over its `F` filters behind them: everything but the gradients behind the
/// activation.
///
/// The layer's `apply` computes the filters with an activation of the caller's choice; what it needs on the way is the tape's second part.
macro_rules! activated {
    ($F:ident, $A:ident) => {
        one_of_batch!();

        fn forward_batch<const BATCH: usize>(
            &self,
            level: Level,
            x: &[Self::Input; BATCH],
            y: &mut [Self::Output; BATCH],
        ) {
            self.apply::<$A, BATCH>(level, x, y, &mut plain::zeroed());
        }

        fn forward_logits<const BATCH: usize>(
            &self,
            level: Level,
            x: &[Self::Input; BATCH],
            z: &mut [Self::Output; BATCH],
        ) {
            match <$A::Head as Head>::KIND {
                HeadKind::Linear => self.forward_batch(level, x, z),
                HeadKind::Softmax | HeadKind::Sigmoid => {
                    self.apply::<Linear, BATCH>(level, x, z, &mut plain::zeroed())
                }
            }
        }
    };
}
pub(super) use activated;

/// The half of [`Train`] that is the same for all layers that end in an activation.
macro_rules! activated_train {
    ($F:ident, $A:ident) => {
        fn forward_train<const BATCH: usize>(
            &mut self,
            context: &mut Context<'_>,
            x: &[Self::Input; BATCH],
            y: &mut [Self::Output; BATCH],
            (kept, between): &mut Self::Tape<BATCH>,
        ) {
            self.apply::<Linear, BATCH>(context.level, x, y, between);
            $A::Keep::save(kept, y);
            activation::forward::<$A>(context.level, as_mut_slice(y), $F);
        }

        #[inline(always)]
        fn logits<'t, const BATCH: usize>(
            _: &'t [Self::Input; BATCH],
            y: &'t [Self::Output; BATCH],
            (kept, _): &'t Self::Tape<BATCH>,
        ) -> &'t [Self::Output; BATCH] {
            match <$A::Head as Head>::KIND {
                HeadKind::Linear => y,
                HeadKind::Softmax | HeadKind::Sigmoid => $A::Keep::load(kept, y),
            }
        }

        fn backward<const BATCH: usize>(
            &self,
            context: &mut Context<'_>,
            pass: Pass<'_, Self, BATCH>,
        ) {
            let kept = as_slice($A::Keep::load(&pass.tape.0, pass.y));
            let (y, dy) = (as_slice(pass.y), as_mut_slice(pass.dy));
            activation::backward::<$A>(context.level, kept, y, dy, $F);
            self.backward_logits(context, pass);
        }
    };
}
pub(super) use activated_train;

impl<
    W,
    const C: usize,
    const P: usize,
    const F: usize,
    const Q: usize,
    const K: usize,
    const G: usize,
    A,
    B,
> Conv<W, C, P, F, Q, K, G, A, B>
where
    W: Geometry,
    A: Activation,
    B: Bias,
{
    /// The sizes, which must agree.
    const SHAPE: kernel::Shape = {
        check::<W>(P, Q, K);
        assert!(
            G > 0 && C.is_multiple_of(G),
            "the channels of a group must divide the channels"
        );
        assert!(
            F.is_multiple_of(C / G),
            "the groups must divide the filters"
        );
        shape::<W>(C, G, F)
    };

    /// Keras's fans of a kernel `(height, width, channels, filters)`, or `(height, width, channels, multiplier)` if depthwise.
    const FANS: init::Shape = if G == 1 && C > 1 {
        init::Shape::conv(K, C, F / C)
    } else {
        init::Shape::conv(K, G, F)
    };

    /// Draws the kernel anew.
    pub fn init_kernel_with<R: Rng + ?Sized>(
        &mut self,
        initializer: &impl Initializer,
        rng: &mut R,
    ) {
        initializer.fill(rng, as_mut_slice(&mut self.kernel), Self::FANS);
    }

    /// Draws the biases anew; they start at zero otherwise.
    pub fn init_bias_with<R: Rng + ?Sized>(&mut self, initializer: &impl Initializer, rng: &mut R) {
        initializer.fill(rng, as_mut_slice(&mut self.bias), Self::FANS);
    }

    /// Adds the gradient of the kernel's penalty to `grad` and returns the penalty: see [`regularizer::l1_l2`].
    pub fn regularize_kernel(&self, grad: &mut Self, l1: f64, l2: f64) -> f32 {
        let (kernel, grad) = (as_slice(&self.kernel), as_mut_slice(&mut grad.kernel));
        regularizer::l1_l2(kernel, grad, l1, l2)
    }

    /// The filters with an activation of the caller's choice.
    fn apply<With: Activation, const BATCH: usize>(
        &self,
        level: Level,
        x: &[SMatrix<f32, C, P>; BATCH],
        y: &mut [SMatrix<f32, F, Q>; BATCH],
        (): &mut (),
    ) {
        let bias = B::PRESENT.then_some(as_slice(&self.bias));
        let (x, y) = (as_slice(x), as_mut_slice(y));
        kernel::conv(level, Self::SHAPE, x, as_slice(&self.kernel), bias, y);
        activation::forward::<With>(level, y, F);
    }
}

impl<
    W,
    const C: usize,
    const P: usize,
    const F: usize,
    const Q: usize,
    const K: usize,
    const G: usize,
    A,
    B,
> Layer for Conv<W, C, P, F, Q, K, G, A, B>
where
    W: Geometry,
    A: Activation,
    B: Bias,
{
    type Input = SMatrix<f32, C, P>;
    type Output = SMatrix<f32, F, Q>;
    type Head = A::Head;
    const KIND: &'static str = if W::IW == 1 && W::KW == 1 {
        "conv1d"
    } else {
        "conv2d"
    };
    /// Taps on padding count, as everywhere.
    const MACS: usize = Q.saturating_mul(K).saturating_mul(G).saturating_mul(F);
    const PARTS: &'static [Part] = &[
        filters::<W>("kernel", Role::Filters, [G, F]),
        Part::tensor("bias", Role::Bias, [plain::len::<B::Of<F>>()]),
    ];

    activated!(F, A);
}

impl<
    W,
    const C: usize,
    const P: usize,
    const F: usize,
    const Q: usize,
    const K: usize,
    const G: usize,
    A,
    B,
> Train for Conv<W, C, P, F, Q, K, G, A, B>
where
    W: Geometry,
    A: Activation,
    B: Bias,
{
    type Grad = Self;
    type Tape<const N: usize> = (<A::Keep as Keep>::Of<[SMatrix<f32, F, Q>; N]>, ());

    fn init<R: Rng + ?Sized>(&mut self, rng: &mut R) {
        self.init_kernel_with(&GlorotUniform, rng);
    }

    activated_train!(F, A);

    fn backward_logits<const N: usize>(&self, context: &mut Context<'_>, pass: Pass<'_, Self, N>) {
        let Pass {
            x,
            dy: dz,
            grad,
            dx,
            ..
        } = pass;
        let (level, dz) = (context.level, as_slice(dz));
        kernel::conv_weights(
            level,
            Self::SHAPE,
            as_slice(x),
            dz,
            as_mut_slice(&mut grad.kernel),
        );
        if B::PRESENT {
            kernel::sum_rows(level, dz, as_mut_slice(&mut grad.bias));
        }
        if let Some(dx) = dx {
            kernel::conv_inputs(
                level,
                Self::SHAPE,
                dz,
                as_slice(&self.kernel),
                None,
                as_mut_slice(dx),
            );
        }
    }

    fn visit(&mut self, grad: &mut Self, visitor: &mut dyn Visitor) {
        visit_affine(
            "kernel",
            (&mut self.kernel, &mut self.bias),
            (&mut grad.kernel, &mut grad.bias),
            visitor,
        );
    }
}

impl<
    W,
    const C: usize,
    const P: usize,
    const F: usize,
    const Q: usize,
    const K: usize,
    const G: usize,
    A,
    B,
> Default for Conv<W, C, P, F, Q, K, G, A, B>
where
    W: 'static,
    A: 'static,
    B: Bias,
{
    fn default() -> Self {
        plain::zeroed()
    }
}

/// The taps of a window as a tensor, with these two axes behind them.
pub(super) const fn filters<W: Geometry>(
    name: &'static str,
    role: Role,
    [a, b]: [usize; 2],
) -> Part {
    if W::IW == 1 && W::KW == 1 {
        Part::tensor(name, role, [W::KH, a, b])
    } else {
        Part::tensor(name, role, [W::KH, W::KW, a, b])
    }
}

/// Shows a kernel of this name and a bias, each with its gradient.
pub(super) fn visit_affine<K: Plain, B: Plain>(
    name: &'static str,
    (kernel, bias): (&mut K, &mut B),
    (kernel_grad, bias_grad): (&mut K, &mut B),
    visitor: &mut dyn Visitor,
) {
    visitor.tensor(
        ParameterInfo { name },
        as_mut_slice(kernel),
        as_mut_slice(kernel_grad),
    );
    if plain::len::<B>() > 0 {
        visitor.tensor(
            ParameterInfo { name: "bias" },
            as_mut_slice(bias),
            as_mut_slice(bias_grad),
        );
    }
}
