//! dfdx on its CPU device. It checks shapes at compile time as well, so a network is a type here too.

use crate::measure::{batches, digits_learnt, median, per_call, side_effects_learnt};
use crate::{Column, Data};
use dfdx::optim::{Adam, AdamConfig};
use dfdx::prelude::*;
use rand::SeedableRng;
use rand::rngs::SmallRng;
use std::hint::black_box;

type Animals = ((Linear<8, 6>, ReLU), (Linear<6, 6>, ReLU), Linear<6, 4>);
type Digits = ((Linear<784, 128>, ReLU), Linear<128, 10>);
type DigitsTrained = (
    (Linear<784, 64>, ReLU),
    (Linear<64, 64>, ReLU),
    Linear<64, 10>,
);
type SideEffects = ((Linear<1, 16>, ReLU), (Linear<16, 32>, ReLU), Linear<32, 2>);

/// The mean loss of the batches of one epoch of `$network`. A macro, since the bounds that a function over
/// all networks of dfdx needs are longer than the loop.
macro_rules! epoch {
    ($data:expr, $inputs:literal, $classes:literal, $batch:literal, $trainer:expr) => {{
        let (device, network, optimiser, rng) = $trainer;
        let (mut loss, mut steps) = (0.0, 0.0);
        let mut gradients = network.alloc_grads();
        for (rows, labels) in batches($data, $batch, rng) {
            let x = device.tensor_from_vec(rows, (Const::<$batch>, Const::<$inputs>));
            let target = device.tensor_from_vec(
                one_hot::<$classes>(&labels),
                (Const::<$batch>, Const::<$classes>),
            );
            let step =
                cross_entropy_with_logits_loss(network.forward_mut(x.traced(gradients)), target);
            loss += step.array();
            steps += 1.0;
            gradients = step.backward();
            optimiser
                .update(network, &gradients)
                .expect("every parameter is used");
            network.zero_grads(&mut gradients);
        }
        loss / steps
    }};
}

/// dfdx wants a distribution, not a class.
fn one_hot<const CLASSES: usize>(labels: &[u8]) -> Vec<f32> {
    let mut rows = vec![0.0; labels.len() * CLASSES];
    for (row, label) in rows.chunks_exact_mut(CLASSES).zip(labels) {
        row[usize::from(*label)] = 1.0;
    }
    rows
}

/// Adam with Keras's constants.
fn adam(learning_rate: f64) -> AdamConfig {
    AdamConfig {
        lr: learning_rate,
        betas: [0.9, 0.999],
        eps: 1e-7,
        weight_decay: None,
    }
}

/// All four works.
pub fn measure(data: &Data) -> Column {
    dfdx::flush_denormals_to_zero();
    let seconds = [
        predict_animals(data),
        predict_digits(data),
        train_digits(data),
        train_side_effects(data),
    ];
    Column {
        peer: "dfdx 0.13",
        seconds: seconds.map(Some),
    }
}

fn predict_animals(data: &Data) -> f64 {
    let device = Cpu::default();
    let network = device.build_module::<Animals, f32>();
    let inputs: Vec<_> = data.animals.iter().map(|x| device.tensor(*x)).collect();
    per_call(&inputs, |x| {
        black_box(network.forward(black_box(x).clone()).softmax());
    })
}

fn predict_digits(data: &Data) -> f64 {
    let device = Cpu::default();
    let network = device.build_module::<Digits, f32>();
    let inputs: Vec<_> = data.digits.inputs[..64]
        .iter()
        .map(|x| device.tensor(*x))
        .collect();
    per_call(&inputs, |x| {
        black_box(network.forward(black_box(x).clone()).softmax());
    })
}

fn train_digits(data: &Data) -> f64 {
    let device = Cpu::default();
    let mut network = device.build_module::<DigitsTrained, f32>();
    let mut optimiser = Adam::new(&network, adam(1e-3));
    let mut rng = SmallRng::seed_from_u64(7);
    median(
        || (),
        |()| {
            let loss = epoch!(
                &data.digits,
                784,
                10,
                128,
                (&device, &mut network, &mut optimiser, &mut rng)
            );
            digits_learnt(loss);
        },
    )
}

fn train_side_effects(data: &Data) -> f64 {
    let device = Cpu::default();
    let mut rng = SmallRng::seed_from_u64(7);
    median(
        || {
            let network = device.build_module::<SideEffects, f32>();
            let optimiser = Adam::new(&network, adam(1e-4));
            (network, optimiser)
        },
        |(network, optimiser)| {
            let losses = (0..20).map(|_| {
                epoch!(
                    &data.side_effects,
                    1,
                    2,
                    10,
                    (&device, &mut *network, &mut *optimiser, &mut rng)
                )
            });
            side_effects_learnt(losses.last().expect("twenty epochs"));
        },
    )
}
