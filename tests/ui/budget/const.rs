use nn_core::prelude::*;

const HIDDEN: usize = 100;
const FLASH: usize = 1024;
network! {
    pub struct Net {
        budget { flash FLASH; macs { 3 * 10 } }
        input 8;
        dense HIDDEN relu;
        dense 4 softmax;
    }
}

fn main() {
    println!("{} {}", Net::PARAMS, Net::summary());
}
