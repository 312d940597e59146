//! Curves of known shape, smooth and noisy, short and thinned.

use super::*;
use crate::init::normal_pair;
use crate::train::{Chronicle, Epoch};
use rand::SeedableRng;
use rand::rngs::SmallRng;
use std::format;

/// Losses by time from 0 to 1, the accuracies that go with them, and what they should be called.
struct Case {
    name: &'static str,
    training: fn(f64) -> f64,
    validation: fn(f64) -> f64,
    /// At the end.
    accuracy: Option<(f32, f32)>,
}

/// Falls from 1 towards 0, `rate` times by a factor of e.
fn falling(t: f64, rate: f64) -> f64 {
    libm::exp(-rate * t)
}

const CASES: [Case; 11] = [
    Case {
        name: "overfitting",
        training: |t| 2.3 * falling(t, 6.0),
        validation: |t| 0.5 + 1.8 * falling(t, 12.0) + 0.5 * t,
        accuracy: Some((1.0, 0.8)),
    },
    // No turn, but a wide gap.
    Case {
        name: "overfitting",
        training: |t| 0.01 + 2.29 * falling(t, 12.0),
        validation: |t| 0.7 + 1.6 * falling(t, 12.0),
        accuracy: None,
    },
    Case {
        name: "overfitting",
        training: |t| 0.01 + 0.69 * falling(t, 12.0),
        validation: |t| 0.1 + 0.6 * falling(t, 12.0),
        accuracy: Some((1.0, 0.8)),
    },
    Case {
        name: "underfitting",
        training: |t| 1.6 + 0.7 * falling(t, 12.0),
        validation: |t| 1.65 + 0.65 * falling(t, 12.0),
        accuracy: Some((0.35, 0.33)),
    },
    // A flat line, without an accuracy.
    Case {
        name: "underfitting",
        training: |_| 0.693,
        validation: |_| 0.695,
        accuracy: None,
    },
    Case {
        name: "good fit",
        training: |t| 0.05 + 2.25 * falling(t, 12.0),
        validation: |t| 0.09 + 2.2 * falling(t, 12.0),
        accuracy: Some((0.99, 0.97)),
    },
    // Mean squared errors of small numbers.
    Case {
        name: "good fit",
        training: |t| 1e-6 * (0.1 + 0.9 * falling(t, 12.0)),
        validation: |t| 1e-6 * (0.15 + 0.8 * falling(t, 12.0)),
        accuracy: None,
    },
    // Cosine similarities end below zero.
    Case {
        name: "good fit",
        training: |t| -0.97 + 0.9 * falling(t, 12.0),
        validation: |t| -0.95 + 0.9 * falling(t, 12.0),
        accuracy: None,
    },
    Case {
        name: "still improving",
        training: |t| 2.3 * falling(t, 1.0),
        validation: |t| 2.4 * falling(t, 0.9),
        accuracy: Some((0.7, 0.6)),
    },
    Case {
        name: "diverging",
        training: |t| 2.3 * falling(t, 12.0) + 3.0 * t * t,
        validation: |t| 2.3 * falling(t, 12.0) + 3.0 * t * t,
        accuracy: Some((0.4, 0.4)),
    },
    // From the first epoch on.
    Case {
        name: "diverging",
        training: |t| 1.0 + 5.0 * t,
        validation: |t| 1.0 + 4.0 * t,
        accuracy: None,
    },
];

/// A training of so many epochs whose validation loss varies by `noise` times itself and a fifth of the first, and its training loss by a third of that.
fn history(case: &Case, epochs: usize, noise: f64, seed: u64) -> History {
    let random = &mut SmallRng::seed_from_u64(seed);
    let mut history = History::<0>::new(&[]);
    let first_loss = (case.validation)(0.0).abs();
    for number in 1..=epochs {
        let t = (number as f64 - 0.5) / epochs as f64;
        let amount = noise * ((case.validation)(t).abs() + 0.2 * first_loss);
        let [first, second] = normal_pair(random);
        history.push(&Epoch {
            number,
            loss: ((case.training)(t) + amount / 3.0 * first) as f32,
            val_loss: Some(((case.validation)(t) + amount * second) as f32),
            accuracy: case.accuracy.map(|(training, _)| training),
            val_accuracy: case.accuracy.map(|(_, validation)| validation),
            ..Epoch::default()
        });
    }
    history
}

#[test]
fn names_smooth_curves_of_any_length() {
    for (i, case) in CASES.iter().enumerate() {
        for epochs in [8, 12, 20, 40, 100, 128, 129, 300, 5000] {
            let diagnosis = history(case, epochs, 0.0, 0).diagnosis();
            assert_eq!(
                diagnosis.name(),
                case.name,
                "case {i}, {epochs} epochs: {diagnosis}"
            );
        }
    }
}

#[test]
fn names_noisy_curves() {
    let (mut wrong, mut all) = (0, 0);
    for (i, case) in CASES.iter().enumerate() {
        for epochs in [20, 40, 100, 300, 1000] {
            for seed in 0..40 {
                let diagnosis = history(case, epochs, 0.05, seed).diagnosis();
                all += 1;
                if diagnosis.name() != case.name {
                    wrong += 1;
                    std::println!("case {i}, {epochs} epochs, seed {seed}: {diagnosis}");
                }
            }
        }
    }
    assert!(wrong * 50 <= all, "{wrong} of {all}");
}

/// Optimisers with high rates have an epoch or two now and then whose losses are many times those around them.
#[test]
fn a_burst_decides_nothing() {
    for (i, case) in CASES.iter().enumerate() {
        // The smallest windows, of 4 and of 6 epochs, are still whole with so many of them.
        for (epochs, length) in [(40_usize, 1), (60, 2), (100, 2)] {
            for at in epochs / 2..=epochs - length {
                let mut history = History::<0>::new(&[]);
                for number in 1..=epochs {
                    let t = (number as f64 - 0.5) / epochs as f64;
                    let burst = if (at..at + length).contains(&(number - 1)) {
                        0.4 * (case.training)(0.0).abs()
                    } else {
                        0.0
                    };
                    history.push(&Epoch {
                        number,
                        loss: ((case.training)(t) + burst) as f32,
                        val_loss: Some(((case.validation)(t) + burst) as f32),
                        accuracy: case.accuracy.map(|(training, _)| training),
                        val_accuracy: case.accuracy.map(|(_, validation)| validation),
                        ..Epoch::default()
                    });
                }
                let diagnosis = history.diagnosis();
                let place = format!("case {i}, {epochs} epochs, burst at {at}: {diagnosis}");
                assert_eq!(diagnosis.name(), case.name, "{place}");
            }
        }
    }
}

#[test]
fn says_when_it_does_not_know() {
    assert_eq!(
        format!("{}", History::<0>::new(&[]).diagnosis()),
        "unknown: after 0 epochs the curves do not show where they go; it takes at least 5"
    );
    let short = history(&CASES[0], 4, 0.0, 0).diagnosis();
    assert_eq!(
        short,
        Diagnosis::Unknown(Unknown::TooFewEpochs { epochs: 4 })
    );
    let mut alone = History::<0>::new(&[]);
    for number in 1..30 {
        let loss = 1.0 / number as f32;
        alone.push(&Epoch {
            number,
            loss,
            ..Epoch::default()
        });
    }
    assert_eq!(alone.diagnosis(), Diagnosis::Unknown(Unknown::NoValidation));
    assert_eq!(alone.diagnosis().evidence(), None);
    // Divergence shows without validation, from the first epoch on.
    alone.push(&Epoch {
        number: 30,
        loss: f32::INFINITY,
        ..Epoch::default()
    });
    assert_eq!(alone.diagnosis().name(), "diverging");
}

#[test]
fn nothing_panics() {
    for value in [
        f32::NAN,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::MAX,
        f32::MIN,
        0.0,
        -0.0,
    ] {
        for other in [f32::NAN, f32::INFINITY, f32::MAX, f32::MIN, 0.0, 1.0] {
            for epochs in 0..12 {
                let mut history = History::<0>::new(&[]);
                for number in 1..=epochs {
                    let (loss, val_loss) = if number % 3 == 0 {
                        (other, value)
                    } else {
                        (value, other)
                    };
                    let val_loss = (number != 7).then_some(val_loss);
                    history.push(&Epoch {
                        number,
                        loss,
                        val_loss,
                        ..Epoch::default()
                    });
                }
                let diagnosis = history.diagnosis();
                assert!(!format!("{diagnosis} {}", diagnosis.advice()).is_empty());
            }
        }
    }
}

#[test]
fn tells_the_numbers() {
    let diagnosis = history(&CASES[0], 40, 0.0, 0).diagnosis();
    let Diagnosis::Overfitting(evidence) = diagnosis else {
        panic!("{diagnosis}");
    };
    assert_eq!(evidence.epoch, 40);
    // 21.6 e^-12t = 0.5 at t = 0.314.
    assert_eq!(evidence.best_epoch, 13);
    assert!((evidence.gap() - (evidence.val_loss - evidence.loss)).abs() < 1e-6);
    assert!(evidence.val_rise > 0.2 && evidence.trend < 0.0 && evidence.val_trend > 0.0);
    assert_eq!(
        format!("{diagnosis}"),
        "overfitting: the validation loss was lowest in epoch 13 (0.6986) and rose to 0.9938 by epoch 40, while the training loss fell to 0.0061"
    );
    for (case, sentence) in [
        (
            &CASES[2],
            "overfitting: the validation loss ended at 0.1000, 0.0900 above the training loss of 0.0100, with an accuracy of 1.0000 in training and 0.8000 in validation",
        ),
        (
            &CASES[3],
            "underfitting: the training loss was 2.2025 in the first epoch and settled at 1.6000 by epoch 40, the validation loss at 1.6500, with an accuracy of 0.3500 in training and 0.3300 in validation",
        ),
        (
            &CASES[5],
            "good fit: training and validation loss settled at 0.0500 and 0.0900, from 1.9866 in the first epoch",
        ),
        (
            &CASES[8],
            "still improving: when training ended after epoch 40, the validation loss was still falling, by 0.2106 from one fifth of the epochs to the next, to 0.9868, and the training loss was 0.8568",
        ),
        (
            &CASES[10],
            "diverging: the training loss was 1.0625 in the first epoch and grew to 5.9375 by epoch 40",
        ),
    ] {
        assert_eq!(
            format!("{}", history(case, 40, 0.0, 0).diagnosis()),
            sentence
        );
    }
}
