use nn_core::prelude::*;

network! {
    pub struct Net {
        input 28x28x3;
        layer_norm eps 1e-5;
        flatten;
        dense 4;
    }
}

fn main() {
    let net = Net::init(&mut SmallRng::seed_from_u64(1));
    let y = net.predict(&Input::<Net>::zeros());
    println!("{y} {} {}", Net::PARAMS, Net::summary());
}
