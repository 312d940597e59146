//! Trainings that are saved, and go on as if they had never stopped; what is written meanwhile.

use nn_core::optim::{Optimizer, Schedule};
use nn_core::prelude::*;
use std::path::PathBuf;

network! {
    #[derive(Clone, Debug, PartialEq)]
    pub struct Net {
        input 4;
        dense 8 relu;
        batch_norm;
        dropout 0.3;
        dense 3 softmax;
    }
}

type Samples = Vec<(SVector<f32, 4>, usize)>;

fn samples() -> Samples {
    let mut rng = SmallRng::seed_from_u64(3);
    let sample = |i: usize| {
        let x = SVector::from_fn(|_, _| rng.random_range(-1.0..1.0) + i as f32 % 3.0);
        (x, i % 3)
    };
    (0..50).map(sample).collect()
}

/// A path in a folder of this test's own.
fn place(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("resume");
    std::fs::create_dir_all(&folder).unwrap();
    folder.join(name)
}

type Made<O> = Trainer<Net, O, SparseCategoricalCrossentropy, 8>;

fn made<O: Optimizer>(optimizer: O) -> Made<O> {
    let mut trainer = Made::new(optimizer, SparseCategoricalCrossentropy);
    trainer.seed(11);
    trainer
}

fn fresh() -> Net {
    Net::init(&mut SmallRng::seed_from_u64(1))
}

/// Twenty epochs, in one go or with a new process after seven: the same, bit for bit.
fn goes_on<O: Optimizer + Clone>(name: &str, optimizer: O, augmented: bool) {
    let data = samples();
    let run = |trainer: &mut Made<O>, net: &mut Net, epochs, seed| {
        let (mut rng, mut buffer) = (SmallRng::seed_from_u64(seed), [0; 50]);
        // A rate that a callback sets goes along.
        let fit = Fit::epochs(epochs).on_epoch(|epoch| {
            if epoch.number == 3 {
                epoch.set_learning_rate(5e-3);
            }
        });
        if augmented {
            let fit = fit
                .shuffle_with(&mut buffer, &mut rng)
                .augment(GaussianNoise::new(0.1));
            trainer.fit(net, &data, fit).unwrap()
        } else {
            trainer.fit(net, &data, fit.shuffle(&mut rng)).unwrap()
        }
    };
    let (mut net, mut trainer) = (fresh(), made(optimizer.clone()));
    let whole = run(&mut trainer, &mut net, 20, 5);
    assert_eq!(whole.len(), 20);

    let (mut half, mut first) = (fresh(), made(optimizer.clone()));
    run(&mut first, &mut half, 7, 5);
    first.save(&half, place(name)).unwrap();

    let (mut other, mut second) = (
        Net::zeros(),
        Made::new(optimizer, SparseCategoricalCrossentropy),
    );
    second.resume(&mut other, place(name)).unwrap();
    assert_eq!(other, half);
    assert_eq!((second.epoch(), second.steps()), (7, first.steps()));
    // Another generator: the orders are those of the first.
    let rest = run(&mut second, &mut other, 20, 999);
    assert_eq!(rest.epochs().next().unwrap().number, 8);
    assert_eq!(second.optimizer.learning_rate(0), 5e-3);
    assert_eq!(other, net);
    let losses = [&rest, &whole].map(|history| history.last().unwrap().loss.to_bits());
    assert_eq!(losses[0], losses[1]);
}

#[test]
fn a_saved_training_goes_on_bit_for_bit() {
    goes_on("adam", Adam::new(1e-2), false);
}

#[test]
fn so_it_does_with_a_lent_buffer_and_augmentation() {
    goes_on("nadam", Nadam::new(1e-2), true);
}

#[test]
fn so_it_does_with_a_schedule() {
    let falling = Schedule::ExponentialDecay {
        initial_learning_rate: 0.05,
        decay_steps: 10,
        decay_rate: 0.9,
        staircase: false,
    };
    let data = samples();
    let (mut net, mut trainer) = (fresh(), made(Sgd::scheduled(falling).momentum(0.9)));
    let fit = |epochs| Fit::epochs(epochs);
    trainer.fit(&mut net, &data, fit(9)).unwrap();
    let (mut half, mut first) = (fresh(), made(Sgd::scheduled(falling).momentum(0.9)));
    first.fit(&mut half, &data, fit(4)).unwrap();
    first.save(&half, place("sgd")).unwrap();
    let (mut other, mut second) = (Net::zeros(), made(Sgd::scheduled(falling).momentum(0.9)));
    second.resume(&mut other, place("sgd")).unwrap();
    second.fit(&mut other, &data, fit(9)).unwrap();
    assert_eq!(other, net);
}

/// In one process, too: a `fit` that begins where the last one ended goes on with its orders.
#[test]
fn a_second_fit_goes_on_with_the_orders() {
    let data = samples();
    let mut rng = SmallRng::seed_from_u64(5);
    let (mut net, mut trainer) = (fresh(), made(Adam::new(1e-2)));
    trainer
        .fit(&mut net, &data, Fit::epochs(6).shuffle(&mut rng))
        .unwrap();
    let mut rng = SmallRng::seed_from_u64(5);
    let (mut other, mut second) = (fresh(), made(Adam::new(1e-2)));
    second
        .fit(&mut other, &data, Fit::epochs(2).shuffle(&mut rng))
        .unwrap();
    let rest = Fit::epochs(6).initial_epoch(2).shuffle(&mut rng);
    second.fit(&mut other, &data, rest).unwrap();
    assert_eq!(other, net);
    // But one that begins anew takes other orders.
    let mut third = other.clone();
    second
        .fit(&mut other, &data, Fit::epochs(1).shuffle(&mut rng))
        .unwrap();
    second
        .fit(&mut third, &data, Fit::epochs(1).shuffle(&mut rng))
        .unwrap();
    assert_ne!(other, third);
}

#[test]
fn a_damaged_or_foreign_training_changes_nothing() {
    network! { struct Other { input 4; dense 8 tanh; batch_norm; dropout 0.3; dense 3 softmax; } }
    let data = samples();
    let path = place("whole");
    let (mut net, mut trainer) = (fresh(), made(Adam::new(1e-2)));
    trainer.fit(&mut net, &data, Fit::epochs(2)).unwrap();
    trainer.save(&net, &path).unwrap();
    let whole = std::fs::read(&path).unwrap();
    let damaged = place("damaged");
    let mut try_it = |bytes: &[u8]| {
        std::fs::write(&damaged, bytes).unwrap();
        let before = net.clone();
        let error = trainer.resume(&mut net, &damaged).unwrap_err().to_string();
        assert_eq!((trainer.steps(), trainer.epoch(), &net), (14, 2, &before));
        error
    };
    for end in (0..whole.len()).step_by(7) {
        try_it(&whole[..end]);
    }
    let mut rng = SmallRng::seed_from_u64(1);
    for _ in 0..500 {
        let mut changed = whole.clone();
        let at = rng.random_range(0..changed.len());
        changed[at] ^= 1 << rng.random_range(0..8);
        try_it(&changed);
    }
    assert!(try_it(b"PK").contains("damaged: the file is not whole"));
    assert!(try_it(&[0; 200]).contains("no saved training"));

    let mut sgd = made(Sgd::new(0.1));
    let error = sgd.resume(&mut net, &path).unwrap_err().to_string();
    assert!(
        error.contains("was with the optimiser `Adam`, but this trainer has `Sgd`"),
        "{error}"
    );
    let mut other = Other::zeros();
    let mut foreign = Other::trainer::<8>(Adam::new(1e-2), SparseCategoricalCrossentropy);
    let error = foreign.resume(&mut other, &path).unwrap_err().to_string();
    assert!(error.contains("another architecture"), "{error}");
}

#[test]
fn checkpoints_and_logs_are_written() {
    let data = samples();
    let (best, log) = (place("best.safetensors"), place("log.csv"));
    let each = place("epoch-{epoch}.safetensors");
    let (mut net, mut trainer) = (fresh(), made(Adam::new(1e-2)));
    let mut kept = Vec::new();
    let fit = Fit::epochs(6)
        .validation_split(0.2)
        .checkpoint(Checkpoint::best(&best))
        .checkpoint(Checkpoint::every(2, &each))
        .csv_log(&log)
        .on_epoch(|epoch: &mut EpochEnd<'_, Net>| kept.push(epoch.net.clone()));
    let history = trainer.fit(&mut net, &data, fit).unwrap();
    let number = history.best().unwrap().number;
    assert_eq!(Net::load(&best).unwrap(), kept[number - 1]);
    for epoch in [2, 4, 6] {
        let file = place(&format!("epoch-{epoch}.safetensors"));
        assert_eq!(Net::load(&file).unwrap(), kept[epoch - 1]);
    }
    let text = std::fs::read_to_string(&log).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(
        lines[0],
        "epoch,loss,accuracy,val_loss,val_accuracy,learning_rate,seconds"
    );
    assert_eq!(lines.len(), 7);
    let last = history.last().unwrap();
    assert!(
        lines[6].starts_with(&format!("6,{},", last.loss)),
        "{}",
        lines[6]
    );
}

#[test]
fn what_cannot_be_written_ends_a_training() {
    let data = samples();
    let nowhere = place("no/folder.safetensors");
    let fit = || Fit::epochs(6);
    let (mut net, mut trainer) = (fresh(), made(Adam::new(1e-2)));
    let saved = fit().checkpoint(Checkpoint::every(3, &nowhere));
    let error = trainer.fit(&mut net, &data, saved).unwrap_err();
    assert!(matches!(error, Error::Save { epoch: 3, .. }), "{error:?}");
    assert!(
        error
            .to_string()
            .contains("after epoch 3: entity not found"),
        "{error}"
    );
    let error = trainer
        .fit(&mut net, &data, fit().csv_log(&nowhere))
        .unwrap_err();
    assert!(matches!(error, Error::Save { epoch: 0, .. }), "{error:?}");
    let error = trainer.save(&net, &nowhere).unwrap_err().to_string();
    assert!(error.contains("folder.safetensors"), "{error}");
}
