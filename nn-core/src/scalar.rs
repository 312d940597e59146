/// A number that is part of a type: the rate of a dropout layer, the slope of a leaky ReLU.
///
/// Stable Rust has no `f32` const parameters, so the macro writes `dropout 0.25` as `Dropout<_, Ratio<25, 100>>`, and
/// `dropout RATE` as `Dropout<_, Bits<{ (RATE as f64).to_bits() }>>`.
pub trait Scalar: Copy + Default + core::fmt::Debug + 'static {
    /// The number.
    const VALUE: f64;
}

/// `NUMERATOR / DENOMINATOR` as a [`Scalar`].
///
/// ```
/// use nn_core::{Ratio, Scalar};
/// assert_eq!(Ratio::<25, 100>::VALUE, 0.25);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ratio<const NUMERATOR: i64, const DENOMINATOR: u64>;

impl<const N: i64, const D: u64> Scalar for Ratio<N, D> {
    const VALUE: f64 = N as f64 / D as f64;
}

/// Any number as a [`Scalar`], by the bits of an `f64`, so that a `const` loses nothing.
///
/// ```
/// use nn_core::{Bits, Scalar};
/// const RATE: f64 = 1.0 / 3.0;
/// assert_eq!(Bits::<{ RATE.to_bits() }>::VALUE, RATE);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bits<const BITS: u64>;

impl<const BITS: u64> Scalar for Bits<BITS> {
    const VALUE: f64 = f64::from_bits(BITS);
}
