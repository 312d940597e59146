//! Every figure that this crate promises, with its ratio to a reference that is timed in the same run.
//!
//! `cargo bench` prints all; `cargo bench --bench speed -- predict train` prints some: `predict`, `train`, `stream`, `cnn`,
//! `levels`, `width`, `batch`. Reference and own code take turns, a round each, so that what disturbs the machine disturbs both;
//! the figure is the median round, and beside it stands the quickest.
#![allow(missing_docs)]

#[path = "speed_parts/cnn.rs"]
mod cnn;
#[path = "speed_parts/measure.rs"]
mod measure;
#[allow(clippy::unwrap_used)]
mod reference;
#[path = "speed_parts/stream.rs"]
mod stream;
#[path = "speed_parts/sweep.rs"]
mod sweep;

use measure::{Work, compare};
use nn_core::prelude::*;
use reference::{data, gemm_trainer, nalgebra_by_hand, static_loops};
use std::hint::black_box;

network! { pub struct Animals { input 8; dense 6 relu; dense 6 relu; dense 4 softmax; } }
network! { pub struct Digits { input 784; dense 128 relu; dense 10 softmax; } }
network! { pub struct Mnist { input 784; dense 64 relu; dense 64 relu; dense 10 softmax; } }
network! { pub struct SideEffects { input 1; dense 16 relu; dense 32 relu; dense 2 softmax; } }

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if !arguments.iter().any(|argument| argument == "--bench") {
        println!("`cargo test` only builds this; `cargo bench` runs it");
        return;
    }
    let wanted: Vec<&String> = arguments.iter().filter(|a| !a.starts_with('-')).collect();
    let want = |name: &str| wanted.is_empty() || wanted.iter().any(|w| *w == name);
    if want("predict") {
        predict_animals();
        predict_digits();
    }
    if want("train") {
        train_side_effects();
        train_mnist();
    }
    if want("stream") {
        stream::lstm();
        stream::gru();
    }
    if want("cnn") {
        cnn::predict();
        cnn::train();
    }
    if want("levels") {
        sweep::levels();
    }
    if want("width") {
        sweep::width();
    }
    if want("batch") {
        sweep::batch();
    }
}

fn random() -> SmallRng {
    SmallRng::seed_from_u64(7)
}

fn predict_animals() {
    const CALLS: usize = 256;
    let (theirs, ours) = (
        nalgebra_by_hand::Animals::new(7),
        Animals::init(&mut random()),
    );
    let inputs: Vec<Input<Animals>> = (0..CALLS)
        .map(|sample| SVector::from_fn(|i, _| ((i * 7 + sample * 3) % 11) as f32 / 11.0))
        .collect();
    compare(
        &Work {
            name: "predict 8-6-6-4, each call alone",
            unit: "ns",
            per_unit: 1e-9,
            runs: CALLS,
            goal: Some((25.0, 0.5)),
        },
        &mut [
            ("nalgebra by hand", &mut || {
                for x in &inputs {
                    black_box(theirs.predict(black_box(x)));
                }
            }),
            ("nn-core", &mut || {
                for x in &inputs {
                    black_box(ours.predict(black_box(x)));
                }
            }),
        ],
    );
    compare(
        &Work {
            name: "predict 8-6-6-4, each call waits for the last",
            unit: "ns",
            per_unit: 1e-9,
            runs: CALLS,
            goal: Some((60.0, 1.0)),
        },
        &mut [
            ("nalgebra by hand", &mut || {
                chain(&inputs[0], CALLS, |x| theirs.predict(x))
            }),
            ("nn-core", &mut || {
                chain(&inputs[0], CALLS, |x| ours.predict(x))
            }),
        ],
    );
}

/// Calls `predict` again and again, each time on an input that the last output is part of.
fn chain(x: &SVector<f32, 8>, calls: usize, predict: impl Fn(&SVector<f32, 8>) -> SVector<f32, 4>) {
    let mut x = *black_box(x);
    for _ in 0..calls {
        let y = predict(&x);
        x.fixed_rows_mut::<4>(0).copy_from(&y);
    }
    black_box(x);
}

fn predict_digits() {
    const CALLS: usize = 16;
    let (theirs, ours) = (
        nalgebra_by_hand::Digits::new(7),
        Digits::boxed(&mut random()),
    );
    let inputs = data::digits(7, CALLS).inputs;
    compare(
        &Work {
            name: "predict 784-128-10",
            unit: "us",
            per_unit: 1e-6,
            runs: CALLS,
            goal: Some((3.2, 0.35)),
        },
        &mut [
            ("nalgebra by hand", &mut || {
                for x in &inputs {
                    black_box(theirs.predict(black_box(Digits::input(x))));
                }
            }),
            ("nn-core", &mut || {
                for x in &inputs {
                    black_box(ours.predict(black_box(Digits::input(x))));
                }
            }),
        ],
    );
}

fn train_side_effects() {
    const EPOCHS: usize = 20;
    let data = data::side_effects(7, 2100);
    let inputs: Vec<_> = data.inputs.iter().map(|x| *SideEffects::input(x)).collect();
    let ours = (&inputs[..], &data.labels[..]);
    let mut static_loops = static_loops::Trainer::new(7);
    let mut net = SideEffects::init(&mut random());
    let mut trainer =
        Trainer::<SideEffects, _, _, 10>::boxed(Adam::new(1e-4), SparseCategoricalCrossentropy);
    let mut rng = random();
    compare(
        &Work {
            name: "train 1-16-32-2, Adam, batch 10, 2 100 samples x 20 epochs",
            unit: "ms",
            per_unit: 1e-3,
            runs: 1,
            goal: Some((10.0, 0.45)),
        },
        &mut [
            ("static loops", &mut || {
                for _ in 0..EPOCHS {
                    black_box(static_loops.epoch(&data));
                }
            }),
            ("nn-core", &mut || {
                let fit = Fit::epochs(EPOCHS).shuffle(&mut rng);
                black_box(trainer.fit(&mut net, &ours, fit).is_ok());
            }),
        ],
    );
}

fn train_mnist() {
    /// `fit` looks through the data before the first epoch; so many make that a small part, as in real training.
    const EPOCHS: usize = 3;
    let data = data::digits(7, 48_000);
    let inputs: Vec<_> = data.inputs.iter().map(|x| *Mnist::input(x)).collect();
    let ours = (&inputs[..], &data.labels[..]);
    let mut gemm = gemm_trainer::Trainer::<gemm_trainer::GemmCrate>::new(7);
    let mut matrixmultiply = gemm_trainer::Trainer::<gemm_trainer::MatrixMultiply>::new(7);
    let mut net = Mnist::boxed(&mut random());
    let mut trainer =
        Trainer::<Mnist, _, _, 128>::boxed(Adam::new(1e-3), SparseCategoricalCrossentropy);
    let mut rng = random();
    compare(
        &Work {
            name: "train 784-64-64-10, Adam, batch 128, 48 000 samples, per epoch of 3",
            unit: "ms",
            per_unit: 1e-3,
            runs: EPOCHS,
            goal: Some((86.0, 0.7)),
        },
        &mut [
            ("gemm crate", &mut || {
                (0..EPOCHS).for_each(|_| _ = black_box(gemm.epoch(&data)));
            }),
            ("matrixmultiply crate", &mut || {
                (0..EPOCHS).for_each(|_| _ = black_box(matrixmultiply.epoch(&data)));
            }),
            ("nn-core", &mut || {
                let fit = Fit::epochs(EPOCHS).shuffle(&mut rng);
                black_box(trainer.fit(&mut *net, &ours, fit).is_ok());
            }),
        ],
    );
}
