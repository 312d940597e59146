//! The order in which an epoch takes its samples.

use rand::rngs::SmallRng;
use rand::{Rng, RngExt, SeedableRng};

/// A way to shuffle.
pub(crate) enum Shuffle<'a> {
    /// Not at all.
    Never,
    /// By a permutation that is computed, not stored.
    Keyed(&'a mut dyn Rng),
    /// By Fisher and Yates, in a buffer that the caller lends.
    Lent(&'a mut [u32], &'a mut dyn Rng),
}

impl Shuffle<'_> {
    /// The number of samples that a lent buffer can order.
    pub(crate) fn room(&self) -> Option<usize> {
        match self {
            Self::Lent(buffer, _) => Some(buffer.len()),
            Self::Never | Self::Keyed(_) => None,
        }
    }

    /// The seed of the orders of a training; nothing if there is none.
    pub(crate) fn draw(&mut self) -> Option<u64> {
        match self {
            Self::Never => None,
            Self::Keyed(rng) | Self::Lent(_, rng) => Some(rng.next_u64()),
        }
    }

    /// A fresh order of `len` samples.
    pub(crate) fn next(&mut self, len: usize) -> Order<'_> {
        let key = self.draw().unwrap_or(0);
        self.order(len, key)
    }

    /// The order of `len` samples in an epoch, given what the orders of all follow from.
    pub(crate) fn of_epoch(&mut self, len: usize, from: u64, epoch: usize) -> Order<'_> {
        // Multiples of an odd number differ for all epochs.
        let epoch = (epoch as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.order(len, from.wrapping_add(epoch))
    }

    fn order(&mut self, len: usize, key: u64) -> Order<'_> {
        match self {
            Self::Never => Order::From(0),
            Self::Keyed(_) => Order::Keyed(Permutation::new(len, key)),
            Self::Lent(buffer, _) => {
                let mut rng = SmallRng::seed_from_u64(key);
                let len = len.min(buffer.len());
                let order = buffer.get_mut(..len).unwrap_or_default();
                for (index, entry) in (0..).zip(&mut *order) {
                    *entry = index;
                }
                for last in (1..order.len()).rev() {
                    // Nothing to do where both are one.
                    let both = [last, rng.random_range(0..=last)];
                    if let Ok([entry, other]) = order.get_disjoint_mut(both) {
                        core::mem::swap(entry, other);
                    }
                }
                Order::Lent(order)
            }
        }
    }
}

/// The order of samples: which is the `i`-th.
pub(crate) enum Order<'a> {
    /// As they come, from this one on.
    From(usize),
    Keyed(Permutation),
    Lent(&'a [u32]),
}

impl Order<'_> {
    #[inline(always)]
    pub(crate) fn at(&self, i: usize) -> usize {
        match self {
            Self::From(first) => first + i,
            Self::Keyed(permutation) => permutation.at(i),
            Self::Lent(order) => order.get(i).map_or(usize::MAX, |&index| index as usize),
        }
    }
}

/// A pseudo-random permutation of `0..len` that needs no memory.
///
/// Each round multiplies by an odd number, adds a key and folds the upper bits onto the lower: all three can be undone, so
/// together they permute the numbers below the next power of two. A result outside `0..len` is put in again
/// until it is inside ("cycle walking"), which still is a permutation, and takes under two rounds on average.
pub(crate) struct Permutation {
    len: usize,
    mask: usize,
    shift: u32,
    keys: [(usize, usize); Self::ROUNDS],
}

impl Permutation {
    const ROUNDS: usize = 4;

    fn new(len: usize, key: u64) -> Self {
        let mut rng = SmallRng::seed_from_u64(key);
        // Zero minus one is the mask of all bits, for lengths above the greatest power of two.
        let mask = len.checked_next_power_of_two().unwrap_or(0).wrapping_sub(1);
        let mut key = || rng.next_u64() as usize;
        Self {
            len,
            mask,
            shift: mask.count_ones().div_ceil(2),
            keys: core::array::from_fn(|_| (key() | 1, key())),
        }
    }

    #[inline(always)]
    fn at(&self, i: usize) -> usize {
        let mut x = i;
        loop {
            for (factor, addend) in self.keys {
                x = x.wrapping_mul(factor).wrapping_add(addend) & self.mask;
                x ^= x >> self.shift;
            }
            // The cycle of `i` comes back to `i`, so this ends for every `i` below `len`.
            if x < self.len || i >= self.len {
                return x;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permutes_every_length() {
        let mut rng = SmallRng::seed_from_u64(1);
        for len in (1..70).chain([127, 128, 129, 1000, 2100]) {
            let order = Shuffle::Keyed(&mut rng).next(len).sorted(len);
            assert!(order.iter().copied().eq(0..len), "{len}: {order:?}");
            let mut buffer = [0; 2100];
            let order = Shuffle::Lent(&mut buffer, &mut rng).next(len).sorted(len);
            assert!(order.iter().copied().eq(0..len), "{len}: {order:?}");
        }
    }

    impl Order<'_> {
        fn sorted(&self, len: usize) -> std::vec::Vec<usize> {
            let mut order: std::vec::Vec<_> = (0..len).map(|i| self.at(i)).collect();
            order.sort_unstable();
            order
        }
    }

    /// Over many keys, every sample should be equally often at every place, and neighbours should part.
    #[test]
    fn looks_random() {
        let mut rng = SmallRng::seed_from_u64(2);
        for len in [3, 4, 7, 10, 33] {
            let rounds = 500 * len;
            let mut counts = std::vec![0_u32; len * len];
            let mut neighbours = 0;
            for _ in 0..rounds {
                let permutation = Permutation::new(len, rng.next_u64());
                for i in 0..len {
                    counts[i * len + permutation.at(i)] += 1;
                }
                neighbours += usize::from(permutation.at(1) == (permutation.at(0) + 1) % len);
            }
            // Each count is binomial around 500 with a deviation of 22.
            let (least, most) = (counts.iter().min().unwrap(), counts.iter().max().unwrap());
            assert!(*least > 380 && *most < 620, "{len}: {least} to {most}");
            let expected = rounds / (len - 1);
            assert!(
                neighbours.abs_diff(expected) < expected / 4 + 50,
                "{len}: {neighbours} of {expected}"
            );
        }
    }
}
