//! Losses, by the class that the file's `source` or `config` names.

use super::{Plan, Planned, not_yet};
use crate::case::Case;

/// A loss and what it compares with.
pub struct Loss {
    /// An expression.
    pub rust: String,
    /// Whether targets are class labels.
    pub sparse: bool,
}

pub fn plan(case: &Case) -> Planned {
    let loss = of_case(case)?;
    let outputs = case.tensor(&["inputs", "y_pred"])?.last();
    let target = target(loss.sparse, outputs);
    Ok(Plan::check(format!(
        "check::loss::<{outputs}, {target}, _>(case, compare, {})",
        loss.rust
    )))
}

/// The type of a target for a network with so many outputs.
pub fn target(sparse: bool, outputs: usize) -> String {
    if sparse {
        "u32".into()
    } else {
        format!("SVector<f32, {outputs}>")
    }
}

fn of_case(case: &Case) -> Planned<Loss> {
    not_yet("losses")
}

/// The loss of a trained network: Keras's name, with remarks.
pub fn of_network(case: &Case) -> Planned<Loss> {
    let text = case.text(&["config", "loss"])?;
    not_yet(format!("no loss `{text}`"))
}
