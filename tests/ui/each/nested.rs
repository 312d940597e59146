use nn_core::prelude::*;

network! {
    struct Net {
        input 10x3;
        each each dense 4;
    }
}

fn main() {}
