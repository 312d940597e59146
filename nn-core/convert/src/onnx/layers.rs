//! Operators of ONNX as layers of ours.

mod activation;
mod conv;
mod dense;
mod join;
mod norm;
mod pool;
mod recurrent;
mod shape;
mod sort;

pub(super) use activation::activation;

use super::flow::Flow;
use super::fold;
use super::node::Op;
use super::proto::element;
use super::walk::{Value, Walk};
use crate::graph::Step;

/// The results of an operator.
pub(super) fn results(walk: &mut Walk<'_>, op: Op<'_>) -> Result<Vec<Value>, String> {
    match &*op.kind() {
        "Shape" => {
            let shape = walk.flow(op, 0)?.dims();
            Ok(vec![Value::Known(fold::shape_of(op, &shape))])
        }
        "LSTM" | "GRU" | "RNN" => {
            let flows = recurrent::recurrent(walk, op)?;
            let mut values = Vec::new();
            for (name, flow) in op.proto.output.iter().zip(flows) {
                if flow.is_none() && walk.is_needed(name) {
                    return Err(format!(
                        "its output `{}` is its last cell state, or a sequence that was read backwards, which our layers do not give",
                        crate::error::shown(name)
                    ));
                }
                values.push(flow.map_or(Value::Lost, Value::Flows));
            }
            Ok(values)
        }
        kind => Ok(vec![Value::Flows(result(walk, op, kind)?)]),
    }
}

fn result(walk: &mut Walk<'_>, op: Op<'_>, kind: &str) -> Result<Flow, String> {
    match kind {
        "Identity" | "Dropout" => walk.flow(op, 0),
        "Cast" => cast(walk, op),
        "Transpose" | "Reshape" | "Flatten" | "Squeeze" | "Unsqueeze" => shape::view(walk, op),
        "Gather" => shape::gather(walk, op),
        "Slice" => shape::slice(walk, op),
        "Pad" => shape::pad(walk, op),
        "Resize" | "Upsample" => shape::resize(walk, op),
        "Gemm" => dense::gemm(walk, op),
        "MatMul" => dense::matmul(walk, op),
        "Conv" => conv::conv(walk, op),
        "ConvTranspose" => conv::transposed(walk, op),
        "MaxPool" | "AveragePool" => pool::pool(walk, op),
        "GlobalMaxPool" | "GlobalAveragePool" | "ReduceMean" | "ReduceMax" => {
            pool::global(walk, op)
        }
        "BatchNormalization" => norm::batch(walk, op),
        "LayerNormalization" => norm::layer(walk, op),
        "Add" | "Sub" | "Mul" | "Div" | "Sum" => join::arithmetic(walk, op),
        "Concat" => join::concat(walk, op),
        "PRelu" => activation::prelu(walk, op),
        _ => {
            let word = activation::word(walk, op)?;
            let flow = walk.flow(op, 0)?;
            activation(walk, op, flow, &word)
        }
    }
}

/// Numbers of another type are the same to us, but for fractions that are cut off.
fn cast(walk: &mut Walk<'_>, op: Op<'_>) -> Result<Flow, String> {
    let flow = walk.flow(op, 0)?;
    let floats = [
        element::FLOAT,
        element::FLOAT16,
        element::DOUBLE,
        element::BFLOAT16,
    ];
    let whole = i32::try_from(op.int("to", 0)).is_ok_and(|kind| !floats.contains(&kind));
    // The network's own input may be indices.
    if whole
        && !matches!(
            walk.operators
                .get(flow.operator)
                .map(|operator| &operator.step),
            Some(Step::Input)
        )
    {
        return Err("it cuts fractions off, which no layer of ours does".to_owned());
    }
    Ok(flow)
}

/// One number for each axis, as in `pad 1x2`; the shorter form where they are one.
fn joined(sizes: &[usize]) -> String {
    match sizes {
        [first, rest @ ..] if rest.iter().all(|size| size == first) => first.to_string(),
        _ => crate::keras::times(sizes),
    }
}
