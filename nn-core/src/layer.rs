//! The layers, and the traits that every layer implements.
//!
//! | family | layers |
//! | --- | --- |
//! | weighted sums | [`Dense`], [`Embedding`]; [`Each`] applies a layer to every step or pixel |
//! | activations, noise | [`Activate`], [`PRelu`], [`Dropout`] |
//! | convolutions | [`Conv`] (plain, grouped, depthwise), [`SeparableConv`], [`ConvTranspose`] |
//! | pools | [`MaxPool`], [`AvgPool`], of windows or of everything |
//! | recurrent | [`Rnn`], [`Lstm`], [`Gru`], [`GruBefore`], [`Bidirectional`] |
//! | attention | [`MultiHeadAttention`] |
//! | normalisation | [`BatchNorm`], [`LayerNorm`] |
//! | blocks | [`Residual`]; [`Branches`] joined by [`Concatenate`], [`Add`] or [`Multiply`] |
//! | shapes | [`Flatten`], [`Reshape`], [`Upsample`], [`ZeroPad`], [`Identity`] |
//!
//! A layer of one's own implements [`Layer`], which is inference, and [`Train`]; with [`Stream`](crate::Stream) it can be fed step by step.
//!
//! Everything else serves these. Sizes: [`LayerShape`], a type for the numbers of one layer ([`ConvSizes`], [`PoolSizes`],
//! [`RecurrentSizes`] and others), and [`Window`], where the taps of a convolution lie. Choices in a layer's type: [`WithBias`] and [`NoBias`],
//! [`Last`] and [`Sequence`], [`Forwards`] and [`Backwards`], the cells, the moments of [`BatchNorm`]. Memory for training: the tapes.

/// [`Layer::forward`] of a layer whose kernels are calls: one sample is a batch of one.
macro_rules! one_of_batch {
    () => {
        #[inline(always)]
        fn forward<Vectors: fearless_simd::Simd>(
            &self,
            simd: Vectors,
            x: &Self::Input,
            y: &mut Self::Output,
        ) {
            let (x, y) = (core::array::from_ref(x), core::array::from_mut(y));
            self.forward_batch(simd.level(), x, y);
        }
    };
}

/// The methods for parameters of a layer that has a `kernel` and a `bias`, both with these fans.
macro_rules! kernel_and_bias {
    ($fans:expr) => {
        /// Draws the kernel anew.
        pub fn init_kernel_with<R: rand::Rng + ?Sized>(
            &mut self,
            initializer: &impl $crate::init::Initializer,
            rng: &mut R,
        ) {
            initializer.fill(rng, $crate::plain::as_mut_slice(&mut self.kernel), $fans);
        }

        /// Draws the biases anew; they start at zero otherwise.
        pub fn init_bias_with<R: rand::Rng + ?Sized>(
            &mut self,
            initializer: &impl $crate::init::Initializer,
            rng: &mut R,
        ) {
            initializer.fill(rng, $crate::plain::as_mut_slice(&mut self.bias), $fans);
        }

        /// The penalty of the kernel; if `add`, its gradient is added to `grad`: see [`l1_l2`](crate::regularizer::l1_l2).
        pub fn regularize_kernel(&self, grad: &mut Self, add: bool, l1: f64, l2: f64) -> f32 {
            let kernel = $crate::plain::as_slice(&self.kernel);
            let grad = $crate::plain::as_mut_slice(&mut grad.kernel);
            $crate::regularizer::penalty(kernel, grad, add, l1, l2)
        }
    };
}

mod attention;
mod basic;
mod block;
mod convolution;
pub(crate) mod norm;
mod recurrent;
mod shape;
mod sizes;
mod traits;

pub use attention::{AttentionTape, MultiHeadAttention};
pub(crate) use basic::row;
pub use basic::{Activate, Bias, Dense, Dropout, Each, Embedding, NoBias, PRelu, WithBias};
pub use block::{
    Add, Beside, BranchStates, Branches, Combine, CombineSteps, Concatenate, Multiply, Residual,
};
pub use convolution::{
    AvgPool, Causal, Conv, ConvTranspose, Geometry, MaxPool, SeparableConv, Window,
};
pub use norm::{BatchNorm, BatchNormGrad, KerasMoments, LayerNorm, Moments, TorchMoments};
pub use recurrent::{
    Average, Backwards, Bidirectional, BidirectionalTape, Cell, CellBackStep, CellBias, CellStep,
    Direction, Forwards, Gru, GruBefore, GruBeforeCell, GruCell, INSTANCES, Last, Lstm, LstmCell,
    Merge, Recurrent, RecurrentState, RecurrentTape, Returns, Rnn, RnnCell, Sequence,
    UnitForgetBias,
};
pub use shape::{Flatten, Identity, Reshape, Upsample, ZeroPad};
pub use sizes::{
    AttentionShape, AttentionSizes, BidirectionalShape, BidirectionalSizes, ConvShape, ConvSizes,
    LayerShape, PoolShape, PoolSizes, RecurrentShape, RecurrentSizes, SeparableShape,
    SeparableSizes, Stored, TransposeShape, TransposeSizes, UpsampleSizes, ZeroPadSizes,
};
use traits::show;
pub use traits::{Context, Layer, ParameterInfo, Pass, Train, Visitor};
