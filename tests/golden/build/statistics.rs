//! Initialisers, regularisers, preprocessing and metrics.

use super::{Planned, not_yet};
use crate::case::Case;

pub fn initializer(_: &Case) -> Planned {
    not_yet("initialisers")
}
pub fn regularizer(_: &Case) -> Planned {
    not_yet("regularisers")
}
pub fn preprocess(_: &Case) -> Planned {
    not_yet("preprocessing")
}
pub fn metric(_: &Case) -> Planned {
    not_yet("metrics")
}
