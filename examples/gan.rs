//! A generative adversarial network: one network paints digits, the other tells them from real ones, and each learns from the other.
//!
//! The generator makes 8 x 8 pixels of 16 random numbers; it never sees a real digit, only how the discriminator's verdict changes with each
//! pixel. A third network, trained on real digits, says at every stage how much the paintings are like digits, and how many kinds of them
//! there are.
//!
//!     cargo run --release --example gan [SEED]

mod support;

use nn_core::prelude::*;
use std::error::Error as StdError;
use support::{Sheet, digits, print_beside};

/// Random numbers that a painting begins with.
const NOISE: usize = 16;
/// Samples of a step, real ones and painted ones each.
const BATCH: usize = 64;

network! {
    /// From noise to a picture.
    pub struct Generator {
        input NOISE;
        dense 96 leaky_relu 0.2 init he_normal;
        dense 128 leaky_relu 0.2 init he_normal;
        dense 64 sigmoid;
    }
}

network! {
    /// From a picture to the probability that it is real.
    pub struct Discriminator {
        input 64;
        dense 128 leaky_relu 0.2 init he_normal;
        dropout 0.3;
        dense 64 leaky_relu 0.2 init he_normal;
        dropout 0.3;
        dense 1 sigmoid;
    }
}

network! {
    /// Both in a row: a generator whose pictures the discriminator could not take would not compile.
    pub struct Gan {
        input NOISE;
        generator: Generator;
        discriminator: Discriminator;
        output 1;
    }
}

network! {
    /// The judge: which digit is it?
    pub struct Judge {
        input 64;
        dense 64 relu;
        dense 10 softmax;
    }
}

type Image = Input<Discriminator>;
type Noise = Input<Generator>;
type Verdict = Output<Discriminator>;

/// Both networks with the memory of their training.
struct Contest {
    gan: Box<Gan>,
    painting: Box<Trainer<Generator, Adam, BinaryCrossentropy, BATCH>>,
    judging: Box<Trainer<Discriminator, Adam, BinaryCrossentropy, BATCH>>,
    /// The gradient of the discriminator's loss with respect to each pixel.
    upstream: Box<[Image; BATCH]>,
}

impl Contest {
    fn new(rng: &mut SmallRng) -> Self {
        let adam = || Adam::new(4e-4).beta_1(0.5);
        Self {
            gan: Gan::boxed(rng),
            painting: Trainer::boxed(adam(), BinaryCrossentropy),
            judging: Trainer::boxed(adam(), BinaryCrossentropy),
            upstream: Box::new([Image::zeros(); BATCH]),
        }
    }

    /// One step of each; returns the discriminator's and the generator's loss.
    fn step(&mut self, real: &[Image; BATCH], rng: &mut SmallRng) -> nn_core::Result<(f32, f32)> {
        const REAL: Verdict = Verdict::new(0.9); // not quite sure, so that its gradient does not vanish
        const PAINTED: Verdict = Verdict::new(0.0);
        const WANTED: Verdict = Verdict::new(1.0);
        let Gan {
            generator,
            discriminator,
        } = &mut *self.gan;
        let noise = noise(rng);
        let mut paintings = [Image::zeros(); BATCH];
        paintings.copy_from_slice(self.painting.forward(generator, &noise)?);

        // The discriminator learns that the ones are real and the others painted.
        let on_real = self
            .judging
            .train_on_batch(discriminator, &(real, &[REAL; BATCH]))?;
        let on_painted = self
            .judging
            .train_on_batch(discriminator, &(&paintings, &[PAINTED; BATCH]))?;

        // The generator learns what would have made the verdict "real". The discriminator's own gradients are not applied.
        let wanted = (&paintings, &[WANTED; BATCH]);
        let verdict = self
            .judging
            .gradients(discriminator, &wanted, Some(&mut self.upstream))?;
        self.painting
            .backward(generator, &self.upstream[..], None)?;
        self.painting.apply(generator)?;
        Ok(((on_real.loss + on_painted.loss) / 2.0, verdict.loss))
    }
}

fn noise(rng: &mut SmallRng) -> [Noise; BATCH] {
    std::array::from_fn(|_| Noise::from_fn(|_, _| rng.random_range(-1.0..1.0)))
}

/// A network that knows real digits.
fn judge(digits: &[support::Digit], rng: &mut SmallRng) -> nn_core::Result<Judge> {
    let mut net = Judge::init(rng);
    let mut trainer =
        Trainer::<Judge, _, _, 32>::new(Adam::new(2e-3), SparseCategoricalCrossentropy);
    let history = trainer.fit(
        &mut net,
        digits,
        Fit::epochs(20).shuffle(rng).validation_split(0.1),
    )?;
    println!(
        "the judge, a network trained on real digits: {:.3} of those held back are named rightly",
        history.val_accuracy().unwrap_or_default()
    );
    Ok(net)
}

/// The judge's certainty of what each picture shows, on average, and the number of different digits that occur.
fn opinion(judge: &Judge, images: &[Image]) -> (f32, usize) {
    let mut counts = [0; 10];
    let mut sure = 0.0;
    for image in images {
        let (digit, probability) = judge.predict(image).argmax();
        counts[digit] += 1;
        sure += probability;
    }
    let present = counts
        .iter()
        .filter(|count| **count * 50 >= images.len())
        .count();
    (sure / images.len() as f32, present)
}

fn main() -> Result<(), Box<dyn StdError>> {
    let seed = std::env::args().nth(1).map_or(Ok(1), |seed| seed.parse())?;
    let mut rng = SmallRng::seed_from_u64(seed);
    println!("{}", Gan::summary());
    let digits = digits()?;
    let judge = judge(&digits, &mut rng)?;
    let real: Vec<Image> = digits.iter().map(|(image, _)| *image).collect();
    let (sure, present) = opinion(&judge, &real);
    println!("it is {sure:.2} sure of real digits, and sees {present} kinds\n");

    let mut contest = Contest::new(&mut rng);
    let shown = noise(&mut rng);
    let stages = [0, 200, 1_000, 3_000, 8_000, 20_000];
    println!("  step  discriminator's loss  generator's loss  judge is sure  kinds of digits");
    let (mut step, mut losses) = (0, None);
    for stage in stages {
        while step < stage {
            let batch = std::array::from_fn(|_| real[rng.random_range(0..real.len())]);
            losses = Some(contest.step(&batch, &mut rng)?);
            step += 1;
        }
        let many: Vec<Image> = (0..16)
            .flat_map(|_| noise(&mut rng).map(|noise| contest.gan.generator.predict(&noise)))
            .collect();
        let (sure, present) = opinion(&judge, &many);
        let [of_discriminator, of_generator] = match losses {
            None => ["-".to_owned(), "-".to_owned()],
            Some((discriminator, generator)) => {
                [format!("{discriminator:.3}"), format!("{generator:.3}")]
            }
        };
        println!("{step:>6} {of_discriminator:>21} {of_generator:>17} {sure:>14.2} {present:>16}");
        let mut sheet = Sheet::new(16, 4, (8, 8), 6);
        for (i, noise) in shown.iter().enumerate() {
            sheet.put(
                i % 16,
                i / 16,
                contest.gan.generator.predict(noise).as_slice(),
            );
        }
        sheet.save(&format!("gan_{step:05}"))?;
    }
    println!("\nfive of the last stage:");
    let last: Vec<_> = shown
        .iter()
        .take(5)
        .map(|noise| contest.gan.generator.predict(noise))
        .collect();
    print_beside(&last.iter().map(|x| x.as_slice()).collect::<Vec<_>>(), 8);
    println!("all stages: target/pictures/gan_*.png");
    Ok(())
}
