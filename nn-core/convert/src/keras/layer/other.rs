//! Layers of no family.

use super::{Layer, Said, inner, times};
use crate::Tensor;
use crate::keras::activation::number;
use crate::keras::weights::{Fold, Slot};
use serde_json::{Value, json};

/// The most channels of an input that is rescaled.
const MOST_CHANNELS: usize = 1 << 24;

/// On the last axis, whatever the others are.
pub(super) fn dense(layer: &Layer<'_>) -> Result<Said, String> {
    let each = if layer.rank() > 1 { "each" } else { "" };
    dense_words(layer, each, if each.is_empty() { "" } else { "layer." }, "")
}

fn dense_words(layer: &Layer<'_>, each: &str, inside: &str, place: &str) -> Result<Said, String> {
    layer.config.only("quantization_mode", &Value::Null)?;
    let units = layer.config.size("units", None)?.to_string();
    let activation = layer.activation("activation", "linear")?;
    let bias = layer.bias()?;
    let mut slots = vec![Slot::new(format!("{inside}kernel"), place, 0)];
    if bias {
        slots.push(Slot::new(format!("{inside}bias"), place, 1));
    }
    let bias = if bias { "" } else { "no_bias" };
    Ok(Said::with(
        &[each, "dense", &units, &activation, bias],
        slots,
    ))
}

pub(super) fn time_distributed(layer: &Layer<'_>) -> Result<Said, String> {
    let (class, config) = inner(layer.config.get("layer"))?;
    let step = layer.shape.and_then(|shape| shape.get(1..));
    let within = Layer {
        class,
        config,
        keras2: layer.keras2,
        shape: step,
        causal: false,
    };
    let said = match class {
        "Dense" => dense_words(&within, "each", "layer.", "layer/")?,
        "Activation" | "ReLU" | "LeakyReLU" | "ELU" | "Softmax" | "Dropout" => return within.say(),
        _ => {
            return Err(format!(
                "the {} in it is no dense layer, and `each` takes no other",
                crate::error::shown(class)
            ));
        }
    };
    within.config.finish()?;
    Ok(said)
}

pub(super) fn activation(layer: &Layer<'_>, words: String) -> Result<Said, String> {
    if layer.class == "Softmax" {
        layer.last_axis()?;
    }
    Ok(if words.is_empty() {
        Said::nothing()
    } else {
        Said::statement(&[&words])
    })
}

pub(super) fn nothing(layer: &Layer<'_>) -> Result<Said, String> {
    // What noise there is in training only.
    for key in ["rate", "stddev", "l1", "l2", "data_format"] {
        layer.config.get(key);
    }
    Ok(Said::nothing())
}

pub(super) fn dropout(layer: &Layer<'_>) -> Result<Said, String> {
    let rate = layer.config.number("rate", None)?;
    Ok(Said::statement(&["dropout", &number(rate)]))
}

pub(super) fn flatten(layer: &Layer<'_>) -> Result<Said, String> {
    layer.config.only("data_format", &json!("channels_last"))?;
    Ok(match layer.shape {
        Some([_]) => Said::nothing(),
        _ => Said::statement(&["flatten"]),
    })
}

pub(super) fn reshape(layer: &Layer<'_>) -> Result<Said, String> {
    let wrong = || "its `target_shape` is no list of sizes".to_owned();
    let list = layer
        .config
        .get("target_shape")
        .and_then(Value::as_array)
        .ok_or_else(wrong)?;
    let sizes: Vec<i64> = list.iter().filter_map(Value::as_i64).collect();
    let known = sizes.iter().filter_map(|size| usize::try_from(*size).ok());
    let product = known
        .clone()
        .try_fold(1_usize, usize::checked_mul)
        .ok_or_else(wrong)?;
    let total = layer
        .shape
        .map_or(1, |shape| shape.iter().product::<usize>());
    let open = sizes.iter().filter(|size| **size == -1).count();
    if sizes.len() != list.len() || open > 1 || known.count() + open != sizes.len() {
        return Err(wrong());
    }
    let rest = total.checked_div(product).unwrap_or(0);
    let sizes: Vec<usize> = sizes
        .iter()
        .map(|size| usize::try_from(*size).unwrap_or(rest))
        .collect();
    Ok(match (layer.shape, &sizes[..]) {
        (Some([_]), [_]) => Said::nothing(),
        (_, [_]) => Said::statement(&["flatten"]),
        _ => Said::statement(&["reshape", &times(&sizes)]),
    })
}

/// A vector as each of so many steps.
pub(super) fn repeat(layer: &Layer<'_>) -> Result<Said, String> {
    let steps = layer.config.size("n", None)?;
    let said = Said::statement(&["reshape", &times(&[1, layer.channels()])]);
    Ok(said.then(format!("upsample {steps}")))
}

pub(super) fn prelu(layer: &Layer<'_>) -> Result<Said, String> {
    for key in ["alpha_initializer", "alpha_regularizer", "alpha_constraint"] {
        layer.config.get(key);
    }
    let shared = layer.config.get("shared_axes").and_then(Value::as_array);
    let shared: Vec<i64> = shared
        .into_iter()
        .flatten()
        .filter_map(Value::as_i64)
        .collect();
    let others = (1..layer.rank()).filter_map(|axis| i64::try_from(axis).ok());
    if layer.shape.is_some() && !others.eq(shared) {
        return Err(
            "it has a slope for each value; those of a channel are one here, Keras's `shared_axes`"
                .to_owned(),
        );
    }
    let alpha = Slot::new("alpha", "", 0).fold(Fold::Point(1));
    Ok(Said::with(&["prelu"], vec![alpha]))
}

fn scale_and_center(layer: &Layer<'_>) -> Result<(Vec<Slot>, &'static str, &'static str), String> {
    let scale = layer.config.flag("scale", true)?;
    let center = layer.config.flag("center", true)?;
    let mut slots = Vec::new();
    for (name, there) in [("gamma", scale), ("beta", center)] {
        if there {
            slots.push(Slot::new(name, "", slots.len()));
        }
    }
    let word = |there, word| if there { "" } else { word };
    Ok((slots, word(scale, "no_scale"), word(center, "no_center")))
}

/// An option of one number, unless it is what it is anyway.
fn option(layer: &Layer<'_>, key: &'static str, usual: f64) -> Result<String, String> {
    let value = layer.config.number(key, Some(usual))?;
    let text = number(value);
    Ok(if text == number(usual) {
        String::new()
    } else {
        format!("{key} {text}")
    })
}

pub(super) fn batch_norm(layer: &Layer<'_>) -> Result<Said, String> {
    layer.last_axis()?;
    // Of another normalisation, which is switched off unless `renorm` is on.
    layer.config.only("renorm", &json!(false))?;
    layer.config.get("renorm_momentum");
    layer.config.get("renorm_clipping");
    let (mut slots, no_scale, no_center) = scale_and_center(layer)?;
    for name in ["moving_mean", "moving_variance"] {
        slots.push(Slot::new(name, "", slots.len()).not_trained());
    }
    let momentum = option(layer, "momentum", 0.99)?;
    let epsilon = option(layer, "epsilon", 1e-3)?;
    Ok(Said::with(
        &["batch_norm", &momentum, &epsilon, no_scale, no_center],
        slots,
    ))
}

pub(super) fn layer_norm(layer: &Layer<'_>) -> Result<Said, String> {
    layer.last_axis()?;
    let (slots, no_scale, no_center) = scale_and_center(layer)?;
    let epsilon = option(layer, "epsilon", 1e-3)?;
    Ok(Said::with(
        &["layer_norm", &epsilon, no_scale, no_center],
        slots,
    ))
}

/// A factor and an offset, which are those of a normalisation by a mean of 0 and a variance of 1.
pub(super) fn rescaling(layer: &Layer<'_>) -> Result<Said, String> {
    let channels = layer.channels();
    let values = |key: &'static str, default: f64| {
        let list = layer.config.get(key).and_then(Value::as_array);
        let values: Vec<f64> = match list {
            Some(list) => list.iter().filter_map(Value::as_f64).collect(),
            None => vec![layer.config.number(key, Some(default))?; channels],
        };
        if values.len() != channels || channels > MOST_CHANNELS {
            return Err(format!(
                "its `{key}` is no number, nor one for each of {channels} channels"
            ));
        }
        Ok(values.iter().map(|value| *value as f32).collect::<Vec<_>>())
    };
    let tensor = |name: &str, values| Tensor::new(name, vec![channels], values);
    let (scale, offset) = (values("scale", 1.0)?, values("offset", 0.0)?);
    let mut said = Said::statement(&["batch_norm"]);
    said.tensors = vec![
        tensor("gamma", scale),
        tensor("beta", offset),
        tensor("moving_mean", vec![0.0; channels]),
        // With the epsilon it is 1.
        tensor("moving_variance", vec![0.999; channels]),
    ];
    Ok(said)
}

pub(super) fn embedding(layer: &Layer<'_>) -> Result<Said, String> {
    layer.config.only("mask_zero", &json!(false))?;
    let rows = layer.config.size("input_dim", None)?.to_string();
    let units = layer.config.size("output_dim", None)?.to_string();
    Ok(Said::with(
        &["embedding", &rows, &units],
        vec![Slot::new("embeddings", "", 0)],
    ))
}

pub(super) fn attention(layer: &Layer<'_>) -> Result<Said, String> {
    let config = &layer.config;
    let heads = config.size("num_heads", None)?.to_string();
    let size = config.size("key_dim", None)?;
    let value = config.size("value_dim", Some(size))?;
    config.only("output_shape", &Value::Null)?;
    if config
        .get("attention_axes")
        .is_some_and(|axes| *axes != json!([1]))
    {
        return Err("its `attention_axes` are others than the steps".to_owned());
    }
    let value = if value == size {
        String::new()
    } else {
        format!("value {value}")
    };
    let bias = layer.bias()?;
    let mut slots = Vec::new();
    for (ours, place) in [
        ("query", "query_dense/"),
        ("key", "key_dense/"),
        ("value", "value_dense/"),
        ("attention_output", "output_dense/"),
    ] {
        let fold = if ours == "attention_output" {
            Fold::HeadsFirst
        } else {
            Fold::HeadsLast
        };
        slots.push(Slot::new(format!("{ours}.kernel"), place, 0).fold(fold));
        if bias {
            let bias = Slot::new(format!("{ours}.bias"), place, 1);
            slots.push(if ours == "attention_output" {
                bias
            } else {
                bias.fold(Fold::HeadsLast)
            });
        }
    }
    let causal = if layer.causal { "causal" } else { "" };
    let bias = if bias { "" } else { "no_bias" };
    Ok(Said::with(
        &[
            "multi_head_attention",
            &heads,
            &size.to_string(),
            &value,
            causal,
            bias,
        ],
        slots,
    ))
}
