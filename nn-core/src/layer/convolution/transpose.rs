use super::conv::{activated, activated_train, filters};
use super::window::{check, shape};
use crate::activation::{self, Activation, Head, HeadKind, Keep, Linear};
use crate::init::{self, GlorotUniform};
use crate::kernel;
use crate::layer::{
    Bias, Context, Geometry, Layer, Pass, Train, TransposeShape, Visitor, WithBias, show,
};
use crate::plain::{self, as_mut_slice, as_slice};
use crate::weights::{Part, Role};
use core::marker::PhantomData;
use fearless_simd::Level;
use rand::Rng;

/// A transposed convolution: what the gradient of a convolution does to its outputs, with a bias and an activation (Keras `Conv2DTranspose`,
/// `Conv1DTranspose`). A stride makes the image larger.
///
/// `S` are its sizes, a [`TransposeShape`], whose window is that of the convolution: its input image is this layer's output.
///
/// | padding (Keras) | output of an axis | before |
/// | --- | --- | --- |
/// | `valid` | `(input - 1) * stride + (kernel - 1) * dilation + 1`, at least `input * stride` | 0 |
/// | `same` | `input * stride` | half of `(kernel - 1) * dilation + 1 - stride`, rounded down, at least 0 |
///
/// The bytes of the kernel are those of Keras's: height, width, filters, channels. So are the fans of fresh weights.
///
/// ```
/// use nn_core::layer::{ConvTranspose, TransposeSizes, Window};
/// use nn_core::prelude::*;
///
/// // `input 2x1; conv1d_transpose 1 2 stride 2;`: from two steps to four.
/// type Double = ConvTranspose<TransposeSizes<Window<4, 1, 2, 1, 2, 1, 2, 1, 1, 1, 0, 0>, 1, 2, 1, 4, 2>>;
/// let mut layer = Double::default();
/// layer.kernel = [SMatrix::from([[1.0]]), SMatrix::from([[0.5]])];
/// let y = nn_core::predict(&layer, &SMatrix::from([[10.0], [20.0]]));
/// assert_eq!(y.as_slice(), [10.0, 5.0, 20.0, 10.0]);
/// ```
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConvTranspose<S: TransposeShape, A = Linear, B: Bias = WithBias> {
    /// Weights: for each tap, row by row, `channels x filters`.
    pub kernel: S::Kernel,
    /// Biases, one for each filter, or `()`.
    pub bias: S::Bias<B>,
    /// Sizes and activation are part of the type only.
    pub options: PhantomData<(S, A)>,
}

plain::mark!([S: TransposeShape, A: 'static, B: Bias] ConvTranspose<S, A, B> { kernel, bias, options });

impl<S: TransposeShape, A: Activation, B: Bias> ConvTranspose<S, A, B> {
    /// The convolution whose gradient this is: from our filters to our channels.
    const SHAPE: kernel::Shape = {
        check::<S::Window>(S::OUTPUTS, S::POSITIONS, S::TAPS);
        shape::<S::Window>(S::FILTERS, S::FILTERS, S::CHANNELS)
    };

    /// Keras's fans of a kernel `(height, width, filters, channels)`, which it reads as any other.
    const FANS: init::Shape = init::Shape::conv(S::TAPS, S::FILTERS, S::CHANNELS);

    kernel_and_bias!(Self::FANS);

    /// The filters with an activation of the caller's choice.
    fn apply<With: Activation, const BATCH: usize>(
        &self,
        level: Level,
        x: &[S::Input; BATCH],
        y: &mut [S::Output; BATCH],
        (): &mut (),
    ) {
        let bias = B::PRESENT.then_some(as_slice(&self.bias));
        let (x, y) = (as_slice(x), as_mut_slice(y));
        let mut run = |room: &mut [f32]| {
            kernel::conv_inputs_in(level, Self::SHAPE, x, as_slice(&self.kernel), bias, y, room);
        };
        match const { kernel::inputs_room(Self::SHAPE) } {
            0 => run(&mut []),
            1..=64 => run(&mut [0.0; 64]),
            65..=256 => run(&mut [0.0; 256]),
            257..=1024 => run(&mut [0.0; 1024]),
            _ => run(&mut [0.0; 4096]),
        }
        activation::forward::<With>(level, y, S::FILTERS);
    }
}

impl<S: TransposeShape, A: Activation, B: Bias> Layer for ConvTranspose<S, A, B> {
    type Input = S::Input;
    type Output = S::Output;
    type Head = A::Head;
    const KIND: &'static str = if <S::Window as Geometry>::INPUT_WIDTH == 1
        && <S::Window as Geometry>::KERNEL_WIDTH == 1
    {
        "conv1d_transpose"
    } else {
        "conv2d_transpose"
    };
    /// Taps beyond the edge of the output count.
    const MACS: usize = S::POSITIONS
        .saturating_mul(S::TAPS)
        .saturating_mul(S::CHANNELS)
        .saturating_mul(S::FILTERS);
    const PARTS: &'static [Part] = &[
        filters::<S::Window>("kernel", Role::TransposedFilters, [S::FILTERS, S::CHANNELS]),
        Part::tensor("bias", Role::Bias, [plain::len::<S::Bias<B>>()]),
    ];
    const SCRATCH_BYTES: usize = kernel::inputs_room(Self::SHAPE) * size_of::<f32>();

    activated!(S::FILTERS, A);
}

impl<S: TransposeShape, A: Activation, B: Bias> Train for ConvTranspose<S, A, B> {
    type Grad = Self;
    type Tape<const BATCH: usize> = (<A::Keep as Keep>::Of<[S::Output; BATCH]>, ());

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
            grad,
            dx,
            ..
        } = pass;
        let (level, x, dz) = (context.level, as_slice(x), as_slice(dz));
        // The gradient of a gradient: input and output change places.
        kernel::conv_weights(level, Self::SHAPE, dz, x, as_mut_slice(&mut grad.kernel));
        if B::PRESENT {
            kernel::sum_rows(level, dz, as_mut_slice(&mut grad.bias));
        }
        if let Some(dx) = dx {
            let kernel = as_slice(&self.kernel);
            kernel::conv(level, Self::SHAPE, dz, kernel, None, as_mut_slice(dx));
        }
    }

    fn visit(&mut self, grad: &mut Self, visitor: &mut dyn Visitor) {
        show(visitor, "kernel", &mut self.kernel, &mut grad.kernel);
        show(visitor, "bias", &mut self.bias, &mut grad.bias);
    }
}

impl<S: TransposeShape, A: 'static, B: Bias> Default for ConvTranspose<S, A, B> {
    fn default() -> Self {
        plain::zeroed()
    }
}
