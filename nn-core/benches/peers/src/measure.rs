//! The clock, and how training data is cut into batches.

use crate::reference::data::Samples;
use rand::rngs::SmallRng;
use rand::seq::SliceRandom;
use std::time::Instant;

/// The median of nine runs of `run`, in seconds. What `prepare` makes is not timed; a first run warms the
/// caches and is not counted.
pub fn median<T>(mut prepare: impl FnMut() -> T, mut run: impl FnMut(&mut T)) -> f64 {
    let mut seconds = Vec::new();
    for _ in 0..10 {
        let mut prepared = prepare();
        let start = Instant::now();
        run(&mut prepared);
        seconds.push(start.elapsed().as_secs_f64());
    }
    let mut seconds = seconds.split_off(1);
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}

/// The median time of one call of `predict`, over enough calls for the clock to be exact. The calls are
/// independent of each other.
pub fn per_call<I>(inputs: &[I], mut predict: impl FnMut(&I)) -> f64 {
    let rounds = 4_096 / inputs.len();
    let run = |(): &mut ()| (0..rounds).for_each(|_| inputs.iter().for_each(&mut predict));
    median(|| (), run) / (rounds * inputs.len()) as f64
}

/// The time of an epoch over the digits is worth nothing if the digits are not learnt.
pub fn digits_learnt(loss: f32) {
    assert!(loss < 0.5, "the loss of an epoch is {loss}");
}

/// The same for the twenty epochs of the side effects, which begin near 0.69.
pub fn side_effects_learnt(loss: f32) {
    assert!(loss < 0.55, "the loss of the last epoch is {loss}");
}

/// The samples in a new order, cut into batches: the rows of each batch one after the other, and their
/// classes.
pub fn batches<const N: usize>(
    data: &Samples<N>,
    size: usize,
    rng: &mut SmallRng,
) -> impl Iterator<Item = (Vec<f32>, Vec<u8>)> {
    let mut order: Vec<usize> = (0..data.len()).collect();
    order.shuffle(rng);
    let starts = (0..order.len()).step_by(size);
    starts.map(move |start| {
        let batch = &order[start..order.len().min(start + size)];
        let mut rows = Vec::with_capacity(batch.len() * N);
        batch
            .iter()
            .for_each(|&sample| rows.extend_from_slice(&data.inputs[sample]));
        (
            rows,
            batch.iter().map(|&sample| data.labels[sample]).collect(),
        )
    })
}

/// A duration with four digits and a unit.
pub fn human(seconds: f64) -> String {
    match seconds {
        s if s < 1e-6 => format!("{:.1} ns", s * 1e9),
        s if s < 1e-3 => format!("{:.2} us", s * 1e6),
        s => format!("{:.1} ms", s * 1e3),
    }
}
