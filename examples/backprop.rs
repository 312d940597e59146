//! The NumPy lesson: back-propagation with two hidden sigmoid units.
//!
//! 900 epochs of full-batch gradient descent on the sum of squares with learning rate 0.005, printing the loss ten times and a warning when it
//! rises. The table is the Wisconsin breast cancer data: six measurements of a tumour, and whether it is benign.
//!
//!     cargo run --release --example backprop [SEED]

use nn_core::data::{Csv, StandardScaler, split_by_class};
use nn_core::prelude::*;
use std::error::Error as StdError;

network! {
    /// Six measurements in, the probability that the tumour is benign out.
    pub struct Tumour {
        input 6;
        dense 2 sigmoid;
        dense 1 sigmoid;
    }
}

type Sample = (Input<Tumour>, Output<Tumour>);

const MEASURED: [&str; 6] = [
    "mean radius",
    "mean texture",
    "mean smoothness",
    "mean compactness",
    "mean concavity",
    "mean symmetry",
];
const EPOCHS: usize = 900;
/// Of 569 tumours, a fifth is kept for the test; the others are one batch.
const TRAIN: usize = 455;

fn tumours() -> Result<Vec<Sample>, Box<dyn StdError>> {
    let table = Csv::new().read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/examples/data/breast_cancer.csv"
    ))?;
    let inputs = table.inputs(MEASURED)?;
    let benign: Vec<Output<Tumour>> = table.inputs(["target"])?;
    Ok(inputs.into_iter().zip(benign).collect())
}

fn main() -> Result<(), Box<dyn StdError>> {
    let seed = std::env::args()
        .nth(1)
        .map_or(Ok(21), |seed| seed.parse())?;
    let mut rng = SmallRng::seed_from_u64(seed);
    let mut tumours = tumours()?;
    let parts = split_by_class(&mut tumours, 0.0, 0.2, &mut rng, |(_, benign)| {
        benign[0] > 0.5
    })?;
    let scaler = StandardScaler::fit(parts.train.iter().map(|(x, _)| x))?;
    parts
        .train
        .iter_mut()
        .chain(&mut *parts.test)
        .for_each(|(x, _)| scaler.transform(x));

    let mut net = Tumour::init(&mut rng);
    let mut trainer = Trainer::<Tumour, _, _, TRAIN>::new(Sgd::new(0.005), SumSquaredError.half());
    let mut last = f32::INFINITY;
    trainer.fit(
        &mut net,
        &*parts.train,
        Fit::epochs(EPOCHS).on_epoch(|epoch| {
            if epoch.number % (EPOCHS / 10) == 0 {
                let warning = if epoch.loss > last {
                    "  WARNING - Loss Increasing"
                } else {
                    ""
                };
                println!(
                    "epoch {:3}  train loss {:8.4}{warning}",
                    epoch.number, epoch.loss
                );
                last = epoch.loss;
            }
        }),
    )?;

    let mut accuracy = BinaryAccuracy::new();
    for (x, benign) in &*parts.test {
        accuracy.update(&net.predict(x), benign);
    }
    println!(
        "\nprediction accuracy on {} tumours it has not seen: {:.3}",
        parts.test.len(),
        accuracy.result()
    );
    Ok(())
}
