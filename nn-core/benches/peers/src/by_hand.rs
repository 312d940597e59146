//! The references that are written by hand, beside the libraries.

use crate::measure::{digits_learnt, median, per_call, side_effects_learnt};
use crate::reference::gemm_trainer::{self, GemmCrate, MatrixMultiply, Product};
use crate::reference::{nalgebra_by_hand, static_loops};
use crate::{Column, Data};
use nalgebra::SVector;
use std::hint::black_box;

/// `predict` with nalgebra; the small training with arrays and loops, which nalgebra's products cannot beat.
pub fn nalgebra(data: &Data) -> Column {
    let animals = nalgebra_by_hand::Animals::new(1);
    let inputs: Vec<_> = data.animals.iter().map(|x| SVector::from(*x)).collect();
    let small = per_call(&inputs, |x| {
        black_box(animals.predict(black_box(x)));
    });
    let digits = nalgebra_by_hand::Digits::new(1);
    let inputs: Vec<_> = data.digits.inputs[..64]
        .iter()
        .map(|x| SVector::from(*x))
        .collect();
    let large = per_call(&inputs, |x| {
        black_box(digits.predict(black_box(x)));
    });
    let loops = median(
        || static_loops::Trainer::new(7),
        |trainer| {
            let losses = (0..20).map(|_| trainer.epoch(&data.side_effects));
            side_effects_learnt(losses.last().expect("twenty epochs"));
        },
    );
    Column {
        peer: "nalgebra, loops",
        seconds: [Some(small), Some(large), None, Some(loops)],
    }
}

/// Batches on the `gemm` crate.
pub fn gemm_crate(data: &Data) -> Column {
    trained::<GemmCrate>("gemm by hand", data)
}

/// Batches on the `matrixmultiply` crate.
pub fn matrixmultiply(data: &Data) -> Column {
    trained::<MatrixMultiply>("matrixmultiply by hand", data)
}

fn trained<P: Product>(peer: &'static str, data: &Data) -> Column {
    let mut trainer = gemm_trainer::Trainer::<P>::new(7);
    let epoch = median(|| (), |()| digits_learnt(trainer.epoch(&data.digits)));
    Column {
        peer,
        seconds: [None, None, Some(epoch), None],
    }
}
