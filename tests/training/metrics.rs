//! Metrics in every epoch line, in the history and for callbacks.

use nn_core::metric::{ConfusionMatrix, MeanAbsoluteError, Precision, Recall, SparseRecall};
use nn_core::prelude::*;
use nn_core::train::{EarlyStopping, Monitor};

network! {
    struct Gate {
        input 1;
        dense 1 sigmoid;
    }
}

type Trained = Trainer<Gate, Sgd, BinaryCrossentropy, 4>;
type Samples = [(SVector<f32, 1>, SVector<f32, 1>)];

/// A network that says yes above 0.5, and a trainer whose steps change nothing.
fn still() -> (Gate, Trained) {
    let mut net = Gate::zeros();
    net.dense1.kernel[0] = 8.0;
    net.dense1.bias[0] = -4.0;
    (net, Trainer::new(Sgd::new(1e-30), BinaryCrossentropy))
}

/// Of six that it says yes to, four are right; one that is right it does not see: precision 4/6, recall 4/5.
const TRAIN: [(f32, f32); 9] = [
    (0.9, 1.0),
    (0.8, 1.0),
    (0.7, 1.0),
    (0.6, 1.0),
    (0.9, 0.0),
    (0.8, 0.0),
    (0.1, 1.0),
    (0.2, 0.0),
    (0.3, 0.0),
];
/// One of two, and one of three.
const VALIDATION: [(f32, f32); 5] = [(0.9, 1.0), (0.9, 0.0), (0.1, 1.0), (0.2, 1.0), (0.3, 0.0)];

fn samples<const N: usize>(of: [(f32, f32); N]) -> [(SVector<f32, 1>, SVector<f32, 1>); N] {
    of.map(|(x, y)| ([x].into(), [y].into()))
}

fn close(got: Option<f32>, want: f32) {
    assert!(
        got.is_some_and(|got| (got - want).abs() < 1e-6),
        "{got:?} is not {want}"
    );
}

#[test]
fn counted_by_hand() {
    let (train, validation) = (samples(TRAIN), samples(VALIDATION));
    let (mut net, mut trainer) = still();
    let mut lent = Recall::new();
    let mut lines = String::new();
    let fit = Fit::epochs(2)
        .validation_data(&validation)
        .metrics((Precision::new(), &mut lent))
        .verbose(Verbose::Line)
        .output(&mut lines);
    let history = trainer.fit(&mut net, &train, fit).unwrap();
    close(history.metric("precision"), 4.0 / 6.0);
    close(history.metric("recall"), 4.0 / 5.0);
    close(history.metric("val_precision"), 1.0 / 2.0);
    close(history.metric("val_recall"), 1.0 / 3.0);
    assert_eq!(history.metric("auc"), None);
    close(Some(lent.result() as f32), 1.0 / 3.0);
    assert!(
        lines.ends_with("val_precision: 0.5000 - val_recall: 0.3333\n"),
        "{lines}"
    );
    let both = "precision: 0.6667 - recall: 0.8000 - val_loss: ";
    assert_eq!(lines.matches(both).count(), 2, "{lines}");
    assert_eq!(format!("{history}").matches(both).count(), 2, "{history}");
}

#[test]
fn of_the_samples_held_back_and_without_validation() {
    let samples = samples([TRAIN.as_slice(), &VALIDATION].concat().try_into().unwrap());
    let all: &[_; TRAIN.len() + VALIDATION.len()] = &samples;
    let (mut net, mut trainer) = still();
    let fit = Fit::epochs(1)
        .validation_split(5.0 / 14.0)
        .metrics((Recall::new(),));
    let history = trainer.fit(&mut net, all, fit).unwrap();
    close(history.metric("recall"), 4.0 / 5.0);
    close(history.metric("val_recall"), 1.0 / 3.0);

    let mut matrix = Precision::new();
    let fit = Fit::epochs(1).metrics((&mut matrix, Precision::new().threshold(0.95)));
    let history = trainer.fit(&mut net, all, fit).unwrap();
    close(history.metric("precision"), 5.0 / 8.0);
    close(history.metric("precision_1"), 2.0 / 4.0);
    assert_eq!(history.metric("val_precision"), None);
    close(Some(matrix.result() as f32), 5.0 / 8.0);
}

#[test]
fn a_long_history_keeps_them() {
    let train = samples(TRAIN);
    let (mut net, mut trainer) = (Gate::zeros(), still().1);
    trainer.optimizer = Sgd::new(0.05);
    let mut shown = Vec::new();
    let fit = Fit::epochs(300)
        .metrics((MeanAbsoluteError::new(),))
        .on_epoch(|epoch| shown.push(epoch.metrics.get("mean_absolute_error").unwrap()));
    let history = trainer.fit(&mut net, &train, fit).unwrap();
    for epoch in history.epochs().chain(history.best()) {
        let kept = epoch.metrics.get("mean_absolute_error");
        assert_eq!(kept, Some(shown[epoch.number - 1]));
    }
    assert!(shown[299] < shown[0]);
}

#[test]
fn callbacks_can_watch_them() {
    let (train, validation) = (samples(TRAIN), samples(VALIDATION));
    let stop = |monitor| EarlyStopping::new().patience(2).monitor(monitor);
    let run = |validation: Option<&Samples>, monitor| {
        let (mut net, mut trainer) = still();
        let fit = Fit::epochs(9)
            .metrics((Recall::new(),))
            .callback(stop(monitor));
        match validation {
            Some(data) => trainer.fit(&mut net, &train, fit.validation_data(data)),
            None => trainer.fit(&mut net, &train, fit),
        }
    };
    for monitor in [Monitor::Highest("val_recall"), Monitor::Lowest("recall")] {
        let history = run(Some(&validation), monitor).unwrap();
        assert_eq!((history.len(), history.stopped), (3, true));
    }
    for (validation, name) in [(None, "val_recall"), (Some(&validation[..]), "recal")] {
        let error = run(validation, Monitor::Highest(name)).unwrap_err();
        assert!(error.to_string().contains(&format!("`{name}`")), "{error}");
        assert!(error.to_string().contains("Fit::metrics"), "{error}");
    }
}

#[test]
fn a_csv_file_has_a_column_for_each() {
    let path = std::env::temp_dir().join(format!("metrics-{}.csv", std::process::id()));
    let (train, validation) = (samples(TRAIN), samples(VALIDATION));
    let (mut net, mut trainer) = still();
    let fit = Fit::epochs(1)
        .validation_data(&validation)
        .metrics((Precision::new(), Recall::new()))
        .csv_log(&path);
    trainer.fit(&mut net, &train, fit).unwrap();
    let file = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let mut lines = file.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let head = lines.next().unwrap();
    assert_eq!(
        head.join(" "),
        "epoch loss accuracy precision recall val_loss val_accuracy val_precision val_recall learning_rate seconds"
    );
    let line = lines.next().unwrap();
    for (name, value) in [("precision", 4.0 / 6.0), ("val_recall", 1.0 / 3.0)] {
        let place = head.iter().position(|column| *column == name).unwrap();
        close(line[place].parse().ok(), value);
    }
    assert_eq!(line.len(), head.len());
}

#[test]
fn of_classes_and_under_a_stable_loss() {
    let (mut net, mut trainer) = super::small();
    let data = super::labelled(60);
    let mut matrix = ConfusionMatrix::<3>::new();
    trainer.optimizer = Adam::new(1e-30);
    let mut still = super::small().1;
    still
        .evaluate_with(&net, &data, &mut (&mut matrix,))
        .unwrap();
    let fit = Fit::epochs(1)
        .validation_data(&data)
        .metrics((SparseRecall::<3>::new(), ConfusionMatrix::<3>::new()));
    let history = trainer.fit(&mut net, &data, fit).unwrap();
    close(history.metric("val_accuracy"), matrix.accuracy() as f32);
    close(history.metric("accuracy"), history.accuracy().unwrap());
    // A confusion matrix says what the line says already.
    assert_eq!(format!("{history}").matches("accuracy").count(), 2);
    assert!(history.metric("val_recall").is_some(), "{history}");
}
