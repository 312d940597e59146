use nn_core::prelude::*;

network! {
    pub struct {
        input 8;
        dense 4;
    }
}

fn main() {}
