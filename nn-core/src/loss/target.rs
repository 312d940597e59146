use crate::tensor::Tensor;
use nalgebra::{SMatrix, SVector};

/// A fault of a target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum BadTarget {
    /// A class label that the outputs do not reach.
    Label {
        /// The label.
        label: usize,
        /// The number of classes.
        classes: usize,
    },
    /// A value that is not finite.
    NonFinite {
        /// The place of the value in the target.
        index: usize,
        /// The value.
        value: f32,
    },
    /// A value that is no probability, under a loss that compares probabilities.
    Probability {
        /// The place of the value in the target.
        index: usize,
        /// The value.
        value: f32,
    },
}

/// A class label.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a class label",
    note = "a class label is a `u8`, `u16`, `u32` or `usize`; give an integer literal its type, as in `2_u8`",
    note = "for one-hot targets use `CategoricalCrossentropy`"
)]
pub trait Label: Copy {
    /// The label as an index; values that do not fit are out of range for every network.
    fn index(self) -> usize;
}

/// One class label for each row of the outputs `Y`: a [`Label`] for a vector, `[label; POSITIONS]` for a sequence.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a class label for the outputs of this network",
    note = "a class label is a `u8`, `u16`, `u32` or `usize`; give an integer literal its type, as in `2_u8`",
    note = "for one-hot targets use `CategoricalCrossentropy`"
)]
pub trait Labels<Y: Tensor> {
    /// The integer.
    type Label: Label;
    /// The labels in the order of the rows.
    fn labels(&self) -> &[Self::Label];
}

/// One number for each of the outputs `Y`: a value of type `Y`, `[f32; N]`, or a single `f32`, `bool` or `u8` for a single output.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a target for the outputs of this network",
    note = "a target holds one `f32` for each output: `SVector<f32, N>` or `[f32; N]`, or a single `f32`, `bool` or `u8` if there is one output",
    note = "class labels (`u8`, `u16`, `u32`, `usize`) go with `SparseCategoricalCrossentropy`"
)]
pub trait Target<Y: Tensor> {
    /// The numbers in the order of the outputs, `Y::LEN` of them.
    fn numbers(&self) -> impl AsRef<[f32]>;
}

macro_rules! labels {
    ($($type:ty),*) => {$(
        impl Label for $type {
            #[inline(always)]
            fn index(self) -> usize { usize::try_from(self).unwrap_or(usize::MAX) }
        }
        impl<const CLASSES: usize> Labels<SVector<f32, CLASSES>> for $type {
            type Label = Self;
            #[inline(always)]
            fn labels(&self) -> &[Self] { core::slice::from_ref(self) }
        }
    )*};
}
labels!(u8, u16, u32, usize);

impl<T: Label, const CLASSES: usize, const POSITIONS: usize>
    Labels<SMatrix<f32, CLASSES, POSITIONS>> for [T; POSITIONS]
{
    type Label = T;
    #[inline(always)]
    fn labels(&self) -> &[T] {
        self
    }
}

impl<Y: Tensor> Target<Y> for Y {
    #[inline(always)]
    fn numbers(&self) -> impl AsRef<[f32]> {
        self.values()
    }
}
impl<const LEN: usize> Target<SVector<f32, LEN>> for [f32; LEN] {
    #[inline(always)]
    fn numbers(&self) -> impl AsRef<[f32]> {
        self.as_slice()
    }
}

/// Single numbers are targets of a single output.
macro_rules! scalars {
    ($($type:ty),*) => {$(
        impl Target<SVector<f32, 1>> for $type {
            #[inline(always)]
            fn numbers(&self) -> impl AsRef<[f32]> { [f32::from(*self)] }
        }
    )*};
}
scalars!(f32, bool, u8);

/// The first value that is not finite.
pub(super) fn check_finite<Y: Tensor>(target: &impl Target<Y>) -> Option<BadTarget> {
    find(target, |value| !value.is_finite())
        .map(|(index, value)| BadTarget::NonFinite { index, value })
}

/// The first value that is not finite, else the first outside 0 to 1.
pub(super) fn check_probabilities<Y: Tensor>(target: &impl Target<Y>) -> Option<BadTarget> {
    check_finite(target).or_else(|| {
        find(target, |value| !(0.0..=1.0).contains(&value))
            .map(|(index, value)| BadTarget::Probability { index, value })
    })
}

/// The first label that has no output. A single output tells no classes apart: its softmax is 1 whatever the network, so any label is wrong.
pub(super) fn check_labels<Y: Tensor>(target: &impl Labels<Y>) -> Option<BadTarget> {
    let classes = Y::CHANNELS;
    target
        .labels()
        .iter()
        .map(|label| label.index())
        .find(|&label| label >= classes || classes < 2)
        .map(|label| BadTarget::Label { label, classes })
}

fn find<Y: Tensor>(target: &impl Target<Y>, wrong: impl Fn(f32) -> bool) -> Option<(usize, f32)> {
    let values = target.numbers();
    let values = values.as_ref().iter().copied();
    values.enumerate().find(|&(_, value)| wrong(value))
}

/// The class that a target means: the side of one half of a single number, else the largest number. A sequence has one for each step
/// and so none.
pub(super) fn class<Y: Tensor>(target: &impl Target<Y>) -> Option<usize> {
    match target.numbers().as_ref() {
        _ if Y::POSITIONS != 1 => None,
        [] => None,
        [value] => Some(usize::from(*value > 0.5)),
        values => Some(super::numeric::argmax(values)),
    }
}
