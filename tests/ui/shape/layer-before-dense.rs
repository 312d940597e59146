use nn_core::prelude::*;

network! { struct Encoder { input 8; dense 3; } }

network! {
    pub struct Net {
        input 8;
        Encoder;
        dense 4 -> 2;
    }
}

fn main() {
    let net = Net::init(&mut SmallRng::seed_from_u64(1));
    let y = net.predict(&Input::<Net>::zeros());
    println!("{y} {} {}", Net::PARAMS, Net::summary());
}
