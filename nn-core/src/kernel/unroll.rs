//! A loop that is written out, whatever the compiler thinks of it: an array stays in registers only if each of its indices is a constant.
//!
//! These are macros, not functions that take closures: the compiler must see through the arrays before it looks at loops and checks, and a
//! closure that borrows one hides it until too late.

/// `for i in 0..N { … }`, written out; `N` is at most 32. `return`, `break` and `continue` mean what they do around it.
macro_rules! unrolled {
    ($i:ident in $n:expr, $body:block) => {
        const { assert!($n <= 32) };
        $crate::kernel::unroll::unrolled!(
            @ $i, $n, $body, 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31
        );
    };
    (@ $i:ident, $n:expr, $body:block, $($turn:literal)*) => {$(
        if const { $turn < $n } {
            let $i: usize = $turn;
            $body
        }
    )*};
}
pub(super) use unrolled;
