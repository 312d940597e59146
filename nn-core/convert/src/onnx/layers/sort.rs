//! A vector that the file makes an image of with the channels first: the dense layer that gives it gives it in our order instead.

use super::super::flow::Flow;
use super::super::walk::Walk;
use crate::Tensor;
use crate::graph::Step;

/// The flow with its axes in this order in memory, if what gives it can give it so and nothing else sees it.
pub(super) fn sorted(walk: &mut Walk<'_>, flow: &Flow, axes: &[usize]) -> Option<Flow> {
    if flow.in_order(axes).is_some() || !flow.alone || flow.shape.len() != 1 {
        return None;
    }
    let (sorted, places) = flow.sorted(axes)?;
    let mut layers = Vec::new();
    let mut at = flow.operator;
    loop {
        let operator = walk.operators.get(at)?;
        let Step::Layer(node) = &operator.step else {
            return None;
        };
        layers.push(at);
        match node.statement.split(' ').next()? {
            "dense" if !node.statement.contains("softmax") => break,
            "relu" | "relu6" | "leaky_relu" | "elu" | "sigmoid" | "tanh" | "gelu"
            | "batch_norm" => {
                let [before] = operator.inputs[..] else {
                    return None;
                };
                if !walk.is_alone(before) {
                    return None;
                }
                at = before;
            }
            _ => return None,
        }
    }
    for layer in layers {
        if let Some(Step::Layer(node)) = walk
            .operators
            .get_mut(layer)
            .map(|operator| &mut operator.step)
        {
            node.tensors
                .iter_mut()
                .for_each(|tensor| sort(tensor, &places));
        }
    }
    Some(sorted)
}

/// The last axis in another order: place `i` becomes what was in `places[i]`.
fn sort(tensor: &mut Tensor, places: &[usize]) {
    let rows = tensor.values.chunks_exact(places.len().max(1));
    let values: Vec<f32> = rows
        .flat_map(|row| places.iter().filter_map(|place| row.get(*place)))
        .copied()
        .collect();
    if values.len() == tensor.values.len() {
        tensor.values = values;
    }
}
