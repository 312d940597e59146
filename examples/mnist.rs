//! Both networks of the tutorials on the handwritten digits of MNIST.
//!
//!     cargo run --release --example mnist [DIR [SEED]]
//!
//! DIR holds the four IDX files of MNIST, gzipped or not, under their usual names (`train-images-idx3-ubyte.gz` …). Without DIR it trains
//! on the 1 797 digits of 8 x 8 pixels inside the repository, which is another and easier task.

use nn_core::data::{Csv, MinMaxScaler, labelled, split_by_class};
use nn_core::prelude::*;
use std::error::Error as StdError;
use std::path::{Path, PathBuf};

network! {
    /// The tutorial's multi-layer perceptron.
    pub struct Mlp {
        input 784;
        dense 64 relu;
        dense 64 relu;
        dense 10 softmax;
    }
}

network! {
    /// The beginner's tutorial: the outputs are logits.
    pub struct Beginner {
        input 28x28x1;
        flatten;
        dense 128 relu;
        dropout 0.2;
        dense 10;
    }
}

network! {
    /// The multi-layer perceptron for the small digits.
    pub struct Small {
        input 64;
        dense 64 relu;
        dense 64 relu;
        dense 10 softmax;
    }
}

fn main() -> Result<(), Box<dyn StdError>> {
    let mut arguments = std::env::args().skip(1);
    let directory = arguments.next();
    let seed = arguments.next().map_or(Ok(1), |seed| seed.parse())?;
    match directory {
        Some(directory) => {
            mlp(Path::new(&directory), seed)?;
            beginner(Path::new(&directory), seed)
        }
        None => {
            println!(
                "No folder given: training on the 1 797 handwritten digits (8 x 8 pixels) inside the repository, not on MNIST.\n\
                 For MNIST: cargo run --release --example mnist DIR\n"
            );
            small(seed)
        }
    }
}

/// The images and labels of one of the two sets, gzipped or not.
fn read<T: Tensor>(directory: &Path, set: &str) -> Result<Vec<(T, u8)>, Box<dyn StdError>> {
    let file = |name: &str| -> PathBuf {
        let plain = directory.join(format!("{set}-{name}-ubyte"));
        if plain.exists() {
            plain
        } else {
            directory.join(format!("{set}-{name}-ubyte.gz"))
        }
    };
    Ok(labelled(file("images-idx3"), file("labels-idx1"))?)
}

/// 784-64-64-10, batch 128, 10 epochs, the last fifth held back for validation.
fn mlp(directory: &Path, seed: u64) -> Result<(), Box<dyn StdError>> {
    println!("{}", Mlp::summary());
    let train = read::<Input<Mlp>>(directory, "train")?;
    let test = read(directory, "t10k")?;
    let mut rng = SmallRng::seed_from_u64(seed);
    let mut net = Mlp::boxed(&mut rng);
    let mut trainer =
        Trainer::<Mlp, _, _, 128>::boxed(Adam::new(1e-3), SparseCategoricalCrossentropy);
    let fit = Fit::epochs(10)
        .validation_split(0.2)
        .shuffle(&mut rng)
        .verbose(Verbose::Bar);
    let history = trainer.fit(&mut net, &train, fit)?;
    println!(
        "{}\ntest: {}\n",
        history.diagnosis(),
        trainer.evaluate(&net, &test)?
    );
    show(&test, |x| net.predict(x));
    Ok(())
}

/// 784-128-dropout 0.2-10 logits, batch 32, 5 epochs.
fn beginner(directory: &Path, seed: u64) -> Result<(), Box<dyn StdError>> {
    println!("{}", Beginner::summary());
    let train = read::<Input<Beginner>>(directory, "train")?;
    let test = read(directory, "t10k")?;
    let mut rng = SmallRng::seed_from_u64(seed);
    let mut net = Beginner::boxed(&mut rng);
    let loss = SparseCategoricalCrossentropy.from_logits(true);
    let mut trainer = Trainer::<Beginner, _, _, 32>::boxed(Adam::new(1e-3), loss);
    let history = trainer.fit(
        &mut net,
        &train,
        Fit::epochs(5).shuffle(&mut rng).verbose(Verbose::Bar),
    )?;
    println!(
        "{}\ntest: {}\n",
        history.diagnosis(),
        trainer.evaluate(&net, &test)?
    );
    show(&test, |x| net.predict(x));
    Ok(())
}

/// 64-64-64-10 on the digits inside the repository.
fn small(seed: u64) -> Result<(), Box<dyn StdError>> {
    println!("{}", Small::summary());
    let table = Csv::new().read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/examples/data/digits.csv"
    ))?;
    let inputs: Vec<SVector<f32, 64>> = table.inputs_without(&["target"])?;
    let mut digits: Vec<_> = inputs
        .into_iter()
        .zip(table.column_as::<u8>("target")?)
        .collect();
    let mut rng = SmallRng::seed_from_u64(seed);
    let parts = split_by_class(&mut digits, 0.1, 0.2, &mut rng, |(_, digit)| *digit)?;
    let scaler = MinMaxScaler::fit(parts.train.iter().map(|(x, _)| x))?;
    let everyone = parts
        .train
        .iter_mut()
        .chain(&mut *parts.validation)
        .chain(&mut *parts.test);
    everyone.for_each(|(x, _)| scaler.transform(x));

    let mut net = Small::init(&mut rng);
    let mut trainer =
        Trainer::<Small, _, _, 32>::boxed(Adam::new(1e-3), SparseCategoricalCrossentropy);
    let validation = &*parts.validation;
    let fit = Fit::epochs(20)
        .validation_data(validation)
        .shuffle(&mut rng)
        .verbose(Verbose::Bar);
    let history = trainer.fit(&mut net, &*parts.train, fit)?;
    println!(
        "{}\ntest: {}\n",
        history.diagnosis(),
        trainer.evaluate(&net, &*parts.test)?
    );
    show(parts.test, |x| net.predict(x));
    Ok(())
}

/// The confusion matrix, rows the truth.
fn show<T>(test: &[(T, u8)], predict: impl Fn(&T) -> SVector<f32, 10>) {
    let mut matrix = ConfusionMatrix::<10>::new();
    for (x, digit) in test {
        matrix.update(&predict(x), digit);
    }
    println!("{matrix}\n");
}
