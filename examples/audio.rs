//! A guitar effect learned from a recording: a streaming LSTM in the place of an amplifier.
//!
//! A dry signal (plucked strings) and the same signal through an overdrive given by a formula are all that the network sees. Then it takes
//! the effect's place: it processes a WAV file block by block, as an audio plugin does, one sample in and one out, without a heap and in
//! bounded time.
//!
//!     cargo run --release --example audio [IN.wav OUT.wav [SEED]]
//!
//! Without files it writes `dry.wav`, `wet.wav` (the formula) and `network.wav` to `target/audio`.

use nn_core::prelude::*;
use std::error::Error as StdError;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Samples in a second.
const RATE: u32 = 44_100;
/// Samples that an audio driver asks for at a time.
const BLOCK: usize = 64;
/// Samples of a training window; the effect's memory is shorter.
const WINDOW: usize = 128;
/// Windows of a training step.
const BATCH: usize = 32;

network! {
    /// One sample in, one sample out; what it remembers is the state of twenty cells.
    pub struct Guitar {
        input WINDOW x 1;
        lstm 20 sequence;
        each dense 1;
    }
}

/// The effect: a treble boost, an uneven soft clipper, and a low-pass behind it.
#[derive(Default)]
struct Overdrive {
    bass: f32,
    out: f32,
}

impl Overdrive {
    fn process(&mut self, x: f32) -> f32 {
        self.bass += 0.05 * (x - self.bass);
        let driven = 6.0 * (x - 0.7 * self.bass);
        let clipped = if driven > 0.0 {
            driven.tanh()
        } else {
            0.8 * (1.2 * driven).tanh()
        };
        self.out += 0.35 * (clipped - self.out);
        0.7 * self.out
    }
}

/// Plucked strings (K. Karplus and A. Strong, 1983): notes of a scale, sometimes two at once.
fn strings(seconds: f32, rng: &mut SmallRng) -> Vec<f32> {
    let mut signal = vec![0.0; (seconds * RATE as f32) as usize];
    let mut start = 0;
    while start < signal.len() {
        for _ in 0..rng.random_range(1..=2) {
            let semitones = [0, 3, 5, 7, 10, 12, 15, 19][rng.random_range(0..8)] as f32;
            let period = (RATE as f32 / (82.4 * (semitones / 12.0).exp2())) as usize;
            let mut string: Vec<f32> = (0..period).map(|_| rng.random_range(-1.0..1.0)).collect();
            let loudness = rng.random_range(0.15..0.6);
            let len = (RATE as usize * 3 / 2).min(signal.len() - start);
            for (i, out) in signal[start..start + len].iter_mut().enumerate() {
                let (at, next) = (i % period, (i + 1) % period);
                *out += loudness * string[at];
                string[at] = 0.996 * 0.5 * (string[at] + string[next]);
            }
        }
        start += rng.random_range(RATE as usize / 8..RATE as usize / 2);
    }
    signal.iter().map(|x| x.clamp(-1.0, 1.0)).collect()
}

/// The recording, cut into windows.
fn windows(dry: &[f32], wet: &[f32]) -> Vec<(Input<Guitar>, Output<Guitar>)> {
    let pair = |(dry, wet): (&[f32], &[f32])| {
        (
            Input::<Guitar>::from_column_slice(dry),
            Output::<Guitar>::from_column_slice(wet),
        )
    };
    dry.chunks_exact(WINDOW)
        .zip(wet.chunks_exact(WINDOW))
        .map(pair)
        .collect()
}

/// The energy of the error over that of the signal, in percent.
fn error_to_signal(made: &[f32], wanted: &[f32]) -> f32 {
    let energy = |values: &mut dyn Iterator<Item = f32>| values.map(|v| v * v).sum::<f32>();
    let error = energy(&mut made.iter().zip(wanted).map(|(a, b)| a - b));
    100.0 * error / energy(&mut wanted.iter().copied())
}

/// Times that the blocks of a signal took.
struct Timing {
    total: Duration,
    worst: Duration,
    seconds: f32,
}

/// Feeds the signal to the network block by block, as a sound card would.
fn process(net: &Guitar, signal: &[f32]) -> (Vec<f32>, Timing) {
    let mut state = State::<Guitar>::new();
    let mut out = vec![0.0; signal.len()];
    let (mut total, mut worst) = (Duration::ZERO, Duration::ZERO);
    for (dry, wet) in signal.chunks(BLOCK).zip(out.chunks_mut(BLOCK)) {
        let start = Instant::now();
        for (x, y) in dry.iter().zip(wet) {
            *y = net.step(&mut state, &SVector::from([*x]))[0];
        }
        let took = start.elapsed();
        total += took;
        worst = worst.max(took);
    }
    let seconds = signal.len() as f32 / RATE as f32;
    (
        out,
        Timing {
            total,
            worst,
            seconds,
        },
    )
}

fn learn(rng: &mut SmallRng) -> Result<Guitar, Box<dyn StdError>> {
    let dry = strings(6.0, rng);
    let mut effect = Overdrive::default();
    let wet: Vec<f32> = dry.iter().map(|x| effect.process(*x)).collect();
    let data = windows(&dry, &wet);
    let mut net = Guitar::init(rng);
    let mut trainer = Trainer::<Guitar, _, _, BATCH>::boxed(Adam::new(5e-3), MeanSquaredError);
    println!(
        "{}\n6 seconds of plucked strings, dry and through the effect:",
        Guitar::summary()
    );
    let start = Instant::now();
    for (epochs, rate) in [(60, 5e-3), (40, 1e-3), (20, 2e-4)] {
        trainer.optimizer.set_learning_rate(rate);
        let history = trainer.fit(&mut net, &data, Fit::epochs(epochs).shuffle(rng))?;
        println!(
            "  {epochs} epochs at a learning rate of {rate}: mean squared error {:.6}",
            history.loss()
        );
    }
    println!("  {:.1} s\n", start.elapsed().as_secs_f32());
    Ok(net)
}

fn main() -> Result<(), Box<dyn StdError>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let seed = arguments.get(2).map_or(Ok(1), |seed| seed.parse())?;
    let mut rng = SmallRng::seed_from_u64(seed);
    let net = learn(&mut rng)?;
    match arguments.as_slice() {
        [input, output, ..] => transform(&net, Path::new(input), Path::new(output)),
        _ => demonstrate(&net, &mut rng),
    }
}

/// Another piece of music, which the network has not heard, and how near it comes to the formula.
fn demonstrate(net: &Guitar, rng: &mut SmallRng) -> Result<(), Box<dyn StdError>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/audio");
    fs::create_dir_all(&folder)?;
    let file = |name: &str| -> PathBuf { folder.join(name) };
    let dry = strings(5.0, rng);
    let mut effect = Overdrive::default();
    let wet: Vec<f32> = dry.iter().map(|x| effect.process(*x)).collect();
    write(&file("dry.wav"), &dry)?;
    write(&file("wet.wav"), &wet)?;
    transform(net, &file("dry.wav"), &file("network.wav"))?;
    let made = read(&file("network.wav"))?;
    println!(
        "error against the formula, by energy: {:.2} % on music it has not heard (the dry signal: {:.0} %)",
        error_to_signal(&made, &wet),
        error_to_signal(&dry, &wet)
    );
    println!("to be listened to: {}", folder.display());
    Ok(())
}

/// Reads a WAV file, processes it block by block, writes another, and says how fast that was.
fn transform(net: &Guitar, input: &Path, output: &Path) -> Result<(), Box<dyn StdError>> {
    let signal = read(input)?;
    let (out, timing) = process(net, &signal);
    write(output, &out)?;
    let budget = BLOCK as f32 / RATE as f32;
    println!(
        "{:.1} s of sound in {:.1} ms: {:.0} times as fast as real time, {:.0} ns a sample",
        timing.seconds,
        timing.total.as_secs_f32() * 1e3,
        timing.seconds / timing.total.as_secs_f32(),
        timing.total.as_secs_f32() * 1e9 / signal.len() as f32,
    );
    println!(
        "the slowest block of {BLOCK} samples took {:.1} us of the {:.0} us there are",
        timing.worst.as_secs_f32() * 1e6,
        budget * 1e6
    );
    Ok(())
}

/// The first channel of a WAV file, from -1 to 1.
fn read(path: &Path) -> Result<Vec<f32>, Box<dyn StdError>> {
    let mut reader = hound::WavReader::open(path)?;
    let spec = reader.spec();
    let channels = usize::from(spec.channels);
    let samples: Result<Vec<f32>, _> = match spec.sample_format {
        hound::SampleFormat::Float => reader.samples::<f32>().step_by(channels).collect(),
        hound::SampleFormat::Int => {
            let scale = 1.0 / (1_i64 << (spec.bits_per_sample - 1)) as f32;
            let samples = reader.samples::<i32>().step_by(channels);
            samples
                .map(|sample| sample.map(|sample| sample as f32 * scale))
                .collect()
        }
    };
    Ok(samples?)
}

/// 16 bits, one channel.
fn write(path: &Path, signal: &[f32]) -> Result<(), Box<dyn StdError>> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: RATE,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(path, spec)?;
    for sample in signal {
        writer.write_sample((sample.clamp(-1.0, 1.0) * 32_767.0) as i16)?;
    }
    Ok(writer.finalize()?)
}
