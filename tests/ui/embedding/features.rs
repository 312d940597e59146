use nn_core::prelude::*;

network! {
    struct Net {
        input 5x2;
        embedding 10 4;
    }
}

fn main() {}
