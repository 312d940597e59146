//! References that our own code is timed against, in the same run and on the same data.
//!
//! Each is what somebody would write who knows the problem well and has only the named crate, so that a
//! ratio to it means something: no work is done that the task does not need, nothing is allocated inside
//! the timed part, and the loops are in the form the auto-vectoriser likes.
//!
//! | module | work | written with |
//! | --- | --- | --- |
//! | [`nalgebra_by_hand`] | `predict` of 8-6-6-4 and of 784-128-10 | nalgebra's static products |
//! | [`by_hand`] | single samples: dense, LSTM and GRU of any width | vectors, padded and aligned weights |
//! | [`static_loops`] | train 1-16-32-2 | arrays and loops, one sample at a time |
//! | [`recurrent_loops`] | a step of 1-LSTM 20-1 and of 1-GRU 20-1 | arrays and loops, `exp` and `tanh` of `std` |
//! | [`gemm_trainer`] | train 784-64-64-10 | the `gemm` crate, or `matrixmultiply` |
//! | [`im2col`] | predict and train a small convolutional network | copied windows and `matrixmultiply` |
//!
//! A bench includes the whole directory (`mod reference;`) and uses a part of it.
#![allow(dead_code, unreachable_pub)]

pub mod adam;
pub mod by_hand;
pub mod data;
pub mod gemm_trainer;
pub mod im2col;
pub mod nalgebra_by_hand;
pub mod recurrent_loops;
pub mod static_loops;

/// Fills `weights` from the Glorot uniform distribution, the default of Keras.
fn glorot_uniform(weights: &mut [f32], inputs: usize, outputs: usize, rng: &mut impl rand::Rng) {
    use rand::RngExt;
    let limit = (6.0 / (inputs + outputs) as f32).sqrt();
    weights.fill_with(|| rng.random_range(-limit..limit));
}
