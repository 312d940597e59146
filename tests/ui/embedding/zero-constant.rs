use nn_core::prelude::*;

const ROWS: usize = 0;

network! {
    struct Net {
        input 5;
        embedding ROWS 4;
    }
}

fn main() {}
