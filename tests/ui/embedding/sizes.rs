use nn_core::prelude::*;

network! {
    struct Net {
        input 5;
        embedding;
        embedding 10;
        embedding 0 4;
        embedding 10 0;
        embedding 10x4;
        embedding 20000000 4;
        embedding 10 4 no_bias;
        embedding 10 4 relu;
    }
}

fn main() {}
