//! Keras's files and files of weights that are cut, changed at random, or not what they seem: one error that says what is wrong, never a
//! panic. `fuzz.rs` does it to the others.
//!
//! `FUZZ_RUNS=…` is the number of changed files for each file, 20 if missing.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails is the test")]

use nn_convert::{Format, Options, emit, fill_bytes, onnx, read_bytes};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files")
}

/// All files but the large ones, with their kinds.
fn files() -> Vec<(String, Format, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter_map(|path| {
            let bytes = std::fs::read(&path).unwrap();
            let format = Format::of(&path, &bytes)?;
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let other = matches!(format, Format::Onnx | Format::Json);
            let wanted = !other && bytes.len() < 200_000 && !name.contains(".io.");
            wanted.then_some((name, format, bytes))
        })
        .collect();
    files.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(files.len() > 20, "{}", files.len());
    files
}

/// The declaration that a file of weights alone is for.
fn declaration(name: &str) -> Option<String> {
    let stem = name.split('.').next().unwrap();
    let module = if stem == "lstm" { "series" } else { stem };
    let path = folder().join("../converted").join(format!("{module}.rs"));
    std::fs::read_to_string(path).ok()
}

/// All that can be done with a file; whether it went well.
fn all(name: &str, format: Format, bytes: &[u8]) -> bool {
    let options = Options {
        declaration: declaration(name),
        ..Options::default()
    };
    let filled = fill_bytes(bytes, format, "x.safetensors", &options);
    let Ok(model) = read_bytes(bytes, format, &Options::default()) else {
        return filled.is_ok();
    };
    let _ = onnx(&model);
    emit(&model, "Net", "x.safetensors", "").is_ok()
}

struct Random(u64);

impl Random {
    fn below(&mut self, below: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(0x5851_f42d_4c95_7f2d)
            .wrapping_add(0x1405_7b7e_f767_814f);
        (self.0 >> 33) as usize % below
    }
}

/// A few bytes changed: others, those of another place, or a piece left out.
fn change(bytes: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len());
        match random.below(6) {
            0 => bytes[at] = random.below(256) as u8,
            1 => bytes[at] ^= 1 << random.below(8),
            2 => bytes[at] = [0, 1, 0x7f, 0x80, 0xff, b'"', b'[', b'9'][random.below(8)],
            3 => bytes[at] = bytes[random.below(bytes.len())],
            4 => {
                let end = bytes.len().min(at + 1 + random.below(16));
                bytes.drain(at..end);
            }
            _ => {
                let from = random.below(bytes.len());
                let end = bytes.len().min(from + 1 + random.below(16));
                let piece = bytes[from..end].to_vec();
                let until = bytes.len().min(at + piece.len());
                bytes.splice(at..until, piece);
            }
        }
        if bytes.is_empty() {
            return;
        }
    }
}

#[test]
fn whole_files_are_read() {
    for (name, format, bytes) in files() {
        // It is no chain, so that nothing says which array is which.
        let bad = name == "blocks.weights.h5";
        assert_eq!(all(&name, format, &bytes), !bad, "{name}");
    }
}

#[test]
fn files_that_are_cut() {
    for (name, format, bytes) in files() {
        let step = (bytes.len() / 30).max(1);
        let last = bytes.len().saturating_sub(20)..bytes.len();
        for end in (0..bytes.len()).step_by(step).chain(last) {
            let well = all(&name, format, &bytes[..end]);
            // Behind what is read of them there may be more.
            let ends_early = format == Format::Hdf5;
            assert!(
                !well || ends_early,
                "{name} cut to {end} of {}",
                bytes.len()
            );
        }
    }
}

#[test]
fn files_that_are_changed() {
    let count = std::env::var("FUZZ_RUNS")
        .ok()
        .and_then(|count| count.parse().ok());
    let count = count.unwrap_or(20);
    let mut random = Random(7);
    let (mut tried, mut well) = (0, 0);
    for (name, format, bytes) in files() {
        for _ in 0..count {
            let mut changed = bytes.clone();
            change(&mut changed, &mut random);
            tried += 1;
            well += usize::from(all(&name, format, &changed));
        }
    }
    println!("{tried} changed files, of which {well} are still networks");
}

/// The first piece of `bytes` that is `from` becomes `to`, everywhere.
fn replace(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut changed = bytes.to_vec();
    let mut found = false;
    for at in 0..=changed.len() - from.len() {
        if changed[at..].starts_with(from.as_bytes()) {
            changed[at..at + from.len()].copy_from_slice(to.as_bytes());
            found = true;
        }
    }
    assert!(found, "{from}");
    changed
}

fn message(bytes: &[u8]) -> String {
    let model = read_bytes(bytes, Format::Hdf5, &Options::default());
    let emitted = model.and_then(|model| emit(&model, "Net", "x.safetensors", ""));
    emitted.unwrap_err().to_string()
}

/// Everything that cannot be said is in one message, with its name in the file.
#[test]
fn layers_that_cannot_be_said() {
    let bytes = std::fs::read(folder().join("cnn.h5")).unwrap();
    let other = replace(&bytes, "\"Conv2D\"", "\"Conv7D\"");
    let other = replace(&other, "\"Flatten\"", "\"Lambda!\"");
    assert_eq!(
        message(&other),
        "3 things stand in the way\n  \
         `conv2d` (Conv7D): `network!` has no such layer\n  \
         `conv2d_1` (Conv7D): `network!` has no such layer\n  \
         `flatten` (Lambda!): `network!` has no such layer"
    );
    let other = replace(&bytes, "\"channels_last\"", "\"channels_frst\"");
    assert!(message(&other).contains("`conv2d` (Conv2D): `data_format` is \\\"channels_frst\\\", and only \"channels_last\" can be said"), "{}", message(&other));
    let other = replace(&bytes, "\"dilation_rate\"", "\"dilution_rate\"");
    assert!(
        message(&other)
            .contains("`conv2d` (Conv2D): its option `dilution_rate` = [1,1] is not known"),
        "{}",
        message(&other)
    );
}

#[test]
fn layers_that_are_swapped() {
    let bytes = std::fs::read(folder().join("mlp.h5")).unwrap();
    let other = replace(&bytes, "\"name\": \"dense_1\"", "\"name\": \"dense_x\"");
    let other = replace(&other, "\"name\": \"dense_2\"", "\"name\": \"dense_1\"");
    let other = replace(&other, "\"name\": \"dense_x\"", "\"name\": \"dense_2\"");
    assert_eq!(
        message(&other),
        "2 things stand in the way\n  \
         `dense_2` (dense 6 relu): `dense2.kernel` has the shape [6, 4] in the file, but `dense 6 relu` needs [6, 6]\n  \
         `dense_1` (dense 4 softmax): `dense3.kernel` has the shape [6, 6] in the file, but `dense 4 softmax` needs [6, 4]"
    );
}
