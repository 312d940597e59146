use crate::layer::{Context, Layer, Pass, Train};
use crate::plain::{self, as_mut_slice, as_slice};
use crate::scalar::Scalar;
use crate::tensor::Tensor;
use core::marker::PhantomData;
use fearless_simd::Level;
use rand::Rng;

/// Sets each value to zero with probability `R` in training and scales the others by `1 / (1 - R)`; at inference does nothing (Keras `Dropout`).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Dropout<T, R>(PhantomData<(T, R)>);

plain::mark!([T: 'static, R: 'static] Dropout<T, R> { 0 });

impl<T: Tensor, R: Scalar> Layer for Dropout<T, R> {
    type Input = T;
    type Output = T;
    type Head = crate::activation::Linear;
    const KIND: &'static str = "dropout";
    const MACS: usize = 0;

    one_of_batch!();

    #[inline(always)]
    fn forward_batch<const BATCH: usize>(&self, _: Level, x: &[T; BATCH], y: &mut [T; BATCH]) {
        *y = *x;
    }
}

impl<T: Tensor, R: Scalar> Train for Dropout<T, R> {
    type Grad = ();
    /// The factor of each value: 0 or `1 / (1 - R)`.
    type Tape<const BATCH: usize> = [T; BATCH];

    fn forward_train<const BATCH: usize>(
        &mut self,
        context: &mut Context<'_>,
        x: &[T; BATCH],
        y: &mut [T; BATCH],
        tape: &mut [T; BATCH],
    ) {
        let scale = (1.0 / (1.0 - R::VALUE)) as f32;
        // A value is dropped if a uniform 32-bit number is below this.
        let threshold = (R::VALUE * 4_294_967_296.0) as u32;
        for factor in as_mut_slice(tape) {
            *factor = if context.random.next_u32() < threshold {
                0.0
            } else {
                scale
            };
        }
        for ((y, x), factor) in as_mut_slice(y)
            .iter_mut()
            .zip(as_slice(x))
            .zip(as_slice(tape))
        {
            *y = x * factor;
        }
    }

    fn backward<const BATCH: usize>(&self, _: &mut Context<'_>, pass: Pass<'_, Self, BATCH>) {
        let Pass { dy, tape, dx, .. } = pass;
        if let Some(dx) = dx {
            for ((dx, dy), factor) in as_mut_slice(dx)
                .iter_mut()
                .zip(as_slice(dy))
                .zip(as_slice(tape))
            {
                *dx = dy * factor;
            }
        }
    }
}
