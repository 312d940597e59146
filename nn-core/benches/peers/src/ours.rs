//! nn-core, as a user of it would write the same.

use crate::measure::{digits_learnt, median, per_call, side_effects_learnt};
use crate::{Column, Data};
use nn_core::prelude::*;
use std::hint::black_box;

network! { struct Animals { input 8; dense 6 relu; dense 6 relu; dense 4 softmax; } }
network! { struct Digits { input 784; dense 128 relu; dense 10 softmax; } }
network! { struct DigitsTrained { input 784; dense 64 relu; dense 64 relu; dense 10 softmax; } }
network! { struct SideEffects { input 1; dense 16 relu; dense 32 relu; dense 2 softmax; } }

/// All four works.
pub fn measure(data: &Data) -> Column {
    let seconds = [
        predict_animals(data),
        predict_digits(data),
        train_digits(data),
        train_side_effects(data),
    ];
    Column {
        peer: "ours",
        seconds: seconds.map(Some),
    }
}

fn predict_animals(data: &Data) -> f64 {
    let network = Animals::init(&mut SmallRng::seed_from_u64(1));
    let inputs: Vec<_> = data.animals.iter().map(|x| SVector::from(*x)).collect();
    per_call(&inputs, |x| {
        black_box(network.predict(black_box(x)));
    })
}

fn predict_digits(data: &Data) -> f64 {
    let network = Digits::boxed(&mut SmallRng::seed_from_u64(1));
    let inputs: Vec<_> = data.digits.inputs[..64]
        .iter()
        .map(|x| SVector::from(*x))
        .collect();
    per_call(&inputs, |x| {
        black_box(network.predict(black_box(x)));
    })
}

fn train_digits(data: &Data) -> f64 {
    let mut rng = SmallRng::seed_from_u64(7);
    let mut network = DigitsTrained::boxed(&mut rng);
    let mut trainer =
        Trainer::<DigitsTrained, _, _, 128>::boxed(Adam::new(1e-3), SparseCategoricalCrossentropy);
    let inputs: Vec<_> = data
        .digits
        .inputs
        .iter()
        .map(|x| SVector::from(*x))
        .collect();
    let samples = (&inputs[..], &data.digits.labels[..]);
    median(
        || (),
        |()| {
            let history = trainer.fit(&mut network, &samples, Fit::epochs(1).shuffle(&mut rng));
            digits_learnt(history.expect("the data is valid").loss());
        },
    )
}

fn train_side_effects(data: &Data) -> f64 {
    let mut rng = SmallRng::seed_from_u64(7);
    let inputs: Vec<_> = data
        .side_effects
        .inputs
        .iter()
        .map(|x| SVector::from(*x))
        .collect();
    let samples = (&inputs[..], &data.side_effects.labels[..]);
    let mut fresh = SmallRng::seed_from_u64(7);
    median(
        || {
            let trainer = Trainer::<SideEffects, _, _, 10>::new(
                Adam::new(1e-4),
                SparseCategoricalCrossentropy,
            );
            (SideEffects::init(&mut fresh), trainer)
        },
        |(network, trainer)| {
            let history = trainer.fit(network, &samples, Fit::epochs(20).shuffle(&mut rng));
            side_effects_learnt(history.expect("the data is valid").loss());
        },
    )
}
