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
use super::walk::{Value, Walk};

/// What an operator gives.
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
        "Identity" | "Dropout" | "Cast" => walk.flow(op, 0),
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

/// One number for each axis, as in `pad 1x2`; the shorter form where they are one.
fn joined(sizes: &[usize]) -> String {
    match sizes {
        [first, rest @ ..] if rest.iter().all(|size| size == first) => first.to_string(),
        _ => crate::keras::times(sizes),
    }
}
