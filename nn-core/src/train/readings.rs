//! Metrics of an epoch.

use core::fmt;

/// The number of metrics that an epoch can have.
pub(crate) const MOST: usize = 6;

/// The metrics of an epoch that [`Fit::metrics`](super::Fit::metrics) asked for; none without it.
///
/// ```
/// use nn_core::train::Epoch;
///
/// let epoch = Epoch::default();
/// assert_eq!(epoch.metrics.iter().count(), 0);
/// assert_eq!(epoch.metrics.get("val_precision"), None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Readings {
    names: &'static [&'static str],
    training: [f32; MOST],
    validation: Option<[f32; MOST]>,
}

/// One metric of an epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// The name.
    pub name: MetricName,
    /// The metric of the samples that were trained on, as the network was when each was seen.
    pub training: f32,
    /// The metric of the validation data at the end of the epoch.
    pub validation: Option<f32>,
}

/// The name of a metric, Keras's: `precision`, and `precision_1` for a second of that kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MetricName {
    kind: &'static str,
    earlier: usize,
}

impl fmt::Display for MetricName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind)?;
        match self.earlier {
            0 => Ok(()),
            earlier => write!(f, "_{earlier}"),
        }
    }
}

impl MetricName {
    /// The names of metrics of these kinds, in their order.
    pub(super) fn of(kinds: &'static [&'static str]) -> impl Iterator<Item = Self> + Clone {
        kinds.iter().enumerate().map(|(place, kind)| {
            let before = kinds.iter().take(place);
            let earlier = before.filter(|earlier| *earlier == kind).count();
            Self { kind, earlier }
        })
    }

    /// Whether it says what the accuracy beside it says already, as a confusion matrix does.
    pub(super) fn is_the_accuracy(&self, accuracy: bool) -> bool {
        accuracy && self.kind == "accuracy"
    }

    fn is(&self, text: &str) -> bool {
        match (self.earlier, text.strip_prefix(self.kind)) {
            (0, Some("")) => true,
            (0, _) | (_, None) => false,
            (earlier, Some(rest)) => rest
                .strip_prefix('_')
                .is_some_and(|number| number.parse() == Ok(earlier)),
        }
    }
}

/// Whether `text` names one of these metrics, and whether of the validation data (`val_precision`).
pub(super) fn find(kinds: &'static [&'static str], text: &str) -> Option<(usize, bool)> {
    let place = |text: &str| MetricName::of(kinds).position(|name| name.is(text));
    match place(text) {
        Some(place) => Some((place, false)),
        None => place(text.strip_prefix("val_")?).map(|place| (place, true)),
    }
}

impl Readings {
    pub(super) const fn new(names: &'static [&'static str]) -> Self {
        Self {
            names,
            training: [0.0; MOST],
            validation: None,
        }
    }

    /// With these numbers, of training and of validation.
    pub(super) fn with(
        names: &'static [&'static str],
        training: &[f32],
        validation: Option<&[f32]>,
    ) -> Self {
        Self {
            names,
            training: filled(training),
            validation: validation.map(filled),
        }
    }

    /// The numbers of training, or those of validation.
    pub(super) fn values(&self, validation: bool) -> &[f32] {
        let values = if validation {
            self.validation.as_ref()
        } else {
            Some(&self.training)
        };
        let values = values.and_then(|values| values.get(..self.names.len()));
        values.unwrap_or_default()
    }

    pub(super) const fn set_training(&mut self, values: [f32; MOST]) {
        self.training = values;
    }

    pub(super) const fn set_validation(&mut self, values: [f32; MOST]) {
        self.validation = Some(values);
    }

    /// The metrics, in the order in which they were given.
    pub fn iter(&self) -> impl Iterator<Item = Reading> + Clone + '_ {
        let validation = self.values(true);
        MetricName::of(self.names)
            .zip(self.values(false))
            .enumerate()
            .map(|(place, (name, training))| Reading {
                name,
                training: *training,
                validation: validation.get(place).copied(),
            })
    }

    /// Those that a line shows, which has the accuracy if there is one.
    pub(super) fn beside(&self, accuracy: bool) -> impl Iterator<Item = Reading> + Clone + '_ {
        self.iter()
            .filter(move |reading| !reading.name.is_the_accuracy(accuracy))
    }

    /// The metric of this name: `precision`, `val_precision`, `precision_1`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<f32> {
        let (place, validation) = find(self.names, name)?;
        self.values(validation).get(place).copied()
    }
}

fn filled(from: &[f32]) -> [f32; MOST] {
    let mut values = [0.0; MOST];
    for (value, from) in values.iter_mut().zip(from) {
        *value = *from;
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_metric_of_a_kind_has_a_number() {
        const KINDS: &[&str] = &["precision", "auc", "precision", "precision"];
        let names: std::vec::Vec<_> = MetricName::of(KINDS)
            .map(|name| std::format!("{name}"))
            .collect();
        assert_eq!(names, ["precision", "auc", "precision_1", "precision_2"]);
        for (text, place) in [
            ("precision", Some((0, false))),
            ("precision_1", Some((2, false))),
            ("val_precision_2", Some((3, true))),
            ("val_auc", Some((1, true))),
            ("precision_3", None),
            ("precision_", None),
            ("recall", None),
            ("", None),
        ] {
            assert_eq!(find(KINDS, text), place, "{text}");
        }
    }

    #[test]
    fn readings_by_name() {
        let mut readings = Readings::new(&["auc", "recall"]);
        assert_eq!(readings.get("auc"), Some(0.0));
        assert_eq!(readings.get("val_auc"), None);
        readings.set_training([0.5, 0.25, 0.0, 0.0, 0.0, 0.0]);
        readings.set_validation([0.75, 0.125, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(readings.get("recall"), Some(0.25));
        assert_eq!(readings.get("val_recall"), Some(0.125));
        let all: std::vec::Vec<_> = readings
            .iter()
            .map(|reading| (reading.training, reading.validation))
            .collect();
        assert_eq!(all, [(0.5, Some(0.75)), (0.25, Some(0.125))]);
    }
}
