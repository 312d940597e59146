use super::*;
use crate::golden::Case;
use rand::SeedableRng;
use rand::rngs::SmallRng;
use std::format;
use std::vec::Vec;

const DRAWS: usize = 200_000;

fn draw(initializer: impl Initializer, shape: Shape) -> Vec<f32> {
    let mut values = std::vec![f32::NAN; DRAWS];
    initializer.fill(&mut SmallRng::seed_from_u64(5), &mut values, shape);
    values
}

/// Mean, standard deviation and limits; half the values below the mean.
fn check(name: &str, initializer: impl Initializer, shape: Shape) {
    let case = Case::read(&format!("initializer__{name}"));
    let expected = |what: &str| case.number(&format!("/output/expected/{what}"));
    let (mean, std) = (expected("mean").unwrap(), expected("std").unwrap());
    let values = draw(initializer, shape);
    let n = values.len() as f64;
    let found_mean = values.iter().map(|&v| f64::from(v)).sum::<f64>() / n;
    let found_std = (values
        .iter()
        .map(|&v| (f64::from(v) - mean).powi(2))
        .sum::<f64>()
        / n)
        .sqrt();
    // Five standard errors.
    assert!(
        (found_mean - mean).abs() < 5.0 * std / n.sqrt(),
        "{name}: mean {found_mean}"
    );
    assert!(
        (found_std / std - 1.0).abs() < 5.0 / (2.0 * n).sqrt(),
        "{name}: deviation {found_std}"
    );
    let below = values.iter().filter(|&&v| f64::from(v) < mean).count() as f64 / n;
    assert!(
        (below - 0.5).abs() < 2.5 / n.sqrt(),
        "{name}: {below} below the mean"
    );
    let lowest = values.iter().copied().fold(f32::INFINITY, f32::min);
    let highest = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    if let (Some(low), Some(high)) = (expected("low"), expected("high")) {
        let slack = (high - low) * 0.02;
        assert!(
            lowest >= low as f32 && f64::from(lowest) < low + slack,
            "{name}: lowest {lowest}"
        );
        assert!(
            highest <= high as f32 && f64::from(highest) > high - slack,
            "{name}: highest {highest}"
        );
    }
}

#[test]
fn scaled_initializers_have_the_distribution_of_keras() {
    for (layer, shape) in [
        ("dense", Shape::dense(40, 60)),
        ("conv1d", Shape::conv(5, 6, 20)),
        ("conv2d", conv2d()),
    ] {
        check(&format!("glorot_uniform_{layer}"), GlorotUniform, shape);
        check(&format!("glorot_normal_{layer}"), GlorotNormal, shape);
        check(&format!("he_uniform_{layer}"), HeUniform, shape);
        check(&format!("he_normal_{layer}"), HeNormal, shape);
        check(&format!("lecun_uniform_{layer}"), LecunUniform, shape);
        check(&format!("lecun_normal_{layer}"), LecunNormal, shape);
    }
}

fn conv2d() -> Shape {
    let case = Case::read("initializer__he_normal_conv2d");
    let axis = |i: usize| case.number(&format!("/config/shape/{i}")).unwrap() as usize;
    Shape::conv(axis(0) * axis(1), axis(2), axis(3))
}

#[test]
fn plain_initializers_have_the_distribution_of_keras_and_torch() {
    let shape = Shape::dense(40, 60);
    check("random_normal", RandomNormal.mean(0.1).stddev(0.05), shape);
    check("random_uniform", RandomUniform, shape);
    check("truncated_normal", TruncatedNormal, shape);
    check("torch_linear_default", TorchLinear, shape);
    let numpy = VarianceScaling {
        distribution: Distribution::UntruncatedNormal,
        ..LecunNormal
    };
    check("seed_numpy_normal", numpy, Shape::dense(6, 60));
    assert_eq!(draw(Ones, shape)[7], 1.0);
    assert_eq!(draw(Zeros, shape)[7], 0.0);
    assert_eq!(draw(Constant.value(-2.5), shape)[7], -2.5);
}

#[test]
fn orthogonal_vectors_are_orthonormal() {
    for (rows, columns) in [(6, 4), (4, 6), (5, 5), (1, 3), (3, 1), (64, 64), (200, 30)] {
        let mut values = std::vec![0.0; rows * columns];
        Orthogonal.gain(2.0).fill(
            &mut SmallRng::seed_from_u64(1),
            &mut values,
            Shape::dense(rows, columns),
        );
        // Whichever there are fewer of, rows or columns, are the vectors.
        let (count, len) = (rows.min(columns), rows.max(columns));
        let at = |vector: usize, i: usize| {
            let (row, column) = if rows > columns {
                (i, vector)
            } else {
                (vector, i)
            };
            f64::from(values[row * columns + column]) / 2.0
        };
        let mut error: f64 = 0.0;
        for a in 0..count {
            for b in 0..count {
                let dot: f64 = (0..len).map(|i| at(a, i) * at(b, i)).sum();
                error = error.max((dot - f64::from(u8::from(a == b))).abs());
            }
        }
        assert!(error < 1e-6, "{rows} x {columns}: {error}");
    }
}

#[test]
fn a_generator_that_is_not_random_gives_finite_weights() {
    struct Stuck(u64);
    impl rand::TryRng for Stuck {
        type Error = core::convert::Infallible;
        fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
            Ok(self.0 as u32)
        }
        fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
            Ok(self.0)
        }
        fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
            bytes.fill(self.0 as u8);
            Ok(())
        }
    }
    fn check(initializer: impl Initializer) {
        for stuck in [0, u64::MAX] {
            for shape in [
                Shape::dense(3, 4),
                Shape::dense(0, 0),
                Shape::dense(usize::MAX, usize::MAX),
            ] {
                let mut values = [f32::NAN; 12];
                initializer.fill(&mut Stuck(stuck), &mut values, shape);
                assert!(values.iter().all(|v| v.is_finite()), "{values:?}");
                initializer.fill(&mut Stuck(stuck), &mut [], shape);
            }
        }
    }
    check(GlorotUniform);
    check(HeNormal);
    check(RandomNormal);
    check(RandomUniform.minval(1.0).maxval(-1.0));
    check(TruncatedNormal);
    check(Orthogonal);
}
