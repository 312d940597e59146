//! Batch normalisation at inference as part of the layer before it.

use crate::activation::{Activation, Linear};
use crate::kernel;
use crate::layer::{
    BatchNorm, Bias, Conv, ConvShape, ConvTranspose, Dense, Each, Layer, Moments, SeparableConv,
    SeparableShape, Train, TransposeShape, WithBias,
};
use crate::level::best;
use crate::plain::{Plain, as_mut_slice, as_slice};
use nalgebra::SVector;

/// `y = (x - mean) * factor + offset`, with numbers of each channel.
#[derive(Clone, Copy, Debug)]
pub struct Affine<'a> {
    mean: &'a [f32],
    factor: &'a [f32],
    offset: &'a [f32],
}

impl Affine<'_> {
    /// Writes the factors times the weights; `inner` weights side by side belong to the same output.
    fn kernel<K: Plain>(&self, from: &K, to: &mut K, inner: usize) {
        let weights = as_slice(from).chunks(inner.max(1));
        let places = as_mut_slice(to).chunks_mut(inner.max(1));
        for ((to, from), factor) in places.zip(weights).zip(self.factor.iter().cycle()) {
            for (to, from) in to.iter_mut().zip(from) {
                *to = from * factor;
            }
        }
    }

    /// Writes the biases of a layer that does it too; a layer without has zeros.
    fn bias<B: Plain>(&self, from: &B, to: &mut [f32]) {
        let numbers = self.mean.iter().zip(self.factor).zip(self.offset);
        let from = as_slice(from)
            .iter()
            .copied()
            .chain(core::iter::repeat(0.0));
        for ((to, from), ((mean, factor), offset)) in to.iter_mut().zip(from).zip(numbers) {
            *to = (from - mean) * factor + offset;
        }
    }
}

/// A layer that at inference does the same to each channel's values.
pub trait Normalize: Layer {
    /// Does `work` with it.
    fn with_affine(&self, work: impl FnOnce(Affine<'_>));
}

impl<const CHANNELS: usize, const POSITIONS: usize, M: Moments, G: Bias, B: Bias> Normalize
    for BatchNorm<CHANNELS, POSITIONS, M, G, B>
{
    fn with_affine(&self, work: impl FnOnce(Affine<'_>)) {
        let mut factor = SVector::<f32, CHANNELS>::zeros();
        let (variance, inverse) = (as_slice(&self.moving_variance), as_mut_slice(&mut factor));
        kernel::norm::inverse(best(), variance, M::EPSILON, inverse);
        self.scale(&mut factor);
        let mut offset = [0.0; CHANNELS];
        for (offset, beta) in offset.iter_mut().zip(as_slice(&self.beta)) {
            *offset = *beta;
        }
        work(Affine {
            mean: as_slice(&self.moving_mean),
            factor: as_slice(&factor),
            offset: &offset,
        });
    }
}

impl<const IN: usize, const OUT: usize, const POSITIONS: usize, L> Normalize for Each<L, POSITIONS>
where
    L: Normalize<Input = SVector<f32, IN>, Output = SVector<f32, OUT>>,
{
    fn with_affine(&self, work: impl FnOnce(Affine<'_>)) {
        self.layer.with_affine(work);
    }
}

/// A layer that gives weighted sums of its inputs, which a batch normalisation may follow.
pub trait Fold: Train {
    /// The same with biases and an activation.
    type Folded<A: Activation>: Layer<Input = Self::Input, Output = Self::Output>;

    /// Writes a layer that gives what `affine` and then the activation make of what this one gives.
    fn fold<A: Activation>(&self, affine: Affine<'_>, into: &mut Self::Folded<A>);

    /// Sets the biases' gradient to zero.
    fn clear_bias(grad: &mut Self::Grad);
}

/// [`Fold::clear_bias`] of a layer whose biases are its field `bias` and whose gradient is of its own type.
macro_rules! clear_bias {
    () => {
        #[inline(always)]
        fn clear_bias(grad: &mut Self) {
            as_mut_slice(&mut grad.bias).fill(0.0);
        }
    };
}

impl<const IN: usize, const OUT: usize, B: Bias> Fold for Dense<IN, OUT, Linear, B> {
    type Folded<A: Activation> = Dense<IN, OUT, A, WithBias>;

    fn fold<A: Activation>(&self, affine: Affine<'_>, into: &mut Self::Folded<A>) {
        affine.kernel(&self.kernel, &mut into.kernel, 1);
        affine.bias(&self.bias, as_mut_slice(&mut into.bias));
    }

    clear_bias!();
}

impl<S: ConvShape, B: Bias> Fold for Conv<S, Linear, B> {
    type Folded<A: Activation> = Conv<S, A, WithBias>;

    fn fold<A: Activation>(&self, affine: Affine<'_>, into: &mut Self::Folded<A>) {
        affine.kernel(&self.kernel, &mut into.kernel, 1);
        affine.bias(&self.bias, as_mut_slice(&mut into.bias));
    }

    clear_bias!();
}

impl<S: TransposeShape, B: Bias> Fold for ConvTranspose<S, Linear, B> {
    type Folded<A: Activation> = ConvTranspose<S, A, WithBias>;

    fn fold<A: Activation>(&self, affine: Affine<'_>, into: &mut Self::Folded<A>) {
        affine.kernel(&self.kernel, &mut into.kernel, S::CHANNELS);
        affine.bias(&self.bias, as_mut_slice(&mut into.bias));
    }

    clear_bias!();
}

impl<S: SeparableShape, B: Bias> Fold for SeparableConv<S, Linear, B> {
    type Folded<A: Activation> = SeparableConv<S, A, WithBias>;

    fn fold<A: Activation>(&self, affine: Affine<'_>, into: &mut Self::Folded<A>) {
        into.depthwise_kernel = self.depthwise_kernel;
        affine.kernel(&self.pointwise_kernel, &mut into.pointwise_kernel, 1);
        affine.bias(&self.bias, as_mut_slice(&mut into.bias));
    }

    clear_bias!();
}

impl<const IN: usize, const OUT: usize, const POSITIONS: usize, L> Fold for Each<L, POSITIONS>
where
    L: Fold<Input = SVector<f32, IN>, Output = SVector<f32, OUT>>,
{
    type Folded<A: Activation> = Each<L::Folded<A>, POSITIONS>;

    fn fold<A: Activation>(&self, affine: Affine<'_>, into: &mut Self::Folded<A>) {
        self.layer.fold::<A>(affine, &mut into.layer);
    }

    #[inline(always)]
    fn clear_bias(grad: &mut Self::Grad) {
        L::clear_bias(grad);
    }
}
