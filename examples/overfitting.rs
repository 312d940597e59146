//! Overfitting, and each of its remedies.
//!
//! A network of 85 000 weights learns 200 handwritten digits by heart, those with wrong labels too; others show how little that is worth. Then each remedy alone:
//! more data, augmentation, less complexity, dropout, weight decay, and stopping in time. Of each training the losses are drawn, and
//! `History::diagnosis` says what they show.
//!
//!     cargo run --release --example overfitting [SEED]

#[path = "common/plot.rs"]
mod plot;

use nn_core::data::{Csv, split_by_class};
use nn_core::prelude::*;
use nn_core::train::Callback;
use plot::plot;
use std::error::Error as StdError;

network! {
    /// Too big for what it is given.
    pub struct Big {
        input 8x8x1;
        flatten;
        dense 256 relu;
        dense 256 relu;
        dense 10 softmax;
    }
}

network! {
    /// Less complexity: a seventieth of the weights.
    pub struct Small {
        input 8x8x1;
        flatten;
        dense 16 relu;
        dense 10 softmax;
    }
}

network! {
    /// Half of the values between layers are dropped while it trains.
    pub struct Dropping {
        input 8x8x1;
        flatten;
        dropout 0.2;
        dense 256 relu;
        dropout 0.5;
        dense 256 relu;
        dropout 0.5;
        dense 10 softmax;
    }
}

type Image = Input<Big>;
type Sample = (Image, u8);

/// The number of digits of each kind, which is too few.
const FEW: usize = 20;
/// The share of training digits whose label is drawn at random, as mistakes happen in life.
const MISTAKES: f64 = 0.1;
const EPOCHS: usize = 100;

fn main() -> Result<(), Box<dyn StdError>> {
    let seed = std::env::args().nth(1).map_or(Ok(1), |seed| seed.parse())?;
    let mut rng = SmallRng::seed_from_u64(seed);
    let mut digits = digits()?;
    let parts = split_by_class(&mut digits, 0.4, 0.1, &mut rng, |(_, digit)| *digit)?;
    let many = parts.train;
    for (_, digit) in many.iter_mut() {
        if rng.random_bool(MISTAKES) {
            *digit = rng.random_range(0..10);
        }
    }
    let few: Vec<_> = (0..10)
        .flat_map(|kind| {
            many.iter()
                .filter(move |(_, digit)| *digit == kind)
                .take(FEW)
        })
        .copied()
        .collect();
    let mut lesson = Lesson {
        validation: parts.validation,
        seed,
        rows: Vec::new(),
    };
    println!(
        "{} or {} digits to train on, one in ten of them with a label drawn at random; {} others, with right labels, to validate with.\n\
         In the plots: `.` training loss, `o` validation loss, `*` both; losses below 0.1 are on the lowest line.",
        few.len(),
        many.len(),
        lesson.validation.len()
    );

    let adam = Adam::new(1e-3);
    lesson.run::<Big>("the problem", &few, EPOCHS, adam, (), ())?;
    // As many steps, over more digits.
    let epochs = EPOCHS * few.len() / many.len();
    lesson.run::<Big>("more data", many, epochs, adam, (), ())?;
    let augment = Augment::<8, 8>::new()
        .rotate(10.0)
        .shift(0.1)
        .zoom(0.1)
        .fill(Fill::Constant(0.0));
    lesson.run::<Big>("augmentation", &few, EPOCHS, adam, augment, ())?;
    lesson.run::<Small>("less complexity", &few, EPOCHS, adam, (), ())?;
    lesson.run::<Dropping>("dropout", &few, EPOCHS, adam, (), ())?;
    let decaying = adam.weight_decay(3.0);
    lesson.run::<Big>("weight decay", &few, EPOCHS, decaying, (), ())?;
    let mut best = Big::zeros();
    let stopping = EarlyStopping::new().patience(5).restore_best(&mut best);
    lesson.run::<Big>("stopping in time", &few, EPOCHS, adam, (), stopping)?;
    lesson.summary();
    Ok(())
}

/// 8 x 8 pixels from 0 to 1.
fn digits() -> Result<Vec<Sample>, Box<dyn StdError>> {
    let table = Csv::new().read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/examples/data/digits.csv"
    ))?;
    let inputs: Vec<SVector<f32, 64>> = table.inputs_without(&["target"])?;
    let images = inputs
        .iter()
        .map(|pixels| Image::from_column_slice(pixels.as_slice()) / 16.0);
    Ok(images.zip(table.column_as("target")?).collect())
}

/// The data of all trainings, and their results.
struct Lesson<'a> {
    validation: &'a [Sample],
    seed: u64,
    rows: Vec<String>,
}

impl Lesson<'_> {
    /// Trains a fresh network and shows what came of it.
    fn run<N: Train<Input = Image, Output = SVector<f32, 10>>>(
        &mut self,
        name: &str,
        train: &[Sample],
        epochs: usize,
        optimizer: Adam,
        augment: impl Augmentation<Image>,
        callback: impl Callback<N>,
    ) -> Result<(), Box<dyn StdError>> {
        let mut rng = SmallRng::seed_from_u64(self.seed);
        let mut net = nn_core::plain::zeroed_box::<N>();
        net.init(&mut rng);
        let mut trainer = Trainer::<N, _, _, 20>::boxed(optimizer, SparseCategoricalCrossentropy);
        let fit = Fit::epochs(epochs)
            .validation_data(self.validation)
            .shuffle(&mut rng)
            .augment(augment)
            .callback(callback);
        let history = trainer.fit(&mut net, train, fit)?;
        let score = trainer.evaluate(&*net, self.validation)?;

        let (digits, weights) = (train.len(), nn_core::Thousands(nn_core::plain::len::<N>()));
        println!("\n== {name}: {digits} digits, {weights} weights\n");
        let diagnosis = history.diagnosis();
        let advice = diagnosis.advice();
        println!("{}\n{diagnosis}. What to try: {advice}.", curves(&history));
        self.rows.push(format!(
            "{name:16}  {digits:6}  {weights:>7}  {:13.4}  {:15.4}  {:8.1} %  {}",
            history.loss(),
            score.loss,
            100.0 * score.accuracy.unwrap_or(f32::NAN),
            diagnosis.name()
        ));
        Ok(())
    }

    fn summary(&self) {
        println!("\nThe networks that are left, on digits they have not seen:\n");
        println!(
            "remedy            digits  weights  training loss  validation loss    accuracy  diagnosis"
        );
        for row in &self.rows {
            println!("{row}");
        }
    }
}

fn curves(history: &History) -> String {
    let epochs = history.len();
    let curve = |loss: fn(&Epoch) -> Option<f32>| -> Vec<(f32, f32)> {
        let time = |epoch: &Epoch| (epoch.number - 1) as f32 / (epochs - 1).max(1) as f32;
        let points = history.epochs();
        points
            .filter_map(|epoch| Some((time(&epoch), loss(&epoch)?)))
            .collect()
    };
    let (training, validation) = (
        curve(|epoch| Some(epoch.loss)),
        curve(|epoch| epoch.val_loss),
    );
    plot(
        &[('.', &training), ('o', &validation)],
        (2.5, 0.1),
        &format!("{epochs} epochs"),
    )
}
