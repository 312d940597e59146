//! Recurrent layers.

use super::super::constant::Constant;
use super::super::flow::Flow;
use super::super::node::Op;
use super::super::walk::Walk;
use crate::array::Array;

/// The differences between the cells.
struct Cell {
    word: &'static str,
    /// For each of our gates, which of the file's it is.
    gates: &'static [usize],
    /// The file's usual activations.
    usual: &'static [&'static str],
}

const LSTM: Cell = Cell {
    word: "lstm",
    gates: &[0, 2, 3, 1],
    usual: &["Sigmoid", "Tanh", "Tanh"],
};
const GRU: Cell = Cell {
    word: "gru",
    gates: &[0, 1, 2],
    usual: &["Sigmoid", "Tanh"],
};
const RNN: Cell = Cell {
    word: "rnn",
    gates: &[0],
    usual: &["Tanh"],
};

/// The sizes of a recurrent layer.
struct Sizes {
    steps: usize,
    features: usize,
    units: usize,
    directions: usize,
}

/// The sequence of all steps, the hidden state after the last, and nothing for the cell state.
pub(super) fn recurrent(walk: &mut Walk<'_>, op: Op<'_>) -> Result<Vec<Option<Flow>>, String> {
    let flow = walk.flow(op, 0)?;
    let cell = match &*op.proto.op_type {
        "LSTM" => LSTM,
        "GRU" => GRU,
        _ => RNN,
    };
    let batch_first = op.int("layout", 0) != 0;
    if flow.rank() != 3 {
        return Err("it takes no batch of sequences".to_owned());
    }
    let order = if batch_first { [1, 2] } else { [0, 2] };
    let shape = flow
        .in_order(&order)
        .ok_or("its steps and features are in another order, which would take a turn")?;
    let units = usize::try_from(op.int("hidden_size", 0))
        .ok()
        .filter(|units| *units > 0)
        .ok_or("its number of units is none")?;
    let direction = op.text("direction").unwrap_or("forward");
    let (steps, features) = match shape[..] {
        [steps, features] => (steps, features),
        _ => return Err("it takes no sequence".to_owned()),
    };
    let sizes = Sizes {
        steps,
        features,
        units,
        directions: if direction == "bidirectional" { 2 } else { 1 },
    };
    plain(walk, op)?;
    let (words, own) = options(op, &cell, &sizes)?;
    let tensors = tensors(walk, op, &cell, &sizes)?;
    let no_bias = if op.input(3).is_none() {
        " no_bias"
    } else {
        ""
    };
    let (before, behind) = match direction {
        "bidirectional" => ("bidirectional ", " concat"),
        "reverse" => ("", " backwards"),
        _ => ("", ""),
    };
    let statement = format!("{before}{} {units}{words}{own}{behind}{no_bias}", cell.word);
    let input = walk.shaped(op, &flow, &shape);
    let sequence = walk.layer(
        op,
        input,
        format!("{statement} sequence"),
        tensors.clone(),
        false,
    );
    walk.keep(tensors.iter().map(|tensor| tensor.values.len()).sum())?;
    let last = walk.layer(op, input, statement, tensors, false);
    if direction == "forward" {
        walk.lasts.insert(sequence, last);
    }
    Ok(vec![
        all_steps(op, &sizes, sequence, batch_first, direction),
        last_step(&sizes, last, batch_first),
        None,
    ])
}

/// The first output: steps, directions, the batch and units.
fn all_steps(
    _: Op<'_>,
    sizes: &Sizes,
    operator: usize,
    batch_first: bool,
    direction: &str,
) -> Option<Flow> {
    let width = sizes.directions * sizes.units;
    let flow = Flow::new(
        operator,
        vec![sizes.steps, width],
        &[Some(0), Some(1), None],
    );
    let split = flow.reshaped(&[sizes.steps, sizes.directions, sizes.units, 1])?;
    // We give a sequence that is read backwards in the order in which it was computed.
    if direction == "reverse" && sizes.steps > 1 {
        return None;
    }
    let order: &[usize] = if batch_first {
        &[3, 0, 1, 2]
    } else {
        &[0, 1, 3, 2]
    };
    split.transposed(order)
}

/// The second output: directions, the batch and units.
fn last_step(sizes: &Sizes, operator: usize, batch_first: bool) -> Option<Flow> {
    let width = sizes.directions * sizes.units;
    let flow = Flow::new(operator, vec![width], &[Some(0), None]);
    let split = flow.reshaped(&[sizes.directions, sizes.units, 1])?;
    let order: &[usize] = if batch_first { &[2, 0, 1] } else { &[0, 2, 1] };
    split.transposed(order)
}

/// The last step of a recurrent layer, whose steps are the file's `axis`.
pub(super) fn last(walk: &mut Walk<'_>, flow: &Flow, axis: usize) -> Result<Flow, String> {
    let wrong =
        "it takes one step of a sequence, which only recurrent layers that run forward can give";
    let (&last, [steps, units]) = (
        walk.lasts.get(&flow.operator).ok_or(wrong)?,
        &flow.shape[..],
    ) else {
        return Err(wrong.to_owned());
    };
    if flow.dim(axis) != *steps || *steps == 1 {
        return Err(wrong.to_owned());
    }
    // The steps must be one axis, and the units another.
    let others: Vec<Option<usize>> = (0..flow.rank())
        .map(|other| (other != axis && flow.dim(other) != 1).then_some(0))
        .collect();
    let behind: Vec<usize> = [axis]
        .into_iter()
        .chain((0..flow.rank()).filter(|other| *other != axis && flow.dim(*other) != 1))
        .collect();
    match flow.in_order(&behind) {
        Some(shape) if shape.len() <= 2 => Ok(Flow::new(last, vec![*units], &others)),
        _ => Err(wrong.to_owned()),
    }
}

/// Whether everything is as usual that we have no options for.
fn plain(walk: &Walk<'_>, op: Op<'_>) -> Result<(), String> {
    for (index, what) in [(4, "lengths of its sequences"), (7, "peepholes")] {
        if op.input(index).is_some() {
            return Err(format!(
                "its {what} are an input, which our recurrent layers have not"
            ));
        }
    }
    for (index, what) in [(5, "hidden"), (6, "cell")] {
        let zeros = |constant: &Constant| {
            constant
                .floats()
                .is_some_and(|values| values.iter().all(|value| *value == 0.0))
        };
        if op.input(index).is_some() && !walk.known(op, index).is_some_and(zeros) {
            return Err(format!("its first {what} state is not zeros"));
        }
    }
    if op.has("clip") || op.int("input_forget", 0) != 0 {
        return Err("it cuts its values, or joins its gates".to_owned());
    }
    Ok(())
}

/// The activations, and what else the statement says.
fn options(op: Op<'_>, cell: &Cell, sizes: &Sizes) -> Result<(String, &'static str), String> {
    let given = op.texts("activations").filter(|names| !names.is_empty());
    let usual = cell.usual.repeat(sizes.directions);
    let names = given.unwrap_or(usual);
    let (first, rest) = names
        .split_at_checked(cell.usual.len())
        .ok_or("it has too few activations")?;
    if !rest.is_empty() && first != rest || op.has("activation_alpha") || op.has("activation_beta")
    {
        return Err("its activations have numbers, or differ between its directions".to_owned());
    }
    let word = |name: &str| match name {
        "Sigmoid" => Ok("sigmoid"),
        "Tanh" => Ok("tanh"),
        "Relu" => Ok("relu"),
        "Softsign" => Ok("softsign"),
        "Softplus" => Ok("softplus"),
        _ => Err(format!(
            "we have no activation `{}` in a recurrent layer",
            crate::error::shown(name)
        )),
    };
    let mut words = String::new();
    let (gates, own) = match (cell.word, first) {
        ("rnn", [own]) => ("Sigmoid", *own),
        ("gru", [gates, own]) => (*gates, *own),
        ("lstm", [gates, own, out]) if own == out => (*gates, *own),
        _ => return Err("its cell and its output have different activations".to_owned()),
    };
    if own != "Tanh" {
        words = format!(" {}", word(own)?);
    }
    if gates != "Sigmoid" {
        words = format!("{words} recurrent_activation {}", word(gates)?);
    }
    let before = cell.word == "gru" && op.int("linear_before_reset", 0) == 0;
    Ok((words, if before { " reset_before" } else { "" }))
}

/// Kernels and biases of each direction in our order.
fn tensors(
    walk: &mut Walk<'_>,
    op: Op<'_>,
    cell: &Cell,
    sizes: &Sizes,
) -> Result<Vec<crate::Tensor>, String> {
    let many = "it has too many units";
    let rows = cell.gates.len().checked_mul(sizes.units).ok_or(many)?;
    let both = rows.checked_mul(2).ok_or(many)?;
    let kernels = weights(
        walk,
        op,
        1,
        "weights",
        &[sizes.directions, rows, sizes.features],
    )?;
    let inner = weights(
        walk,
        op,
        2,
        "recurrent weights",
        &[sizes.directions, rows, sizes.units],
    )?;
    let biases = match op.input(3) {
        None => None,
        Some(_) => Some(weights(walk, op, 3, "biases", &[sizes.directions, both])?),
    };
    let mut tensors = Vec::new();
    for direction in 0..sizes.directions {
        let inside = match (sizes.directions, direction) {
            (1, _) => "",
            (_, 0) => "forward.",
            _ => "backward.",
        };
        let part = |array: &Array| part(array, direction);
        for (array, name) in [(&kernels, "kernel"), (&inner, "recurrent_kernel")] {
            tensors.push(
                part(array)
                    .transposed()
                    .gates(cell.gates)
                    .tensor(format!("{inside}{name}")),
            );
        }
        if let Some(biases) = &biases {
            let two = cell.word == "gru" && op.int("linear_before_reset", 0) != 0;
            tensors.push(bias(&part(biases), cell, two).tensor(format!("{inside}bias")));
        }
    }
    Ok(tensors)
}

/// The biases of the inputs and of the hidden state, one behind the other in the file, as `two` rows or as their sum.
fn bias(both: &Array, cell: &Cell, two: bool) -> Array {
    let (first, second) = both.values.split_at(both.values.len() / 2);
    let halves = [first, second].map(|half| Array::vector(half.to_vec()).gates(cell.gates));
    let [first, second] = halves;
    match two {
        true => first.rows(&second),
        false => first.plus(&second),
    }
}

fn weights(
    walk: &mut Walk<'_>,
    op: Op<'_>,
    index: usize,
    what: &str,
    shape: &[usize],
) -> Result<Array, String> {
    let array = walk.weights(op, index, what)?;
    if array.shape == shape {
        return Ok(array);
    }
    Err(format!(
        "its {what} are {}, but the layer needs {}",
        crate::array::axes(&array.shape),
        crate::array::axes(shape)
    ))
}

/// One of the parts along the first axis.
fn part(array: &Array, index: usize) -> Array {
    let (_, shape) = array.shape.split_first().unwrap_or((&1, &[]));
    let count = shape.iter().product::<usize>();
    let values = array
        .values
        .get(index * count..(index + 1) * count)
        .unwrap_or_default();
    Array {
        shape: shape.to_vec(),
        values: values.to_vec(),
    }
}
