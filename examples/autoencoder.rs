//! An autoencoder: 64 pixels squeezed through 8 numbers and back.
//!
//! It learns without labels, from digits of 8 x 8 pixels, and is put to three uses: to compress, to clean noisy digits, and to find
//! pictures that are unlike those it has seen, because it cannot reproduce them.
//!
//!     cargo run --release --example autoencoder [SEED]

mod support;

use nn_core::data::split_by_class;
use nn_core::init::{Initializer, RandomNormal, Shape};
use nn_core::prelude::*;
use std::error::Error as StdError;
use support::{Digit, Sheet, digits, print_beside};

network! {
    /// A digit as eight numbers.
    pub struct Encoder {
        input 64;
        dense 48 relu;
        dense 8;
    }
}

network! {
    /// Eight numbers as a digit.
    pub struct Decoder {
        input 8;
        dense 48 relu;
        dense 64 sigmoid;
    }
}

network! {
    /// Both: the compiler checks that what the encoder gives is what the decoder takes.
    pub struct Autoencoder {
        input 64;
        encoder: Encoder;
        decoder: Decoder;
        output 64;
    }
}

type Image = Input<Autoencoder>;

fn main() -> Result<(), Box<dyn StdError>> {
    let seed = std::env::args().nth(1).map_or(Ok(1), |seed| seed.parse())?;
    let mut rng = SmallRng::seed_from_u64(seed);
    println!("{}", Autoencoder::summary());
    let mut all = digits()?;
    let parts = split_by_class(&mut all, 0.0, 0.2, &mut rng, |(_, digit)| *digit)?;
    let (train, test) = (images(parts.train), images(parts.test));

    compress(&train, &test, &mut rng)?;
    denoise(&train, &test, &mut rng)?;
    find_strangers(parts.train, parts.test, &mut rng)
}

fn images(digits: &[Digit]) -> Vec<Image> {
    digits.iter().map(|(image, _)| *image).collect()
}

/// Trains a fresh network to make `targets` of `inputs`.
fn train(
    inputs: &[Image],
    targets: &[Image],
    epochs: usize,
    rng: &mut SmallRng,
) -> Result<Autoencoder, Box<dyn StdError>> {
    let mut net = Autoencoder::init(rng);
    let mut trainer = Trainer::<Autoencoder, _, _, 32>::boxed(Adam::new(3e-3), BinaryCrossentropy);
    let fit = Fit::epochs(epochs).validation_split(0.1).shuffle(rng);
    let history = trainer.fit(&mut net, &(inputs, targets), fit)?;
    let first = history.epochs().next().map_or(0.0, |epoch| epoch.loss);
    println!(
        "binary cross-entropy of the training: {first:.3} in the first epoch, {:.3} in the last of {epochs}",
        history.loss()
    );
    Ok(net)
}

/// The mean squared difference of two pictures.
fn difference(a: &Image, b: &Image) -> f32 {
    (a - b).map(|d| d * d).mean()
}

/// The mean over pairs of pictures.
fn mean_difference<'a>(pairs: impl Iterator<Item = (&'a Image, Image)>) -> f32 {
    let (sum, count) = pairs.fold((0.0, 0.0), |(sum, count), (a, b)| {
        (sum + difference(a, &b), count + 1.0)
    });
    sum / count
}

fn compress(
    train_images: &[Image],
    test: &[Image],
    rng: &mut SmallRng,
) -> Result<(), Box<dyn StdError>> {
    println!(
        "Compression: {} numbers become {}",
        Encoder::INPUT,
        Encoder::OUTPUT
    );
    let net = train(train_images, train_images, 60, rng)?;
    let mean = train_images.iter().sum::<Image>() / train_images.len() as f32;
    println!(
        "mean squared error on {} unseen digits: {:.4} (the mean digit instead: {:.4})",
        test.len(),
        mean_difference(test.iter().map(|x| (x, net.predict(x)))),
        mean_difference(test.iter().map(|x| (x, mean))),
    );
    println!("originals, and below each what eight numbers keep of it:");
    let shown: Vec<_> = test.iter().step_by(test.len() / 5).take(5).collect();
    let restored: Vec<_> = shown.iter().map(|x| net.predict(x)).collect();
    print_beside(&shown.iter().map(|x| x.as_slice()).collect::<Vec<_>>(), 8);
    println!();
    print_beside(
        &restored.iter().map(|x| x.as_slice()).collect::<Vec<_>>(),
        8,
    );

    let mut sheet = Sheet::new(16, 4, (8, 8), 6);
    for (i, x) in test.iter().step_by(5).take(32).enumerate() {
        let (column, row) = (i % 16, 2 * (i / 16));
        // Each half can be used alone: the sender holds the encoder, the receiver the decoder.
        let code = net.encoder.predict(x);
        sheet.put(column, row, x.as_slice());
        sheet.put(column, row + 1, net.decoder.predict(&code).as_slice());
    }
    println!("more of them: {}\n", sheet.save("autoencoder")?.display());
    Ok(())
}

/// Pixels with normal noise, kept between 0 and 1.
fn noisy(images: &[Image], rng: &mut SmallRng) -> Vec<Image> {
    let noise = |image: &Image| {
        let mut noise = Image::zeros();
        let shape = Shape::dense(64, 1);
        RandomNormal
            .stddev(0.3)
            .fill(rng, noise.as_mut_slice(), shape);
        (image + noise).map(|value| value.clamp(0.0, 1.0))
    };
    images.iter().map(noise).collect()
}

fn denoise(
    train_images: &[Image],
    test: &[Image],
    rng: &mut SmallRng,
) -> Result<(), Box<dyn StdError>> {
    println!("Denoising: noisy digits in, clean ones wanted");
    // Each digit several times, with other noise: that is what keeps it from learning the noise by heart.
    let clean: Vec<_> = (0..8).flat_map(|_| train_images.iter().copied()).collect();
    let net = train(&noisy(&clean, rng), &clean, 15, rng)?;
    let spoilt = noisy(test, rng);
    println!(
        "mean squared error on unseen digits: {:.4} before, {:.4} after",
        mean_difference(test.iter().zip(spoilt.iter().copied())),
        mean_difference(test.iter().zip(spoilt.iter().map(|x| net.predict(x)))),
    );
    println!("original, noisy and cleaned:");
    for i in [3, 40] {
        let cleaned = net.predict(&spoilt[i]);
        let pictures = [test[i].as_slice(), spoilt[i].as_slice(), cleaned.as_slice()];
        print_beside(&pictures, 8);
        println!();
    }
    let mut sheet = Sheet::new(16, 3, (8, 8), 6);
    for column in 0..16 {
        sheet.put(column, 0, test[column].as_slice());
        sheet.put(column, 1, spoilt[column].as_slice());
        sheet.put(column, 2, net.predict(&spoilt[column]).as_slice());
    }
    println!("more of them: {}\n", sheet.save("denoising")?.display());
    Ok(())
}

fn find_strangers(
    known: &[Digit],
    test: &[Digit],
    rng: &mut SmallRng,
) -> Result<(), Box<dyn StdError>> {
    const UNSEEN: u8 = 4;
    println!(
        "Anomalies: trained without the digit {UNSEEN}; the score is the squared error of the reconstruction"
    );
    let of = |digits: &[Digit], keep: fn(u8) -> bool| -> Vec<Image> {
        let kept = digits.iter().filter(|(_, digit)| keep(*digit));
        kept.map(|(image, _)| *image).collect()
    };
    let normal = of(known, |digit| digit != UNSEEN);
    let net = train(&normal, &normal, 60, rng)?;
    let score = |image: &Image| difference(image, &net.predict(image));
    let usual = of(test, |digit| digit != UNSEEN);
    let strangers = [
        ("the unseen digit", of(test, |digit| digit == UNSEEN)),
        (
            "negatives",
            usual.iter().map(|x| x.map(|v| 1.0 - v)).collect(),
        ),
        (
            "pixels in another order",
            usual.iter().map(shuffled).collect(),
        ),
    ];
    println!("  {:<26} mean score  found (area under the ROC curve)", "");
    println!(
        "  {:<26} {:>10.4}",
        "digits like those it knows",
        mean(&usual, score)
    );
    for (name, images) in &strangers {
        let mut auc = Vec::new();
        for stranger in images {
            auc.extend(
                usual
                    .iter()
                    .map(|x| f32::from(u8::from(score(stranger) > score(x)))),
            );
        }
        let auc = auc.iter().sum::<f32>() / auc.len() as f32;
        println!("  {name:<26} {:>10.4}  {auc:.3}", mean(images, score));
    }
    Ok(())
}

fn mean(images: &[Image], score: impl Fn(&Image) -> f32) -> f32 {
    images.iter().map(score).sum::<f32>() / images.len() as f32
}

/// The same pixels, where they do not belong.
fn shuffled(image: &Image) -> Image {
    Image::from_fn(|i, _| image[i * 29 % 64])
}
