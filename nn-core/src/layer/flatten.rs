use super::{Context, Layer};
use crate::plain::{self, view};
use crate::tensor::Tensor;
use core::marker::PhantomData;
use fearless_simd::Simd;
use nalgebra::SVector;

/// A sequence or image as a vector of `N` values, in memory order (Keras `Flatten`).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Flatten<T, const N: usize>(PhantomData<T>);

plain::mark!([T: 'static, const N: usize] Flatten<T, N> { 0 });

impl<T: Tensor, const N: usize> Layer for Flatten<T, N> {
    type Input = T;
    type Output = SVector<f32, N>;
    type Grad = ();
    type Tape<const B: usize> = ();
    type Head = crate::activation::Linear;
    const KIND: &'static str = "flatten";
    const MACS: usize = 0;

    #[inline(always)]
    fn forward<S: Simd, const B: usize>(&self, _: S, x: &[T; B], y: &mut [Self::Output; B]) {
        *y = *view(x);
    }

    #[inline(always)]
    fn forward_train<S: Simd, const B: usize>(
        &mut self,
        _: &mut Context<'_, S>,
        x: &[T; B],
        y: &mut [Self::Output; B],
        (): &mut (),
    ) {
        *y = *view(x);
    }

    #[inline(always)]
    fn backward<S: Simd, const B: usize>(
        &self,
        _: &mut Context<'_, S>,
        _: &[T; B],
        _: &[Self::Output; B],
        dy: &mut [Self::Output; B],
        (): &mut (),
        (): &mut (),
        dx: Option<&mut [T; B]>,
    ) {
        if let Some(dx) = dx {
            *dx = *view(dy);
        }
    }
}
