//! One sample at a time over many widths, not only those that have a name: time over that of the same network by hand in the same run.
//!
//! `cargo bench --bench sweep` prints all; `-- dense lstm gru` some kinds, `-- 20 37` some widths, and `-- named` the widths that other
//! tables name (LSTM and GRU of 20 units). Three dense layers of one width with relu and tanh; a recurrent layer of one input with a dense output.
//! The two take turns, and the figure is the median of the rounds' ratios.
#![allow(missing_docs)]

#[path = "speed_parts/measure.rs"]
#[allow(dead_code)]
mod measure;
#[allow(clippy::unwrap_used)]
mod reference;

use nn_core::Level;
use nn_core::prelude::*;
use nn_core::{level, predict_at, step_at};
use reference::by_hand::{Cell, Chain};
use std::hint::black_box;

const STEPS: usize = 64;

/// At the begin of a cache line, as the weights of the reference.
#[repr(align(64))]
struct Aligned<T>(T);

/// The part of the table that is wanted.
struct Wanted(Vec<String>);

impl Wanted {
    fn is(&self, kind: &str, width: usize) -> bool {
        let named = |of: &dyn Fn(&str) -> bool| self.0.iter().any(|word| of(word));
        let kinds = named(&|word| ["dense", "lstm", "gru"].contains(&word));
        let widths = named(&|word| word.parse::<usize>().is_ok());
        if named(&|word| word == "named") {
            return kind != "dense" && width == 20;
        }
        (!kinds || named(&|word| word == kind))
            && (!widths || named(&|word| word.parse() == Ok(width)))
    }
}

/// Runs `$wide` at AVX-512 or `$narrow` at AVX2, whose vectors are half as long.
macro_rules! by_hand {
    ($level:expr, $simd:ident => $wide:expr, $narrow:expr) => {
        if let Some($simd) = $level.as_avx512() {
            fearless_simd::Simd::vectorize(
                $simd,
                #[inline(always)]
                || $wide,
            );
        } else if let Some($simd) = $level.as_avx2() {
            fearless_simd::Simd::vectorize(
                $simd,
                #[inline(always)]
                || $narrow,
            );
        }
    };
}

/// Ratio of the first to the second, in rounds that take turns; prints both.
fn report(
    name: &str,
    level: Level,
    ours: &mut dyn FnMut(),
    theirs: &mut dyn FnMut(),
    ratios: &mut Vec<f64>,
) {
    let times = measure::time(STEPS, &mut [("nn-core", ours), ("by hand", theirs)]);
    let ratio = times[0].median / times[1].median;
    let level = if level.as_avx512().is_some() {
        "AVX-512"
    } else {
        "AVX2"
    };
    println!(
        "  {name:<12} {level:<8} {:>9.1} ns  by hand {:>9.1} ns  {ratio:>5.2}x",
        times[0].median * 1e9,
        times[1].median * 1e9
    );
    ratios.push(ratio);
}

macro_rules! dense {
    ($wanted:ident $levels:ident $ratios:ident; $($width:literal $narrow:literal $wide:literal,)*) => {$({
        network! { struct Net { input $width; dense $width relu; dense $width tanh; dense $width; } }
        if $wanted.is("dense", $width) {
            let net = Box::new(Aligned(Net::init(&mut SmallRng::seed_from_u64(7))));
            let (narrow, wide) = (Chain::<$width, $narrow>::boxed(), Chain::<$width, $wide>::boxed());
            let xs: Vec<[f32; $width]> = (0..STEPS).map(|i| core::array::from_fn(|j| ((i * 7 + j * 3) % 11) as f32 / 11.0)).collect();
            let inputs: Vec<Input<Net>> = xs.iter().map(|x| SVector::from(*x)).collect();
            for &level in $levels {
                let (mut a, mut b) = (Box::new(Aligned([0.0; $wide])), Box::new(Aligned([0.0; $wide])));
                let (mut c, mut d) = (Box::new(Aligned([0.0; $narrow])), Box::new(Aligned([0.0; $narrow])));
                report(
                    concat!("dense ", $width),
                    level,
                    &mut || for x in &inputs { _ = black_box(predict_at(&net.0, level, black_box(x))); },
                    &mut || by_hand!(level, simd => for x in &xs {
                        wide.run(simd, black_box(x), &mut a.0, &mut b.0);
                        black_box(&mut a.0);
                    }, for x in &xs {
                        narrow.run(simd, black_box(x), &mut c.0, &mut d.0);
                        black_box(&mut c.0);
                    }),
                    &mut $ratios,
                );
            }
        }
    })*};
}

macro_rules! recurrent {
    ($kind:ident $gates:literal $wanted:ident $levels:ident $ratios:ident; $($width:literal $narrow:literal $wide:literal,)*) => {$({
        network! { struct Net { input 100x1; $kind $width; dense 1; } }
        if $wanted.is(stringify!($kind), $width) {
            let net = Box::new(Aligned(Net::init(&mut SmallRng::seed_from_u64(7))));
            let mut state = Box::new(Aligned(State::<Net>::new()));
            let mut narrow = Cell::<$width, $narrow, { $gates * $narrow }>::boxed();
            let mut wide = Cell::<$width, $wide, { $gates * $wide }>::boxed();
            let inputs: Vec<SVector<f32, 1>> = (0..STEPS).map(|t| SVector::from([(t as f32 / 10.0).sin()])).collect();
            for &level in $levels {
                report(
                    concat!(stringify!($kind), " ", $width),
                    level,
                    &mut || for x in &inputs { _ = black_box(step_at(&net.0, level, &mut state.0, black_box(x))); },
                    &mut || by_hand!(level, simd => for x in &inputs {
                        black_box(wide.$kind(simd, black_box(x[0])));
                    }, for x in &inputs {
                        black_box(narrow.$kind(simd, black_box(x[0])));
                    }),
                    &mut $ratios,
                );
            }
        }
    })*};
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if !arguments.iter().any(|argument| argument == "--bench") {
        println!("`cargo test` only builds this; `cargo bench` runs it");
        return;
    }
    // The widest network is built on the stack before it is boxed.
    let bench = std::thread::Builder::new().stack_size(64 << 20);
    let run = bench.spawn(|| sweep(arguments)).map(|bench| bench.join());
    assert!(matches!(run, Ok(Ok(()))), "the bench ran to its end");
}

fn sweep(arguments: Vec<String>) {
    let wanted = Wanted(
        arguments
            .into_iter()
            .filter(|a| !a.starts_with('-'))
            .collect(),
    );
    let levels: Vec<Level> = level::all()
        .filter(|l| l.as_avx512().is_some() || l.as_avx2().is_some())
        .collect();
    let levels = &levels[..];
    let mut ratios = Vec::new();
    // Each width, and what it is padded to in vectors of 8 and of 16.
    dense!(wanted levels ratios;
        4 8 16, 8 8 16, 12 16 16, 13 16 16, 16 16 16, 20 24 32, 24 24 32, 32 32 32, 37 40 48, 48 48 48, 64 64 64, 75 80 80,
        100 104 112, 128 128 128, 256 256 256, 512 512 512,
    );
    recurrent!(lstm 4 wanted levels ratios;
        8 8 16, 12 16 16, 13 16 16, 16 16 16, 20 24 32, 24 24 32, 32 32 32, 37 40 48, 40 40 48, 48 48 48, 64 64 64, 75 80 80,
        100 104 112, 128 128 128,
    );
    recurrent!(gru 3 wanted levels ratios;
        8 8 16, 12 16 16, 13 16 16, 16 16 16, 20 24 32, 24 24 32, 32 32 32, 37 40 48, 40 40 48, 48 48 48, 64 64 64, 75 80 80,
        100 104 112, 128 128 128,
    );
    if !ratios.is_empty() {
        let mean = (ratios.iter().map(|r| r.ln()).sum::<f64>() / ratios.len() as f64).exp();
        let worst = ratios.iter().copied().fold(0.0, f64::max);
        println!("geometric mean {mean:.2}x, at worst {worst:.2}x");
    }
}
