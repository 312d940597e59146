//! Layers as operators, but for those with a window and recurrent ones.

use super::activation::activated;
use super::words::Words;
use super::{Layer, Value, Writer, attention, conv, dims, float, int, ints, recurrent, text};
use crate::Tensor;

/// The result of a layer.
pub(super) fn layer(writer: &mut Writer, value: Value, layer: &Layer<'_>) -> Result<Value, String> {
    if layer.words.is_each() && !["dense", "activation"].contains(&layer.words.kind()) {
        return Err("of `each`, `dense` can be written".to_owned());
    }
    match layer.words.kind() {
        "dense" => dense(writer, value, layer),
        "activation" => activated(writer, value, &layer.path, layer.words.activation()),
        "dropout" => Ok(value),
        "flatten" | "reshape" => reshaped(writer, value, layer),
        "batch_norm" => batch_norm(writer, value, layer),
        "layer_norm" => layer_norm(writer, value, layer),
        "prelu" => prelu(writer, value, layer),
        "embedding" => embedding(writer, value, layer),
        "global_max_pool" => global(writer, value, layer, "ReduceMax"),
        "global_avg_pool" => global(writer, value, layer, "ReduceMean"),
        "upsample" => upsample(writer, value, layer),
        "zero_pad" => zero_pad(writer, value, layer),
        "max_pool" | "avg_pool" => conv::pool(writer, value, layer),
        "rnn" | "lstm" | "gru" | "bidirectional" => recurrent::recurrent(writer, value, layer),
        "multi_head_attention" => attention::attention(writer, value, layer),
        kind if kind.contains("conv") => conv::conv(writer, value, layer),
        _ => Err("ONNX has no operator that we know for it".to_owned()),
    }
}

impl Layer<'_> {
    /// Adds a tensor to the file as it is.
    pub(super) fn give(&self, writer: &mut Writer, tensor: &Tensor) -> String {
        writer.weights(
            format!("{}.{}", self.path, tensor.name),
            &tensor.shape,
            &tensor.values,
        )
    }
}

fn dense(writer: &mut Writer, value: Value, layer: &Layer<'_>) -> Result<Value, String> {
    let value = writer.last(value);
    let inside = if layer.words.is_each() { "layer." } else { "" };
    let kernel = layer.give(writer, layer.needed(&format!("{inside}kernel"))?);
    let mut name = writer.op("MatMul", &layer.path, &[&value.name, &kernel], Vec::new());
    if let Some(bias) = layer.tensor(&format!("{inside}bias")) {
        let bias = layer.give(writer, bias);
        name = writer.op("Add", &layer.path, &[&name, &bias], Vec::new());
    }
    let value = Value {
        name,
        shape: layer.output()?,
        first: false,
    };
    activated(writer, value, &layer.path, layer.words.activation())
}

fn reshaped(writer: &mut Writer, value: Value, layer: &Layer<'_>) -> Result<Value, String> {
    let value = writer.last(value);
    let shape = layer.output()?;
    let name = writer.reshaped(&layer.path, &value.name, &dims(&shape));
    Ok(Value {
        name,
        shape,
        first: false,
    })
}

/// A tensor of the layer, or as many of one number.
fn or_all(writer: &mut Writer, layer: &Layer<'_>, name: &str, value: f32, count: usize) -> String {
    match layer.tensor(name) {
        Some(tensor) => layer.give(writer, tensor),
        None => writer.weights(
            format!("{}.{name}", layer.path),
            &[count],
            &vec![value; count],
        ),
    }
}

fn batch_norm(writer: &mut Writer, value: Value, layer: &Layer<'_>) -> Result<Value, String> {
    let mut value = writer.first(value);
    let channels = value.shape.last().copied().unwrap_or(1);
    let usual = if layer.words.has("torch") { 1e-5 } else { 1e-3 };
    let epsilon = layer.words.number("epsilon", usual)?;
    let gamma = or_all(writer, layer, "gamma", 1.0, channels);
    let beta = or_all(writer, layer, "beta", 0.0, channels);
    let mean = or_all(writer, layer, "moving_mean", 0.0, channels);
    let variance = or_all(writer, layer, "moving_variance", 1.0, channels);
    let inputs = [value.name.as_str(), &gamma, &beta, &mean, &variance];
    value.name = writer.op(
        "BatchNormalization",
        &layer.path,
        &inputs,
        vec![float("epsilon", epsilon)],
    );
    Ok(value)
}

fn layer_norm(writer: &mut Writer, value: Value, layer: &Layer<'_>) -> Result<Value, String> {
    let mut value = writer.last(value);
    let channels = value.shape.last().copied().unwrap_or(1);
    let epsilon = layer.words.number("epsilon", 1e-3)?;
    let gamma = or_all(writer, layer, "gamma", 1.0, channels);
    let beta = or_all(writer, layer, "beta", 0.0, channels);
    let attributes = vec![int("axis", -1), float("epsilon", epsilon)];
    value.name = writer.op(
        "LayerNormalization",
        &layer.path,
        &[&value.name, &gamma, &beta],
        attributes,
    );
    Ok(value)
}

fn prelu(writer: &mut Writer, value: Value, layer: &Layer<'_>) -> Result<Value, String> {
    let mut value = writer.last(value);
    let slopes = layer.give(writer, layer.needed("alpha")?);
    value.name = writer.op("PRelu", &layer.path, &[&value.name, &slopes], Vec::new());
    Ok(value)
}

fn embedding(writer: &mut Writer, value: Value, layer: &Layer<'_>) -> Result<Value, String> {
    let value = writer.last(value);
    let shape = layer.output()?;
    let steps = dims(shape.get(..1).unwrap_or_default());
    let flat = writer.reshaped(&layer.path, &value.name, &steps);
    let indices = writer.op("Cast", &layer.path, &[&flat], vec![int("to", 7)]);
    let table = layer.give(writer, layer.needed("embeddings")?);
    let name = writer.op(
        "Gather",
        &layer.path,
        &[&table, &indices],
        vec![int("axis", 0)],
    );
    Ok(Value {
        name,
        shape,
        first: false,
    })
}

fn global(
    writer: &mut Writer,
    value: Value,
    layer: &Layer<'_>,
    kind: &str,
) -> Result<Value, String> {
    let value = writer.last(value);
    let axes: Vec<i64> = (1..).take(value.shape.len().saturating_sub(1)).collect();
    let attributes = vec![ints("axes", axes), int("keepdims", 0)];
    let name = writer.op(kind, &layer.path, &[&value.name], attributes);
    Ok(Value {
        name,
        shape: layer.output()?,
        first: false,
    })
}

fn upsample(writer: &mut Writer, value: Value, layer: &Layer<'_>) -> Result<Value, String> {
    let value = writer.first(value);
    let factors = Words::sizes(layer.words.at(1), value.shape.len().saturating_sub(1))?;
    #[allow(clippy::cast_precision_loss, reason = "a factor is small")]
    let scales: Vec<f32> = [1, 1]
        .into_iter()
        .chain(factors)
        .map(|factor| factor as f32)
        .collect();
    let scales = writer.weights(format!("{}.scales", layer.path), &[scales.len()], &scales);
    let attributes = vec![
        text("mode", "nearest"),
        text("coordinate_transformation_mode", "asymmetric"),
        text("nearest_mode", "floor"),
    ];
    let name = writer.op(
        "Resize",
        &layer.path,
        &[&value.name, "", &scales],
        attributes,
    );
    Ok(Value {
        name,
        shape: layer.output()?,
        first: true,
    })
}

fn zero_pad(writer: &mut Writer, value: Value, layer: &Layer<'_>) -> Result<Value, String> {
    let value = writer.last(value);
    let count = value.shape.len().saturating_sub(1);
    let names: [[&str; 2]; 2] = match count {
        1 => [["before", "after"], ["", ""]],
        _ => [["top", "bottom"], ["left", "right"]],
    };
    let both = match layer.words.at(1) {
        "" => vec![0; count],
        word if names.as_flattened().contains(&word) => vec![0; count],
        sizes => Words::sizes(sizes, count)?,
    };
    let mut pads = [vec![0_usize], vec![0_usize]];
    for (names, both) in names.iter().zip(both) {
        for (pads, name) in pads.iter_mut().zip(names) {
            let own = match layer.words.after(name) {
                Some(size) => Words::sizes(size, 1)?.first().copied().unwrap_or_default(),
                None => 0,
            };
            pads.push(both + own);
        }
    }
    for pads in &mut pads {
        pads.push(0);
    }
    let pads = writer.integers(&dims(&pads.concat()));
    let name = writer.op(
        "Pad",
        &layer.path,
        &[&value.name, &pads],
        vec![text("mode", "constant")],
    );
    Ok(Value {
        name,
        shape: layer.output()?,
        first: false,
    })
}
