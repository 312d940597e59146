//! The fuzz targets of `tests/fuzz` over their corpus, and over as many mutations of it as `FUZZ_RUNS` says.

#[path = "fuzz/src/lib.rs"]
mod targets;

use nn_core::plain::as_slice;
use nn_core::prelude::*;
use nn_core::weights::{Layout, Load, read_safetensors};
use std::path::Path;

/// The files of a corpus, in order.
fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fuzz/corpus")
        .join(name);
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths
        .iter()
        .map(|path| std::fs::read(path).unwrap())
        .collect()
}

/// A file with a few bytes changed, left out or put in; of words that such files have, too.
fn mutate(data: &mut Vec<u8>, other: &[u8], rng: &mut SmallRng) {
    const WORDS: [&[u8]; 8] = [
        b"\"F64\"",
        b"[]",
        b"{",
        b"}",
        b"18446744073709551615",
        b"-1",
        b"kernel",
        b"\xff\xff\xff\x7f",
    ];
    for _ in 0..rng.random_range(1..5) {
        let at = rng.random_range(0..=data.len());
        let end = (at + rng.random_range(0..8)).min(data.len());
        match rng.random_range(0..6) {
            0 if at < data.len() => data[at] = rng.random(),
            1 if at < data.len() => data[at] ^= 1 << rng.random_range(0..8),
            2 => data.truncate(at),
            3 => drop(data.drain(at..end)),
            4 => drop(data.splice(
                at..end,
                WORDS[rng.random_range(0..WORDS.len())].iter().copied(),
            )),
            _ => {
                let from = rng.random_range(0..=other.len());
                let part = &other[from..(from + 16).min(other.len())];
                drop(data.splice(at..end, part.iter().copied()));
            }
        }
    }
}

fn run(name: &str, target: fn(&[u8])) {
    let corpus = corpus(name);
    corpus.iter().for_each(|data| target(data));
    let runs = std::env::var("FUZZ_RUNS").map_or(3000, |runs| runs.parse().unwrap());
    let mut rng =
        SmallRng::seed_from_u64(std::env::var("FUZZ_SEED").map_or(1, |seed| seed.parse().unwrap()));
    for _ in 0..runs {
        let mut data = corpus[rng.random_range(0..corpus.len())].clone();
        mutate(
            &mut data,
            &corpus[rng.random_range(0..corpus.len())],
            &mut rng,
        );
        target(&data);
    }
}

/// Seeds that are refused at their first bytes would show little, so `whole`, `native`, `keras` and `torch`, which are what such a network is
/// saved as, are still networks of these layers. The others are cut off (`cut`, the headers alone), have a few bytes changed (`big_endian`,
/// `count`, `damaged`), or are headers by hand.
#[test]
fn the_corpus_has_this_network() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus");
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let mut net = targets::Net::zeros();
    net.read_from(&read("bytes/whole")).unwrap();
    for (layout, name) in [
        (Layout::Native, "file/native"),
        (Layout::Keras, "file/keras"),
        (Layout::Torch, "file/torch"),
    ] {
        let mut same = targets::Net::zeros();
        read_safetensors(&mut same, &read(name), Load::new().layout(layout)).unwrap();
        assert_eq!(as_slice(&same), as_slice(&net), "{name}");
    }
}

#[test]
fn networks_as_bytes() {
    run("bytes", targets::bytes);
}

#[test]
fn networks_in_files() {
    run("file", targets::file);
}
