//! Optimisers with all their options.

use super::{Plan, Planned, not_yet};
use crate::case::Case;

pub fn plan(_: &Case) -> Planned {
    not_yet("optimisers")
}

/// The optimiser of a trained network.
pub fn of_network(case: &Case) -> Planned<String> {
    let name = case.text(&["config", "optimizer"])?;
    not_yet(format!("no optimiser `{name}`"))
}
