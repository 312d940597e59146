use super::conv::{activated, activated_train, filters};
use super::window::{check, shape};
use crate::activation::{self, Activation, Head, HeadKind, Keep, Linear};
use crate::init::{self, GlorotUniform, Initializer};
use crate::kernel;
use crate::layer::{
    Bias, Context, Geometry, Layer, Pass, SeparableShape, Train, Visitor, WithBias, show,
};
use crate::plain::{self, as_mut_slice, as_slice};
use crate::regularizer;
use crate::weights::{Part, Role};
use core::marker::PhantomData;
use fearless_simd::Level;
use rand::Rng;

/// A depthwise convolution and then a dense layer on every pixel or step: `y = activation(pointwise_kernel (depthwise_kernel * x) + bias)`
/// (Keras `SeparableConv2D`, `SeparableConv1D`).
///
/// `S` are its sizes, a [`SeparableShape`].
///
/// The bytes of the kernels are those of Keras's: height, width, channels, multiplier; channels in between, filters.
///
/// ```
/// use nn_core::layer::{SeparableConv, SeparableSizes, Window};
/// use nn_core::prelude::*;
///
/// // `input 3x2; separable_conv1d 1 2;`
/// type Changes = SeparableConv<SeparableSizes<Window<3, 1, 2, 1, 2, 1, 1, 1, 1, 1, 0, 0>, 2, 3, 1, 2, 2, 2>>;
/// let mut layer = Changes::default();
/// layer.depthwise_kernel = [SVector::repeat(-1.0), SVector::repeat(1.0)]; // the change of each channel
/// layer.pointwise_kernel = SMatrix::from([[1.0], [100.0]]);
/// let y = nn_core::predict(&layer, &SMatrix::from([[1.0, 1.0], [2.0, 3.0], [4.0, 7.0]]));
/// assert_eq!(y.as_slice(), [201.0, 402.0]);
/// ```
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeparableConv<S: SeparableShape, A = Linear, B: Bias = WithBias> {
    /// Weights over space: for each tap, row by row, one for every channel in between.
    pub depthwise_kernel: S::Depthwise,
    /// Weights over channels: filters x channels in between.
    pub pointwise_kernel: S::Pointwise,
    /// Biases, one for each filter, or `()`.
    pub bias: S::Bias<B>,
    /// Sizes and activation are part of the type only.
    pub options: PhantomData<(S, A)>,
}

plain::mark!([S: SeparableShape, A: 'static, B: Bias]
    SeparableConv<S, A, B> { depthwise_kernel, pointwise_kernel, bias, options });

impl<S: SeparableShape, A: Activation, B: Bias> SeparableConv<S, A, B> {
    /// The depthwise convolution.
    const SHAPE: kernel::Shape = {
        check::<S::Window>(S::POSITIONS, S::OUTPUTS, S::TAPS);
        assert!(
            S::CHANNELS > 0 && S::BETWEEN.is_multiple_of(S::CHANNELS),
            "the channels must divide the channels in between"
        );
        shape::<S::Window>(S::CHANNELS, 1, S::BETWEEN)
    };

    /// Draws both kernels anew (Keras `depthwise_initializer` and `pointwise_initializer`).
    pub fn init_kernel_with<R: Rng + ?Sized>(
        &mut self,
        initializer: &impl Initializer,
        rng: &mut R,
    ) {
        let fans = init::Shape::conv(
            S::TAPS,
            S::CHANNELS,
            S::BETWEEN.checked_div(S::CHANNELS).unwrap_or(0),
        );
        initializer.fill(rng, as_mut_slice(&mut self.depthwise_kernel), fans);
        let fans = init::Shape::conv(1, S::BETWEEN, S::FILTERS);
        initializer.fill(rng, as_mut_slice(&mut self.pointwise_kernel), fans);
    }

    /// Draws the biases anew; they start at zero otherwise.
    pub fn init_bias_with<R: Rng + ?Sized>(&mut self, initializer: &impl Initializer, rng: &mut R) {
        initializer.fill(
            rng,
            as_mut_slice(&mut self.bias),
            init::Shape::conv(1, S::BETWEEN, S::FILTERS),
        );
    }

    /// The penalty of both kernels; if `add`, its gradient is added to `grad`: see [`regularizer::l1_l2`].
    pub fn regularize_kernel(&self, grad: &mut Self, add: bool, l1: f64, l2: f64) -> f32 {
        let depthwise = regularizer::penalty(
            as_slice(&self.depthwise_kernel),
            as_mut_slice(&mut grad.depthwise_kernel),
            add,
            l1,
            l2,
        );
        let pointwise = regularizer::penalty(
            as_slice(&self.pointwise_kernel),
            as_mut_slice(&mut grad.pointwise_kernel),
            add,
            l1,
            l2,
        );
        depthwise + pointwise
    }

    /// The filters with an activation of the caller's choice, and what is in between.
    fn apply<With: Activation, const BATCH: usize>(
        &self,
        level: Level,
        x: &[S::Input; BATCH],
        y: &mut [S::Output; BATCH],
        between: &mut [S::Between; BATCH],
    ) {
        let depthwise = as_slice(&self.depthwise_kernel);
        let between = as_mut_slice(between);
        kernel::conv(level, Self::SHAPE, as_slice(x), depthwise, None, between);
        let (pointwise, y) = (as_slice(&self.pointwise_kernel), as_mut_slice(y));
        let bias = B::PRESENT.then_some(as_slice(&self.bias));
        kernel::affine(level, between, pointwise, bias, y, S::BETWEEN, S::FILTERS);
        activation::forward::<With>(level, y, S::FILTERS);
    }
}

impl<S: SeparableShape, A: Activation, B: Bias> Layer for SeparableConv<S, A, B> {
    type Input = S::Input;
    type Output = S::Output;
    type Head = A::Head;
    const KIND: &'static str = if <S::Window as Geometry>::INPUT_WIDTH == 1
        && <S::Window as Geometry>::KERNEL_WIDTH == 1
    {
        "separable_conv1d"
    } else {
        "separable_conv2d"
    };
    /// Taps on padding count.
    const MACS: usize = S::OUTPUTS
        .saturating_mul(S::BETWEEN)
        .saturating_mul(S::TAPS.saturating_add(S::FILTERS));
    const PARTS: &'static [Part] = &[
        filters::<S::Window>("depthwise_kernel", Role::Filters, [1, S::BETWEEN]),
        Part::tensor("pointwise_kernel", Role::Kernel, [S::BETWEEN, S::FILTERS]),
        Part::tensor("bias", Role::Bias, [plain::len::<S::Bias<B>>()]),
    ];
    const SCRATCH_BYTES: usize = size_of::<S::Between>();

    activated!(S::FILTERS, A);
}

impl<S: SeparableShape, A: Activation, B: Bias> Train for SeparableConv<S, A, B> {
    type Grad = Self;
    /// The memory of the activation, and the tensor in between, whose gradient takes its place.
    type Tape<const BATCH: usize> = (
        <A::Keep as Keep>::Of<[S::Output; BATCH]>,
        [S::Between; BATCH],
    );

    fn init<R: Rng + ?Sized>(&mut self, rng: &mut R) {
        self.init_kernel_with(&GlorotUniform, rng);
    }

    activated_train!(S::FILTERS, A);

    fn backward_logits<const BATCH: usize>(
        &self,
        context: &mut Context<'_>,
        pass: Pass<'_, Self, BATCH>,
    ) {
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
        kernel::outer(level, between, dz, pointwise, S::BETWEEN, S::FILTERS);
        if B::PRESENT {
            kernel::sum_rows(level, dz, as_mut_slice(&mut grad.bias));
        }
        let pointwise = as_slice(&self.pointwise_kernel);
        kernel::transposed(level, dz, pointwise, between, S::BETWEEN, S::FILTERS);
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
        let (depthwise, pointwise) = (&mut self.depthwise_kernel, &mut self.pointwise_kernel);
        show(
            visitor,
            "depthwise_kernel",
            depthwise,
            &mut grad.depthwise_kernel,
        );
        show(
            visitor,
            "pointwise_kernel",
            pointwise,
            &mut grad.pointwise_kernel,
        );
        show(visitor, "bias", &mut self.bias, &mut grad.bias);
    }
}

impl<S: SeparableShape, A: 'static, B: Bias> Default for SeparableConv<S, A, B> {
    fn default() -> Self {
        plain::zeroed()
    }
}
