use super::{Accumulate, BinaryCounts, Metric, ratio};
use crate::loss::{Label, Labels, Target, class_of};
use core::fmt;
use nalgebra::SVector;

/// Counts of each class taken for each other: rows are the truth, columns the predictions.
///
/// ```
/// use nn_core::metric::{ConfusionMatrix, Metric};
/// use nn_core::nalgebra::Vector2;
///
/// let mut matrix = ConfusionMatrix::<2>::new();
/// matrix.update(&Vector2::new(0.9, 0.1), &0_u8);
/// matrix.update(&Vector2::new(0.8, 0.2), &1_u8);
/// assert_eq!(matrix.count(1, 0), 1);
/// assert_eq!(matrix.accuracy(), 0.5);
/// assert_eq!(
///     matrix.named(["cat", "dog"]).to_string(),
///     "truth \\ predicted  cat  dog
///               cat    1    0
///               dog    1    0
/// "
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfusionMatrix<const CLASSES: usize> {
    counts: [[u64; CLASSES]; CLASSES],
    /// Samples of each class that were taken for none.
    undecided: [u64; CLASSES],
    outside: u64,
}

/// The way from the figures of classes to one figure (scikit-learn's `average`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Average {
    /// The mean over the classes that were seen or predicted.
    #[default]
    Macro,
    /// The figure of the counts of all classes together; for one label per sample this is the accuracy.
    Micro,
    /// The mean over classes, weighted by how many samples each has.
    Weighted,
}

impl<const CLASSES: usize> ConfusionMatrix<CLASSES> {
    /// A metric that has seen no samples.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            counts: [[0; CLASSES]; CLASSES],
            undecided: [0; CLASSES],
            outside: 0,
        }
    }

    /// Takes one more prediction into account. A class that the matrix does not have is counted as [`outside`](Self::outside).
    pub fn record(&mut self, truth: usize, predicted: usize) {
        let row = self.counts.get_mut(truth);
        match row.and_then(|row| row.get_mut(predicted)) {
            Some(count) => *count = count.saturating_add(1),
            None => self.outside = self.outside.saturating_add(1),
        }
    }

    /// Takes one more sample into account that was taken for no class, because its outputs are not numbers.
    pub fn record_undecided(&mut self, truth: usize) {
        let count = self.undecided.get_mut(truth);
        let count = count.unwrap_or(&mut self.outside);
        *count = count.saturating_add(1);
    }

    /// The number of times that class `truth` was taken for class `predicted`.
    #[must_use]
    pub fn count(&self, truth: usize, predicted: usize) -> u64 {
        let row = self.counts.get(truth);
        row.and_then(|row| row.get(predicted)).map_or(0, |n| *n)
    }

    /// All counts, by truth and then by prediction.
    #[must_use]
    pub const fn counts(&self) -> &[[u64; CLASSES]; CLASSES] {
        &self.counts
    }

    /// The number of samples of a class that the matrix does not have. They are in no other figure.
    #[must_use]
    pub const fn outside(&self) -> u64 {
        self.outside
    }

    /// The number of samples taken for no class, because an output was not a number. They are in no column, but in every other
    /// figure: whatever their class, they are wrong.
    #[must_use]
    pub fn undecided(&self) -> u64 {
        sum(&self.undecided)
    }

    /// The number of samples.
    #[must_use]
    pub fn total(&self) -> u64 {
        sum(self.counts.iter().flatten()).saturating_add(self.undecided())
    }

    /// The number of samples of a class.
    #[must_use]
    pub fn support(&self, class: usize) -> u64 {
        let row = self.counts.get(class).into_iter().flatten();
        sum(row.chain(self.undecided.get(class)))
    }

    /// The number of samples taken for a class.
    #[must_use]
    pub fn predicted(&self, class: usize) -> u64 {
        sum(self.counts.iter().filter_map(|row| row.get(class)))
    }

    /// The class against all others.
    #[must_use]
    pub fn class(&self, class: usize) -> BinaryCounts {
        let true_positives = self.count(class, class);
        let false_positives = self.predicted(class).saturating_sub(true_positives);
        let false_negatives = self.support(class).saturating_sub(true_positives);
        let others = [true_positives, false_positives, false_negatives];
        BinaryCounts {
            true_positives,
            false_positives,
            true_negatives: self.total().saturating_sub(sum(&others)),
            false_negatives,
        }
    }

    /// The fraction of predictions that were right.
    #[must_use]
    pub fn accuracy(&self) -> f64 {
        ratio(self.right() as f64, self.total() as f64)
    }

    /// The mean recall of the classes that have samples.
    #[must_use]
    pub fn balanced_accuracy(&self) -> f64 {
        let seen = || (0..CLASSES).filter(|&class| self.support(class) > 0);
        let sum = seen().map(|class| self.class(class).recall()).sum();
        ratio(sum, seen().count() as f64)
    }

    /// The share of those taken for a class that were of it.
    #[must_use]
    pub fn precision(&self, average: Average) -> f64 {
        self.average(average, BinaryCounts::precision)
    }

    /// The share of those of a class that were taken for it.
    #[must_use]
    pub fn recall(&self, average: Average) -> f64 {
        self.average(average, BinaryCounts::recall)
    }

    /// The harmonic mean of precision and recall of each class.
    #[must_use]
    pub fn f1(&self, average: Average) -> f64 {
        self.average(average, BinaryCounts::f1)
    }

    /// Cohen's kappa: how far the accuracy is above what guessing with the same frequencies gives, 1 at most; 0 of nothing.
    #[must_use]
    pub fn cohen_kappa(&self) -> f64 {
        if self.total() == 0 {
            return 0.0;
        }
        let total = self.total() as f64;
        let chance = self.sum_over_classes(|truth, predicted| truth * predicted) / (total * total);
        ratio(self.accuracy() - chance, 1.0 - chance)
    }

    /// Matthews's correlation coefficient of truth and prediction, -1 to 1.
    #[must_use]
    pub fn matthews_correlation(&self) -> f64 {
        let (total, right) = (self.total() as f64, self.right() as f64);
        let both = self.sum_over_classes(|truth, predicted| truth * predicted);
        let truth = total * total - self.sum_over_classes(|truth, _| truth * truth);
        // Those taken for none are a class of their own, which is predicted only.
        let none = self.undecided() as f64;
        let predicted = total * total
            - none * none
            - self.sum_over_classes(|_, predicted| predicted * predicted);
        ratio(right * total - both, libm::sqrt(truth * predicted))
    }

    /// The matrix with names for its classes, to be printed.
    #[must_use]
    pub const fn named<'a>(
        &'a self,
        names: [&'a str; CLASSES],
    ) -> NamedConfusionMatrix<'a, CLASSES> {
        NamedConfusionMatrix {
            matrix: self,
            names,
        }
    }

    fn right(&self) -> u64 {
        let diagonal = self.counts.iter().enumerate();
        sum(diagonal.filter_map(|(class, row)| row.get(class)))
    }

    fn sum_over_classes(&self, f: impl Fn(f64, f64) -> f64) -> f64 {
        (0..CLASSES)
            .map(|class| f(self.support(class) as f64, self.predicted(class) as f64))
            .sum()
    }

    fn average(&self, average: Average, figure: impl Fn(&BinaryCounts) -> f64) -> f64 {
        let weight = |class: usize| match average {
            Average::Micro => 0.0,
            Average::Macro => {
                let seen = self.support(class) > 0 || self.predicted(class) > 0;
                f64::from(u8::from(seen))
            }
            Average::Weighted => self.support(class) as f64,
        };
        if average == Average::Micro {
            return self.accuracy();
        }
        let sum = (0..CLASSES)
            .map(|class| weight(class) * figure(&self.class(class)))
            .sum();
        ratio(sum, (0..CLASSES).map(weight).sum())
    }
}

impl<const CLASSES: usize> Default for ConfusionMatrix<CLASSES> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const CLASSES: usize> Accumulate for ConfusionMatrix<CLASSES> {
    const NAME: &'static str = "accuracy";
    fn result(&self) -> f64 {
        self.accuracy()
    }
    fn reset(&mut self) {
        *self = Self::new();
    }
}

impl<const CLASSES: usize, T: Labels<SVector<f32, CLASSES>>> Metric<SVector<f32, CLASSES>, T>
    for ConfusionMatrix<CLASSES>
{
    fn update(&mut self, output: &SVector<f32, CLASSES>, target: &T) {
        for label in target.labels() {
            match class_of(output.as_slice()) {
                Some(class) => self.record(label.index(), class),
                None => self.record_undecided(label.index()),
            }
        }
    }
}

/// A single output above one half is class 1.
impl<T: Target<SVector<f32, 1>>> Metric<SVector<f32, 1>, T> for ConfusionMatrix<2> {
    fn update(&mut self, output: &SVector<f32, 1>, target: &T) {
        let target = target.numbers();
        for (y, t) in output.iter().zip(target.as_ref()) {
            let truth = usize::from(*t > 0.5);
            if y.is_nan() {
                self.record_undecided(truth);
            } else {
                self.record(truth, usize::from(*y > 0.5));
            }
        }
    }
}

macro_rules! averaged {
    ($($(#[$attribute:meta])* $name:ident, $keras:literal, $result:ident;)*) => {$(
        $(#[$attribute])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $name<const CLASSES: usize> {
            average: Average,
            /// The counts so far.
            pub matrix: ConfusionMatrix<CLASSES>,
        }

        impl<const CLASSES: usize> $name<CLASSES> {
            /// A metric with the mean over classes.
            #[must_use]
            pub const fn new() -> Self {
                Self { average: Average::Macro, matrix: ConfusionMatrix::new() }
            }

            /// The way from the figures of classes to one.
            #[must_use]
            pub const fn average(mut self, average: Average) -> Self {
                self.average = average;
                self
            }
        }

        impl<const CLASSES: usize> Accumulate for $name<CLASSES> {
            const NAME: &'static str = $keras;
            fn result(&self) -> f64 {
                self.matrix.$result(self.average)
            }
            fn reset(&mut self) {
                self.matrix.reset();
            }
        }

        impl<const CLASSES: usize, T: Labels<SVector<f32, CLASSES>>> Metric<SVector<f32, CLASSES>, T> for $name<CLASSES> {
            fn update(&mut self, output: &SVector<f32, CLASSES>, target: &T) {
                self.matrix.update(output, target);
            }
        }
    )*};
}

averaged! {
    /// Precision over `CLASSES` classes, for class labels.
    SparsePrecision, "precision", precision;
    /// Recall over `CLASSES` classes, for class labels.
    SparseRecall, "recall", recall;
    /// F1 over `CLASSES` classes, for class labels (Keras `F1Score(average="macro")`).
    SparseF1Score, "f1_score", f1;
}

/// A [`ConfusionMatrix`] whose classes have names; [`Display`](fmt::Display) prints it.
#[derive(Clone, Copy, Debug)]
pub struct NamedConfusionMatrix<'a, const CLASSES: usize> {
    matrix: &'a ConfusionMatrix<CLASSES>,
    names: [&'a str; CLASSES],
}

const CORNER: &str = "truth \\ predicted";

impl<const CLASSES: usize> fmt::Display for NamedConfusionMatrix<'_, CLASSES> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widest = |least: usize| {
            let widths = self.names.iter().map(|name| name.chars().count());
            widths.fold(least, usize::max)
        };
        self.matrix
            .table(f, widest(CORNER.len()), widest(0), &|f, class, width| {
                write!(f, "{:>width$}", self.names.get(class).unwrap_or(&""))
            })
    }
}

impl<const CLASSES: usize> fmt::Display for ConfusionMatrix<CLASSES> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widest = digits(CLASSES.saturating_sub(1) as u64);
        self.table(f, CORNER.len(), widest, &|f, class, width| {
            write!(f, "{class:>width$}")
        })
    }
}

/// Writes the name of a class, right-aligned to a width.
type WriteClass<'a> = &'a dyn Fn(&mut fmt::Formatter<'_>, usize, usize) -> fmt::Result;

impl<const CLASSES: usize> ConfusionMatrix<CLASSES> {
    fn table(
        &self,
        f: &mut fmt::Formatter<'_>,
        first: usize,
        class: usize,
        write_class: WriteClass<'_>,
    ) -> fmt::Result {
        let counts = self.counts.iter().flatten();
        let width = counts.fold(class, |width, &count| width.max(digits(count)));
        write!(f, "{CORNER:>first$}")?;
        for class in 0..CLASSES {
            write!(f, "  ")?;
            write_class(f, class, width)?;
        }
        writeln!(f)?;
        for (class, row) in self.counts.iter().enumerate() {
            write_class(f, class, first)?;
            for count in row {
                write!(f, "  {count:>width$}")?;
            }
            writeln!(f)?;
        }
        if self.undecided() > 0 {
            let undecided = self.undecided();
            writeln!(
                f,
                "{undecided} samples were taken for no class: their outputs are not numbers"
            )?;
        }
        if self.outside > 0 {
            writeln!(f, "{} samples of other classes are left out", self.outside)?;
        }
        Ok(())
    }
}

/// The sum, or the largest number there is.
fn sum<'a>(counts: impl IntoIterator<Item = &'a u64>) -> u64 {
    counts
        .into_iter()
        .fold(0, |sum, count| sum.saturating_add(*count))
}

fn digits(count: u64) -> usize {
    count.checked_ilog10().map_or(1, |log| log as usize + 1)
}
