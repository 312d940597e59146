//! Several results as one, and numbers added to a result or multiplied with it.

use super::super::constant::{Constant, Data};
use super::super::flow::Flow;
use super::super::node::Op;
use super::super::walk::Walk;
use super::activation::per_channel;
use crate::array::Array;
use crate::graph::Step;

/// A sum or product, with a number for each channel or of several results.
pub(super) fn arithmetic(walk: &mut Walk<'_>, op: Op<'_>) -> Result<Flow, String> {
    let kind = &*op.proto.op_type;
    let count = op.proto.input.len();
    let known: Vec<usize> = (0..count)
        .filter(|i| walk.known(op, *i).is_some())
        .collect();
    match (kind, &known[..], count) {
        ("Add" | "Mul" | "Sum", [], _) => join(walk, op),
        ("Add" | "Mul", [number], 2) => affine(walk, op, 1 - number, *number),
        ("Sub" | "Div", [1], 2) => affine(walk, op, 0, 1),
        ("Sub", [0], 2) => affine(walk, op, 1, 0),
        ("Div", [0], 2) => Err("a number divided by a result is no layer of ours".to_owned()),
        _ => Err("no block of ours says it; there are `add`, `multiply` and `concat`".to_owned()),
    }
}

fn join(walk: &mut Walk<'_>, op: Op<'_>) -> Result<Flow, String> {
    let mut flows = Vec::new();
    for i in 0..op.proto.input.len() {
        flows.push(walk.flow(op, i)?);
    }
    if let Some(flow) = gated(walk, op, &flows) {
        return Ok(flow);
    }
    let size = |flow: &&Flow| {
        flow.dims()
            .iter()
            .fold(1_usize, |product, dim| product.saturating_mul(*dim))
    };
    let first = flows
        .iter()
        .rev()
        .max_by_key(size)
        .cloned()
        .ok_or("it has no inputs")?;
    let mut inputs = Vec::new();
    for mut flow in flows {
        if flow.dims() != first.dims() {
            flow = repeated(walk, op, &flow, &first)?;
        }
        if !flow.lies_as(&first) {
            return Err("its inputs have their channels in different places; that takes a turn that no layer of ours does".to_owned());
        }
        inputs.push(walk.shaped(op, &flow, &first.shape));
    }
    let step = match &*op.proto.op_type {
        "Mul" => Step::Multiply,
        _ => Step::Add,
    };
    let operator = walk.push(op, step, inputs, false);
    Ok(first.given_by(operator, first.shape.clone()))
}

/// `x * sigmoid(x)` as the activation that it is.
fn gated(walk: &mut Walk<'_>, op: Op<'_>, flows: &[Flow]) -> Option<Flow> {
    let [a, b] = flows else { return None };
    if op.proto.op_type != "Mul" || a.dims() != b.dims() || !a.lies_as(b) {
        return None;
    }
    for (x, gate) in [(a, b), (b, a)] {
        let operator = walk
            .operators
            .get_mut(gate.operator)
            .filter(|operator| gate.alone && operator.inputs == [x.operator]);
        let Some(Step::Layer(node)) = operator.map(|operator| &mut operator.step) else {
            continue;
        };
        node.statement = match &*node.statement {
            "sigmoid" => "silu",
            "hard_sigmoid" => "hard_silu",
            _ => continue,
        }
        .to_owned();
        return Some(gate.clone());
    }
    None
}

/// One value for each channel as an image like `other`, which ONNX does on its own: squeeze and excitation.
fn repeated(walk: &mut Walk<'_>, op: Op<'_>, flow: &Flow, other: &Flow) -> Result<Flow, String> {
    let (own, wanted) = (flow.dims(), other.dims());
    let fault = || {
        format!(
            "it repeats {} to fit {}, which only an image of one pixel can",
            crate::array::axes(&own),
            crate::array::axes(&wanted)
        )
    };
    let fits = own.len() == wanted.len()
        && own
            .iter()
            .zip(&wanted)
            .all(|(own, wanted)| own == wanted || *own == 1);
    let channels = other.shape.last().copied().unwrap_or(1);
    let all: Vec<usize> = (0..flow.rank()).collect();
    if !fits
        || flow.in_order(&all).is_none()
        || other.shape.len() < 2
        || own.iter().product::<usize>() != channels
        || !(0..flow.rank()).any(|axis| other.is_channels(axis) && flow.dim(axis) == channels)
    {
        return Err(fault());
    }
    let spatial = other.shape.get(..other.shape.len() - 1).unwrap_or_default();
    let pixel: Vec<usize> = spatial.iter().map(|_| 1).chain([channels]).collect();
    let operator = walk.shaped(op, flow, &pixel);
    let statement = format!("upsample {}", super::joined(spatial));
    let operator = walk.layer(op, operator, statement, Vec::new(), false);
    Ok(other.given_by(operator, other.shape.clone()))
}

/// Channels side by side.
pub(super) fn concat(walk: &mut Walk<'_>, op: Op<'_>) -> Result<Flow, String> {
    let mut flows = Vec::new();
    for i in 0..op.proto.input.len() {
        flows.push(walk.flow(op, i)?);
    }
    let first = flows.first().cloned().ok_or("it has no inputs")?;
    let axis = first
        .axis(op.int("axis", 1))
        .ok_or("there is no such axis")?;
    let (mut inputs, mut channels) = (Vec::new(), 0_usize);
    for flow in &flows {
        let mut shape = first.shape.clone();
        if let Some(last) = shape.last_mut() {
            *last = flow.dim(axis);
        }
        let vector = flow.order(axis) == Some(None);
        if vector {
            shape = vec![flow.dim(axis)];
        } else if !flow.is_channels(axis) || flow.shape != shape {
            return Err(
                "it joins another axis than the channels, or results in different orders"
                    .to_owned(),
            );
        }
        inputs.push(walk.shaped(op, flow, &shape));
        channels = channels
            .checked_add(flow.dim(axis))
            .ok_or("it has too many channels")?;
    }
    let first = match first.order(axis) {
        Some(None) => first.given_by(0, vec![first.dim(axis)]),
        _ => first,
    };
    let operator = walk.push(op, Step::Concat, inputs, false);
    Ok(first.with_channels(operator, axis, channels))
}

/// A normalisation that only multiplies and adds: its epsilon is too little to change 1 as an f32.
pub(super) const AFFINE: &str = "batch_norm epsilon 1e-12";

/// A number for each channel, added or multiplied: the bias of the layer before it, or a normalisation that does nothing else.
fn affine(walk: &mut Walk<'_>, op: Op<'_>, flow: usize, number: usize) -> Result<Flow, String> {
    let flow = walk.flow(op, flow)?;
    let tensor = walk.known(op, number).and_then(numbers);
    let tensor = tensor.ok_or("its second input has no numbers")?;
    walk.keep(tensor.values.len())?;
    let (flow, numbers) = per_channel(walk, op, &flow, &tensor)?;
    let all = |value: f32| Array {
        values: vec![value; numbers.values.len()],
        shape: numbers.shape.clone(),
    };
    walk.keep(numbers.values.len().saturating_mul(4))?;
    let (factors, offsets) = match (&*op.proto.op_type, number) {
        ("Add", _) => (all(1.0), numbers.clone()),
        ("Sub", 1) => (all(1.0), numbers.clone().scaled(-1.0)),
        ("Sub", _) => (all(-1.0), numbers.clone()),
        ("Mul", _) => (numbers.clone(), all(0.0)),
        _ => {
            let mut inverse = numbers.clone();
            inverse
                .values
                .iter_mut()
                .for_each(|value| *value = value.recip());
            (inverse, all(0.0))
        }
    };
    if factors == all(1.0) && biased(walk, &flow, &offsets)
        || composed(walk, &flow, &factors, &offsets)
    {
        return Ok(flow);
    }
    let tensors = vec![
        factors.tensor("gamma"),
        offsets.tensor("beta"),
        all(0.0).tensor("moving_mean"),
        all(1.0).tensor("moving_variance"),
    ];
    let operator = walk.layer(op, flow.operator, AFFINE.to_owned(), tensors, true);
    Ok(flow.given_by(operator, flow.shape.clone()))
}

/// Whether the layer before does the same, and now this too.
fn composed(walk: &mut Walk<'_>, flow: &Flow, factors: &Array, offsets: &Array) -> bool {
    let node = walk
        .changeable(flow)
        .filter(|node| node.statement == AFFINE);
    let Some([gamma, beta, ..]) = node.map(|node| &mut node.tensors[..]) else {
        return false;
    };
    let numbers = factors.values.iter().zip(&offsets.values);
    for ((gamma, beta), (factor, offset)) in
        gamma.values.iter_mut().zip(&mut beta.values).zip(numbers)
    {
        (*gamma, *beta) = (*gamma * factor, *beta * factor + offset);
    }
    true
}

#[allow(clippy::cast_precision_loss, reason = "a factor written as an integer")]
fn numbers(constant: &Constant) -> Option<Array> {
    match &constant.data {
        Data::Floats(_) => constant.array(),
        Data::Ints(ints) => Array::new(
            constant.shape.clone(),
            ints.iter().map(|int| *int as f32).collect(),
        ),
    }
}

/// Whether the layer before has no bias and takes this one.
fn biased(walk: &mut Walk<'_>, flow: &Flow, bias: &Array) -> bool {
    let Some(node) = walk.changeable(flow) else {
        return false;
    };
    let Some(statement) = node.statement.strip_suffix(" no_bias") else {
        return false;
    };
    let inside = if statement.starts_with("each ") {
        "layer."
    } else {
        ""
    };
    node.statement = statement.to_owned();
    node.tensors
        .push(bias.clone().tensor(format!("{inside}bias")));
    true
}
