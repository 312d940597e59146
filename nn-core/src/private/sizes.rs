//! The sizes of layers of the user's.
//!
//! A type that is no layer is one mistake, which the bounds of the network report; whoever needs its sizes besides takes [`NoSizes`].

use super::output_dims;
use crate::layer::Layer;
use crate::tensor::Tensor;
use core::marker::PhantomData;

/// The channels and positions of a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dims {
    /// The channels of a pixel, the features of a step, the values of a vector.
    pub channels: usize,
    /// Pixels or steps; 1 of a vector.
    pub positions: usize,
}

/// The sizes of a tensor's type.
#[must_use]
pub const fn dims_of<T: Tensor>() -> Option<Dims> {
    Some(Dims {
        channels: T::CHANNELS,
        positions: T::POSITIONS,
    })
}

/// The sizes of what the type `L` takes and gives: constants of its own if it is a layer, else those of [`NoSizes`].
#[derive(Debug)]
pub struct SizesOf<L>(PhantomData<L>);

impl<L: Layer> SizesOf<L> {
    /// The sizes of its input.
    pub const TAKEN: Option<Dims> = dims_of::<L::Input>();
    /// The sizes of its output.
    pub const GIVEN: Option<Dims> = dims_of::<L::Output>();
    /// The sizes of its output, outermost first.
    pub const OUTPUT: &'static [usize] = output_dims::<L>();
}

/// The sizes of what is no layer.
pub trait NoSizes {
    /// None.
    const TAKEN: Option<Dims> = None;
    /// None.
    const GIVEN: Option<Dims> = None;
    /// None.
    const OUTPUT: &'static [usize] = &[];
}

impl<L> NoSizes for SizesOf<L> {}

/// The sum of sizes; 0 if one of them is, which is a mistake that is reported where it was made.
#[must_use]
pub const fn sum_of_sizes(sizes: &[usize]) -> usize {
    if super::product(sizes) == 0 {
        return 0;
    }
    super::sum(sizes)
}

/// The number of values.
#[must_use]
pub const fn output_len(given: Option<Dims>) -> usize {
    output_channels(given).saturating_mul(output_positions(given))
}

/// The channels; 0 of what is no layer.
#[must_use]
pub const fn output_channels(given: Option<Dims>) -> usize {
    match given {
        Some(dims) => dims.channels,
        None => 0,
    }
}

/// The steps or pixels; 0 of what is no layer.
#[must_use]
pub const fn output_positions(given: Option<Dims>) -> usize {
    match given {
        Some(dims) => dims.positions,
        None => 0,
    }
}
