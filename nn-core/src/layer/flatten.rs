use super::{Context, Layer, Pass, Train};
use crate::plain::{self, view};
use crate::tensor::Tensor;
use core::marker::PhantomData;
use fearless_simd::Level;
use nalgebra::SVector;

/// A sequence or image as a vector of `N` values, in memory order (Keras `Flatten`).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Flatten<T, const N: usize>(PhantomData<T>);

plain::mark!([T: 'static, const N: usize] Flatten<T, N> { 0 });

impl<T: Tensor, const N: usize> Layer for Flatten<T, N> {
    type Input = T;
    type Output = SVector<f32, N>;
    type Head = crate::activation::Linear;
    const KIND: &'static str = "flatten";
    const MACS: usize = 0;

    one_of_batch!();

    #[inline(always)]
    fn forward_batch<const B: usize>(&self, _: Level, x: &[T; B], y: &mut [Self::Output; B]) {
        *y = *view(x);
    }
}

impl<T: Tensor, const N: usize> Train for Flatten<T, N> {
    type Grad = ();
    type Tape<const B: usize> = ();

    fn backward<const B: usize>(&self, _: &mut Context<'_>, pass: Pass<'_, Self, B>) {
        let Pass { dy, dx, .. } = pass;
        if let Some(dx) = dx {
            *dx = *view(dy);
        }
    }
}
