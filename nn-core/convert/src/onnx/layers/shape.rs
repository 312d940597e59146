//! Operators that move values without computing any.

use super::super::flow::Flow;
use super::super::fold;
use super::super::node::Op;
use super::super::walk::Walk;
use super::conv::{Grid, zero_pad};
use super::joined;
use super::recurrent;

/// `Transpose`, `Reshape` and their like: only the file sees another tensor.
pub(super) fn view(walk: &mut Walk<'_>, op: Op<'_>) -> Result<Flow, String> {
    let flow = walk.flow(op, 0)?;
    if op.proto.op_type == "Transpose" {
        let order = fold::order(op, flow.rank()).ok_or("its order of axes is none")?;
        return flow
            .transposed(&order)
            .ok_or_else(|| "its order of axes is none".to_owned());
    }
    let dims = flow.dims();
    let second = walk.known(op, 1);
    if op.proto.op_type == "Reshape" && second.is_none() {
        let attribute = op
            .ints("shape")
            .map(|shape| super::super::constant::Constant::ints(shape.to_vec()));
        let constant = attribute.ok_or("its shape is not known")?;
        return reshaped(op, &flow, &dims, Some(&constant));
    }
    let mut found = reshaped(op, &flow, &dims, second);
    // A file for batches of one size has that in its shapes.
    if let (Err(_), Some(second)) = (&found, second)
        && let Some([batch, rest @ ..]) = second.integers()
        && usize::try_from(*batch).is_ok_and(|batch| batch == walk.batch)
    {
        let shape = [&[1], rest].concat();
        found = reshaped(
            op,
            &flow,
            &dims,
            Some(&super::super::constant::Constant::ints(shape)),
        );
    }
    found
}

fn reshaped(
    op: Op<'_>,
    flow: &Flow,
    dims: &[usize],
    second: Option<&super::super::constant::Constant>,
) -> Result<Flow, String> {
    let target = fold::target(op, dims, second);
    let target =
        target.ok_or_else(|| format!("its shape does not fit {}", crate::array::axes(dims)))?;
    let found = flow.reshaped(&target);
    found.ok_or_else(|| {
        format!(
            "it makes {} of {}, which splits axes unevenly",
            crate::array::axes(&target),
            crate::array::axes(dims)
        )
    })
}

/// The last step of a recurrent layer, or rows of an embedding.
pub(super) fn gather(walk: &mut Walk<'_>, op: Op<'_>) -> Result<Flow, String> {
    if walk.known(op, 0).is_some() {
        return embedding(walk, op);
    }
    let flow = walk.flow(op, 0)?;
    let axis = flow
        .axis(op.int("axis", 0))
        .ok_or("there is no such axis")?;
    let indices = walk.known(op, 1).ok_or("its indices are not known")?;
    let place = match indices.integers() {
        Some(&[index]) => super::super::flow::axis_of(index, flow.dim(axis)),
        _ => None,
    };
    let place = place.ok_or("it takes more than one place, or one that is not there")?;
    let mut dims = flow.dims();
    let scalar = indices.shape.is_empty();
    if flow.dim(axis) == 1 {
        if scalar {
            dims.remove(axis);
        }
        return flow
            .reshaped(&dims)
            .ok_or_else(|| "its axis is none".to_owned());
    }
    if place + 1 != flow.dim(axis) {
        return Err(
            "it takes one place of an axis, and that is not the last step of a recurrent layer"
                .to_owned(),
        );
    }
    let flow = recurrent::last(walk, &flow, axis)?;
    dims = flow.dims();
    if scalar {
        dims.remove(axis);
    }
    flow.reshaped(&dims)
        .ok_or_else(|| "its axis is none".to_owned())
}

fn embedding(walk: &mut Walk<'_>, op: Op<'_>) -> Result<Flow, String> {
    let table = walk.weights(op, 0, "rows")?;
    let flow = walk.flow(op, 1)?;
    let [rows, size] = table.shape[..] else {
        return Err("its rows are no matrix".to_owned());
    };
    let all: Vec<usize> = (0..flow.rank()).collect();
    let dims = flow.in_order(&all).filter(|_| op.int("axis", 0) == 0);
    let dims = dims.ok_or("its indices are in an order that would take a turn of axes")?;
    let count = dims.iter().copied().fold(1_usize, usize::saturating_mul);
    let operator = walk.shaped(op, &flow, &[count]);
    let operator = walk.layer(
        op,
        operator,
        format!("embedding {rows} {size}"),
        vec![table.tensor("embeddings")],
        false,
    );
    let axes = (0..=flow.rank()).map(|axis| {
        if axis == flow.rank() {
            Some(1)
        } else {
            (flow.dim(axis) != 1).then_some(0)
        }
    });
    Ok(Flow::new(
        operator,
        vec![count, size],
        &axes.collect::<Vec<_>>(),
    ))
}

/// All of it, or the last step of a recurrent layer.
pub(super) fn slice(walk: &mut Walk<'_>, op: Op<'_>) -> Result<Flow, String> {
    let mut flow = walk.flow(op, 0)?;
    let known: Vec<_> = (0..op.proto.input.len())
        .map(|i| walk.known(op, i))
        .collect();
    let cuts = fold::cuts(op, &flow.dims(), &known).ok_or("where it cuts is not known")?;
    for [axis, start, end, step] in cuts {
        let axis = usize::try_from(axis).map_err(|_| "there is no such axis")?;
        let size = i64::try_from(flow.dim(axis)).unwrap_or(i64::MAX);
        match (start, end, step) {
            (0, end, 1) if end == size => {}
            (start, end, 1) if end == size && start + 1 == size => flow = recurrent::last(walk, &flow, axis)?,
            _ => return Err("it cuts an axis, which no layer of ours does but for the last step of a recurrent one".to_owned()),
        }
    }
    Ok(flow)
}

/// `zero_pad`.
pub(super) fn pad(walk: &mut Walk<'_>, op: Op<'_>) -> Result<Flow, String> {
    let flow = walk.flow(op, 0)?;
    if op.text("mode").is_some_and(|mode| mode != "constant") {
        return Err("it pads with values of the edge, and ours with zeros".to_owned());
    }
    let value = match (op.input(2), walk.known(op, 2)) {
        (None, _) => Some(op.float("value", 0.0)),
        (Some(_), constant) => constant.and_then(super::super::constant::Constant::scalar),
    };
    let ints = match walk.known(op, 1) {
        Some(constant) => constant.integers().map(<[i64]>::to_vec),
        None => op.ints("pads").map(<[i64]>::to_vec),
    };
    let pads: Option<Vec<usize>> = ints.and_then(|ints| {
        ints.iter()
            .map(|pad| usize::try_from(*pad).ok().filter(|pad| *pad < 1 << 20))
            .collect()
    });
    let (Some(0.0), Some(pads)) = (
        value,
        pads.filter(|pads| pads.len() == 2 * flow.rank() && op.input(3).is_none()),
    ) else {
        return Err("it pads with something else than zeros, or by what is not known".to_owned());
    };
    let (before, behind) = pads.split_at(flow.rank());
    let pads: Vec<[usize; 2]> = before.iter().zip(behind).map(|(a, b)| [*a, *b]).collect();
    if pads.iter().all(|pad| *pad == [0, 0]) {
        return Ok(flow);
    }
    // Channels in the second axis, or in the last.
    let last: Vec<usize> = (0..flow.rank()).collect();
    let turned: Vec<usize> = [
        &[0][..],
        last.get(last.len() - 1..).unwrap_or_default(),
        last.get(1..last.len() - 1).unwrap_or_default(),
    ]
    .concat();
    for order in [last, turned] {
        let there: Vec<[usize; 2]> = order
            .iter()
            .filter_map(|axis| pads.get(*axis))
            .copied()
            .collect();
        let Some((&[[0, 0], [0, 0]], spatial)) = there.split_at_checked(2).map(|(a, b)| {
            (
                <&[[usize; 2]; 2]>::try_from(a).unwrap_or(&[[1, 1], [1, 1]]),
                b,
            )
        }) else {
            continue;
        };
        let Some(flow) = flow.transposed(&order) else {
            continue;
        };
        let Ok(grid) = Grid::of(walk, op, &flow) else {
            continue;
        };
        let padded = zero_pad(walk, op, &grid, spatial)?.flow();
        let mut back = vec![0; order.len()];
        for (i, axis) in order.iter().enumerate() {
            if let Some(slot) = back.get_mut(*axis) {
                *slot = i;
            }
        }
        return padded
            .transposed(&back)
            .ok_or_else(|| "its axes are none".to_owned());
    }
    Err("it pads the channels or the batch".to_owned())
}

/// `upsample`.
pub(super) fn resize(walk: &mut Walk<'_>, op: Op<'_>) -> Result<Flow, String> {
    let flow = walk.flow(op, 0)?;
    if op.text("mode").is_some_and(|mode| mode != "nearest") {
        return Err("it computes values in between, and our `upsample` repeats them".to_owned());
    }
    let index = if op.proto.op_type == "Upsample" { 1 } else { 2 };
    let scales = walk
        .known(op, index)
        .and_then(super::super::constant::Constant::floats)
        .filter(|scales| scales.len() == flow.rank());
    let whole = scales.and_then(|scales| {
        let factor = |scale: &f32| {
            (2..=64_u8)
                .chain([1])
                .find(|factor| (f32::from(*factor) - scale).abs() < 1e-6)
                .map(usize::from)
        };
        scales.iter().map(factor).collect::<Option<Vec<usize>>>()
    });
    let factors = match (
        whole,
        walk.known(op, 3)
            .and_then(super::super::constant::Constant::integers),
    ) {
        (Some(factors), _) => factors,
        (None, Some(sizes)) if sizes.len() == flow.rank() => {
            let factor = |(size, dim): (&i64, usize)| {
                usize::try_from(*size)
                    .ok()
                    .filter(|size| dim > 0 && size.is_multiple_of(dim))
                    .map(|size| size / dim)
            };
            let factors: Option<Vec<usize>> = sizes.iter().zip(flow.dims()).map(factor).collect();
            factors.ok_or("its factors are no whole numbers")?
        }
        _ => return Err("its factors are no whole numbers that the file has".to_owned()),
    };
    let grid = Grid::of(walk, op, &flow)?;
    match factors.split_at_checked(2) {
        Some(([1, 1], factors)) => {
            let statement = format!("upsample {}", joined(factors));
            Ok(grid.layer(walk, op, statement, Vec::new(), false)?.flow())
        }
        _ => Err("it repeats the channels or the batch".to_owned()),
    }
}
