//! The rules of the optimisers that most programs use, compiled here: see [`activation::INSTANCES`](crate::activation::INSTANCES).

use super::step::{Run, apply};
use super::switch::{Off, On};
use super::*;
use crate::ahead::Ahead;
use fearless_simd::Level;

type Instance<R> = fn(Level, R, f32, Run<'_>, &mut Ahead<'_>) -> bool;

macro_rules! instances {
    ($($name:ident: $optimizer:ty,)*) => {
        /// One function for each optimiser.
        #[doc(hidden)]
        #[derive(Clone, Copy)]
        #[allow(dead_code, missing_debug_implementations)] // To be compiled is all that they are for.
        pub struct Instances {
            $(pub(crate) $name: Instance<<$optimizer as Optimizer>::Rule>,)*
        }

        /// The functions, so that they are compiled in this crate.
        #[doc(hidden)]
        pub static INSTANCES: Instances = Instances {
            $($name: apply::<<$optimizer as Optimizer>::Rule>,)*
        };
    };
}

instances! {
    adagrad: Adagrad,
    adam: Adam<Off>,
    rmsprop: Rmsprop<Off, Off>,
    sgd: Sgd<Off>,
    sgd_momentum: Sgd<On>,
}
