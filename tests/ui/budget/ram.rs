use nn_core::prelude::*;

network! {
    pub struct Net {
        budget { ram 4K; flash 100K; }
        input 28x28x1;
        conv2d 8 3x3 relu;
        max_pool 2x2;
        conv2d 16 3x3 relu;
        flatten;
        dense 10 softmax;
    }
}

fn main() {
    println!("{} {}", Net::PARAMS, Net::summary());
}
