//! The amount of a change, and its probability.

use crate::error::{Error, Result};
use core::ops::RangeInclusive;
use rand::RngExt;
use rand::rngs::SmallRng;

/// The amount of a random change: a number for all between minus and plus that number, or a range.
///
/// ```
/// use nn_core::augment::Factor;
/// assert_eq!(Factor::from(0.1), Factor::from(-0.1..=0.1));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Factor {
    low: f64,
    high: f64,
}

impl From<f64> for Factor {
    fn from(most: f64) -> Self {
        Self {
            low: -most,
            high: most,
        }
    }
}

impl From<RangeInclusive<f64>> for Factor {
    fn from(range: RangeInclusive<f64>) -> Self {
        let (low, high) = range.into_inner();
        Self { low, high }
    }
}

impl Factor {
    pub(super) const ZERO: Self = Self {
        low: 0.0,
        high: 0.0,
    };

    pub(super) const fn most(self) -> f64 {
        self.high
    }

    /// Any value of the range, equally likely.
    pub(super) fn draw(self, random: &mut SmallRng) -> f64 {
        // Not `random_range`, which panics on ranges that are none.
        self.low + (self.high - self.low) * random.random::<f64>()
    }

    /// Any whole number of the range, equally likely.
    pub(super) fn draw_whole(self, random: &mut SmallRng) -> f64 {
        let count = self.high - self.low + 1.0;
        // `random` is below 1, but its product may be rounded up.
        (self.low + libm::floor(count * random.random::<f64>())).min(self.high)
    }

    /// An error unless it is a range within the limits.
    pub(super) fn check(self, limits: &Limits) -> Result<()> {
        let (name, low, high) = (limits.name, self.low, self.high);
        // Comparisons with what is not a number fail.
        if low <= high && low >= limits.low && high <= limits.high {
            return Ok(());
        }
        let one_number = low == -high || (low.is_nan() && high.is_nan());
        Err(if one_number {
            let (value, expected) = (high, limits.number);
            Error::Option {
                name,
                value,
                expected,
            }
        } else {
            let expected = limits.range;
            Error::Range {
                name,
                low,
                high,
                expected,
            }
        })
    }
}

/// The range of a [`Factor`]. Keras's limits, but for zooming in until one point is left.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    name: &'static str,
    low: f64,
    high: f64,
    /// In words, for one number.
    number: &'static str,
    /// In words, for a range.
    range: &'static str,
}

impl Limits {
    pub(super) const DEGREES: Self = Self {
        name: "rotate",
        low: -360.0,
        high: 360.0,
        number: "a number of degrees from 0 to 360, or a range",
        range: "a range of degrees within -360..=360, the lower end first",
    };
    pub(super) const ZOOM: Self = Self {
        name: "zoom",
        low: -0.99,
        high: 1.0,
        number: "a number from 0 to 0.99, or a range",
        range: "a range within -0.99..=1, the lower end first",
    };
    pub(super) const FRACTION: Self = Self {
        name: "",
        low: -1.0,
        high: 1.0,
        number: "a number from 0 to 1, or a range",
        range: "a range within -1..=1, the lower end first",
    };

    pub(super) const fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }
}

/// Whether something of this probability happens.
pub(super) fn chance(probability: f64, random: &mut SmallRng) -> bool {
    // Below 1, so that a probability of 1 is certain and one of 0 impossible.
    random.random::<f64>() < probability
}

/// An error unless a crop leaves some of the image.
pub(super) fn check_padding(padding: f64, size: usize) -> Result<()> {
    if padding < size as f64 {
        return Ok(());
    }
    Err(Error::Option {
        name: "crop",
        value: padding,
        expected: "a padding below the image's height and width",
    })
}

/// An error unless pixel values can lie between these.
pub(super) fn check_values((low, high): (f64, f64)) -> Result<()> {
    if low < high && low.is_finite() && high.is_finite() {
        return Ok(());
    }
    Err(Error::Range {
        name: "value_range",
        low,
        high,
        expected: "the lowest and the highest pixel value, such as 0.0..=1.0",
    })
}
