//! Names for generated code. Not public API: anything here may change in any release.

#[path = "private/arena.rs"]
mod arena;
#[path = "private/blocks.rs"]
mod blocks;
#[path = "private/budget.rs"]
mod budget;
#[path = "private/calls.rs"]
mod calls;
#[path = "private/checks.rs"]
mod checks;
#[path = "private/constant.rs"]
mod constant;
#[path = "private/saved.rs"]
mod saved;
#[path = "private/sizes.rs"]
mod sizes;
#[path = "private/window.rs"]
mod window;

pub use arena::*;
pub use blocks::*;
pub use budget::*;
pub use calls::*;
pub use checks::*;
pub use constant::*;
pub use sizes::*;
pub use window::*;

pub use crate::__boxed as boxed;
pub use crate::__saved as saved;
pub use crate::activation;
pub use crate::infer::{predict, predict_batch, predict_into};
pub use crate::init;
pub use crate::layer::norm::fold::{Affine, Fold, Normalize};
pub use crate::layer::{self, Context, Layer, Pass, Train, Visitor};
pub use crate::network::{Branch, Diagram, Network, Row, Summary};
pub use crate::plain::{self, Or, Plain, Zeroable, len, made, view, zeroed};
pub use crate::stream::{State, Stream, TrainStream};
pub use crate::weights::{self, Part};
pub use crate::{Bits, Ratio, Result};
#[cfg(feature = "alloc")]
pub use ::alloc::boxed::Box;
#[cfg(feature = "std")]
pub use ::std::path::Path as FilePath;
// By full path: the user's code may have types of these names.
pub use core;
pub use core::convert::AsRef;
pub use core::primitive::{bool, f32, f64, str, u8, usize};
pub use fearless_simd::{Level, Simd};
pub use nalgebra::{SMatrix, SVector};
pub use nn_macros::network;
pub use rand::Rng;

pub use crate::level::best as level;

/// `boxed`, which only exists with the `alloc` feature of this crate, whatever features the user's crate has.
#[doc(hidden)]
#[macro_export]
#[cfg(feature = "alloc")]
macro_rules! __boxed {
    () => {
        /// A network with fresh weights, built in place on the heap: it never passes over the stack.
        #[must_use]
        #[allow(unreachable_pub)] // Which it is where this crate tests itself.
        pub fn boxed<R: $crate::__private::Rng + ?$crate::__private::core::marker::Sized>(
            rng: &mut R,
        ) -> $crate::__private::Box<Self>
        where
            for<'a> Self: $crate::__private::Train,
        {
            let mut network = $crate::plain::zeroed_box::<Self>();
            $crate::__private::Train::init(&mut *network, rng);
            network
        }
    };
}

/// Without `alloc` there is no box.
#[doc(hidden)]
#[macro_export]
#[cfg(not(feature = "alloc"))]
macro_rules! __boxed {
    () => {};
}
