use nn_core::prelude::*;

const SIZE: usize = 800;

network! {
    pub struct Net {
        input SIZE;
        reshape 7x7x16;
        conv2d 8 3x3;
        flatten;
        dense 10;
    }
}

fn main() {
    let net = Net::init(&mut SmallRng::seed_from_u64(1));
    let y = net.predict(&Input::<Net>::zeros());
    println!("{y} {} {}", Net::PARAMS, Net::summary());
}
