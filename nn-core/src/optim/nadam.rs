use super::options::{builders, options};
use super::share::{decayed, rest};
use super::{MAX_SLOTS, Optimizer, Options, Rule};
use crate::math::vector::sqrt;
use crate::plain::Plain;
use fearless_simd::Simd;

/// Adam with Nesterov momentum (Dozat 2016; Keras `Nadam`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nadam {
    options: Options,
    beta_1: f64,
    beta_2: f64,
    epsilon: f64,
    momentum_decay: f64,
    schedule: Product,
}

/// The product of the momentum factors of all steps before `step`, which has no closed form.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Product {
    step: u64,
    value: f64,
}

impl Nadam {
    /// The optimiser with Keras's defaults: `beta_1` 0.9, `beta_2` 0.999, `epsilon` 1e-7, `momentum_decay` 1.
    #[must_use]
    pub const fn new(learning_rate: f64) -> Self {
        Self {
            options: Options::new(learning_rate),
            beta_1: 0.9,
            beta_2: 0.999,
            epsilon: 1e-7,
            momentum_decay: 1.0,
            schedule: Product {
                step: 0,
                value: 1.0,
            },
        }
    }

    /// The optimiser with PyTorch's defaults: `epsilon` 1e-8, `momentum_decay` 0.004.
    #[must_use]
    pub const fn torch(learning_rate: f64) -> Self {
        Self::new(learning_rate).epsilon(1e-8).momentum_decay(0.004)
    }

    /// The momentum factor of the `t`-th step, counted from 1.
    fn factor(&self, t: f64) -> f64 {
        self.beta_1 * (1.0 - 0.5 * libm::pow(0.96, t * self.momentum_decay))
    }

    /// The product of the factors of all steps before `step`. Usually one multiplication; after a jump, which is what
    /// resuming a training looks like, it is worked out anew up to where too little is left of it to count.
    fn product(&mut self, step: u64) -> f64 {
        if self.schedule.step > step {
            self.schedule = Product {
                step: 0,
                value: 1.0,
            };
        }
        while self.schedule.step < step && self.schedule.value > 1e-30 {
            self.schedule.step += 1;
            self.schedule.value *= self.factor(self.schedule.step as f64);
        }
        self.schedule.step = step;
        self.schedule.value
    }
}

builders!([] Nadam {
    /// The share of the first moment that stays from step to step, in the end.
    beta_1,
    /// The share of the second moment that stays from step to step.
    beta_2,
    /// A number that is added to the divisor.
    epsilon,
    /// The speed at which the momentum factor rises from half of `beta_1` to `beta_1`.
    momentum_decay,
});

/// [`Nadam`] at one step.
#[derive(Clone, Copy, Debug)]
pub struct NadamRule {
    gain_1: f32,
    gain_2: f32,
    /// The parameters move against this times the first moment plus `direct` times the gradient.
    along: f32,
    direct: f32,
    epsilon: f32,
}

impl Optimizer for Nadam {
    type State<G: Plain> = [G; 2];
    type Rule = NadamRule;
    options!();

    fn rule(&mut self, step: u64) -> NadamRule {
        let t = step as f64 + 1.0;
        let (now, next) = (self.factor(t), self.factor(t + 1.0));
        let product = self.product(step) * now;
        let second = libm::sqrt(1.0 - decayed(self.beta_2, step));
        let rate = self.learning_rate(step) * second;
        NadamRule {
            gain_1: rest(self.beta_1),
            gain_2: rest(self.beta_2),
            along: (rate * next / (1.0 - product * next)) as f32,
            direct: (rate * (1.0 - now) / (1.0 - product)) as f32,
            epsilon: (self.epsilon * second) as f32,
        }
    }
}

impl Rule for NadamRule {
    const SLOTS: usize = 2;

    #[inline(always)]
    fn update<S: Simd>(
        &self,
        _: S,
        p: S::f32s,
        g: S::f32s,
        slots: &mut [S::f32s; MAX_SLOTS],
    ) -> S::f32s {
        let [m, v, _] = slots;
        *m += (g - *m) * self.gain_1;
        *v += (g * g - *v) * self.gain_2;
        p - (*m * self.along + g * self.direct) / (sqrt(*v) + self.epsilon)
    }
}
