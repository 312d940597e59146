//! Not one heap allocation: a counting allocator sees none while a network predicts, trains and is evaluated.

use nn_core::metric::LogLoss;
use nn_core::prelude::*;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    /// Allocations of this thread: tests run beside each other.
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: every call is handed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The number of allocations that `work` makes.
fn allocations<T>(work: impl FnOnce() -> T) -> (usize, T) {
    let before = COUNT.get();
    let result = work();
    (COUNT.get() - before, result)
}

network! {
    struct Animals {
        input 8;
        dense 6 relu;
        dropout 0.1;
        dense 6 relu;
        dense 4 softmax;
    }
}

type Sample = (Input<Animals>, u8);

fn samples() -> Vec<Sample> {
    let mut rng = SmallRng::seed_from_u64(1);
    let sample = |i: usize| {
        let class = i % 4;
        let x =
            SVector::from_fn(|row, _| f32::from(row % 4 == class) + rng.random_range(-0.3..0.3));
        (x, class as u8)
    };
    (0..203).map(sample).collect()
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| vec![0; 3]).0, 1);
    assert_eq!(allocations(|| Box::new(7)).0, 1);
}

#[test]
fn predict() {
    let net = Animals::init(&mut SmallRng::seed_from_u64(7));
    let samples = samples();
    let xs: Vec<_> = samples.iter().map(|sample| sample.0).collect();
    let mut ys = vec![SVector::zeros(); xs.len()];
    let (count, ()) = allocations(|| {
        let mut y = net.predict(&xs[0]);
        net.predict_into(&xs[1], &mut y);
        net.predict_batch(&xs, &mut ys).unwrap();
    });
    assert_eq!(count, 0);
}

#[test]
fn step() {
    let net = Animals::init(&mut SmallRng::seed_from_u64(7));
    let samples = samples();
    let (count, ()) = allocations(|| {
        let mut state = State::<Animals>::new();
        for (x, _) in &samples {
            let mut y = net.step(&mut state, x);
            net.step_into(&mut state, x, &mut y);
        }
        state.reset();
    });
    assert_eq!(count, 0);
}

#[test]
fn fit_and_evaluate() {
    let mut rng = SmallRng::seed_from_u64(7);
    let mut net = Animals::init(&mut rng);
    let mut best = Animals::zeros();
    let mut trainer =
        Trainer::<Animals, _, _, 10>::new(Adam::new(1e-2), SparseCategoricalCrossentropy);
    let samples = samples();
    let mut record = [Epoch::default(); 300];
    let weights = vec![1.0; samples.len()];
    let mut order = vec![0; samples.len()];
    let (count, history) = allocations(|| {
        let fit = Fit::epochs(300)
            .validation_split(0.1)
            .shuffle(&mut rng)
            .sample_weight(&weights)
            .class_weight(&[1.0, 2.0, 1.0, 1.0])
            .record(&mut record)
            .on_batch(|batch| assert!(batch.loss.is_finite()))
            .on_epoch(|epoch| assert!(epoch.val_loss.is_some()))
            .callback(EarlyStopping::new().patience(300).restore_best(&mut best))
            .callback(ReduceLrOnPlateau::new())
            .metrics((ConfusionMatrix::<4>::new(), LogLoss::new()));
        trainer.fit(&mut net, &samples, fit)
    });
    assert_eq!(count, 0);
    assert_eq!(history.unwrap().len(), 300);

    let (count, history) = allocations(|| {
        let fit = Fit::epochs(2)
            .validation_data(&samples)
            .shuffle_with(&mut order, &mut rng);
        trainer.fit(&mut net, &samples, fit)
    });
    assert_eq!((count, history.is_ok()), (0, true));

    let (count, score) = allocations(|| trainer.evaluate(&net, &samples));
    assert_eq!(count, 0);
    assert!(score.unwrap().accuracy > Some(0.9), "{score:?}");
}

network! {
    struct Picture {
        input 6x6x2;
        flatten;
        dense 4 softmax;
    }
}

#[test]
fn augmented_images() {
    let mut net = Picture::init(&mut SmallRng::seed_from_u64(7));
    let mut trainer =
        Trainer::<Picture, _, _, 10>::new(Adam::new(1e-2), SparseCategoricalCrossentropy);
    let image = |i: u8| SMatrix::from_fn(|channel, pixel| f32::from(i) * (channel + pixel) as f32);
    let samples: Vec<_> = (0..23).map(|i| (image(i), i % 4)).collect();
    let augment = Augment::<6, 6>::new()
        .flip_horizontal()
        .flip_vertical()
        .rotate(10.0)
        .shift(0.1)
        .zoom(0.1)
        .crop(1)
        .contrast(0.1)
        .brightness(0.1)
        .noise(0.1);
    let (count, history) = allocations(|| {
        let fit = Fit::epochs(8).validation_split(0.2).augment(augment);
        trainer.fit(&mut net, &samples, fit)
    });
    assert_eq!(count, 0);
    assert_eq!(history.unwrap().len(), 8);
}

/// An error is no reason to allocate either.
#[test]
fn errors() {
    let mut net = Animals::zeros();
    let mut trainer =
        Trainer::<Animals, _, _, 10>::new(Adam::new(1e-2), SparseCategoricalCrossentropy);
    let (count, result) = allocations(|| {
        let samples: [Sample; 1] = [(SVector::zeros(), 4)];
        trainer.fit(&mut net, &samples, Fit::epochs(1))
    });
    assert_eq!(count, 0);
    assert_eq!(
        result.unwrap_err().to_string(),
        "sample 0: label 4, but the network has 4 outputs; labels go from 0 to 3"
    );
}
