use nn_core::prelude::*;

network! {
    pub struct Net {
        budget { rom 32K; }
        input 8;
        dense 4 softmax;
    }
}

fn main() {
    println!("{} {}", Net::PARAMS, Net::summary());
}
