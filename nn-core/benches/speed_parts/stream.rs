//! A stream through a recurrent layer of 20 units and a dense output, one step at a time; each step waits for the last.

use crate::measure::{Work, compare};
use crate::reference::recurrent_loops;
use nn_core::prelude::*;
use std::hint::black_box;

network! { pub struct Lstm { input 100x1; lstm 20; dense 1; } }
network! { pub struct FastLstm { input 100x1; lstm 20 fast_tanh recurrent_activation fast_sigmoid; dense 1; } }
network! { pub struct Gru { input 100x1; gru 20; dense 1; } }
network! { pub struct FastGru { input 100x1; gru 20 fast_tanh recurrent_activation fast_sigmoid; dense 1; } }

const STEPS: usize = 256;

fn random() -> SmallRng {
    SmallRng::seed_from_u64(7)
}

/// At the begin of a cache line. What lies across two is read half as fast, and where a variable lies is chance.
#[repr(align(64))]
struct Aligned<T>(T);

/// Some of a tone.
fn samples() -> Vec<SVector<f32, 1>> {
    let sample = |t: usize| SVector::from([(t as f32 / 10.0).sin()]);
    (0..STEPS).map(sample).collect()
}

fn work(name: &'static str, goal: (f64, f64)) -> Work {
    Work {
        name,
        unit: "ns",
        per_unit: 1e-9,
        runs: STEPS,
        goal: Some(goal),
    }
}

/// The exact network is last: the goal is its.
pub(crate) fn lstm() {
    let samples = samples();
    let mut loops = Aligned(recurrent_loops::Lstm::new(7));
    let fast = Aligned(FastLstm::init(&mut random()));
    let net = Aligned(Lstm::init(&mut random()));
    let (mut fast_state, mut state) = (State::<FastLstm>::new(), State::<Lstm>::new());
    compare(
        &work("step of 1-LSTM 20-1", (110.0, 0.3)),
        &mut [
            ("static loops", &mut || {
                for x in &samples {
                    black_box(loops.0.step(black_box(x[0])));
                }
            }),
            ("nn-core, fast_tanh", &mut || {
                for x in &samples {
                    black_box(fast.0.step(&mut fast_state, black_box(x)));
                }
            }),
            ("nn-core", &mut || {
                for x in &samples {
                    black_box(net.0.step(&mut state, black_box(x)));
                }
            }),
        ],
    );
}

/// As [`lstm`].
pub(crate) fn gru() {
    let samples = samples();
    let mut loops = Aligned(recurrent_loops::Gru::new(7));
    let fast = Aligned(FastGru::init(&mut random()));
    let net = Aligned(Gru::init(&mut random()));
    let (mut fast_state, mut state) = (State::<FastGru>::new(), State::<Gru>::new());
    compare(
        &work("step of 1-GRU 20-1", (105.0, 0.4)),
        &mut [
            ("static loops", &mut || {
                for x in &samples {
                    black_box(loops.0.step(black_box(x[0])));
                }
            }),
            ("nn-core, fast_tanh", &mut || {
                for x in &samples {
                    black_box(fast.0.step(&mut fast_state, black_box(x)));
                }
            }),
            ("nn-core", &mut || {
                for x in &samples {
                    black_box(net.0.step(&mut state, black_box(x)));
                }
            }),
        ],
    );
}
