//! Places where networks and trainers may lie.

use super::{labelled, small};
use nn_core::prelude::*;
use std::sync::Mutex;

network! {
    struct Wide {
        input 784;
        dense 512 relu;
        dense 512 relu;
        dense 10 softmax;
    }
}

type WideTrainer = Trainer<Wide, Adam, SparseCategoricalCrossentropy, 128>;

/// Nine megabytes of trainer in a thread that has half a megabyte of stack, in builds without optimisation too.
#[test]
fn a_large_boxed_network_needs_little_stack() {
    assert!(size_of::<WideTrainer>() > 9_000_000);
    let work = || {
        let mut rng = SmallRng::seed_from_u64(1);
        let mut net = Wide::boxed(&mut rng);
        let mut trainer = WideTrainer::boxed(Adam::new(1e-3), SparseCategoricalCrossentropy);
        let xs = vec![SVector::from_element(0.5); 140];
        let ys: Vec<u8> = (0..140).map(|i| i % 10).collect();
        let fit = Fit::epochs(1).validation_split(0.05).shuffle(&mut rng);
        let history = trainer.fit(&mut net, &(&xs, &ys), fit).unwrap();
        assert!(history.loss().is_finite());
        assert!(
            trainer
                .evaluate(&net, &(&xs, &ys))
                .unwrap()
                .loss
                .is_finite()
        );
        let mut out = vec![SVector::zeros(); xs.len()];
        net.predict_batch(&xs, &mut out).unwrap();
    };
    std::thread::Builder::new()
        .stack_size(512 << 10)
        .spawn(work)
        .unwrap()
        .join()
        .unwrap();
}

type SmallTrainer = Trainer<super::Small, Adam, SparseCategoricalCrossentropy, 8>;
static NET: Mutex<super::Small> = Mutex::new(super::Small::zeros());
static TRAINER: Mutex<SmallTrainer> =
    Mutex::new(Trainer::new(Adam::new(0.02), SparseCategoricalCrossentropy));

#[test]
fn everything_may_be_static() {
    let samples = labelled(40);
    let mut net = NET.lock().unwrap();
    *net = small().0;
    let mut trainer = TRAINER.lock().unwrap();
    let history = trainer.fit(&mut net, &samples, Fit::epochs(30)).unwrap();
    assert!(history.accuracy() > Some(0.8), "{history}");
}
