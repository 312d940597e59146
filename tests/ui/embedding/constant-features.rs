use nn_core::prelude::*;

const FEATURES: usize = 2;

network! {
    struct Net {
        input 5 x FEATURES;
        embedding 10 4;
    }
}

fn main() {}
