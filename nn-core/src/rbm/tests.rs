use super::*;
use crate::error::{Error, Set};
use rand::SeedableRng;
use rand::rngs::SmallRng;
use std::boxed::Box;
use std::vec::Vec;

/// Two bars of a 2 x 3 picture, one of them lit.
fn bars(count: usize) -> Vec<SVector<f32, 6>> {
    let picture = |i: usize| SVector::from_fn(|row, _| f32::from(u8::from(row / 3 == i % 2)));
    (0..count).map(picture).collect()
}

/// Every state of six visible units.
fn states() -> impl Iterator<Item = SVector<f32, 6>> {
    (0..64_u32).map(|bits| SVector::from_fn(|i, _| f32::from((bits >> i & 1) as u8)))
}

/// The mean log probability of the data, exactly: `-F(v) - ln sum_u exp(-F(u))`.
fn log_likelihood(rbm: &Rbm<6, 4>, data: &[SVector<f32, 6>]) -> f64 {
    let partition: f64 = states()
        .map(|state| f64::from(-rbm.free_energy(&state)).exp())
        .sum();
    let energies: f64 = data.iter().map(|v| f64::from(rbm.free_energy(v))).sum();
    -energies / data.len() as f64 - partition.ln()
}

#[test]
fn free_energy_is_that_of_all_hidden_states() {
    let mut rng = SmallRng::seed_from_u64(3);
    let mut rbm = Rbm::<6, 4>::zeros();
    RandomNormal
        .stddev(1.0)
        .fill(&mut rng, as_mut_slice(&mut rbm), Shape::dense(6, 4));
    for v in states() {
        let sum: f64 = (0..16_u32)
            .map(|bits| {
                let h = SVector::<f32, 4>::from_fn(|i, _| f32::from((bits >> i & 1) as u8));
                let energy =
                    -rbm.visible_bias.dot(&v) - rbm.hidden_bias.dot(&h) - h.dot(&(rbm.kernel * v));
                f64::from(-energy).exp()
            })
            .sum();
        let error = f64::from(rbm.free_energy(&v)) + sum.ln();
        assert!(error.abs() < 1e-5, "{error}");
    }
}

/// 400 epochs: the log likelihood before and after, the first and the last epoch.
fn learn<const B: usize>(
    mut learning: ContrastiveDivergence<6, 4, B>,
) -> ([f64; 2], [Progress; 2]) {
    let data = bars(30);
    let mut rng = SmallRng::seed_from_u64(1);
    let mut rbm = Rbm::init(&mut rng);
    let before = log_likelihood(&rbm, &data);
    let first = learning.epoch(&mut rbm, &data, &mut rng).unwrap();
    let mut last = first;
    for _ in 0..400 {
        last = learning.epoch(&mut rbm, &data, &mut rng).unwrap();
    }
    ([before, log_likelihood(&rbm, &data)], [first, last])
}

#[test]
fn data_becomes_likelier() {
    for k in [1, 3] {
        let learning = ContrastiveDivergence::<6, 4, 8>::new(k).learning_rate(0.2);
        let ([before, after], [first, last]) = learn(learning);
        // Six fair coins give -6 ln 2 = -4.16; one of two pictures gives -ln 2 = -0.69.
        assert!((before + 4.16).abs() < 0.05, "CD-{k}: {before}");
        assert!(after > -1.1, "CD-{k}: {after}");
        assert!(
            last.free_energy < first.free_energy,
            "CD-{k}: {first:?} {last:?}"
        );
        assert!(last.reconstruction_error < 0.05, "CD-{k}: {last:?}");
    }
}

#[test]
fn data_becomes_likelier_with_lasting_chains() {
    // Many chains, so that both pictures are dreamt of at any time.
    let learning = ContrastiveDivergence::<6, 4, 30>::new(5).persistent();
    let ([_, after], _) = learn(learning.learning_rate(0.05));
    assert!(after > -1.5, "{after}");
}

#[test]
fn dreams_are_like_the_data() {
    let data = bars(20);
    let mut rng = SmallRng::seed_from_u64(2);
    let mut rbm = Rbm::<6, 4>::init(&mut rng);
    let mut learning = ContrastiveDivergence::<6, 4, 5>::boxed(1);
    learning.set_learning_rate(0.2);
    for _ in 0..400 {
        learning.epoch(&mut rbm, &data, &mut rng).unwrap();
    }
    let dream = rbm.sample(&SVector::from([0.9, 0.1, 0.9, 0.1, 0.2, 0.0]), 20, &mut rng);
    let nearest = data
        .iter()
        .map(|v| (v - dream).abs().sum())
        .fold(f32::MAX, f32::min);
    assert!(nearest < 0.6, "{dream}");
}

#[test]
fn the_layer_gives_the_hidden_probabilities() {
    let mut rng = SmallRng::seed_from_u64(4);
    let rbm = Rbm::<6, 4>::init(&mut rng);
    let v = SVector::from([1.0, 0.0, 0.5, 0.25, 1.0, 0.0]);
    assert_eq!(crate::predict(&rbm.features(), &v), rbm.hidden(&v));
}

#[test]
fn wrong_data_and_options_are_errors_and_change_nothing() {
    let mut rng = SmallRng::seed_from_u64(5);
    let mut rbm = Rbm::<6, 4>::init(&mut rng);
    let before = rbm.clone();
    let mut learning = ContrastiveDivergence::<6, 4, 4>::new(0);
    let empty = learning.epoch(&mut rbm, &[], &mut rng);
    assert_eq!(empty, Err(Error::Empty { set: Set::Data }));
    for wrong in [f32::NAN, 1.5, -0.1, f32::INFINITY] {
        let mut data = bars(3);
        data[2][4] = wrong;
        let error = learning.epoch(&mut rbm, &data, &mut rng).unwrap_err();
        assert!(
            matches!(
                error,
                Error::Visible {
                    sample: 2,
                    index: 4,
                    ..
                }
            ),
            "{error}"
        );
    }
    for learning in [
        ContrastiveDivergence::<6, 4, 4>::new(1).learning_rate(f64::NAN),
        ContrastiveDivergence::new(1).momentum(1.5),
        ContrastiveDivergence::new(1).weight_decay(-1.0),
    ] {
        let mut learning = Box::new(learning);
        let error = learning.epoch(&mut rbm, &bars(3), &mut rng).unwrap_err();
        assert!(matches!(error, Error::Option { .. }), "{error}");
    }
    assert_eq!(rbm, before);
}

#[test]
fn a_rate_that_leads_out_of_the_finite_numbers_is_an_error() {
    let mut rng = SmallRng::seed_from_u64(6);
    let mut rbm = Rbm::<6, 4>::init(&mut rng);
    let mut learning = ContrastiveDivergence::<6, 4, 4>::new(1)
        .learning_rate(1e38)
        .momentum(1.0);
    let error = (0..100).find_map(|_| learning.epoch(&mut rbm, &bars(30), &mut rng).err());
    assert!(matches!(error, Some(Error::Loss { .. })), "{error:?}");
    assert!(as_slice(&rbm).iter().all(|weight| weight.is_finite()));
}
