use super::options::{builders, options};
use super::{MAX_SLOTS, Optimizer, Options, Rule};
use crate::math::vector::sqrt;
use crate::plain::Plain;
use fearless_simd::{Simd, prelude::*};

/// Follow the regularised leader (McMahan et al. 2013; Keras `Ftrl`): with L1, parameters become exactly zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ftrl {
    options: Options,
    learning_rate_power: f64,
    initial_accumulator_value: f64,
    l1_regularization_strength: f64,
    l2_regularization_strength: f64,
    l2_shrinkage_regularization_strength: f64,
    beta: f64,
}

impl Ftrl {
    /// The optimiser with Keras's defaults: `learning_rate_power` -0.5, `initial_accumulator_value` 0.1, no regularisation.
    #[must_use]
    pub const fn new(learning_rate: f64) -> Self {
        Self {
            options: Options::new(learning_rate),
            learning_rate_power: -0.5,
            initial_accumulator_value: 0.1,
            l1_regularization_strength: 0.0,
            l2_regularization_strength: 0.0,
            l2_shrinkage_regularization_strength: 0.0,
            beta: 0.0,
        }
    }
}

builders!([] Ftrl {
    /// The power of the sum of squares by which the step falls: -0.5 is the inverse root, 0 not at all. Others are slow: no vector power.
    learning_rate_power,
    /// The initial sum of squares.
    initial_accumulator_value,
    /// The L1 penalty.
    l1_regularization_strength,
    /// The L2 penalty.
    l2_regularization_strength,
    /// An L2 penalty on the gradient only.
    l2_shrinkage_regularization_strength,
    /// `beta` of the paper.
    beta,
});

/// [`Ftrl`] at one step.
#[derive(Clone, Copy, Debug)]
pub struct FtrlRule {
    /// One over the learning rate.
    inverse_rate: f32,
    power: f32,
    /// The state starts as zeros, so the initial value of the sum is added where it is used.
    initial: f32,
    l1: f32,
    twice_l2: f32,
    twice_shrinkage: f32,
}

impl Optimizer for Ftrl {
    type State<G: Plain> = [G; 2];
    type Rule = FtrlRule;
    options!();

    fn rule(&mut self, step: u64) -> FtrlRule {
        let rate = self.learning_rate(step);
        let l2 = self.l2_regularization_strength + self.beta / (2.0 * rate);
        FtrlRule {
            inverse_rate: (1.0 / rate) as f32,
            power: -self.learning_rate_power as f32,
            initial: self.initial_accumulator_value as f32,
            l1: self.l1_regularization_strength as f32,
            twice_l2: (2.0 * l2) as f32,
            twice_shrinkage: (2.0 * self.l2_shrinkage_regularization_strength) as f32,
        }
    }
}

impl FtrlRule {
    #[inline(always)]
    fn power<S: Simd>(&self, simd: S, sum: S::f32s) -> S::f32s {
        if self.power == 0.5 {
            sqrt(sum)
        } else {
            S::f32s::from_fn(simd, |i| libm::powf(sum[i], self.power))
        }
    }
}

impl Rule for FtrlRule {
    const SLOTS: usize = 2;

    #[inline(always)]
    fn update<S: Simd>(
        &self,
        simd: S,
        p: S::f32s,
        g: S::f32s,
        slots: &mut [S::f32s; MAX_SLOTS],
    ) -> S::f32s {
        let [sum, linear, _] = slots;
        let before = self.power(simd, *sum + self.initial);
        *sum += g * g;
        let after = self.power(simd, *sum + self.initial);
        *linear += g + p * self.twice_shrinkage - (after - before) * self.inverse_rate * p;
        let clipped = linear.max(-self.l1).min(self.l1);
        (clipped - *linear) / (after * self.inverse_rate + self.twice_l2)
    }
}
