use nn_core::prelude::*;

const NONE: usize = 0;

network! {
    pub struct Net {
        input 6;
        concat { { dense NONE; } { dense 4; } }
        dense 2;
    }
}

fn main() {
    let net = Net::init(&mut SmallRng::seed_from_u64(1));
    let y = net.predict(&Input::<Net>::zeros());
    println!("{y} {} {}", Net::PARAMS, Net::summary());
}
