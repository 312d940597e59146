//! Files of other libraries become the declarations and weights in `tests/converted`, which `outputs.rs` compiles and runs.
//! `NN_BLESS=1` writes them anew.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails is the test")]

use nn_convert::{Emitted, Options, emit, fill, read};
use safetensors::SafeTensors;
use std::path::{Path, PathBuf};

/// A file, and the struct that it becomes.
const WHOLE: &[(&str, &str)] = &[
    ("mlp.keras", "Mlp"),
    ("cnn.keras", "Cnn"),
    ("lstm.keras", "Series"),
    ("image.keras", "Image"),
    ("sequence.keras", "Sequence"),
    ("text.keras", "Text"),
    ("blocks.keras", "Blocks"),
    ("scaled.keras", "Scaled"),
    ("ad01.h5", "Anomaly"),
    ("pretrainedResnet.h5", "Resnet"),
    ("conv.json", "Conv"),
    ("conv2d.json", "Conv2d"),
    ("dense.json", "Dense"),
    ("gru.json", "Gru"),
    ("gru_1d.json", "Gru1d"),
    ("gru_torch.json", "GruTorch"),
    ("lstm.json", "Lstm"),
    ("lstm_1d.json", "Lstm1d"),
    ("lstm_torch.json", "LstmTorch"),
    ("aidax.json", "Aidax"),
    ("guitarml_lstm.json", "GuitarmlLstm"),
    ("guitarml_gru.json", "GuitarmlGru"),
    ("reference_lstm.nam", "Nam"),
    ("reference_lstm_standard.nam", "NamStandard"),
];

/// Other files of the same networks.
const TWINS: &[(&str, &str)] = &[
    ("mlp.h5", "Mlp"),
    ("cnn.h5", "Cnn"),
    ("lstm.h5", "Series"),
    ("image.h5", "Image"),
    ("sequence.h5", "Sequence"),
    ("text.h5", "Text"),
    ("blocks.h5", "Blocks"),
    ("slashes.h5", "Mlp"),
    ("mlp.onnx", "Mlp"),
    ("cnn.onnx", "Cnn"),
    ("lstm.onnx", "Series"),
    ("mlp_torch.onnx", "Mlp"),
    ("cnn_torch.onnx", "Cnn"),
    ("lstm_torch.onnx", "Series"),
    ("mlp_beside.onnx", "Mlp"),
];

/// Files with nothing but weights, for the declarations above.
const WEIGHTS: &[(&str, &str)] = &[
    ("mlp.weights.h5", "Mlp"),
    ("cnn.weights.h5", "Cnn"),
    ("lstm.weights.h5", "Series"),
    ("image.weights.h5", "Image"),
    ("sequence.weights.h5", "Sequence"),
    ("text.weights.h5", "Text"),
    ("convtranspose1d_torch.json", "Convtranspose"),
    ("mlp.npz", "Mlp"),
    ("cnn.npz", "Cnn"),
    ("lstm.npz", "Series"),
    ("../../../../tests/peers/mlp.safetensors", "Mlp"),
    ("../../../../tests/peers/cnn.safetensors", "Cnn"),
    ("../../../../tests/peers/lstm.safetensors", "Series"),
    ("../../../../tests/peers/mlp_torch.safetensors", "Mlp"),
    ("../../../../tests/peers/cnn_torch.safetensors", "Cnn"),
    ("../../../../tests/peers/lstm_torch.safetensors", "Series"),
];

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name)
}

fn converted(name: &str, end: &str) -> PathBuf {
    folder("converted").join(format!("{}.{end}", name.to_lowercase()))
}

fn emitted(file: &str, name: &str) -> Emitted {
    let model = read(&folder("files").join(file), &Options::default())
        .unwrap_or_else(|error| panic!("{error}"));
    let place = format!("tests/converted/{}.safetensors", name.to_lowercase());
    let origin = format!("Converted from `{file}` by nn-convert.");
    emit(&model, name, &place, &origin).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Without what is said of the file and its names.
fn plain(declaration: &str) -> Vec<&str> {
    let lines = declaration.lines().filter(|line| !line.contains("///"));
    lines
        .map(|line| line.split(" //").next().unwrap())
        .collect()
}

#[test]
fn whole_models() {
    for (file, name) in WHOLE {
        let emitted = emitted(file, name);
        if std::env::var_os("NN_BLESS").is_some() {
            nn_convert::write_pair(
                &emitted,
                &converted(name, "rs"),
                &converted(name, "safetensors"),
            )
            .unwrap();
        }
        let declaration = std::fs::read_to_string(converted(name, "rs")).unwrap();
        assert_eq!(
            emitted.declaration, declaration,
            "{file}; NN_BLESS=1 writes it"
        );
        let weights = std::fs::read(converted(name, "safetensors")).unwrap();
        assert!(
            emitted.weights == weights,
            "{file}: other weights than before; NN_BLESS=1 writes them"
        );
    }
}

#[test]
fn the_same_models_in_other_files() {
    for (file, name) in TWINS {
        let emitted = emitted(file, name);
        let declaration = std::fs::read_to_string(converted(name, "rs")).unwrap();
        assert_eq!(plain(&emitted.declaration), plain(&declaration), "{file}");
        let weights = std::fs::read(converted(name, "safetensors")).unwrap();
        assert!(emitted.weights == weights, "{file}");
    }
}

#[test]
fn weights_for_a_declaration() {
    for (file, name) in WEIGHTS {
        let declaration = std::fs::read_to_string(converted(name, "rs")).unwrap();
        let options = Options {
            declaration: Some(declaration.clone()),
            ..Options::default()
        };
        let filled = fill(&folder("files").join(file), "x.safetensors", &options)
            .unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(filled.declaration, declaration);
        let wanted = std::fs::read(converted(name, "safetensors")).unwrap();
        let (found, wanted) = (values(&filled.weights), values(&wanted));
        assert_eq!(found.len(), wanted.len(), "{file}");
        for ((name, found), (_, wanted)) in found.iter().zip(&wanted) {
            for (found, wanted) in found.iter().zip(wanted) {
                assert!(
                    (found - wanted).abs() <= 1e-6 * wanted.abs().max(1.0),
                    "{file} {name}"
                );
            }
        }
    }
}

fn values(bytes: &[u8]) -> Vec<(String, Vec<f32>)> {
    let file = SafeTensors::deserialize(bytes).unwrap();
    let mut tensors: Vec<_> = file
        .iter()
        .map(|(name, view)| {
            let (floats, _) = view.data().as_chunks();
            (
                name.to_owned(),
                floats
                    .iter()
                    .map(|bytes| f32::from_le_bytes(*bytes))
                    .collect(),
            )
        })
        .collect();
    tensors.sort_by(|a: &(String, Vec<f32>), b| a.0.cmp(&b.0));
    tensors
}
