//! Normalisations.

use super::super::flow::Flow;
use super::super::node::Op;
use super::super::walk::Walk;
use super::activation::channels;

/// With the statistics that training left.
pub(super) fn batch(walk: &mut Walk<'_>, op: Op<'_>) -> Result<Flow, String> {
    let mut flow = walk.flow(op, 0)?;
    if op.int("training_mode", 0) != 0 {
        return Err(
            "it normalises by the batch, as in training; export it with `eval()`".to_owned(),
        );
    }
    let axis = 1.min(flow.rank().saturating_sub(1));
    let mut tensors = Vec::new();
    let names = ["gamma", "beta", "moving_mean", "moving_variance"];
    let before = flow.clone();
    for (i, name) in names.iter().enumerate() {
        let values = walk.weights(op, i + 1, name)?.values;
        if values.len() != flow.dim(axis) {
            return Err(format!(
                "it has {} values of {name} for {} channels",
                values.len(),
                flow.dim(axis)
            ));
        }
        // Flattened once, with the first of them.
        let from = if i == 0 { &before } else { &flow };
        let (as_taken, tensor) = channels(walk, op, &from.clone(), axis, &values)?;
        flow = as_taken;
        tensors.push(tensor.tensor(*name));
    }
    let statement = format!("batch_norm epsilon {:?}", op.float("epsilon", 1e-5));
    let operator = walk.layer(op, flow.operator, statement, tensors, false);
    Ok(flow.given_by(operator, flow.shape.clone()))
}

/// Over the channels of each step or pixel.
pub(super) fn layer(walk: &mut Walk<'_>, op: Op<'_>) -> Result<Flow, String> {
    let flow = walk.flow(op, 0)?;
    let axis = flow
        .axis(op.int("axis", -1))
        .ok_or("there is no such axis")?;
    if axis + 1 != flow.rank() || !flow.is_channels(axis) {
        return Err("it is over other axes than the channels".to_owned());
    }
    let mut statement = format!("layer_norm epsilon {:?}", op.float("epsilon", 1e-5));
    let mut tensors = vec![walk.weights(op, 1, "scales")?.tensor("gamma")];
    match op.input(2) {
        None => statement.push_str(" no_center"),
        Some(_) => tensors.push(walk.weights(op, 2, "offsets")?.tensor("beta")),
    }
    let operator = walk.layer(op, flow.operator, statement, tensors, false);
    Ok(flow.given_by(operator, flow.shape.clone()))
}
