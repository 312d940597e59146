use nn_core::prelude::*;

pub struct Nothing;

network! {
    pub struct Net {
        input 6;
        residual { Nothing; }
        dense 2;
    }
}

fn main() {}
