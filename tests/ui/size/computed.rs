use nn_core::prelude::*;

network! {
    pub struct Net {
        input 28*28;
        dense 2 * HIDDEN relu;
        dense HIDDEN + 1;
    }
}

fn main() {
    let net = Net::init(&mut SmallRng::seed_from_u64(1));
    let y = net.predict(&Input::<Net>::zeros());
    println!("{y} {} {}", Net::PARAMS, Net::summary());
}
