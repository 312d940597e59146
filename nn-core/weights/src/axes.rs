//! Values in another order of axes.

use std::vec;
use std::vec::Vec;

/// The values of a row-major tensor with its axes in another order: axis `i` of the result is axis `order[i]`.
///
/// Gives nothing for axes, an order and values that do not belong together.
pub(crate) fn permute(values: &[f32], axes: &[usize], order: &[usize]) -> Vec<f32> {
    let mut strides = vec![1_usize; axes.len()];
    for i in (1..axes.len()).rev() {
        strides[i - 1] = strides[i].saturating_mul(axes[i]);
    }
    let picked: Option<Vec<(usize, usize)>> = order
        .iter()
        .map(|&axis| Some((*axes.get(axis)?, *strides.get(axis)?)))
        .collect();
    let Some(picked) = picked else {
        return Vec::new();
    };
    let mut result = Vec::with_capacity(values.len());
    gather(values, &picked, 0, &mut result);
    result
}

fn gather(values: &[f32], axes: &[(usize, usize)], offset: usize, result: &mut Vec<f32>) {
    match axes {
        [] => result.extend(values.get(offset)),
        [(count, stride), rest @ ..] => {
            for i in 0..*count {
                gather(values, rest, offset + i * stride, result);
            }
        }
    }
}

/// The order that undoes `order`.
pub(crate) fn inverse(order: &[usize]) -> Vec<usize> {
    let mut inverse = vec![0; order.len()];
    for (i, &axis) in order.iter().enumerate() {
        if let Some(entry) = inverse.get_mut(axis) {
            *entry = i;
        }
    }
    inverse
}

/// Changes the first two of `gates` parts of each row of `gates * units` values: PyTorch's GRU has its reset gate first, Keras's its update gate.
pub(crate) fn swap_gates(values: &mut [f32], row: usize, gates: usize) {
    let Some(units) = row.checked_div(gates) else {
        return;
    };
    if units == 0 {
        return;
    }
    for row in values.chunks_exact_mut(row) {
        let (first, rest) = row.split_at_mut(units);
        for (a, b) in first.iter_mut().zip(rest) {
            std::mem::swap(a, b);
        }
    }
}

/// Whether row-major values of the axes `file` lie as those of `ours` do, although there are more axes: neighbours among them make one of ours.
pub(crate) fn same_memory(file: &[usize], ours: &[usize]) -> bool {
    let mut file = file.iter().filter(|axis| **axis != 1);
    let merged = ours.iter().filter(|axis| **axis != 1).all(|&wanted| {
        let mut product = 1_usize;
        while product < wanted {
            match file.next() {
                Some(axis) => product = product.saturating_mul(*axis),
                None => return false,
            }
        }
        product == wanted
    });
    merged && file.next().is_none()
}
