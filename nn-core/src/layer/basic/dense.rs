use crate::activation::{self, Activation, Head, HeadKind, Keep, Linear};
use crate::init::{GlorotUniform, Shape};
use crate::kernel;
use crate::layer::{Context, Layer, Pass, Train, Visitor, show};
use crate::plain::{self, Plain, as_mut_slice, as_slice};
use crate::weights::{Part, Role};
use fearless_simd::{Level, Simd};
use nalgebra::{SMatrix, SVector};
use rand::Rng;

/// Whether a layer has a bias: [`WithBias`] or [`NoBias`].
pub trait Bias: Copy + PartialEq + core::fmt::Debug + 'static {
    /// `SVector<f32, LEN>` or nothing.
    type Of<const LEN: usize>: Plain + Copy + PartialEq + core::fmt::Debug;
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
    type Of<const LEN: usize> = SVector<f32, LEN>;
    const PRESENT: bool = true;
}
impl Bias for NoBias {
    type Of<const LEN: usize> = ();
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
    kernel_and_bias!(Shape::dense(IN, OUT));

    /// The biases, if there are any.
    #[inline(always)]
    fn bias(&self) -> Option<&[f32]> {
        B::PRESENT.then_some(as_slice(&self.bias))
    }

    /// `kernel x + bias` of every row.
    #[inline(always)]
    pub(in crate::layer) fn affine(&self, level: Level, x: &[f32], y: &mut [f32]) {
        kernel::sized::affine::<IN, OUT>(level, x, as_slice(&self.kernel), self.bias(), y);
    }

    /// The gradients of kernel and bias from the rows and theirs.
    #[inline(always)]
    pub(in crate::layer) fn gradient(level: Level, x: &[f32], dz: &[f32], grad: &mut Self) {
        let (kernel, bias) = (as_mut_slice(&mut grad.kernel), as_mut_slice(&mut grad.bias));
        kernel::sized::gradients::<IN, OUT>(level, x, dz, kernel, bias);
    }

    /// The gradient of every row.
    #[inline(always)]
    pub(in crate::layer) fn input_gradient(&self, level: Level, dz: &[f32], dx: &mut [f32]) {
        kernel::sized::transposed::<IN, OUT>(level, dz, as_slice(&self.kernel), dx);
    }
}

impl<const IN: usize, const OUT: usize, A: Activation, B: Bias> Layer for Dense<IN, OUT, A, B> {
    type Input = SVector<f32, IN>;
    type Output = SVector<f32, OUT>;
    type Head = A::Head;
    const KIND: &'static str = "dense";
    const MACS: usize = IN.saturating_mul(OUT);
    const PARTS: &'static [Part] = &[
        Part::tensor("kernel", Role::Kernel, [IN, OUT]),
        Part::tensor("bias", Role::Bias, [plain::len::<B::Of<OUT>>()]),
    ];

    #[inline(always)]
    fn forward<S: Simd>(&self, simd: S, x: &Self::Input, y: &mut Self::Output) {
        let (x, w, y) = (as_slice(x), as_slice(&self.kernel), as_mut_slice(y));
        if const { A::ELEMENTWISE } {
            kernel::dense::<S, A, IN, OUT>(simd, x, w, self.bias(), y);
        } else {
            kernel::dense::<S, Linear, IN, OUT>(simd, x, w, self.bias(), y);
            A::forward(simd, y, OUT);
        }
    }

    fn forward_batch<const BATCH: usize>(
        &self,
        level: Level,
        x: &[Self::Input; BATCH],
        y: &mut [Self::Output; BATCH],
    ) {
        self.affine(level, as_slice(x), as_mut_slice(y));
        activation::forward::<A>(level, as_mut_slice(y), OUT);
    }

    fn forward_logits<const BATCH: usize>(
        &self,
        level: Level,
        x: &[Self::Input; BATCH],
        z: &mut [Self::Output; BATCH],
    ) {
        match <A::Head as Head>::KIND {
            HeadKind::Linear => self.forward_batch(level, x, z),
            HeadKind::Softmax | HeadKind::Sigmoid => {
                self.affine(level, as_slice(x), as_mut_slice(z));
            }
        }
    }
}

impl<const IN: usize, const OUT: usize, A: Activation, B: Bias> Train for Dense<IN, OUT, A, B> {
    type Grad = Self;
    type Tape<const BATCH: usize> = <A::Keep as Keep>::Of<[SVector<f32, OUT>; BATCH]>;

    fn init<R: Rng + ?Sized>(&mut self, rng: &mut R) {
        self.init_kernel_with(&GlorotUniform, rng);
    }

    fn forward_train<const BATCH: usize>(
        &mut self,
        context: &mut Context<'_>,
        x: &[Self::Input; BATCH],
        y: &mut [Self::Output; BATCH],
        tape: &mut Self::Tape<BATCH>,
    ) {
        self.affine(context.level, as_slice(x), as_mut_slice(y));
        A::Keep::save(tape, y);
        activation::forward::<A>(context.level, as_mut_slice(y), OUT);
    }

    #[inline(always)]
    fn logits<'t, const BATCH: usize>(
        _: &'t [Self::Input; BATCH],
        y: &'t [Self::Output; BATCH],
        tape: &'t Self::Tape<BATCH>,
    ) -> &'t [Self::Output; BATCH] {
        match <A::Head as Head>::KIND {
            HeadKind::Linear => y,
            HeadKind::Softmax | HeadKind::Sigmoid => A::Keep::load(tape, y),
        }
    }

    fn backward<const BATCH: usize>(&self, context: &mut Context<'_>, pass: Pass<'_, Self, BATCH>) {
        let kept = as_slice(A::Keep::load(pass.tape, pass.y));
        let (y, dy) = (as_slice(pass.y), as_mut_slice(pass.dy));
        activation::backward::<A>(context.level, kept, y, dy, OUT);
        self.backward_logits(context, pass);
    }

    fn backward_logits<const BATCH: usize>(
        &self,
        context: &mut Context<'_>,
        pass: Pass<'_, Self, BATCH>,
    ) {
        let (level, dz) = (context.level, as_slice(pass.dy));
        Self::gradient(level, as_slice(pass.x), dz, pass.grad);
        if let Some(dx) = pass.dx {
            self.input_gradient(level, dz, as_mut_slice(dx));
        }
    }

    fn visit(&mut self, grad: &mut Self, visitor: &mut dyn Visitor) {
        show(visitor, "kernel", &mut self.kernel, &mut grad.kernel);
        show(visitor, "bias", &mut self.bias, &mut grad.bias);
    }
}

impl<const IN: usize, const OUT: usize, A: 'static, B: Bias> Default for Dense<IN, OUT, A, B> {
    fn default() -> Self {
        plain::zeroed()
    }
}
