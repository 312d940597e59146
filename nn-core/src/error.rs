use crate::loss::BadTarget;
use crate::weights::BadBytes;
use core::fmt;

/// An invalid argument, with its place.
///
/// Everything that can be checked is checked before the first weight changes.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// A data set without samples.
    Empty {
        /// The data set.
        set: Set,
    },
    /// Inputs and targets, or inputs and outputs, differ in number.
    Lengths {
        /// The number of inputs.
        inputs: usize,
        /// The number of targets or outputs.
        others: usize,
    },
    /// A data set whose length changed while it was used.
    Changed {
        /// The number of samples that it had.
        before: usize,
        /// The number that it has now.
        now: usize,
    },
    /// A sample that is now of this class and now of that.
    Classes,
    /// More samples than a batch holds.
    Batch {
        /// The number of samples.
        samples: usize,
        /// The batch size in the trainer's type.
        batch: usize,
    },
    /// An input value that is not finite.
    NonFinite {
        /// The data set.
        set: Set,
        /// The sample, counted from 0.
        sample: usize,
        /// The place of the value within the sample's input.
        index: usize,
        /// The value.
        value: f32,
    },
    /// An input value that is no index into an embedding.
    Index {
        /// The data set.
        set: Set,
        /// The sample, counted from 0.
        sample: usize,
        /// The place of the value within the sample's input.
        index: usize,
        /// The value.
        value: f32,
        /// The rows of the embedding.
        rows: usize,
    },
    /// A class label that the outputs do not reach.
    Label {
        /// The data set.
        set: Set,
        /// The sample, counted from 0.
        sample: usize,
        /// The label.
        label: usize,
        /// The number of classes.
        classes: usize,
    },
    /// A target value that is not finite.
    NonFiniteTarget {
        /// The data set.
        set: Set,
        /// The sample, counted from 0.
        sample: usize,
        /// The place of the value within the sample's target.
        index: usize,
        /// The value.
        value: f32,
    },
    /// A target value outside 0 to 1, under a loss that compares probabilities.
    Probability {
        /// The data set.
        set: Set,
        /// The sample, counted from 0.
        sample: usize,
        /// The place of the value within the sample's target.
        index: usize,
        /// The value.
        value: f32,
    },
    /// A value that a visible unit of a restricted Boltzmann machine cannot take: it is not a number from 0 to 1.
    Visible {
        /// The sample, counted from 0.
        sample: usize,
        /// The place of the value within the sample.
        index: usize,
        /// The value.
        value: f32,
    },
    /// A validation split that leaves nothing to train on or nothing to validate with.
    Split {
        /// The fraction asked for.
        fraction: f64,
        /// The number of samples.
        samples: usize,
    },
    /// Both `validation_split` and `validation_data`.
    TwoValidations,
    /// Not one weight for each sample.
    Weights {
        /// The number of samples.
        samples: usize,
        /// The number of weights.
        weights: usize,
    },
    /// A sample weight that is negative or not finite.
    Weight {
        /// The sample, counted from 0.
        sample: usize,
        /// The weight.
        value: f32,
    },
    /// Not one weight for each class.
    ClassWeights {
        /// A class without a weight.
        class: usize,
        /// The number of weights.
        weights: usize,
    },
    /// A class weight that is negative or not finite.
    ClassWeight {
        /// The class.
        class: usize,
        /// The weight.
        value: f32,
    },
    /// Class weights with a loss whose targets are not classes.
    NoClasses,
    /// A lent buffer that is too short, or more samples than its entries can number.
    Buffer {
        /// The method that took it.
        name: &'static str,
        /// Its length.
        len: usize,
        /// The length needed.
        needed: usize,
    },
    /// A learning rate that is negative or not finite.
    LearningRate {
        /// The learning rate.
        value: f64,
    },
    /// A callback watches a value that this training does not have.
    Monitor {
        /// The monitor.
        name: &'static str,
    },
    /// An option outside its range.
    Option {
        /// The option.
        name: &'static str,
        /// The value it had.
        value: f64,
        /// The values it may have.
        expected: &'static str,
    },
    /// A range that an option cannot have.
    Range {
        /// The option.
        name: &'static str,
        /// The beginning of the range.
        low: f64,
        /// The end of the range.
        high: f64,
        /// The values it may have.
        expected: &'static str,
    },
    /// The loss is no longer a finite number, or a weight is not or is beyond 1e15. The network is as it was before the last step.
    Diverged {
        /// The epoch, counted from 1.
        epoch: usize,
        /// The batch of the epoch, counted from 1; 0 in validation.
        batch: usize,
        /// The loss; a finite number if it was a weight that was lost.
        loss: f32,
    },
    /// A single step that would make a weight that is not a finite number, or beyond 1e15. It was not taken.
    Step,
    /// The loss of an evaluation or a single batch is not a finite number.
    Loss {
        /// The loss.
        loss: f32,
    },
    /// Bytes that are not those of this network.
    Bytes(BadBytes),
    /// A callback could not write its file.
    #[cfg(feature = "std")]
    Save {
        /// The epoch after which it was, counted from 1; 0 before the first.
        epoch: usize,
        /// The operating system's word for it.
        kind: std::io::ErrorKind,
    },
}

/// A result with this crate's [`Error`].
pub type Result<T> = core::result::Result<T, Error>;

/// The data set that an [`Error`] speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set {
    /// The samples given to `fit`, `evaluate` or another method.
    Data,
    /// The samples given to `Fit::validation_data`.
    Validation,
}

impl fmt::Display for Set {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Data => "",
            Self::Validation => "validation ",
        })
    }
}

impl Error {
    /// The error for a target that a loss refuses, with its place.
    pub(crate) const fn target(set: Set, sample: usize, wrong: BadTarget) -> Self {
        match wrong {
            BadTarget::Label { label, classes } => Self::Label {
                set,
                sample,
                label,
                classes,
            },
            BadTarget::NonFinite { index, value } => Self::NonFiniteTarget {
                set,
                sample,
                index,
                value,
            },
            BadTarget::Probability { index, value } => Self::Probability {
                set,
                sample,
                index,
                value,
            },
        }
    }

    /// Errors that name a sample.
    fn fmt_sample(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NonFinite {
                set,
                sample,
                index,
                value,
            } => write!(
                f,
                "{set}sample {sample}: input value {index} is {value}; clean the data, or fill the gap with a number, first"
            ),
            Self::Index {
                set,
                sample,
                index,
                value,
                rows,
            } => write!(
                f,
                "{set}sample {sample}: input value {index} is {value}; an embedding of {rows} rows takes whole numbers from 0 to {}",
                rows.saturating_sub(1)
            ),
            Self::NonFiniteTarget {
                set,
                sample,
                index,
                value,
            } => write!(
                f,
                "{set}sample {sample}: target value {index} is {value}; targets must be finite numbers"
            ),
            Self::Probability {
                set,
                sample,
                index,
                value,
            } => write!(
                f,
                "{set}sample {sample}: target value {index} is {value}; this loss compares probabilities, which go from 0 to 1"
            ),
            Self::Label {
                set,
                sample,
                label,
                classes: 0 | 1,
            } => write!(
                f,
                "{set}sample {sample}: label {label}, but the network has one output, which tells no classes apart; for two classes use `dense 1 sigmoid` with `BinaryCrossentropy` and targets of 0.0 and 1.0, for more an output for each"
            ),
            Self::Label {
                set,
                sample,
                label,
                classes,
            } => write!(
                f,
                "{set}sample {sample}: label {label}, but the network has {classes} outputs; labels go from 0 to {}",
                classes.saturating_sub(1)
            ),
            Self::Visible {
                sample,
                index,
                value,
            } => write!(
                f,
                "sample {sample}: visible value {index} is {value}; visible units take numbers from 0 to 1, so scale the data"
            ),
            Self::Weight { sample, value } => write!(
                f,
                "sample {sample}: weight {value}; weights must be 0 or a positive finite number"
            ),
            _ => Ok(()),
        }
    }

    /// Errors in the numbers and lengths of what was handed in.
    fn fmt_count(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Empty { set } => {
                write!(f, "the {set}data set is empty; pass at least one sample")
            }
            Self::Lengths { inputs, others } => write!(
                f,
                "{inputs} inputs but {others} targets or outputs; pass one for each input"
            ),
            Self::Changed { before, now } => write!(
                f,
                "the data set had {before} samples and now has {now}; collect what is still coming in, and train on that"
            ),
            Self::Classes => f.write_str(
                "a sample is now of one class and now of another; give the same class each time, for example one that is stored beside the sample",
            ),
            Self::Batch { samples, batch } => write!(
                f,
                "{samples} samples, but the trainer's batch holds {batch}; pass at most {batch}, or use `fit`"
            ),
            Self::Split { fraction, samples } => write!(
                f,
                "`validation_split({fraction})` of {samples} samples leaves one side empty; use a fraction above 0 and below 1 that gives each side a sample"
            ),
            Self::Weights { samples, weights } => write!(
                f,
                "{weights} sample weights for {samples} samples; pass one for each sample"
            ),
            Self::ClassWeights { class, weights } => write!(
                f,
                "class {class} has no weight, {weights} were given; pass one for each class, in order"
            ),
            Self::Buffer { name, len, needed } => write!(
                f,
                "the buffer lent to `{name}` holds {len} entries, but {needed} are needed; lend a longer one"
            ),
            _ => self.fmt_sample(f),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::TwoValidations => f.write_str(
                "both `validation_split` and `validation_data`; keep the one to validate with",
            ),
            Self::ClassWeight { class, value } => write!(
                f,
                "class {class}: weight {value}; weights must be 0 or a positive finite number"
            ),
            Self::NoClasses => f.write_str(
                "`class_weight` with a loss whose targets are not classes; use `sample_weight`",
            ),
            Self::LearningRate { value } => write!(
                f,
                "the learning rate is {value}; it must be 0 or a positive finite number, often 1e-4 to 1e-1"
            ),
            Self::Monitor { name } => write!(
                f,
                "a callback watches `{name}`, which this training does not have; add `validation_split` or `validation_data` to `Fit`, name its metric in `Fit::metrics`, or watch another value"
            ),
            Self::Option {
                name,
                value,
                expected,
            } => write!(f, "`{name}({value})`; use {expected}"),
            Self::Range {
                name,
                low,
                high,
                expected,
            } => write!(f, "`{name}({low}..={high})`; use {expected}"),
            Self::Diverged {
                epoch,
                batch: 0,
                loss,
            } => write!(
                f,
                "the validation loss became {loss} in epoch {epoch}; lower the learning rate, scale the inputs, or clip gradients"
            ),
            Self::Diverged { epoch, batch, loss } if loss.is_finite() => write!(
                f,
                "a weight grew beyond all bounds in epoch {epoch}, batch {batch}, at a loss of {loss}; lower the learning rate, scale the inputs, or clip gradients"
            ),
            Self::Step => write!(
                f,
                "the step would make a weight that is not a finite number, or beyond 1e15; lower the learning rate, scale the inputs, or clip gradients"
            ),
            Self::Diverged { epoch, batch, loss } => write!(
                f,
                "the loss became {loss} in epoch {epoch}, batch {batch}; lower the learning rate, scale the inputs, or clip gradients"
            ),
            Self::Bytes(bad) => bad.fmt(f),
            #[cfg(feature = "std")]
            Self::Save { epoch, kind } => write!(
                f,
                "a file of the training could not be written after epoch {epoch}: {kind}; mend its path, or make room"
            ),
            Self::Loss { loss } => write!(
                f,
                "the loss is {loss}: the network's outputs or weights are not finite, or too large"
            ),
            _ => self.fmt_count(f),
        }
    }
}

impl core::error::Error for Error {}
