use crate::activation::Linear;
use crate::layer::{Context, Layer, Pass, Train};
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
    fn forward_batch<const BATCH: usize>(&self, _: Level, x: &[T; BATCH], y: &mut [T; BATCH]) {
        *y = *x;
    }
}

impl<T: Tensor> Train for Identity<T> {
    type Grad = ();
    type Tape<const BATCH: usize> = ();

    fn backward<const BATCH: usize>(&self, _: &mut Context<'_>, pass: Pass<'_, Self, BATCH>) {
        let Pass { dy, dx, .. } = pass;
        if let Some(dx) = dx {
            *dx = *dy;
        }
    }
}

#[diagnostic::do_not_recommend]
impl<const CHANNELS: usize, const POSITIONS: usize> Stream
    for Identity<SMatrix<f32, CHANNELS, POSITIONS>>
{
    type State = ();
    type Step = SVector<f32, CHANNELS>;
    type Result = SVector<f32, CHANNELS>;

    #[inline(always)]
    fn step<S: Simd>(&self, _: S, (): &mut (), x: &Self::Step, y: &mut Self::Result) {
        *y = *x;
    }
}
