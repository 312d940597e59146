use nn_core::prelude::*;

network! {
    pub struct Net {
        budget { flash 3K; }
        input 784;
        dense 10 softmax;
    }
}

fn main() {
    println!("{} {}", Net::PARAMS, Net::summary());
}
