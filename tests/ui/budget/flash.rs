use nn_core::prelude::*;

network! {
    pub struct Net {
        budget { flash 32K; }
        input 784;
        dense 64 relu;
        dense 10 softmax;
    }
}

fn main() {
    println!("{} {}", Net::PARAMS, Net::summary());
}
