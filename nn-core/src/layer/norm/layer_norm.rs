use crate::activation::Linear;
use crate::kernel::lanes::add;
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
mod tests;

/// `y = gamma * (x - mean) / sqrt(variance + epsilon) + beta`, with mean and (biased) variance of the `CHANNELS` of each of `POSITIONS`
/// positions, or of a vector (Keras `LayerNormalization`; Ba, Kiros and Hinton, 2016).
///
/// It does the same in training and at inference, whatever the other samples and positions are. A `gamma` and a `beta` of each
/// channel serve all positions; `G` and `B` say whether there are any: [`WithBias`] or [`NoBias`](crate::layer::NoBias).
///
/// ```
/// use nn_core::layer::LayerNorm;
/// use nn_core::prelude::*;
///
/// let mut norm = LayerNorm::<4, 1>::default();
/// norm.init(&mut SmallRng::seed_from_u64(1)); // gamma is 1, beta is 0
/// let y = nn_core::predict(&norm, &SVector::from([10.0, 20.0, 30.0, 40.0]));
/// assert!(y.sum().abs() < 1e-5 && (y.dot(&y) / 4.0 - 1.0).abs() < 1e-3);
/// ```
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerNorm<
    const CHANNELS: usize,
    const POSITIONS: usize,
    Epsilon = Ratio<1, 1000>,
    G: Bias = WithBias,
    B: Bias = WithBias,
> {
    /// Factors, one for each channel, or `()`.
    pub gamma: G::Of<CHANNELS>,
    /// Offsets, one for each channel, or `()`.
    pub beta: B::Of<CHANNELS>,
    /// The addend to a variance is part of the type only.
    pub epsilon: PhantomData<Epsilon>,
}

plain::mark!([const CHANNELS: usize, const POSITIONS: usize, E: 'static, G: Bias, B: Bias] LayerNorm<CHANNELS, POSITIONS, E, G, B> { gamma, beta, epsilon });

/// Rows whose gradients are summed up at a time: sums of sums lose fewer digits than one long sum.
const RUN: usize = 64;

impl<const CHANNELS: usize, const POSITIONS: usize, E: Scalar, G: Bias, B: Bias>
    LayerNorm<CHANNELS, POSITIONS, E, G, B>
{
    /// `gamma`, or ones.
    #[inline(always)]
    fn with_gamma<R>(&self, work: impl FnOnce(&[f32]) -> R) -> R {
        if G::PRESENT {
            work(as_slice(&self.gamma))
        } else {
            work(&[1.0; CHANNELS])
        }
    }

    /// Normalises each row of `CHANNELS` values.
    fn rows(&self, level: Level, x: &[f32], y: &mut [f32]) {
        let nothing: [f32; CHANNELS];
        let beta: &[f32] = if B::PRESENT {
            as_slice(&self.beta)
        } else {
            nothing = [0.0; CHANNELS];
            &nothing
        };
        self.with_gamma(
            #[inline(always)]
            |gamma| norm::rows(level, x, [gamma, beta], E::VALUE as f32, y),
        );
    }
}

impl<const CHANNELS: usize, const POSITIONS: usize, E: Scalar, G: Bias, B: Bias> Layer
    for LayerNorm<CHANNELS, POSITIONS, E, G, B>
{
    type Input = SMatrix<f32, CHANNELS, POSITIONS>;
    type Output = SMatrix<f32, CHANNELS, POSITIONS>;
    type Head = Linear;
    const KIND: &'static str = "layer_norm";
    const MACS: usize = CHANNELS.saturating_mul(POSITIONS);
    const PARTS: &'static [Part] = &[
        Part::tensor("gamma", Role::Gamma, [plain::len::<G::Of<CHANNELS>>()]),
        Part::tensor("beta", Role::Beta, [plain::len::<B::Of<CHANNELS>>()]),
    ];
    const SCRATCH_BYTES: usize = size_of::<[f32; CHANNELS]>()
        * (if G::PRESENT { 0 } else { 1 } + if B::PRESENT { 0 } else { 1 });

    one_of_batch!();

    #[inline(always)]
    fn forward_batch<const BATCH: usize>(
        &self,
        level: Level,
        x: &[Self::Input; BATCH],
        y: &mut [Self::Output; BATCH],
    ) {
        self.rows(level, as_slice(x), as_mut_slice(y));
    }
}

impl<const CHANNELS: usize, const POSITIONS: usize, E: Scalar, G: Bias, B: Bias> Train
    for LayerNorm<CHANNELS, POSITIONS, E, G, B>
{
    type Grad = Self;
    /// Mean and variance are computed anew: that takes less time than to keep them takes memory.
    type Tape<const BATCH: usize> = ();

    fn init<R: Rng + ?Sized>(&mut self, _: &mut R) {
        as_mut_slice(&mut self.gamma).fill(1.0);
        as_mut_slice(&mut self.beta).fill(0.0);
    }

    fn backward<const BATCH: usize>(&self, context: &mut Context<'_>, pass: Pass<'_, Self, BATCH>) {
        let Pass {
            x, dy, grad, dx, ..
        } = pass;
        let run = (RUN * CHANNELS).max(1);
        let mut dx = dx.map(|dx| as_mut_slice(dx).chunks_mut(run));
        *grad = Self::default();
        for (x, dy) in as_slice(x).chunks(run).zip(as_slice(dy).chunks(run)) {
            let (mut of_gamma, mut of_beta) = ([0.0; CHANNELS], [0.0; CHANNELS]);
            let dx = dx.as_mut().and_then(Iterator::next);
            self.with_gamma(
                #[inline(always)]
                |gamma| {
                    let sums = [&mut of_gamma[..], &mut of_beta[..]];
                    let epsilon = E::VALUE as f32;
                    norm::rows_backward(context.level, [x, dy], gamma, epsilon, sums, dx);
                },
            );
            add(as_mut_slice(&mut grad.gamma), &of_gamma);
            add(as_mut_slice(&mut grad.beta), &of_beta);
        }
    }

    fn visit(&mut self, grad: &mut Self, visitor: &mut dyn Visitor) {
        show(visitor, "gamma", &mut self.gamma, &mut grad.gamma);
        show(visitor, "beta", &mut self.beta, &mut grad.beta);
    }
}

#[diagnostic::do_not_recommend]
impl<const CHANNELS: usize, const POSITIONS: usize, E: Scalar, G: Bias, B: Bias> Stream
    for LayerNorm<CHANNELS, POSITIONS, E, G, B>
{
    type State = ();
    type Step = SVector<f32, CHANNELS>;
    type Result = SVector<f32, CHANNELS>;

    #[inline(always)]
    fn step<S: Simd>(&self, simd: S, (): &mut (), x: &Self::Step, y: &mut Self::Result) {
        self.rows(simd.level(), as_slice(x), as_mut_slice(y));
    }
}

impl<const CHANNELS: usize, const POSITIONS: usize, E: 'static, G: Bias, B: Bias> Default
    for LayerNorm<CHANNELS, POSITIONS, E, G, B>
{
    fn default() -> Self {
        plain::zeroed()
    }
}
