use super::window::{check, shape};
use crate::activation::{self, Activation, Head, HeadKind, Keep, Linear};
use crate::init::{self, GlorotUniform};
use crate::kernel;
use crate::layer::{
    Bias, Context, ConvShape, Geometry, Layer, Pass, Train, Visitor, WithBias, show,
};
use crate::plain::{self, as_mut_slice, as_slice};
use crate::weights::{Part, Role};
use core::marker::PhantomData;
use fearless_simd::Level;
use rand::Rng;

#[cfg(test)]
mod tests;

/// A convolution over the pixels of an image or the steps of a sequence: `y = activation(kernel * x + bias)` (Keras `Conv2D`, `Conv1D`;
/// with as many groups as channels, `DepthwiseConv2D`).
///
/// `S` are its sizes, a [`ConvShape`].
///
/// The bytes of the kernel are those of Keras's: height, width, channels of a group, filters; for a depthwise convolution height, width,
/// channels, multiplier.
///
/// Fresh weights are Glorot uniform with Keras's fans: those of `DepthwiseConv2D` if each filter sees one of several channels.
///
/// ```
/// use nn_core::activation::Relu;
/// use nn_core::layer::{Conv, ConvSizes, Window};
/// use nn_core::prelude::*;
///
/// // `input 4x4x1; conv2d 2 3 relu;`
/// type Filters = Conv<ConvSizes<Window<4, 4, 2, 2, 3, 3, 1, 1, 1, 1, 0, 0>, 1, 16, 2, 4, 9, 1>, Relu>;
/// let mut layer = Filters::default();
/// layer.kernel[4] = SMatrix::from([[1.0, -1.0]]); // the tap in the middle, for each filter
/// layer.bias = SVector::from([0.5, 0.0]);
/// let image = SMatrix::from_fn(|_, pixel| pixel as f32);
/// let y = nn_core::predict(&layer, &image);
/// assert_eq!(y.as_slice(), [5.5, 0.0, 6.5, 0.0, 9.5, 0.0, 10.5, 0.0]);
/// ```
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conv<S: ConvShape, A = Linear, B: Bias = WithBias> {
    /// Weights: for each tap, row by row, `filters x channels of a group`.
    pub kernel: S::Kernel,
    /// Biases, one for each filter, or `()`.
    pub bias: S::Bias<B>,
    /// Sizes and activation are part of the type only.
    pub options: PhantomData<(S, A)>,
}

plain::mark!([S: ConvShape, A: 'static, B: Bias] Conv<S, A, B> { kernel, bias, options });

/// The methods of a layer of linear filters with an activation over its `filters` behind them: everything but the gradients behind the
/// activation.
///
/// The layer's `apply` computes the filters with an activation of the caller's choice; what it needs on the way is the tape's second part.
macro_rules! activated {
    ($filters:expr, $A:ident) => {
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
    ($filters:expr, $A:ident) => {
        fn forward_train<const BATCH: usize>(
            &mut self,
            context: &mut Context<'_>,
            x: &[Self::Input; BATCH],
            y: &mut [Self::Output; BATCH],
            (kept, between): &mut Self::Tape<BATCH>,
        ) {
            self.apply::<Linear, BATCH>(context.level, x, y, between);
            $A::Keep::save(kept, y);
            activation::forward::<$A>(context.level, as_mut_slice(y), $filters);
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
            activation::backward::<$A>(context.level, kept, y, dy, $filters);
            self.backward_logits(context, pass);
        }
    };
}
pub(super) use activated_train;

impl<S: ConvShape, A: Activation, B: Bias> Conv<S, A, B> {
    /// The sizes, which must agree.
    const SHAPE: kernel::Shape = {
        check::<S::Window>(S::POSITIONS, S::OUTPUTS, S::TAPS);
        assert!(
            S::GROUP > 0 && S::CHANNELS.is_multiple_of(S::GROUP),
            "the channels of a group must divide the channels"
        );
        assert!(
            S::FILTERS.is_multiple_of(S::CHANNELS / S::GROUP),
            "the groups must divide the filters"
        );
        shape::<S::Window>(S::CHANNELS, S::GROUP, S::FILTERS)
    };

    /// Keras's fans of a kernel `(height, width, channels, filters)`, or `(height, width, channels, multiplier)` if depthwise.
    const FANS: init::Shape = if S::GROUP == 1 && S::CHANNELS > 1 {
        init::Shape::conv(S::TAPS, S::CHANNELS, S::FILTERS / S::CHANNELS)
    } else {
        init::Shape::conv(S::TAPS, S::GROUP, S::FILTERS)
    };

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
        kernel::conv(level, Self::SHAPE, x, as_slice(&self.kernel), bias, y);
        activation::forward::<With>(level, y, S::FILTERS);
    }
}

impl<S: ConvShape, A: Activation, B: Bias> Layer for Conv<S, A, B> {
    type Input = S::Input;
    type Output = S::Output;
    type Head = A::Head;
    const KIND: &'static str = if <S::Window as Geometry>::INPUT_WIDTH == 1
        && <S::Window as Geometry>::KERNEL_WIDTH == 1
    {
        "conv1d"
    } else {
        "conv2d"
    };
    /// Taps on padding count, as everywhere.
    const MACS: usize = S::OUTPUTS
        .saturating_mul(S::TAPS)
        .saturating_mul(S::GROUP)
        .saturating_mul(S::FILTERS);
    const PARTS: &'static [Part] = &[
        filters::<S::Window>("kernel", Role::Filters, [S::GROUP, S::FILTERS]),
        Part::tensor("bias", Role::Bias, [plain::len::<S::Bias<B>>()]),
    ];

    activated!(S::FILTERS, A);
}

impl<S: ConvShape, A: Activation, B: Bias> Train for Conv<S, A, B> {
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
        show(visitor, "kernel", &mut self.kernel, &mut grad.kernel);
        show(visitor, "bias", &mut self.bias, &mut grad.bias);
    }
}

impl<S: ConvShape, A: 'static, B: Bias> Default for Conv<S, A, B> {
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
    if W::INPUT_WIDTH == 1 && W::KERNEL_WIDTH == 1 {
        Part::tensor(name, role, [W::KERNEL_HEIGHT, a, b])
    } else {
        Part::tensor(name, role, [W::KERNEL_HEIGHT, W::KERNEL_WIDTH, a, b])
    }
}
