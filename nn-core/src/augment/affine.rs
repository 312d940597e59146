//! Images sampled through an affine map.

use crate::error::{Error, Result};
use crate::tensor::Tensor;
use nalgebra::SMatrix;

/// The values outside of an image (Keras `fill_mode`), between the bars in each example.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Fill {
    /// The image mirrored at its edge: `d c b a | a b c d | d c b a`.
    #[default]
    Reflect,
    /// The image again: `a b c d | a b c d | a b c d`.
    Wrap,
    /// Its edge: `a a a a | a b c d | d d d d`.
    Nearest,
    /// One value for all channels: `k k k k | a b c d | k k k k`.
    Constant(f32),
}

impl Fill {
    pub(super) fn check(self) -> Result<()> {
        match self {
            Self::Constant(value) if !value.is_finite() => Err(Error::Option {
                name: "Fill::Constant",
                value: f64::from(value),
                expected: "a finite number",
            }),
            _ => Ok(()),
        }
    }

    /// The row or column of `len` that is seen at `i`; none for a constant.
    fn index(self, i: i64, len: i64) -> Option<i64> {
        if (0..len).contains(&i) {
            return Some(i);
        }
        match self {
            Self::Constant(_) => None,
            Self::Nearest => Some(i.max(0).min(len - 1)),
            Self::Wrap => Some(i.rem_euclid(len)),
            Self::Reflect => {
                let i = i.rem_euclid(2 * len);
                Some(i.min(2 * len - 1 - i))
            }
        }
    }
}

/// From a pixel of the new image to a place in the old one, both right and down from the centre: `A p + b`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Affine {
    /// Row by row.
    a: [[f64; 2]; 2],
    b: [f64; 2],
}

impl Affine {
    pub(super) const IDENTITY: Self = Self {
        a: [[1.0, 0.0], [0.0, 1.0]],
        b: [0.0, 0.0],
    };

    /// The map of `a p` after this one.
    fn after(self, a: [[f64; 2]; 2]) -> Self {
        let row =
            |[x, y]: [f64; 2]| core::array::from_fn(|column| x * a[0][column] + y * a[1][column]);
        Self {
            a: self.a.map(row),
            b: self.b,
        }
    }

    /// Then shows `x` and `y` times as much of the image; mirrors where one is negative.
    pub(super) fn scaled(self, x: f64, y: f64) -> Self {
        self.after([[x, 0.0], [0.0, y]])
    }

    /// Then turns the image counter-clockwise.
    pub(super) fn rotated(self, degrees: f64) -> Self {
        let (sin, cos) = libm::sincos(degrees.to_radians());
        self.after([[cos, -sin], [sin, cos]])
    }

    /// Then moves the image.
    pub(super) fn shifted(self, right: f64, down: f64) -> Self {
        let [x, y] = self.a.map(|[x, y]| x * right + y * down);
        Self {
            a: self.a,
            b: [self.b[0] - x, self.b[1] - y],
        }
    }
}

/// Replaces the image by what `map` shows of it, interpolated between the four nearest pixels (Keras `affine_transform`, bilinear).
pub(super) fn resample<
    const CHANNELS: usize,
    const PIXELS: usize,
    const HEIGHT: usize,
    const WIDTH: usize,
>(
    image: &mut SMatrix<f32, CHANNELS, PIXELS>,
    map: &Affine,
    fill: Fill,
) {
    let old = *image;
    let old = Image::<CHANNELS, HEIGHT, WIDTH> {
        values: old.values(),
        fill,
    };
    let (x_centre, y_centre) = ((WIDTH as f32 - 1.0) / 2.0, (HEIGHT as f32 - 1.0) / 2.0);
    let [[xx, xy], [yx, yy]] = map.a.map(|row| row.map(|value| value as f32));
    let [x_shift, y_shift] = map.b.map(|value| value as f32);
    let (x_shift, y_shift) = (x_shift + x_centre, y_shift + y_centre);
    let mut pixels = image.values_mut().chunks_exact_mut(CHANNELS.max(1));
    for row in 0..HEIGHT {
        let down = row as f32 - y_centre;
        for (column, pixel) in (0..WIDTH).zip(&mut pixels) {
            let right = column as f32 - x_centre;
            let x = xx * right + xy * down + x_shift;
            let y = yx * right + yy * down + y_shift;
            old.sample(x, y, pixel);
        }
    }
}

struct Image<'a, const CHANNELS: usize, const HEIGHT: usize, const WIDTH: usize> {
    values: &'a [f32],
    fill: Fill,
}

impl<'a, const CHANNELS: usize, const HEIGHT: usize, const WIDTH: usize>
    Image<'a, CHANNELS, HEIGHT, WIDTH>
{
    /// The channels at a place, from the four pixels around it.
    #[inline(always)]
    fn sample(&self, x: f32, y: f32, into: &mut [f32]) {
        let (left, top) = (floor(x), floor(y));
        let (right_part, low_part) = (x - left as f32, y - top as f32);
        let (left_part, high_part) = (1.0 - right_part, 1.0 - low_part);
        let [a, b, c, d] = self.around(left, top);
        for (channel, value) in into.iter_mut().enumerate() {
            let upper = a.get(channel) * left_part + b.get(channel) * right_part;
            let lower = c.get(channel) * left_part + d.get(channel) * right_part;
            *value = upper * high_part + lower * low_part;
        }
    }

    /// The pixels at a place, right of it, below it and both.
    #[inline(always)]
    fn around(&self, left: i64, top: i64) -> [Pixel<'a>; 4] {
        let inside = left >= 0 && top >= 0 && left + 1 < WIDTH as i64 && top + 1 < HEIGHT as i64;
        if inside {
            let at = (top as usize * WIDTH + left as usize) * CHANNELS;
            let below = at + WIDTH * CHANNELS;
            if let (Some(upper), Some(lower)) = (
                self.values.get(at..at + 2 * CHANNELS),
                self.values.get(below..below + 2 * CHANNELS),
            ) {
                let ((a, b), (c, d)) = (upper.split_at(CHANNELS), lower.split_at(CHANNELS));
                return [a, b, c, d].map(Pixel::Values);
            }
        }
        [
            (left, top),
            (left + 1, top),
            (left, top + 1),
            (left + 1, top + 1),
        ]
        .map(|(x, y)| self.pixel(x, y))
    }

    /// The pixel at a place that may be outside.
    #[inline(never)]
    fn pixel(&self, x: i64, y: i64) -> Pixel<'a> {
        let place = self
            .fill
            .index(x, WIDTH as i64)
            .zip(self.fill.index(y, HEIGHT as i64));
        let values = place.and_then(|(x, y)| {
            let at = (y as usize * WIDTH + x as usize) * CHANNELS;
            self.values.get(at..at + CHANNELS)
        });
        match (values, self.fill) {
            (Some(values), _) => Pixel::Values(values),
            (None, Fill::Constant(value)) => Pixel::Constant(value),
            (None, _) => Pixel::Constant(0.0),
        }
    }
}

/// The channels of a pixel.
#[derive(Clone, Copy)]
enum Pixel<'a> {
    Values(&'a [f32]),
    Constant(f32),
}

impl Pixel<'_> {
    #[inline(always)]
    fn get(self, channel: usize) -> f32 {
        match self {
            Self::Values(values) => values.get(channel).copied().unwrap_or_default(),
            Self::Constant(value) => value,
        }
    }
}

/// The next whole number at or below `x`; within what neither overflows nor loses digits, for any `x`.
#[inline(always)]
fn floor(x: f32) -> i64 {
    // Conversions saturate, and make 0 of what is not a number.
    let whole = i64::from(x as i32);
    whole - i64::from((whole as f32) > x)
}
