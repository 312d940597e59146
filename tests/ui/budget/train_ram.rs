use nn_core::prelude::*;

network! {
    pub struct Net {
        budget { train_ram 10K batch 32 adam; }
        input 16;
        dense 32 relu;
        dense 4 softmax;
    }
}

fn main() {
    println!("{} {}", Net::PARAMS, Net::summary());
}
