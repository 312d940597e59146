use crate::plain::Plain;
use nalgebra::SMatrix;

/// A value between layers: a vector `SVector<f32, N>`, or one column per step or pixel, `SMatrix<f32, CHANNELS, POSITIONS>`.
///
/// Memory order is Keras's channels-last order.
pub trait Tensor: Plain + Copy + PartialEq + core::fmt::Debug {
    /// The number of values.
    const LEN: usize;
    /// Values per step or pixel: the channels, or the length of a vector.
    const CHANNELS: usize;
    /// Steps or pixels; 1 for a vector.
    const POSITIONS: usize;
    /// The tensor of as many values per step or pixel, at `POSITIONS` of them.
    type At<const POSITIONS: usize>: Tensor;

    /// The values in memory order.
    #[inline(always)]
    fn values(&self) -> &[f32] {
        crate::plain::as_slice(self)
    }
    /// The values in memory order, to be changed in place.
    #[inline(always)]
    fn values_mut(&mut self) -> &mut [f32] {
        crate::plain::as_mut_slice(self)
    }
}

impl<const CHANNELS: usize, const POSITIONS: usize> Tensor for SMatrix<f32, CHANNELS, POSITIONS> {
    const LEN: usize = CHANNELS * POSITIONS;
    const CHANNELS: usize = CHANNELS;
    const POSITIONS: usize = POSITIONS;
    type At<const OTHERS: usize> = SMatrix<f32, CHANNELS, OTHERS>;
}
