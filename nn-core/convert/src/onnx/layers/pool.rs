//! Pools.

use super::super::flow::Flow;
use super::super::node::Op;
use super::super::walk::Walk;
use super::conv::{Grid, Window, zero_pad};
use super::joined;
use crate::keras::times;

/// `max_pool` and `avg_pool`.
pub(super) fn pool(walk: &mut Walk<'_>, op: Op<'_>) -> Result<Flow, String> {
    let flow = walk.flow(op, 0)?;
    let mut grid = Grid::of(walk, op, &flow)?;
    let count = grid.spatial().len();
    if !op.has("kernel_shape") {
        return Err("it has no window".to_owned());
    }
    let window = Window::of(op, op.sizes("kernel_shape", count, 1)?, &grid)?;
    if window.dilations.iter().any(|dilation| *dilation != 1) {
        return Err("its window is dilated, which our pools are not".to_owned());
    }
    let average = op.proto.op_type == "AveragePool";
    let counted = average && op.int("count_include_pad", 0) != 0;
    let uneven = window.pads.iter().any(|[before, behind]| before != behind)
        && window.pads != window.same(grid.spatial());
    let some = window.pads.iter().any(|pad| *pad != [0, 0]);
    let mut pad = String::new();
    if some && counted {
        grid = zero_pad(walk, op, &grid, &window.pads)?;
    } else if some && uneven {
        return Err(format!(
            "its paddings {:?} differ before and behind, which our pools' do not",
            window.pads
        ));
    } else if some {
        pad = match window.pads.iter().all(|[before, behind]| before == behind) {
            true => format!(
                " pad {}",
                joined(
                    &window
                        .pads
                        .iter()
                        .map(|[before, _]| *before)
                        .collect::<Vec<_>>()
                )
            ),
            false => " pad same".to_owned(),
        };
    }
    if op.int("ceil_mode", 0) != 0 && !whole(&window, &grid, counted) {
        return Err("it rounds its number of places up, and ours down".to_owned());
    }
    let stride = match window.strides == window.kernel {
        true => String::new(),
        false => format!(" stride {}", joined(&window.strides)),
    };
    let word = if average { "avg_pool" } else { "max_pool" };
    let statement = format!("{word} {}{stride}{pad}", times(&window.kernel));
    Ok(grid.layer(walk, op, statement, Vec::new(), false)?.flow())
}

/// Whether the window's last place ends where the axis does.
fn whole(window: &Window, grid: &Grid, padded: bool) -> bool {
    let axes = grid
        .spatial()
        .iter()
        .zip(&window.kernel)
        .zip(&window.strides)
        .zip(&window.pads);
    axes.into_iter()
        .all(|(((size, kernel), stride), [before, behind])| {
            let pads = if padded { 0 } else { before + behind };
            (size + pads)
                .checked_sub(*kernel)
                .is_some_and(|rest| rest.is_multiple_of(*stride))
        })
}

/// `global_max_pool` and `global_avg_pool`, also as a reduction over all axes but the channels.
pub(super) fn global(walk: &mut Walk<'_>, op: Op<'_>) -> Result<Flow, String> {
    let flow = walk.flow(op, 0)?;
    let rank = flow.rank();
    let kind = &*op.proto.op_type;
    let reduced: Vec<usize> = match (kind, walk.known(op, 1)) {
        ("GlobalMaxPool" | "GlobalAveragePool", _) => (2..rank).collect(),
        (_, known) => {
            let axes = match known {
                Some(constant) => constant.integers().map(<[i64]>::to_vec),
                None => op.ints("axes").map(<[i64]>::to_vec),
            };
            let axes = axes.ok_or("it is over all axes, the batch's too")?;
            let axes: Option<Vec<usize>> = axes.iter().map(|axis| flow.axis(*axis)).collect();
            let mut axes = axes.ok_or("there is no such axis")?;
            axes.sort_unstable();
            axes.dedup();
            axes
        }
    };
    let kept: Vec<usize> = (0..rank).filter(|axis| !reduced.contains(axis)).collect();
    let long: Vec<usize> = kept
        .iter()
        .copied()
        .filter(|axis| flow.dim(*axis) != 1)
        .collect();
    let channels = match long[..] {
        [] => kept.last().copied().ok_or("nothing is left of it")?,
        [channels] => channels,
        _ => return Err("it is over some of the steps or pixels, and ours over all".to_owned()),
    };
    let order: Vec<usize> = reduced.iter().copied().chain([channels]).collect();
    let dims = flow.in_order(&order).ok_or(
        "it is over the channels, or would take a turn of axes that no layer of ours does",
    )?;
    let (count, spatial) = dims.split_last().ok_or("nothing is left of it")?;
    let shape = match spatial {
        [] => vec![1, *count],
        [_] | [_, _] => dims.clone(),
        _ => return Err("it is over more than two axes".to_owned()),
    };
    let operator = walk.shaped(op, &flow, &shape);
    let word = if kind.contains("Max") {
        "global_max_pool"
    } else {
        "global_avg_pool"
    };
    let operator = walk.layer(op, operator, word.to_owned(), Vec::new(), false);
    let keeps = op.int("keepdims", 1) != 0 || kind.starts_with("Global");
    let axes = (0..rank).filter(|axis| keeps || !reduced.contains(axis));
    let axes: Vec<Option<usize>> = axes.map(|axis| (axis == channels).then_some(0)).collect();
    Ok(Flow::new(operator, vec![*count], &axes))
}
