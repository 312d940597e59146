//! One sample through a layer whose sizes are constants: compiled into the caller, as short loops.

/// `y = bias + x W`.
// Unoptimised, every inlined call has a place of its own in the caller's frame.
#[cfg_attr(debug_assertions, inline(never))]
#[cfg_attr(not(debug_assertions), inline(always))]
pub(in crate::kernel) fn dense<const IN: usize, const OUT: usize>(
    x: &[f32],
    w: &[f32],
    bias: Option<&[f32]>,
    y: &mut [f32],
) {
    let (Some(x), Some(y)) = (x.first_chunk::<IN>(), y.first_chunk_mut::<OUT>()) else {
        return;
    };
    let (w, _) = w.as_chunks::<OUT>();
    let bias = bias.and_then(|bias| bias.first_chunk::<OUT>());
    if const { OUT >= WIDE } {
        eights::<IN, OUT>(x, w, bias, y);
    } else {
        fours::<IN, OUT>(x, w, bias, y);
    }
    ones::<IN, OUT>(x, w, bias, y);
}

/// Outputs that are worth eight sums side by side, which take more code.
const WIDE: usize = 32;

/// A function that computes the columns that fill blocks of a size, from a multiple of `$from` on. The sums are written out: as a loop
/// they would stay in memory wherever it is not unrolled.
macro_rules! columns {
    ($(#[$doc:meta])* $name:ident, $n:literal: $($j:literal)*, from $from:expr) => {
        $(#[$doc])*
        #[inline(always)]
        fn $name<const IN: usize, const OUT: usize>(
            x: &[f32; IN],
            w: &[[f32; OUT]],
            bias: Option<&[f32; OUT]>,
            y: &mut [f32; OUT],
        ) {
            let (blocks, _) = y.as_chunks_mut::<$n>();
            for (b, y) in blocks.iter_mut().enumerate().skip(const { $from }) {
                let bias = bias.and_then(|bias| bias.as_chunks().0.get(b));
                let mut sums: [f32; $n] = bias.copied().unwrap_or([0.0; $n]);
                for (x, w) in x.iter().zip(w) {
                    if let Some(w) = w.as_chunks::<$n>().0.get(b) {
                        $(sums[$j] += x * w[$j];)*
                    }
                }
                *y = sums;
            }
        }
    };
}

columns! {
    /// Eight columns at a time.
    eights, 8: 0 1 2 3 4 5 6 7, from 0
}
columns! {
    /// Four columns at a time.
    fours, 4: 0 1 2 3, from 0
}
columns! {
    /// The rest of the columns.
    ones, 1: 0, from if OUT >= WIDE { OUT / 8 * 8 } else { OUT / 4 * 4 }
}
