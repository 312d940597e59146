use nn_core::prelude::*;

network! {
    struct Net {
        input 10x6;
        each lstm 4;
    }
}

network! {
    struct Window {
        input 10x6;
        each conv1d 4 3;
    }
}

network! {
    struct Attention {
        input 10x6;
        each multi_head_attention 2 3;
    }
}

fn main() {}
