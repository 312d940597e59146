//! Networks with their weights in the program: read and checked while they are compiled.

use nn_core::prelude::*;
use serde_json::Value;

mod keras {
    use nn_core::prelude::*;
    network! {
        #[weights("tests/peers/mlp.safetensors", layout = keras)]
        pub struct Mlp { input 8; dense 6 relu; dense 6 relu; dense 4 softmax; }
    }
    network! {
        #[weights("tests/peers/cnn.safetensors", layout = keras)]
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
        #[weights("tests/peers/lstm.safetensors", layout = keras)]
        pub struct Series { input 7x1; lstm 8; dense 1; }
    }
}

mod torch {
    use nn_core::prelude::*;
    const HIDDEN: usize = 6;
    network! {
        #[weights("tests/peers/mlp_torch.safetensors", layout = torch)]
        pub struct Mlp { input 8; dense HIDDEN relu; dense { HIDDEN } relu; dense 4 softmax; }
    }
    network! {
        #[weights("tests/peers/cnn_torch.safetensors", layout = torch)]
        pub struct Cnn {
            input 12x12x1;
            conv2d 4 3x3 relu;
            max_pool 2x2;
            conv2d HIDDEN 3x3 relu;
            max_pool 2x2;
            flatten;
            dense 3 softmax;
        }
    }
    network! {
        #[weights("tests/peers/lstm_torch.safetensors", layout = torch)]
        pub struct Series { input 7x1; lstm 8; dense 1; }
    }
}

/// Every recorded input gives the recorded output.
fn agrees<N: Network>(net: &N, record: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/peers")
        .join(record);
    let record: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let values = |key: &str| -> Vec<f32> {
        let list = record[key]["data"].as_array().unwrap().iter();
        list.map(|value| value.as_f64().unwrap() as f32).collect()
    };
    let (inputs, outputs) = (values("input"), values("output"));
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
                "{ours} instead of {wanted}"
            );
        }
    }
}

#[test]
fn networks_of_keras_and_torch_are_in_the_program() {
    agrees(keras::Mlp::TRAINED, "mlp_io.json");
    agrees(torch::Mlp::TRAINED, "mlp_io.json");
    agrees(keras::Cnn::TRAINED, "cnn_io.json");
    agrees(torch::Cnn::TRAINED, "cnn_io.json");
    agrees(keras::Series::TRAINED, "lstm_io.json");
    agrees(torch::Series::TRAINED, "lstm_io.json");
}

/// In a `static`, and as what the compiler itself concludes.
static NET: &keras::Mlp = keras::Mlp::TRAINED;
const X: [f32; 8] = [0.5, -1.0, 0.25, 2.0, 0.0, 1.0, -0.5, 0.75];
const CLASS: usize = keras::Mlp::TRAINED.classify_const(&X);

#[test]
fn the_compiler_classifies_as_the_program_does() {
    let y = NET.predict(&X.into());
    assert_eq!(y.imax(), CLASS);
    let mut rng = SmallRng::seed_from_u64(1);
    for _ in 0..200 {
        let x: [f32; 8] = std::array::from_fn(|_| rng.random_range(-2.0..2.0));
        assert_eq!(NET.classify_const(&x), NET.predict(&x.into()).imax());
    }
}

/// Every kind of layer, in a file that this library saved: the weights are those that loading it gives.
mod everything {
    use nn_core::prelude::*;
    network! {
        #[weights("tests/trained/everything.safetensors")]
        pub struct Everything {
            input 8x8x2;
            conv2d 4 3x3 relu;
            residual { conv2d 4 1x1; batch_norm; concat { { conv2d 3 1x1 no_bias; } { conv2d 1 1; } } }
            depthwise_conv2d 2x2 stride 2 multiplier 2;
            separable_conv2d 3 2x2;
            conv2d_transpose 2 2x2 no_bias;
            layer_norm no_scale;
            flatten;
            dropout 0.5;
            dense 6 tanh;
            embedding 5 4;
            bidirectional lstm 3 sequence;
            conv1d 4 2;
            multi_head_attention 2 3;
            gru 5 sequence;
            gru 4 sequence reset_before;
            rnn 3 sequence no_bias;
            each dense 2;
            flatten;
            dense 3 softmax;
        }
    }
}

#[test]
fn every_kind_of_tensor_is_where_it_belongs() {
    use everything::Everything;
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/trained/everything.safetensors");
    let values = nn_core::plain::as_slice::<Everything>;
    assert_eq!(
        values(Everything::TRAINED),
        values(&Everything::load(path).unwrap())
    );
    assert!(
        values(Everything::TRAINED)
            .iter()
            .any(|value| *value != 0.0)
    );
}

/// A copy that can be trained is one line.
#[test]
fn a_copy_can_be_trained() {
    network! {
        #[derive(Clone)]
        #[weights("tests/peers/mlp.safetensors", layout = keras)]
        struct Net { input 8; dense 6 relu; dense 6 relu; dense 4; }
    }
    let mut net = Net::TRAINED.clone();
    let mut trainer = Net::trainer::<1>(Sgd::new(0.1), MeanSquaredError);
    let data = [(SVector::from(X), SVector::zeros())];
    trainer.fit(&mut net, &data, Fit::epochs(3)).unwrap();
    assert_ne!(net.dense1.kernel, Net::TRAINED.dense1.kernel);
    assert_eq!(Net::TRAINED.predict_const(&X), nn_core_predict(&X));
    fn nn_core_predict(x: &[f32; 8]) -> [f32; 4] {
        let y = Net::TRAINED.predict(&(*x).into());
        let close: [f32; 4] = y.into();
        let exact = Net::TRAINED.predict_const(x);
        assert!(close.iter().zip(exact).all(|(a, b)| (a - b).abs() < 1e-5));
        exact
    }
}
