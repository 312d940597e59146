//! A convolutional network on the handwritten digits of MNIST, with augmentation.
//!
//!     cargo run --release --example cnn [DIR [SEED]]
//!
//! DIR holds the four IDX files of MNIST, gzipped or not, under their usual names (`train-images-idx3-ubyte.gz` …). Without DIR it trains
//! on the 1 797 digits of 8 x 8 pixels inside the repository, which is another and easier task.

#[path = "common/plot.rs"]
mod plot;

use nn_core::data::{Csv, labelled, split_by_class};
use nn_core::prelude::*;
use plot::plot;
use std::error::Error as StdError;
use std::path::{Path, PathBuf};

network! {
    /// Two convolutions that look for strokes and for what they form, and two dense layers that name it.
    pub struct Cnn {
        input 28x28x1;
        conv2d 16 5x5 relu;
        max_pool 2x2;
        conv2d 32 5x5 relu;
        max_pool 2x2;
        flatten;
        dropout 0.2;
        dense 128 relu;
        dropout 0.2;
        dense 10 softmax;
    }
}

network! {
    /// The same idea for the small digits.
    pub struct Small {
        input 8x8x1;
        conv2d 16 3x3 relu pad same;
        max_pool 2x2;
        conv2d 32 3x3 relu;
        flatten;
        dropout 0.2;
        dense 10 softmax;
    }
}

fn main() -> Result<(), Box<dyn StdError>> {
    let mut arguments = std::env::args().skip(1);
    let directory = arguments.next();
    let seed = arguments.next().map_or(Ok(1), |seed| seed.parse())?;
    match directory {
        Some(directory) => mnist(Path::new(&directory), seed),
        None => {
            println!(
                "No folder given: training on the 1 797 handwritten digits (8 x 8 pixels) inside the repository, not on MNIST.\n\
                 For MNIST: cargo run --release --example cnn DIR\n"
            );
            small(seed)
        }
    }
}

/// Five epochs over 58 000 images, each a little different every time; the last 2 000 are held back for validation.
fn mnist(directory: &Path, seed: u64) -> Result<(), Box<dyn StdError>> {
    const BATCH: usize = 64;
    const EPOCHS: usize = 5;
    println!("{}", Cnn::summary());
    let train = read::<Input<Cnn>>(directory, "train")?;
    let test = read(directory, "t10k")?;
    let mut rng = SmallRng::seed_from_u64(seed);
    let mut net = Cnn::boxed(&mut rng);
    let rate = Schedule::CosineDecay {
        initial_learning_rate: 2e-3,
        decay_steps: (EPOCHS * train.len() / BATCH) as u64,
        alpha: 0.0,
        warmup: None,
    };
    let optimizer = Adam::scheduled(rate);
    let mut trainer = Trainer::<Cnn, _, _, BATCH>::boxed(optimizer, SparseCategoricalCrossentropy);
    let augment = Augment::<28, 28>::new()
        .rotate(10.0)
        .shift(0.07)
        .zoom(0.1)
        .fill(Fill::Constant(0.0));
    let mut curve = Curve::new(EPOCHS);
    let fit = Fit::epochs(EPOCHS)
        .validation_split(1.0 / 30.0)
        .shuffle(&mut rng)
        .augment(augment)
        .on_batch(|batch| curve.batch(batch.epoch, batch.number, batch.batches, batch.loss))
        .verbose(Verbose::Line);
    let history = trainer.fit(&mut net, &train, fit)?;
    curve.show(&history);
    println!("on the test set: {}\n", trainer.evaluate(&net, &test)?);
    show(&test, |x| net.predict(x));
    Ok(())
}

/// Thirty epochs on the digits inside the repository; a fifth of them is the test.
fn small(seed: u64) -> Result<(), Box<dyn StdError>> {
    const EPOCHS: usize = 30;
    println!("{}", Small::summary());
    let table = Csv::new().read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/examples/data/digits.csv"
    ))?;
    let inputs: Vec<SVector<f32, 64>> = table.inputs_without(&["target"])?;
    let images = inputs
        .iter()
        .map(|pixels| Input::<Small>::from_column_slice(pixels.as_slice()) / 16.0);
    let mut digits: Vec<_> = images.zip(table.column_as::<u8>("target")?).collect();
    let mut rng = SmallRng::seed_from_u64(seed);
    let parts = split_by_class(&mut digits, 0.1, 0.2, &mut rng, |(_, digit)| *digit)?;

    let mut net = Small::init(&mut rng);
    let mut trainer =
        Trainer::<Small, _, _, 32>::boxed(Adam::new(2e-3), SparseCategoricalCrossentropy);
    let augment = Augment::<8, 8>::new()
        .rotate(10.0)
        .shift(0.05)
        .zoom(0.1)
        .fill(Fill::Constant(0.0));
    let mut curve = Curve::new(EPOCHS);
    let validation = &*parts.validation;
    let fit = Fit::epochs(EPOCHS)
        .validation_data(validation)
        .shuffle(&mut rng)
        .augment(augment)
        .on_batch(|batch| curve.batch(batch.epoch, batch.number, batch.batches, batch.loss))
        .verbose(Verbose::Line);
    let history = trainer.fit(&mut net, &*parts.train, fit)?;
    curve.show(&history);
    println!(
        "on the test set: {}\n",
        trainer.evaluate(&net, &*parts.test)?
    );
    show(parts.test, |x| net.predict(x));
    Ok(())
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

/// The losses of batches, gathered into few enough points to be drawn.
struct Curve {
    epochs: usize,
    /// The sum and number of losses in each part of the training.
    parts: Vec<(f32, f32)>,
}

impl Curve {
    fn new(epochs: usize) -> Self {
        let parts = vec![(0.0, 0.0); 60];
        Self { epochs, parts }
    }

    fn batch(&mut self, epoch: usize, number: usize, batches: usize, loss: f32) {
        let part =
            ((epoch - 1) * batches + number - 1) * self.parts.len() / (self.epochs * batches);
        self.parts[part].0 += loss;
        self.parts[part].1 += 1.0;
    }

    fn show(&self, history: &History) {
        let count = self.parts.len() as f32;
        let training: Vec<_> = (0..)
            .zip(&self.parts)
            .map(|(part, (sum, batches))| ((part as f32 + 0.5) / count, sum / batches))
            .collect();
        let validation: Vec<_> = history
            .epochs()
            .filter_map(|epoch| Some((epoch.number as f32 / self.epochs as f32, epoch.val_loss?)))
            .collect();
        println!(
            "\nlosses: `.` training, on changed images; `o` validation, on images as they are\n\n{}\n{}\n",
            plot(
                &[('.', &training), ('o', &validation)],
                (1.0, 0.02),
                &format!("{} epochs", self.epochs)
            ),
            history.diagnosis()
        );
    }
}

/// The confusion matrix, rows the truth.
fn show<T>(test: &[(T, u8)], predict: impl Fn(&T) -> SVector<f32, 10>) {
    let mut matrix = ConfusionMatrix::<10>::new();
    for (x, digit) in test {
        matrix.update(&predict(x), digit);
    }
    println!("{matrix}");
}
