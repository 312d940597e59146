//! Data augmentation: training samples changed at random, in ways that leave their meaning alone.
//!
//! [`Augment`] moves, turns, zooms and flips images and changes their brightness, contrast and noise; [`GaussianNoise`] is for inputs of any
//! shape; a tuple is one after the other; and who implements [`Augmentation`] has one of their own. [`Fit::augment`](crate::Fit::augment) applies
//! it to every training sample each time it is seen, and neither to validation data nor in `evaluate`.
//!
//! ```
//! use nn_core::prelude::*;
//!
//! network! { pub struct Net { input 4x4x1; flatten; dense 2 softmax; } }
//!
//! # fn main() -> nn_core::Result<()> {
//! // Two pictures: bright above, bright below.
//! let above: Input<Net> = SMatrix::from_fn(|_, pixel| if pixel < 8 { 1.0 } else { 0.0 });
//! let train = [(above, 0_u8), (above.map(|value| 1.0 - value), 1)];
//! let augment = Augment::<4, 4>::new()
//!     .flip_horizontal()
//!     .rotate(10.0)
//!     .shift(0.1)
//!     .brightness(0.2).probability(0.5)
//!     .noise(0.05);
//! let mut rng = SmallRng::seed_from_u64(7);
//! let mut net = Net::init(&mut rng);
//! let mut trainer = Trainer::<Net, _, _, 2>::new(Adam::new(0.05), SparseCategoricalCrossentropy);
//! trainer.fit(&mut net, &train, Fit::epochs(100).shuffle(&mut rng).augment(augment))?;
//! assert_eq!(trainer.evaluate(&net, &train)?.accuracy, Some(1.0));
//! # Ok(())
//! # }
//! ```

mod affine;
mod factor;
mod noise;
#[cfg(test)]
mod tests;

pub use affine::Fill;
pub use factor::Factor;
pub use noise::GaussianNoise;

use crate::__private::check_image;
use crate::error::Result;
use crate::option;
use crate::tensor::Tensor;
use affine::Affine;
use factor::{Limits, chance, check_padding, check_values};
use nalgebra::SMatrix;
use rand::rngs::SmallRng;

/// A random change of training inputs of type `X`.
///
/// ```
/// use nn_core::augment::Augmentation;
/// use nn_core::prelude::*;
///
/// /// Which of two sensors is the left one does not matter.
/// struct Swap;
///
/// impl Augmentation<SVector<f32, 2>> for Swap {
///     fn augment(&self, x: &mut SVector<f32, 2>, random: &mut SmallRng) {
///         if random.random() {
///             x.swap_rows(0, 1);
///         }
///     }
/// }
///
/// let (mut x, mut random) = (SVector::from([1.0, 2.0]), SmallRng::seed_from_u64(3));
/// Swap.augment(&mut x, &mut random);
/// assert_eq!(x.sum(), 3.0);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not augment inputs of type `{X}`",
    note = "`Augment::<HEIGHT, WIDTH>` augments images, `GaussianNoise` inputs of any shape; implement `Augmentation<Input<Net>>` for others"
)]
pub trait Augmentation<X: Tensor> {
    /// Changes one sample in place.
    fn augment(&self, x: &mut X, random: &mut SmallRng);

    /// Called before training; an error ends it before the first weight changes.
    ///
    /// # Errors
    ///
    /// If an option is out of its range.
    fn check(&self) -> Result<()> {
        Ok(())
    }

    /// Changes the samples of a batch.
    fn augment_batch(&self, batch: &mut [X], random: &mut SmallRng) {
        for x in batch {
            self.augment(x, random);
        }
    }
}

/// No augmentation.
impl<X: Tensor> Augmentation<X> for () {
    fn augment(&self, _: &mut X, _: &mut SmallRng) {}
    fn augment_batch(&self, _: &mut [X], _: &mut SmallRng) {}
}

/// An augmentation that is used more than once.
impl<X: Tensor, A: Augmentation<X> + ?Sized> Augmentation<X> for &A {
    fn augment(&self, x: &mut X, random: &mut SmallRng) {
        (**self).augment(x, random);
    }
    fn check(&self) -> Result<()> {
        (**self).check()
    }
}

/// One after the other.
macro_rules! tuple {
    ($($name:ident $index:tt),*) => {
        /// One after the other.
        impl<X: Tensor, $($name: Augmentation<X>),*> Augmentation<X> for ($($name,)*) {
            fn augment(&self, x: &mut X, random: &mut SmallRng) {
                $(self.$index.augment(x, random);)*
            }
            fn check(&self) -> Result<()> {
                $(self.$index.check()?;)*
                Ok(())
            }
        }
    };
}
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);

/// Random changes of images `HEIGHT` high and `WIDTH` wide, with any number of channels: `SMatrix<f32, CHANNELS, { HEIGHT * WIDTH }>`.
///
/// Named once each, in any order; the order in which they are done is fixed: flip, zoom, rotation, shift and crop, then contrast, brightness and
/// noise. The first five are one affine map, so that the image is sampled once, bilinearly; [`fill`](Self::fill) says what lies outside of it.
///
/// A [`Factor`] is a number, `rotate(10.0)` for -10 to 10, or a range, `rotate(-5.0..=20.0)`; each sample draws its own, all values equally likely.
/// Each change happens always (flips every second time) or with the [`probability`](Self::probability) that follows it.
///
/// Pixel values are expected to go from 0 to 1, see [`value_range`](Self::value_range). One copy of the image is on the stack meanwhile.
///
/// A time series `input STEPSxFEATURES` is an image of `STEPS` times 1: `Augment::<STEPS, 1>`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Augment<const HEIGHT: usize, const WIDTH: usize> {
    /// The probability of doing anything at all.
    probability: f64,
    changes: [Option<Change>; Kind::COUNT],
    last: Option<Kind>,
    fill: Fill,
    values: (f64, f64),
}

/// A change of an image; the place in [`Augment::changes`].
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    FlipHorizontal,
    FlipVertical,
    Zoom,
    Rotate,
    Shift,
    ShiftHeight,
    ShiftWidth,
    Crop,
    Contrast,
    Brightness,
    Noise,
}

impl Kind {
    const COUNT: usize = 11;
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Change {
    factor: Factor,
    probability: f64,
}

impl<const HEIGHT: usize, const WIDTH: usize> Default for Augment<HEIGHT, WIDTH> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const HEIGHT: usize, const WIDTH: usize> Augment<HEIGHT, WIDTH> {
    /// Changes nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            probability: 1.0,
            changes: [None; Kind::COUNT],
            last: None,
            fill: Fill::Reflect,
            values: (0.0, 1.0),
        }
    }

    fn with(mut self, kind: Kind, factor: Factor, probability: f64) -> Self {
        let change = Change {
            factor,
            probability,
        };
        self.changes[kind as usize] = Some(change);
        self.last = Some(kind);
        self
    }

    /// Mirrors left and right, every second time (Keras `RandomFlip("horizontal")`).
    #[must_use]
    pub fn flip_horizontal(self) -> Self {
        self.with(Kind::FlipHorizontal, Factor::ZERO, 0.5)
    }

    /// Mirrors top and bottom, every second time (Keras `RandomFlip("vertical")`).
    #[must_use]
    pub fn flip_vertical(self) -> Self {
        self.with(Kind::FlipVertical, Factor::ZERO, 0.5)
    }

    /// Turns about the centre, by degrees, counter-clockwise where they are positive (Keras `RandomRotation`, whose factor is in turns: divided by 360).
    #[must_use]
    pub fn rotate(self, degrees: impl Into<Factor>) -> Self {
        self.with(Kind::Rotate, degrees.into(), 1.0)
    }

    /// Moves down by a fraction of the height and right by one of the width, drawn apart, up and left where negative (Keras `RandomTranslation`).
    #[must_use]
    pub fn shift(self, fraction: impl Into<Factor>) -> Self {
        self.with(Kind::Shift, fraction.into(), 1.0)
    }

    /// Moves down by a fraction of the height, up where it is negative (Keras `RandomTranslation`'s `height_factor`).
    #[must_use]
    pub fn shift_height(self, fraction: impl Into<Factor>) -> Self {
        self.with(Kind::ShiftHeight, fraction.into(), 1.0)
    }

    /// Moves right by a fraction of the width, left where it is negative (Keras `RandomTranslation`'s `width_factor`).
    #[must_use]
    pub fn shift_width(self, fraction: impl Into<Factor>) -> Self {
        self.with(Kind::ShiftWidth, fraction.into(), 1.0)
    }

    /// Shows `1 + factor` times as much of the image in each direction: out where it is positive, in where it is negative (Keras `RandomZoom`).
    #[must_use]
    pub fn zoom(self, factor: impl Into<Factor>) -> Self {
        self.with(Kind::Zoom, factor.into(), 1.0)
    }

    /// Pads every side with so many pixels and cuts the image's own size out anywhere (Keras `ZeroPadding2D` and `RandomCrop`): whole pixels,
    /// so nothing is blurred.
    #[must_use]
    pub fn crop(self, padding: usize) -> Self {
        self.with(Kind::Crop, Factor::from(padding as f64), 1.0)
    }

    /// Makes `(x - mean) (1 + factor) + mean` of each value, with the mean of its channel (Keras `RandomContrast`).
    #[must_use]
    pub fn contrast(self, factor: impl Into<Factor>) -> Self {
        self.with(Kind::Contrast, factor.into(), 1.0)
    }

    /// Adds the same fraction of the [`value_range`](Self::value_range) to all values: black at -1, white at 1 (Keras `RandomBrightness`).
    #[must_use]
    pub fn brightness(self, factor: impl Into<Factor>) -> Self {
        self.with(Kind::Brightness, factor.into(), 1.0)
    }

    /// Adds to each value a number of its own, normal with mean 0 and this standard deviation (Keras `GaussianNoise`). Not limited to the value range.
    #[must_use]
    pub fn noise(self, stddev: f64) -> Self {
        self.with(Kind::Noise, Factor::from(stddev), 1.0)
    }

    /// The probability of the change named before, from 0 to 1; before the first, that of any.
    #[must_use]
    pub fn probability(mut self, probability: f64) -> Self {
        match self
            .last
            .and_then(|last| self.changes.get_mut(last as usize))
        {
            Some(Some(change)) => change.probability = probability,
            _ => self.probability = probability,
        }
        self
    }

    /// The values outside of the image (Keras `fill_mode`); [`Fill::Reflect`] unless said otherwise.
    #[must_use]
    pub const fn fill(mut self, fill: Fill) -> Self {
        self.fill = fill;
        self
    }

    /// The lowest and highest pixel value, to which contrast and brightness limit their results (Keras `value_range`, there 0 to 255); 0 to 1
    /// unless said otherwise.
    #[must_use]
    pub fn value_range(mut self, values: core::ops::RangeInclusive<f64>) -> Self {
        self.values = values.into_inner();
        self
    }

    fn factor(&self, kind: Kind) -> Option<Factor> {
        self.changes[kind as usize].map(|change| change.factor)
    }

    /// The range of a change, if it is to be done.
    fn chosen(&self, kind: Kind, random: &mut SmallRng) -> Option<Factor> {
        let change = self.changes[kind as usize]?;
        chance(change.probability, random).then_some(change.factor)
    }

    /// The factor of a change, if it is to be done.
    fn draw(&self, kind: Kind, random: &mut SmallRng) -> Option<f64> {
        self.chosen(kind, random).map(|factor| factor.draw(random))
    }

    /// The places that the pixels of the new image come from.
    fn draw_map(&self, random: &mut SmallRng) -> Affine {
        let mut map = Affine::IDENTITY;
        if self.draw(Kind::FlipHorizontal, random).is_some() {
            map = map.scaled(-1.0, 1.0);
        }
        if self.draw(Kind::FlipVertical, random).is_some() {
            map = map.scaled(1.0, -1.0);
        }
        if let Some(factor) = self.draw(Kind::Zoom, random) {
            map = map.scaled(1.0 + factor, 1.0 + factor);
        }
        if let Some(degrees) = self.draw(Kind::Rotate, random) {
            map = map.rotated(degrees);
        }
        let (mut right, mut down) = (0.0, 0.0);
        if let Some(fraction) = self.chosen(Kind::Shift, random) {
            down += fraction.draw(random) * HEIGHT as f64;
            right += fraction.draw(random) * WIDTH as f64;
        }
        down += self.draw(Kind::ShiftHeight, random).unwrap_or(0.0) * HEIGHT as f64;
        right += self.draw(Kind::ShiftWidth, random).unwrap_or(0.0) * WIDTH as f64;
        if let Some(padding) = self.chosen(Kind::Crop, random) {
            down += padding.draw_whole(random);
            right += padding.draw_whole(random);
        }
        map.shifted(right, down)
    }
}

/// ```compile_fail
/// use nn_core::augment::Augmentation;
/// use nn_core::prelude::*;
/// let mut image = SMatrix::<f32, 1, 784>::zeros();
/// Augment::<28, 27>::new().augment(&mut image, &mut SmallRng::seed_from_u64(1));
/// ```
impl<const CHANNELS: usize, const PIXELS: usize, const HEIGHT: usize, const WIDTH: usize>
    Augmentation<SMatrix<f32, CHANNELS, PIXELS>> for Augment<HEIGHT, WIDTH>
{
    fn augment(&self, x: &mut SMatrix<f32, CHANNELS, PIXELS>, random: &mut SmallRng) {
        const { check_image(HEIGHT, WIDTH, CHANNELS, PIXELS) };
        if !chance(self.probability, random) {
            return;
        }
        let map = self.draw_map(random);
        if map != Affine::IDENTITY {
            affine::resample::<CHANNELS, PIXELS, HEIGHT, WIDTH>(x, &map, self.fill);
        }
        let (low, high) = (self.values.0 as f32, self.values.1 as f32);
        if let Some(factor) = self.draw(Kind::Contrast, random) {
            for channel in 0..CHANNELS {
                let mean = x.row(channel).mean();
                for value in x.row_mut(channel).iter_mut() {
                    *value = limit((*value - mean) * (1.0 + factor) as f32 + mean, low, high);
                }
            }
        }
        if let Some(factor) = self.draw(Kind::Brightness, random) {
            let delta = factor as f32 * (high - low);
            for value in x.values_mut() {
                *value = limit(*value + delta, low, high);
            }
        }
        if let Some(stddev) = self.chosen(Kind::Noise, random) {
            noise::add(x.values_mut(), stddev.most(), random);
        }
    }

    fn check(&self) -> Result<()> {
        option::check!("probability", self.probability)?;
        for change in self.changes.iter().flatten() {
            option::check!("probability", change.probability)?;
        }
        self.fill.check()?;
        check_values(self.values)?;
        for (kind, limits) in [
            (Kind::Zoom, Limits::ZOOM),
            (Kind::Rotate, Limits::DEGREES),
            (Kind::Shift, Limits::FRACTION.named("shift")),
            (Kind::ShiftHeight, Limits::FRACTION.named("shift_height")),
            (Kind::ShiftWidth, Limits::FRACTION.named("shift_width")),
            (Kind::Contrast, Limits::FRACTION.named("contrast")),
            (Kind::Brightness, Limits::FRACTION.named("brightness")),
        ] {
            if let Some(factor) = self.factor(kind) {
                factor.check(&limits)?;
            }
        }
        if let Some(padding) = self.factor(Kind::Crop) {
            check_padding(padding.most(), HEIGHT.min(WIDTH))?;
        }
        self.factor(Kind::Noise)
            .map_or(Ok(()), |stddev| option::check!("noise", stddev.most()))
    }
}

/// The nearest value within limits; unlike `clamp`, limits that are not numbers do not panic.
fn limit(value: f32, low: f32, high: f32) -> f32 {
    if value < low {
        low
    } else if value > high {
        high
    } else {
        value
    }
}
