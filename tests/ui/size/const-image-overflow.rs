use nn_core::prelude::*;

const H: usize = usize::MAX / 2;

network! {
    pub struct Net {
        input H x H x 3;
        flatten;
        dense 4;
    }
}

fn main() {
    let net = Net::init(&mut SmallRng::seed_from_u64(1));
    let y = net.predict(&Input::<Net>::zeros());
    println!("{y} {} {}", Net::PARAMS, Net::summary());
}
