use nn_core::prelude::*;

struct Scale;

network! {
    pub struct Net {
        input 8;
        Scale;
    }
}

fn main() {}
