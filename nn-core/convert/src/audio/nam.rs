//! Neural Amp Modeler's LSTMs: all numbers in one list, with the state before the first sample among them.

use super::{each_dense, recurrent, stream};
use crate::array::Array;
use crate::json::Json;
use crate::model::Start;
use crate::{Error, Model, Options, Problem};

/// The layers, each with its start, and the dense layer behind them.
pub(super) fn read(file: &Json, options: &Options) -> Result<Model, Error> {
    let kind = file
        .get("architecture")
        .and_then(Json::text)
        .unwrap_or_default();
    if kind != "LSTM" {
        return Err(Problem::of(
            "architecture",
            kind,
            "of NAM's architectures, `LSTM` can be said; train one of those",
        )
        .into());
    }
    let config = file.get("config").unwrap_or(&Json::Null);
    let size = |key: &str, otherwise: Option<usize>| {
        let given = config.get(key).and_then(Json::size).or(otherwise);
        given
            .filter(|size| (1..=1 << 16).contains(size))
            .ok_or_else(|| Problem::of("config", "", format!("`{key}` is no size")))
    };
    let inputs = size("input_size", None)?;
    let units = size("hidden_size", None)?;
    let layers = size("num_layers", Some(1))?;
    let outputs = size("out_channels", Some(1))?;
    let weights = file
        .get("weights")
        .ok_or_else(|| Problem::of_file("`weights` is not there"))?;
    let weights = weights
        .array()
        .map_err(|why| Problem::of_file(format!("`weights` {why}")))?;
    let layer = |inputs: usize| 4 * units * (inputs + units) + 4 * units + 2 * units;
    let needed = layer(inputs) + layer(units).saturating_mul(layers - 1);
    let needed = needed.saturating_add(outputs * units + outputs);
    if weights.values.len() != needed || weights.shape.len() != 1 {
        return Err(Problem::of_file(format!(
            "`weights` has {} values, but {layers} layers of {units} units on {inputs} inputs have {needed}",
            weights.values.len()
        ))
        .into());
    }
    let mut rest = Rest(&weights.values);
    let mut model = Model {
        input: stream(inputs, None, options)?,
        ..Model::default()
    };
    for number in 0..layers {
        let inputs = if number == 0 { inputs } else { units };
        let gates = rest.array(&[4 * units, inputs + units]);
        let bias = rest.array(&[4 * units]);
        let source = format!("layer {number}");
        model.nodes.push(recurrent(
            &source,
            "lstm",
            units,
            parts(&gates.transposed(), inputs),
            Some(bias),
        ));
        let (hidden, cell) = (rest.array(&[units]).values, rest.array(&[units]).values);
        model.starts.push(Start {
            node: number,
            hidden,
            cell,
        });
    }
    let kernel = rest.array(&[outputs, units]).transposed();
    let bias = rest.array(&[outputs]);
    model.nodes.push(each_dense("head", kernel, Some(bias), ""));
    Ok(model)
}

/// The weights of the inputs and those of the hidden state, which are rows of one matrix.
fn parts(both: &Array, inputs: usize) -> [Array; 2] {
    let row = both.shape.last().copied().unwrap_or_default();
    let (first, second) = both.values.split_at((inputs * row).min(both.values.len()));
    [first, second].map(|values| Array {
        shape: vec![values.len().checked_div(row).unwrap_or_default(), row],
        values: values.to_vec(),
    })
}

/// The numbers that were not read yet.
struct Rest<'a>(&'a [f32]);

impl Rest<'_> {
    /// The next of them; their number was compared.
    fn array(&mut self, shape: &[usize]) -> Array {
        let count = shape.iter().product::<usize>().min(self.0.len());
        let (values, rest) = self.0.split_at(count);
        self.0 = rest;
        Array {
            shape: shape.to_vec(),
            values: values.to_vec(),
        }
    }
}
