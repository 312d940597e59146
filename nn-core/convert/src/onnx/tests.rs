use crate::{Model, Options, emit};

fn file(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/files/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(path).unwrap()
}

fn read(bytes: &[u8], options: &Options) -> Result<Model, crate::Error> {
    super::read(bytes, options, None)
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

/// A model that is written is read as it was.
#[test]
fn what_is_written_is_what_is_read() {
    for name in ["mlp", "cnn", "lstm"] {
        let model = read(&file(&format!("{name}.onnx")), &Options::default()).unwrap();
        let emitted = emit(&model, "Net", "net.safetensors", name).unwrap();
        let again =
            crate::model(&emitted.declaration, &emitted.weights, &Options::default()).unwrap();
        let written = crate::onnx(&again).unwrap();
        let back = read(&written, &Options::default()).unwrap();
        assert_eq!(said(&back), said(&model));
        let weights = emit(&back, "Net", "net.safetensors", name).unwrap().weights;
        assert!(weights == emitted.weights, "{name}");
    }
}

#[test]
fn a_declaration_keeps_its_empty_branches() {
    let declaration = "#[weights(\"x\")] pub struct Net { budget { ram 1M; } input 3x2; add: each activation relu; concat { {} { relu; } {} } residual { add { { tanh; } {} } }; flatten; output 18 }";
    let empty = safetensors::serialize(
        Vec::<(String, safetensors::tensor::TensorView<'_>)>::new(),
        None,
    )
    .unwrap();
    let model = crate::model(declaration, &empty, &Options::default()).unwrap();
    let lengths = |node: &crate::Node| node.bodies.iter().map(Vec::len).collect::<Vec<_>>();
    assert_eq!(lengths(&model.nodes[1]), [0, 1, 0]);
    assert_eq!(lengths(&model.nodes[2].bodies[0][0]), [1, 0]);
    assert!(crate::onnx(&model).is_ok());
}

/// Everything that cannot be said is told at once, with its name in the file.
#[test]
fn what_cannot_be_said_is_listed() {
    use super::proto::{ModelProto, NodeProto};
    use prost::Message;
    let mut file = ModelProto::decode(&self::file("mlp.onnx")[..]).unwrap();
    let graph = file.graph.as_mut().unwrap();
    for (kind, domain) in [("Einsum", ""), ("Fused", "com.microsoft")] {
        let last = graph.output[0].name.clone();
        let name = format!("odd {kind}");
        graph.node.push(NodeProto {
            input: vec![last],
            output: vec![name.clone()],
            name: name.clone(),
            op_type: kind.to_owned(),
            domain: domain.to_owned(),
            ..NodeProto::default()
        });
    }
    graph.node.push(NodeProto {
        input: vec!["odd Einsum".to_owned(), "odd Fused".to_owned()],
        output: vec!["end".to_owned()],
        op_type: "Add".to_owned(),
        ..NodeProto::default()
    });
    graph.output[0].name = "end".to_owned();
    let error = read(&file.encode_to_vec(), &Options::default())
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "2 things stand in the way\n  `odd Einsum` (Einsum): no layer of ours says it\n  \
         `odd Fused` (com.microsoft.Fused): no layer of ours says it"
    );
}

#[test]
fn fractions_are_not_dropped() {
    use super::proto::{AttributeProto, ModelProto, NodeProto};
    use prost::Message;
    let mut file = ModelProto::decode(&self::file("mlp.onnx")[..]).unwrap();
    let graph = file.graph.as_mut().unwrap();
    graph.node.push(NodeProto {
        input: vec![graph.output[0].name.clone()],
        output: vec!["end".to_owned()],
        op_type: "Cast".to_owned(),
        attribute: vec![AttributeProto {
            name: "to".to_owned(),
            i: Some(7),
            ..AttributeProto::default()
        }],
        ..NodeProto::default()
    });
    graph.output[0].name = "end".to_owned();
    let error = read(&file.encode_to_vec(), &Options::default())
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "`end` (Cast): it cuts fractions off, which no layer of ours does"
    );
}

#[test]
fn weights_beside_the_file_do_not_lead_elsewhere() {
    use super::proto::{ModelProto, StringStringEntryProto};
    use prost::Message;
    let told = |place: &str, offset: &str| {
        let mut file = ModelProto::decode(&self::file("mlp_torch.onnx")[..]).unwrap();
        let tensor = &mut file.graph.as_mut().unwrap().initializer[0];
        tensor.raw_data.clear();
        tensor.data_location = 1;
        let entries = [("location", place), ("offset", offset), ("length", "192")];
        tensor.external_data = entries
            .map(|(key, value)| StringStringEntryProto {
                key: key.to_owned(),
                value: value.to_owned(),
            })
            .to_vec();
        let folder = format!("{}/tests/files", env!("CARGO_MANIFEST_DIR"));
        let bytes = file.encode_to_vec();
        let error = super::read(&bytes, &Options::default(), Some(folder.as_ref()));
        error.unwrap_err().to_string()
    };
    for place in ["../files/lstm.onnx", "/etc/passwd", "", "."] {
        assert!(told(place, "0").contains("not beside the file"), "{place}");
    }
    assert!(told("no.data", "0").contains("cannot be read"));
    assert!(told("lstm.onnx", "4000").contains("shorter than the graph says"));
    assert!(told("lstm.onnx", "-1").contains("`offset` is no number"));
}
