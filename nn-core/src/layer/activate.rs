use super::{Context, Layer};
use crate::activation::{Activation, Head, HeadKind};
use crate::plain::{self, as_mut_slice, as_slice};
use crate::tensor::Tensor;
use core::marker::PhantomData;
use fearless_simd::Simd;

/// An activation as a layer of its own (Keras `Activation`).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Activate<T, A>(PhantomData<(T, A)>);

plain::mark!([T: 'static, A: 'static] Activate<T, A> { 0 });

impl<T: Tensor, A: Activation> Layer for Activate<T, A> {
    type Input = T;
    type Output = T;
    type Grad = ();
    type Tape<const B: usize> = ();
    type Head = A::Head;
    const KIND: &'static str = "activation";
    const MACS: usize = 0;

    #[inline(always)]
    fn forward<S: Simd, const B: usize>(&self, simd: S, x: &[T; B], y: &mut [T; B]) {
        *y = *x;
        A::forward(simd, as_mut_slice(y), T::CHANNELS);
    }

    #[inline(always)]
    fn forward_logits<S: Simd, const B: usize>(&self, simd: S, x: &[T; B], z: &mut [T; B]) {
        match <A::Head as Head>::KIND {
            HeadKind::Linear => self.forward(simd, x, z),
            HeadKind::Softmax | HeadKind::Sigmoid => *z = *x,
        }
    }

    #[inline(always)]
    fn forward_train<S: Simd, const B: usize>(
        &mut self,
        context: &mut Context<'_, S>,
        x: &[T; B],
        y: &mut [T; B],
        (): &mut (),
    ) {
        self.forward(context.simd, x, y);
    }

    #[inline(always)]
    fn logits<'t, const B: usize>(x: &'t [T; B], _: &'t [T; B], (): &'t ()) -> &'t [T; B] {
        x
    }

    #[inline(always)]
    fn backward<S: Simd, const B: usize>(
        &self,
        context: &mut Context<'_, S>,
        x: &[T; B],
        y: &[T; B],
        dy: &mut [T; B],
        tape: &mut (),
        grad: &mut (),
        dx: Option<&mut [T; B]>,
    ) {
        A::backward(
            context.simd,
            as_slice(x),
            as_slice(y),
            as_mut_slice(dy),
            T::CHANNELS,
        );
        self.backward_logits(context, x, y, dy, tape, grad, dx);
    }

    #[inline(always)]
    fn backward_logits<S: Simd, const B: usize>(
        &self,
        _: &mut Context<'_, S>,
        _: &[T; B],
        _: &[T; B],
        dz: &mut [T; B],
        (): &mut (),
        (): &mut (),
        dx: Option<&mut [T; B]>,
    ) {
        if let Some(dx) = dx {
            *dx = *dz;
        }
    }
}
