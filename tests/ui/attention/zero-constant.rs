use nn_core::prelude::*;

const HEADS: usize = 0;

network! {
    struct Net {
        input 10x6;
        multi_head_attention HEADS 3;
    }
}

fn main() {}
