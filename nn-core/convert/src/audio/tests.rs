use super::read;
use crate::{Model, Options, emit};

fn file(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/files/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(path).unwrap()
}

/// The statements, and that the macro's own library takes them with the tensors.
fn statements(name: &str) -> String {
    let model =
        read(&file(name), &Options::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
    emit(&model, "Net", "net.safetensors", name).unwrap_or_else(|error| panic!("{name}: {error}"));
    said(&model)
}

fn said(model: &Model) -> String {
    let nodes: Vec<&str> = model.nodes.iter().map(|node| &*node.statement).collect();
    nodes.join("; ")
}

#[test]
fn every_layer_of_rtneural_is_said() {
    assert_eq!(
        statements("conv.json"),
        "each dense 8 tanh; conv1d 4 3 pad causal tanh; batch_norm epsilon 0.01; prelu; conv1d 4 1 pad causal tanh; conv1d 6 3 pad causal dilation 2 groups 2 tanh; batch_norm epsilon 5.0 no_scale no_center; prelu; each dense 1 sigmoid"
    );
    assert_eq!(
        statements("conv2d.json"),
        "conv2d 2 5x5 dilation 2x1; batch_norm epsilon 5.0 no_scale no_center; relu; conv2d 3 4x3 pad same stride 1x2; batch_norm epsilon 0.01; conv2d 1 2x3 dilation 3x1"
    );
    assert_eq!(
        statements("gru.json"),
        "each dense 8 tanh; gru 8 sequence; each dense 8 sigmoid; each dense 1"
    );
    assert_eq!(
        statements("gru_1d.json"),
        "gru 8 sequence; each dense 8 sigmoid; each dense 1"
    );
    assert_eq!(
        statements("lstm.json"),
        "each dense 8 tanh; lstm 8 sequence; each dense 1"
    );
    assert_eq!(statements("lstm_1d.json"), "lstm 8 sequence; each dense 1");
    assert_eq!(
        statements("full_model.json"),
        "each dense 8 tanh; conv1d 4 3 pad causal dilation 2 tanh; gru 8 sequence; each dense 1"
    );
    assert_eq!(
        statements("lstm_torch.json"),
        "lstm 8 sequence; lstm 8 sequence; lstm 8 sequence; lstm 8 sequence; each dense 1"
    );
    assert_eq!(
        statements("gru_torch.json"),
        "gru 8 sequence; gru 8 sequence; gru 8 sequence; gru 8 sequence; each dense 1"
    );
    assert!(statements("dense.json").starts_with(
        "dense 8; tanh; dense 8; relu; dense 8; elu; dense 8; softmax; dense 1; dense 8 no_bias"
    ));
}

#[test]
fn the_starts_of_nam_are_kept() {
    assert_eq!(
        statements("reference_lstm_standard.nam"),
        "lstm 16 sequence; lstm 16 sequence; each dense 1"
    );
    let model = read(&file("reference_lstm.nam"), &Options::default()).unwrap();
    assert_eq!(model.starts[0].hidden.len(), 8);
    assert_eq!(model.starts[0].cell.len(), 8);
    let emitted = emit(&model, "Amp", "amp.safetensors", "").unwrap();
    assert!(
        emitted
            .declaration
            .contains("layers.lstm1.cell.copy_from_slice(&["),
        "{}",
        emitted.declaration
    );
}

#[test]
fn both_sizes_of_a_layer_that_does_not_fit_are_told() {
    let error = read(&file("bad_lstm.json"), &Options::default())
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "`layer 0` (lstm): it says that it has 16 units, which is a kernel of 1 x 64, but its kernel is 1 x 80, which is 20 units"
    );
}
