use nn_core::prelude::*;

const KERNEL: usize = 31;

network! {
    pub struct Net {
        input 28x28x1;
        conv2d 8 KERNEL x KERNEL relu;
        flatten;
        dense 10 softmax;
    }
}

fn main() {
    let net = Net::init(&mut SmallRng::seed_from_u64(1));
    let y = net.predict(&Input::<Net>::zeros());
    println!("{y} {} {}", Net::PARAMS, Net::summary());
}
