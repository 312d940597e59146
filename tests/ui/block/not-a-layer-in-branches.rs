use nn_core::prelude::*;

struct Nothing;

network! {
    pub struct Net {
        input 8;
        concat { { Nothing; relu; } { dense 4; } }
        dense 4;
    }
}

fn main() {}
