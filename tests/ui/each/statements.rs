use nn_core::prelude::*;

network! {
    struct Net {
        input 10x3;
        each;
        each dens 8;
        each dense;
        each 8;
        each { dense 8; };
        each dense 0;
        each relu tanh;
    }
}

fn main() {}
