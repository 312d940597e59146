use nn_core::prelude::*;

network! {
    struct Net {
        input 3;
        each dense 8 relu;
        each dense 0;
    }
}

fn main() {}
