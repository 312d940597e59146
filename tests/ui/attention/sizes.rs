use nn_core::prelude::*;

network! {
    struct Net {
        input 10x6;
        multi_head_attention;
        multi_head_attention 4;
        multi_head_attention 0 3;
        multi_head_attention 2 0;
        multi_head_attention 2 3 value 0;
        multi_head_attention 2 3 causal causal;
        multi_head_attention 2 3 heads 4;
        multi_head_attention 2 3 relu;
    }
}

fn main() {}
