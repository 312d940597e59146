use super::{Context, Layer, Pass, Train};
use crate::activation::Linear;
use crate::plain;
use crate::stream::Stream;
use core::marker::PhantomData;
use fearless_simd::{Level, Simd};
use nalgebra::{SMatrix, SVector};

use crate::tensor::Tensor;

/// `y = x`: the empty branch of a block (Keras `Identity`).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Identity<T>(PhantomData<T>);

plain::mark!([T: 'static] Identity<T> { 0 });

impl<T: Tensor> Layer for Identity<T> {
    type Input = T;
    type Output = T;
    type Head = Linear;
    const KIND: &'static str = "identity";
    const MACS: usize = 0;

    one_of_batch!();

    #[inline(always)]
    fn forward_batch<const B: usize>(&self, _: Level, x: &[T; B], y: &mut [T; B]) {
        *y = *x;
    }
}

impl<T: Tensor> Train for Identity<T> {
    type Grad = ();
    type Tape<const B: usize> = ();

    fn backward<const B: usize>(&self, _: &mut Context<'_>, pass: Pass<'_, Self, B>) {
        let Pass { dy, dx, .. } = pass;
        if let Some(dx) = dx {
            *dx = *dy;
        }
    }
}

#[diagnostic::do_not_recommend]
impl<const C: usize, const P: usize> Stream for Identity<SMatrix<f32, C, P>> {
    type State = ();
    type Step = SVector<f32, C>;
    type Result = SVector<f32, C>;

    #[inline(always)]
    fn step<S: Simd>(&self, _: S, (): &mut (), x: &Self::Step, y: &mut Self::Result) {
        *y = *x;
    }
}
