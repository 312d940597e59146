use crate::activation::Linear;
use crate::kernel::lanes::{part, write};
use crate::kernel::norm;
use crate::layer::{Bias, Context, Layer, Pass, Train, Visitor, WithBias, show};
use crate::plain::{self, as_mut_slice, as_slice};
use crate::scalar::{Ratio, Scalar};
use crate::stream::Stream;
use crate::weights::{Part, Role};
use core::marker::PhantomData;
use fearless_simd::{Level, Simd};
use nalgebra::{SMatrix, SVector};
use rand::Rng;

#[cfg(test)]
pub(in crate::layer) mod tests;

/// The convention by which [`BatchNorm`] remembers the statistics of batches: [`KerasMoments`] or [`TorchMoments`].
pub trait Moments: Copy + core::fmt::Debug + Default + 'static {
    /// The share of its old value that a moving statistic keeps at each batch.
    const KEEP: f64;
    /// The addend to a variance before its root is taken, so that it is not zero.
    const EPSILON: f64;
    /// Whether the moving variance takes the unbiased variance of a batch: a sum of squares divided by one less than their number.
    const UNBIASED: bool;
}

/// Keras: `momentum` is the weight of the old value, and the moving variance takes the biased variance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KerasMoments<Momentum = Ratio<99, 100>, Epsilon = Ratio<1, 1000>>(
    PhantomData<(Momentum, Epsilon)>,
);

/// PyTorch (`torch` in the DSL): `momentum` is the weight of the new value, and the moving variance takes the unbiased variance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TorchMoments<Momentum = Ratio<1, 10>, Epsilon = Ratio<1, 100_000>>(
    PhantomData<(Momentum, Epsilon)>,
);

impl<M: Scalar, E: Scalar> Moments for KerasMoments<M, E> {
    const KEEP: f64 = M::VALUE;
    const EPSILON: f64 = E::VALUE;
    const UNBIASED: bool = false;
}

impl<M: Scalar, E: Scalar> Moments for TorchMoments<M, E> {
    const KEEP: f64 = 1.0 - M::VALUE;
    const EPSILON: f64 = E::VALUE;
    const UNBIASED: bool = true;
}

/// `y = gamma * (x - mean) / sqrt(variance + epsilon) + beta` for each of `CHANNELS` (Keras `BatchNormalization`; Ioffe and Szegedy, 2015).
///
/// In training, mean and (biased) variance are those of the batch over all its samples and their `POSITIONS`, and the moving
/// statistics follow them; at inference they are the moving statistics, which the gradient does not see and no optimiser changes.
/// Rows of a partial batch that hold no sample do not count. One value alone in a channel (a last batch of one sample) is its mean: it
/// becomes `beta`, and says nothing of a variance, so the moving variance stays as it is. There Keras takes a variance of 0, which
/// shrinks it, and PyTorch refuses.
///
/// `G` and `B` say whether there are `gamma` and `beta`: [`WithBias`] or [`NoBias`](crate::layer::NoBias).
///
/// A layer of zeros, as `zeros()` of a network gives, has a moving variance of zero; weights have to be read into it, or it has to be
/// trained. [`init`](Train::init) makes `gamma` and the moving variance one.
///
/// ```
/// use nn_core::prelude::*;
///
/// network! { struct Net { input 8; dense 4 no_bias; batch_norm momentum 0.9; relu; dense 1; } }
///
/// let net = Net::init(&mut SmallRng::seed_from_u64(1));
/// assert_eq!(net.batch_norm1.moving_variance.as_slice(), [1.0; 4]);
/// assert_eq!(Net::PARAMS, 8 * 4 + 4 * 4 + 4 + 1); // two of four are trained
/// ```
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchNorm<
    const CHANNELS: usize,
    const POSITIONS: usize,
    M = KerasMoments,
    G: Bias = WithBias,
    B: Bias = WithBias,
> {
    /// Factors, one for each channel, or `()`.
    pub gamma: G::Of<CHANNELS>,
    /// Offsets, one for each channel, or `()`.
    pub beta: B::Of<CHANNELS>,
    /// The means at inference; not trained.
    pub moving_mean: SVector<f32, CHANNELS>,
    /// The variances at inference; not trained.
    pub moving_variance: SVector<f32, CHANNELS>,
    /// The rules are part of the type only.
    pub moments: PhantomData<M>,
}

plain::mark!([const CHANNELS: usize, const POSITIONS: usize, M: 'static, G: Bias, B: Bias] BatchNorm<CHANNELS, POSITIONS, M, G, B> { gamma, beta, moving_mean, moving_variance, moments });

/// The gradient of a [`BatchNorm`]: of what is trained.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchNormGrad<const CHANNELS: usize, G: Bias = WithBias, B: Bias = WithBias> {
    /// The gradient of the factors.
    pub gamma: G::Of<CHANNELS>,
    /// The gradient of the offsets.
    pub beta: B::Of<CHANNELS>,
}

plain::mark!([const CHANNELS: usize, G: Bias, B: Bias] BatchNormGrad<CHANNELS, G, B> { gamma, beta });

impl<const CHANNELS: usize, const POSITIONS: usize, M: Moments, G: Bias, B: Bias>
    BatchNorm<CHANNELS, POSITIONS, M, G, B>
{
    /// Turns `1 / sqrt(variance + epsilon)` into what `x - mean` is multiplied by.
    pub(super) fn scale(&self, inverse: &mut SVector<f32, CHANNELS>) {
        for (inverse, gamma) in inverse.iter_mut().zip(as_slice(&self.gamma)) {
            *inverse *= gamma;
        }
    }

    /// `(x - mean) * factor + beta`.
    fn apply(
        &self,
        level: Level,
        x: &[f32],
        mean: &SVector<f32, CHANNELS>,
        factor: &SVector<f32, CHANNELS>,
        y: &mut [f32],
    ) {
        let nothing: [f32; CHANNELS];
        let offset: &[f32] = if B::PRESENT {
            as_slice(&self.beta)
        } else {
            nothing = [0.0; CHANNELS];
            &nothing
        };
        norm::affine(level, x, [as_slice(mean), as_slice(factor), offset], y);
    }

    fn infer(&self, level: Level, x: &[f32], y: &mut [f32]) {
        let mut factor: SVector<f32, CHANNELS> = plain::zeroed();
        let variance = as_slice(&self.moving_variance);
        norm::inverse(level, variance, M::EPSILON, as_mut_slice(&mut factor));
        self.scale(&mut factor);
        self.apply(level, x, &self.moving_mean, &factor, y);
    }

    /// Lets the moving statistics follow those of `count` values.
    #[inline(always)]
    fn follow(
        &mut self,
        count: usize,
        mean: &SVector<f32, CHANNELS>,
        variance: &SVector<f32, CHANNELS>,
    ) {
        let (keep, take) = (M::KEEP as f32, (1.0 - M::KEEP) as f32);
        let correction = if M::UNBIASED {
            count as f32 / count.saturating_sub(1).max(1) as f32
        } else {
            1.0
        };
        let variance_keep = if count == 1 { 1.0 } else { keep };
        let variance_take = if count == 1 { 0.0 } else { take * correction };
        let moving = self.moving_mean.iter_mut().zip(&mut self.moving_variance);
        for ((moving_mean, moving_variance), (mean, variance)) in
            moving.zip(mean.iter().zip(variance))
        {
            // A batch that overflows ends the training with an error; it must not spoil the network too.
            if mean.is_finite() && variance.is_finite() {
                *moving_mean = *moving_mean * keep + mean * take;
                *moving_variance = *moving_variance * variance_keep + variance * variance_take;
            }
        }
    }

    /// Takes back what [`follow`](Self::follow) did. A tape without a forward pass has factors of zero.
    fn take_back(
        &mut self,
        factor: &SVector<f32, CHANNELS>,
        [mean, variance]: &[SVector<f32, CHANNELS>; 2],
    ) {
        let before = factor.iter().zip(mean.iter().zip(variance));
        let moving = self.moving_mean.iter_mut().zip(&mut self.moving_variance);
        for ((moving_mean, moving_variance), (factor, (mean, variance))) in moving.zip(before) {
            if *factor != 0.0 {
                (*moving_mean, *moving_variance) = (*mean, *variance);
            }
        }
    }
}

impl<const CHANNELS: usize, const POSITIONS: usize, M: Moments, G: Bias, B: Bias> Layer
    for BatchNorm<CHANNELS, POSITIONS, M, G, B>
{
    type Input = SMatrix<f32, CHANNELS, POSITIONS>;
    type Output = SMatrix<f32, CHANNELS, POSITIONS>;
    type Head = Linear;
    const KIND: &'static str = "batch_norm";
    const MACS: usize = CHANNELS.saturating_mul(POSITIONS);
    const UNTRAINED: usize = 2 * CHANNELS;
    const PARTS: &'static [Part] = &[
        Part::tensor("gamma", Role::Gamma, [plain::len::<G::Of<CHANNELS>>()]),
        Part::tensor("beta", Role::Beta, [plain::len::<B::Of<CHANNELS>>()]),
        Part::tensor("moving_mean", Role::MovingMean, [CHANNELS]),
        Part::tensor("moving_variance", Role::MovingVariance, [CHANNELS]),
    ];
    const SCRATCH_BYTES: usize =
        size_of::<SVector<f32, CHANNELS>>() * if B::PRESENT { 1 } else { 2 };

    one_of_batch!();

    #[inline(always)]
    fn forward_batch<const BATCH: usize>(
        &self,
        level: Level,
        x: &[Self::Input; BATCH],
        y: &mut [Self::Output; BATCH],
    ) {
        self.infer(level, as_slice(x), as_mut_slice(y));
    }
}

impl<const CHANNELS: usize, const POSITIONS: usize, M: Moments, G: Bias, B: Bias> Train
    for BatchNorm<CHANNELS, POSITIONS, M, G, B>
{
    type Grad = BatchNormGrad<CHANNELS, G, B>;
    /// The mean of the batch and `1 / sqrt(variance + epsilon)`; the moving mean and variance before it.
    type Tape<const BATCH: usize> = ([SVector<f32, CHANNELS>; 2], [SVector<f32, CHANNELS>; 2]);

    fn init<R: Rng + ?Sized>(&mut self, _: &mut R) {
        as_mut_slice(&mut self.gamma).fill(1.0);
        as_mut_slice(&mut self.beta).fill(0.0);
        self.moving_mean.fill(0.0);
        self.moving_variance.fill(1.0);
    }

    fn forward_train<const BATCH: usize>(
        &mut self,
        context: &mut Context<'_>,
        x: &[Self::Input; BATCH],
        y: &mut [Self::Output; BATCH],
        ([mean, factor], before): &mut Self::Tape<BATCH>,
    ) {
        let (level, rows) = (context.level, context.rows.min(BATCH));
        if rows == 0 {
            return self.take_back(factor, before);
        }
        *before = [self.moving_mean, self.moving_variance];
        let seen = part(as_slice(x), 0, rows * CHANNELS * POSITIONS);
        let (mut variance, mut scaled) = (plain::zeroed(), plain::zeroed());
        norm::moments(
            level,
            seen,
            as_mut_slice(mean),
            as_mut_slice(&mut variance),
            as_mut_slice(&mut scaled),
        );
        self.follow(rows * POSITIONS, mean, &variance);
        norm::inverse(level, as_slice(&variance), M::EPSILON, as_mut_slice(factor));
        scaled = *factor;
        self.scale(&mut scaled);
        self.apply(level, as_slice(x), mean, &scaled, as_mut_slice(y));
    }

    fn backward<const BATCH: usize>(&self, context: &mut Context<'_>, pass: Pass<'_, Self, BATCH>) {
        let Pass {
            x,
            dy,
            tape: ([mean, inverse], _),
            grad,
            dx,
            ..
        } = pass;
        let (level, rows) = (context.level, context.rows.min(BATCH));
        let x = part(as_slice(x), 0, rows * CHANNELS * POSITIONS);
        let dy = part(as_slice(dy), 0, rows * CHANNELS * POSITIONS);
        let (mut of_dy, mut of_product) = (
            plain::zeroed::<SVector<f32, CHANNELS>>(),
            plain::zeroed::<SVector<f32, CHANNELS>>(),
        );
        norm::gradient_sums(
            level,
            [x, dy],
            as_slice(mean),
            as_mut_slice(&mut of_dy),
            as_mut_slice(&mut of_product),
        );
        of_product.component_mul_assign(inverse);
        if G::PRESENT {
            write(as_mut_slice(&mut grad.gamma), as_slice(&of_product));
        }
        if B::PRESENT {
            write(as_mut_slice(&mut grad.beta), as_slice(&of_dy));
        }
        let Some(dx) = dx else {
            return;
        };
        // dx = gamma / s * (dy - mean(dy) - (x - mean) / s * mean(dy * (x - mean) / s)), where s = sqrt(variance + epsilon).
        let share = 1.0 / (rows * POSITIONS).max(1) as f32;
        let mut factor = *inverse;
        self.scale(&mut factor);
        of_dy *= share;
        of_product *= share;
        of_product.component_mul_assign(inverse);
        of_product.component_mul_assign(&factor);
        let halves = as_mut_slice(dx).split_at_mut_checked(rows * CHANNELS * POSITIONS);
        let (seen, missing) = halves.unwrap_or_default();
        let per = [&*mean, &of_dy, &factor, &of_product].map(as_slice);
        norm::affine_backward(level, [x, dy], per, seen);
        missing.fill(0.0);
    }

    fn visit(&mut self, grad: &mut Self::Grad, visitor: &mut dyn Visitor) {
        show(visitor, "gamma", &mut self.gamma, &mut grad.gamma);
        show(visitor, "beta", &mut self.beta, &mut grad.beta);
    }
}

#[diagnostic::do_not_recommend]
impl<const CHANNELS: usize, const POSITIONS: usize, M: Moments, G: Bias, B: Bias> Stream
    for BatchNorm<CHANNELS, POSITIONS, M, G, B>
{
    type State = ();
    type Step = SVector<f32, CHANNELS>;
    type Result = SVector<f32, CHANNELS>;

    #[inline(always)]
    fn step<S: Simd>(&self, simd: S, (): &mut (), x: &Self::Step, y: &mut Self::Result) {
        self.infer(simd.level(), as_slice(x), as_mut_slice(y));
    }
}

impl<const CHANNELS: usize, const POSITIONS: usize, M: 'static, G: Bias, B: Bias> Default
    for BatchNorm<CHANNELS, POSITIONS, M, G, B>
{
    fn default() -> Self {
        plain::zeroed()
    }
}

impl<const CHANNELS: usize, G: Bias, B: Bias> Default for BatchNormGrad<CHANNELS, G, B> {
    fn default() -> Self {
        plain::zeroed()
    }
}
