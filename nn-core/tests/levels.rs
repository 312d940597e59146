//! Every SIMD level of a machine gives the same results up to rounding.

use nn_core::Level;
use nn_core::prelude::*;
use nn_core::{level, predict_at};

network! {
    struct Net {
        input 11;
        dense 37 relu;
        dense 16 tanh;
        dense 5 softmax;
    }
}

fn samples() -> Vec<(Input<Net>, u8)> {
    let sample = |s: usize| {
        let x = SVector::from_fn(|i, _| ((s * 7 + i * 5) % 13) as f32 / 6.0 - 1.0);
        (x, (s % 5) as u8)
    };
    (0..53).map(sample).collect()
}

#[test]
fn inference_agrees() {
    let net = Net::init(&mut SmallRng::seed_from_u64(1));
    for (x, _) in samples() {
        let want = net.predict(&x);
        for level in level::all() {
            let got = predict_at(&net, level, &x);
            for (got, want) in got.iter().zip(&want) {
                assert!((got - want).abs() <= 1e-6, "{level:?}: {got} and {want}");
            }
        }
    }
}

#[test]
fn training_agrees() {
    let data = samples();
    let train = |level: Level| {
        let mut net = Net::init(&mut SmallRng::seed_from_u64(1));
        let mut trainer =
            Trainer::<Net, _, _, 10>::new(Sgd::new(0.1), SparseCategoricalCrossentropy);
        trainer.level(level);
        let mut rng = SmallRng::seed_from_u64(2);
        trainer
            .fit(&mut net, &data, Fit::epochs(20).shuffle(&mut rng))
            .unwrap();
        net
    };
    let mut levels = level::all();
    let want = train(levels.next().unwrap());
    let want = nn_core::plain::as_slice(&want);
    for level in levels {
        let got = train(level);
        for (got, want) in nn_core::plain::as_slice(&got).iter().zip(want) {
            // Rounding grows over 120 steps.
            assert!((got - want).abs() <= 1e-4, "{level:?}: {got} and {want}");
        }
    }
}

#[test]
fn extremes_neither_panic_nor_spread() {
    let net = Net::init(&mut SmallRng::seed_from_u64(1));
    for level in level::all() {
        for extreme in [1e4, -1e4, f32::MAX, f32::INFINITY, f32::NAN] {
            let y = predict_at(&net, level, &SVector::repeat(extreme));
            let sum = y.sum();
            assert!(sum.is_nan() || (sum - 1.0).abs() < 1e-5, "{level:?}: {y}");
        }
        let y = predict_at(&net, level, &SVector::repeat(1e4));
        assert!((y.sum() - 1.0).abs() < 1e-5, "{level:?}: {y}");
    }
}
