//! Activations, behind the layer before them where it takes one.

use super::super::flow::Flow;
use super::super::node::Op;
use super::super::walk::Walk;
use super::join::AFFINE;
use crate::array::Array;

/// The flow through an activation.
pub(in super::super) fn activation(
    walk: &mut Walk<'_>,
    op: Op<'_>,
    flow: Flow,
    word: &str,
) -> Result<Flow, String> {
    if let Some(node) = walk
        .changeable(&flow)
        .filter(|node| node.statement != AFFINE)
    {
        node.statement = format!("{} {word}", node.statement);
        walk.close(&flow);
        return Ok(flow);
    }
    let operator = walk.layer(op, flow.operator, word.to_owned(), Vec::new(), false);
    Ok(flow.given_by(operator, flow.shape.clone()))
}

/// `elu 0.5`, but `elu` for its usual number.
fn with(word: &str, number: f32, usual: f32) -> String {
    if (number - usual).abs() < 1e-6 {
        return word.to_owned();
    }
    format!("{word} {number:?}")
}

fn is(value: f32, wanted: f32) -> bool {
    (value - wanted).abs() < 1e-5
}

/// The word of an operator that works value by value, or on the channels.
pub(super) fn word(walk: &Walk<'_>, op: Op<'_>) -> Result<String, String> {
    let alpha = |otherwise| op.float("alpha", otherwise);
    let plain = match &*op.kind() {
        "Relu" => "relu",
        "Sigmoid" => "sigmoid",
        "Tanh" => "tanh",
        "Softplus" => "softplus",
        "Softsign" => "softsign",
        "Exp" => "exponential",
        "Mish" => "mish",
        "HardSwish" => "hard_silu",
        "LeakyRelu" => return Ok(format!("leaky_relu {:?}", alpha(0.01))),
        "Elu" => return Ok(with("elu", alpha(1.0), 1.0)),
        "Celu" => return Ok(with("celu", alpha(1.0), 1.0)),
        "Swish" if is(alpha(1.0), 1.0) => "silu",
        "Selu"
            if is(alpha(1.673_263_2), 1.673_263_2)
                && is(op.float("gamma", 1.050_701), 1.050_701) =>
        {
            "selu"
        }
        "HardSigmoid" if is(alpha(0.2), 1.0 / 6.0) && is(op.float("beta", 0.5), 0.5) => {
            "hard_sigmoid"
        }
        "Gelu" => match op.text("approximate") {
            Some("tanh") => "gelu_tanh",
            _ => "gelu",
        },
        "Clip" => return clip(walk, op),
        "Shrink" => return shrink(op),
        "Softmax" => return rows(walk, op, "softmax"),
        "LogSoftmax" => return rows(walk, op, "log_softmax"),
        "HardSigmoid" => {
            return Err(format!(
                "its slope is {}; our `hard_sigmoid` is Keras 3's and PyTorch's, of slope 1/6",
                alpha(0.2)
            ));
        }
        "Swish" | "Selu" => {
            return Err("it has other numbers than the usual ones, which we have".to_owned());
        }
        _ => return Err("no layer of ours says it".to_owned()),
    };
    Ok(plain.to_owned())
}

/// The ends of a `Clip`, in attributes or inputs.
fn clip(walk: &Walk<'_>, op: Op<'_>) -> Result<String, String> {
    let end = |index: usize, name: &str, otherwise: f32| -> Result<f32, String> {
        match (op.input(index), walk.known(op, index)) {
            (None, _) => Ok(op.float(name, otherwise)),
            (Some(_), Some(constant)) => constant
                .scalar()
                .ok_or_else(|| format!("its `{name}` is no number")),
            (Some(_), None) => Err(format!("its `{name}` is not known")),
        }
    };
    let (least, most) = (end(1, "min", f32::MIN)?, end(2, "max", f32::MAX)?);
    match (least, most) {
        _ if is(least, 0.0) && is(most, 6.0) => Ok("relu6".to_owned()),
        _ if is(least, 0.0) && most > 1e30 => Ok("relu".to_owned()),
        _ if is(least, -1.0) && is(most, 1.0) => Ok("hard_tanh".to_owned()),
        _ => Err(format!(
            "it cuts at {least} and {most}; we have `relu6` (0 and 6), `relu` (0) and `hard_tanh` (-1 and 1)"
        )),
    }
}

fn shrink(op: Op<'_>) -> Result<String, String> {
    let (lambda, bias) = (op.float("lambd", 0.5), op.float("bias", 0.0));
    match bias {
        _ if is(bias, lambda) => Ok(with("soft_shrink", lambda, 0.5)),
        _ if is(bias, 0.0) => Ok(with("hard_shrink", lambda, 0.5)),
        _ => Err(format!(
            "its lambda is {lambda} and its bias {bias}; they are one number in `soft_shrink`, and the bias 0 in `hard_shrink`"
        )),
    }
}

/// An activation of the channels of each step or pixel.
fn rows(walk: &Walk<'_>, op: Op<'_>, word: &str) -> Result<String, String> {
    let flow = walk.flow(op, 0)?;
    let usual = if walk.version < 13 { 1 } else { -1 };
    let axis = flow
        .axis(op.int("axis", usual))
        .ok_or("there is no such axis")?;
    // Before version 13, over all axes from this one on.
    let whole = walk.version < 13 && (axis + 1..flow.rank()).any(|axis| flow.dim(axis) != 1);
    if whole || !flow.is_channels(axis) {
        return Err("it is over another axis than the channels".to_owned());
    }
    Ok(word.to_owned())
}

/// Slopes, one for each channel or one for all.
pub(super) fn prelu(walk: &mut Walk<'_>, op: Op<'_>) -> Result<Flow, String> {
    let flow = walk.flow(op, 0)?;
    let slopes = walk.weights(op, 1, "slopes")?;
    let (flow, alpha) = per_channel(walk, op, &flow, &slopes)?;
    let operator = walk.layer(
        op,
        flow.operator,
        "prelu".to_owned(),
        vec![alpha.tensor("alpha")],
        false,
    );
    Ok(flow.given_by(operator, flow.shape.clone()))
}

/// The most channels that one number is repeated for.
const WIDEST: usize = 1 << 20;

/// A number for each of our channels, out of a tensor that is repeated along all axes of the flow but one; and the flow as the layer takes it.
pub(super) fn per_channel(
    walk: &mut Walk<'_>,
    op: Op<'_>,
    flow: &Flow,
    tensor: &Array,
) -> Result<(Flow, Array), String> {
    let rank = flow.rank();
    let missing = rank.checked_sub(tensor.shape.len()).ok_or_else(|| {
        format!(
            "its second input has {} axes, the first {rank}",
            tensor.shape.len()
        )
    })?;
    let long: Vec<usize> = (0..tensor.shape.len())
        .filter(|axis| tensor.shape.get(*axis) != Some(&1))
        .collect();
    let axis = match long[..] {
        [] => {
            let count = flow.shape.last().copied().unwrap_or(1);
            let value = tensor.values.first().copied().unwrap_or_default();
            if count > WIDEST {
                return Err("it has too many channels".to_owned());
            }
            return Ok((flow.clone(), Array::vector(vec![value; count])));
        }
        [axis] => axis + missing,
        _ => {
            return Err(format!(
                "it has a number for each of {} places, and we have one for each channel",
                crate::array::axes(&tensor.shape)
            ));
        }
    };
    if flow.dim(axis) != tensor.values.len() {
        return Err(format!(
            "it has {} numbers for an axis of {}",
            tensor.values.len(),
            flow.dim(axis)
        ));
    }
    channels(walk, op, flow, axis, &tensor.values)
}

/// Numbers along the file's `axis` in the order of our channels; and the flow as a layer takes it that has one for each.
pub(super) fn channels(
    walk: &mut Walk<'_>,
    op: Op<'_>,
    flow: &Flow,
    axis: usize,
    values: &[f32],
) -> Result<(Flow, Array), String> {
    if flow.is_channels(axis) {
        return Ok((flow.clone(), Array::vector(values.to_vec())));
    }
    if let Some(flow) = split(walk, op, flow, axis) {
        return Ok((flow, Array::vector(values.to_vec())));
    }
    // Everything is in this axis: a vector, perhaps in another order.
    let Some(order) = flow.order(axis) else {
        return Err(
            "it has a number for each place of an axis that is not the channels".to_owned(),
        );
    };
    let operator = walk.shaped(op, flow, &[values.len()]);
    let flow = flow.given_by(operator, vec![values.len()]);
    let mut sorted = values.to_vec();
    if let Some(order) = order {
        for (value, place) in values.iter().zip(order) {
            if let Some(slot) = sorted.get_mut(place) {
                *slot = *value;
            }
        }
    }
    Ok((flow, Array::vector(sorted)))
}

/// The flow as a sequence or an image whose channels are the file's `axis`, if it is a vector that the file has made one of.
fn split(walk: &mut Walk<'_>, op: Op<'_>, flow: &Flow, axis: usize) -> Option<Flow> {
    let others = (0..flow.rank()).filter(|other| *other != axis);
    let order: Vec<usize> = others.chain([axis]).collect();
    let sorted = super::sort::sorted(walk, flow, &order);
    let flow = sorted.as_ref().unwrap_or(flow);
    let dims = flow.in_order(&order)?;
    let (channels, spatial) = dims.split_last()?;
    let mut shape: Vec<usize> = spatial.iter().copied().filter(|size| *size != 1).collect();
    if !(1..=2).contains(&shape.len()) || flow.shape.len() != 1 {
        return None;
    }
    shape.push(*channels);
    let operator = walk.shaped(op, flow, &shape);
    Some(flow.given_by(operator, shape))
}
