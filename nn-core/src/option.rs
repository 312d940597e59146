//! Ranges of the numbers among the options of losses and optimisers.

use crate::error::{Error, Result};

/// An option by its name. Options of one name have one range, whatever they belong to.
pub(crate) fn check(name: &'static str, value: f64) -> Result<()> {
    let (fits, expected) = match name {
        "beta_1" | "beta_2" | "rho" => (
            (0.0..1.0).contains(&value),
            "a number of at least 0 and below 1",
        ),
        "momentum" | "label_smoothing" | "eta_minus" | "probability" => {
            ((0.0..=1.0).contains(&value), "a number from 0 to 1")
        }
        "eta_plus" => (value >= 1.0, "a number of at least 1"),
        "clipnorm" | "global_clipnorm" | "clipvalue" => (value > 0.0, "a number above 0"),
        "learning_rate_power" => (value <= 0.0, "a number of at most 0"),
        _ => (value >= 0.0, "a number of at least 0"),
    };
    if fits && value.is_finite() {
        return Ok(());
    }
    Err(Error::Option {
        name,
        value,
        expected,
    })
}

/// An option's value; switches are always right.
pub(crate) trait Checked: Copy {
    fn check(self, name: &'static str) -> Result<()>;
}

impl Checked for bool {
    fn check(self, _: &'static str) -> Result<()> {
        Ok(())
    }
}

impl Checked for f32 {
    fn check(self, name: &'static str) -> Result<()> {
        check(name, f64::from(self))
    }
}
