use nn_core::prelude::*;

network! {
    pub struct Net {
        input 28x28x1;
        conv2d 0 3x3 relu stride 0;
        conv2d 8 5x5 groups 0 pad smae;
        max_pool 3x3x3;
        conv2d_transpose 8;
        dense 10;
    }
}

fn main() {
    let net = Net::init(&mut SmallRng::seed_from_u64(1));
    let y = net.predict(&Input::<Net>::zeros());
    println!("{y} {} {}", Net::PARAMS, Net::summary());
}
