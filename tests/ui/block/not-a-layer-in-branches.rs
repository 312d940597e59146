use nn_core::prelude::*;

struct Nothing;

network! {
    pub struct Net {
        input 8;
        concat { { Nothing; relu; } { dense 4; } }
        residual { dense 4; }
        output 12;
    }
}

fn main() {}
