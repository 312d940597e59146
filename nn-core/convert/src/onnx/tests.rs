use super::read;
use crate::{Model, Options, emit};

fn file(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/files/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(path).unwrap()
}

/// The input and the statements, which the macro's own library takes with the tensors.
fn statements(name: &str) -> String {
    let model =
        read(&file(name), &Options::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
    emit(&model, "Net", "net.safetensors", name).unwrap_or_else(|error| panic!("{name}: {error}"));
    said(&model)
}

fn said(model: &Model) -> String {
    let nodes = model.nodes.iter().map(|node| node.statement.clone());
    let input = format!("input {}", crate::keras::times(&model.input));
    [input]
        .into_iter()
        .chain(nodes)
        .collect::<Vec<_>>()
        .join("; ")
}

#[test]
fn what_keras_and_pytorch_export_is_what_it_was() {
    let mlp = "input 8; dense 6 relu; dense 6 relu; dense 4 softmax";
    let cnn = "input 12x12x1; conv2d 4 3x3 relu; max_pool 2x2; conv2d 6 3x3 relu; max_pool 2x2; flatten; dense 3 softmax";
    let lstm = "input 7x1; lstm 8; dense 1";
    for name in ["mlp", "mlp_torch"] {
        assert_eq!(statements(&format!("{name}.onnx")), mlp);
    }
    for name in ["cnn", "cnn_torch"] {
        assert_eq!(statements(&format!("{name}.onnx")), cnn);
    }
    for name in ["lstm", "lstm_torch"] {
        assert_eq!(statements(&format!("{name}.onnx")), lstm);
    }
}
