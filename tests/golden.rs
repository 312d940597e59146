//! The conformance cases: everything a folder of case files says about values and gradients, against this library.
//!
//! `tests/golden/build.rs` reads the folder when the test is built and writes the networks, shapes and options as Rust;
//! here the numbers are read and compared. `GOLDEN_DIR=/some/folder cargo test --test golden` checks another folder.

#[path = "golden/case.rs"]
#[allow(
    dead_code,
    reason = "the build step reads more of a case than the test"
)]
mod case;
#[path = "golden/check.rs"]
#[allow(dead_code, unused_imports, reason = "not every folder has every kind")]
mod check;
#[path = "golden/compare.rs"]
mod compare;
#[path = "golden/report.rs"]
mod report;

use case::{Case, Result};
use compare::Compare;

/// A case file and what the build step made of it.
struct Listed {
    name: &'static str,
    path: &'static str,
    plan: Plan,
}

#[allow(dead_code, reason = "not every folder has every plan")]
enum Plan {
    /// `Err` is a file that does not hold what its kind holds.
    Check(fn(&Case, &mut Compare) -> Result<()>),
    NotYet(&'static str),
    Malformed(&'static str),
}

#[allow(unused_imports, reason = "not every folder has every kind")]
#[allow(non_snake_case, reason = "modules are named after cases")]
#[allow(
    clippy::all,
    dead_code,
    unused_variables,
    reason = "written for the machine, one line a case"
)]
mod generated {
    use crate::case::{Case, Result};
    use crate::check::spec::{Join, Parameter, Spec, Statistics, Step};
    use crate::check::stream::{Memories, Streamed};
    use crate::compare::Compare;
    use crate::{Listed, Plan, check};
    use nn_core::Ratio;
    use nn_core::plain::as_mut_slice;
    use nn_core::prelude::*;

    include!(concat!(env!("OUT_DIR"), "/golden.rs"));
}

#[test]
fn every_case_of_the_folder() {
    let mut report = report::Report::default();
    for listed in generated::CASES {
        report.add(listed.name, run(listed));
    }
    report.print();
    let mut wrong = report.failures();
    if generated::OWN_FOLDER {
        wrong.extend(report.unexpected(include_str!("golden/not_yet.txt")));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn run(listed: &Listed) -> report::Outcome {
    let check = match listed.plan {
        Plan::Check(check) => check,
        Plan::NotYet(why) => return report::Outcome::NotYet(why.into()),
        Plan::Malformed(why) => return report::Outcome::Failed(vec![format!("malformed: {why}")]),
    };
    let mut compare = Compare::new(listed.name);
    let read = Case::read(listed.path.as_ref()).and_then(|case| check(&case, &mut compare));
    compare.finish(read)
}
