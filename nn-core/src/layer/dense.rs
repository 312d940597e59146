use super::{Context, Layer, ParameterInfo, Visitor};
use crate::activation::{Activation, Head, HeadKind, Keep, Linear};
use crate::init::{GlorotUniform, Initializer, Shape};
use crate::kernel;
use crate::plain::{self, Plain, as_mut_slice, as_slice};
use crate::regularizer;
use fearless_simd::Simd;
use nalgebra::{SMatrix, SVector};
use rand::Rng;

/// Whether a layer has a bias: [`WithBias`] or [`NoBias`].
pub trait Bias: Copy + core::fmt::Debug + 'static {
    /// `SVector<f32, N>` or nothing.
    type Of<const N: usize>: Plain + Copy + PartialEq + core::fmt::Debug;
    /// Whether there is one.
    const PRESENT: bool;
}
/// One bias for every output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WithBias;
/// No bias (`no_bias` in the DSL, Keras `use_bias=False`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoBias;

impl Bias for WithBias {
    type Of<const N: usize> = SVector<f32, N>;
    const PRESENT: bool = true;
}
impl Bias for NoBias {
    type Of<const N: usize> = ();
    const PRESENT: bool = false;
}

/// `y = activation(kernel x + bias)` (Keras `Dense`).
///
/// The kernel's column of one input is contiguous over the outputs: byte for byte Keras's kernel `(in, out)`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dense<const IN: usize, const OUT: usize, A = Linear, B: Bias = WithBias> {
    /// Weights, `OUT x IN`.
    pub kernel: SMatrix<f32, OUT, IN>,
    /// Biases, `OUT`, or `()`.
    pub bias: B::Of<OUT>,
    /// The activation is part of the type only.
    pub activation: core::marker::PhantomData<A>,
}

plain::mark!([const IN: usize, const OUT: usize, A: 'static, B: Bias] Dense<IN, OUT, A, B> { kernel, bias, activation });

impl<const IN: usize, const OUT: usize, A: Activation, B: Bias> Dense<IN, OUT, A, B> {
    /// Draws the kernel anew.
    pub fn init_kernel_with<R: Rng + ?Sized>(
        &mut self,
        initializer: &impl Initializer,
        rng: &mut R,
    ) {
        initializer.fill(rng, as_mut_slice(&mut self.kernel), Shape::dense(IN, OUT));
    }

    /// Draws the biases anew; they start at zero otherwise.
    pub fn init_bias_with<R: Rng + ?Sized>(&mut self, initializer: &impl Initializer, rng: &mut R) {
        initializer.fill(rng, as_mut_slice(&mut self.bias), Shape::dense(IN, OUT));
    }

    /// Adds the gradient of the kernel's penalty to `grad` and returns the penalty: see [`regularizer::l1_l2`].
    pub fn regularize_kernel(&self, grad: &mut Self, l1: f64, l2: f64) -> f32 {
        let (kernel, grad) = (as_slice(&self.kernel), as_mut_slice(&mut grad.kernel));
        regularizer::l1_l2(kernel, grad, l1, l2)
    }

    /// `activation(kernel x + bias)` with an activation of the caller's choice.
    #[inline(always)]
    fn apply<F: Activation, S: Simd, const N: usize>(
        &self,
        simd: S,
        x: &[SVector<f32, IN>; N],
        y: &mut [SVector<f32, OUT>; N],
    ) {
        let bias = B::PRESENT.then_some(as_slice(&self.bias));
        let (x, w, y) = (as_slice(x), as_slice(&self.kernel), as_mut_slice(y));
        if const { N == 1 } {
            kernel::dense::<S, F, IN, OUT>(simd, x, w, bias, y);
        } else {
            kernel::affine(simd.level(), x, w, bias, y, IN, OUT);
            F::forward(simd, y, OUT);
        }
    }
}

impl<const IN: usize, const OUT: usize, A: Activation, B: Bias> Layer for Dense<IN, OUT, A, B> {
    type Input = SVector<f32, IN>;
    type Output = SVector<f32, OUT>;
    type Grad = Self;
    type Tape<const N: usize> = <A::Keep as Keep>::Of<[SVector<f32, OUT>; N]>;
    type Head = A::Head;
    const KIND: &'static str = "dense";
    const MACS: usize = IN.saturating_mul(OUT);

    fn init<R: Rng + ?Sized>(&mut self, rng: &mut R) {
        self.init_kernel_with(&GlorotUniform, rng);
    }

    #[inline(always)]
    fn forward<S: Simd, const N: usize>(
        &self,
        simd: S,
        x: &[Self::Input; N],
        y: &mut [Self::Output; N],
    ) {
        if A::ELEMENTWISE {
            self.apply::<A, S, N>(simd, x, y);
        } else {
            self.apply::<Linear, S, N>(simd, x, y);
            A::forward(simd, as_mut_slice(y), OUT);
        }
    }

    #[inline(always)]
    fn forward_logits<S: Simd, const N: usize>(
        &self,
        simd: S,
        x: &[Self::Input; N],
        z: &mut [Self::Output; N],
    ) {
        match <A::Head as Head>::KIND {
            HeadKind::Linear => self.forward(simd, x, z),
            HeadKind::Softmax | HeadKind::Sigmoid => self.apply::<Linear, S, N>(simd, x, z),
        }
    }

    #[inline(always)]
    fn forward_train<S: Simd, const N: usize>(
        &mut self,
        context: &mut Context<'_, S>,
        x: &[Self::Input; N],
        y: &mut [Self::Output; N],
        tape: &mut Self::Tape<N>,
    ) {
        self.apply::<Linear, S, N>(context.simd, x, y);
        A::Keep::save(tape, y);
        A::forward(context.simd, as_mut_slice(y), OUT);
    }

    #[inline(always)]
    fn logits<'t, const N: usize>(
        _: &'t [Self::Input; N],
        y: &'t [Self::Output; N],
        tape: &'t Self::Tape<N>,
    ) -> &'t [Self::Output; N] {
        match <A::Head as Head>::KIND {
            HeadKind::Linear => y,
            HeadKind::Softmax | HeadKind::Sigmoid => A::Keep::load(tape, y),
        }
    }

    #[inline(always)]
    fn backward<S: Simd, const N: usize>(
        &self,
        context: &mut Context<'_, S>,
        x: &[Self::Input; N],
        y: &[Self::Output; N],
        dy: &mut [Self::Output; N],
        tape: &mut Self::Tape<N>,
        grad: &mut Self,
        dx: Option<&mut [Self::Input; N]>,
    ) {
        A::backward(
            context.simd,
            as_slice(A::Keep::load(tape, y)),
            as_slice(y),
            as_mut_slice(dy),
            OUT,
        );
        self.backward_logits(context, x, y, dy, tape, grad, dx);
    }

    #[inline(always)]
    fn backward_logits<S: Simd, const N: usize>(
        &self,
        context: &mut Context<'_, S>,
        x: &[Self::Input; N],
        _: &[Self::Output; N],
        dz: &mut [Self::Output; N],
        _: &mut Self::Tape<N>,
        grad: &mut Self,
        dx: Option<&mut [Self::Input; N]>,
    ) {
        let simd = context.simd;
        kernel::outer(
            simd.level(),
            as_slice(x),
            as_slice(dz),
            as_mut_slice(&mut grad.kernel),
            IN,
            OUT,
        );
        if B::PRESENT {
            kernel::sum_rows(simd.level(), as_slice(dz), as_mut_slice(&mut grad.bias));
        }
        if let Some(dx) = dx {
            kernel::transposed(
                simd.level(),
                as_slice(dz),
                as_slice(&self.kernel),
                as_mut_slice(dx),
                IN,
                OUT,
            );
        }
    }

    fn visit(&mut self, grad: &mut Self, visitor: &mut dyn Visitor) {
        visitor.tensor(
            ParameterInfo { name: "kernel" },
            as_mut_slice(&mut self.kernel),
            as_mut_slice(&mut grad.kernel),
        );
        if B::PRESENT {
            visitor.tensor(
                ParameterInfo { name: "bias" },
                as_mut_slice(&mut self.bias),
                as_mut_slice(&mut grad.bias),
            );
        }
    }
}

impl<const IN: usize, const OUT: usize, A: 'static, B: Bias> Default for Dense<IN, OUT, A, B> {
    fn default() -> Self {
        plain::zeroed()
    }
}
