//! The memory between layers at inference.
//!
//! In a chain, a layer reads what the one before gave and writes what the next one reads; everything older is dead. So one arena
//! as large as the largest two neighbours holds all outputs, if they lie at its front and its back in turn.

use crate::layer::Layer;
use crate::plain::{self, Zeroed};
pub use core::mem::MaybeUninit;

/// The outputs of a layer for `BATCH` samples.
type Outputs<L, const BATCH: usize> = [<L as Layer>::Output; BATCH];

/// Room for one layer's outputs.
pub type Alone<L, const BATCH: usize> = Outputs<L, BATCH>;

/// Room for the outputs of two layers, one behind the other.
pub type Neighbours<K, L, const BATCH: usize> = (Outputs<K, BATCH>, Outputs<L, BATCH>);

/// Zeros, in which layers put what they give. Never a value that is returned: a build without optimisation would copy it over the stack.
#[inline(always)]
pub const fn room<T: Zeroed>(place: &mut MaybeUninit<T>) -> &mut T {
    plain::zeroed_in(place)
}

/// The place of a layer's outputs at the front.
#[inline(always)]
#[must_use]
pub const fn front<T: plain::Room, L: Layer, const BATCH: usize>(
    arena: &mut T,
) -> &mut Outputs<L, BATCH> {
    plain::ends::<T, Outputs<L, BATCH>, ()>(arena).0
}

/// The place of a layer's outputs at the back.
#[inline(always)]
#[must_use]
pub const fn back<T: plain::Room, L: Layer, const BATCH: usize>(
    arena: &mut T,
) -> &mut Outputs<L, BATCH> {
    plain::ends::<T, (), Outputs<L, BATCH>>(arena).1
}

/// The places of one layer's outputs at the front and of another's at the back.
#[inline(always)]
#[must_use]
pub const fn ends<T: plain::Room, K: Layer, L: Layer, const BATCH: usize>(
    arena: &mut T,
) -> (&mut Outputs<K, BATCH>, &mut Outputs<L, BATCH>) {
    plain::ends(arena)
}

/// Bytes of the arena for one sample, given the bytes of each output that needs a place in it, in order.
#[must_use]
pub const fn arena_bytes(outputs: &[usize]) -> usize {
    let (mut largest, mut before, mut i) = (0, 0, 0);
    while i < outputs.len() {
        let two = before + outputs[i];
        if two > largest {
            largest = two;
        }
        before = outputs[i];
        i += 1;
    }
    largest
}

/// Bytes of what a layer gives for one sample.
#[must_use]
pub const fn output_bytes<L: Layer>() -> usize {
    size_of::<L::Output>()
}

/// The largest, 0 of none.
#[must_use]
pub const fn largest(values: &[usize]) -> usize {
    let (mut largest, mut i) = (0, 0);
    while i < values.len() {
        if values[i] > largest {
            largest = values[i];
        }
        i += 1;
    }
    largest
}
