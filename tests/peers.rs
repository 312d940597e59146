//! Networks that Keras and PyTorch trained, with the outputs that they recorded: declared here, given the peers' weights, they give
//! the same. `tests/peers` has the weights and, in `*_io.json`, inputs and outputs.

#[path = "peers/safetensors.rs"]
mod safetensors;

use nn_core::plain::{Plain, as_mut_slice};
use nn_core::prelude::*;
use safetensors::{File, Tensor as Weights};
use serde_json::Value;
use std::path::{Path, PathBuf};

network! {
    pub struct Mlp {
        input 8;
        dense 6 relu;
        dense 6 relu;
        dense 4 softmax;
    }
}

network! {
    pub struct Cnn {
        input 12x12x1;
        conv2d 4 3x3 relu;
        max_pool 2x2;
        conv2d 6 3x3 relu;
        max_pool 2x2;
        flatten;
        dense 3 softmax;
    }
}

network! {
    pub struct Series {
        input 7x1;
        lstm 8;
        dense 1;
    }
}

fn path(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/peers")
        .join(file)
}

/// Puts a peer's weights in their place.
fn put<T: Plain>(parameter: &mut T, weights: &Weights) {
    as_mut_slice(parameter).copy_from_slice(&weights.values);
}

/// Every recorded input gives the recorded output.
fn agrees<N: Network>(net: &N, record: &str) {
    let text = std::fs::read_to_string(path(record)).unwrap();
    let record: Value = serde_json::from_str(&text).unwrap();
    let values = |key: &str| -> Vec<f32> {
        let list = record[key]["data"].as_array().unwrap().iter();
        list.map(|value| value.as_f64().unwrap() as f32).collect()
    };
    let (inputs, outputs) = (values("input"), values("output"));
    let rows = inputs.chunks_exact(N::INPUT);
    assert_eq!(rows.len() * N::OUTPUT, outputs.len());
    for (input, wanted) in rows.zip(outputs.chunks_exact(N::OUTPUT)) {
        let mut x = nn_core::plain::zeroed::<N::Input>();
        x.values_mut().copy_from_slice(input);
        let y = nn_core::predict(net, &x);
        for (ours, wanted) in y.values().iter().zip(wanted) {
            let difference = (ours - wanted).abs();
            assert!(
                difference <= 1e-5 * wanted.abs().max(1.0),
                "{ours} instead of {wanted}"
            );
        }
    }
}

#[test]
fn keras_mlp() {
    let file = File::read(&path("mlp.safetensors"));
    let mut net = Mlp::zeros();
    put(&mut net.dense1.kernel, &file.tensor("layer0.kernel"));
    put(&mut net.dense1.bias, &file.tensor("layer0.bias"));
    put(&mut net.dense2.kernel, &file.tensor("layer1.kernel"));
    put(&mut net.dense2.bias, &file.tensor("layer1.bias"));
    put(&mut net.dense3.kernel, &file.tensor("layer2.kernel"));
    put(&mut net.dense3.bias, &file.tensor("layer2.bias"));
    agrees(&net, "mlp_io.json");
}

#[test]
fn torch_mlp() {
    let file = File::read(&path("mlp_torch.safetensors"));
    // PyTorch's weights are (out, in).
    let linear = |name: &str| file.tensor(name).axes(&[1, 0]);
    let mut net = Mlp::zeros();
    put(&mut net.dense1.kernel, &linear("0.weight"));
    put(&mut net.dense1.bias, &file.tensor("0.bias"));
    put(&mut net.dense2.kernel, &linear("2.weight"));
    put(&mut net.dense2.bias, &file.tensor("2.bias"));
    put(&mut net.dense3.kernel, &linear("4.weight"));
    put(&mut net.dense3.bias, &file.tensor("4.bias"));
    agrees(&net, "mlp_io.json");
}

#[test]
fn keras_cnn() {
    let file = File::read(&path("cnn.safetensors"));
    let mut net = Cnn::zeros();
    put(&mut net.conv2d1.kernel, &file.tensor("layer0.kernel"));
    put(&mut net.conv2d1.bias, &file.tensor("layer0.bias"));
    put(&mut net.conv2d2.kernel, &file.tensor("layer2.kernel"));
    put(&mut net.conv2d2.bias, &file.tensor("layer2.bias"));
    put(&mut net.dense1.kernel, &file.tensor("layer5.kernel"));
    put(&mut net.dense1.bias, &file.tensor("layer5.bias"));
    agrees(&net, "cnn_io.json");
}

#[test]
fn torch_cnn() {
    let file = File::read(&path("cnn_torch.safetensors"));
    // (out, in, height, width) there, (height, width, in, out) here.
    let conv = |name: &str| file.tensor(name).axes(&[2, 3, 1, 0]);
    let mut net = Cnn::zeros();
    put(&mut net.conv2d1.kernel, &conv("conv1.weight"));
    put(&mut net.conv2d1.bias, &file.tensor("conv1.bias"));
    put(&mut net.conv2d2.kernel, &conv("conv2.weight"));
    put(&mut net.conv2d2.bias, &file.tensor("conv2.bias"));
    // What is flattened is one pixel of six channels, in either order of axes.
    put(
        &mut net.dense1.kernel,
        &file.tensor("fc.weight").axes(&[1, 0]),
    );
    put(&mut net.dense1.bias, &file.tensor("fc.bias"));
    agrees(&net, "cnn_io.json");
}

#[test]
fn keras_lstm() {
    let file = File::read(&path("lstm.safetensors"));
    let mut net = Series::zeros();
    put(&mut net.lstm1.kernel, &file.tensor("layer0.kernel"));
    put(
        &mut net.lstm1.recurrent_kernel,
        &file.tensor("layer0.recurrent_kernel"),
    );
    put(&mut net.lstm1.bias, &file.tensor("layer0.bias"));
    put(&mut net.dense1.kernel, &file.tensor("layer1.kernel"));
    put(&mut net.dense1.bias, &file.tensor("layer1.bias"));
    agrees(&net, "lstm_io.json");
}

#[test]
fn torch_lstm() {
    let file = File::read(&path("lstm_torch.safetensors"));
    // The gates come in the same order; the two biases are added there.
    let mut bias = file.tensor("lstm.bias_ih_l0");
    let other = file.tensor("lstm.bias_hh_l0");
    for (bias, other) in bias.values.iter_mut().zip(other.values) {
        *bias += other;
    }
    let mut net = Series::zeros();
    put(
        &mut net.lstm1.kernel,
        &file.tensor("lstm.weight_ih_l0").axes(&[1, 0]),
    );
    put(
        &mut net.lstm1.recurrent_kernel,
        &file.tensor("lstm.weight_hh_l0").axes(&[1, 0]),
    );
    put(&mut net.lstm1.bias, &bias);
    put(
        &mut net.dense1.kernel,
        &file.tensor("fc.weight").axes(&[1, 0]),
    );
    put(&mut net.dense1.bias, &file.tensor("fc.bias"));
    agrees(&net, "lstm_io.json");
}
