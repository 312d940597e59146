//! Training as a user meets it: memory, order, weights, callbacks, display and errors.

use nn_core::level;
use nn_core::prelude::*;
use nn_core::train::Monitor;

#[path = "training/augment.rs"]
mod augment;
#[path = "training/diagnosis.rs"]
mod diagnosis;
#[path = "training/divergence.rs"]
mod divergence;
#[path = "training/errors.rs"]
mod errors;
#[path = "training/memory.rs"]
mod memory;
#[path = "training/metrics.rs"]
mod metrics;

network! {
    struct Line {
        input 1;
        dense 1;
    }
}

network! {
    struct Small {
        input 3;
        dense 7 relu;
        dropout 0.2;
        dense 3 softmax;
    }
}

type Labelled = Vec<(Input<Small>, u8)>;

fn labelled(count: usize) -> Labelled {
    let mut rng = SmallRng::seed_from_u64(11);
    (0..count)
        .map(|i| {
            let class = i % 3;
            let x =
                SVector::from_fn(|row, _| f32::from(row == class) + rng.random_range(-0.2..0.2));
            (x, class as u8)
        })
        .collect()
}

fn small() -> (
    Small,
    Trainer<Small, Adam, SparseCategoricalCrossentropy, 8>,
) {
    (
        Small::init(&mut SmallRng::seed_from_u64(5)),
        Trainer::new(Adam::new(0.02), SparseCategoricalCrossentropy),
    )
}

fn line() -> (Line, Trainer<Line, Sgd, MeanSquaredError, 2>) {
    (Line::zeros(), Trainer::new(Sgd::new(0.1), MeanSquaredError))
}

/// Weight and bias.
fn of(net: &Line) -> [f32; 2] {
    [net.dense1.kernel[0], net.dense1.bias[0]]
}

fn close(got: &[f32], want: &[f32], tolerance: f32) {
    assert_eq!(got.len(), want.len());
    for (got, want) in got.iter().zip(want) {
        assert!(
            (got - want).abs() <= tolerance * want.abs().max(1.0),
            "{got} is not {want}"
        );
    }
}

#[test]
fn data_may_come_in_many_forms() {
    let (mut net, mut trainer) = small();
    let pairs = labelled(9);
    let xs: Vec<_> = pairs.iter().map(|pair| pair.0).collect();
    let ys: Vec<_> = pairs.iter().map(|pair| pair.1).collect();
    let array: [_; 9] = core::array::from_fn(|i| pairs[i]);
    let (x_array, y_array): ([_; 9], [usize; 9]) = (
        core::array::from_fn(|i| xs[i]),
        core::array::from_fn(|i| usize::from(ys[i])),
    );
    let rows: Vec<[f32; 3]> = xs.iter().map(|x| (*x).into()).collect();
    let fit = || Fit::epochs(1);
    trainer.fit(&mut net, &pairs, fit()).unwrap();
    trainer.fit(&mut net, &pairs[..], fit()).unwrap();
    trainer.fit(&mut net, &array, fit()).unwrap();
    trainer.fit(&mut net, &(&xs[..], &ys[..]), fit()).unwrap();
    trainer.fit(&mut net, &(&xs, &ys), fit()).unwrap();
    trainer.fit(&mut net, &(xs, ys.clone()), fit()).unwrap();
    trainer.fit(&mut net, &(x_array, y_array), fit()).unwrap();
    trainer.fit(&mut net, &(&rows, &ys), fit()).unwrap();
    let boxed: Box<[_]> = pairs.into();
    trainer.fit(&mut net, &boxed, fit()).unwrap();
    assert_eq!(trainer.steps(), 9 * 2);
}

/// Two samples in a batch of two and one in the last: each step divides by the samples it has.
#[test]
fn a_partial_batch_is_trained_on() {
    let (mut net, mut trainer) = line();
    let data = [([1.0], [1.0]), ([2.0], [3.0]), ([3.0], [2.0])];
    let history = trainer.fit(&mut net, &data, Fit::epochs(1)).unwrap();
    // By hand: the gradient of (w x + b - t)^2 / n is 2 (w x + b - t) x / n.
    let (mut w, mut b) = (0.0_f32, 0.0_f32);
    let mut total = 0.0;
    for batch in data.chunks(2) {
        let scale = 2.0 / batch.len() as f32;
        let errors: Vec<_> = batch.iter().map(|([x], [t])| (x, w * x + b - t)).collect();
        total += errors.iter().map(|(_, e)| e * e).sum::<f32>();
        w -= 0.1 * scale * errors.iter().map(|(x, e)| *x * e).sum::<f32>();
        b -= 0.1 * scale * errors.iter().map(|(_, e)| e).sum::<f32>();
    }
    close(&of(&net), &[w, b], 1e-6);
    close(&[history.loss()], &[total / 3.0], 1e-6);
    assert_eq!(history.last().unwrap().accuracy, None);
}

/// Keras: weighted losses are divided by the number of samples, not by the sum of weights.
#[test]
fn weights_scale_losses_and_gradients() {
    let data = [([1.0], [1.0]), ([2.0], [3.0])];
    let (mut net, mut trainer) = line();
    let fit = Fit::epochs(1).sample_weight(&[0.5, 3.0]);
    let history = trainer.fit(&mut net, &data, fit).unwrap();
    close(&[history.loss()], &[(0.5 * 1.0 + 3.0 * 9.0) / 2.0], 1e-6);
    close(
        &of(&net),
        &[
            0.1 * (0.5 * 1.0 + 3.0 * 3.0 * 2.0),
            0.1 * (0.5 * 1.0 + 3.0 * 3.0),
        ],
        1e-6,
    );

    // A class weight is the weight of each of its samples; it multiplies theirs.
    let samples = labelled(30);
    let weights = [0.5, 2.0, 0.0];
    let of_samples: Vec<_> = samples
        .iter()
        .map(|(_, class)| weights[usize::from(*class)])
        .collect();
    let (mut by_class, mut trainer) = small();
    trainer
        .fit(
            &mut by_class,
            &samples,
            Fit::epochs(3).class_weight(&weights),
        )
        .unwrap();
    let (mut by_sample, mut trainer) = small();
    trainer
        .fit(
            &mut by_sample,
            &samples,
            Fit::epochs(3).sample_weight(&of_samples),
        )
        .unwrap();
    assert_eq!(flat(&by_class), flat(&by_sample));
}

fn flat(net: &Small) -> &[f32] {
    nn_core::plain::as_slice(net)
}

#[test]
fn the_same_seed_gives_the_same_weights() {
    let samples = labelled(50);
    let run = |seed: u64, level| {
        let (mut net, mut trainer) = small();
        trainer.seed(seed).level(level);
        let mut rng = SmallRng::seed_from_u64(seed);
        trainer
            .fit(&mut net, &samples, Fit::epochs(5).shuffle(&mut rng))
            .unwrap();
        net
    };
    let first = run(3, level::best());
    assert_eq!(flat(&first), flat(&run(3, level::best())));
    assert_ne!(flat(&first), flat(&run(4, level::best())));
    // Levels differ by rounding only, also after 35 steps of Adam.
    for level in level::all() {
        close(flat(&run(3, level)), flat(&first), 1e-3);
    }
}

/// The tail is held back before shuffling, and never trained on.
#[test]
fn the_split_is_the_tail() {
    let samples = labelled(20);
    let (mut split, mut trainer) = small();
    let mut rng = SmallRng::seed_from_u64(1);
    let fit = Fit::epochs(4).validation_split(0.25).shuffle(&mut rng);
    let history = trainer.fit(&mut split, &samples, fit).unwrap();
    let (mut given, mut trainer) = small();
    let mut rng = SmallRng::seed_from_u64(1);
    let fit = Fit::epochs(4)
        .validation_data(&samples[15..])
        .shuffle(&mut rng);
    let expected = trainer.fit(&mut given, &samples[..15], fit).unwrap();
    assert_eq!(flat(&split), flat(&given));
    assert_eq!(history.val_loss(), expected.val_loss());
    assert_eq!(history.val_accuracy(), expected.val_accuracy());
    let score = trainer.evaluate(&given, &samples[15..]).unwrap();
    assert_eq!(Some(score.loss), history.val_loss());
    assert_eq!(score.samples, 5);
}

#[test]
fn a_lent_order_shuffles_too() {
    let samples = labelled(21);
    let (mut net, mut trainer) = small();
    let mut rng = SmallRng::seed_from_u64(1);
    let mut order = [0; 30];
    trainer
        .fit(
            &mut net,
            &samples,
            Fit::epochs(1).shuffle_with(&mut order, &mut rng),
        )
        .unwrap();
    let mut sorted = order[..21].to_vec();
    assert!(!sorted.is_sorted());
    sorted.sort_unstable();
    assert!(sorted.into_iter().eq(0..21));
}

#[test]
fn lines_are_kerass() {
    let samples = labelled(20);
    let (mut net, mut trainer) = small();
    let mut text = String::new();
    let fit = Fit::epochs(3)
        .initial_epoch(1)
        .validation_split(0.2)
        .verbose(Verbose::Line)
        .output(&mut text);
    trainer.fit(&mut net, &samples, fit).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    // Epoch 2/3 - 96us - loss: 1.1013 - accuracy: 0.2500 - val_loss: 1.0741 - val_accuracy: 0.2500
    let parts: Vec<_> = lines[0].split(" - ").collect();
    assert_eq!(parts[0], "Epoch 2/3");
    assert!(parts[1].ends_with('s'), "{text}");
    let names: Vec<_> = parts[2..]
        .iter()
        .map(|part| part.split(": ").next().unwrap())
        .collect();
    assert_eq!(names, ["loss", "accuracy", "val_loss", "val_accuracy"]);
    assert!(
        parts[2..]
            .iter()
            .all(|part| part.split('.').nth(1).unwrap().len() >= 4),
        "{text}"
    );
}

#[test]
fn callbacks_see_and_steer() {
    let samples = labelled(24);
    let (mut net, mut trainer) = small();
    let (mut batches, mut epochs) = (0, 0);
    let fit = Fit::epochs(10)
        .on_batch(|batch| {
            assert_eq!(batch.batches, 3);
            batches += 1;
        })
        .on_epoch(|epoch: &mut EpochEnd<'_, Small>| {
            epochs += 1;
            assert_eq!(epoch.number, epochs);
            assert!(
                epoch
                    .net
                    .predict(&SVector::zeros())
                    .iter()
                    .all(|p| p.is_finite())
            );
            epoch.set_learning_rate(1e-3);
            if epochs == 4 {
                Control::Stop
            } else {
                Control::Continue
            }
        });
    let history = trainer.fit(&mut net, &samples, fit).unwrap();
    assert!(history.stopped);
    assert_eq!((history.len(), epochs, batches), (4, 4, 12));
    let rates: Vec<_> = history.epochs().map(|epoch| epoch.learning_rate).collect();
    assert_eq!(rates, [0.02, 1e-3, 1e-3, 1e-3]);
}

#[test]
fn early_stopping_restores_the_best() {
    // A learning rate at which the loss falls and then explodes, but not to infinity.
    let data = [([1.0], [1.0]), ([2.0], [3.0])];
    let (mut net, mut trainer) = line();
    let mut best = Line::zeros();
    let mut at_best = [0.0; 2];
    let mut stopping = EarlyStopping::new()
        .monitor(Monitor::Loss)
        .patience(2)
        .restore_best(&mut best);
    let fit = Fit::epochs(100)
        .on_epoch(|epoch: &mut EpochEnd<'_, Line>| {
            if epoch.number == 5 {
                at_best = of(epoch.net);
                epoch.set_learning_rate(0.9);
            }
        })
        .callback(&mut stopping);
    let history = trainer.fit(&mut net, &data, fit).unwrap();
    assert!(history.stopped);
    assert!(history.loss() > history.best().unwrap().loss);
    // Epoch 6 saw the weights of epoch 5 before its step, so its loss is the best one and its weights are kept.
    assert_eq!(
        stopping.stopped_epoch(),
        Some(stopping.best_epoch().unwrap() + 2)
    );
    assert_eq!(stopping.best_epoch(), Some(history.best().unwrap().number));
    assert_ne!(of(&net), at_best);
    assert_eq!(of(&net), of(&best));
}

#[test]
fn a_plateau_lowers_the_learning_rate() {
    let data = [([1.0], [1.0]), ([1.0], [-1.0])];
    let (mut net, mut trainer) = line();
    let plateau = ReduceLrOnPlateau::new()
        .monitor(Monitor::Loss)
        .factor(0.5)
        .patience(2)
        .min_lr(0.03);
    let history = trainer
        .fit(&mut net, &data, Fit::epochs(9).callback(plateau))
        .unwrap();
    // The loss is 1 from the first epoch on: two epochs' patience, then half, and not below the least.
    let rates: Vec<_> = history.epochs().map(|epoch| epoch.learning_rate).collect();
    assert_eq!(rates, [0.1, 0.1, 0.1, 0.05, 0.05, 0.03, 0.03, 0.03, 0.03]);
}

#[test]
fn a_recorded_history_has_every_epoch() {
    let data = [([1.0], [1.0])];
    let (mut net, mut trainer) = line();
    let mut record = vec![Epoch::default(); 500];
    let history = trainer
        .fit(&mut net, &data, Fit::epochs(500).record(&mut record))
        .unwrap();
    assert!(
        record
            .iter()
            .zip(1..)
            .all(|(epoch, number)| epoch.number == number)
    );
    assert_eq!(history.last(), record.last().copied());
    assert_eq!(history.epochs().next(), record.first().copied());
}

/// No epochs are no error: nothing happens.
#[test]
fn no_epochs() {
    let (mut net, mut trainer) = line();
    let history = trainer
        .fit(&mut net, &[([1.0], [1.0])], Fit::epochs(0))
        .unwrap();
    assert!(history.is_empty() && history.last().is_none() && history.loss().is_nan());
    assert_eq!(of(&net), [0.0; 2]);
}
