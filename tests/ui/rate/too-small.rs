use nn_core::prelude::*;

network! {
    pub struct Net {
        input 8;
        dropout 1e-60;
        dense 4;
    }
}

fn main() {
    let net = Net::init(&mut SmallRng::seed_from_u64(1));
    let y = net.predict(&Input::<Net>::zeros());
    println!("{y} {} {}", Net::PARAMS, Net::summary());
}
