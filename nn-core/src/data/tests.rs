#[cfg(feature = "std")]
mod files;

use super::*;
use crate::golden::{Case, assert_close};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use std::vec::Vec;

fn rows<const N: usize>(case: &Case) -> Vec<SVector<f32, N>> {
    let values = case.tensor_f32("/inputs/x");
    values.chunks(N).map(SVector::from_column_slice).collect()
}

#[test]
fn min_max_scaler_is_that_of_scikit_learn() {
    let case = Case::read("preprocess__min_max_scaler");
    let samples = rows::<1>(&case);
    let scaler = MinMaxScaler::fit(&samples).unwrap();
    assert_close(
        "min",
        scaler.min.as_slice(),
        &case.tensor("/output/data_min"),
    );
    assert_close(
        "max",
        scaler.max.as_slice(),
        &case.tensor("/output/data_max"),
    );
    let mut scaled = samples.clone();
    scaled.iter_mut().for_each(|x| scaler.transform(x));
    assert_close(
        "scaled",
        scaled.concat_values().as_slice(),
        &case.tensor("/output/scaled"),
    );
    scaled.iter_mut().for_each(|x| scaler.inverse(x));
    for (back, x) in scaled.iter().zip(&samples) {
        assert!((back - x).amax() < 1e-4);
    }
}

#[test]
fn standard_scaler_is_that_of_scikit_learn() {
    let case = Case::read("preprocess__standard_scaler");
    let samples = rows::<2>(&case);
    let scaler = StandardScaler::fit(&samples).unwrap();
    let mut scaled = samples.clone();
    scaled.iter_mut().for_each(|x| scaler.transform(x));
    assert_close(
        "scaled",
        scaled.concat_values().as_slice(),
        &case.tensor("/output/scaled"),
    );
    scaled.iter_mut().for_each(|x| scaler.inverse(x));
    for (back, x) in scaled.iter().zip(&samples) {
        assert!((back - x).amax() < 1e-5);
    }
}

trait ConcatValues {
    fn concat_values(&self) -> Vec<f32>;
}

impl<const N: usize> ConcatValues for Vec<SVector<f32, N>> {
    fn concat_values(&self) -> Vec<f32> {
        self.iter().flat_map(|x| x.iter().copied()).collect()
    }
}

#[test]
fn one_hot_is_that_of_keras() {
    let case = Case::read("preprocess__one_hot");
    let labels = case.tensor("/inputs/labels");
    let hot: Vec<_> = labels
        .iter()
        .map(|&label| one_hot::<4>(label as u8).unwrap())
        .collect();
    assert_close(
        "one hot",
        &hot.concat_values(),
        &case.tensor("/output/one_hot"),
    );
    assert_eq!(one_hot::<0>(0_usize), None);
    assert_eq!(one_hot::<3>(usize::MAX), None);
}

#[test]
fn constant_columns_and_single_samples_stay_finite() {
    let constant = [SVector::from([0.1_f32, -7e8]); 31];
    let mut x = SVector::from([0.1, -7e8]);
    StandardScaler::fit(&constant).unwrap().transform(&mut x);
    assert_eq!(x, SVector::from([0.0, 0.0]));
    let mut x = SVector::from([0.6, -7e8]);
    MinMaxScaler::fit(&constant[..1]).unwrap().transform(&mut x);
    assert_eq!(x, SVector::from([0.5, 0.0]));
    // The range is more than an `f32` holds.
    let wide = [SVector::from([f32::MIN]), SVector::from([f32::MAX])];
    let mut x = SVector::from([f32::MAX]);
    MinMaxScaler::fit(&wide).unwrap().transform(&mut x);
    assert_eq!(x[0], 1.0);
    StandardScaler::fit(&wide).unwrap().transform(&mut x);
    assert!(x[0].is_finite());
}

#[test]
fn scalers_say_which_value_is_not_finite() {
    let samples = [SVector::from([1.0, 2.0]), SVector::from([3.0, f32::NAN])];
    let expected = "sample 1: input value 1 is NaN";
    let min_max = MinMaxScaler::fit(&samples).unwrap_err();
    let standard = StandardScaler::fit(&samples).unwrap_err();
    for error in [min_max, standard] {
        assert!(std::format!("{error}").starts_with(expected), "{error}");
    }
    let nothing: [SVector<f32, 2>; 0] = [];
    assert!(matches!(
        MinMaxScaler::fit(&nothing),
        Err(crate::Error::Empty { .. })
    ));
    assert!(matches!(
        StandardScaler::fit(&nothing),
        Err(crate::Error::Empty { .. })
    ));
}

#[test]
fn a_split_loses_nothing_and_repeats() {
    let mut rng = SmallRng::seed_from_u64(9);
    for _ in 0..300 {
        let len = rng.random_range(1..60);
        let (validation, test) = (rng.random_range(0.0..0.6), rng.random_range(0.0..0.6));
        let seed = rng.random();
        let run = |by_class: bool| {
            let mut samples: Vec<usize> = (0..len).collect();
            let rng = &mut SmallRng::seed_from_u64(seed);
            let parts = if by_class {
                split_by_class(&mut samples, validation, test, rng, |sample| sample % 3)
            } else {
                split(&mut samples, validation, test, rng)
            };
            parts.map(|parts| [parts.train, parts.validation, parts.test].map(|part| part.to_vec()))
        };
        for by_class in [false, true] {
            let parts = run(by_class);
            assert_eq!(parts, run(by_class));
            let Ok(parts) = parts else { continue };
            let mut all = parts.concat();
            all.sort_unstable();
            assert!(all.into_iter().eq(0..len));
            assert!(!parts[0].is_empty());
            if by_class {
                for class in 0..3 {
                    let count = |part: &[usize]| part.iter().filter(|s| *s % 3 == class).count();
                    let total = (0..len).filter(|s| s % 3 == class).count() as f64;
                    assert!((count(&parts[2]) as f64 - test * total).abs() <= 0.5);
                    assert!((count(&parts[1]) as f64 - validation * total).abs() <= 1.0);
                }
            }
        }
    }
}

#[test]
fn a_split_that_leaves_nothing_is_an_error() {
    let mut rng = SmallRng::seed_from_u64(0);
    let mut samples = [1, 2, 3];
    for (validation, test) in [
        (0.01, 0.0),
        (0.0, 1.0),
        (0.5, 0.5),
        (-0.1, 0.0),
        (f64::NAN, 0.0),
        (0.0, 0.9),
    ] {
        let error = split(&mut samples, validation, test, &mut rng).unwrap_err();
        assert!(matches!(error, crate::Error::Option { .. }), "{error}");
        let error = split_by_class(&mut samples, validation, test, &mut rng, |_| 0).unwrap_err();
        assert!(matches!(error, crate::Error::Option { .. }), "{error}");
    }
    assert!(split::<u8, _>(&mut [], 0.1, 0.1, &mut rng).is_err());
    let all = split(&mut samples, 0.0, 0.0, &mut rng).unwrap();
    assert_eq!(
        (all.train.len(), all.validation.len(), all.test.len()),
        (3, 0, 0)
    );
}

#[test]
fn a_class_that_changes_when_asked_again_is_an_error() {
    use core::cell::RefCell;
    let mut errors = 0;
    for seed in 0..50 {
        let class = RefCell::new(SmallRng::seed_from_u64(seed));
        let mut samples: [u32; 40] = core::array::from_fn(|i| i as u32);
        let result = split_by_class(
            &mut samples,
            0.2,
            0.2,
            &mut SmallRng::seed_from_u64(seed),
            |_| class.borrow_mut().random_range(0..5),
        );
        errors += usize::from(result == Err(crate::Error::Classes));
        samples.sort_unstable();
        assert!(
            samples
                .iter()
                .enumerate()
                .all(|(i, sample)| i as u32 == *sample)
        );
    }
    assert_eq!(errors, 50);
}
