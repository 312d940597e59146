//! A loop that is written out, whatever the compiler thinks of it: an array stays in registers only if each of its indices is a constant.

/// Calls `turn` with `0..N`; `N` is at most 32.
#[cfg(not(debug_assertions))]
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

/// Unoptimised builds keep the loop: copies that nobody shrinks took a compiler minutes.
#[cfg(debug_assertions)]
#[inline(always)]
pub(super) fn each<const N: usize>(turn: impl FnMut(usize)) {
    (0..N).for_each(turn);
}
