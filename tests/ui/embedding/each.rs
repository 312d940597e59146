use nn_core::prelude::*;

network! {
    struct Net {
        input 5x2;
        each embedding 10 4;
    }
}

fn main() {}
