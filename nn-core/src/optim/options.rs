use super::Schedule;
use crate::error::Result;
use crate::option;

/// A limit on gradients. Keras allows one of the three, so this is one value.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Clip {
    /// No limit.
    #[default]
    None,
    /// The Euclidean norm of each tensor's gradient (kernel and bias separately) is scaled down to this (Keras `clipnorm`).
    Norm(f64),
    /// The Euclidean norm of all gradients together is scaled down to this (Keras `global_clipnorm`).
    GlobalNorm(f64),
    /// Each value is limited to plus or minus this (Keras `clipvalue`).
    Value(f64),
}

/// The learning rate of an optimiser, the same at every step or by a [`Schedule`].
///
/// A schedule brings its own evaluation along, as a pointer that only the functions that take one make: a program whose rate is constant
/// has no powers and cosines in it.
#[derive(Clone, Copy, Debug)]
pub struct LearningRate {
    constant: f64,
    schedule: Option<(Schedule, At)>,
}

type At = fn(&Schedule, u64) -> f64;

impl LearningRate {
    /// The same at every step.
    #[must_use]
    pub const fn constant(rate: f64) -> Self {
        Self {
            constant: rate,
            schedule: None,
        }
    }

    /// The rate that the schedule has at each step.
    #[must_use]
    pub const fn scheduled(schedule: Schedule) -> Self {
        if let Schedule::Constant(rate) = schedule {
            return Self::constant(rate);
        }
        Self {
            constant: 0.0,
            schedule: Some((schedule, Schedule::at)),
        }
    }

    /// The learning rate at `step`, counted from 0.
    #[must_use]
    pub fn at(&self, step: u64) -> f64 {
        match &self.schedule {
            None => self.constant,
            Some((schedule, at)) => at(schedule, step),
        }
    }

    /// The schedule by which it goes; a constant one is [`Schedule::Constant`].
    #[must_use]
    pub const fn schedule(&self) -> Schedule {
        match self.schedule {
            None => Schedule::Constant(self.constant),
            Some((schedule, _)) => schedule,
        }
    }
}

impl PartialEq for LearningRate {
    fn eq(&self, other: &Self) -> bool {
        self.schedule() == other.schedule()
    }
}

/// The factor by which a gradient has at most this norm.
pub(super) type ScaleTo = fn(f64, &[f32]) -> f32;

/// A limit on gradients and, where it is one on a norm, how to compute that, which a program without such a limit does not have in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    clip: Clip,
    pub(super) scale: Option<ScaleTo>,
}

impl Limit {
    const NONE: Self = Self {
        clip: Clip::None,
        scale: None,
    };

    const fn new(clip: Clip) -> Self {
        let scale: Option<ScaleTo> = match clip {
            Clip::Norm(_) | Clip::GlobalNorm(_) => Some(scale_to),
            Clip::Value(_) | Clip::None => None,
        };
        Self { clip, scale }
    }
}

/// The factor that brings the Euclidean norm of `values` down to `norm`; 1 if it is not above.
fn scale_to(norm: f64, values: &[f32]) -> f32 {
    let actual = crate::sum::norm(values);
    if actual > norm {
        (norm / actual) as f32
    } else {
        1.0
    }
}

/// The options that all optimisers have.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The learning rate by step.
    pub learning_rate: LearningRate,
    pub(super) limit: Limit,
    /// The share, times the learning rate, that parameters lose of themselves before each update (Keras `weight_decay`).
    pub weight_decay: f64,
    /// The factor of the parameters that are added to the (clipped) gradients (PyTorch's `weight_decay` except for AdamW).
    pub l2: f64,
}

impl PartialEq for Options {
    fn eq(&self, other: &Self) -> bool {
        self.learning_rate == other.learning_rate
            && self.clip() == other.clip()
            && (self.weight_decay, self.l2) == (other.weight_decay, other.l2)
    }
}

impl Options {
    /// A constant learning rate and nothing else.
    #[must_use]
    pub const fn new(learning_rate: f64) -> Self {
        Self {
            learning_rate: LearningRate::constant(learning_rate),
            limit: Limit::NONE,
            weight_decay: 0.0,
            l2: 0.0,
        }
    }

    /// The limit on gradients.
    #[must_use]
    pub const fn clip(&self) -> Clip {
        self.limit.clip
    }

    /// Replaces the limit on gradients.
    pub const fn set_clip(&mut self, clip: Clip) {
        self.limit = Limit::new(clip);
    }

    /// An error if a limit or decay has a value that it cannot have.
    pub(super) fn check(&self) -> Result<()> {
        match self.clip() {
            Clip::None => {}
            Clip::Norm(norm) => option::check!("clipnorm", norm)?,
            Clip::GlobalNorm(norm) => option::check!("global_clipnorm", norm)?,
            Clip::Value(limit) => option::check!("clipvalue", limit)?,
        }
        option::check!("weight_decay", self.weight_decay)?;
        option::check!("l2", self.l2)
    }
}

/// The builders of an optimiser: one for each field named, and those of [`Options`], which its field `options` holds.
macro_rules! builders {
    ([$($generics:tt)*] $type:ty { $($(#[$doc:meta])* $field:ident),* $(,)? }) => {
        impl<$($generics)*> $type {
            /// Whether every number that has a builder of its own is in its range.
            fn options_in_range(&self) -> $crate::Result<()> {
                $($crate::option::check!(stringify!($field), self.$field)?;)*
                Ok(())
            }
            $(
                $(#[$doc])*
                #[must_use]
                pub const fn $field(mut self, $field: f64) -> Self {
                    self.$field = $field;
                    self
                }
            )*
            /// The learning rate by step instead of the one given to `new`; `scheduled` need not be given one.
            #[must_use]
            pub const fn schedule(mut self, schedule: $crate::optim::Schedule) -> Self {
                self.options.learning_rate = $crate::optim::LearningRate::scheduled(schedule);
                self
            }
            /// Scales the gradient of each tensor (kernel and bias separately) down to this Euclidean norm.
            /// Replaces another limit.
            #[must_use]
            pub const fn clipnorm(mut self, norm: f64) -> Self {
                self.options.set_clip($crate::optim::Clip::Norm(norm));
                self
            }
            /// Scales all gradients together down to this Euclidean norm. Replaces another limit.
            #[must_use]
            pub const fn global_clipnorm(mut self, norm: f64) -> Self {
                self.options.set_clip($crate::optim::Clip::GlobalNorm(norm));
                self
            }
            /// Limits each value of the gradients to plus or minus `limit`. Replaces another limit.
            #[must_use]
            pub const fn clipvalue(mut self, limit: f64) -> Self {
                self.options.set_clip($crate::optim::Clip::Value(limit));
                self
            }
            /// Takes `rate` times the learning rate of every parameter off it before each update (decoupled decay).
            #[must_use]
            pub const fn weight_decay(mut self, rate: f64) -> Self {
                self.options.weight_decay = rate;
                self
            }
            /// Adds `factor` times the parameters to the gradients (what PyTorch calls `weight_decay`, except in AdamW).
            #[must_use]
            pub const fn l2(mut self, factor: f64) -> Self {
                self.options.l2 = factor;
                self
            }
        }
    };
}

/// The methods of `Optimizer` for a struct whose field `options` holds the common options. Fields whose builders are
/// written out are named, to be checked like the others.
macro_rules! options {
    ($($field:ident),*) => {
        fn check_options(&self) -> $crate::Result<()> {
            self.options.check()?;
            $($crate::option::check!(stringify!($field), self.$field)?;)*
            self.options_in_range()
        }
        fn options(&self) -> &$crate::optim::Options {
            &self.options
        }
        fn options_mut(&mut self) -> &mut $crate::optim::Options {
            &mut self.options
        }
    };
}

pub(super) use {builders, options};
