//! Sentences of `History::diagnosis` about real trainings.

use nn_core::prelude::*;

network! {
    struct Large {
        input 2;
        dense 24 relu;
        dense 24 relu;
        dense 2 softmax;
    }
}

network! {
    struct Straight {
        input 2;
        dense 2 softmax;
    }
}

network! {
    struct Regression {
        input 2;
        dense 1;
    }
}

type Sample = (SVector<f32, 2>, u8);

/// Points of two classes, each in two opposite quadrants; every `wrong`-th label is wrong.
fn quadrants(count: usize, seed: u64, wrong: usize) -> Vec<Sample> {
    let mut rng = SmallRng::seed_from_u64(seed);
    let sample = |i: usize| {
        let x = SVector::from_fn(|_, _| rng.random_range(-1.0_f32..1.0));
        let label = (x[0] * x[1] > 0.0) != (i % wrong == wrong - 1);
        (x, u8::from(label))
    };
    (0..count).map(sample).collect()
}

fn diagnose<N: Train<Input = SVector<f32, 2>, Output = SVector<f32, 2>>>(
    train: &[Sample],
    epochs: usize,
    rate: f64,
    seed: u64,
) -> Diagnosis {
    let validation = quadrants(100, 100, usize::MAX);
    let mut rng = SmallRng::seed_from_u64(seed);
    let mut net = nn_core::plain::zeroed_box::<N>();
    net.init(&mut rng);
    let mut trainer = Trainer::<N, _, _, 20>::boxed(Adam::new(rate), SparseCategoricalCrossentropy);
    let fit = Fit::epochs(epochs)
        .validation_data(&validation)
        .shuffle(&mut rng);
    trainer.fit(&mut net, train, fit).unwrap().diagnosis()
}

#[test]
fn of_classifiers() {
    for seed in 0..2 {
        let (few, many) = (quadrants(40, seed, 5), quadrants(300, seed, usize::MAX));
        let overfitting = diagnose::<Large>(&few, 80, 1e-2, seed);
        assert_eq!(overfitting.name(), "overfitting", "{overfitting}");
        // The rate makes bursts of a few epochs. Of the seeds 0 to 5, two were a good fit here by means over windows; by medians five are, and
        // all six after 100 and 120 epochs, where by means it was five and four.
        let good = diagnose::<Large>(&many, 60, 2e-2, seed);
        assert_eq!(good.name(), "good fit", "{good}");
        let improving = diagnose::<Large>(&many, 10, 1e-3, seed);
        assert_eq!(improving.name(), "still improving", "{improving}");
        let underfitting = diagnose::<Straight>(&many, 20, 1e-2, seed);
        assert_eq!(underfitting.name(), "underfitting", "{underfitting}");
    }
}

/// A rate just beyond what gradient descent bears: every step overshoots a little more than the one before.
#[test]
fn of_a_rate_too_high() {
    let samples: Vec<_> = quadrants(50, 1, usize::MAX)
        .into_iter()
        .map(|(x, _)| (x, SVector::from([x[0] - x[1]])))
        .collect();
    let mut net = Regression::zeros();
    let mut trainer = Trainer::<Regression, _, _, 50>::new(Sgd::new(1.05), MeanSquaredError);
    let history = trainer
        .fit(
            &mut net,
            &samples,
            Fit::epochs(30).validation_data(&samples),
        )
        .unwrap();
    assert_eq!(history.diagnosis().name(), "diverging", "{history}");
}
