//! The result of an evaluation.

use super::display::Number;
use core::fmt;

/// The result of an evaluation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// The mean loss, regularisation included, as Keras's is.
    pub loss: f32,
    /// The fraction of samples that were classified correctly; `None` for regression.
    pub accuracy: Option<f32>,
    /// The number of samples.
    pub samples: usize,
}

/// `loss: 0.6400 - accuracy: 0.5576`.
impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "loss: {}", Number(self.loss))?;
        match self.accuracy {
            Some(accuracy) => write!(f, " - accuracy: {}", Number(accuracy)),
            None => Ok(()),
        }
    }
}

/// The sums over one batch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sums {
    /// The batch's loss: reduced, and in training with the penalty.
    pub(super) loss: f32,
    /// The number of those classified correctly.
    pub(super) correct: f32,
    /// Whether the loss knows of classes.
    pub(super) classes: bool,
}

impl Sums {
    /// The score of this batch alone.
    pub(super) fn score(self, samples: usize) -> Score {
        Score {
            loss: self.loss,
            accuracy: self.classes.then(|| self.correct / samples.max(1) as f32),
            samples,
        }
    }
}

/// The mean over batches, each counted by its samples, as Keras counts them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mean {
    loss: f64,
    correct: f64,
    classes: bool,
    samples: usize,
}

impl Mean {
    pub(super) fn add(&mut self, sums: Sums, rows: usize) {
        self.loss += f64::from(sums.loss) * rows as f64;
        self.correct += f64::from(sums.correct);
        self.classes |= sums.classes;
        self.samples += rows;
    }

    pub(super) fn score(&self) -> Score {
        let samples = self.samples.max(1) as f64;
        Score {
            loss: (self.loss / samples) as f32,
            accuracy: self.classes.then_some((self.correct / samples) as f32),
            samples: self.samples,
        }
    }
}
