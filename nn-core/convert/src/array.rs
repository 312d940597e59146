//! Arrays of numbers out of files, before they are tensors of a layer.

use crate::Tensor;

/// Numbers with axes, row-major.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Array {
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<f32>,
}

impl Array {
    /// An array of these axes; nothing if there are more or fewer values.
    pub(crate) fn new(shape: Vec<usize>, values: Vec<f32>) -> Option<Self> {
        (count(&shape)? == values.len()).then_some(Self { shape, values })
    }

    /// A single axis.
    pub(crate) fn vector(values: Vec<f32>) -> Self {
        Self {
            shape: vec![values.len()],
            values,
        }
    }

    /// The place of the first value that is not finite.
    pub(crate) fn wild(&self) -> Option<usize> {
        self.values.iter().position(|value| !value.is_finite())
    }

    /// The same values with the axes in another order: the first axis is what `order` names first. An order that is none changes nothing.
    pub(crate) fn permuted(&self, order: &[usize]) -> Self {
        let shape: Vec<usize> = order
            .iter()
            .filter_map(|axis| self.shape.get(*axis))
            .copied()
            .collect();
        if shape.len() != self.shape.len() || count(&shape) != Some(self.values.len()) {
            return self.clone();
        }
        let strides = strides(&self.shape);
        let steps: Vec<usize> = order
            .iter()
            .filter_map(|axis| strides.get(*axis))
            .copied()
            .collect();
        let mut values = Vec::with_capacity(self.values.len());
        let mut place = vec![0; shape.len()];
        for _ in 0..self.values.len() {
            let at: usize = place.iter().zip(&steps).map(|(i, step)| i * step).sum();
            values.push(self.values.get(at).copied().unwrap_or_default());
            advance(&mut place, &shape);
        }
        Self { shape, values }
    }

    /// Two axes in each other's place.
    pub(crate) fn transposed(&self) -> Self {
        self.permuted(&[1, 0])
    }

    /// The last axis as blocks of one size, block `order[i]` in place `i`.
    pub(crate) fn gates(&self, order: &[usize]) -> Self {
        let row = self.shape.last().copied().unwrap_or(1);
        let units = row / order.len().max(1);
        if units == 0 || units * order.len() != row {
            return self.clone();
        }
        let rows = self.values.chunks_exact(row);
        let values = rows.flat_map(|row| {
            let block = |gate: &usize| {
                row.get(gate * units..(gate + 1) * units)
                    .unwrap_or_default()
            };
            order.iter().flat_map(block).copied()
        });
        Self {
            values: values.collect(),
            shape: self.shape.clone(),
        }
    }

    /// The sum of two arrays of one shape.
    pub(crate) fn plus(&self, other: &Self) -> Self {
        let sums = self.values.iter().zip(&other.values).map(|(a, b)| a + b);
        Self {
            values: sums.collect(),
            shape: self.shape.clone(),
        }
    }

    /// Two arrays of one shape as the rows of one with an axis more.
    pub(crate) fn rows(&self, other: &Self) -> Self {
        Self {
            shape: [&[2], &self.shape[..]].concat(),
            values: [&self.values[..], &other.values[..]].concat(),
        }
    }

    /// Every value times `factor`.
    pub(crate) fn scaled(mut self, factor: f32) -> Self {
        for value in &mut self.values {
            *value *= factor;
        }
        self
    }

    /// A tensor of a layer.
    pub(crate) fn tensor(self, name: impl Into<String>) -> Tensor {
        Tensor::new(name, self.shape, self.values)
    }
}

/// The number of values; nothing if no computer holds them.
pub(crate) fn count(shape: &[usize]) -> Option<usize> {
    let product = shape
        .iter()
        .try_fold(1_usize, |product, axis| product.checked_mul(*axis))?;
    (product <= isize::MAX as usize / 8).then_some(product)
}

/// The distance between neighbours along each axis.
pub(crate) fn strides(shape: &[usize]) -> Vec<usize> {
    let mut strides = vec![1_usize; shape.len()];
    for i in (1..shape.len()).rev() {
        let next = strides
            .get(i)
            .copied()
            .unwrap_or(1)
            .saturating_mul(shape.get(i).copied().unwrap_or(1));
        if let Some(stride) = strides.get_mut(i - 1) {
            *stride = next;
        }
    }
    strides
}

/// The next place in an array of this shape.
pub(crate) fn advance(place: &mut [usize], shape: &[usize]) {
    for (i, size) in place.iter_mut().zip(shape).rev() {
        *i += 1;
        if *i < *size {
            return;
        }
        *i = 0;
    }
}

/// `2 x 3`, for messages.
pub(crate) fn axes(shape: &[usize]) -> String {
    let axes: Vec<String> = shape.iter().map(usize::to_string).collect();
    match axes.len() {
        0 => "no axes".to_owned(),
        _ => axes.join(" x "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_change_places() {
        let array = Array {
            shape: vec![2, 3, 1],
            values: vec![1., 2., 3., 4., 5., 6.],
        };
        let turned = array.permuted(&[1, 2, 0]);
        assert_eq!(turned.shape, [3, 1, 2]);
        assert_eq!(turned.values, [1., 4., 2., 5., 3., 6.]);
        assert_eq!(array.permuted(&[0, 0, 7]), array);
    }

    #[test]
    fn gates_change_places() {
        let array = Array {
            shape: vec![2, 6],
            values: (0..12_u8).map(f32::from).collect(),
        };
        let turned = array.gates(&[1, 0, 2]);
        assert_eq!(
            turned.values,
            [2., 3., 0., 1., 4., 5., 8., 9., 6., 7., 10., 11.]
        );
    }

    #[test]
    fn too_many_values_are_none() {
        assert_eq!(count(&[usize::MAX, 2]), None);
        assert_eq!(count(&[0, 5]), Some(0));
    }
}
