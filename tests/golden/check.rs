//! Comparisons, kind by kind.

#[path = "check/activation.rs"]
mod activation;
#[path = "check/defaults.rs"]
mod defaults;
#[path = "check/layer.rs"]
mod layer;
#[path = "check/levels.rs"]
mod levels;
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
pub use defaults::layer_defaults;
pub use layer::{dropout, frozen, layer, trained};

pub use loss::loss;
pub use optimizer::{optimizer, schedule};
pub use training::Training;
