//! The files of audio plugins: RTNeural's and AIDA-X's JSON, GuitarML's JSON, NAM's LSTMs, and PyTorch's state dictionaries as JSON.
//!
//! What these networks take is a stream, which has no length. It is declared as a sequence of [`STEPS`] steps, if neither the file
//! nor [`Options::input`] says another number; `step` takes one sample after the other whatever the number is.

mod guitarml;
mod nam;
mod rtneural;
mod torch;

#[cfg(test)]
mod tests;

use crate::array::Array;
use crate::json;
use crate::{Error, Model, Node, Options, Problem};
use std::collections::BTreeMap;

/// The steps of a stream's input that nothing says the number of.
const STEPS: usize = 64;

/// The network in a JSON file.
pub(crate) fn read(bytes: &[u8], options: &Options) -> Result<Model, Error> {
    let file = json::parse(bytes)?;
    if file.get("architecture").is_some() {
        nam::read(&file, options)
    } else if file.get("layers").is_some() {
        rtneural::read(&file, options)
    } else if file.get("state_dict").is_some() {
        guitarml::read(&file, options)
    } else if file
        .entries()
        .iter()
        .any(|(_, value)| value.array().is_ok())
    {
        torch::read(&file, options)
    } else {
        Err(Problem::of_file(
            "it is JSON, but none that holds a network: RTNeural's has `layers`, GuitarML's `state_dict`, NAM's `architecture`, a state dictionary names tensors",
        )
        .into())
    }
}

/// The tensors of a state dictionary as JSON, for a declaration that is there already.
pub(crate) fn tensors(bytes: &[u8]) -> Result<BTreeMap<String, Array>, Error> {
    let file = json::parse(bytes)?;
    let state = file.get("state_dict").unwrap_or(&file);
    let mut tensors = BTreeMap::new();
    for (name, value) in state.entries() {
        let array = value.array().map_err(|why| Problem::of(name, "", why))?;
        tensors.insert(name.clone(), array);
    }
    Ok(tensors)
}

/// The sizes of a stream's input with so many channels.
fn stream(channels: usize, steps: Option<usize>, options: &Options) -> Result<Vec<usize>, Problem> {
    match options.input.as_deref() {
        None => Ok(vec![steps.unwrap_or(STEPS), channels]),
        Some([steps, given]) if *given == channels => Ok(vec![*steps, channels]),
        Some(given) => Err(Problem::of_file(format!(
            "the network takes a stream of {channels} channels, but the input is to be {}; write steps x {channels}",
            crate::array::axes(given)
        ))),
    }
}

/// A dense layer at every step.
fn each_dense(source: &str, kernel: Array, bias: Option<Array>, activation: &str) -> Node {
    dense("each ", "layer.", source, kernel, bias, activation)
}

/// A dense layer, with `each ` before its word and `layer.` before its tensors if it is one at every step.
fn dense(
    each: &str,
    inside: &str,
    source: &str,
    kernel: Array,
    bias: Option<Array>,
    activation: &str,
) -> Node {
    let units = kernel.shape.last().copied().unwrap_or_default();
    let mut statement = format!("{each}dense {units}");
    if !activation.is_empty() {
        statement = format!("{statement} {activation}");
    }
    let mut tensors = vec![kernel.tensor(format!("{inside}kernel"))];
    match bias {
        Some(bias) => tensors.push(bias.tensor(format!("{inside}bias"))),
        None => statement.push_str(" no_bias"),
    }
    Node::new(source, statement).with(tensors)
}

/// A recurrent layer that gives a sequence; `word` is `lstm`, `gru` or `rnn`.
fn recurrent(
    source: &str,
    word: &str,
    units: usize,
    weights: [Array; 2],
    bias: Option<Array>,
) -> Node {
    let [kernel, recurrent_kernel] = weights;
    let mut statement = format!("{word} {units} sequence");
    let mut tensors = vec![
        kernel.tensor("kernel"),
        recurrent_kernel.tensor("recurrent_kernel"),
    ];
    match bias {
        Some(bias) => tensors.push(bias.tensor("bias")),
        None => statement.push_str(" no_bias"),
    }
    Node::new(source, statement).with(tensors)
}

/// The network with its first channels added to its output.
fn with_skip(
    nodes: Vec<Node>,
    channels: usize,
    outputs: usize,
    skipped: usize,
) -> Result<Vec<Node>, Problem> {
    let block = |word: &str, bodies| Node {
        source: "skip".to_owned(),
        statement: word.to_owned(),
        tensors: Vec::new(),
        bodies,
    };
    if skipped == 0 {
        return Ok(nodes);
    }
    if skipped != outputs && skipped != 1 || skipped > channels {
        return Err(Problem::of(
            "skip",
            "",
            format!(
                "{skipped} of {channels} inputs are to be added to {outputs} outputs; what is added has one value, or as many"
            ),
        ));
    }
    if skipped == channels && skipped == outputs {
        return Ok(vec![block("residual", vec![nodes])]);
    }
    let mut kernel = Array {
        shape: vec![channels, outputs],
        values: vec![0.0; channels * outputs],
    };
    for output in 0..outputs {
        let input = output.min(skipped - 1);
        if let Some(weight) = kernel.values.get_mut(input * outputs + output) {
            *weight = 1.0;
        }
    }
    let first = each_dense("skip", kernel, None, "");
    Ok(vec![block("add", vec![nodes, vec![first]])])
}
