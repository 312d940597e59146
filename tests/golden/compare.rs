//! The meaning of "equal".

use crate::case::{Result, Tensor};
use crate::report::Outcome;

/// `|a - b| <= TOLERANCE * max(1, |b|)`, for every kind without an entry in [`EXCEPTIONS`].
const TOLERANCE: f64 = 1e-5;

/// Names that begin like this, the tolerance that holds for them, and why.
const EXCEPTIONS: &[(&str, f64, &str)] = &[];

/// Collects the differences of one case.
#[derive(Debug)]
pub struct Compare {
    tolerance: f64,
    values: usize,
    /// The largest difference, in tolerances.
    worst: f64,
    failures: Vec<String>,
    not_known: Vec<String>,
}

impl Compare {
    pub fn new(name: &str) -> Self {
        let exception = EXCEPTIONS
            .iter()
            .find(|(prefix, ..)| name.starts_with(prefix));
        Self {
            tolerance: exception.map_or(TOLERANCE, |(_, tolerance, _)| *tolerance),
            values: 0,
            worst: 0.0,
            failures: Vec::new(),
            not_known: Vec::new(),
        }
    }

    pub fn number(&mut self, what: &str, got: f64, want: f64) {
        self.values += 1;
        let difference = difference(got, want) / self.tolerance;
        self.worst = self.worst.max(difference);
        if difference.is_nan() || difference > 1.0 {
            self.failures
                .push(format!("{what}: {got:e} instead of {want:e}"));
        }
    }

    /// All values of a tensor; a different number of them is a mistake of the test or the file.
    pub fn tensor(&mut self, what: &str, got: &[f32], want: &Tensor) -> Result<()> {
        self.values(what, got.iter().map(|&value| f64::from(value)), &want.data)
    }

    pub fn values(
        &mut self,
        what: &str,
        got: impl ExactSizeIterator<Item = f64>,
        want: &[f64],
    ) -> Result<()> {
        if got.len() != want.len() {
            return Err(format!(
                "`{what}` has {} values, ours {}",
                want.len(),
                got.len()
            ));
        }
        for (i, (got, &want)) in got.zip(want).enumerate() {
            self.number(&format!("{what}[{i}]"), got, want);
        }
        Ok(())
    }

    /// A property that has no number.
    pub fn holds(&mut self, what: impl FnOnce() -> String, holds: bool) {
        self.values += 1;
        if !holds {
            self.failures.push(what());
        }
    }

    /// Something in the file that there is nothing to compare with yet.
    pub fn not_known(&mut self, what: String) {
        self.not_known.push(what);
    }

    pub fn finish(mut self, read: Result<()>) -> Outcome {
        if let Err(why) = read {
            self.failures.push(format!("malformed: {why}"));
        }
        if self.failures.is_empty() && !self.not_known.is_empty() {
            return Outcome::NotYet(self.not_known.join(", "));
        }
        if self.values == 0 && self.failures.is_empty() {
            self.failures.push("nothing was compared".into());
        }
        if self.failures.is_empty() {
            Outcome::Passed {
                values: self.values,
                worst: self.worst,
            }
        } else {
            Outcome::Failed(self.failures)
        }
    }
}

/// `|a - b| / max(1, |b|)`; infinite values and NaN are equal to themselves only.
fn difference(got: f64, want: f64) -> f64 {
    let overflows = got.is_infinite() && want.abs() > f64::from(f32::MAX);
    if got == want
        || (got.is_nan() && want.is_nan())
        || (overflows && got.signum() == want.signum())
    {
        return 0.0;
    }
    (got - want).abs() / want.abs().max(1.0)
}
