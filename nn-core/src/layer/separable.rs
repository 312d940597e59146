use super::conv::{activated, activated_train, filters, visit_affine};
use super::window::{check, shape};
use super::{Bias, Context, Geometry, Layer, ParameterInfo, Pass, Train, Visitor, WithBias};
use crate::activation::{self, Activation, Head, HeadKind, Keep, Linear};
use crate::init::{self, GlorotUniform, Initializer};
use crate::kernel;
use crate::plain::{self, as_mut_slice, as_slice};
use crate::regularizer;
use crate::weights::{Part, Role};
use core::marker::PhantomData;
use fearless_simd::Level;
use nalgebra::{SMatrix, SVector};
use rand::Rng;

/// A depthwise convolution and then a dense layer on every pixel or step: `y = activation(pointwise_kernel (depthwise_kernel * x) + bias)`
/// (Keras `SeparableConv2D`, `SeparableConv1D`).
///
/// - `W`: the [`Geometry`] of the depthwise convolution.
/// - `C` channels and `P` positions in, `F` filters and `Q` positions out, `K` taps, `D` channels in between (`C` times the depth multiplier).
///
/// The bytes of the kernels are those of Keras's: height, width, channels, multiplier; channels in between, filters.
///
/// ```
/// use nn_core::layer::{SeparableConv, Window};
/// use nn_core::prelude::*;
///
/// // `input 3x2; separable_conv1d 1 2;`
/// type Changes = SeparableConv<Window<3, 1, 2, 1, 2, 1, 1, 1, 1, 1, 0, 0>, 2, 3, 1, 2, 2, 2>;
/// let mut layer = Changes::default();
/// layer.depthwise_kernel = [SVector::repeat(-1.0), SVector::repeat(1.0)]; // the change of each channel
/// layer.pointwise_kernel = SMatrix::from([[1.0], [100.0]]);
/// let y = nn_core::predict(&layer, &SMatrix::from([[1.0, 1.0], [2.0, 3.0], [4.0, 7.0]]));
/// assert_eq!(y.as_slice(), [201.0, 402.0]);
/// ```
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeparableConv<
    W,
    const C: usize,
    const P: usize,
    const F: usize,
    const Q: usize,
    const K: usize,
    const D: usize,
    A = Linear,
    B: Bias = WithBias,
> {
    /// Weights over space: for each tap, row by row, one for every channel in between.
    pub depthwise_kernel: [SVector<f32, D>; K],
    /// Weights over channels, `F x D`.
    pub pointwise_kernel: SMatrix<f32, F, D>,
    /// Biases, one for each filter, or `()`.
    pub bias: B::Of<F>,
    /// Geometry and activation are part of the type only.
    pub options: PhantomData<(W, A)>,
}

plain::mark!([
    W: 'static, const C: usize, const P: usize, const F: usize, const Q: usize, const K: usize, const D: usize, A: 'static, B: Bias
] SeparableConv<W, C, P, F, Q, K, D, A, B> { depthwise_kernel, pointwise_kernel, bias, options });

impl<
    W,
    const C: usize,
    const P: usize,
    const F: usize,
    const Q: usize,
    const K: usize,
    const D: usize,
    A,
    B,
> SeparableConv<W, C, P, F, Q, K, D, A, B>
where
    W: Geometry,
    A: Activation,
    B: Bias,
{
    /// The depthwise convolution.
    const SHAPE: kernel::Shape = {
        check::<W>(P, Q, K);
        assert!(
            C > 0 && D.is_multiple_of(C),
            "the channels must divide the channels in between"
        );
        shape::<W>(C, 1, D)
    };

    /// Draws both kernels anew (Keras `depthwise_initializer` and `pointwise_initializer`).
    pub fn init_kernel_with<R: Rng + ?Sized>(
        &mut self,
        initializer: &impl Initializer,
        rng: &mut R,
    ) {
        let fans = init::Shape::conv(K, C, D.checked_div(C).unwrap_or(0));
        initializer.fill(rng, as_mut_slice(&mut self.depthwise_kernel), fans);
        let fans = init::Shape::conv(1, D, F);
        initializer.fill(rng, as_mut_slice(&mut self.pointwise_kernel), fans);
    }

    /// Draws the biases anew; they start at zero otherwise.
    pub fn init_bias_with<R: Rng + ?Sized>(&mut self, initializer: &impl Initializer, rng: &mut R) {
        initializer.fill(
            rng,
            as_mut_slice(&mut self.bias),
            init::Shape::conv(1, D, F),
        );
    }

    /// Adds the gradients of both kernels' penalties to `grad` and returns the penalty: see [`regularizer::l1_l2`].
    pub fn regularize_kernel(&self, grad: &mut Self, l1: f64, l2: f64) -> f32 {
        let depthwise = regularizer::l1_l2(
            as_slice(&self.depthwise_kernel),
            as_mut_slice(&mut grad.depthwise_kernel),
            l1,
            l2,
        );
        let pointwise = regularizer::l1_l2(
            as_slice(&self.pointwise_kernel),
            as_mut_slice(&mut grad.pointwise_kernel),
            l1,
            l2,
        );
        depthwise + pointwise
    }

    /// The filters with an activation of the caller's choice, and what is in between.
    fn apply<With: Activation, const BATCH: usize>(
        &self,
        level: Level,
        x: &[SMatrix<f32, C, P>; BATCH],
        y: &mut [SMatrix<f32, F, Q>; BATCH],
        between: &mut [SMatrix<f32, D, Q>; BATCH],
    ) {
        let depthwise = as_slice(&self.depthwise_kernel);
        let between = as_mut_slice(between);
        kernel::conv(level, Self::SHAPE, as_slice(x), depthwise, None, between);
        let (pointwise, y) = (as_slice(&self.pointwise_kernel), as_mut_slice(y));
        let bias = B::PRESENT.then_some(as_slice(&self.bias));
        kernel::affine(level, between, pointwise, bias, y, D, F);
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
    const D: usize,
    A,
    B,
> Layer for SeparableConv<W, C, P, F, Q, K, D, A, B>
where
    W: Geometry,
    A: Activation,
    B: Bias,
{
    type Input = SMatrix<f32, C, P>;
    type Output = SMatrix<f32, F, Q>;
    type Head = A::Head;
    const KIND: &'static str = if W::IW == 1 && W::KW == 1 {
        "separable_conv1d"
    } else {
        "separable_conv2d"
    };
    /// Taps on padding count.
    const MACS: usize = Q.saturating_mul(D).saturating_mul(K.saturating_add(F));
    const PARTS: &'static [Part] = &[
        filters::<W>("depthwise_kernel", Role::Filters, [1, D]),
        Part::tensor("pointwise_kernel", Role::Kernel, [D, F]),
        Part::tensor("bias", Role::Bias, [plain::len::<B::Of<F>>()]),
    ];
    const SCRATCH_BYTES: usize = size_of::<SMatrix<f32, D, Q>>();

    activated!(F, A);
}

impl<
    W,
    const C: usize,
    const P: usize,
    const F: usize,
    const Q: usize,
    const K: usize,
    const D: usize,
    A,
    B,
> Train for SeparableConv<W, C, P, F, Q, K, D, A, B>
where
    W: Geometry,
    A: Activation,
    B: Bias,
{
    type Grad = Self;
    /// What the activation needs, and what is in between, whose gradient takes its place.
    type Tape<const N: usize> = (
        <A::Keep as Keep>::Of<[SMatrix<f32, F, Q>; N]>,
        [SMatrix<f32, D, Q>; N],
    );

    fn init<R: Rng + ?Sized>(&mut self, rng: &mut R) {
        self.init_kernel_with(&GlorotUniform, rng);
    }

    activated_train!(F, A);

    fn backward_logits<const N: usize>(&self, context: &mut Context<'_>, pass: Pass<'_, Self, N>) {
        let Pass {
            x,
            dy: dz,
            tape: (_, between),
            grad,
            dx,
            ..
        } = pass;
        let (level, between, dz) = (context.level, as_mut_slice(between), as_slice(dz));
        let pointwise = as_mut_slice(&mut grad.pointwise_kernel);
        kernel::outer(level, between, dz, pointwise, D, F);
        if B::PRESENT {
            kernel::sum_rows(level, dz, as_mut_slice(&mut grad.bias));
        }
        let pointwise = as_slice(&self.pointwise_kernel);
        kernel::transposed(level, dz, pointwise, between, D, F);
        let depthwise = as_mut_slice(&mut grad.depthwise_kernel);
        kernel::conv_weights(level, Self::SHAPE, as_slice(x), between, depthwise);
        if let Some(dx) = dx {
            let depthwise = as_slice(&self.depthwise_kernel);
            kernel::conv_inputs(
                level,
                Self::SHAPE,
                between,
                depthwise,
                None,
                as_mut_slice(dx),
            );
        }
    }

    fn visit(&mut self, grad: &mut Self, visitor: &mut dyn Visitor) {
        visitor.tensor(
            ParameterInfo {
                name: "depthwise_kernel",
            },
            as_mut_slice(&mut self.depthwise_kernel),
            as_mut_slice(&mut grad.depthwise_kernel),
        );
        visit_affine(
            "pointwise_kernel",
            (&mut self.pointwise_kernel, &mut self.bias),
            (&mut grad.pointwise_kernel, &mut grad.bias),
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
    const D: usize,
    A,
    B,
> Default for SeparableConv<W, C, P, F, Q, K, D, A, B>
where
    W: 'static,
    A: 'static,
    B: Bias,
{
    fn default() -> Self {
        plain::zeroed()
    }
}
