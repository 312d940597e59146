//! Optimisers: hyper-parameters and one short formula over vectors; they know nothing of layers.
//!
//! An [`Optimizer`] works out once a step what depends on the step (bias corrections, the learning rate) and puts it into a [`Rule`], which is applied in `f32` to every parameter in one pass. What all optimisers share
//! (schedules, clipping, weight decay) is in [`Options`], and [`step`] is the one place that carries it out.
//!
//! `X::new(learning_rate)` has Keras's formula and defaults, `X::torch(learning_rate)` PyTorch's where they differ.
//! Everything is `const`, so an optimiser can be part of a `static`.
//!
//! ```
//! use nn_core::prelude::*;
//!
//! const OPTIMIZER: Adam = Adam::new(1e-3).beta_1(0.8).clipnorm(1.0);
//! let falling = Schedule::PiecewiseConstant { initial_learning_rate: 0.1, then: &[(100, 0.01)] };
//! let sgd = Sgd::scheduled(falling).momentum(0.9);
//! assert_eq!((sgd.learning_rate(100), sgd.learning_rate(101)), (0.1, 0.01));
//! assert_eq!(OPTIMIZER.learning_rate(7), 1e-3);
//! ```

mod adadelta;
mod adagrad;
mod adam;
mod adamax;
mod ftrl;
mod instances;
mod nadam;
mod options;
mod radam;
mod rmsprop;
mod schedule;
mod sgd;
mod share;
mod sign;
mod step;
pub mod switch;
#[cfg(test)]
mod tests;

pub use adadelta::Adadelta;
pub use adagrad::Adagrad;
pub use adam::{Adam, AdamW};
pub use adamax::Adamax;
pub use ftrl::Ftrl;
pub use instances::INSTANCES;
pub use nadam::Nadam;
pub use options::{Clip, LearningRate, Options};
pub use radam::Radam;
pub use rmsprop::Rmsprop;
pub use schedule::Schedule;
pub use sgd::Sgd;
pub use sign::{Lion, Manhattan, Rprop};
pub use step::step;
pub(crate) use step::{step_and_fetch, take_back};

use crate::plain::Plain;
use fearless_simd::Simd;

/// Optimisers with a learning rate by step.
macro_rules! scheduled {
    ($($name:ident)*) => {$(
        impl $name {
            /// The optimiser with Keras's defaults and a learning rate by step: [`new`](Self::new) without a rate that the schedule would replace.
            #[must_use]
            pub const fn scheduled(schedule: Schedule) -> Self {
                Self::new(0.0).schedule(schedule)
            }
        }
    )*};
}
scheduled!(Adadelta Adagrad Adam AdamW Adamax Ftrl Lion Manhattan Nadam Radam Rmsprop Sgd);

/// The most slots of state that a [`Rule`] can have.
pub const MAX_SLOTS: usize = 3;

/// An optimiser: hyper-parameters in `f64` that make a [`Rule`] for each step.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an optimiser",
    note = "write `Adam::new(1e-3)`, `Sgd::new(0.01).momentum(0.9)` or another type of `nn_core::optim`"
)]
pub trait Optimizer {
    /// One value per parameter and slot: `[G; 2]` for Adam's two moments. Starts as zeros.
    type State<G: Plain>: Plain;
    /// The formula with the numbers of one step filled in.
    type Rule: Rule;
    /// The formula at `step`, counted from 0.
    fn rule(&mut self, step: u64) -> Self::Rule;
    /// The options that all optimisers have.
    fn options(&self) -> &Options;
    /// The options that all optimisers have, to be changed.
    fn options_mut(&mut self) -> &mut Options;

    /// An error if an option has a value that it cannot have. The learning rate is not looked at.
    fn check_options(&self) -> crate::Result<()> {
        self.options().check()
    }

    /// The learning rate at `step`, counted from 0.
    fn learning_rate(&self, step: u64) -> f64 {
        self.options().learning_rate.at(step)
    }
    /// Replaces the learning rate and any schedule.
    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.options_mut().learning_rate = LearningRate::constant(learning_rate);
    }
}

/// The formula of one step on one vector of parameters; `Copy` numbers in `f32`.
pub trait Rule: Copy {
    /// Values of state per parameter, at most [`MAX_SLOTS`].
    const SLOTS: usize;
    /// The new parameters from the old ones and their gradients.
    ///
    /// Of `slots`, the first [`SLOTS`](Self::SLOTS) hold state, which is changed in place. Should be
    /// `#[inline(always)]`: that is how it inherits the instruction set of `simd`.
    fn update<S: Simd>(
        &self,
        simd: S,
        parameter: S::f32s,
        gradient: S::f32s,
        slots: &mut [S::f32s; MAX_SLOTS],
    ) -> S::f32s;
}
