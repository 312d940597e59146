#![doc = include_str!("tour.md")]
#![no_std]
#![deny(unsafe_code)]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

// Generated code spells `::nn_core::…`; so does this crate where it tests itself.
extern crate self as nn_core;

pub mod activation;
mod ahead;
pub mod augment;
pub mod data;
mod dataset;
mod error;
#[cfg(test)]
mod golden;
mod infer;
pub mod init;
// Where there is no SIMD, the kernels are those of `kernel::scalar`, and all others are not used.
#[cfg_attr(
    not(any(
        target_arch = "x86",
        target_arch = "x86_64",
        target_arch = "aarch64",
        all(target_arch = "wasm32", target_feature = "simd128"),
    )),
    allow(dead_code, unused_imports, unused_variables)
)]
mod kernel;
pub mod layer;
pub mod level;
pub mod loss;
pub mod math;
pub mod metric;
mod network;
pub mod optim;
mod option;
pub mod plain;
pub mod rbm;
pub mod regularizer;
mod scalar;
mod stream;
mod sum;
mod tensor;
pub mod train;
pub mod weights;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use dataset::{AsInput, Dataset, Run};
pub use error::{Error, Result, Set};
pub use fearless_simd::{Level, Simd};
pub use infer::{predict, predict_at};
pub use layer::{Context, Layer, Train};
pub use nalgebra;
pub use network::{Branch, Diagram, Input, Network, Output, Row, Summary, Thousands};
pub use rand;
pub use scalar::{Bits, Ratio, Scalar};
pub use stream::{Past, State, States, Stream, TrainStream, step, step_at};
pub use tensor::Tensor;

#[doc = include_str!("network/grammar.md")]
#[macro_export]
macro_rules! network {
    ($($declaration:tt)*) => {
        $crate::__private::network! { [$crate] $($declaration)* }
    };
}

pub use train::{Fit, History, Score, Trainer};

/// Names for a program that declares and trains networks: the macro, training, losses, optimisers, metrics, and the types of activations for layers that
/// are written by hand. Traits for losses, metrics and activations of one's own are in their modules.
pub mod prelude {
    pub use crate::activation::{
        Celu, Elu, Exponential, FastSigmoid, FastTanh, Gelu, GeluTanh, HardShrink, HardSigmoid,
        HardSilu, HardTanh, LeakyRelu, Linear, LogSigmoid, LogSoftmax, Mish, Relu, Relu6, Selu,
        Sigmoid, Silu, Softmax, Softplus, Softshrink, Softsign, SparsePlus, SparseSigmoid,
        Sparsemax, Squareplus, Tanh, TanhShrink,
    };
    pub use crate::augment::{Augment, Augmentation, Fill, GaussianNoise};
    pub use crate::loss::{
        BceWithLogitsLoss, BinaryCrossentropy, BinaryFocalCrossentropy, CategoricalCrossentropy,
        CategoricalFocalCrossentropy, CategoricalHinge, CosineSimilarity, CrossEntropyLoss, Hinge,
        Huber, KlDivergence, LogCosh, MeanAbsoluteError, MeanAbsolutePercentageError,
        MeanSquaredError, MeanSquaredLogarithmicError, NllLoss, Poisson, SmoothL1Loss,
        SparseCategoricalCrossentropy, SquaredHinge, SumSquaredError,
    };
    // Not all of it: some metrics have the name of a loss.
    pub use crate::metric::{
        self, Accumulate, Auc, Average, BinaryAccuracy, CategoricalAccuracy, ConfusionMatrix,
        F1Score, Metric, Precision, Recall, SparseCategoricalAccuracy,
    };
    pub use crate::optim::{
        Adadelta, Adagrad, Adam, AdamW, Adamax, Ftrl, Lion, Manhattan, Nadam, Optimizer, Radam,
        Rmsprop, Rprop, Schedule, Sgd,
    };
    #[cfg(feature = "std")]
    pub use crate::train::Checkpoint;
    pub use crate::train::{
        Control, Diagnosis, EarlyStopping, Epoch, EpochEnd, ReduceLrOnPlateau, TrainWith, Verbose,
    };
    pub use crate::{
        Dataset, Error, Fit, History, Input, Layer, Network, Output, Score, State, States, Tensor,
        Train, Trainer, network,
    };
    pub use nalgebra::{SMatrix, SVector};
    pub use rand::{RngExt as _, SeedableRng, rngs::SmallRng};
}

/// The README's programs, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
