use crate::activation::{self, Activation, Head, HeadKind};
use crate::layer::{Context, Layer, Pass, Train};
use crate::plain::{self, as_mut_slice, as_slice};
use crate::tensor::Tensor;
use core::marker::PhantomData;
use fearless_simd::{Level, Simd};

/// An activation as a layer of its own (Keras `Activation`).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Activate<T, A>(PhantomData<(T, A)>);

plain::mark!([T: 'static, A: 'static] Activate<T, A> { 0 });

impl<T: Tensor, A: Activation> Layer for Activate<T, A> {
    type Input = T;
    type Output = T;
    type Head = A::Head;
    const KIND: &'static str = "activation";
    const MACS: usize = 0;

    #[inline(always)]
    fn forward<S: Simd>(&self, simd: S, x: &T, y: &mut T) {
        *y = *x;
        A::forward(simd, as_mut_slice(y), T::CHANNELS);
    }

    #[inline(always)]
    fn forward_batch<const BATCH: usize>(&self, level: Level, x: &[T; BATCH], y: &mut [T; BATCH]) {
        *y = *x;
        activation::forward::<A>(level, as_mut_slice(y), T::CHANNELS);
    }

    #[inline(always)]
    fn forward_logits<const BATCH: usize>(&self, level: Level, x: &[T; BATCH], z: &mut [T; BATCH]) {
        match <A::Head as Head>::KIND {
            HeadKind::Linear => self.forward_batch(level, x, z),
            HeadKind::Softmax | HeadKind::Sigmoid => *z = *x,
        }
    }
}

impl<T: Tensor, A: Activation> Train for Activate<T, A> {
    type Grad = ();
    type Tape<const BATCH: usize> = ();

    #[inline(always)]
    fn logits<'t, const BATCH: usize>(
        x: &'t [T; BATCH],
        _: &'t [T; BATCH],
        (): &'t (),
    ) -> &'t [T; BATCH] {
        x
    }

    fn backward<const BATCH: usize>(&self, context: &mut Context<'_>, pass: Pass<'_, Self, BATCH>) {
        let (x, y) = (as_slice(pass.x), as_slice(pass.y));
        activation::backward::<A>(context.level, x, y, as_mut_slice(pass.dy), T::CHANNELS);
        self.backward_logits(context, pass);
    }

    fn backward_logits<const BATCH: usize>(
        &self,
        _: &mut Context<'_>,
        pass: Pass<'_, Self, BATCH>,
    ) {
        let Pass { dy: dz, dx, .. } = pass;
        if let Some(dx) = dx {
            *dx = *dz;
        }
    }
}
