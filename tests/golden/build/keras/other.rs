//! Layers of no family.

use super::{Layer, times};
use crate::plan::declare::Declaration;
use crate::plan::rust::float;
use crate::plan::{Planned, Reason, activation as activations, not_yet};

/// On the last axis, whatever the others are.
pub fn dense(layer: &Layer<'_>, network: &mut Declaration) -> Planned<()> {
    let units = layer.config.size("units", None)?.to_string();
    let activation = layer.activation("activation", "linear")?;
    let each = if network.rank > 1 { "each" } else { "" };
    network.layer(&[each, "dense", &units, &activation, layer.bias()?]);
    layer.parameters(&["kernel", "bias"], network)
}

/// A dense layer on each step: the file gives its units, and its activation is tanh.
pub fn time_distributed(layer: &Layer<'_>, network: &mut Declaration) -> Planned<()> {
    layer.config.only("merge_mode", "concat")?;
    let kernel = layer.names.find(&layer.prefix, "kernel")?;
    let Ok([_, units]) = <[usize; 2]>::try_from(layer.names.shape(kernel)?) else {
        return not_yet("this layer on each step");
    };
    let units = layer.config.size("inner", Some(units))?.to_string();
    let bias = layer.names.get(&layer.prefix, "bias");
    let no_bias = if bias.is_some() { "" } else { "no_bias" };
    network.layer(&["each", "dense", &units, "tanh", no_bias]);
    network.parameter("kernel", kernel);
    if let Some(bias) = bias {
        network.parameter("bias", bias);
    }
    Ok(())
}

pub fn activation(layer: &Layer<'_>, network: &mut Declaration) -> Planned<()> {
    let config = &layer.config;
    let word = match layer.class {
        "Activation" => layer.activation("activation", "linear")?,
        "LeakyReLU" => format!(
            "leaky_relu {}",
            float(config.number("negative_slope", Some(0.3))?)
        ),
        "ELU" => format!("elu {}", float(config.number("alpha", Some(1.0))?)),
        "Softmax" => {
            config.only("axis", "-1")?;
            "softmax".into()
        }
        _ => activations::keras("relu")?,
    };
    network.layer(&["activation", if word.is_empty() { "linear" } else { &word }]);
    Ok(())
}

pub fn flatten(layer: &Layer<'_>, network: &mut Declaration) -> Planned<()> {
    layer.config.only("data_format", "channels_last")?;
    network.layer(&["flatten"]);
    network.rank = 1;
    Ok(())
}

/// The file's output says what a size of -1 stands for.
pub fn reshape(layer: &Layer<'_>, network: &mut Declaration) -> Planned<()> {
    let target = layer.config.get("target_shape").and_then(|v| v.as_array());
    let target = target.ok_or_else(|| Reason::Malformed("`target_shape` is no list".into()))?;
    let sizes: Vec<usize> = match target.iter().all(|size| size.is_u64()) {
        true => target
            .iter()
            .filter_map(|size| usize::try_from(size.as_u64()?).ok())
            .collect(),
        false => layer.output.clone(),
    };
    if sizes.len() != target.len() {
        return not_yet("`target_shape` with an unknown size");
    }
    network.layer(&["reshape", &times(&sizes)]);
    network.rank = sizes.len();
    Ok(())
}

pub fn dropout(layer: &Layer<'_>, network: &mut Declaration) -> Planned<()> {
    let rate = layer.config.number("rate", None)?;
    network.layer(&["dropout", &float(rate)]);
    Ok(())
}

pub fn batch_norm(layer: &Layer<'_>, network: &mut Declaration) -> Planned<()> {
    last_axis(layer, network)?;
    let center = layer.config.flag("center", true)?;
    let scale = layer.config.flag("scale", true)?;
    // The files of trained networks do not say so, but their moving statistics do: their momentum is 0.9.
    let momentum = match layer.prefix.is_empty() || layer.config.has("momentum") {
        true => layer.number("momentum", "momentum")?,
        false => "momentum 0.9".to_owned(),
    };
    let field = network.layer(&[
        "batch_norm",
        &momentum,
        &layer.number("epsilon", "epsilon")?,
        if scale { "" } else { "no_scale" },
        if center { "" } else { "no_center" },
    ]);
    scale_and_center(layer, network, scale, center)?;
    for name in ["moving_mean", "moving_variance"] {
        network.statistic(layer.names.find(&layer.prefix, name)?, &field, name);
    }
    Ok(())
}

pub fn layer_norm(layer: &Layer<'_>, network: &mut Declaration) -> Planned<()> {
    last_axis(layer, network)?;
    let center = layer.config.flag("center", true)?;
    let scale = layer.config.flag("scale", true)?;
    network.layer(&[
        "layer_norm",
        &layer.number("epsilon", "epsilon")?,
        if scale { "" } else { "no_scale" },
        if center { "" } else { "no_center" },
    ]);
    scale_and_center(layer, network, scale, center)
}

fn scale_and_center(
    layer: &Layer<'_>,
    network: &mut Declaration,
    scale: bool,
    center: bool,
) -> Planned<()> {
    for (field, there) in [("gamma", scale), ("beta", center)] {
        if there {
            network.parameter(field, layer.names.find(&layer.prefix, field)?);
        }
    }
    Ok(())
}

/// `axis`, a number or a list of one, must be the last.
fn last_axis(layer: &Layer<'_>, network: &Declaration) -> Planned<()> {
    let Some(value) = layer.config.get("axis") else {
        return Ok(());
    };
    let one = match value.as_array().map(Vec::as_slice) {
        Some([one]) => one,
        _ => value,
    };
    let last = i64::try_from(network.rank).ok();
    match one.as_i64() {
        Some(-1) => Ok(()),
        axis if axis.is_some() && axis == last => Ok(()),
        _ => not_yet(format!("`axis` = {value}")),
    }
}

pub fn embedding(layer: &Layer<'_>, network: &mut Declaration) -> Planned<()> {
    let rows = layer.config.size("input_dim", None)?.to_string();
    let units = layer.config.size("output_dim", None)?.to_string();
    network.layer(&["embedding", &rows, &units]);
    network.rank = 2;
    layer.parameters(&["embeddings"], network)
}

pub fn attention(layer: &Layer<'_>, network: &mut Declaration) -> Planned<()> {
    let config = &layer.config;
    let heads = config.size("num_heads", None)?.to_string();
    let size = config.size("key_dim", None)?;
    let value = config.size("value_dim", Some(size))?;
    let value = match value == size {
        true => String::new(),
        false => format!("value {value}"),
    };
    let causal = config.flag("use_causal_mask", false)?;
    network.layer(&[
        "multi_head_attention",
        &heads,
        &size.to_string(),
        &value,
        if causal { "causal" } else { "" },
        layer.bias()?,
    ]);
    for part in ["query", "key", "value", "attention_output"] {
        for field in ["kernel", "bias"] {
            if field != "bias" || layer.bias()?.is_empty() {
                let prefix = format!("{}{part}", layer.prefix);
                let name = layer.names.find(&prefix, field)?;
                network.parameter(&format!("{part}_{field}"), name);
            }
        }
    }
    Ok(())
}
