use crate::layer::{Context, Layer, Pass, Train};
use crate::plain::{self, view};
use crate::tensor::Tensor;
use core::marker::PhantomData;
use fearless_simd::Level;
use nalgebra::SVector;

/// A sequence or image as a vector of `LEN` values, in memory order (Keras `Flatten`).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Flatten<T, const LEN: usize>(PhantomData<T>);

plain::mark!([T: 'static, const LEN: usize] Flatten<T, LEN> { 0 });

impl<T: Tensor, const LEN: usize> Layer for Flatten<T, LEN> {
    type Input = T;
    type Output = SVector<f32, LEN>;
    type Head = crate::activation::Linear;
    const KIND: &'static str = "flatten";
    const MACS: usize = 0;

    one_of_batch!();

    #[inline(always)]
    fn forward_batch<const BATCH: usize>(
        &self,
        _: Level,
        x: &[T; BATCH],
        y: &mut [Self::Output; BATCH],
    ) {
        *y = *view(x);
    }
}

impl<T: Tensor, const LEN: usize> Train for Flatten<T, LEN> {
    type Grad = ();
    type Tape<const BATCH: usize> = ();

    fn backward<const BATCH: usize>(&self, _: &mut Context<'_>, pass: Pass<'_, Self, BATCH>) {
        let Pass { dy, dx, .. } = pass;
        if let Some(dx) = dx {
            *dx = *view(dy);
        }
    }
}
