//! Shapes of inputs and of what is joined.

use super::config::size;
use super::layer::times;
use crate::graph::Step;
use serde_json::Value;

/// The operator of a class that joins several.
pub(super) fn join(class: &str) -> Option<Step> {
    Some(match class {
        "Add" => Step::Add,
        "Multiply" => Step::Multiply,
        "Concatenate" => Step::Concat,
        _ => return None,
    })
}

pub(super) fn alike(shapes: &[Vec<usize>]) -> Result<Vec<usize>, String> {
    let first = shapes.first().ok_or("it joins nothing")?;
    match shapes.iter().find(|shape| *shape != first) {
        Some(other) => Err(format!(
            "it takes {} and {}, and what is joined value by value must have one shape",
            times(first),
            times(other)
        )),
        None => Ok(first.clone()),
    }
}

pub(super) fn concatenated(
    shapes: &[Vec<usize>],
    axis: Option<&Value>,
) -> Result<Vec<usize>, String> {
    let first = shapes.first().ok_or("it joins nothing")?;
    let axis = axis.and_then(Value::as_i64).unwrap_or(-1);
    if axis != -1 && usize::try_from(axis) != Ok(first.len()) {
        return Err(format!(
            "its `axis` is {axis}, and only the channels, which are last, can be joined"
        ));
    }
    let rest = |shape: &[usize]| {
        shape
            .split_last()
            .map(|(last, rest)| (*last, rest.to_vec()))
    };
    let mut sum = 0_usize;
    for shape in shapes {
        match (rest(shape), rest(first)) {
            (Some((last, rest)), Some((_, wanted))) if rest == wanted => {
                sum = sum.saturating_add(last)
            }
            _ => return Err(format!("it takes {} and {}", times(first), times(shape))),
        }
    }
    let mut shape = first.clone();
    if let Some(last) = shape.last_mut() {
        *last = sum;
    }
    Ok(shape)
}

pub(super) fn batch_shape(layer: &Value) -> Option<&Value> {
    let config = layer.get("config")?;
    let keys = ["batch_shape", "batch_input_shape"];
    keys.iter()
        .find_map(|key| config.get(key).filter(|value| !value.is_null()))
}

/// The shape of one sample, out of one with the batch in front.
pub(super) fn input_shape(
    recorded: Option<&Value>,
    given: Option<&[usize]>,
) -> Result<Vec<usize>, String> {
    let axes = recorded
        .and_then(Value::as_array)
        .and_then(|axes| axes.split_first());
    let axes = axes.map(|(_, axes)| axes.iter().map(size).collect::<Vec<_>>());
    match (axes, given) {
        (Some(axes), Some(given)) => {
            let fits = axes.len() == given.len()
                && axes
                    .iter()
                    .zip(given)
                    .all(|(axis, given)| axis.is_none_or(|axis| axis == *given));
            if fits {
                Ok(given.to_vec())
            } else {
                let axes: Vec<String> = axes
                    .iter()
                    .map(|axis| axis.map_or("?".into(), |axis| axis.to_string()))
                    .collect();
                Err(format!(
                    "its input is {}, and {} was given",
                    axes.join("x"),
                    times(given)
                ))
            }
        }
        (None, Some(given)) => Ok(given.to_vec()),
        (Some(axes), None) => {
            let known: Option<Vec<usize>> = axes.iter().copied().collect();
            match known {
                Some(known) if (1..=3).contains(&known.len()) => Ok(known),
                Some(known) => Err(format!(
                    "its input has {} axes beside the batch, and networks take vectors, sequences and images",
                    known.len()
                )),
                None => Err(open()),
            }
        }
        (None, None) => Err(open()),
    }
}

fn open() -> String {
    "the size of its input is open; give it, such as `--input 28x28x1`".to_owned()
}
