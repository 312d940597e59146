//! The four forms of recurrent networks on handwritten digits, each read as a sequence.
//!
//! | form | task |
//! | --- | --- |
//! | one to one | a picture as one vector; which digit is it? (no recurrence: what the others are measured against) |
//! | many to one | the rows of a picture, one after the other; which digit is it? |
//! | one to many | the name of a digit; its picture, row by row |
//! | many to many | the first rows; at each step, what the next row will be |
//! | many to many | a strip of four digits side by side; for each column, which digit it belongs to |
//!
//!     cargo run --release --example sequence [SEED]

mod support;

use nn_core::Thousands;
use nn_core::data::split_by_class;
use nn_core::prelude::*;
use std::error::Error as StdError;
use support::{Digit, digits, print_beside};

network! {
    /// One to one.
    pub struct AtOnce { input 64; dense 32 relu; dense 10 softmax; }
}

network! {
    /// Many to one: eight rows of eight pixels in, one name out.
    pub struct Reader { input 8x8; lstm 32; dense 10 softmax; }
}

network! {
    /// One to many: a name in, eight rows out.
    pub struct Painter { input 10; dense 64 tanh; reshape 8x8; lstm 32 sequence; each dense 8 sigmoid; }
}

network! {
    /// Many to many: after each of seven rows, the next one.
    pub struct Prophet { input 7x8; gru 48 sequence; each dense 8 sigmoid; }
}

network! {
    /// Many to many: 32 columns of a strip, ten probabilities for each. It reads in both directions, since what a column belongs to
    /// may be decided by what comes after it.
    pub struct Tagger { input 32x8; bidirectional lstm 24 sequence concat; each dense 10 softmax; }
}

fn main() -> Result<(), Box<dyn StdError>> {
    let seed = std::env::args().nth(1).map_or(Ok(1), |seed| seed.parse())?;
    let mut rng = SmallRng::seed_from_u64(seed);
    let mut all = digits()?;
    let parts = split_by_class(&mut all, 0.0, 0.25, &mut rng, |(_, digit)| *digit)?;
    let (train, test) = (&*parts.train, &*parts.test);
    println!(
        "{} digits to learn from, {} to be tested with\n",
        Thousands(train.len()),
        test.len()
    );
    one_to_one(train, test, &mut rng)?;
    many_to_one(train, test, &mut rng)?;
    one_to_many(train, &mut rng)?;
    forecast(train, test, &mut rng)?;
    tag(train, test, &mut rng)
}

fn one_to_one(train: &[Digit], test: &[Digit], rng: &mut SmallRng) -> nn_core::Result<()> {
    let mut net = AtOnce::init(rng);
    let mut trainer =
        Trainer::<AtOnce, _, _, 32>::boxed(Adam::new(3e-3), SparseCategoricalCrossentropy);
    trainer.fit(&mut net, train, Fit::epochs(30).shuffle(rng))?;
    println!(
        "one to one: the whole picture at once\n  unseen digits: {}\n",
        trainer.evaluate(&net, test)?
    );
    Ok(())
}

/// The picture as a sequence: its memory already is the eight rows one after the other.
fn rows(digits: &[Digit]) -> Vec<(Input<Reader>, u8)> {
    let rows =
        |(image, digit): &Digit| (Input::<Reader>::from_column_slice(image.as_slice()), *digit);
    digits.iter().map(rows).collect()
}

fn many_to_one(train: &[Digit], test: &[Digit], rng: &mut SmallRng) -> nn_core::Result<()> {
    let (train, test) = (rows(train), rows(test));
    let mut net = Reader::init(rng);
    let mut trainer =
        Trainer::<Reader, _, _, 32>::boxed(Adam::new(5e-3), SparseCategoricalCrossentropy);
    trainer.fit(&mut net, &train, Fit::epochs(30).shuffle(rng))?;
    println!(
        "many to one: row by row, the name at the end\n  unseen digits: {}",
        trainer.evaluate(&net, &test)?
    );

    // The same network fed one row at a time, with its state in 256 bytes.
    let (image, digit) = &test[0];
    let mut state = State::<Reader>::new();
    print!("  a {digit}, fed one row at a time; what it takes it for after each:");
    for row in image.column_iter() {
        let (guess, probability) = net.step(&mut state, &row.into_owned()).argmax();
        print!(" {guess} ({probability:.2})");
    }
    println!("\n");
    Ok(())
}

fn one_to_many(train: &[Digit], rng: &mut SmallRng) -> nn_core::Result<()> {
    let name = |digit: u8| {
        SVector::<f32, 10>::from_fn(|i, _| f32::from(u8::from(i == usize::from(digit))))
    };
    let pairs: Vec<_> = rows(train)
        .iter()
        .map(|(image, digit)| (name(*digit), *image))
        .collect();
    let mut net = Painter::init(rng);
    let mut trainer = Trainer::<Painter, _, _, 32>::boxed(Adam::new(5e-3), BinaryCrossentropy);
    trainer.fit(&mut net, &pairs, Fit::epochs(20).shuffle(rng))?;
    println!("one to many: a name in, its picture out, row by row");
    let pictures: Vec<_> = [0, 2, 3, 4, 7]
        .map(|digit| net.predict(&name(digit)))
        .to_vec();
    print_beside(
        &pictures
            .iter()
            .map(|picture| picture.as_slice())
            .collect::<Vec<_>>(),
        8,
    );
    println!();
    Ok(())
}

/// The first seven rows, and the last seven.
fn next_rows(digits: &[Digit]) -> Vec<(Input<Prophet>, Output<Prophet>)> {
    let split = |(image, _): &Digit| {
        let pixels = image.as_slice();
        (
            Input::<Prophet>::from_column_slice(&pixels[..56]),
            Output::<Prophet>::from_column_slice(&pixels[8..]),
        )
    };
    digits.iter().map(split).collect()
}

fn forecast(train: &[Digit], test: &[Digit], rng: &mut SmallRng) -> nn_core::Result<()> {
    let (train, test) = (next_rows(train), next_rows(test));
    let mut net = Prophet::init(rng);
    let mut trainer = Trainer::<Prophet, _, _, 32>::boxed(Adam::new(4e-3), BinaryCrossentropy);
    trainer.fit(&mut net, &train, Fit::epochs(30).shuffle(rng))?;
    let mean = train.iter().map(|(_, next)| next).sum::<Output<Prophet>>() / train.len() as f32;
    let error = |guess: &dyn Fn(&Input<Prophet>) -> Output<Prophet>| {
        let squared = |(seen, next): &(Input<Prophet>, Output<Prophet>)| {
            (guess(seen) - next).map(|d| d * d).mean()
        };
        test.iter().map(squared).sum::<f32>() / test.len() as f32
    };
    println!(
        "many to many: the next row, foretold at each step\n  mean squared error on unseen digits: {:.4}; if the next row were like the last: {:.4}; the mean row: {:.4}\n",
        error(&|seen| net.predict(seen)),
        error(&|seen| *seen),
        error(&|_| mean),
    );
    Ok(())
}

/// Four digits drawn at random, side by side, by columns; and for each column its digit.
fn strip(digits: &[Digit], rng: &mut SmallRng) -> (Input<Tagger>, [u8; 32]) {
    let four: [&Digit; 4] = std::array::from_fn(|_| &digits[rng.random_range(0..digits.len())]);
    let strip = Input::<Tagger>::from_fn(|row, column| four[column / 8].0[row * 8 + column % 8]);
    (strip, std::array::from_fn(|column| four[column / 8].1))
}

fn tag(train: &[Digit], test: &[Digit], rng: &mut SmallRng) -> Result<(), Box<dyn StdError>> {
    let target = |names: &[u8; 32]| {
        Output::<Tagger>::from_fn(|name, column| {
            f32::from(u8::from(name == usize::from(names[column])))
        })
    };
    let strips: Vec<_> = (0..3000).map(|_| strip(train, rng)).collect();
    let pairs: Vec<_> = strips
        .iter()
        .map(|(strip, names)| (*strip, target(names)))
        .collect();
    let mut net = Tagger::init(rng);
    let mut trainer = Trainer::<Tagger, _, _, 32>::boxed(Adam::new(5e-3), CategoricalCrossentropy);
    trainer.fit(&mut net, &pairs, Fit::epochs(12).shuffle(rng))?;

    let read = |strip: &Input<Tagger>| -> Vec<u8> {
        net.predict(strip)
            .column_iter()
            .map(|column| column.argmax().0 as u8)
            .collect()
    };
    let (mut right, mut all) = (0, 0);
    for _ in 0..300 {
        let (strip, names) = strip(test, rng);
        right += read(&strip)
            .iter()
            .zip(names)
            .filter(|(read, name)| **read == *name)
            .count();
        all += names.len();
    }
    println!(
        "many to many: the digit of each column of a strip\n  {:.3} of the columns of unseen strips",
        right as f32 / all as f32
    );
    let (strip, _) = strip(test, rng);
    let upright = strip.transpose();
    print_beside(&[upright.as_slice()], 32);
    let names: String = read(&strip).iter().map(|name| format!("{name} ")).collect();
    println!("  {names}");
    Ok(())
}
