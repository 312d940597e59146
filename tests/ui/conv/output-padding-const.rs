use nn_core::prelude::*;

const EXTRA: usize = 2;

network! {
    pub struct Net {
        input 7x7x4;
        conv2d_transpose 8 3x3 stride 2 output_padding EXTRA;
        flatten;
        dense 10;
    }
}

fn main() {
    let net = Net::init(&mut SmallRng::seed_from_u64(1));
    let y = net.predict(&Input::<Net>::zeros());
    println!("{y} {} {}", Net::PARAMS, Net::summary());
}
