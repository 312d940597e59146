use nn_core::prelude::*;

network! {
    pub struct Net {
        budget { flash 1K; ram 16; macs 10; }
        input 8;
        dense 16 relu;
        dense 16 relu;
        dense 4 softmax;
    }
}

fn main() {
    println!("{} {}", Net::PARAMS, Net::summary());
}
