use crate::activation::Linear;
use crate::kernel::lanes::add;
use crate::layer::{Context, Layer, Pass, Train, Visitor, show};
use crate::level::dispatch;
use crate::plain::{self, as_mut_slice, as_slice};
use crate::scalar::{Ratio, Scalar};
use crate::stream::Stream;
use crate::weights::{Part, Role};
use core::marker::PhantomData;
use fearless_simd::{Level, Simd};
use nalgebra::{SMatrix, SVector};
use rand::Rng;

#[cfg(test)]
mod tests;

/// `y = x` above zero, else `alpha x`, with a trained `alpha` for each of the `CHANNELS` channels, which serves all of `POSITIONS`
/// positions (Keras `PReLU` with `shared_axes`, PyTorch `PReLU(num_parameters=CHANNELS)`; He and others, 2015). The derivative at 0 is
/// `alpha`, as PyTorch's is.
///
/// [`init`](Train::init) makes each `alpha` the `INITIAL` one: PyTorch's 0.25. Keras's is 0. A single `alpha` of PyTorch's is the same number
/// for each channel; Keras's without `shared_axes` has one for each value, which is that of a layer between `flatten` and `reshape`.
///
/// Shapes: `CHANNELS` channels at `POSITIONS` positions in and out; `alpha` is `CHANNELS`.
///
/// ```
/// use nn_core::layer::PRelu;
/// use nn_core::prelude::*;
///
/// let mut prelu = PRelu::<2, 3>::default();
/// prelu.alpha = SVector::from([0.5, 0.1]);
/// let y = nn_core::predict(&prelu, &SMatrix::from([[-1.0, -1.0], [2.0, -3.0], [0.0, 4.0]]));
/// assert_eq!(y, SMatrix::from([[-0.5, -0.1], [2.0, -0.3], [0.0, 4.0]]));
/// ```
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PRelu<const CHANNELS: usize, const POSITIONS: usize, INITIAL = Ratio<25, 100>> {
    /// The slopes below zero.
    pub alpha: SVector<f32, CHANNELS>,
    /// The first slope is part of the type only.
    pub initial: PhantomData<INITIAL>,
}

plain::mark!([const CHANNELS: usize, const POSITIONS: usize, I: 'static] PRelu<CHANNELS, POSITIONS, I> { alpha, initial });

/// Positions whose gradients are summed up at a time: sums of sums lose fewer digits than one long sum.
const RUN: usize = 64;

impl<const CHANNELS: usize, const POSITIONS: usize, I: Scalar> Layer
    for PRelu<CHANNELS, POSITIONS, I>
{
    type Input = SMatrix<f32, CHANNELS, POSITIONS>;
    type Output = SMatrix<f32, CHANNELS, POSITIONS>;
    type Head = Linear;
    const KIND: &'static str = "prelu";
    const MACS: usize = CHANNELS.saturating_mul(POSITIONS);
    const PARTS: &'static [Part] = &[Part::tensor("alpha", Role::Slope, [CHANNELS])];

    one_of_batch!();

    fn forward_batch<const BATCH: usize>(
        &self,
        level: Level,
        x: &[Self::Input; BATCH],
        y: &mut [Self::Output; BATCH],
    ) {
        dispatch!(level, _simd => values(as_slice(&self.alpha), as_slice(x), as_mut_slice(y)));
    }
}

/// The outputs of some positions.
#[inline(always)]
fn values(alpha: &[f32], x: &[f32], y: &mut [f32]) {
    let channels = alpha.len().max(1);
    for (x, y) in x.chunks(channels).zip(y.chunks_mut(channels)) {
        for ((y, x), alpha) in y.iter_mut().zip(x).zip(alpha) {
            *y = if *x > 0.0 { *x } else { x * alpha };
        }
    }
}

/// Adds the gradients of the slopes over some positions to `sums`, each value of which belongs to a channel.
#[inline(always)]
fn slopes(sums: &mut [f32], x: &[f32], dy: &[f32]) {
    let channels = sums.len().max(1);
    for (x, dy) in x.chunks(channels).zip(dy.chunks(channels)) {
        for ((sum, x), dy) in sums.iter_mut().zip(x).zip(dy) {
            *sum += if *x > 0.0 { 0.0 } else { x * dy };
        }
    }
}

impl<const CHANNELS: usize, const POSITIONS: usize, I: Scalar> Train
    for PRelu<CHANNELS, POSITIONS, I>
{
    type Grad = Self;
    type Tape<const BATCH: usize> = ();

    fn init<R: Rng + ?Sized>(&mut self, _: &mut R) {
        self.alpha.fill(I::VALUE as f32);
    }

    fn backward<const BATCH: usize>(&self, context: &mut Context<'_>, pass: Pass<'_, Self, BATCH>) {
        let Pass {
            x, dy, grad, dx, ..
        } = pass;
        let (x, dy) = (as_slice(x), as_slice(dy));
        let run = (RUN * CHANNELS).max(1);
        grad.alpha.fill(0.0);
        dispatch!(context.level, _simd => {
            for (x, dy) in x.chunks(run).zip(dy.chunks(run)) {
                let mut sums = [0.0; CHANNELS];
                slopes(&mut sums, x, dy);
                add(as_mut_slice(&mut grad.alpha), &sums);
            }
        });
        let Some(dx) = dx else {
            return;
        };
        let (alpha, dx) = (as_slice(&self.alpha), as_mut_slice(dx));
        dispatch!(context.level, _simd => {
            let rows = x.chunks(CHANNELS.max(1)).zip(dy.chunks(CHANNELS.max(1)));
            for ((x, dy), dx) in rows.zip(dx.chunks_mut(CHANNELS.max(1))) {
                for (((dx, x), dy), alpha) in dx.iter_mut().zip(x).zip(dy).zip(alpha) {
                    *dx = if *x > 0.0 { *dy } else { dy * alpha };
                }
            }
        });
    }

    fn visit(&mut self, grad: &mut Self, visitor: &mut dyn Visitor) {
        show(visitor, "alpha", &mut self.alpha, &mut grad.alpha);
    }
}

#[diagnostic::do_not_recommend]
impl<const CHANNELS: usize, const POSITIONS: usize, I: Scalar> Stream
    for PRelu<CHANNELS, POSITIONS, I>
{
    type State = ();
    type Step = SVector<f32, CHANNELS>;
    type Result = SVector<f32, CHANNELS>;

    #[inline(always)]
    fn step<S: Simd>(&self, _: S, (): &mut (), x: &Self::Step, y: &mut Self::Result) {
        values(as_slice(&self.alpha), as_slice(x), as_mut_slice(y));
    }
}

impl<const CHANNELS: usize, const POSITIONS: usize, I: 'static> Default
    for PRelu<CHANNELS, POSITIONS, I>
{
    fn default() -> Self {
        plain::zeroed()
    }
}
