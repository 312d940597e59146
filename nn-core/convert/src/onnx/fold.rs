//! Operators on what is known: shapes that a file computes, and weights that it turns around first.

use super::constant::{Constant, Data};
use super::flow::axis_of;
use super::node::Op;
use super::proto::element;
use crate::array::{Array, advance, count, strides};

/// The most values that are computed for a file, so that a small one cannot ask for a large memory.
pub(super) const BUDGET: usize = 1 << 26;

/// The result of an operator whose inputs are known; `None` if it is none of those that are computed.
pub(super) fn fold(
    op: Op<'_>,
    inputs: &[Option<&Constant>],
    budget: &mut usize,
) -> Option<Result<Constant, String>> {
    let first = inputs.first().copied().flatten();
    let folded = match &*op.proto.op_type {
        "Constant" => constant(op),
        "Identity" => first.cloned(),
        "Cast" => cast(first?, op.int("to", 0)),
        "Squeeze" | "Unsqueeze" | "Reshape" | "Flatten" => reshaped(op, first?, inputs, budget),
        "Transpose" => transposed(op, first?, budget),
        "Shape" => first.map(|tensor| shape_of(op, &tensor.shape)),
        "Concat" => concat(op, inputs, budget),
        "Gather" => gather(op, first?, inputs.get(1).copied().flatten()?, budget),
        "Slice" => slice(op, first?, inputs, budget),
        "Expand" => expand(first?, inputs.get(1).copied().flatten()?, budget),
        "ConstantOfShape" => of_shape(op, first?, budget),
        "Add" | "Sub" | "Mul" | "Div" => arithmetic(
            &op.proto.op_type,
            first?,
            inputs.get(1).copied().flatten()?,
            budget,
        ),
        "Sqrt" | "Neg" | "Exp" | "Reciprocal" => unary(&op.proto.op_type, first?, budget),
        _ => return None,
    };
    // Also what is only handed on is kept once more.
    let paid = folded.filter(|constant| spend(budget, constant.data.len()).is_some());
    Some(paid.ok_or_else(|| {
        "its inputs are known, but its result is none, or too large to be computed here".to_owned()
    }))
}

/// The `Shape` of a tensor.
pub(super) fn shape_of(op: Op<'_>, shape: &[usize]) -> Constant {
    let rank = i64::try_from(shape.len()).unwrap_or_default();
    let place = |at: i64| {
        let at = if at < 0 { at.saturating_add(rank) } else { at };
        usize::try_from(at.clamp(0, rank)).unwrap_or_default()
    };
    let (start, end) = (place(op.int("start", 0)), place(op.int("end", rank)));
    let dims = shape.get(start..end.max(start)).unwrap_or_default();
    Constant::ints(
        dims.iter()
            .map(|dim| i64::try_from(*dim).unwrap_or(i64::MAX))
            .collect(),
    )
}

fn spend(budget: &mut usize, values: usize) -> Option<()> {
    *budget = budget.checked_sub(values)?;
    Some(())
}

fn constant(op: Op<'_>) -> Option<Constant> {
    if let Some(tensor) = op.tensor("value") {
        return tensor.ok();
    }
    let scalar = |data| Constant {
        shape: Vec::new(),
        data,
    };
    if op.has("value_float") {
        return Some(scalar(Data::Floats(vec![op.float("value_float", 0.0)])));
    }
    if op.has("value_int") {
        return Some(scalar(Data::Ints(vec![op.int("value_int", 0)])));
    }
    if let Some(ints) = op.ints("value_ints") {
        return Some(Constant::ints(ints.to_vec()));
    }
    let floats = op.floats("value_floats")?;
    Some(Constant {
        shape: vec![floats.len()],
        data: Data::Floats(floats.to_vec()),
    })
}

#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "that is what the operator does"
)]
fn cast(tensor: &Constant, kind: i64) -> Option<Constant> {
    let kind = i32::try_from(kind).ok()?;
    let data = match (kind, &tensor.data) {
        (element::INT32 | element::INT64 | element::BOOL, Data::Floats(values)) => {
            Data::Ints(values.iter().map(|value| *value as i64).collect())
        }
        (element::FLOAT | element::DOUBLE | element::FLOAT16, Data::Ints(values)) => {
            Data::Floats(values.iter().map(|value| *value as f32).collect())
        }
        (
            element::INT32
            | element::INT64
            | element::BOOL
            | element::FLOAT
            | element::DOUBLE
            | element::FLOAT16,
            data,
        ) => data.clone(),
        _ => return None,
    };
    Some(Constant {
        data,
        shape: tensor.shape.clone(),
    })
}

/// The shape that `Reshape`, `Squeeze`, `Unsqueeze` or `Flatten` give to one of `dims`.
pub(super) fn target(op: Op<'_>, dims: &[usize], second: Option<&Constant>) -> Option<Vec<usize>> {
    let axes = || -> Option<Vec<i64>> {
        match second {
            Some(tensor) => Some(tensor.integers()?.to_vec()),
            None => Some(op.ints("axes")?.to_vec()),
        }
    };
    match &*op.proto.op_type {
        "Flatten" => {
            let axis = usize::try_from(op.int("axis", 1))
                .ok()
                .filter(|axis| *axis <= dims.len())?;
            let (first, second) = dims.split_at(axis);
            Some(vec![count(first)?, count(second)?])
        }
        "Squeeze" => {
            let axes = match axes() {
                None => return Some(dims.iter().copied().filter(|dim| *dim != 1).collect()),
                Some(axes) => axes
                    .iter()
                    .map(|axis| axis_of(*axis, dims.len()))
                    .collect::<Option<Vec<_>>>()?,
            };
            let ones = axes.iter().all(|axis| dims.get(*axis) == Some(&1));
            let left = dims.iter().enumerate().filter(|(i, _)| !axes.contains(i));
            ones.then(|| left.map(|(_, dim)| *dim).collect())
        }
        "Unsqueeze" => {
            let axes = axes()?;
            let rank = dims.len() + axes.len().min(16);
            let axes = axes
                .iter()
                .map(|axis| axis_of(*axis, rank))
                .collect::<Option<Vec<_>>>()?;
            let mut left = dims.iter().copied();
            let shape: Vec<usize> = (0..rank)
                .map(|i| {
                    if axes.contains(&i) {
                        1
                    } else {
                        left.next().unwrap_or(1)
                    }
                })
                .collect();
            left.next().is_none().then_some(shape)
        }
        _ => wanted_shape(dims, second?.integers()?, op.int("allowzero", 0) != 0),
    }
}

/// A shape with `0` for a size that stays and `-1` for what is left.
fn wanted_shape(dims: &[usize], wanted: &[i64], zeros: bool) -> Option<Vec<usize>> {
    let (mut shape, mut open) = (Vec::new(), None);
    for (i, size) in wanted.iter().enumerate() {
        shape.push(match size {
            -1 if open.is_none() => {
                open = Some(i);
                1
            }
            0 if !zeros => *dims.get(i)?,
            size => usize::try_from(*size).ok()?,
        });
    }
    let (all, known) = (count(dims)?, count(&shape)?);
    if let Some(place) = open {
        *shape.get_mut(place)? = all.checked_div(known)?;
    }
    (count(&shape)? == all).then_some(shape)
}

fn reshaped(
    op: Op<'_>,
    tensor: &Constant,
    inputs: &[Option<&Constant>],
    budget: &mut usize,
) -> Option<Constant> {
    spend(budget, tensor.data.len())?;
    let shape = target(op, &tensor.shape, inputs.get(1).copied().flatten())?;
    Some(Constant {
        shape,
        data: tensor.data.clone(),
    })
}

/// The order of a `Transpose`.
pub(super) fn order(op: Op<'_>, rank: usize) -> Option<Vec<usize>> {
    match op.ints("perm") {
        None => Some((0..rank).rev().collect()),
        Some(order) => order.iter().map(|axis| axis_of(*axis, rank)).collect(),
    }
}

fn transposed(op: Op<'_>, tensor: &Constant, budget: &mut usize) -> Option<Constant> {
    spend(budget, tensor.data.len())?;
    let order = order(op, tensor.shape.len())?;
    let array = tensor.array()?.permuted(&order);
    let wanted: Vec<usize> = order
        .iter()
        .filter_map(|axis| tensor.shape.get(*axis))
        .copied()
        .collect();
    (array.shape == wanted).then_some(Constant {
        shape: array.shape,
        data: Data::Floats(array.values),
    })
}

/// The same values of another kind, picked one by one.
fn picked(tensor: &Constant, shape: Vec<usize>, places: &[usize]) -> Option<Constant> {
    let data = match &tensor.data {
        Data::Floats(values) => Data::Floats(
            places
                .iter()
                .map(|at| values.get(*at).copied())
                .collect::<Option<_>>()?,
        ),
        Data::Ints(values) => Data::Ints(
            places
                .iter()
                .map(|at| values.get(*at).copied())
                .collect::<Option<_>>()?,
        ),
    };
    (count(&shape)? == places.len()).then_some(Constant { shape, data })
}

/// Vectors one after the other, which is what shapes are made of.
fn concat(op: Op<'_>, inputs: &[Option<&Constant>], budget: &mut usize) -> Option<Constant> {
    let tensors: Option<Vec<&Constant>> = inputs.iter().copied().collect();
    let tensors = tensors?;
    if op.int("axis", 0) != 0 || tensors.iter().any(|tensor| tensor.shape.len() != 1) {
        return None;
    }
    spend(budget, tensors.iter().map(|tensor| tensor.data.len()).sum())?;
    if let Some(parts) = tensors
        .iter()
        .map(|tensor| tensor.integers())
        .collect::<Option<Vec<_>>>()
    {
        return Some(Constant::ints(parts.concat()));
    }
    let parts = tensors
        .iter()
        .map(|tensor| tensor.floats())
        .collect::<Option<Vec<_>>>()?;
    let values = parts.concat();
    Some(Constant {
        shape: vec![values.len()],
        data: Data::Floats(values),
    })
}

/// Rows of a tensor along its first axis.
fn gather(
    op: Op<'_>,
    tensor: &Constant,
    indices: &Constant,
    budget: &mut usize,
) -> Option<Constant> {
    let (rows, rest) = tensor.shape.split_first()?;
    if op.int("axis", 0) != 0 {
        return None;
    }
    let row = count(rest)?;
    let mut places = Vec::new();
    for index in indices.integers()? {
        let at = axis_of(*index, *rows)?;
        spend(budget, row)?;
        places.extend(at * row..(at + 1) * row);
    }
    picked(tensor, [&indices.shape[..], rest].concat(), &places)
}

/// The places where a `Slice` begins and ends and its steps, along each axis it names.
pub(super) fn cuts(
    op: Op<'_>,
    dims: &[usize],
    inputs: &[Option<&Constant>],
) -> Option<Vec<[i64; 4]>> {
    let list = |index: usize, name: &str| -> Option<Vec<i64>> {
        match inputs.get(index).copied().flatten() {
            Some(tensor) => Some(tensor.integers()?.to_vec()),
            None => op.ints(name).map(<[i64]>::to_vec),
        }
    };
    let (starts, ends) = (list(1, "starts")?, list(2, "ends")?);
    let axes = list(3, "axes").unwrap_or_else(|| (0..).take(starts.len()).collect());
    let steps = list(4, "steps").unwrap_or_else(|| vec![1; starts.len()]);
    let mut cuts = Vec::new();
    for (((start, end), axis), step) in starts.iter().zip(&ends).zip(&axes).zip(&steps) {
        let axis = axis_of(*axis, dims.len())?;
        let size = i64::try_from(*dims.get(axis)?).ok()?;
        let place = |at: i64| (if at < 0 { at.saturating_add(size) } else { at }).clamp(0, size);
        cuts.push([i64::try_from(axis).ok()?, place(*start), place(*end), *step]);
    }
    Some(cuts)
}

/// Part of a vector.
fn slice(
    op: Op<'_>,
    tensor: &Constant,
    inputs: &[Option<&Constant>],
    budget: &mut usize,
) -> Option<Constant> {
    let mut tensor = tensor.clone();
    for [axis, start, end, step] in cuts(op, &tensor.shape, inputs)? {
        let axis = usize::try_from(axis).ok()?;
        let step = usize::try_from(step).ok().filter(|step| *step > 0)?;
        let (start, end) = (usize::try_from(start).ok()?, usize::try_from(end).ok()?);
        let kept = end.saturating_sub(start).div_ceil(step);
        let mut shape = tensor.shape.clone();
        let all = count(&shape)?;
        spend(budget, all)?;
        let (size, stride) = (*shape.get(axis)?, *strides(&shape).get(axis)?);
        *shape.get_mut(axis)? = kept;
        let inside = |at: &usize| {
            let place = (at / stride.max(1)) % size.max(1);
            (start..end).contains(&place) && (place - start).is_multiple_of(step)
        };
        let places: Vec<usize> = (0..all).filter(inside).collect();
        tensor = picked(&tensor, shape, &places)?;
    }
    Some(tensor)
}

/// A tensor repeated along axes of size 1.
fn spread(tensor: &Constant, shape: &[usize], budget: &mut usize) -> Option<Constant> {
    let total = count(shape)?;
    spend(budget, total)?;
    if tensor.data.len() == 1 && tensor.shape.len() <= shape.len() {
        let data = match &tensor.data {
            Data::Floats(values) => Data::Floats(vec![*values.first()?; total]),
            Data::Ints(values) => Data::Ints(vec![*values.first()?; total]),
        };
        return Some(Constant {
            shape: shape.to_vec(),
            data,
        });
    }
    let missing = shape.len().checked_sub(tensor.shape.len())?;
    let own = [&vec![1; missing][..], &tensor.shape[..]].concat();
    let fits = own
        .iter()
        .zip(shape)
        .all(|(own, wanted)| own == wanted || *own == 1);
    if !fits {
        return None;
    }
    let steps: Vec<usize> = strides(&own)
        .iter()
        .zip(&own)
        .map(|(step, size)| if *size == 1 { 0 } else { *step })
        .collect();
    let mut place = vec![0; shape.len()];
    let mut places = Vec::with_capacity(total);
    for _ in 0..total {
        places.push(place.iter().zip(&steps).map(|(i, step)| i * step).sum());
        advance(&mut place, shape);
    }
    picked(tensor, shape.to_vec(), &places)
}

/// The shape of two tensors that are combined value by value.
fn common(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let rank = a.len().max(b.len());
    let size = |shape: &[usize], i: usize| {
        (i + shape.len())
            .checked_sub(rank)
            .and_then(|i| shape.get(i))
            .copied()
            .unwrap_or(1)
    };
    (0..rank)
        .map(|i| match (size(a, i), size(b, i)) {
            (a, b) if a == b || b == 1 => Some(a),
            (1, b) => Some(b),
            _ => None,
        })
        .collect()
}

fn expand(tensor: &Constant, shape: &Constant, budget: &mut usize) -> Option<Constant> {
    let wanted: Option<Vec<usize>> = shape
        .integers()?
        .iter()
        .map(|size| usize::try_from(*size).ok())
        .collect();
    spread(tensor, &common(&tensor.shape, &wanted?)?, budget)
}

fn of_shape(op: Op<'_>, shape: &Constant, budget: &mut usize) -> Option<Constant> {
    let shape: Option<Vec<usize>> = shape
        .integers()?
        .iter()
        .map(|size| usize::try_from(*size).ok())
        .collect();
    let shape = shape?;
    let value = match op.tensor("value") {
        Some(value) => value.ok()?,
        None => Constant {
            shape: vec![1],
            data: Data::Floats(vec![0.0]),
        },
    };
    spread(&value, &shape, budget)
}

fn arithmetic(kind: &str, a: &Constant, b: &Constant, budget: &mut usize) -> Option<Constant> {
    let shape = common(&a.shape, &b.shape)?;
    let (a, b) = (spread(a, &shape, budget)?, spread(b, &shape, budget)?);
    let data = match (a.data, b.data) {
        (Data::Floats(a), Data::Floats(b)) => {
            let each = |(a, b): (&f32, &f32)| match kind {
                "Add" => a + b,
                "Sub" => a - b,
                "Mul" => a * b,
                _ => a / b,
            };
            Data::Floats(a.iter().zip(&b).map(each).collect())
        }
        (Data::Ints(a), Data::Ints(b)) => {
            let each = |(a, b): (&i64, &i64)| match kind {
                "Add" => a.checked_add(*b),
                "Sub" => a.checked_sub(*b),
                "Mul" => a.checked_mul(*b),
                _ => a.checked_div(*b),
            };
            Data::Ints(a.iter().zip(&b).map(each).collect::<Option<_>>()?)
        }
        _ => return None,
    };
    Some(Constant { shape, data })
}

fn unary(kind: &str, tensor: &Constant, budget: &mut usize) -> Option<Constant> {
    spend(budget, tensor.data.len())?;
    let each = |value: &f32| match kind {
        "Sqrt" => value.sqrt(),
        "Exp" => value.exp(),
        "Reciprocal" => 1.0 / value,
        _ => -value,
    };
    let array = Array {
        values: tensor.floats()?.iter().map(each).collect(),
        shape: tensor.shape.clone(),
    };
    Some(Constant {
        shape: array.shape,
        data: Data::Floats(array.values),
    })
}
