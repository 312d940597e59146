//! The Keras tutorial: does a participant of a trial feel side effects, given the age?
//!
//! 2 100 participants from 13 to 100 years: about 95 % of the younger ones feel none, about 95 % of the older ones do. Ages are scaled to
//! 0..1, and a network 1-16-32-2 is trained with Adam (learning rate 1e-4, batch 10, 20 epochs, the last 10 % held back for validation).
//!
//!     cargo run --release --example side_effects [SEED]

use nn_core::data::MinMaxScaler;
use nn_core::prelude::*;
use nn_core::rand::seq::SliceRandom;
use std::error::Error as StdError;

network! {
    /// An age in, scores for "no side effects" and "side effects" out.
    pub struct SideEffects {
        input 1;
        dense 16 relu;
        dense 32 relu;
        dense 2 sigmoid;
    }
}

type Sample = (Input<SideEffects>, u8);

const NAMES: [&str; 2] = ["none", "side effects"];

/// Participants with their age in years: of each age group `rule` as expected and `exceptions` against it.
fn participants(rng: &mut SmallRng, rule: usize, exceptions: usize) -> Vec<Sample> {
    let mut samples = Vec::with_capacity(2 * (rule + exceptions));
    for (count, younger, older) in [(exceptions, 1, 0), (rule, 0, 1)] {
        for _ in 0..count {
            samples.push((age(rng.random_range(13..=64)), younger));
            samples.push((age(rng.random_range(65..=100)), older));
        }
    }
    // The validation split takes the tail, so the order must not say anything.
    samples.shuffle(rng);
    samples
}

fn age(years: u8) -> Input<SideEffects> {
    SVector::from([f32::from(years)])
}

fn main() -> Result<(), Box<dyn StdError>> {
    let seed = std::env::args().nth(1).map_or(Ok(1), |seed| seed.parse())?;
    let mut rng = SmallRng::seed_from_u64(seed);
    let mut train = participants(&mut rng, 1000, 50);
    let mut test = participants(&mut rng, 200, 10);
    let scaler = MinMaxScaler::fit(train.iter().map(|(x, _)| x))?;
    train
        .iter_mut()
        .chain(&mut test)
        .for_each(|(x, _)| scaler.transform(x));

    println!("{}", SideEffects::summary());
    let mut net = SideEffects::init(&mut rng);
    let mut trainer =
        Trainer::<SideEffects, _, _, 10>::new(Adam::new(1e-4), SparseCategoricalCrossentropy);
    let fit = Fit::epochs(20)
        .validation_split(0.1)
        .shuffle(&mut rng)
        .verbose(Verbose::Line);
    trainer.fit(&mut net, &train, fit)?;

    let score = trainer.evaluate(&net, &test)?;
    println!(
        "\non {} participants it has not seen: {score}\n",
        test.len()
    );

    println!("age   {:>6}  {:>12}", NAMES[0], NAMES[1]);
    for years in [13, 30, 50, 60, 64, 65, 70, 80, 100] {
        let mut x = age(years);
        scaler.transform(&mut x);
        let y = net.predict(&x);
        println!(
            "{years:3}   {:6.3}  {:12.3}  -> {}",
            y[0],
            y[1],
            NAMES[y.imax()]
        );
    }

    let mut matrix = ConfusionMatrix::<2>::new();
    for (x, label) in &test {
        matrix.update(&net.predict(x), label);
    }
    println!("\n{}", matrix.named(NAMES));
    Ok(())
}
