//! Whatever is handed in: an error that says where and why, no panic, and no weight changed.

use super::{Line, labelled, line, of, small};
use nn_core::prelude::*;
use nn_core::train::Monitor;

const GOOD: [([f32; 1], [f32; 1]); 4] = [
    ([1.0], [1.0]),
    ([2.0], [3.0]),
    ([3.0], [2.0]),
    ([4.0], [5.0]),
];

/// The message of the error of `fit` on the line; the network must be as it was.
fn refused(data: &[([f32; 1], [f32; 1])], fit: Fit<'_, Line>) -> String {
    let (mut net, mut trainer) = line();
    let error = trainer.fit(&mut net, data, fit).unwrap_err();
    assert_eq!(of(&net), [0.0; 2]);
    assert_eq!(trainer.steps(), 0);
    error.to_string()
}

#[test]
fn wrong_data() {
    assert_eq!(
        refused(&[], Fit::epochs(1)),
        "the data set is empty; pass at least one sample"
    );
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut data = GOOD;
        data[2].0 = [bad];
        assert_eq!(
            refused(&data, Fit::epochs(1)),
            format!(
                "sample 2: input value 0 is {bad}; clean the data, or fill the gap with a number, first"
            )
        );
        let mut data = GOOD;
        data[3].1 = [bad];
        assert_eq!(
            refused(&data, Fit::epochs(1)),
            format!("sample 3: target value 0 is {bad}; targets must be finite numbers")
        );
    }
    let (mut net, mut trainer) = line();
    let uneven = (&[[1.0_f32]][..], &[[1.0_f32], [2.0]][..]);
    let error = trainer.fit(&mut net, &uneven, Fit::epochs(1)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "1 inputs but 2 targets or outputs; pass one for each input"
    );
    let bad = [([f32::NAN], [1.0])];
    let error = trainer
        .fit(&mut net, &GOOD, Fit::epochs(1).validation_data(&bad))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "validation sample 0: input value 0 is NaN; clean the data, or fill the gap with a number, first"
    );
    let none: [([f32; 1], [f32; 1]); 0] = [];
    let error = trainer
        .fit(&mut net, &GOOD, Fit::epochs(1).validation_data(&none))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the validation data set is empty; pass at least one sample"
    );
    assert_eq!(trainer.steps(), 0);
}

#[test]
fn wrong_labels() {
    let (mut net, mut trainer) = small();
    let mut samples: Vec<_> = labelled(9)
        .into_iter()
        .map(|(x, y)| (x, usize::from(y)))
        .collect();
    for label in [3, 255, usize::MAX] {
        samples[7].1 = label;
        let expected = format!(
            "sample 7: label {label}, but the network has 3 outputs; labels go from 0 to 2"
        );
        assert_eq!(
            trainer
                .fit(&mut net, &samples, Fit::epochs(1))
                .unwrap_err()
                .to_string(),
            expected
        );
        assert_eq!(
            trainer.evaluate(&net, &samples).unwrap_err().to_string(),
            expected
        );
        assert_eq!(
            trainer
                .train_on_batch(&mut net, &samples[4..])
                .unwrap_err()
                .to_string(),
            expected.replace("sample 7", "sample 3")
        );
    }
    assert_eq!(trainer.steps(), 0);
}

#[test]
fn wrong_options() {
    for fraction in [
        0.99,
        1.0,
        -0.5,
        2.0,
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
    ] {
        let message = refused(&GOOD, Fit::epochs(1).validation_split(fraction));
        assert!(
            message.starts_with(&format!(
                "`validation_split({fraction})` of 4 samples leaves one side empty"
            )),
            "{message}"
        );
    }
    let message = refused(&GOOD, Fit::epochs(1).sample_weight(&[1.0; 3]));
    assert_eq!(
        message,
        "3 sample weights for 4 samples; pass one for each sample"
    );
    for bad in [-1.0, f32::NAN, f32::INFINITY] {
        let message = refused(&GOOD, Fit::epochs(1).sample_weight(&[1.0, 1.0, bad, 1.0]));
        assert_eq!(
            message,
            format!("sample 2: weight {bad}; weights must be 0 or a positive finite number")
        );
        let message = refused(&GOOD, Fit::epochs(1).class_weight(&[1.0, bad]));
        assert_eq!(
            message,
            format!("class 1: weight {bad}; weights must be 0 or a positive finite number")
        );
    }
    let message = refused(&GOOD, Fit::epochs(1).class_weight(&[1.0]));
    assert!(
        message.starts_with("`class_weight` with a loss whose targets are not classes"),
        "{message}"
    );
    let mut rng = SmallRng::seed_from_u64(1);
    let message = refused(&GOOD, Fit::epochs(1).shuffle_with(&mut [0; 3], &mut rng));
    assert_eq!(
        message,
        "the buffer lent to `shuffle_with` holds 3 entries, but 4 are needed; lend a longer one"
    );
    let message = refused(&GOOD, Fit::epochs(5).record(&mut [Epoch::default(); 2]));
    assert_eq!(
        message,
        "the buffer lent to `record` holds 2 entries, but 5 are needed; lend a longer one"
    );
    assert_eq!(
        refused(&[], Fit::epochs(1).validation_split(f64::NAN)),
        "the data set is empty; pass at least one sample"
    );

    let (mut net, mut trainer) = small();
    let samples = labelled(9);
    let error = trainer
        .fit(&mut net, &samples, Fit::epochs(1).class_weight(&[1.0, 2.0]))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "class 2 has no weight, 2 were given; pass one for each class, in order"
    );
    let fit = Fit::epochs(1)
        .validation_split(0.2)
        .validation_data(&samples);
    assert_eq!(
        trainer.fit(&mut net, &samples, fit).unwrap_err(),
        Error::TwoValidations
    );
    let fit = Fit::epochs(1).callback(EarlyStopping::new());
    assert_eq!(
        trainer.fit(&mut net, &samples, fit).unwrap_err(),
        Error::Monitor { name: "val_loss" }
    );
    for bad in [0.0, 1.0, -1.0, f64::NAN, f64::INFINITY] {
        let plateau = ReduceLrOnPlateau::new().monitor(Monitor::Loss).factor(bad);
        assert!(
            trainer
                .fit(&mut net, &samples, Fit::epochs(1).callback(plateau))
                .is_err()
        );
    }
    assert_eq!(trainer.steps(), 0);
}

#[test]
fn wrong_learning_rates() {
    for rate in [-0.1, f64::NAN, f64::INFINITY] {
        let mut trainer = Trainer::<Line, _, _, 2>::new(Sgd::new(rate), MeanSquaredError);
        let mut net = Line::zeros();
        let error = trainer.fit(&mut net, &GOOD, Fit::epochs(1)).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with(&format!("the learning rate is {rate}; ")),
            "{error}"
        );
        assert!(trainer.train_on_batch(&mut net, &GOOD[..1]).is_err());
        assert_eq!(of(&net), [0.0; 2]);
        let (mut net, mut trainer) = line();
        let fit = Fit::epochs(3).on_epoch(|epoch| epoch.set_learning_rate(rate));
        assert!(trainer.fit(&mut net, &GOOD, fit).is_err());
        let fit = Fit::epochs(3).on_batch(|batch| batch.set_learning_rate(rate));
        assert!(trainer.fit(&mut net, &GOOD, fit).is_err());
        assert!(of(&net).iter().all(|w| w.is_finite()));
    }
}

#[test]
fn a_training_that_diverges_says_so() {
    let mut trainer = Trainer::<Line, _, _, 2>::new(Sgd::new(1e6), MeanSquaredError);
    let mut net = Line::zeros();
    let error = trainer.fit(&mut net, &GOOD, Fit::epochs(1000)).unwrap_err();
    assert!(matches!(error, Error::Diverged { .. }), "{error}");
    assert!(
        error.to_string().contains("lower the learning rate"),
        "{error}"
    );
}

#[test]
fn weights_that_are_no_numbers() {
    for bad in [f32::NAN, f32::INFINITY, f32::MAX] {
        let (mut net, mut trainer) = line();
        net.dense1.kernel[0] = bad;
        assert!(matches!(
            trainer.evaluate(&net, &GOOD),
            Err(Error::Loss { .. })
        ));
        assert!(matches!(
            trainer.fit(&mut net, &GOOD, Fit::epochs(1)),
            Err(Error::Diverged { .. })
        ));
        assert!(matches!(
            trainer.train_on_batch(&mut net, &GOOD[..2]),
            Err(Error::Loss { .. })
        ));
        let (mut net, mut trainer) = small();
        net.dense2.kernel[0] = bad;
        // A class has an accuracy of its own kind; the loss still tells.
        let _ = trainer.evaluate(&net, &labelled(5));
        let _ = trainer.fit(&mut net, &labelled(5), Fit::epochs(2));
    }
}

#[test]
fn wrong_batches() {
    let (mut net, mut trainer) = line();
    assert_eq!(
        trainer
            .train_on_batch(&mut net, &GOOD)
            .unwrap_err()
            .to_string(),
        "4 samples, but the trainer's batch holds 2; pass at most 2, or use `fit`"
    );
    assert!(trainer.train_on_batch(&mut net, &GOOD[..0]).is_err());
    assert!(trainer.forward(&mut net, &[]).is_err());
    assert!(trainer.forward(&mut net, &[SVector::zeros(); 3]).is_err());
    assert!(trainer.backward(&net, &[SVector::zeros()], None).is_err());
    trainer.forward(&mut net, &[SVector::zeros()]).unwrap();
    assert!(trainer.backward(&net, &[], None).is_err());
    assert!(
        trainer
            .backward(&net, &[SVector::zeros(); 3], None)
            .is_err()
    );
    trainer
        .backward(&net, &[SVector::from([f32::NAN])], None)
        .unwrap();
}

/// The error of training a 2-1 network with this optimiser and loss, which must come before any weight changes.
fn refused_with<O, L>(optimizer: O, loss: L) -> String
where
    O: Optimizer,
    L: nn_core::loss::Loss<SVector<f32, 1>, SVector<f32, 1>>,
{
    network! { #[derive(Clone, PartialEq)] struct Net { input 2; dense 1 sigmoid; } }
    let data = [(SVector::from([0.5, 1.0]), SVector::from([1.0]))];
    let mut net = Net::init(&mut SmallRng::seed_from_u64(3));
    let before = net.clone();
    let mut trainer = Trainer::<Net, O, L, 1>::new(optimizer, loss);
    let error = trainer.fit(&mut net, &data, Fit::epochs(2)).unwrap_err();
    assert!(net == before);
    error.to_string()
}

#[test]
fn options_of_optimisers_and_losses_out_of_range() {
    let nan = f64::NAN;
    for (message, wanted) in [
        (
            refused_with(Adam::new(0.1).clipnorm(-1.0), MeanSquaredError),
            "`clipnorm(-1)`; use a number above 0",
        ),
        (
            refused_with(Adam::new(0.1).clipvalue(0.0), MeanSquaredError),
            "`clipvalue(0)`; use a number above 0",
        ),
        (
            refused_with(Adam::new(0.1).global_clipnorm(nan), MeanSquaredError),
            "`global_clipnorm(NaN)`; use a number above 0",
        ),
        (
            refused_with(Adam::new(0.1).beta_1(2.0), MeanSquaredError),
            "`beta_1(2)`; use a number of at least 0 and below 1",
        ),
        (
            refused_with(Adam::new(0.1).epsilon(-1.0), MeanSquaredError),
            "`epsilon(-1)`; use a number of at least 0",
        ),
        (
            refused_with(AdamW::new(0.1).weight_decay(-1.0), MeanSquaredError),
            "`weight_decay(-1)`; use a number of at least 0",
        ),
        (
            refused_with(Sgd::new(0.1).momentum(1.5), MeanSquaredError),
            "`momentum(1.5)`; use a number from 0 to 1",
        ),
        (
            refused_with(Rprop::new(0.1).etas(0.5, 0.9), MeanSquaredError),
            "`eta_plus(0.9)`; use a number of at least 1",
        ),
        (
            refused_with(Sgd::new(0.1), Huber.delta(-1.0)),
            "`delta(-1)`; use a number of at least 0",
        ),
        (
            refused_with(Sgd::new(0.1), BinaryCrossentropy.label_smoothing(7.0)),
            "`label_smoothing(7)`; use a number from 0 to 1",
        ),
        (
            refused_with(Sgd::new(0.1), BinaryFocalCrossentropy.gamma(f64::NAN)),
            "`gamma(NaN)`; use a number of at least 0",
        ),
    ] {
        assert_eq!(message, wanted);
    }
}

/// Keras 3.9: `train_validation_split(range(n), fraction)`, how many are left to train on.
#[test]
fn the_split_counts_as_keras_does() {
    let data: Vec<_> = (0..1000).map(|i| ([i as f32 * 1e-3], [0.0_f32])).collect();
    for (samples, fraction, train) in [
        (10, 0.8, 1),
        (100, 0.8, 19),
        (1000, 0.8, 199),
        (10, 0.2, 8),
        (10, 0.1, 9),
        (1000, 0.9, 99),
        (10, 0.0, 10),
    ] {
        let (mut net, mut trainer) = line();
        let mut seen = 0;
        let fit = Fit::epochs(1).validation_split(fraction).on_batch(|batch| {
            seen = batch.batches;
            Control::Stop
        });
        let history = trainer.fit(&mut net, &data[..samples], fit).unwrap();
        let batches = |count: usize| count.div_ceil(2);
        assert_eq!(seen, batches(train), "{fraction} of {samples}");
        assert_eq!(history.last().unwrap().val_loss.is_some(), fraction > 0.0);
    }
}

/// A live buffer, whose length is another one from the `after`-th time on that it is asked.
struct Live {
    data: [([f32; 1], [f32; 1]); 8],
    asked: std::cell::Cell<usize>,
    after: usize,
    then: usize,
}

impl Dataset<SVector<f32, 1>> for Live {
    type Target = [f32; 1];
    fn len(&self) -> usize {
        self.asked.set(self.asked.get() + 1);
        if self.asked.get() > self.after {
            self.then
        } else {
            6
        }
    }
    fn read(&self, index: usize, x: &mut SVector<f32, 1>) {
        x.copy_from_slice(&self.data[index].0);
    }
    fn target(&self, index: usize) -> Option<&[f32; 1]> {
        (index < self.len()).then(|| &self.data[index].1)
    }
}

#[test]
fn a_data_set_whose_length_changes_is_an_error() {
    let mut messages = std::collections::BTreeSet::new();
    for then in [0, 1, 3, 5, 7] {
        for after in 0..80 {
            for split in [0.0, 0.3, 0.5] {
                let data = [1, 2, 3, 4, 5, 6, 7, 8].map(|i| ([i as f32 * 0.1], [0.5]));
                let asked = std::cell::Cell::new(0);
                let live = Live {
                    data,
                    asked,
                    after,
                    then,
                };
                let (mut net, mut trainer) = line();
                let fit = Fit::epochs(2).validation_split(split);
                match trainer.fit(&mut net, &live, fit) {
                    Ok(_) => assert!(after == 0 || live.asked.get() <= after),
                    Err(error) => _ = messages.insert(error.to_string()),
                }
                live.asked.set(0);
                if trainer.evaluate(&net, &live).is_ok() {
                    assert!(after == 0 || live.asked.get() <= after);
                }
            }
        }
    }
    let changed = "the data set had 6 samples and now has 5; collect what is still coming in, and train on that";
    assert!(messages.contains(changed), "{messages:?}");
}

#[test]
fn one_output_tells_no_classes_apart() {
    network! { struct One { input 2; dense 1 sigmoid; } }
    for label in [0_u8, 1] {
        let data = [(SVector::from([0.5, 1.0]), label)];
        let mut trainer =
            Trainer::<One, _, _, 2>::new(Sgd::new(0.1), SparseCategoricalCrossentropy);
        let error = trainer
            .fit(&mut One::zeros(), &data, Fit::epochs(1))
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "sample 0: label {label}, but the network has one output, which tells no classes apart; for two classes use `dense 1 sigmoid` with `BinaryCrossentropy` and targets of 0.0 and 1.0, for more an output for each"
            )
        );
    }
}
