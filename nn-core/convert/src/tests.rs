use crate::{Model, Node, Tensor, emit};

fn tensor(name: &str, shape: &[usize]) -> Tensor {
    let count = shape.iter().product::<usize>();
    let values = (0..count).map(|i| i as f32).collect();
    Tensor::new(name, shape.to_vec(), values)
}

fn dense(source: &str, from: usize, to: usize) -> Node {
    Node::new(source, format!("dense {to} relu"))
        .with(vec![tensor("bias", &[to]), tensor("kernel", &[from, to])])
}

fn block(statement: &str, bodies: Vec<Vec<Node>>) -> Node {
    Node {
        bodies,
        ..Node::new("joined", statement)
    }
}

#[test]
fn a_model_becomes_a_declaration() {
    let model = Model {
        input: vec![4],
        nodes: vec![
            dense("one/two", 4, 3),
            block("residual", vec![vec![dense("inner\n", 3, 3)]]),
            block("concat", vec![vec![], vec![dense("", 3, 2)]]),
            Node::new("last", "softmax"),
        ],
        ..Model::default()
    };
    let emitted = emit(&model, "Net", "data/net.safetensors", "From a test.").unwrap();
    let declaration = r#"use nn_core::prelude::*;

network! {
    /// From a test.
    #[weights("data/net.safetensors")]
    pub struct Net {
        input 4;
        dense 3 relu; // one/two
        residual { // joined
            dense 3 relu; // inner\n
        }
        concat { // joined
            {}
            {
                dense 2 relu;
            }
        }
        softmax; // last
    }
}
"#;
    assert_eq!(emitted.declaration, declaration);
    let file = safetensors::SafeTensors::deserialize(&emitted.weights).unwrap();
    let mut names = file.names();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "concat1.second.dense1.bias",
            "concat1.second.dense1.kernel",
            "dense1.bias",
            "dense1.kernel",
            "residual1.body.dense1.bias",
            "residual1.body.dense1.kernel",
        ]
    );
}

#[test]
fn what_does_not_fit_is_said_whole() {
    let message = |nodes: Vec<Node>| {
        let model = Model {
            input: vec![4],
            nodes,
            ..Model::default()
        };
        emit(&model, "Net", "net.safetensors", "")
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        message(vec![dense("first", 5, 3), dense("second", 4, 2)]),
        "2 things stand in the way\n  \
         `first` (dense 3 relu): `dense1.kernel` has the shape [5, 3] in the file, but `dense 3 relu` needs [4, 3]\n  \
         `second` (dense 2 relu): `dense2.kernel` has the shape [4, 2] in the file, but `dense 2 relu` needs [3, 2]"
    );
    let mut extra = dense("first", 4, 2);
    extra.tensors[0].name = "gamma".into();
    assert!(message(vec![extra]).contains("has no `dense1.bias`, only: gamma, kernel"));
    let mut infinite = dense("first", 4, 2);
    infinite.tensors[0].values[1] = f32::NAN;
    assert!(message(vec![infinite]).contains("value 1 of `dense1.bias` is NaN"));
    assert!(
        message(vec![Node::new("f", "conv2d 4 3x3")])
            .contains("`network!` would say: `conv2d` takes an image")
    );
    let model = Model::default();
    assert!(
        emit(&model, "1x", "", "")
            .unwrap_err()
            .to_string()
            .contains("no name of a struct")
    );
}
