//! From a case's own description to the Rust that checks it.

#[path = "activation.rs"]
mod activation;
#[path = "config.rs"]
mod config;
#[path = "declare.rs"]
mod declare;
#[path = "e2e.rs"]
mod e2e;
#[path = "keras.rs"]
mod keras;
#[path = "layer.rs"]
mod layer;
#[path = "loss.rs"]
mod loss;
#[path = "optimizer.rs"]
mod optimizer;
#[path = "rust.rs"]
mod rust;
#[path = "schedule.rs"]
mod schedule;
#[path = "statistics.rs"]
mod statistics;
#[path = "torch.rs"]
mod torch;

use crate::case::Case;

/// The test's work on a case.
pub struct Plan {
    /// Modules with the networks it needs.
    pub declarations: String,
    /// An expression over `case` and `compare`.
    pub check: String,
}

impl Plan {
    fn check(check: String) -> Self {
        Self {
            declarations: String::new(),
            check,
        }
    }
}

/// The reason why a case has no plan.
pub enum Reason {
    /// A kind or an option that the library or this test does not know.
    NotYet(String),
    /// The file does not say what such a file says.
    Malformed(String),
}

impl From<String> for Reason {
    fn from(message: String) -> Self {
        Self::Malformed(message)
    }
}

pub type Planned<T = Plan> = Result<T, Reason>;

fn not_yet<T>(what: impl Into<String>) -> Planned<T> {
    Err(Reason::NotYet(what.into()))
}

pub fn plan(case: &Case) -> Planned {
    match case.category() {
        "activation" => activation::plan(case),
        "e2e" => e2e::plan(case),
        "initializer" => statistics::initializer(case),
        "layer" => layer::plan(case),
        "loss" => loss::plan(case),
        "metric" => statistics::metric(case),
        "optimizer" => optimizer::plan(case),
        "preprocess" => statistics::preprocess(case),
        "regularizer" => statistics::regularizer(case),
        "schedule" => schedule::plan(case),
        other => not_yet(format!("no kind `{other}`")),
    }
}
