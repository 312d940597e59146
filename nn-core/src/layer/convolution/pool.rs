use super::window::{check, shape};
use crate::activation::Linear;
use crate::kernel;
use crate::layer::{Context, Geometry, Layer, Pass, PoolShape, Train};
use crate::plain::{self, as_mut_slice, as_slice};
use core::marker::PhantomData;
use fearless_simd::Level;

#[cfg(test)]
mod tests;

/// The largest value in each window, channel by channel (Keras `MaxPooling2D`, `MaxPooling1D`; with a window as large as the image
/// `GlobalMaxPooling2D`, `GlobalMaxPooling1D`).
///
/// `S` are its sizes, a [`PoolShape`].
///
/// Padding is never the largest. A window with a NaN in it gives NaN, as in PyTorch. The gradient goes to the first of several equal maxima.
///
/// ```
/// use nn_core::layer::{MaxPool, PoolSizes, Window};
/// use nn_core::prelude::*;
///
/// // `input 2x4x1; max_pool 2x2;`
/// type Pool = MaxPool<PoolSizes<Window<2, 4, 1, 2, 2, 2, 2, 2, 1, 1, 0, 0>, 1, 8, 2>>;
/// let image = SMatrix::from([[1.0], [2.0], [3.0], [4.0], [5.0], [6.0], [0.0], [0.0]]);
/// let y = nn_core::predict(&Pool::default(), &image);
/// assert_eq!(y.as_slice(), [6.0, 4.0]);
/// ```
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MaxPool<S: PoolShape>(PhantomData<S>);

/// The mean of the values in each window, channel by channel (Keras `AveragePooling2D`, `AveragePooling1D`; with a window as large as the
/// image `GlobalAveragePooling2D`, `GlobalAveragePooling1D`).
///
/// `S` are its sizes, a [`PoolShape`].
///
/// Values inside the image count, padding does not, as in TensorFlow.
///
/// ```
/// use nn_core::layer::{AvgPool, PoolSizes, Window};
/// use nn_core::prelude::*;
///
/// // `input 3x2; avg_pool 2 pad same;`
/// type Pool = AvgPool<PoolSizes<Window<3, 1, 2, 1, 2, 1, 2, 1, 1, 1, 0, 0>, 2, 3, 2>>;
/// let steps = SMatrix::from([[1.0, 10.0], [3.0, 30.0], [5.0, 50.0]]);
/// let y = nn_core::predict(&Pool::default(), &steps);
/// assert_eq!(y.as_slice(), [2.0, 20.0, 5.0, 50.0]); // the last window has one value
/// ```
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AvgPool<S: PoolShape>(PhantomData<S>);

plain::mark!([S: PoolShape] MaxPool<S> { 0 });
plain::mark!([S: PoolShape] AvgPool<S> { 0 });

/// The sizes of a pool, which must agree.
const fn sizes<S: PoolShape>() -> kernel::Shape {
    check_window::<S::Window>(S::POSITIONS, S::OUTPUTS);
    shape::<S::Window>(S::CHANNELS, 1, S::CHANNELS)
}

const fn check_window<W: Geometry>(inputs: usize, outputs: usize) {
    check::<W>(inputs, outputs, W::KERNEL_HEIGHT * W::KERNEL_WIDTH);
    assert!(
        W::DILATION_DOWN == 1 && W::DILATION_RIGHT == 1,
        "a pool has no dilation"
    );
    assert!(
        W::PADDING_TOP < W::KERNEL_HEIGHT && W::PADDING_LEFT < W::KERNEL_WIDTH,
        "a window must not lie in the padding alone"
    );
    assert!(
        W::OUTPUT_HEIGHT > 0
            && W::OUTPUT_WIDTH > 0
            && (W::OUTPUT_HEIGHT - 1) * W::STRIDE_DOWN < W::INPUT_HEIGHT + W::PADDING_TOP
            && (W::OUTPUT_WIDTH - 1) * W::STRIDE_RIGHT < W::INPUT_WIDTH + W::PADDING_LEFT,
        "a window must not lie behind the image"
    );
    assert!(
        W::KERNEL_HEIGHT * W::KERNEL_WIDTH <= 1 << 24,
        "an `f32` must be able to number the taps"
    );
}

impl<S: PoolShape> Layer for MaxPool<S> {
    type Input = S::Input;
    type Output = S::Output;
    type Head = Linear;
    const KIND: &'static str = "max_pool";
    const MACS: usize = 0;

    one_of_batch!();

    #[inline(always)]
    fn forward_batch<const BATCH: usize>(
        &self,
        level: Level,
        x: &[Self::Input; BATCH],
        y: &mut [Self::Output; BATCH],
    ) {
        let shape = const { sizes::<S>() };
        kernel::max_pool(level, shape, as_slice(x), as_mut_slice(y));
    }
}

impl<S: PoolShape> Train for MaxPool<S> {
    type Grad = ();
    /// The tap under which each maximum is.
    type Tape<const BATCH: usize> = [Self::Output; BATCH];

    fn forward_train<const BATCH: usize>(
        &mut self,
        context: &mut Context<'_>,
        x: &[Self::Input; BATCH],
        y: &mut [Self::Output; BATCH],
        tape: &mut Self::Tape<BATCH>,
    ) {
        let shape = const { sizes::<S>() };
        let (x, y, taps) = (as_slice(x), as_mut_slice(y), as_mut_slice(tape));
        kernel::max_pool_taps(context.level, shape, x, y, taps);
    }

    fn backward<const BATCH: usize>(&self, context: &mut Context<'_>, pass: Pass<'_, Self, BATCH>) {
        let Pass { dy, tape, dx, .. } = pass;
        let shape = const { sizes::<S>() };
        if let Some(dx) = dx {
            let (dy, taps, dx) = (as_slice(dy), as_slice(tape), as_mut_slice(dx));
            kernel::max_pool_back(context.level, shape, dy, taps, dx);
        }
    }
}

impl<S: PoolShape> Layer for AvgPool<S> {
    type Input = S::Input;
    type Output = S::Output;
    type Head = Linear;
    const KIND: &'static str = "avg_pool";
    const MACS: usize = 0;

    one_of_batch!();

    #[inline(always)]
    fn forward_batch<const BATCH: usize>(
        &self,
        level: Level,
        x: &[Self::Input; BATCH],
        y: &mut [Self::Output; BATCH],
    ) {
        let shape = const { sizes::<S>() };
        kernel::avg_pool(level, shape, as_slice(x), as_mut_slice(y));
    }
}

impl<S: PoolShape> Train for AvgPool<S> {
    type Grad = ();
    type Tape<const BATCH: usize> = ();

    fn backward<const BATCH: usize>(&self, context: &mut Context<'_>, pass: Pass<'_, Self, BATCH>) {
        let Pass { dy, dx, .. } = pass;
        let shape = const { sizes::<S>() };
        if let Some(dx) = dx {
            kernel::avg_pool_back(context.level, shape, as_slice(dy), as_mut_slice(dx));
        }
    }
}
