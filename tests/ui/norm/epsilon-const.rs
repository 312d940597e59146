use nn_core::prelude::*;

const EPSILON: f64 = 0.0;

network! {
    pub struct Net {
        input 28x28x3;
        layer_norm epsilon EPSILON;
        flatten;
        dense 4;
    }
}

fn main() {
    let net = Net::init(&mut SmallRng::seed_from_u64(1));
    let y = net.predict(&Input::<Net>::zeros());
    println!("{y} {} {}", Net::PARAMS, Net::summary());
}
