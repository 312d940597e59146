use core::f64::consts::PI;

/// The learning rate by step, in the words and formulas of `keras.optimizers.schedules`.
///
/// Steps are batches trained on, counted from 0. A number of steps of 0 counts as 1.
///
/// ```
/// use nn_core::optim::Schedule;
///
/// const RATE: Schedule = Schedule::ExponentialDecay {
///     initial_learning_rate: 0.1,
///     decay_steps: 100,
///     decay_rate: 0.5,
///     staircase: true,
/// };
/// assert_eq!(RATE.at(99), 0.1);
/// assert_eq!(RATE.at(100), 0.05);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Schedule {
    /// A constant rate.
    Constant(f64),
    /// `initial_learning_rate * decay_rate ^ (step / decay_steps)`
    ExponentialDecay {
        /// The rate at step 0.
        initial_learning_rate: f64,
        /// The steps after which the rate has been multiplied by `decay_rate` once.
        decay_steps: u64,
        /// The factor.
        decay_rate: f64,
        /// Whether the exponent is rounded down to whole numbers.
        staircase: bool,
    },
    /// `initial_learning_rate / (1 + decay_rate * step / decay_steps)`
    InverseTimeDecay {
        /// The rate at step 0.
        initial_learning_rate: f64,
        /// The unit in which steps are counted.
        decay_steps: u64,
        /// The growth of the divisor.
        decay_rate: f64,
        /// Whether `step / decay_steps` is rounded down to whole numbers.
        staircase: bool,
    },
    /// One rate up to and including each boundary (Keras `PiecewiseConstantDecay`).
    PiecewiseConstant {
        /// The rate at step 0.
        initial_learning_rate: f64,
        /// `(boundary, rate)`: the rate after step `boundary`, in ascending order.
        then: &'static [(u64, f64)],
    },
    /// `(initial_learning_rate - end_learning_rate) * (1 - step / decay_steps) ^ power + end_learning_rate`
    PolynomialDecay {
        /// The rate at step 0.
        initial_learning_rate: f64,
        /// The step from which the rate stays at `end_learning_rate`.
        decay_steps: u64,
        /// The last rate.
        end_learning_rate: f64,
        /// The exponent; 1 is a straight line.
        power: f64,
        /// Whether to begin again, from as high as a decay over the next multiple of `decay_steps` has it, instead of staying.
        cycle: bool,
    },
    /// Half a cosine from the initial rate down to `alpha` times it, after a linear warm-up if there is one.
    CosineDecay {
        /// The rate at step 0.
        initial_learning_rate: f64,
        /// The length of the decay, warm-up not counted.
        decay_steps: u64,
        /// The last rate as a share of the highest.
        alpha: f64,
        /// `(target, steps)`: rises to `target` in a straight line over so many steps before the decay.
        warmup: Option<(f64, u64)>,
    },
    /// Cosine decays one after the other (SGDR, Loshchilov and Hutter 2016).
    CosineDecayRestarts {
        /// The rate at step 0.
        initial_learning_rate: f64,
        /// The length of the first decay.
        first_decay_steps: u64,
        /// Each decay is this many times as long as the one before (Keras's default: 2). At least 1.
        t_mul: f64,
        /// Each decay begins at this share of the rate of the one before (Keras's default: 1).
        m_mul: f64,
        /// The lowest rate as a share of the initial one.
        alpha: f64,
    },
}

impl Schedule {
    /// The learning rate at `step`, counted from 0.
    #[must_use]
    pub fn at(&self, step: u64) -> f64 {
        match *self {
            Self::Constant(rate) => rate,
            Self::ExponentialDecay {
                initial_learning_rate,
                decay_steps,
                decay_rate,
                staircase,
            } => {
                initial_learning_rate * libm::pow(decay_rate, periods(step, decay_steps, staircase))
            }
            Self::InverseTimeDecay {
                initial_learning_rate,
                decay_steps,
                decay_rate,
                staircase,
            } => initial_learning_rate / (1.0 + decay_rate * periods(step, decay_steps, staircase)),
            Self::PiecewiseConstant {
                initial_learning_rate,
                then,
            } => then
                .iter()
                .rev()
                .find(|(boundary, _)| step > *boundary)
                .map_or(initial_learning_rate, |&(_, rate)| rate),
            Self::PolynomialDecay {
                initial_learning_rate,
                decay_steps,
                end_learning_rate,
                power,
                cycle,
            } => {
                let done = periods(step, decay_steps, false);
                let done = if cycle {
                    done / libm::ceil(done).max(1.0)
                } else {
                    done.min(1.0)
                };
                (initial_learning_rate - end_learning_rate) * libm::pow(1.0 - done, power)
                    + end_learning_rate
            }
            Self::CosineDecay {
                initial_learning_rate,
                decay_steps,
                alpha,
                warmup,
            } => {
                let (highest, warmup_steps) = warmup.unwrap_or((initial_learning_rate, 0));
                if step < warmup_steps {
                    let done = periods(step, warmup_steps, false);
                    return initial_learning_rate + (highest - initial_learning_rate) * done;
                }
                highest * cosine(periods(step - warmup_steps, decay_steps, false), 1.0, alpha)
            }
            Self::CosineDecayRestarts {
                initial_learning_rate,
                first_decay_steps,
                t_mul,
                m_mul,
                alpha,
            } => {
                let (restarts, done) = restarts(periods(step, first_decay_steps, false), t_mul);
                initial_learning_rate * cosine(done, libm::pow(m_mul, restarts), alpha)
            }
        }
    }
}

/// `step / length`, perhaps rounded down.
fn periods(step: u64, length: u64, whole: bool) -> f64 {
    let length = length.max(1);
    if whole {
        (step / length) as f64
    } else {
        step as f64 / length as f64
    }
}

/// Half a cosine from `height` at 0 to 0 at 1, raised so that it never falls below `alpha`.
fn cosine(done: f64, height: f64, alpha: f64) -> f64 {
    (1.0 - alpha) * 0.5 * height * (1.0 + libm::cos(PI * done.min(1.0))) + alpha
}

/// The number of decays that are over after `periods` first decays' time, and the share of the current one.
fn restarts(periods: f64, t_mul: f64) -> (f64, f64) {
    if t_mul <= 1.0 {
        let restarts = libm::floor(periods);
        return (restarts, periods - restarts);
    }
    // The n-th decay begins after 1 + t + … + t^(n-1) = (t^n - 1) / (t - 1). Rounding must not miss the very step.
    let exact = libm::log(1.0 + periods * (t_mul - 1.0)) / libm::log(t_mul);
    let restarts = libm::floor(exact + 1e-9);
    let length = libm::pow(t_mul, restarts);
    let begin = (length - 1.0) / (t_mul - 1.0);
    (restarts, ((periods - begin) / length).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::Schedule::*;
    use super::*;
    use crate::golden::Case;
    use std::format;

    fn check(name: &str, schedule: Schedule) {
        let case = Case::read(&format!("schedule__{name}"));
        let steps = case.tensor("/inputs/step");
        for (step, expected) in steps.iter().zip(case.tensor("/output/learning_rate")) {
            let rate = schedule.at(*step as u64);
            assert!(
                (rate - expected).abs() < 1e-12,
                "{name}, step {step}: {rate} instead of {expected}"
            );
        }
    }

    #[test]
    fn decays_are_those_of_keras() {
        let [initial_learning_rate, decay_steps] = [0.1, 5.0];
        let decay_steps = decay_steps as u64;
        for (staircase, suffix) in [(false, ""), (true, "_staircase")] {
            let exponential = ExponentialDecay {
                initial_learning_rate,
                decay_steps,
                decay_rate: 0.7,
                staircase,
            };
            check(&format!("exponential_decay{suffix}"), exponential);
            let inverse = InverseTimeDecay {
                initial_learning_rate,
                decay_steps,
                decay_rate: 0.5,
                staircase,
            };
            check(&format!("inverse_time_decay{suffix}"), inverse);
        }
        let then = &[(5, 0.05), (12, 0.01)];
        check(
            "piecewise_constant",
            PiecewiseConstant {
                initial_learning_rate,
                then,
            },
        );
        for (cycle, name, decay_steps, power) in [
            (false, "polynomial_decay", 20, 2.0),
            (true, "polynomial_decay_cycle", 5, 0.5),
        ] {
            let end_learning_rate = 0.01;
            let schedule = PolynomialDecay {
                initial_learning_rate,
                decay_steps,
                end_learning_rate,
                power,
                cycle,
            };
            check(name, schedule);
        }
    }

    #[test]
    fn cosines_are_those_of_keras() {
        let plain = CosineDecay {
            initial_learning_rate: 0.1,
            decay_steps: 20,
            alpha: 0.1,
            warmup: None,
        };
        check("cosine_decay", plain);
        let warmup = Some((0.1, 4));
        let warm = CosineDecay {
            initial_learning_rate: 0.01,
            decay_steps: 16,
            alpha: 0.0,
            warmup,
        };
        check("cosine_decay_warmup", warm);
        let restarts = CosineDecayRestarts {
            initial_learning_rate: 0.1,
            first_decay_steps: 5,
            t_mul: 2.0,
            m_mul: 0.8,
            alpha: 0.05,
        };
        check("cosine_decay_restarts", restarts);
    }

    #[test]
    fn restarts_begin_at_the_very_step() {
        for t_mul in [1.0, 1.5, 2.0, 3.0, 10.0] {
            let (mut begin, mut length) = (0.0, 1.0);
            for n in 0..12 {
                let (restarts, done) = super::restarts(begin, t_mul);
                assert_eq!(restarts, f64::from(n), "{t_mul}");
                assert!(done < 1e-9, "{t_mul} {n} {done}");
                begin += length;
                length *= t_mul;
            }
        }
    }

    #[test]
    fn lengths_of_zero_are_lengths_of_one() {
        let warmup = Some((0.2, 0));
        let cosine = CosineDecay {
            initial_learning_rate: 0.1,
            decay_steps: 0,
            alpha: 0.0,
            warmup,
        };
        assert_eq!(cosine.at(0), 0.2);
        assert_eq!(cosine.at(u64::MAX), 0.0);
    }
}
