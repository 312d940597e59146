use core::fmt;

/// What was wrong with the data handed in, and where.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// A data set without samples.
    Empty,
    /// Inputs and targets, or inputs and outputs, differ in number.
    Lengths {
        /// The number of inputs.
        inputs: usize,
        /// The number of targets or outputs.
        others: usize,
    },
    /// A value that is not finite.
    NonFinite {
        /// Which sample.
        sample: usize,
        /// Which value within the sample's input.
        index: usize,
        /// The value.
        value: f32,
    },
    /// A class label that the outputs do not reach.
    Label {
        /// Which sample.
        sample: usize,
        /// The label.
        label: usize,
        /// The number of classes.
        classes: usize,
    },
    /// A validation split that leaves nothing to train on or nothing to validate with.
    Split {
        /// The fraction asked for.
        fraction: f32,
        /// The number of samples.
        samples: usize,
    },
}

/// A result with this crate's [`Error`].
pub type Result<T> = core::result::Result<T, Error>;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Empty => write!(f, "the data set is empty; pass at least one sample"),
            Self::Lengths { inputs, others } => {
                write!(
                    f,
                    "{inputs} inputs but {others} targets; pass one for each input"
                )
            }
            Self::NonFinite {
                sample,
                index,
                value,
            } => {
                write!(
                    f,
                    "sample {sample}: input value {index} is {value}; clean or scale the data first"
                )
            }
            Self::Label {
                sample,
                label,
                classes,
            } => {
                write!(
                    f,
                    "sample {sample}: label {label}, but the network has {classes} outputs; labels go from 0 to {}",
                    classes.saturating_sub(1)
                )
            }
            Self::Split { fraction, samples } => {
                write!(
                    f,
                    "validation_split({fraction}) of {samples} samples leaves one side empty; use a fraction above 0 and below 1 that gives each side a sample"
                )
            }
        }
    }
}

impl core::error::Error for Error {}
