use super::options::{builders, options};
use super::share::{rest, rest_after};
use super::switch::{Join, Off, On, Switch};
use super::{MAX_SLOTS, Optimizer, Options, Rule};
use crate::math::vector::sqrt;
use crate::plain::{Plain, square_root};
use core::marker::PhantomData;
use fearless_simd::{Simd, prelude::*};

/// Adam and AdamW differ in one default, but each is a type of its own name.
macro_rules! adam {
    ($(#[$doc:meta])* $name:ident, weight decay $keras:literal, $torch:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $name<A: Switch = Off> {
            options: Options,
            beta_1: f64,
            beta_2: f64,
            epsilon: f64,
            /// PyTorch adds `epsilon` after the bias correction of the second moment, Keras before it.
            epsilon_last: bool,
            amsgrad: PhantomData<A>,
        }

        impl $name {
            /// The optimiser with Keras's defaults: `beta_1` 0.9, `beta_2` 0.999, `epsilon` 1e-7,
            #[doc = concat!("`weight_decay` ", $keras, ".")]
            #[must_use]
            pub const fn new(learning_rate: f64) -> Self {
                Self {
                    options: Options::new(learning_rate),
                    beta_1: 0.9,
                    beta_2: 0.999,
                    epsilon: 1e-7,
                    epsilon_last: false,
                    amsgrad: PhantomData,
                }
                .weight_decay($keras)
            }

            /// The optimiser with PyTorch's formula and defaults: `epsilon` 1e-8, added after the bias correction,
            #[doc = concat!("`weight_decay` ", $torch, ".")]
            #[must_use]
            pub const fn torch(learning_rate: f64) -> Self {
                let mut torch = Self::new(learning_rate).epsilon(1e-8).weight_decay($torch);
                torch.epsilon_last = true;
                torch
            }

            /// Divides by the largest second moment so far (Reddi et al. 2018). Takes a third value per parameter.
            #[must_use]
            pub const fn amsgrad(self) -> $name<On> {
                $name {
                    options: self.options,
                    beta_1: self.beta_1,
                    beta_2: self.beta_2,
                    epsilon: self.epsilon,
                    epsilon_last: self.epsilon_last,
                    amsgrad: PhantomData,
                }
            }
        }

        builders!([A: Switch] $name<A> {
            /// The share of the first moment that stays from step to step.
            beta_1,
            /// The share of the second moment that stays from step to step.
            beta_2,
            /// A number that is added to the divisor.
            epsilon,
        });

        impl<A: Switch> Optimizer for $name<A> {
            type State<G: Plain> = Join<[G; 2], A::Slot<G>>;
            type Rule = AdamRule<A>;
            options!();

            fn rule(&mut self, step: u64) -> AdamRule<A> {
                let second = square_root(rest_after(self.beta_2, step));
                let epsilon = self.epsilon as f32;
                AdamRule {
                    rate: self.learning_rate(step) as f32 * second / rest_after(self.beta_1, step),
                    gain_1: rest(self.beta_1),
                    gain_2: rest(self.beta_2),
                    epsilon: if self.epsilon_last { epsilon * second } else { epsilon },
                    amsgrad: PhantomData,
                }
            }
        }
    };
}

adam! {
    /// Adam (Kingma and Ba 2014; Keras `Adam`).
    Adam, weight decay 0.0, 0.0
}
adam! {
    /// Adam with decoupled weight decay (Loshchilov and Hutter 2017; Keras `AdamW`).
    AdamW, weight decay 0.004, 0.01
}

/// [`Adam`] and [`AdamW`] at one step.
#[derive(Clone, Copy, Debug)]
pub struct AdamRule<A> {
    /// The learning rate times both bias corrections.
    rate: f32,
    gain_1: f32,
    gain_2: f32,
    epsilon: f32,
    amsgrad: PhantomData<A>,
}

impl<A: Switch> Rule for AdamRule<A> {
    const SLOTS: usize = 2 + A::SLOTS;

    #[inline(always)]
    fn update<S: Simd>(
        &self,
        _: S,
        p: S::f32s,
        g: S::f32s,
        slots: &mut [S::f32s; MAX_SLOTS],
    ) -> S::f32s {
        let [m, v, largest] = slots;
        *m += (g - *m) * self.gain_1;
        *v += (g * g - *v) * self.gain_2;
        if A::ON {
            *largest = largest.max(*v);
        }
        let second = if A::ON { *largest } else { *v };
        p - *m * self.rate / (sqrt(second) + self.epsilon)
    }
}
