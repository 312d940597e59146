//! The traits every layer implements, and the layers.

/// [`Layer::forward`] of a layer whose kernels are calls: one sample is a batch of one.
macro_rules! one_of_batch {
    () => {
        #[inline(always)]
        fn forward<S: fearless_simd::Simd>(&self, simd: S, x: &Self::Input, y: &mut Self::Output) {
            let (x, y) = (core::array::from_ref(x), core::array::from_mut(y));
            self.forward_batch(simd.level(), x, y);
        }
    };
}

mod activate;
mod attention;
mod batch_norm;
mod beside;
mod bidirectional;
mod branches;
mod causal;
mod conv;
mod conv_transpose;
mod dense;
mod dropout;
mod each;
mod embedding;
mod flatten;
pub(crate) mod fold;
mod gru;
mod identity;
mod layer_norm;
mod lstm;
mod pool;
mod prelu;
mod recurrent;
mod reshape;
mod residual;
mod rnn;
mod separable;
mod traits;
mod upsample;
mod window;
mod zero_pad;

pub use activate::Activate;
pub use attention::{AttentionTape, MultiHeadAttention};
pub use batch_norm::{BatchNorm, BatchNormGrad, KerasMoments, Moments, TorchMoments};
pub use beside::Beside;
pub use bidirectional::{Ave, Bidirectional, BidirectionalTape, Concat, Merge, Mul, Sum};
pub use branches::{Add, Branches, Combine, CombineSteps, Concatenate, Multiply};
pub use causal::Causal;
pub use conv::Conv;
pub use conv_transpose::ConvTranspose;
pub use dense::{Bias, Dense, NoBias, WithBias};
pub use dropout::Dropout;
pub use each::Each;
pub use embedding::Embedding;
pub(crate) use embedding::row;
pub use flatten::Flatten;
pub use gru::{Gru, GruBefore, GruBeforeCell, GruCell};
pub use identity::Identity;
pub use layer_norm::LayerNorm;
pub use lstm::{Lstm, LstmCell, UnitForgetBias};
pub use pool::{AvgPool, MaxPool};
pub use prelu::PRelu;
pub use recurrent::{
    Backwards, Cell, CellBackStep, CellStep, Direction, Forwards, INSTANCES, Last, Recurrent,
    RecurrentState, RecurrentTape, Returns, Sequence,
};
pub use reshape::Reshape;
pub use residual::Residual;
pub use rnn::{Rnn, RnnCell};
pub use separable::SeparableConv;
pub use traits::{Context, Layer, ParameterInfo, Pass, Train, Visitor};
pub use upsample::Upsample;
pub use window::{Geometry, Window};
pub use zero_pad::ZeroPad;
