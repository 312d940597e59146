use nn_core::prelude::*;

const GROUPS: usize = 3;

network! {
    pub struct Net {
        input 28x28x8;
        conv2d 6 3x3 groups GROUPS;
        flatten;
        dense 10;
    }
}

fn main() {
    let net = Net::init(&mut SmallRng::seed_from_u64(1));
    let y = net.predict(&Input::<Net>::zeros());
    println!("{y} {} {}", Net::PARAMS, Net::summary());
}
