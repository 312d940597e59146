//! A state dictionary as JSON: layers in the order of the file, and of a recurrent layer all that its tensors tell.

use super::{each_dense, recurrent, stream};
use crate::array::{Array, axes};
use crate::json::Json;
use crate::{Error, Model, Node, Options, Problem};

/// The order of a GRU's gates: PyTorch has r, z, n, we have z, r, h.
pub(super) const GRU: &[usize] = &[1, 0, 2];

/// The most tensors of a stream's network, which has a dozen.
const MOST: usize = 1000;

/// The network of a state dictionary without a structure, if nothing but recurrent layers and one dense layer can be meant.
pub(super) fn read(file: &Json, options: &Options) -> Result<Model, Error> {
    let mut problems = Vec::new();
    if file.entries().len() > MOST {
        return Err(Problem::of_file(format!("it has more than {MOST} tensors")).into());
    }
    let (mut nodes, mut channels, mut inputs): (Vec<Node>, _, _) = (Vec::new(), None, None);
    for group in groups(file) {
        let place = if group.is_empty() { "the file" } else { &group };
        let tensor = |name: &str| tensor(file, &group, name);
        if tensor("weight_hh_l0").is_some() {
            match layers(&tensor, place) {
                Ok(layers) => {
                    for (node, sizes) in layers {
                        follow(&mut channels, &mut inputs, sizes, place, &mut problems);
                        nodes.push(node);
                    }
                }
                Err(problem) => problems.push(problem),
            }
        } else if nodes.iter().any(|node| node.statement.starts_with("each")) || nodes.is_empty() {
            problems.push(Problem::of(place, "", "a state dictionary says neither strides nor what lies between its layers; give the declaration (`--declaration`), and the layout `torch`"));
        } else {
            match linear(&tensor, place) {
                Ok((node, sizes)) => {
                    follow(&mut channels, &mut inputs, sizes, place, &mut problems);
                    nodes.push(node);
                }
                Err(problem) => problems.push(problem),
            }
        }
    }
    let input = match stream(inputs.unwrap_or(1), None, options) {
        Ok(input) => input,
        Err(problem) => {
            problems.push(problem);
            Vec::new()
        }
    };
    if !problems.is_empty() {
        return Err(problems.into());
    }
    Ok(Model {
        input,
        nodes,
        ..Model::default()
    })
}

/// Goes from one layer to the next, whose inputs must be the last one's outputs.
fn follow(
    channels: &mut Option<usize>,
    inputs: &mut Option<usize>,
    [takes, gives]: [usize; 2],
    place: &str,
    problems: &mut Vec<Problem>,
) {
    if let Some(given) = channels.filter(|given| *given != takes) {
        problems.push(Problem::of(place, "", format!("it takes {takes} inputs, but the layer before it in the file gives {given}; give the declaration")));
    }
    inputs.get_or_insert(takes);
    *channels = Some(gives);
}

/// The parts of the names before their last point, in the order of the file.
fn groups(file: &Json) -> Vec<String> {
    let mut groups: Vec<String> = Vec::new();
    for (name, _) in file.entries() {
        let group = name.rsplit_once('.').map_or("", |(group, _)| group);
        if !groups.iter().any(|known| known == group) {
            groups.push(group.to_owned());
        }
    }
    groups
}

fn tensor<'a>(file: &'a Json, group: &str, name: &str) -> Option<&'a Json> {
    match group {
        "" => file.get(name),
        group => file.get(&format!("{group}.{name}")),
    }
}

/// The tensor of this name, which must have so many axes.
fn wanted<'a>(
    tensor: &dyn Fn(&str) -> Option<&'a Json>,
    name: &str,
    rank: usize,
    place: &str,
) -> Result<Array, Problem> {
    let problem = |message: String| Problem::of(place, "", message);
    let value = tensor(name).ok_or_else(|| problem(format!("`{name}` is not there")))?;
    let array = value
        .array()
        .map_err(|why| problem(format!("`{name}` {why}")))?;
    match array.shape.len() == rank {
        true => Ok(array),
        false => Err(problem(format!(
            "`{name}` is {}, which are not {rank} axes",
            axes(&array.shape)
        ))),
    }
}

/// A layer with its numbers of inputs and outputs.
type Sized = (Node, [usize; 2]);

/// A `torch.nn.Linear` at every step.
pub(super) fn linear<'a>(
    tensor: &dyn Fn(&str) -> Option<&'a Json>,
    place: &str,
) -> Result<Sized, Problem> {
    let weight = wanted(tensor, "weight", 2, place)?;
    let sizes = match weight.shape[..] {
        [outputs, inputs] => [inputs, outputs],
        _ => [0, 0],
    };
    let bias = match tensor("bias") {
        Some(_) => Some(wanted(tensor, "bias", 1, place)?),
        None => None,
    };
    if let Some(bias) = bias.as_ref().filter(|bias| bias.values.len() != sizes[1]) {
        return Err(Problem::of(
            place,
            "",
            format!(
                "`bias` has {} values, but `weight` has {} rows",
                bias.values.len(),
                sizes[1]
            ),
        ));
    }
    Ok((each_dense(place, weight.transposed(), bias, ""), sizes))
}

/// A `torch.nn.LSTM`, `GRU` or `RNN` of one or more layers.
pub(super) fn layers<'a>(
    tensor: &dyn Fn(&str) -> Option<&'a Json>,
    place: &str,
) -> Result<Vec<Sized>, Problem> {
    let mut layers = Vec::new();
    for name in ["weight_hh_l0_reverse", "weight_hr_l0"] {
        if tensor(name).is_some() {
            return Err(Problem::of(
                place,
                "",
                format!(
                    "`{name}`: a layer that also runs backward, or has projections, is no stream's; give the declaration"
                ),
            ));
        }
    }
    while tensor(&format!("weight_hh_l{}", layers.len())).is_some() {
        let number = layers.len();
        layers.push(layer(tensor, number, place)?);
    }
    Ok(layers)
}

fn layer<'a>(
    tensor: &dyn Fn(&str) -> Option<&'a Json>,
    number: usize,
    place: &str,
) -> Result<Sized, Problem> {
    let kernel = wanted(tensor, &format!("weight_ih_l{number}"), 2, place)?;
    let recurrent_kernel = wanted(tensor, &format!("weight_hh_l{number}"), 2, place)?;
    let wrong = |what: &str, found: &Array| {
        Problem::of(
            place,
            "",
            format!(
                "`{what}_l{number}` is {}, and the layer's `weight_hh_l{number}` {}",
                axes(&found.shape),
                axes(&recurrent_kernel.shape)
            ),
        )
    };
    let (&[rows, inputs], &[gated, units]) = (&kernel.shape[..], &recurrent_kernel.shape[..])
    else {
        return Err(wrong("weight_ih", &kernel));
    };
    let (word, order): (_, &[usize]) = match gated.checked_div(units) {
        Some(4) => ("lstm", &[]),
        Some(3) => ("gru", GRU),
        Some(1) => ("rnn", &[]),
        _ => return Err(wrong("weight_hh", &recurrent_kernel)),
    };
    if rows != gated || gated % units != 0 {
        return Err(wrong("weight_ih", &kernel));
    }
    let in_order = |array: Array| match order.is_empty() {
        true => array,
        false => array.gates(order),
    };
    let bias = match tensor(&format!("bias_ih_l{number}")) {
        None => None,
        Some(_) => {
            let first = wanted(tensor, &format!("bias_ih_l{number}"), 1, place)?;
            let second = wanted(tensor, &format!("bias_hh_l{number}"), 1, place)?;
            if let Some(bias) = [&first, &second]
                .into_iter()
                .find(|bias| bias.values.len() != gated)
            {
                return Err(wrong("bias_ih", bias));
            }
            Some(match word {
                "gru" => in_order(first).rows(&in_order(second)),
                _ => first.plus(&second),
            })
        }
    };
    let weights = [kernel, recurrent_kernel].map(|weight| in_order(weight.transposed()));
    Ok((
        recurrent(place, word, units, weights, bias),
        [inputs, units],
    ))
}
