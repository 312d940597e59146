//! Learning-rate schedules.

use super::{Planned, not_yet};
use crate::case::Case;

pub fn plan(_: &Case) -> Planned {
    not_yet("schedules")
}
