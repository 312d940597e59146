//! A network after a training that diverges: the weights before the step that destroyed it.

use super::{flat, labelled, line, of, small};
use core::cell::{Cell, RefCell};
use nn_core::loss::{Loss, Prediction};
use nn_core::plain::{Plain, as_slice};
use nn_core::prelude::*;

network! {
    #[derive(Clone)]
    struct Deep {
        input 2;
        dense 3;
        dense 3 relu;
        dense 3;
        dense 3;
        dense 1;
    }
}

network! {
    #[derive(Clone)]
    struct Normed {
        input 2;
        dense 4 l2 1e-4;
        batch_norm;
        dense 3 relu;
        dense 1;
    }
}

const DATA: [([f32; 2], [f32; 1]); 5] = [
    ([1.0, 0.5], [1.0]),
    ([2.0, -1.0], [3.0]),
    ([-0.5, 1.5], [2.0]),
    ([0.3, 0.7], [-1.0]),
    ([1.5, 1.5], [0.5]),
];

fn bits<T: Plain>(net: &T) -> Vec<u32> {
    as_slice(net)
        .iter()
        .map(|weight| weight.to_bits())
        .collect()
}

/// Trains until it diverges. The network must be that before the last step: what was seen at the end of the batch before it.
fn diverges<O: Optimizer>(optimizer: O, epochs: usize) -> bool {
    let mut net = Deep::init(&mut SmallRng::seed_from_u64(3));
    let seen = RefCell::new(vec![bits(&net)]);
    let mut trainer = Trainer::<Deep, O, _, 2>::new(optimizer, MeanSquaredError);
    let fit = Fit::epochs(epochs).on_batch(|batch| seen.borrow_mut().push(bits(&*batch.net)));
    let result = trainer.fit(&mut net, &DATA, fit);
    let seen = seen.into_inner();
    assert!(as_slice(&net).iter().all(|weight| weight.is_finite()));
    let Err(Error::Diverged { loss, .. }) = result else {
        result.unwrap();
        assert!(trainer.evaluate(&net, &DATA).unwrap().loss.is_finite());
        assert_eq!(bits(&net), seen[seen.len() - 1]);
        return false;
    };
    // A step that loses a weight is the last; a loss that overflows comes of the step before.
    let back = if loss.is_finite() { 1 } else { 2 };
    assert_eq!(bits(&net), seen[seen.len().saturating_sub(back)]);
    assert_eq!(trainer.steps(), 0);
    // And it can go on from there.
    trainer.optimizer.set_learning_rate(1e-12);
    let more = Trainer::<Deep, _, _, 2>::new(Sgd::new(0.0), MeanSquaredError).evaluate(&net, &DATA);
    assert!(more.unwrap().loss.is_finite());
    true
}

#[test]
fn the_step_that_destroys_a_network_is_taken_back() {
    for rate in [1e2, 1e6, 1e10, 1e20, 1e30, 1e38] {
        assert!(diverges(Sgd::new(rate), 50), "{rate}");
        assert!(diverges(Sgd::new(rate).momentum(0.9), 50), "{rate}");
    }
    for rate in [1e8, 1e12, 1e16, 1e30, 1e38] {
        assert!(diverges(Adam::new(rate), 50), "{rate}");
        assert!(diverges(Rmsprop::new(rate), 50), "{rate}");
        assert!(diverges(Lion::new(rate), 50), "{rate}");
        assert!(
            diverges(Nadam::new(rate).global_clipnorm(1.0), 50),
            "{rate}"
        );
        assert!(diverges(AdamW::new(rate).clipnorm(1.0), 50), "{rate}");
    }
    assert!(!diverges(Adam::new(1e-3), 50));
    assert!(!diverges(Sgd::new(1e-3).momentum(0.9), 50));
}

/// Checks a training of one step, of which nothing but a look at what came of it tells.
#[test]
fn a_last_step_that_destroys_a_network_is_an_error() {
    for rate in [1e9, 1e14, 1e30] {
        let mut net = Deep::init(&mut SmallRng::seed_from_u64(3));
        let before = bits(&net);
        let mut trainer = Trainer::<Deep, _, _, 5>::new(Sgd::new(rate), MeanSquaredError);
        let error = trainer.fit(&mut net, &DATA, Fit::epochs(1)).unwrap_err();
        assert!(
            matches!(
                error,
                Error::Diverged {
                    epoch: 1,
                    batch: 1,
                    ..
                }
            ),
            "{error}"
        );
        assert_eq!(bits(&net), before);
    }
}

#[test]
fn validation_takes_the_step_back_too() {
    let mut net = Deep::init(&mut SmallRng::seed_from_u64(3));
    let before = bits(&net);
    let mut trainer = Trainer::<Deep, _, _, 5>::new(Sgd::new(1e9), MeanSquaredError);
    let fit = Fit::epochs(1).validation_data(&DATA);
    let error = trainer.fit(&mut net, &DATA, fit).unwrap_err();
    assert!(
        matches!(
            error,
            Error::Diverged {
                epoch: 1,
                batch: 0,
                ..
            }
        ),
        "{error}"
    );
    assert_eq!(bits(&net), before);
}

#[test]
fn running_statistics_are_taken_back_with_the_batch_that_spoiled_them() {
    for rate in [1e3, 1e8, 1e12, 1e30] {
        let mut net = Normed::init(&mut SmallRng::seed_from_u64(3));
        let seen = RefCell::new(vec![net.clone()]);
        let mut trainer = Trainer::<Normed, _, _, 2>::new(Sgd::new(rate), MeanSquaredError);
        let fit =
            Fit::<Normed>::epochs(60).on_batch(|batch| seen.borrow_mut().push(batch.net.clone()));
        let error = trainer.fit(&mut net, &DATA, fit).unwrap_err();
        let Error::Diverged { loss, .. } = error else {
            panic!("{error}");
        };
        let seen = seen.into_inner();
        let back = if loss.is_finite() { 1 } else { 2 };
        let before = &seen[seen.len().saturating_sub(back)];
        assert_eq!(bits(&net.dense1), bits(&before.dense1), "{rate}");
        assert_eq!(bits(&net.dense3), bits(&before.dense3), "{rate}");
        // Statistics follow what goes forward, which is once before every step.
        let statistics = |net: &Normed| {
            let norm = &net.batch_norm1;
            [bits(&norm.moving_mean), bits(&norm.moving_variance)]
        };
        if !loss.is_finite() {
            assert_eq!(
                statistics(&net),
                statistics(&seen[seen.len() - 1]),
                "{rate}"
            );
        }
    }
}

network! {
    #[derive(Clone)]
    struct Penalised {
        input 2;
        dense 3 l2 1e-4 no_bias;
        dense 3 no_bias;
        dense 1 l1 1e-4 no_bias;
    }
}

/// An evaluation looks at the penalty of the weights, and changes nothing that a trainer remembers.
#[test]
fn a_penalty_leaves_the_way_back() {
    let mut net = Penalised::init(&mut SmallRng::seed_from_u64(3));
    let before = bits(&net);
    let mut trainer = Trainer::<Penalised, _, _, 5>::new(Sgd::new(1e9), MeanSquaredError);
    // The loss of zeros stays zero, so that only the next batch tells.
    let zeros = [([0.0, 0.0], [0.0])];
    let fit = Fit::epochs(2).validation_data(&zeros);
    let error = trainer.fit(&mut net, &DATA, fit).unwrap_err();
    let Error::Diverged { epoch, loss, .. } = error else {
        panic!("{error}");
    };
    assert_eq!((epoch, loss.is_finite()), (2, false));
    assert_eq!(bits(&net), before);

    trainer.gradients(&mut net, &DATA, None).unwrap();
    let gradient = bits(trainer.grad());
    let score = trainer.evaluate(&net, &DATA).unwrap();
    assert_eq!(bits(trainer.grad()), gradient);
    assert_eq!(trainer.gradients(&mut net, &DATA, None).unwrap(), score);
}

/// Squared error, until it is asked once too often.
struct Failing(Cell<usize>);

impl Loss<SVector<f32, 1>, [f32; 1]> for Failing {
    fn gradient(
        &self,
        prediction: Prediction<'_, SVector<f32, 1>>,
        target: &[f32; 1],
        factor: f32,
        gradient: &mut SVector<f32, 1>,
    ) -> f32 {
        let left = self.0.get();
        self.0.set(left.saturating_sub(1));
        let loss = MeanSquaredError.gradient(prediction, target, factor, gradient);
        if left == 0 { f32::NAN } else { loss }
    }

    fn value(&self, prediction: Prediction<'_, SVector<f32, 1>>, target: &[f32; 1]) -> f32 {
        MeanSquaredError.value(prediction, target)
    }
}

#[test]
fn a_loss_that_is_no_number() {
    let data = [([1.0], [1.0]), ([2.0], [3.0]), ([3.0], [2.0])];
    let mut seen = Vec::new();
    let (mut net, _) = line();
    let mut trainer = Trainer::<_, _, _, 1>::new(Adam::new(0.1), Failing(Cell::new(2)));
    let fit = Fit::epochs(1).on_batch(|batch| seen.push(of(batch.net)));
    let error = trainer.fit(&mut net, &data, fit).unwrap_err();
    assert!(
        matches!(error, Error::Diverged { batch: 3, loss, .. } if loss.is_nan()),
        "{error}"
    );
    assert_eq!(of(&net), seen[0]);
    // At the very first batch there is no step to take back.
    let error = trainer.fit(&mut net, &data, Fit::epochs(1)).unwrap_err();
    assert!(matches!(error, Error::Diverged { batch: 1, .. }), "{error}");
    assert_eq!(of(&net), seen[0]);
    assert!(trainer.train_on_batch(&mut net, &data[..1]).is_err());
    assert_eq!(of(&net), seen[0]);
}

#[test]
fn a_single_step_is_taken_whole_or_not_at_all() {
    fn refused<O: Optimizer>(optimizer: O) {
        let mut net = Deep::init(&mut SmallRng::seed_from_u64(3));
        let before = bits(&net);
        let mut trainer = Trainer::<Deep, O, _, 5>::new(optimizer, MeanSquaredError);
        let error = trainer.train_on_batch(&mut net, &DATA).unwrap_err();
        assert_eq!(error, Error::Step);
        assert_eq!(bits(&net), before);
        assert_eq!(trainer.steps(), 0);
        // The same step with a sensible rate, as if nothing had been.
        trainer.optimizer.set_learning_rate(1e-3);
        let score = trainer.train_on_batch(&mut net, &DATA).unwrap();
        let mut fresh = Deep::init(&mut SmallRng::seed_from_u64(3));
        trainer.reset();
        assert_eq!(trainer.train_on_batch(&mut fresh, &DATA), Ok(score));
        assert_eq!(bits(&net), bits(&fresh));
        // The gradient is still there to be looked at.
        let gradient = as_slice(trainer.grad()).to_vec();
        trainer
            .gradients(
                &mut Deep::init(&mut SmallRng::seed_from_u64(3)),
                &DATA,
                None,
            )
            .unwrap();
        assert_eq!(gradient, as_slice(trainer.grad()));
    }
    refused(Sgd::new(1e30));
    refused(Sgd::new(1e30).momentum(0.9));
    refused(Adam::new(1e20));
    refused(Adam::new(1e20).epsilon(0.0));
    refused(AdamW::new(1e20).weight_decay(0.1));

    // Gradients that are no numbers, or so large that their squares are none.
    for bad in [f32::NAN, f32::INFINITY, 1e30] {
        let (mut net, mut trainer) = small();
        let before = flat(&net).to_vec();
        trainer.gradients(&mut net, &labelled(3), None).unwrap();
        trainer.grad_mut().dense2.kernel[1] = bad;
        assert_eq!(trainer.apply(&mut net), Err(Error::Step));
        assert_eq!(flat(&net), before);
        trainer.gradients(&mut net, &labelled(3), None).unwrap();
        trainer.apply(&mut net).unwrap();
        assert_ne!(flat(&net), before);
    }
    // Large ones that a rule can take are taken, once.
    let (mut net, mut trainer) = line();
    trainer.grad_mut().dense1.kernel[0] = 1e7;
    trainer.optimizer = Sgd::new(0.1).l2(0.5);
    net.dense1.kernel[0] = 2.0;
    trainer.apply(&mut net).unwrap();
    assert_eq!(of(&net), [2.0 - 0.1 * (1e7 + 1.0), 0.0]);
    // Zero by zero.
    let (mut net, _) = line();
    let rule = Adam::new(0.1).epsilon(0.0);
    let mut trainer = Trainer::<_, _, _, 2>::new(rule, MeanSquaredError);
    let at_rest = [([0.0], [0.0])];
    assert_eq!(trainer.train_on_batch(&mut net, &at_rest), Err(Error::Step));
    assert_eq!(of(&net), [0.0; 2]);
    assert!(trainer.fit(&mut net, &at_rest, Fit::epochs(1)).is_err());
    assert_eq!(of(&net), [0.0; 2]);
}

#[test]
fn windows_of_a_stream() {
    network! { #[derive(Clone)] struct Forecast { input 4x1; lstm 3; dense 1; } }
    let mut net = Forecast::init(&mut SmallRng::seed_from_u64(1));
    let before = bits(&net);
    let mut trainer = Trainer::<Forecast, _, _, 1>::new(Sgd::new(1e30), MeanSquaredError);
    let mut states = States::<Forecast, 1>::new();
    let sample = (
        SMatrix::from([[0.1], [0.5], [-0.3], [0.9]]),
        SVector::from([1.0]),
    );
    let result = trainer.train_on_window(&mut net, &mut states, &[sample]);
    assert_eq!(result, Err(Error::Step));
    assert_eq!(bits(&net), before);
}
