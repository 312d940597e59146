//! The declarations in `tests/converted`, compiled with their weights, give what the libraries that they come from recorded.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails is the test")]

use nn_core::prelude::*;
use safetensors::SafeTensors;
use std::path::Path;

macro_rules! converted {
    ($($module:ident)*) => {$(
        #[allow(missing_docs, reason = "as it was written")]
        mod $module {
            include!(concat!("converted/", stringify!($module), ".rs"));
        }
    )*};
}

converted! { mlp cnn series image sequence text blocks scaled anomaly resnet }

fn bytes(path: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// Inputs and outputs of a `.io.safetensors` or an `_io.json`.
fn record(path: &str) -> [Vec<f32>; 2] {
    let bytes = bytes(path);
    if path.ends_with(".json") {
        let record: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        return ["input", "output"].map(|key| {
            let list = record[key]["data"].as_array().unwrap().iter();
            list.map(|value| value.as_f64().unwrap() as f32).collect()
        });
    }
    let file = SafeTensors::deserialize(&bytes).unwrap();
    ["input", "output"].map(|key| {
        let view = file.tensor(key).unwrap();
        let (floats, rest) = view.data().as_chunks();
        assert!(rest.is_empty());
        floats
            .iter()
            .map(|bytes| f32::from_le_bytes(*bytes))
            .collect()
    })
}

/// Every recorded input gives the recorded output.
fn agrees<N: Network>(net: &N, path: &str) {
    let [inputs, outputs] = record(path);
    assert_eq!(inputs.len() * N::OUTPUT, outputs.len() * N::INPUT, "{path}");
    for (input, wanted) in inputs
        .chunks_exact(N::INPUT)
        .zip(outputs.chunks_exact(N::OUTPUT))
    {
        let mut x = nn_core::plain::zeroed::<N::Input>();
        x.values_mut().copy_from_slice(input);
        let y = nn_core::predict(net, &x);
        for (ours, wanted) in y.values().iter().zip(wanted) {
            assert!(
                (ours - wanted).abs() <= 1e-5 * wanted.abs().max(1.0),
                "{path}: {ours} instead of {wanted}"
            );
        }
    }
}

#[test]
fn small_networks() {
    agrees(mlp::Mlp::TRAINED, "../../tests/peers/mlp_io.json");
    agrees(cnn::Cnn::TRAINED, "../../tests/peers/cnn_io.json");
    agrees(series::Series::TRAINED, "../../tests/peers/lstm_io.json");
}

/// Together they have every layer that the converter reads.
#[test]
fn every_layer() {
    agrees(image::Image::TRAINED, "tests/files/image.io.safetensors");
    agrees(
        sequence::Sequence::TRAINED,
        "tests/files/sequence.io.safetensors",
    );
    agrees(text::Text::TRAINED, "tests/files/text.io.safetensors");
    agrees(blocks::Blocks::TRAINED, "tests/files/blocks.io.safetensors");
    agrees(scaled::Scaled::TRAINED, "tests/files/scaled.io.safetensors");
}

#[test]
fn public_networks() {
    agrees(anomaly::Anomaly::TRAINED, "tests/files/ad01.io.safetensors");
    agrees(
        resnet::Resnet::TRAINED,
        "tests/files/pretrainedResnet.io.safetensors",
    );
}
