use nn_core::prelude::*;

const CLASSES: usize = 4;

network! {
    pub struct Net {
        input 8;
        dense 6 relu;
        output CLASSES;
    }
}

fn main() {
    let net = Net::init(&mut SmallRng::seed_from_u64(1));
    let y = net.predict(&Input::<Net>::zeros());
    println!("{y} {} {}", Net::PARAMS, Net::summary());
}
