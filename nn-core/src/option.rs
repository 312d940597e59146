//! Ranges of the numbers among the options of losses and optimisers.

use crate::error::{Error, Result};

/// The numbers that an option can be. Options of one name have one range, whatever they belong to.
#[derive(Clone, Copy)]
pub(crate) enum Range {
    /// From 0 to below 1.
    Below1,
    /// From 0 to 1.
    UpTo1,
    /// From 1 on.
    AtLeast1,
    /// Above 0.
    Above0,
    /// Up to 0.
    AtMost0,
    /// From 0 on.
    AtLeast0,
}

impl Range {
    /// The range of an option by its name; in a `const`, where it costs the program nothing.
    pub(crate) const fn of(name: &str) -> Self {
        match name.as_bytes() {
            b"beta_1" | b"beta_2" | b"rho" => Self::Below1,
            b"momentum" | b"label_smoothing" | b"eta_minus" | b"probability" => Self::UpTo1,
            b"eta_plus" => Self::AtLeast1,
            b"clipnorm" | b"global_clipnorm" | b"clipvalue" => Self::Above0,
            b"learning_rate_power" => Self::AtMost0,
            _ => Self::AtLeast0,
        }
    }

    /// Whether a number is in it; none that is not finite is.
    ///
    /// The bits of numbers from 0 on are in the order of the numbers, so a processor without doubles compares whole ones.
    pub(crate) const fn contains(self, value: f64) -> bool {
        const SIGN: u64 = 1 << 63;
        const ONE: u64 = 1.0_f64.to_bits();
        const INFINITE: u64 = f64::INFINITY.to_bits();
        let bits = value.to_bits();
        // Zero has two signs.
        let bits = if bits == SIGN { 0 } else { bits };
        match self {
            Self::Below1 => bits < ONE,
            Self::UpTo1 => bits <= ONE,
            Self::AtLeast1 => ONE <= bits && bits < INFINITE,
            Self::Above0 => 0 < bits && bits < INFINITE,
            Self::AtMost0 => bits == 0 || SIGN < bits && bits < SIGN + INFINITE,
            Self::AtLeast0 => bits < INFINITE,
        }
    }

    const fn expected(self) -> &'static str {
        match self {
            Self::Below1 => "a number of at least 0 and below 1",
            Self::UpTo1 => "a number from 0 to 1",
            Self::AtLeast1 => "a number of at least 1",
            Self::Above0 => "a number above 0",
            Self::AtMost0 => "a number of at most 0",
            Self::AtLeast0 => "a number of at least 0",
        }
    }

    /// An error, in which the option has this name, if the number is not in the range.
    #[inline]
    pub(crate) fn check(self, name: &'static str, value: f64) -> Result<()> {
        if self.contains(value) {
            return Ok(());
        }
        Err(Error::Option {
            name,
            value,
            expected: self.expected(),
        })
    }
}

/// An option by its name.
macro_rules! check {
    ($name:expr, $value:expr) => {
        const { $crate::option::Range::of($name) }.check($name, $value)
    };
}
pub(crate) use check;

/// An option's value; switches are always right.
pub(crate) trait Checked: Copy {
    fn check(self, name: &'static str, range: Range) -> Result<()>;
}

impl Checked for bool {
    fn check(self, _: &'static str, _: Range) -> Result<()> {
        Ok(())
    }
}

impl Checked for f32 {
    fn check(self, name: &'static str, range: Range) -> Result<()> {
        range.check(name, f64::from(self))
    }
}

#[cfg(test)]
mod tests {
    use super::Range::{self, *};

    #[test]
    fn ranges_are_those_of_the_numbers() {
        let all = [
            f64::NEG_INFINITY,
            -1.5,
            -1.0,
            -f64::MIN_POSITIVE,
            -5e-324,
            -0.0,
            0.0,
            5e-324,
            0.5,
            1.0 - f64::EPSILON,
            1.0,
            1.0 + f64::EPSILON,
            f64::MAX,
            f64::INFINITY,
            f64::NAN,
            -f64::NAN,
        ];
        let check = |range: Range, fits: fn(f64) -> bool| {
            for value in all {
                let expected = value.is_finite() && fits(value);
                assert_eq!(
                    range.contains(value),
                    expected,
                    "{value} {}",
                    range.expected()
                );
            }
        };
        check(Below1, |value| (0.0..1.0).contains(&value));
        check(UpTo1, |value| (0.0..=1.0).contains(&value));
        check(AtLeast1, |value| value >= 1.0);
        check(Above0, |value| value > 0.0);
        check(AtMost0, |value| value <= 0.0);
        check(AtLeast0, |value| value >= 0.0);
    }
}
