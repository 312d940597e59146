//! Attention of a sequence with itself, in the operators that it consists of.

use super::words::Words;
use super::{Layer, Value, Writer, dims, int, ints};

/// `multi_head_attention`.
pub(super) fn attention(
    writer: &mut Writer,
    value: Value,
    layer: &Layer<'_>,
) -> Result<Value, String> {
    let value = writer.last(value);
    let size =
        |text: &str| Ok::<usize, String>(Words::sizes(text, 1)?.first().copied().unwrap_or(1));
    let (heads, keys) = (size(layer.words.at(1))?, size(layer.words.at(2))?);
    let values = match layer.words.after("value") {
        Some(text) => size(text)?,
        None => keys,
    };
    let steps = value.shape.first().copied().unwrap_or(1);
    let part = |writer: &mut Writer,
                name: &str,
                width: usize,
                order: [i64; 4]|
     -> Result<String, String> {
        let product = product(
            writer,
            layer,
            &value.name,
            name,
            &[value.shape.last().copied().unwrap_or(1), heads * width],
        )?;
        let split = writer.reshaped(&layer.path, &product, &dims(&[steps, heads, width]));
        Ok(writer.op(
            "Transpose",
            &layer.path,
            &[&split],
            vec![ints("perm", order.to_vec())],
        ))
    };
    let query = part(writer, "query", keys, [0, 2, 1, 3])?;
    let key = part(writer, "key", keys, [0, 2, 3, 1])?;
    let content = part(writer, "value", values, [0, 2, 1, 3])?;
    let mut op =
        |kind: &str, inputs: &[&str], attributes| writer.op(kind, &layer.path, inputs, attributes);
    let product = op("MatMul", &[&query, &key], Vec::new());
    #[allow(clippy::cast_precision_loss, reason = "a size is small")]
    let root = writer.number((keys as f32).sqrt());
    let mut scores = writer.op("Div", &layer.path, &[&product, &root], Vec::new());
    if layer.words.has("causal") {
        let mask: Vec<f32> = (0..steps * steps)
            .map(|i| if i % steps > i / steps { f32::MIN } else { 0.0 })
            .collect();
        let mask = writer.weights(format!("{}.mask", layer.path), &[steps, steps], &mask);
        scores = writer.op("Add", &layer.path, &[&scores, &mask], Vec::new());
    }
    let shares = writer.op("Softmax", &layer.path, &[&scores], vec![int("axis", -1)]);
    let heard = writer.op("MatMul", &layer.path, &[&shares, &content], Vec::new());
    let turned = writer.op(
        "Transpose",
        &layer.path,
        &[&heard],
        vec![ints("perm", vec![0, 2, 1, 3])],
    );
    let joined = writer.reshaped(&layer.path, &turned, &dims(&[steps, heads * values]));
    let shape = layer.output()?;
    let name = product_of(
        writer,
        layer,
        &joined,
        &[heads * values, shape.last().copied().unwrap_or(1)],
    )?;
    Ok(Value {
        name,
        shape,
        first: false,
    })
}

fn product_of(
    writer: &mut Writer,
    layer: &Layer<'_>,
    value: &str,
    shape: &[usize],
) -> Result<String, String> {
    product(writer, layer, value, "attention_output", shape)
}

/// A dense layer at every step, with a kernel of this shape.
fn product(
    writer: &mut Writer,
    layer: &Layer<'_>,
    value: &str,
    part: &str,
    shape: &[usize],
) -> Result<String, String> {
    let kernel = layer.needed(&format!("{part}.kernel"))?;
    let name = format!("{}.{}", layer.path, kernel.name);
    if kernel.values.len() != shape.iter().product::<usize>() {
        return Err(format!("`{}` has another size", kernel.name));
    }
    let kernel = writer.weights(name, shape, &kernel.values);
    let product = writer.op("MatMul", &layer.path, &[value, &kernel], Vec::new());
    let Some(bias) = layer.tensor(&format!("{part}.bias")) else {
        return Ok(product);
    };
    let bias = writer.weights(
        format!("{}.{}", layer.path, bias.name),
        &[bias.values.len()],
        &bias.values,
    );
    Ok(writer.op("Add", &layer.path, &[&product, &bias], Vec::new()))
}
