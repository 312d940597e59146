//! A loop that is written out, whatever the compiler thinks of it: an array stays in registers only if each of its indices is a constant.

use crate::kernel::lanes::find;

/// Calls `turn` with `0..N`; `N` is at most 32.
#[inline(always)]
pub(super) fn each<const N: usize>(mut turn: impl FnMut(usize)) {
    const { assert!(N <= 32) };
    macro_rules! turns {
        ($($i:literal)*) => {$(
            if const { $i < N } {
                turn($i);
            }
        )*};
    }
    turns!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31);
}

/// Calls `turn` with `0..N` as long as it says that all is well; `N` is at most 32. Whether all was.
#[inline(always)]
pub(super) fn all<const N: usize>(mut turn: impl FnMut(usize) -> bool) -> bool {
    const { assert!(N <= 32) };
    macro_rules! turns {
        ($($i:literal)*) => {$(
            if const { $i < N } && !turn($i) {
                return false;
            }
        )*};
    }
    turns!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31);
    true
}

/// Puts `values[at(i)..][..len]` into `rows`, all of one length, so that one check does for all. Whether they are there.
#[inline(always)]
pub(super) fn rows<'a, const N: usize>(
    rows: &mut [&'a [f32]; N],
    values: &'a [f32],
    len: usize,
    at: impl Fn(usize) -> usize,
) -> bool {
    for (i, row) in rows.iter_mut().enumerate() {
        match find(values, at(i), len) {
            Some(found) => *row = found,
            None => return false,
        }
    }
    true
}
