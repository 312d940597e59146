//! The flow between operators: a tensor of ours, and which of its axes the file has where.
//!
//! Other libraries keep channels first, we last, and a file turns, joins and splits axes as it likes. All of that moves no value
//! of ours until a layer needs it: it only changes which of our axes is where in the file.

use crate::array::{advance, count, strides};

/// The output of one of our layers, as the file sees it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Flow {
    /// The operator that gives it.
    pub(super) operator: usize,
    /// The sizes of what it gives: a vector, a sequence or an image.
    pub(super) shape: Vec<usize>,
    /// The same values with finer axes, in the order of memory, none of size 1.
    atoms: Vec<usize>,
    /// For each axis of the file, which of `atoms` it consists of, outermost first.
    axes: Vec<Vec<usize>>,
    /// Whether nothing else sees it, so that the layer may still be changed.
    pub(super) alone: bool,
}

impl Flow {
    /// The output of `operator`, of this shape; each axis of the file is one of ours, or has size 1.
    pub(super) fn new(operator: usize, shape: Vec<usize>, axes: &[Option<usize>]) -> Self {
        let mut atoms = Vec::new();
        let places: Vec<Option<usize>> = shape
            .iter()
            .map(|size| {
                (*size != 1).then(|| {
                    atoms.push(*size);
                    atoms.len() - 1
                })
            })
            .collect();
        let place = |axis: &Option<usize>| -> Vec<usize> {
            let atom = axis.and_then(|axis| places.get(axis).copied().flatten());
            atom.into_iter().collect()
        };
        Self {
            operator,
            axes: axes.iter().map(place).collect(),
            shape,
            atoms,
            alone: true,
        }
    }

    /// The number of the file's axes.
    pub(super) fn rank(&self) -> usize {
        self.axes.len()
    }

    /// The sizes of the file's axes.
    pub(super) fn dims(&self) -> Vec<usize> {
        self.axes.iter().map(|axis| self.product(axis)).collect()
    }

    /// The size of an axis of the file.
    pub(super) fn dim(&self, axis: usize) -> usize {
        self.axes.get(axis).map_or(1, |axis| self.product(axis))
    }

    fn product(&self, atoms: &[usize]) -> usize {
        let sizes = atoms.iter().filter_map(|atom| self.atoms.get(*atom));
        sizes.fold(1, |product, size| product.saturating_mul(*size))
    }

    /// An axis of the file that may be counted from the end.
    pub(super) fn axis(&self, axis: i64) -> Option<usize> {
        axis_of(axis, self.rank())
    }

    /// The same with the file's axes in another order.
    pub(super) fn transposed(&self, order: &[usize]) -> Option<Self> {
        let axes: Option<Vec<_>> = order
            .iter()
            .map(|axis| self.axes.get(*axis).cloned())
            .collect();
        let mut seen = order.to_vec();
        seen.sort_unstable();
        let all = seen.iter().copied().eq(0..self.rank());
        all.then_some(Self {
            axes: axes?,
            ..self.clone()
        })
    }

    /// The same with other axes of the file, which hold as many values.
    pub(super) fn reshaped(&self, target: &[usize]) -> Option<Self> {
        let mut pieces: Vec<Vec<usize>> = vec![Vec::new(); self.atoms.len()];
        // For each new axis: which piece of which atom.
        let mut axes: Vec<Vec<(usize, usize)>> = Vec::new();
        let mut atoms = self.axes.iter().flatten();
        let (mut atom, mut left) = (0, 1);
        for size in target {
            let (mut axis, mut wanted) = (Vec::new(), *size);
            while wanted != 1 {
                if left == 1 {
                    atom = *atoms.next()?;
                    left = *self.atoms.get(atom)?;
                }
                let piece = if left <= wanted { left } else { wanted };
                if piece == 0 || !left.is_multiple_of(piece) || !wanted.is_multiple_of(piece) {
                    return None;
                }
                let known = pieces.get_mut(atom)?;
                axis.push((atom, known.len()));
                known.push(piece);
                (left, wanted) = (left / piece, wanted / piece);
            }
            axes.push(axis);
        }
        if left != 1 || atoms.next().is_some() {
            return None;
        }
        let mut first = Vec::new();
        for pieces in &pieces {
            let before = first.last().map_or(0, |(start, count)| start + count);
            first.push((before, pieces.len()));
        }
        let place =
            |(atom, piece): &(usize, usize)| first.get(*atom).map(|(start, _)| start + piece);
        let axes: Option<Vec<Vec<usize>>> = axes
            .iter()
            .map(|axis| axis.iter().map(place).collect())
            .collect();
        Some(Self {
            atoms: pieces.concat(),
            axes: axes?,
            ..self.clone()
        })
    }

    /// The shape of ours that has these axes of the file in this order, if that is the order of memory and nothing else has a size.
    pub(super) fn in_order(&self, axes: &[usize]) -> Option<Vec<usize>> {
        let groups: Option<Vec<&Vec<usize>>> =
            axes.iter().map(|axis| self.axes.get(*axis)).collect();
        let groups = groups?;
        let straight = groups
            .iter()
            .copied()
            .flatten()
            .copied()
            .eq(0..self.atoms.len());
        straight.then(|| groups.iter().map(|group| self.product(group)).collect())
    }

    /// For each place along the file's `axis`, which holds everything, the place in our memory; `None` within if they are the same.
    pub(super) fn order(&self, axis: usize) -> Option<Option<Vec<usize>>> {
        let group = self.axes.get(axis)?;
        if group.len() != self.atoms.len() {
            return None;
        }
        if group.iter().copied().eq(0..self.atoms.len()) {
            return Some(None);
        }
        let sizes: Vec<usize> = group
            .iter()
            .filter_map(|atom| self.atoms.get(*atom))
            .copied()
            .collect();
        let memory = strides(&self.atoms);
        let steps: Vec<usize> = group
            .iter()
            .filter_map(|atom| memory.get(*atom))
            .copied()
            .collect();
        let total = count(&sizes).filter(|total| *total <= MOST)?;
        let mut place = vec![0; sizes.len()];
        let mut order = Vec::with_capacity(total);
        for _ in 0..total {
            order.push(place.iter().zip(&steps).map(|(i, step)| i * step).sum());
            advance(&mut place, &sizes);
        }
        Some(Some(order))
    }

    /// The same with memory in the order of these axes of the file, which hold everything; and for each place there, the place that it is in now.
    pub(super) fn sorted(&self, axes: &[usize]) -> Option<(Self, Vec<usize>)> {
        let group: Vec<usize> = axes
            .iter()
            .filter_map(|axis| self.axes.get(*axis))
            .flatten()
            .copied()
            .collect();
        let joined = Self {
            axes: vec![group.clone()],
            ..self.clone()
        };
        let places = joined.order(0)??;
        let atoms: Option<Vec<usize>> = group
            .iter()
            .map(|atom| self.atoms.get(*atom).copied())
            .collect();
        let place = |atom: &usize| group.iter().position(|other| other == atom);
        let turned: Option<Vec<Vec<usize>>> = self
            .axes
            .iter()
            .map(|axis| axis.iter().map(place).collect())
            .collect();
        let sorted = Self {
            atoms: atoms?,
            axes: turned?,
            ..self.clone()
        };
        Some((sorted, places))
    }

    /// Whether `axis` of the file is our last one, which are the channels of each step or pixel, or all of a vector.
    pub(super) fn is_channels(&self, axis: usize) -> bool {
        let channels = self.shape.last().copied().unwrap_or(1);
        let group = self.axes.get(axis).map_or(&[][..], Vec::as_slice);
        let first = self.atoms.len().saturating_sub(group.len());
        self.product(group) == channels && group.iter().copied().eq(first..self.atoms.len())
    }

    /// Whether two flows lie in the same order in the file and with us.
    pub(super) fn lies_as(&self, other: &Self) -> bool {
        self.dims() == other.dims() && self.flat() == other.flat()
    }

    /// The places of all values in our memory, as far as axes say it.
    fn flat(&self) -> Vec<(usize, usize)> {
        let memory = strides(&self.atoms);
        let mut flat: Vec<(usize, usize)> = Vec::new();
        for atom in self.axes.iter().flatten() {
            let (size, step) = (
                self.product(&[*atom]),
                memory.get(*atom).copied().unwrap_or(1),
            );
            match flat.last_mut() {
                // Neighbours in memory are one axis.
                Some((before, last)) if *last == step.saturating_mul(size) => {
                    (*before, *last) = (before.saturating_mul(size), step);
                }
                _ => flat.push((size, step)),
            }
        }
        flat
    }

    /// The same as the file sees it, given by another operator with this shape of ours: of as many values, in the same order.
    pub(super) fn given_by(&self, operator: usize, shape: Vec<usize>) -> Self {
        Self {
            operator,
            shape,
            alone: true,
            ..self.clone()
        }
    }

    /// The same with another number of channels, which are the file's `axis` and our last one.
    pub(super) fn with_channels(&self, operator: usize, axis: usize, channels: usize) -> Self {
        let mut shape = self.shape.clone();
        if let Some(last) = shape.last_mut() {
            *last = channels;
        }
        let mut flow = self.clone();
        let before = flow.axes.get(axis).map_or(0, Vec::len);
        flow.atoms.truncate(flow.atoms.len().saturating_sub(before));
        let atom = flow.atoms.len();
        if channels != 1 {
            flow.atoms.push(channels);
        }
        if let Some(group) = flow.axes.get_mut(axis) {
            *group = (channels != 1).then_some(atom).into_iter().collect();
        }
        Self {
            operator,
            shape,
            alone: true,
            ..flow
        }
    }
}

/// The most values of a vector whose order we change: a network of 64 million inputs is none of ours.
const MOST: usize = 1 << 26;

/// An axis that may be counted from the end.
pub(super) fn axis_of(axis: i64, rank: usize) -> Option<usize> {
    let rank = i64::try_from(rank).ok()?;
    let axis = if axis < 0 {
        axis.checked_add(rank)?
    } else {
        axis
    };
    if axis < rank {
        usize::try_from(axis).ok()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An image of 2 x 3 pixels and 4 channels, which the file has channels first.
    fn image() -> Flow {
        Flow::new(0, vec![2, 3, 4], &[None, Some(2), Some(0), Some(1)])
    }

    #[test]
    fn axes_are_turned_without_a_layer() {
        let image = image();
        assert_eq!(image.dims(), [1, 4, 2, 3]);
        assert_eq!(image.in_order(&[2, 3, 1]), Some(vec![2, 3, 4]));
        assert_eq!(image.in_order(&[1, 2, 3]), None);
        let last = image.transposed(&[0, 2, 3, 1]).unwrap();
        assert_eq!(last.in_order(&[1, 2, 3]), Some(vec![2, 3, 4]));
        assert!(image.transposed(&[0, 0, 1, 2]).is_none());
    }

    #[test]
    fn a_flattened_image_has_another_order() {
        let flat = image().reshaped(&[1, 24]).unwrap();
        let order = flat.order(1).unwrap().unwrap();
        // The file's second value is the second column of the first channel.
        assert_eq!(order[..4], [0, 4, 8, 12]);
        let back = flat.reshaped(&[1, 4, 6]).unwrap();
        assert_eq!(back.dims(), [1, 4, 6]);
        assert_eq!(back.in_order(&[2, 1]), Some(vec![6, 4]));
        assert!(back.lies_as(&image().reshaped(&[1, 4, 6]).unwrap()));
        assert!(flat.reshaped(&[5, 5]).is_none());
        assert!(flat.reshaped(&[0]).is_none());
    }

    #[test]
    fn axes_are_split_and_joined() {
        let vector = Flow::new(0, vec![6], &[None, Some(0)]);
        let split = vector.reshaped(&[1, 2, 1, 3]).unwrap();
        assert_eq!(split.dims(), [1, 2, 1, 3]);
        assert_eq!(split.reshaped(&[1, 6]).unwrap().order(1), Some(None));
        assert!(vector.reshaped(&[4, 2]).is_none());
    }
}
