use crate::train::history::{Epoch, History};

/// One number of each epoch that is kept, in order.
pub(super) struct Curve {
    values: [f64; Self::ROOM],
    pub(super) len: usize,
}

impl Curve {
    /// Those that a history keeps, and the last.
    const ROOM: usize = History::CAPACITY + 1;

    pub(super) fn of<const METRICS: usize>(
        history: &History<METRICS>,
        value: impl Fn(&Epoch) -> Option<f32>,
    ) -> Self {
        let mut curve = Self {
            values: [0.0; Self::ROOM],
            len: 0,
        };
        let values = history.epochs().filter_map(|epoch| value(&epoch));
        for (place, value) in curve.values.iter_mut().zip(values) {
            *place = f64::from(value);
            curve.len += 1;
        }
        curve
    }

    pub(super) fn values(&self) -> &[f64] {
        self.values.get(..self.len).unwrap_or_default()
    }

    /// The number of values in a window: a tenth.
    const fn window(&self) -> usize {
        if self.len < 20 { 1 } else { self.len / 10 }
    }

    /// The number of values at the end that the [`trend`](Self::trend) is about: a fifth, and at least two.
    const fn fifth(&self) -> usize {
        if self.len < 10 { 2 } else { self.len / 5 }
    }

    /// The median of so many values from `start` on, which a burst of a few epochs does not move, as it would a mean; not a number where there
    /// are not so many.
    fn median(&self, start: usize, count: usize) -> f64 {
        let values = self.values().get(start..start.saturating_add(count));
        let mut sorted = [0.0; Self::ROOM];
        match (values, sorted.get_mut(..count)) {
            (Some(values), Some(sorted)) => {
                sorted.copy_from_slice(values);
                sorted.sort_unstable_by(f64::total_cmp);
                let at = |index: usize| sorted.get(index).copied().unwrap_or(f64::NAN);
                0.5 * (at(count.saturating_sub(1) / 2) + at(count / 2))
            }
            _ => f64::NAN,
        }
    }

    /// The median over the window that begins here.
    pub(super) fn at(&self, start: usize) -> f64 {
        self.median(start, self.window())
    }

    /// The first value.
    pub(super) fn start(&self) -> f64 {
        self.values().first().copied().unwrap_or(f64::NAN)
    }

    /// The median over the last window.
    pub(super) fn end(&self) -> f64 {
        self.at(self.len.wrapping_sub(self.window()))
    }

    /// The window with the lowest median; the first of equals.
    pub(super) fn lowest(&self) -> usize {
        let mut lowest = 0;
        for start in 1..=self.len.saturating_sub(self.window()) {
            if self.at(start) < self.at(lowest) {
                lowest = start;
            }
        }
        lowest
    }

    /// The median over the last fifth less that over the fifth before.
    pub(super) fn trend(&self) -> f64 {
        let fifth = self.fifth();
        let last = self.len.wrapping_sub(fifth);
        self.median(last, fifth) - self.median(last.wrapping_sub(fifth), fifth)
    }

    /// A trend that noise alone hardly ever makes: three of its standard deviations.
    pub(super) fn doubt_in_trend(&self) -> f64 {
        3.0 * core::f64::consts::SQRT_2 * self.deviation(self.fifth())
    }

    /// A rise from the lowest window to the last that noise alone hardly ever makes: five standard deviations of one, as the lowest of many is
    /// low by chance.
    pub(super) fn doubt(&self) -> f64 {
        5.0 * self.deviation(self.window())
    }

    /// The standard deviation that the noise gives the median of so many values.
    fn deviation(&self, count: usize) -> f64 {
        // Of one or two values the median is the mean; of many normal ones, its variance is π/2 of the mean's.
        let of_mean = if count > 2 {
            core::f64::consts::FRAC_PI_2
        } else {
            1.0
        };
        self.noise() * libm::sqrt(of_mean / count as f64)
    }

    /// The standard deviation of what varies from epoch to epoch, over the last two thirds: from the median of the second differences, which
    /// the course of the curve hardly changes.
    fn noise(&self) -> f64 {
        let late = self.values().get(self.len / 3..).unwrap_or_default();
        let mut differences = [0.0; Self::ROOM];
        let mut count = 0;
        for (difference, triple) in differences.iter_mut().zip(late.windows(3)) {
            if let [a, b, c] = triple {
                *difference = (a - 2.0 * b + c).abs();
                count += 1;
            }
        }
        let differences = differences.get_mut(..count).unwrap_or_default();
        differences.sort_unstable_by(f64::total_cmp);
        let median = differences.get(count.saturating_sub(1) / 2);
        // Second differences of normal noise deviate by √6 times as much, and half of them lie within 0.6745 deviations.
        median.map_or(0.0, |median| median / (0.6745 * 2.449_489_742_783_178))
    }
}
