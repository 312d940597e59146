//! ONNX files: the graph that Keras's and PyTorch's exporters write, as the layers that it was.
//!
//! A graph is walked once in its own order. What is known (weights, shapes that the file computes) is computed; what only turns axes
//! around is remembered ([`flow`]); the rest are our layers. A file does not say whether its input has the channels first or last:
//! both are tried, and the one that needs no turning around is taken.

mod constant;
mod external;
mod flow;
mod fold;
mod gelu;
mod layers;
mod node;
pub(crate) mod proto;
#[cfg(test)]
mod tests;
mod walk;
mod write;

pub use write::onnx;

use crate::graph::layers;
use crate::{Error, Model, Options, Problem};
use prost::Message;
use proto::{DimensionProto, GraphProto, ModelProto, ValueInfoProto};
use std::collections::HashSet;
use std::path::Path;
use walk::{Entry, Walk};

/// The network in an ONNX file; `folder` is where it lies, and with it what else it needs.
pub(crate) fn read(bytes: &[u8], options: &Options, folder: Option<&Path>) -> Result<Model, Error> {
    let mut file = ModelProto::decode(bytes)
        .map_err(|error| Problem::of_file(format!("it is no ONNX file: {error}")))?;
    if let Some(graph) = &mut file.graph {
        external::fill(graph, folder)?;
    }
    let graph = file
        .graph
        .as_ref()
        .ok_or_else(|| Problem::of_file("it is no ONNX file: there is no graph in it"))?;
    let (input, output) = (input(graph)?, output(graph)?);
    let mut best: Option<Reading> = None;
    for entry in entries(input, options)? {
        let found = walked(&file, graph, &entry, output);
        if best.as_ref().is_none_or(|best| found.beats(best)) {
            best = Some(found);
        }
    }
    let found = best.map(|best| best.model);
    found.unwrap_or_else(|| Err(Problem::of_file("its input has no shape").into()))
}

/// The outcome of one way to read the input.
struct Reading {
    model: Result<Model, Error>,
    /// The number of times that axes had to be turned.
    turns: usize,
    /// The number of layers found before something was wrong.
    layers: usize,
}

impl Reading {
    /// Whether this is what was meant, rather than the other: one without turns; of two that fail, the one that got further, because what
    /// it says is really wrong.
    fn beats(&self, other: &Self) -> bool {
        match (&self.model, &other.model) {
            (Ok(_), Ok(_)) => self.turns < other.turns,
            (Ok(_), Err(_)) => true,
            (Err(_), Ok(_)) => false,
            (Err(_), Err(_)) => self.layers > other.layers,
        }
    }
}

/// The model with this reading of the input.
fn walked(file: &ModelProto, graph: &GraphProto, entry: &Entry, output: &str) -> Reading {
    let mut walk = Walk::new(file, graph, entry, output);
    let found = walk
        .run(entry)
        .map_err(Error::from)
        .and_then(|()| model(&walk, entry, output));
    let turned = |node: &crate::Node| node.statement.starts_with("reshape");
    Reading {
        turns: found.as_ref().map_or(0, |model| {
            model.nodes.iter().filter(|node| turned(node)).count()
        }),
        model: found,
        layers: walk.operators.len(),
    }
}

fn model(walk: &Walk<'_>, entry: &Entry, output: &str) -> Result<Model, Error> {
    let nodes = layers(&walk.operators, walk.output(output)?)?;
    if nodes.is_empty() {
        return Err(Problem::of_file("its output is its input").into());
    }
    Ok(Model {
        input: entry.shape.clone(),
        nodes,
        ..Model::default()
    })
}

/// The one input that is no weight.
fn input(graph: &GraphProto) -> Result<&ValueInfoProto, Problem> {
    let weights = graph.initializer.iter().map(|tensor| tensor.name.as_str());
    let weights: HashSet<&str> = weights.collect();
    let inputs: Vec<&ValueInfoProto> = graph
        .input
        .iter()
        .filter(|input| !weights.contains(input.name.as_str()))
        .collect();
    match inputs[..] {
        [input] => Ok(input),
        _ => Err(Problem::of_file(format!(
            "it has {} inputs ({}), and a network has one",
            inputs.len(),
            names(&inputs)
        ))),
    }
}

fn output(graph: &GraphProto) -> Result<&str, Problem> {
    match &graph.output[..] {
        [output] => Ok(&output.name),
        outputs => Err(Problem::of_file(format!(
            "it has {} outputs ({}), and a network has one; export one of them",
            outputs.len(),
            names(&outputs.iter().collect::<Vec<_>>())
        ))),
    }
}

fn names(values: &[&ValueInfoProto]) -> String {
    let names: Vec<String> = values
        .iter()
        .take(8)
        .map(|value| crate::error::shown(&value.name))
        .collect();
    names.join(", ")
}

/// The ways in which the input may be meant: which of its axes are ours.
fn entries(input: &ValueInfoProto, options: &Options) -> Result<Vec<Entry>, Problem> {
    let kind = input
        .r#type
        .as_ref()
        .and_then(|kind| kind.tensor_type.as_ref());
    let shape = kind.and_then(|kind| kind.shape.as_ref());
    let dims: Vec<Option<usize>> =
        shape.map_or(Vec::new(), |shape| shape.dim.iter().map(size).collect());
    let orders: &[&[usize]] = match dims.len() {
        1 => &[&[0]],
        2 => &[&[1]],
        // Steps and channels; channels and steps; steps, the batch and channels.
        3 => &[&[1, 2], &[2, 1], &[0, 2]],
        4 => &[&[1, 2, 3], &[2, 3, 1]],
        rank => {
            return Err(Problem::of(
                &input.name,
                "",
                format!(
                    "its input has {rank} axes; a batch of vectors, sequences or images has 2, 3 or 4"
                ),
            ));
        }
    };
    let mut entries: Vec<Entry> = Vec::new();
    let mut open = None;
    for order in orders {
        match entry(input, &dims, order, options) {
            Ok(entry) => entries.push(entry),
            Err(problem) => open = open.or(Some(problem)),
        }
    }
    match (entries.is_empty(), open) {
        (true, Some(problem)) => Err(problem),
        _ => Ok(entries),
    }
}

/// The input with `order[i]` for the file's place of our axis `i`.
fn entry(
    input: &ValueInfoProto,
    dims: &[Option<usize>],
    order: &[usize],
    options: &Options,
) -> Result<Entry, Problem> {
    let problem = |message: String| Problem::of(&input.name, "", message);
    let found: Vec<Option<usize>> = order
        .iter()
        .map(|axis| dims.get(*axis).copied().flatten())
        .collect();
    let given = options.input.as_deref();
    if let Some(given) = given.filter(|given| given.len() != found.len()) {
        return Err(problem(format!(
            "its input has {} axes without the batch, but `{}` are given",
            found.len(),
            crate::array::axes(given)
        )));
    }
    let mut shape = Vec::new();
    for (i, size) in found.iter().enumerate() {
        let wanted = given.and_then(|given| given.get(i)).copied();
        match (size, wanted) {
            (Some(size), Some(wanted)) if *size != wanted => {
                return Err(problem(format!(
                    "axis {i} of its input is {size}, but {wanted} is given"
                )));
            }
            (Some(size), _) if (1..1 << 31).contains(size) => shape.push(*size),
            (None, Some(size)) if (1..1 << 31).contains(&size) => shape.push(size),
            _ => {
                return Err(problem(
                    "the sizes of its input are open; give them, as in `--input 28x28x1`"
                        .to_owned(),
                ));
            }
        }
    }
    let axes = (0..dims.len()).map(|axis| order.iter().position(|place| *place == axis));
    Ok(Entry {
        name: input.name.clone(),
        axes: axes.collect(),
        batch: (0..dims.len())
            .find(|axis| !order.contains(axis))
            .and_then(|axis| dims.get(axis).copied().flatten())
            .unwrap_or(1),
        shape,
    })
}

fn size(dim: &DimensionProto) -> Option<usize> {
    let size = usize::try_from(dim.dim_value?).ok()?;
    (size > 0).then_some(size)
}
