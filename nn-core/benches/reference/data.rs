//! Data made up from a seed, with the statistics of the real sets, so that a bench needs no files.

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

/// Inputs of `N` features and the class of each.
pub struct Samples<const N: usize> {
    pub inputs: Vec<[f32; N]>,
    pub labels: Vec<u8>,
}

impl<const N: usize> Samples<N> {
    /// The number of samples.
    pub fn len(&self) -> usize {
        self.labels.len()
    }
}

/// The Keras tutorial's clinical trial: ages 13 to 100 scaled to 0..1, 95 % of the younger (up to 64)
/// without side effects and 95 % of the older with them.
pub fn side_effects(seed: u64, samples: usize) -> Samples<1> {
    let mut rng = SmallRng::seed_from_u64(seed);
    let (mut inputs, mut labels) = (Vec::with_capacity(samples), Vec::with_capacity(samples));
    for _ in 0..samples {
        let age = rng.random_range(13..=100u8);
        let typical = rng.random_bool(0.95);
        inputs.push([f32::from(age - 13) / 87.0]);
        labels.push(u8::from((age > 64) == typical));
    }
    Samples { inputs, labels }
}

const SIDE: usize = 28;
const PIXELS: usize = SIDE * SIDE;

/// Images like MNIST's: ten shapes of 19 % lit pixels inside an empty border, each sample shifted by up
/// to two pixels and with its own brightness at every pixel, in 0..1.
pub fn digits(seed: u64, samples: usize) -> Samples<PIXELS> {
    let mut rng = SmallRng::seed_from_u64(seed);
    let shapes: [[bool; PIXELS]; 10] = std::array::from_fn(|_| stroke(&mut rng));
    let (mut inputs, mut labels) = (vec![[0.0; PIXELS]; samples], Vec::with_capacity(samples));
    for image in &mut inputs {
        let class = rng.random_range(0..10u8);
        draw(&shapes[usize::from(class)], image, &mut rng);
        labels.push(class);
    }
    Samples { inputs, labels }
}

/// A random walk of a two-pixel pen inside rows and columns 4 to 23, until 19 % of the image is lit.
fn stroke(rng: &mut SmallRng) -> [bool; PIXELS] {
    let mut shape = [false; PIXELS];
    let (mut row, mut column) = (SIDE / 2, SIDE / 2);
    while shape.iter().filter(|&&lit| lit).count() < PIXELS * 19 / 100 {
        for (r, c) in [
            (row, column),
            (row + 1, column),
            (row, column + 1),
            (row + 1, column + 1),
        ] {
            shape[r * SIDE + c] = true;
        }
        row = (row + rng.random_range(0..3))
            .saturating_sub(1)
            .clamp(4, 22);
        column = (column + rng.random_range(0..3))
            .saturating_sub(1)
            .clamp(4, 22);
    }
    shape
}

/// Draws `shape` onto an empty `image`, shifted by up to two pixels. The border of a shape is four
/// pixels wide, so a shift cannot leave the image.
fn draw(shape: &[bool; PIXELS], image: &mut [f32; PIXELS], rng: &mut SmallRng) {
    let shift = rng.random_range(0..5) * SIDE + rng.random_range(0..5);
    let centre = 2 * SIDE + 2;
    for (pixel, _) in shape.iter().enumerate().filter(|(_, lit)| **lit) {
        image[pixel + shift - centre] = rng.random_range(0.1..=1.0);
    }
}

#[test]
fn digits_have_the_statistics_of_mnist() {
    let digits = digits(1, 500);
    let pixels = digits.inputs.as_flattened();
    let lit = pixels.iter().filter(|&&pixel| pixel > 0.0).count();
    let share = lit as f32 / (500 * PIXELS) as f32;
    assert!(
        (0.185..0.2).contains(&share),
        "{share} of the pixels are lit"
    );
    assert!(pixels.iter().all(|pixel| (0.0..=1.0).contains(pixel)));
}
