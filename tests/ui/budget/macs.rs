use nn_core::prelude::*;

network! {
    pub struct Net {
        budget { macs 20_000; }
        input 20x4;
        lstm 32;
        dense 10 softmax;
    }
}

fn main() {
    println!("{} {}", Net::PARAMS, Net::summary());
}
