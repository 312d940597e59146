//! The activations that most programs use, with their default numbers, compiled here.
//!
//! rustc uses the copy of a generic function that an upstream crate has, if that is `#[inline(never)]` there; without this table every program
//! would compile its own, once for each SIMD level. Nobody reads the table, and the linker drops what is not called.

use super::*;
use fearless_simd::Level;

type Forward = fn(Level, &mut [f32], usize);
type Backward = fn(Level, &[f32], &[f32], &mut [f32], usize);

macro_rules! instances {
    ($($activation:ty,)*) => {
        /// Batches forward and backward through each.
        #[doc(hidden)]
        pub static INSTANCES: &[(Forward, Backward)] =
            &[$((forward::<$activation>, backward::<$activation>),)*];
    };
}

instances! {
    Linear,
    Relu,
    Relu6,
    LeakyRelu,
    Elu,
    Selu,
    Sigmoid,
    Tanh,
    Softplus,
    Silu,
    Gelu,
    GeluTanh,
    HardSigmoid,
    HardSilu,
    Softmax,
    LogSoftmax,
}
