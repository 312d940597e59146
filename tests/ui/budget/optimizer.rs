use nn_core::prelude::*;

network! {
    pub struct Net {
        budget { train_ram 32K batch 4 String; }
        input 8;
        dense 4 softmax;
    }
}

fn main() {
    println!("{} {}", Net::PARAMS, Net::summary());
}
