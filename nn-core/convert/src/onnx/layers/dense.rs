//! Products with a matrix of weights.

use super::super::flow::Flow;
use super::super::node::Op;
use super::super::walk::Walk;
use crate::array::Array;

/// `alpha * x * B + beta * C`.
pub(super) fn gemm(walk: &mut Walk<'_>, op: Op<'_>) -> Result<Flow, String> {
    let flow = walk.flow(op, 0)?;
    if op.int("transA", 0) != 0 || flow.rank() != 2 {
        return Err("its first input is turned around, or no batch of vectors".to_owned());
    }
    let mut kernel = matrix(walk, op)?;
    if op.int("transB", 0) != 0 {
        kernel = kernel.transposed();
    }
    let units = kernel.shape.last().copied().unwrap_or_default();
    let bias = match op.input(2) {
        None => None,
        Some(_) => {
            let bias = walk.weights(op, 2, "biases")?;
            let values = match bias.values[..] {
                [value] if units < 1 << 20 => vec![value; units],
                _ => bias.values,
            };
            if values.len() != units {
                return Err(format!("it has {} biases for {units} units", values.len()));
            }
            Some(Array::vector(values).scaled(op.float("beta", 1.0)))
        }
    };
    dense(walk, op, &flow, kernel.scaled(op.float("alpha", 1.0)), bias)
}

/// `x * B`, at every step or pixel.
pub(super) fn matmul(walk: &mut Walk<'_>, op: Op<'_>) -> Result<Flow, String> {
    let flow = walk.flow(op, 0).map_err(|why| match why.is_empty() {
        true => why,
        false => "a product with weights on the left is no layer of ours".to_owned(),
    })?;
    if walk.flow(op, 1).is_ok() {
        return Err(
            "a product of two results is no layer of ours but in `multi_head_attention`".to_owned(),
        );
    }
    let kernel = matrix(walk, op)?;
    dense(walk, op, &flow, kernel, None)
}

fn matrix(walk: &mut Walk<'_>, op: Op<'_>) -> Result<Array, String> {
    let kernel = walk.weights(op, 1, "weights")?;
    match kernel.shape[..] {
        [inputs, units] if inputs > 0 && units > 0 => Ok(kernel),
        _ => Err(format!(
            "its weights are {}, and those of a dense layer a matrix",
            crate::array::axes(&kernel.shape)
        )),
    }
}

/// A dense layer on the last axis of the file.
fn dense(
    walk: &mut Walk<'_>,
    op: Op<'_>,
    flow: &Flow,
    kernel: Array,
    bias: Option<Array>,
) -> Result<Flow, String> {
    let axis = flow.rank().checked_sub(1).ok_or("its input has no axes")?;
    let (inputs, units) = match kernel.shape[..] {
        [inputs, units] => (inputs, units),
        _ => return Err("its weights are no matrix".to_owned()),
    };
    if flow.dim(axis) != inputs {
        return Err(format!(
            "its weights are for {inputs} inputs, but {} come in",
            flow.dim(axis)
        ));
    }
    let own = if bias.is_some() { "" } else { " no_bias" };
    let tensors = |inside: &str, kernel: Array| {
        let mut tensors = vec![kernel.tensor(format!("{inside}kernel"))];
        tensors.extend(
            bias.clone()
                .map(|bias| bias.tensor(format!("{inside}bias"))),
        );
        tensors
    };
    if let Some(order) = flow.order(axis) {
        let kernel = match order {
            None => kernel,
            Some(order) => rows(&kernel, &order, units),
        };
        let operator = walk.shaped(op, flow, &[inputs]);
        let operator = walk.layer(
            op,
            operator,
            format!("dense {units}{own}"),
            tensors("", kernel),
            true,
        );
        let mut axes = vec![None; flow.rank()];
        if let Some(last) = axes.last_mut() {
            *last = Some(0);
        }
        return Ok(Flow::new(operator, vec![units], &axes));
    }
    let all: Vec<usize> = (0..flow.rank()).collect();
    let Some(dims) = flow.in_order(&all) else {
        return Err("it is over another axis than the channels".to_owned());
    };
    let shape = of_rank(&dims, inputs).ok_or("its input has more axes than an image")?;
    let operator = walk.shaped(op, flow, &shape);
    let operator = walk.layer(
        op,
        operator,
        format!("each dense {units}{own}"),
        tensors("layer.", kernel),
        true,
    );
    let flow = flow.given_by(operator, shape);
    Ok(flow.with_channels(operator, axis, units))
}

/// A sequence or an image that has these axes, of which those of size 1 in front are the batch's, and so many channels.
fn of_rank(dims: &[usize], channels: usize) -> Option<Vec<usize>> {
    let (_, outer) = dims.split_last()?;
    let long: Vec<usize> = outer.iter().copied().filter(|size| *size != 1).collect();
    match long[..] {
        [] => Some(vec![1, channels]),
        [steps] => Some(vec![steps, channels]),
        [height, width] => Some(vec![height, width, channels]),
        _ => None,
    }
}

/// The rows of a kernel in our order: row `i` of the file is our row `order[i]`.
fn rows(kernel: &Array, order: &[usize], units: usize) -> Array {
    let mut sorted = kernel.clone();
    for (row, place) in kernel.values.chunks_exact(units).zip(order) {
        if let Some(slot) = sorted.values.get_mut(place * units..(place + 1) * units) {
            slot.copy_from_slice(row);
        }
    }
    sorted
}
