//! Initialisers, regularisers, preprocessing and metrics.

use super::{Plan, Planned, not_yet};
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

/// By the shapes of what is compared: scores in several columns are classes, several figures of error are regression.
pub fn metric(case: &Case) -> Planned {
    let scores = case.has(&["inputs", "y_score"]);
    let columns = |key: &str| -> Planned<usize> { Ok(case.tensor(&["inputs", key])?.row()) };
    let check = if scores && columns("y_score")? > 1 {
        format!("multiclass::<{}>", columns("y_score")?)
    } else if case.has(&["output", "mse"]) || case.has(&["output", "mae"]) {
        format!("regression::<{}>", columns("y_pred")?)
    } else {
        "binary".into()
    };
    Ok(Plan::check(format!(
        "check::metric::{check}(case, compare)"
    )))
}
