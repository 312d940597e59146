//! Keras's files: a configuration, which is the network, and arrays.

mod activation;
mod archive;
mod call;
mod config;
mod layer;
mod network;
mod shapes;
mod store;
mod weights;

use crate::graph::{self, Step};
use crate::{Error, Model, Options, Problem};
pub(crate) use archive::entry;
pub(crate) use layer::times;
use network::Network;
use serde_json::Value;
pub(crate) use store::{Paths, Store};
use weights::Weights;

/// The model in a `.keras` file.
pub(crate) fn read_keras(bytes: &[u8], options: &Options) -> Result<Model, Error> {
    let config = json(&entry(bytes, "config.json")?)?;
    let version = entry(bytes, "metadata.json")
        .ok()
        .and_then(|text| json(&text).ok());
    let version = version
        .as_ref()
        .and_then(|version| version.get("keras_version")?.as_str());
    let keras2 = version.is_some_and(|version| version.starts_with("2."));
    let paths = Store::open(&entry(bytes, "model.weights.h5")?)?.by_path()?;
    model(&config, &Weights::Paths(paths), keras2, options)
}

/// The model in an `.h5` file; nothing if it holds weights alone.
pub(crate) fn read_hdf5(bytes: &[u8], options: &Options) -> Result<Option<Model>, Error> {
    let mut store = Store::open(bytes)?;
    let Some(config) = store.text("model_config")? else {
        return Ok(None);
    };
    let config = json(config.as_bytes())?;
    // Files of Keras 1 have no version.
    let version = store.text("keras_version")?;
    let keras2 = version.is_none_or(|version| !version.starts_with("3."));
    let root = if store.has_group("model_weights")? {
        "model_weights"
    } else {
        ""
    };
    let layers = Weights::Layers(store.by_layer(root)?);
    model(&config, &layers, keras2, options).map(Some)
}

fn json(text: &[u8]) -> Result<Value, Problem> {
    serde_json::from_slice(text)
        .map_err(|error| Problem::of_file(format!("its configuration is no JSON: {error}")))
}

fn model(
    config: &Value,
    weights: &Weights,
    keras2: bool,
    options: &Options,
) -> Result<Model, Error> {
    let mut network = Network::new(options.input.as_deref(), keras2);
    let Some(output) = network.read(config) else {
        return Err(network.problems.into());
    };
    let tensors = weights.tensors(&network.leaves)?;
    for (leaf, tensors) in network.leaves.iter().zip(tensors) {
        if let Some(Step::Layer(node)) = network
            .operators
            .get_mut(leaf.operator)
            .map(|operator| &mut operator.step)
        {
            node.tensors = tensors;
        }
    }
    Ok(Model {
        nodes: graph::layers(&network.operators, output)?,
        input: network.input,
        ..Model::default()
    })
}
