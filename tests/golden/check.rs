//! What is compared, kind by kind.

#[path = "check/activation.rs"]
mod activation;
#[path = "check/layer.rs"]
mod layer;
#[path = "check/loss.rs"]
mod loss;
#[path = "check/metric.rs"]
pub mod metric;
#[path = "check/optimizer.rs"]
mod optimizer;
#[path = "check/read.rs"]
mod read;
#[path = "check/spec.rs"]
pub mod spec;
#[path = "check/statistics.rs"]
pub mod statistics;
#[path = "step.rs"]
mod step;
#[path = "check/stream.rs"]
pub mod stream;
#[path = "check/training.rs"]
mod training;

pub use activation::activation;
pub use layer::{Mode, dropout, layer};
pub use loss::loss;
pub use optimizer::{optimizer, schedule};
pub use training::Training;

use nn_core::Level;

/// Every SIMD level of this machine, best last: a case must hold on each of them.
fn levels() -> Vec<Level> {
    let best = Level::try_detect().unwrap_or(Level::baseline());
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    return [
        best.as_sse2().map(Level::Sse2),
        best.as_sse4_2().map(Level::Sse4_2),
        best.as_avx2().map(Level::Avx2),
        best.as_avx512().map(Level::Avx512),
    ]
    .into_iter()
    .flatten()
    .collect();
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
    return vec![best];
}
