use nn_core::prelude::*;

network! {
    struct Net {
        input 4000000000x6;
        multi_head_attention 2 3;
    }
}

fn main() {}
