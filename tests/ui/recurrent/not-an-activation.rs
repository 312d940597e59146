use nn_core::prelude::*;

network! {
    pub struct Net {
        input 8x3;
        gru 4 recurrent_activation String;
        dense 2;
    }
}

fn main() {}
