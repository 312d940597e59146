//! The main job: declare, train, evaluate, predict.
//!
//! Four animals, crabs of two species and both sexes, told apart by eight measurements: five taken on the animal in millimetres and three of
//! their ratios. The 200 crabs are those of Campbell and Mahon (1974), see `examples/data/README.md`; 40 of them are kept for the test.
//!
//!     cargo run --release --example animals [SEED]

use nn_core::data::{Csv, StandardScaler, split_by_class};
use nn_core::prelude::*;
use std::error::Error as StdError;
use std::path::Path;

network! {
    /// Eight measurements in, the probability of each of four animals out.
    #[derive(Clone)]
    pub struct Animals {
        input 8;
        dense 6 relu;
        dense 6 relu;
        dense 4 softmax;
    }
}

type Sample = (Input<Animals>, usize);

const NAMES: [&str; 4] = ["blue ♀", "blue ♂", "orange ♀", "orange ♂"];

/// The crabs with their class, and the frontal lobe, rear width, carapace length and width and body depth with three ratios.
fn crabs() -> Result<Vec<Sample>, Box<dyn StdError>> {
    let table = Csv::new().read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/examples/data/crabs.csv"
    ))?;
    let measured: Vec<SVector<f32, 5>> = table.inputs(["FL", "RW", "CL", "CW", "BD"])?;
    let kinds = table.classes(&["sp", "sex"])?;
    let with_ratios = measured.iter().map(|m| {
        let [lobe, rear, length, width, depth] = (*m).into();
        SVector::from([
            lobe,
            rear,
            length,
            width,
            depth,
            rear / length,
            lobe / width,
            depth / width,
        ])
    });
    Ok(with_ratios.zip(kinds.labels).collect())
}

fn main() -> Result<(), Box<dyn StdError>> {
    let seed = std::env::args().nth(1).map_or(Ok(1), |seed| seed.parse())?;
    let mut rng = SmallRng::seed_from_u64(seed);
    println!("{}", Animals::summary());

    let mut crabs = crabs()?;
    let parts = split_by_class(&mut crabs, 0.1, 0.2, &mut rng, |(_, kind)| *kind)?;
    // Fitted on the training part only: the test must not be looked at.
    let scaler = StandardScaler::fit(parts.train.iter().map(|(x, _)| x))?;
    let everyone = parts
        .train
        .iter_mut()
        .chain(&mut *parts.validation)
        .chain(&mut *parts.test);
    everyone.for_each(|(x, _)| scaler.transform(x));
    let (train, validation, test): (&[Sample], &[Sample], &[Sample]) =
        (parts.train, parts.validation, parts.test);

    let mut net = Animals::init(&mut rng);
    let mut trainer =
        Trainer::<Animals, _, _, 10>::new(Adam::new(0.01), SparseCategoricalCrossentropy);
    let history = trainer.fit(
        &mut net,
        train,
        Fit::epochs(40)
            .validation_data(validation)
            .shuffle(&mut rng)
            .verbose(Verbose::Line),
    )?;

    let score = trainer.evaluate(&net, test)?;
    println!(
        "\nafter {} epochs, on {} crabs it has not seen: {score}\n",
        history.len(),
        test.len()
    );
    show_predictions(&net, test, train);

    // It leaves the process, and comes back as it was; `embedded` has such a file in its program.
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target");
    std::fs::create_dir_all(&folder)?;
    let path = folder.join("animals.safetensors");
    net.save(&path)?;
    let picture = folder.join("animals.svg");
    std::fs::write(&picture, Animals::diagram().to_string())?;
    let same = Animals::load(&path)?;
    let (x, _) = &test[0];
    assert_eq!(same.predict(x), net.predict(x));
    println!(
        "\nsaved to {}, and as a picture to {}; its inputs are scaled by {scaler:?}",
        path.display(),
        picture.display()
    );
    Ok(())
}

/// The confusion matrix over the test set, and a few predictions in full.
fn show_predictions(net: &Animals, test: &[Sample], train: &[Sample]) {
    let mut matrix = ConfusionMatrix::<4>::new();
    for (x, kind) in test {
        matrix.update(&net.predict(x), kind);
    }
    println!("{}\n", matrix.named(NAMES));

    println!("a few of them:");
    for (x, kind) in test.iter().step_by(8) {
        show_prediction(net, x, *kind);
    }
    let wrong = |samples: &[Sample]| {
        let wrong = |(x, kind): &&Sample| net.predict(x).imax() != *kind;
        samples.iter().find(wrong).copied()
    };
    let (whose, wrong) = match wrong(test) {
        Some(wrong) => ("it has not seen", Some(wrong)),
        None => ("it was trained on", wrong(train)),
    };
    if let Some((x, kind)) = wrong {
        println!("and, of those {whose}, one that it takes for another:");
        show_prediction(net, &x, kind);
    }
}

/// One prediction and what is true.
fn show_prediction(net: &Animals, x: &Input<Animals>, kind: usize) {
    let probabilities = net.predict(x);
    let best = probabilities.imax();
    let verdict = if best == kind { "right" } else { "wrong" };
    println!(
        "  {:9} taken for {:9} with probability {:.3}: {verdict}",
        NAMES[kind], NAMES[best], probabilities[best]
    );
}
