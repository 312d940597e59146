use super::PRelu;
use crate::Ratio;
use crate::golden::assert_close;
use crate::layer::norm::batch_norm::tests::{Step, train};
use crate::level;
use crate::plain::as_slice;
use crate::prelude::*;

type Batch = [SMatrix<f32, 3, 2>; 2];

/// Two samples of two positions of three channels.
fn batch(values: [f32; 12]) -> Batch {
    let (first, second) = values.split_at(6);
    [first, second].map(SMatrix::from_column_slice)
}

/// Computed in double precision by the formulas of PyTorch's documentation, in NumPy.
#[test]
fn values_and_gradients_are_those_of_the_formula() {
    let x = batch([
        0.0, 0.3, -0.27, -0.89, -0.45, -0.99, 0.06, 0.0, -0.49, -0.62, 0.49, 0.36,
    ]);
    let dy = batch([
        0.11, -0.93, -0.03, 0.7, -1.34, -0.46, -1.9, -1.29, -1.84, -0.24, -1.27, 0.27,
    ]);
    let layer = PRelu::<3, 2> {
        alpha: SVector::from([0.25, -0.1, 0.9]),
        ..PRelu::default()
    };
    for level in level::all() {
        let Step { y, dx, grad } = train(level, &mut layer.clone(), &x, &dy, 2);
        let flat = |batch: &Batch| as_slice(batch).to_vec();
        let y_wanted = [
            0.0, 0.3, -0.243, -0.2225, 0.045, -0.891, 0.06, 0.0, -0.441, -0.155, 0.49, 0.36,
        ];
        assert_close("y", &flat(&y), &y_wanted);
        let dx_wanted = [
            0.0275, -0.93, -0.027, 0.175, 0.134, -0.414, -1.9, 0.129, -1.656, -0.06, -1.27, 0.27,
        ];
        assert_close("dx", &flat(&dx), &dx_wanted);
        assert_close("alpha", as_slice(&grad), &[-0.4742, 0.603, 1.3651]);
    }
}

/// More positions than are summed up at a time, and rows without a sample.
#[test]
fn slopes_are_summed_over_all_positions() {
    let (x, dy) = (
        [[[-0.5]]; 150].map(SMatrix::from),
        [[[0.25]]; 150].map(SMatrix::from),
    );
    let mut layer = PRelu::<1, 1>::default();
    let Step { grad, .. } = train(level::best(), &mut layer, &x, &dy, 150);
    assert_eq!(grad.alpha[0], -0.125 * 150.0);
}

#[test]
fn the_first_slope_is_that_of_the_type() {
    let mut random = SmallRng::seed_from_u64(1);
    let mut layer = PRelu::<2, 1>::default();
    layer.init(&mut random);
    assert_eq!(as_slice(&layer), [0.25; 2]);
    let mut layer = PRelu::<2, 1, Ratio<0, 1>>::default();
    layer.init(&mut random);
    assert_eq!(as_slice(&layer), [0.0; 2]);
}

#[test]
fn the_windows_of_a_stream_train_it_as_batches_do() {
    network! { struct Net { input 3x2; prelu; } }

    let mut nets = [(); 2].map(|()| Net::init(&mut SmallRng::seed_from_u64(1)));
    let [carried, fresh] = &mut nets;
    let mut trainers =
        [(); 2].map(|()| Trainer::<Net, _, _, 1>::new(Sgd::new(0.1), MeanSquaredError));
    let [a, b] = &mut trainers;
    let sample = [(SMatrix::repeat(-0.5), SMatrix::repeat(1.0))];
    let mut states = States::<Net, 1>::new();
    let window = a.train_on_window(carried, &mut states, &sample).unwrap();
    assert_eq!(window, b.train_on_batch(fresh, &sample).unwrap());
    assert_eq!(as_slice(carried), as_slice(fresh));
    assert!(carried.prelu1.alpha.iter().all(|alpha| *alpha < 0.25));
}
