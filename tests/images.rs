//! Images and sequences in the DSL: the shapes that windows give, the same with literals and with `const` sizes.

use nn_core::prelude::*;

network! {
    /// The network of the handwritten digits.
    struct Digits {
        input 28x28x1;
        conv2d 8 5x5 relu;
        max_pool 2x2;
        conv2d 16 5 relu;
        max_pool 2;
        flatten;
        dense 10 softmax;
    }
}

const SIDE: usize = 28;
const KERNEL: usize = 5;
const FILTERS: usize = 8;
const TWO: usize = 2;

network! {
    struct ConstDigits {
        input SIDE x SIDE x 1;
        conv2d FILTERS KERNEL x KERNEL relu;
        max_pool TWO x TWO;
        conv2d { 2 * FILTERS } KERNEL relu;
        max_pool TWO;
        flatten;
        dense 10 softmax;
        output 10;
    }
}

#[test]
fn a_network_of_const_sizes_is_the_one_of_literals() {
    assert_eq!(
        Digits::PARAMS,
        8 * 25 + 8 + 25 * 8 * 16 + 16 + 256 * 10 + 10
    );
    assert_eq!(ConstDigits::PARAMS, Digits::PARAMS);
    assert_eq!(ConstDigits::MACS, Digits::MACS);
    let digits = Digits::boxed(&mut SmallRng::seed_from_u64(1));
    let twin: &ConstDigits = nn_core::plain::view(&*digits);
    let x = SMatrix::from_fn(|_, pixel| (pixel as f32).sin());
    assert_eq!(digits.predict(&x), twin.predict(&x));
}
