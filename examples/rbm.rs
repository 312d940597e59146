//! A restricted Boltzmann machine: features found without labels.
//!
//! It looks at the digits inside the repository without being told which they are. Then a classifier that may see only a few labels is
//! trained twice: on the raw pixels, and behind the machine's hidden units.
//!
//!     cargo run --release --example rbm [SEED]

mod support;

use nn_core::Thousands;
use nn_core::data::split_by_class;
use nn_core::prelude::*;
use nn_core::rbm::{ContrastiveDivergence, Rbm};
use std::error::Error as StdError;
use support::{Digit, Sheet, digits, print_beside, stretched};

/// Hidden units.
const HIDDEN: usize = 200;
/// Labels of each digit that the classifier may see.
const LABELS: usize = 5;

network! {
    /// From the pixels straight to the digit.
    pub struct Pixels {
        input 64;
        dense 10 softmax;
    }
}

network! {
    /// From the hidden units to the digit.
    pub struct Features {
        input HIDDEN;
        dense 10 softmax;
    }
}

network! {
    /// The machine's hidden side as the first layer, and the classifier behind it.
    pub struct Classifier {
        input 64;
        features: dense HIDDEN sigmoid;
        head: dense 10 softmax;
    }
}

type Image = Input<Pixels>;
type Machine = Rbm<64, HIDDEN>;

fn main() -> Result<(), Box<dyn StdError>> {
    let seed = std::env::args().nth(1).map_or(Ok(1), |seed| seed.parse())?;
    let mut rng = SmallRng::seed_from_u64(seed);
    let mut all = digits()?;
    let parts = split_by_class(&mut all, 0.0, 0.3, &mut rng, |(_, digit)| *digit)?;
    let rbm = learn(parts.train, parts.test, &mut rng)?;
    show(&rbm, parts.test, &mut rng)?;
    classify(&rbm, parts.train, parts.test, &mut rng)
}

/// Contrastive divergence on the pictures alone.
fn learn(
    train: &[Digit],
    test: &[Digit],
    rng: &mut SmallRng,
) -> Result<Box<Machine>, Box<dyn StdError>> {
    let images: Vec<_> = train.iter().map(|(image, _)| *image).collect();
    let mut rbm = Machine::boxed(rng);
    let mut learning = ContrastiveDivergence::<64, HIDDEN, 20>::boxed(1);
    learning.set_learning_rate(0.05);
    println!(
        "{} digits without labels, {HIDDEN} hidden units, CD-1. A free energy alone says nothing, as both rise with the weights; that of digits\nhas to sink below that of noise with the same mean, until the difference settles:",
        Thousands(images.len())
    );
    println!("epoch  reconstruction error  free energy of unseen digits    of noise    difference");
    let unseen: Vec<_> = test.iter().map(|(image, _)| *image).collect();
    let noise = noise(&images, rng);
    for epoch in 1..=90 {
        if epoch == 6 {
            learning.set_momentum(0.9);
        }
        let progress = learning.epoch(&mut rbm, &images, rng)?;
        if epoch == 1 || epoch % 10 == 0 {
            let (digits, noise) = (
                mean_free_energy(&rbm, &unseen),
                mean_free_energy(&rbm, &noise),
            );
            println!(
                "{epoch:>5} {:>21.4} {digits:>30.1} {noise:>11.1} {:>13.1}",
                progress.reconstruction_error,
                digits - noise,
            );
        }
    }
    Ok(rbm)
}

/// Pictures whose pixels are as bright as those of `images` but do not know of each other.
fn noise(images: &[Image], rng: &mut SmallRng) -> Vec<Image> {
    let any = |rng: &mut SmallRng| rng.random_range(0..images.len());
    let picture = |_| Image::from_fn(|pixel, _| images[any(rng)][pixel]);
    (0..500).map(picture).collect()
}

fn mean_free_energy(rbm: &Machine, images: &[Image]) -> f32 {
    images.iter().map(|x| rbm.free_energy(x)).sum::<f32>() / images.len() as f32
}

/// The hidden units' weights, and digits that the machine dreams.
fn show(rbm: &Machine, test: &[Digit], rng: &mut SmallRng) -> Result<(), Box<dyn StdError>> {
    let mut sheet = Sheet::new(20, HIDDEN / 20, (8, 8), 5);
    for (unit, weights) in rbm.kernel.row_iter().enumerate() {
        let weights: Vec<f32> = weights.iter().copied().collect();
        sheet.put(unit % 20, unit / 20, &stretched(&weights));
    }
    println!(
        "what each hidden unit looks for: {}",
        sheet.save("rbm_features")?.display()
    );

    let mut sheet = Sheet::new(10, 3, (8, 8), 6);
    for column in 0..10 {
        let (image, _) = &test[column * test.len() / 10];
        sheet.put(column, 0, image.as_slice());
        sheet.put(column, 1, rbm.reconstruct(image).as_slice());
        sheet.put(column, 2, rbm.sample(image, 10, rng).as_slice());
    }
    println!(
        "digits, their reconstructions, and dreams 10 steps later: {}\n",
        sheet.save("rbm_dreams")?.display()
    );
    let (image, _) = &test[0];
    let (again, dream) = (rbm.reconstruct(image), rbm.sample(image, 10, rng));
    print_beside(&[image.as_slice(), again.as_slice(), dream.as_slice()], 8);
    Ok(())
}

/// The first [`LABELS`] of each digit.
fn few(train: &[Digit]) -> Vec<Digit> {
    let mut counts = [0; 10];
    let few = train.iter().filter(|(_, digit)| {
        let count = &mut counts[usize::from(*digit)];
        *count += 1;
        *count <= LABELS
    });
    few.copied().collect()
}

fn classify(
    rbm: &Machine,
    train: &[Digit],
    test: &[Digit],
    rng: &mut SmallRng,
) -> Result<(), Box<dyn StdError>> {
    let labelled = few(train);
    println!(
        "\n{} labels, {} of each digit; accuracy on {} unseen digits, mean of 5 trainings:",
        labelled.len(),
        LABELS,
        test.len()
    );
    let (mut raw, mut behind) = (0.0, 0.0);
    for _ in 0..5 {
        raw += on_pixels(&labelled, test, rng)? / 5.0;
        behind += on_features(rbm, &labelled, test, rng)? / 5.0;
    }
    println!("  raw pixels    {raw:.3}\n  hidden units  {behind:.3}");
    Ok(())
}

fn on_pixels(few: &[Digit], test: &[Digit], rng: &mut SmallRng) -> nn_core::Result<f32> {
    let mut net = Pixels::init(rng);
    let mut trainer =
        Trainer::<Pixels, _, _, 10>::new(Adam::new(0.01), SparseCategoricalCrossentropy);
    trainer.fit(&mut net, few, Fit::epochs(200).shuffle(rng))?;
    Ok(trainer.evaluate(&net, test)?.accuracy.unwrap_or_default())
}

fn on_features(
    rbm: &Machine,
    few: &[Digit],
    test: &[Digit],
    rng: &mut SmallRng,
) -> nn_core::Result<f32> {
    // Only the layer behind the hidden units learns from the labels.
    let hidden: Vec<_> = few
        .iter()
        .map(|(image, digit)| (rbm.hidden(image), *digit))
        .collect();
    let mut head = Features::init(rng);
    let mut trainer =
        Trainer::<Features, _, _, 10>::new(Adam::new(0.01), SparseCategoricalCrossentropy);
    trainer.fit(&mut head, &hidden, Fit::epochs(200).shuffle(rng))?;

    let mut net = Classifier::zeros();
    net.features = rbm.features();
    net.head = head.dense1;
    let mut score = ConfusionMatrix::<10>::new();
    for (image, digit) in test {
        score.update(&net.predict(image), digit);
    }
    Ok(score.accuracy() as f32)
}
