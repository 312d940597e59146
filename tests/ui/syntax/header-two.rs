use nn_core::prelude::*;

network! {
    struct Net { input 8; dense 4; }
    struct Other { input 4; dense 2; }
}

fn main() {
    let net = Net::init(&mut SmallRng::seed_from_u64(1));
    let y = net.predict(&Input::<Net>::zeros());
    println!("{y} {} {}", Net::PARAMS, Net::summary());
}
