//! The small convolutional network of the tutorials.

use super::measure::{Work, compare};
use super::random;
use super::reference::{data, im2col};
use nn_core::prelude::*;
use std::hint::black_box;

network! {
    pub struct Cnn {
        input 28x28x1;
        conv2d 8 5x5 relu;
        max_pool 2x2;
        conv2d 16 5x5 relu;
        max_pool 2x2;
        flatten;
        dense 10 softmax;
    }
}

/// One image.
pub(crate) fn predict() {
    const CALLS: usize = 64;
    let (mut theirs, ours) = (im2col::Cnn::new(7), Cnn::init(&mut random()));
    let inputs = data::digits(7, CALLS).inputs;
    compare(
        &Work {
            name: "predict 28x28x1, conv 8 5x5, pool 2, conv 16 5x5, pool 2, dense 10",
            unit: "us",
            per_unit: 1e-6,
            runs: CALLS,
            goal: Some((6.0, 0.2)),
        },
        &mut [
            ("im2col, matrixmultiply", &mut || {
                for x in &inputs {
                    black_box(theirs.predict(black_box(x)));
                }
            }),
            ("nn-core", &mut || {
                for x in &inputs {
                    black_box(ours.predict(black_box(Cnn::input(x))));
                }
            }),
        ],
    );
}

/// An epoch of 2 000 images.
pub(crate) fn train() {
    const EPOCHS: usize = 3;
    let data = data::digits(7, 2000);
    let inputs: Vec<_> = data.inputs.iter().map(|x| *Cnn::input(x)).collect();
    let ours = (&inputs[..], &data.labels[..]);
    let mut theirs = im2col::Cnn::new(7);
    let mut net = Cnn::boxed(&mut random());
    let mut trainer =
        Trainer::<Cnn, _, _, 32>::boxed(Adam::new(1e-3), SparseCategoricalCrossentropy);
    let mut rng = random();
    compare(
        &Work {
            name: "train the same, Adam, batch 32, 2 000 images, per epoch of 3",
            unit: "ms",
            per_unit: 1e-3,
            runs: EPOCHS,
            goal: Some((70.0, 0.42)),
        },
        &mut [
            ("im2col, matrixmultiply", &mut || {
                (0..EPOCHS).for_each(|_| _ = black_box(theirs.epoch(&data)));
            }),
            ("nn-core", &mut || {
                let fit = Fit::epochs(EPOCHS).shuffle(&mut rng);
                black_box(trainer.fit(&mut *net, &ours, fit).is_ok());
            }),
        ],
    );
}
