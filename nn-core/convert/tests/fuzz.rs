//! Whatever the bytes are, a reader gives a model or an error: files cut at every byte, and files changed at random places.
//! `FUZZ_RUNS=…` is the number of changed files for each reader, 300 if missing.
#![allow(clippy::unwrap_used, reason = "what fails is the test")]

use nn_convert::{Format, Options, emit, onnx, read_bytes};
use nn_core::prelude::*;
use std::path::Path;

/// A small file of each reader.
const FILES: &[(&str, Format)] = &[
    ("mlp.onnx", Format::Onnx),
    ("cnn_torch.onnx", Format::Onnx),
    ("lstm.onnx", Format::Onnx),
    ("lstm_torch.onnx", Format::Onnx),
    ("aidax.json", Format::Json),
    ("guitarml_gru.json", Format::Json),
    ("reference_lstm.nam", Format::Json),
    ("conv2d.json", Format::Json),
    ("gru_torch.json", Format::Json),
];

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/files")
            .join(name),
    )
    .unwrap()
}

/// Reads it, and writes what was read, so that nothing lies hidden in a model.
fn takes(bytes: &[u8], format: Format) -> bool {
    match read_bytes(bytes, format, &Options::default()) {
        Ok(model) => emit(&model, "Net", "net.safetensors", "").is_ok() && onnx(&model).is_ok(),
        Err(error) => {
            assert!(!error.problems.is_empty() && !error.to_string().is_empty());
            false
        }
    }
}

#[test]
fn cut_at_every_byte() {
    let mut count = 0;
    for (name, format) in FILES {
        let whole = bytes(name);
        assert!(takes(&whole, *format), "{name}");
        // Of long files, which are lists of numbers in the middle, every byte of both ends.
        let end = whole.len();
        let places = (0..end).filter(|at| end <= 5000 || *at < 1500 || end - *at < 1500);
        for at in places {
            let _ = takes(&whole[..at], *format);
            count += 1;
        }
    }
    println!("{count} cut files");
}

/// One change of a file: a bit, a byte, a digit, a part twice, or a part less.
fn changed(bytes: &mut Vec<u8>, rng: &mut SmallRng) {
    let mut below = |end: usize| rng.random_range(0..end.max(1));
    let at = below(bytes.len());
    match below(6) {
        0 => bytes[at] ^= 1 << below(8),
        1 => bytes[at] = below(256) as u8,
        2 => bytes[at] = b"0123456789-.,[]{}\"eE"[below(20)],
        3 => {
            let end = (at + 1 + below(40)).min(bytes.len());
            let part = bytes[at..end].to_vec();
            bytes.splice(at..at, part);
        }
        4 => {
            let end = (at + 1 + below(40)).min(bytes.len());
            bytes.drain(at..end);
        }
        _ => {
            // A number of several bytes, as sizes are.
            let end = (at + 1 + below(9)).min(bytes.len());
            bytes[at..end].fill(0xff);
        }
    }
}

#[test]
fn changed_at_random_places() {
    let runs: usize = std::env::var("FUZZ_RUNS").map_or(300, |runs| runs.parse().unwrap());
    let mut taken = 0;
    for (name, format) in FILES {
        let whole = bytes(name);
        let mut rng = SmallRng::seed_from_u64(whole.len() as u64);
        for _ in 0..runs {
            let mut file = whole.clone();
            for _ in 0..=rng.random_range(0..4) {
                if !file.is_empty() {
                    changed(&mut file, &mut rng);
                }
            }
            taken += usize::from(takes(&file, *format));
        }
    }
    println!(
        "{} changed files, of which {taken} were still networks",
        runs * FILES.len()
    );
}
