//! The cost of a network to the compiler: `cargo check`, a debug and a release build of small programs, each with one network that is trained
//! with `fit` and Adam and asked for a prediction, or only asked.
//!
//! Dependencies and `nn-core` are built before. Where GNU `time` is installed, CPU seconds and the peak memory of rustc are shown, which do not
//! depend on how busy the machine is; elsewhere elapsed seconds.
//!
//! `--limits` builds each program once and fails where one costs [`MARGIN`] times what it did when its figures were written here, or more.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use std::{env, fs, io};

/// A program's name, its declaration, input type, batch size, and whether it trains.
type Program = (&'static str, &'static str, &'static str, usize, bool);

/// CPU seconds of the debug and the release build of each program, and the peak in megabytes, as they were measured last.
const FIGURES: [(f64, f64, f64); 5] = [
    (2.5, 3.0, 341.0),
    (2.9, 2.5, 336.0),
    (3.3, 3.8, 359.0),
    (2.4, 2.4, 331.0),
    (2.6, 2.6, 349.0),
];

/// Machines differ by half, and builds of the same program by a tenth.
const MARGIN: f64 = 3.0;

const PROGRAMS: [Program; 5] = [
    (
        "8-6-6-4",
        "input 8; dense 6 relu; dense 6 relu; dense 4 softmax;",
        "SVector<f32, 8>",
        16,
        true,
    ),
    (
        "784-64-64-10",
        "input 784; dense 64 relu; dense 64 relu; dense 10 softmax;",
        "SVector<f32, 784>",
        128,
        true,
    ),
    (
        "lstm 32",
        "input 8x8; lstm 32; dense 10 softmax;",
        "SMatrix<f32, 8, 8>",
        32,
        true,
    ),
    (
        "cnn, two conv2d",
        "input 28x28x1; conv2d 8 5x5 relu; max_pool 2x2; conv2d 16 5x5 relu; max_pool 2x2; flatten; dense 10 softmax;",
        "SMatrix<f32, 1, 784>",
        32,
        true,
    ),
    (
        "lstm 32, predict",
        "input 8x8; lstm 32; dense 10 softmax;",
        "SMatrix<f32, 8, 8>",
        32,
        false,
    ),
];

fn main() -> io::Result<()> {
    if env::args().any(|argument| argument == "--test") {
        return Ok(());
    }
    let fixture = Fixture::new()?;
    if env::args().any(|argument| argument == "--limits") {
        return limits(&fixture);
    }
    println!(
        "{:<18}{:>12}{:>12}{:>12}{:>12}{:>28}",
        "program", "check", "debug", "release", "rustc's peak", "before (debug, release)"
    );
    for (program, (debug_before, release_before, _)) in PROGRAMS.iter().zip(FIGURES) {
        fixture.write(program)?;
        let check = fixture.cost(&["check"])?;
        let debug = fixture.cost(&["build"])?;
        let release = fixture.cost(&["build", "--release"])?;
        let peaks = release.megabytes.zip(debug.megabytes);
        let peak = peaks.map(|(release, debug)| release.max(debug));
        let peak = peak.map_or_else(|| "unknown".to_owned(), |peak| format!("{peak:.0} MB"));
        let [check, debug, release] =
            [check, debug, release].map(|cost| format!("{:.2} s", cost.seconds));
        let before = format!("{debug_before:.1} s, {release_before:.1} s");
        println!(
            "{:<18}{check:>12}{debug:>12}{release:>12}{peak:>12}{before:>28}",
            program.0
        );
    }
    Ok(())
}

/// Fails if a program has become much more expensive than it was.
fn limits(fixture: &Fixture) -> io::Result<()> {
    let mut over = Vec::new();
    for (program, (debug, release, megabytes)) in PROGRAMS.iter().zip(FIGURES) {
        fixture.write(program)?;
        for (command, seconds) in [(&["build"][..], debug), (&["build", "--release"], release)] {
            let is_over = |cost: &Cost| {
                let peak = cost.megabytes.unwrap_or_default();
                cost.seconds > MARGIN * seconds || peak > MARGIN * megabytes
            };
            let mut cost = fixture.run(command)?;
            if is_over(&cost) {
                // The first build is that of everything below it as well.
                cost = fixture.run(command)?;
            }
            let peak = cost.megabytes.unwrap_or_default();
            let line = format!(
                "{}, {}: {:.2} s and {peak:.0} MB; {seconds} s and {megabytes} MB when it was measured",
                program.0,
                command.join(" "),
                cost.seconds
            );
            println!("{line}");
            if is_over(&cost) {
                over.push(line);
            }
        }
    }
    if over.is_empty() {
        return Ok(());
    }
    Err(io::Error::other(format!(
        "more than {MARGIN} times as expensive as it was:\n{}",
        over.join("\n")
    )))
}

#[derive(Clone, Copy)]
struct Cost {
    seconds: f64,
    megabytes: Option<f64>,
}

/// A crate that is built again and again.
struct Fixture {
    folder: PathBuf,
}

impl Fixture {
    fn new() -> io::Result<Self> {
        let core = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = env::temp_dir().join("nn_core_compile_cost");
        fs::create_dir_all(folder.join("src"))?;
        fs::write(
            folder.join("Cargo.toml"),
            format!(
                "[package]\nname = \"fixture\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[dependencies]\nnn-core = {{ path = {core:?} }}\n\
                 [profile.dev.package.nn-core]\nopt-level = 3\n[workspace]\n"
            ),
        )?;
        if let Some(lock) = core.parent().map(|root| root.join("Cargo.lock")) {
            fs::copy(lock, folder.join("Cargo.lock"))?;
        }
        Ok(Self { folder })
    }

    /// Writes the program that is built next.
    fn write(&self, (_, declaration, input, batch, trains): &Program) -> io::Result<()> {
        let training = format!(
            "let mut trainer = Trainer::<Net, _, _, {batch}>::boxed(Adam::new(1e-3), SparseCategoricalCrossentropy);
    let data: Vec<({input}, u8)> = (0..64).map(|i| (<{input}>::from_element(i as f32 / 64.0), (i % 2) as u8)).collect();
    println!(\"{{}}\", trainer.fit(&mut net, &data[..], Fit::epochs(3))?.loss());"
        );
        let training = if *trains { training.as_str() } else { "" };
        fs::write(
            self.folder.join("src/main.rs"),
            format!(
                "#![allow(unused)]
use nn_core::prelude::*;
network! {{ pub struct Net {{ {declaration} }} }}
fn main() -> nn_core::Result<()> {{
    let mut net = Net::boxed(&mut SmallRng::seed_from_u64(7));
    {training}
    println!(\"{{:?}}\", net.predict(&<{input}>::from_element(0.5)));
    Ok(())
}}
"
            ),
        )
    }

    /// The lower of two builds of this crate alone; what it depends on is built first.
    fn cost(&self, command: &[&str]) -> io::Result<Cost> {
        self.run(command)?;
        let (a, b) = (self.run(command)?, self.run(command)?);
        Ok(if a.seconds < b.seconds { a } else { b })
    }

    fn run(&self, command: &[&str]) -> io::Result<Cost> {
        let source = self.folder.join("src/main.rs");
        fs::write(&source, fs::read(&source)?)?;
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let timed = Path::new("/usr/bin/time").exists();
        let mut build = if timed {
            let mut time = Command::new("/usr/bin/time");
            time.args(["-f", "cost %U %S %M"]).arg(cargo);
            time
        } else {
            Command::new(cargo)
        };
        let start = Instant::now();
        let output = build
            .args(command)
            .arg("--quiet")
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            .env("CARGO_INCREMENTAL", "0")
            .output()?;
        let elapsed = start.elapsed().as_secs_f64();
        let messages = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            return Err(io::Error::other(messages.into_owned()));
        }
        Ok(measured(&messages).unwrap_or(Cost {
            seconds: elapsed,
            megabytes: None,
        }))
    }
}

/// User and system seconds and the peak, in the last line of GNU `time`.
fn measured(messages: &str) -> Option<Cost> {
    let line = messages
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("cost "))?;
    let numbers: Vec<f64> = line
        .split_whitespace()
        .filter_map(|number| number.parse().ok())
        .collect();
    match numbers[..] {
        [user, system, kilobytes] => Some(Cost {
            seconds: user + system,
            megabytes: Some(kilobytes / 1024.0),
        }),
        _ => None,
    }
}
