use nn_core::prelude::*;

const A: usize = 5;
const B: usize = 4;

network! {
    pub struct Net {
        input 6;
        multiply { { dense A; } { dense B sigmoid; } }
        dense 2;
    }
}

fn main() {
    let net = Net::init(&mut SmallRng::seed_from_u64(1));
    let y = net.predict(&Input::<Net>::zeros());
    println!("{y} {} {}", Net::PARAMS, Net::summary());
}
