use crate::activation::Linear;
use crate::layer::{Context, Layer, Pass, Train};
use crate::plain::{self, view};
use crate::tensor::Tensor;
use core::marker::PhantomData;
use fearless_simd::Level;

/// The same values in another shape, in memory order (Keras `Reshape`).
///
/// ```
/// use nn_core::layer::Reshape;
/// use nn_core::prelude::*;
///
/// // 6 values as 3 steps of 2 features.
/// type Steps = Reshape<SVector<f32, 6>, SMatrix<f32, 2, 3>>;
/// let y = nn_core::predict(&Steps::default(), &SVector::from([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]));
/// assert_eq!(y.column(1).as_slice(), [3.0, 4.0]);
/// ```
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reshape<T, U>(PhantomData<(T, U)>);

plain::mark!([T: 'static, U: 'static] Reshape<T, U> { 0 });

impl<T: Tensor, U: Tensor> Layer for Reshape<T, U> {
    type Input = T;
    type Output = U;
    type Head = Linear;
    const KIND: &'static str = "reshape";
    const MACS: usize = 0;

    one_of_batch!();

    #[inline(always)]
    fn forward_batch<const BATCH: usize>(&self, _: Level, x: &[T; BATCH], y: &mut [U; BATCH]) {
        *y = *view(x);
    }
}

impl<T: Tensor, U: Tensor> Train for Reshape<T, U> {
    type Grad = ();
    type Tape<const BATCH: usize> = ();

    fn backward<const BATCH: usize>(&self, _: &mut Context<'_>, pass: Pass<'_, Self, BATCH>) {
        let Pass { dy, dx, .. } = pass;
        if let Some(dx) = dx {
            *dx = *view(dy);
        }
    }
}
