use nn_core::prelude::*;

network! {
    struct Net {
        input 10x3;
        dense 8 relu;
    }
}

network! {
    struct Image {
        input 4x4x3;
        dense 8 relu;
    }
}

fn main() {}
