//! Networks that Keras and PyTorch trained, with the outputs that they recorded: declared here, given the peers' weights, they give
//! the same. `tests/peers` has the weights and, in `*_io.json`, inputs and outputs.

use nn_core::prelude::*;
use nn_core::weights::{self, Layout, Load};
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

/// Keras's files and PyTorch's, whose order of axes and gates is another.
#[test]
fn trained_networks_give_their_outputs() {
    fn check<N: Network>(name: &str) {
        for (file, layout) in [
            (format!("{name}.safetensors"), Layout::Keras),
            (format!("{name}_torch.safetensors"), Layout::Torch),
        ] {
            let load = Load::new().layout(layout).finite();
            let net: N = weights::load(path(&file), load).unwrap_or_else(|error| panic!("{error}"));
            agrees(&net, &format!("{name}_io.json"));
        }
    }
    check::<Mlp>("mlp");
    check::<Cnn>("cnn");
    check::<Series>("lstm");
}

/// A file read as what it is not is refused, whole.
#[test]
fn the_wrong_layout_is_refused() {
    let load = Load::new().layout(Layout::Keras);
    let error = Mlp::load_with(path("mlp_torch.safetensors"), load)
        .err()
        .unwrap();
    let layers: Vec<_> = error
        .problems()
        .iter()
        .map(|problem| problem.layer.as_deref())
        .collect();
    assert!(layers.contains(&Some("dense1")), "{error}");
    let load = Load::new().layout(Layout::Torch);
    assert!(Cnn::load_with(path("mlp_torch.safetensors"), load).is_err());
    assert!(Mlp::load(path("mlp.safetensors")).is_err());
}
