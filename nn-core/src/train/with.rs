//! A trainer by the name of its network.

use super::Trainer;
use crate::layer::Train;
use crate::optim::Optimizer;

/// The [`Trainer`] of a network or layer, of which only the batch size has to be written: `Animals::trainer::<10>(optimizer, loss)`.
///
/// Implemented for everything that can be trained. In a `static`, [`Trainer::new`] is a `const fn`.
///
/// ```
/// use nn_core::prelude::*;
///
/// network! { struct Line { input 1; dense 1; } }
///
/// # fn main() -> nn_core::Result<()> {
/// let mut net = Line::zeros();
/// let samples = [([0.0], 1.0), ([1.0], 3.0)];
/// let mut trainer = Line::trainer::<2>(Adam::new(0.1), MeanSquaredError);
/// trainer.fit(&mut net, &samples, Fit::epochs(300))?;
/// assert!((net.predict(&[2.0].into())[0] - 5.0).abs() < 0.1);
/// # Ok(())
/// # }
/// ```
// The two parameters of the trait are inferred from the arguments; those of a method would have to be written beside the batch size.
pub trait TrainWith<O: Optimizer, L>: Train {
    /// A trainer with nothing done yet: [`Trainer::new`].
    #[must_use]
    fn trainer<const BATCH: usize>(optimizer: O, loss: L) -> Trainer<Self, O, L, BATCH> {
        Trainer::new(optimizer, loss)
    }

    /// A trainer on the heap, made in place: [`Trainer::boxed`].
    #[cfg(feature = "alloc")]
    #[must_use]
    fn boxed_trainer<const BATCH: usize>(
        optimizer: O,
        loss: L,
    ) -> alloc::boxed::Box<Trainer<Self, O, L, BATCH>> {
        Trainer::boxed(optimizer, loss)
    }
}

impl<N: Train, O: Optimizer, L> TrainWith<O, L> for N {}
