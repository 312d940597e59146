use nn_core::prelude::*;

const SIDE: usize = 28;

network! {
    pub struct Net {
        input SIDE x SIDE x 1;
        conv2d 8 5x5 relu;
        output SIDE x SIDE x 8;
    }
}

fn main() {
    let net = Net::init(&mut SmallRng::seed_from_u64(1));
    let y = net.predict(&Input::<Net>::zeros());
    println!("{y} {} {}", Net::PARAMS, Net::summary());
}
