use nn_core::prelude::*;

const CLASSES: usize = 1;

network! {
    pub struct Net {
        input 8;
        dense CLASSES softmax;
    }
}

fn main() {}
