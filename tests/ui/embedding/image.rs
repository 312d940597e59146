use nn_core::prelude::*;

network! {
    struct Net {
        input 28x28x1;
        embedding 10 4;
    }
}

fn main() {}
