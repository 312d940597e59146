use nn_core::prelude::*;

network! {
    struct Net {
        input 10;
        multi_head_attention 2 3;
    }
}

network! {
    struct Image {
        input 28x28x1;
        multi_head_attention 2 3;
    }
}

fn main() {}
