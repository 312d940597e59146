//! Each change against small images worked out by hand.

use crate::prelude::*;
use std::string::ToString;
use std::vec::Vec;

type Image<const P: usize> = SMatrix<f32, 1, P>;

/// An image of one channel, row by row.
fn image<const P: usize>(values: [f32; P]) -> Image<P> {
    let mut image: Image<P> = SMatrix::zeros();
    image.values_mut().copy_from_slice(&values);
    image
}

fn random(seed: u64) -> SmallRng {
    SmallRng::seed_from_u64(seed)
}

/// An image of one channel, augmented.
fn changed<const H: usize, const W: usize, const P: usize>(
    augment: Augment<H, W>,
    values: [f32; P],
) -> [f32; P] {
    let mut x = image(values);
    Augmentation::<Image<P>>::check(&augment).unwrap();
    augment.augment(&mut x, &mut random(1));
    core::array::from_fn(|pixel| x[pixel])
}

#[track_caller]
fn assert_near<const P: usize>(found: [f32; P], expected: [f32; P]) {
    let near = found
        .iter()
        .zip(&expected)
        .all(|(a, b)| (a - b).abs() < 1e-6);
    assert!(near, "{found:?} is not {expected:?}");
}

const RAMP: [f32; 6] = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5];

#[test]
fn flips() {
    let augment = Augment::<2, 3>::new();
    let across = augment.flip_horizontal().probability(1.0);
    assert_eq!(changed(across, RAMP), [0.2, 0.1, 0.0, 0.5, 0.4, 0.3]);
    let over = augment.flip_vertical().probability(1.0);
    assert_eq!(changed(over, RAMP), [0.3, 0.4, 0.5, 0.0, 0.1, 0.2]);
    let both = across.flip_vertical().probability(1.0);
    assert_eq!(changed(both, RAMP), [0.5, 0.4, 0.3, 0.2, 0.1, 0.0]);
}

/// A positive angle is counter-clockwise, as in Keras.
#[test]
fn rotates_about_the_centre() {
    #[rustfmt::skip]
    let image = [
        1.0, 2.0, 3.0,
        4.0, 5.0, 6.0,
        7.0, 8.0, 9.0,
    ];
    let turned = |degrees| changed(Augment::<3, 3>::new().rotate(degrees..=degrees), image);
    assert_near(turned(90.0), [3.0, 6.0, 9.0, 2.0, 5.0, 8.0, 1.0, 4.0, 7.0]);
    assert_near(turned(-90.0), [7.0, 4.0, 1.0, 8.0, 5.0, 2.0, 9.0, 6.0, 3.0]);
    assert_near(turned(180.0), [9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0]);
    // At 45 degrees, the middle of the right edge shows what lies the same distance from the centre at the lower right: at 1.707, 1.707.
    let part = core::f32::consts::FRAC_1_SQRT_2;
    assert!((turned(45.0)[5] - (5.0 + 4.0 * part)).abs() < 1e-5);
}

#[test]
fn shifts_by_fractions() {
    let row = [1.0, 2.0, 3.0, 4.0];
    let across =
        |by: f64, fill| changed(Augment::<1, 4>::new().shift_width(by..=by).fill(fill), row);
    assert_eq!(across(0.25, Fill::Constant(9.0)), [9.0, 1.0, 2.0, 3.0]);
    assert_eq!(across(-0.5, Fill::Constant(9.0)), [3.0, 4.0, 9.0, 9.0]);
    assert_eq!(across(0.125, Fill::Constant(0.0)), [0.5, 1.5, 2.5, 3.5]);
    let down = Augment::<4, 1>::new()
        .shift_height(0.25..=0.25)
        .fill(Fill::Nearest);
    assert_eq!(changed(down, row), [1.0, 1.0, 2.0, 3.0]);
    // Both at once, by a fraction of each side's own length.
    let both = Augment::<2, 3>::new()
        .shift(-0.5..=-0.5)
        .fill(Fill::Constant(0.0));
    assert_near(changed(both, RAMP), [0.45, 0.25, 0.0, 0.0, 0.0, 0.0]);
}

/// The examples of Keras's `fill_mode`, further out than the image is long.
#[test]
fn fills_what_is_outside() {
    let row = [1.0, 2.0, 3.0];
    let left = |fill| {
        let once = Augment::<1, 3>::new().shift_width(1.0..=1.0).fill(fill);
        let more = once.crop(0);
        let twice = Augment::<1, 3>::new()
            .shift(1.0..=1.0)
            .shift_width(1.0..=1.0)
            .fill(fill);
        (changed(more, row), changed(twice, row))
    };
    assert_eq!(left(Fill::Reflect), ([3.0, 2.0, 1.0], [1.0, 2.0, 3.0]));
    assert_eq!(left(Fill::Wrap), (row, row));
    assert_eq!(left(Fill::Nearest), ([1.0; 3], [1.0; 3]));
    assert_eq!(left(Fill::Constant(-1.0)), ([-1.0; 3], [-1.0; 3]));
}

/// A positive factor zooms out, as in Keras.
#[test]
fn zooms_about_the_centre() {
    let row = [1.0, 2.0, 3.0];
    let zoomed = |by: f64| {
        changed(
            Augment::<1, 3>::new()
                .zoom(by..=by)
                .fill(Fill::Constant(0.0)),
            row,
        )
    };
    assert_eq!(zoomed(-0.5), [1.5, 2.0, 2.5]);
    // Half a pixel outside on either side.
    assert_eq!(zoomed(0.5), [0.5, 2.0, 1.5]);
}

#[test]
fn crops_at_whole_pixels() {
    let augment = Augment::<1, 3>::new().crop(1).fill(Fill::Constant(0.0));
    let mut seen = [0; 3];
    let rng = &mut random(2);
    for _ in 0..300 {
        let mut x = image([1.0, 2.0, 3.0]);
        augment.augment(&mut x, rng);
        let place = match [x[0], x[1], x[2]] {
            [0.0, 1.0, 2.0] => 0,
            [1.0, 2.0, 3.0] => 1,
            [2.0, 3.0, 0.0] => 2,
            // Up or down by one, out of an image of one row.
            [0.0, 0.0, 0.0] => continue,
            other => panic!("{other:?}"),
        };
        seen[place] += 1;
    }
    assert!(seen.iter().all(|count| *count > 15), "{seen:?}");
}

#[test]
fn contrast_keeps_the_mean_of_each_channel() {
    let mut x = SMatrix::<f32, 2, 2>::from([[0.2, 1.0], [0.4, 0.5]]);
    Augment::<1, 2>::new()
        .contrast(0.5..=0.5)
        .augment(&mut x, &mut random(1));
    // Means 0.3 and 0.75; 1.125 is above the range.
    assert_near([x[0], x[1], x[2], x[3]], [0.15, 1.0, 0.45, 0.375]);
}

#[test]
fn brightness_is_a_fraction_of_the_range() {
    let augment = Augment::<1, 2>::new().brightness(0.25..=0.25);
    assert_near(changed(augment, [0.5, 0.9]), [0.75, 1.0]);
    assert_near(
        changed(augment.value_range(-4.0..=4.0), [0.5, 0.9]),
        [2.5, 2.9],
    );
    assert_eq!(
        changed(augment.brightness(-1.0..=-1.0), [0.5, 0.9]),
        [0.0, 0.0]
    );
}

#[test]
fn noise_has_its_deviation() {
    let values = changed(Augment::<100, 100>::new().noise(0.1), [0.5; 10_000]);
    let mean = values.iter().sum::<f32>() / 1e4;
    let square = values
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f32>()
        / 1e4;
    assert!((mean - 0.5).abs() < 0.004 && (square.sqrt() - 0.1).abs() < 0.003);
    let mut vector = SVector::<f32, 3>::zeros();
    GaussianNoise::new(1.0).augment(&mut vector, &mut random(1));
    assert!(vector.iter().all(|value| *value != 0.0));
}

#[test]
fn channels_stay_together() {
    let mut x = SMatrix::<f32, 2, 3>::from([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]]);
    let augment = Augment::<1, 3>::new()
        .shift_width(0.5..=0.5)
        .fill(Fill::Constant(0.0));
    augment.augment(&mut x, &mut random(1));
    assert_eq!(x, [[0.0, 0.0], [0.5, 5.0], [1.5, 15.0]].into());
}

fn all(probability: f64) -> Augment<2, 3> {
    Augment::new()
        .flip_horizontal()
        .probability(probability)
        .flip_vertical()
        .probability(probability)
        .rotate(30.0)
        .probability(probability)
        .shift(0.3)
        .probability(probability)
        .zoom(0.3)
        .probability(probability)
        .crop(1)
        .probability(probability)
        .contrast(0.3)
        .probability(probability)
        .brightness(0.3)
        .probability(probability)
        .noise(0.3)
        .probability(probability)
}

#[test]
fn probability_zero_is_never_and_one_is_always() {
    let rng = &mut random(3);
    let always = [
        Augment::<2, 3>::new().flip_horizontal().probability(1.0),
        Augment::new().rotate(1.0..=30.0),
        Augment::new().brightness(0.1..=0.3),
    ];
    for _ in 0..200 {
        let mut x = image(RAMP);
        all(0.0).augment(&mut x, rng);
        Augment::<2, 3>::new()
            .probability(0.0)
            .rotate(30.0)
            .augment(&mut x, rng);
        GaussianNoise::new(1.0)
            .probability(0.0)
            .augment(&mut x, rng);
        assert_eq!(x, image(RAMP));
        for augment in always {
            augment.augment(&mut x, rng);
            assert_ne!(x, image(RAMP));
            x = image(RAMP);
        }
    }
    let half = Augment::<2, 3>::new().flip_vertical();
    let flips = (0..1000).filter(|_| {
        let mut x = image(RAMP);
        half.augment(&mut x, rng);
        x != image(RAMP)
    });
    assert!((430..570).contains(&flips.count()));
}

#[test]
fn the_same_seed_gives_the_same_images() {
    let images = |seed| {
        let rng = &mut random(seed);
        let image = |_| {
            let mut x = image(RAMP);
            all(0.7).augment(&mut x, rng);
            x
        };
        (0..20).map(image).collect::<Vec<_>>()
    };
    assert_eq!(images(5), images(5));
    assert_ne!(images(5), images(6));
}

#[test]
fn a_range_of_zero_changes_no_bit() {
    let augment = Augment::<2, 3>::new()
        .rotate(0.0)
        .shift(0.0)
        .zoom(0.0)
        .crop(0);
    let augment = augment.brightness(0.0).noise(0.0);
    assert_eq!(changed(augment, RAMP), RAMP);
}

#[test]
fn options_out_of_range_are_named() {
    let new = Augment::<4, 4>::new;
    let cases = [
        (
            new().rotate(-10.0),
            "`rotate(-10)`; use a number of degrees from 0 to 360, or a range",
        ),
        (
            new().rotate(20.0..=10.0),
            "`rotate(20..=10)`; use a range of degrees within -360..=360, the lower end first",
        ),
        (
            new().shift(1.2),
            "`shift(1.2)`; use a number from 0 to 1, or a range",
        ),
        (
            new().shift_width(f64::NAN),
            "`shift_width(NaN)`; use a number from 0 to 1, or a range",
        ),
        (
            new().zoom(1.0),
            "`zoom(1)`; use a number from 0 to 0.99, or a range",
        ),
        (
            new().crop(4),
            "`crop(4)`; use a padding below the image's height and width",
        ),
        (
            new().contrast(0.0..=f64::INFINITY),
            "`contrast(0..=inf)`; use a range within -1..=1, the lower end first",
        ),
        (
            new().noise(-0.1),
            "`noise(-0.1)`; use a number of at least 0",
        ),
        (
            new().noise(0.1).probability(1.5),
            "`probability(1.5)`; use a number from 0 to 1",
        ),
        (
            new().probability(f64::NAN),
            "`probability(NaN)`; use a number from 0 to 1",
        ),
        (
            new().value_range(1.0..=0.0),
            "`value_range(1..=0)`; use the lowest and the highest pixel value, such as 0.0..=1.0",
        ),
        (
            new().fill(Fill::Constant(f32::NAN)),
            "`Fill::Constant(NaN)`; use a finite number",
        ),
    ];
    for (augment, message) in cases {
        let error = Augmentation::<Image<16>>::check(&augment).unwrap_err();
        assert_eq!(error.to_string(), message);
        // Who does not ask gets odd images, but no panic.
        let mut x = Image::<16>::repeat(0.5);
        augment.augment(&mut x, &mut random(1));
    }
    let noise = (GaussianNoise::new(0.1), GaussianNoise::new(f64::INFINITY));
    let error = Augmentation::<SVector<f32, 3>>::check(&noise).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`stddev(inf)`; use a number of at least 0"
    );
}
