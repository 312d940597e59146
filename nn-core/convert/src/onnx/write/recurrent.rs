//! Recurrent layers.

use super::{Layer, Value, Writer, dims, float, int, ints, text, texts};
use crate::array::Array;

/// The differences between the cells.
struct Cell {
    kind: &'static str,
    /// For each of ONNX's gates, which of ours it is.
    gates: &'static [usize],
}

/// A layer's options.
struct Options<'a> {
    cell: Cell,
    directions: usize,
    units: usize,
    sequence: bool,
    backwards: bool,
    /// The join of both directions' results.
    merge: &'a str,
}

/// `rnn`, `lstm`, `gru` and `bidirectional`.
pub(super) fn recurrent(
    writer: &mut Writer,
    value: Value,
    layer: &Layer<'_>,
) -> Result<Value, String> {
    let value = writer.last(value);
    let options = options(layer)?;
    let steps = value.shape.first().copied().unwrap_or(1);
    let first = writer.op(
        "Transpose",
        &layer.path,
        &[&value.name],
        vec![ints("perm", vec![1, 0, 2])],
    );
    let [kernel, inner, bias] = weights(writer, layer, &options)?;
    let attributes = attributes(layer, &options)?;
    let name = format!("{}/{}", layer.path, options.cell.kind);
    let (all, last) = (format!("{name}_steps"), format!("{name}_last"));
    writer.node(
        options.cell.kind,
        &[&first, &kernel, &inner, &bias],
        &all,
        attributes,
    );
    if let Some(node) = writer.nodes.last_mut() {
        node.output.push(last.clone());
    }
    let shape = layer.output()?;
    let name = match options.sequence {
        true => sequence(writer, layer, &options, &all, steps),
        false => end(writer, layer, &options, &last),
    };
    Ok(Value {
        name,
        shape,
        first: false,
    })
}

fn options<'a>(layer: &'a Layer<'_>) -> Result<Options<'a>, String> {
    let words = &layer.words;
    let both = words.kind() == "bidirectional";
    let place = usize::from(both);
    let cell = match words.at(place) {
        "lstm" => Cell {
            kind: "LSTM",
            gates: &[0, 3, 1, 2],
        },
        "gru" => Cell {
            kind: "GRU",
            gates: &[0, 1, 2],
        },
        "rnn" => Cell {
            kind: "RNN",
            gates: &[0],
        },
        _ => return Err("of recurrent layers, `rnn`, `lstm` and `gru` can be written".to_owned()),
    };
    let units = words
        .at(place + 1)
        .parse()
        .map_err(|_| "only the compiler knows its units".to_owned())?;
    let merge = ["sum", "mul", "ave"]
        .into_iter()
        .find(|word| words.has(word))
        .unwrap_or("concat");
    Ok(Options {
        cell,
        directions: 1 + place,
        units,
        sequence: words.has("sequence"),
        backwards: words.has("backwards"),
        merge,
    })
}

/// Kernels and biases of all directions.
fn weights(
    writer: &mut Writer,
    layer: &Layer<'_>,
    options: &Options<'_>,
) -> Result<[String; 3], String> {
    let mut all = [Vec::new(), Vec::new(), Vec::new()];
    let mut features = 0;
    let inside: &[&str] = if options.directions == 2 {
        &["forward.", "backward."]
    } else {
        &[""]
    };
    let gates = options.cell.gates;
    let rows = gates.len() * options.units;
    for inside in inside {
        for (values, name) in all.iter_mut().zip(["kernel", "recurrent_kernel"]) {
            let tensor = layer.needed(&format!("{inside}{name}"))?;
            let array = Array {
                shape: tensor.shape.clone(),
                values: tensor.values.clone(),
            };
            if name == "kernel" {
                features = array.shape.first().copied().unwrap_or_default();
            }
            values.extend(array.gates(gates).transposed().values);
        }
        let both = match layer.tensor(&format!("{inside}bias")) {
            None => vec![0.0; 2 * rows],
            Some(bias) => {
                let mut array = Array {
                    shape: vec![bias.values.len() / rows.max(1), rows],
                    values: bias.values.clone(),
                }
                .gates(gates);
                array.values.resize(2 * rows, 0.0);
                array.values
            }
        };
        if let Some(values) = all.get_mut(2) {
            values.extend(both);
        }
    }
    let [kernel, inner, bias] = all;
    let name = |name: &str| format!("{}.{name}", layer.path);
    let count = options.directions;
    Ok([
        writer.weights(name("kernel"), &[count, rows, features], &kernel),
        writer.weights(
            name("recurrent_kernel"),
            &[count, rows, options.units],
            &inner,
        ),
        writer.weights(name("bias"), &[count, 2 * rows], &bias),
    ])
}

fn attributes(
    layer: &Layer<'_>,
    options: &Options<'_>,
) -> Result<Vec<super::AttributeProto>, String> {
    let word = |word: &str| match word {
        "tanh" => Ok("Tanh"),
        "sigmoid" => Ok("Sigmoid"),
        "relu" => Ok("Relu"),
        "softsign" => Ok("Softsign"),
        "softplus" => Ok("Softplus"),
        "hard_sigmoid" => Ok("HardSigmoid"),
        word => Err(format!(
            "ONNX has no activation `{word}` in a recurrent layer"
        )),
    };
    let own = match layer.words.activation() {
        Some((own, None)) => word(own)?,
        Some((own, Some(_))) => {
            return Err(format!(
                "ONNX has no number of `{own}` in a recurrent layer"
            ));
        }
        None => "Tanh",
    };
    let gates = word(
        layer
            .words
            .after("recurrent_activation")
            .unwrap_or("sigmoid"),
    )?;
    let one: &[&str] = match options.cell.kind {
        "LSTM" => &[gates, own, own],
        "GRU" => &[gates, own],
        _ => &[own],
    };
    let direction = match (options.directions, options.backwards) {
        (2, _) => "bidirectional",
        (_, true) => "reverse",
        _ => "forward",
    };
    let all = one.repeat(options.directions);
    let mut attributes = vec![
        int(
            "hidden_size",
            i64::try_from(options.units).unwrap_or_default(),
        ),
        text("direction", direction),
        texts("activations", &all),
    ];
    if all.contains(&"HardSigmoid") {
        // One number for each that has any, in order.
        let hard = all.iter().filter(|name| **name == "HardSigmoid").count();
        let mut alpha = float("activation_alpha", 0.0);
        alpha.f = None;
        alpha.r#type = super::attribute::FLOATS;
        alpha.floats = vec![1.0 / 6.0; hard];
        let mut beta = alpha.clone();
        beta.name = "activation_beta".to_owned();
        beta.floats = vec![0.5; hard];
        attributes.extend([alpha, beta]);
    }
    if options.cell.kind == "GRU" && !layer.words.has("reset_before") {
        attributes.push(int("linear_before_reset", 1));
    }
    Ok(attributes)
}

/// All steps: from steps, directions, the batch and units to the batch, steps and units.
fn sequence(
    writer: &mut Writer,
    layer: &Layer<'_>,
    options: &Options<'_>,
    all: &str,
    steps: usize,
) -> String {
    let turned = writer.op(
        "Transpose",
        &layer.path,
        &[all],
        vec![ints("perm", vec![2, 0, 1, 3])],
    );
    if options.backwards {
        // ONNX gives them in the order of the input, we in the order in which they were computed.
        let [start, end, axis, step] =
            [[-1], [i64::MIN + 1], [1], [-1]].map(|value| writer.integers(&value));
        let back = writer.op(
            "Slice",
            &layer.path,
            &[&turned, &start, &end, &axis, &step],
            Vec::new(),
        );
        return writer.reshaped(&layer.path, &back, &dims(&[steps, options.units]));
    }
    merged(writer, layer, options, &turned, &[steps])
}

/// The last hidden state: from directions, the batch and units to the batch and units.
fn end(writer: &mut Writer, layer: &Layer<'_>, options: &Options<'_>, last: &str) -> String {
    let turned = writer.op(
        "Transpose",
        &layer.path,
        &[last],
        vec![ints("perm", vec![1, 0, 2])],
    );
    merged(writer, layer, options, &turned, &[])
}

/// The results of the directions, which are in the axis before the last.
fn merged(
    writer: &mut Writer,
    layer: &Layer<'_>,
    options: &Options<'_>,
    value: &str,
    steps: &[usize],
) -> String {
    let kind = match options.merge {
        _ if options.directions == 1 => "",
        "sum" => "ReduceSum",
        "mul" => "ReduceProd",
        "ave" => "ReduceMean",
        _ => "",
    };
    let axis = vec![-2];
    match kind {
        "" => {
            let width = options.directions * options.units;
            writer.reshaped(&layer.path, value, &dims(&[steps, &[width]].concat()))
        }
        "ReduceSum" => {
            let axes = writer.integers(&axis);
            writer.op(kind, &layer.path, &[value, &axes], vec![int("keepdims", 0)])
        }
        _ => writer.op(
            kind,
            &layer.path,
            &[value],
            vec![ints("axes", axis), int("keepdims", 0)],
        ),
    }
}
