use nn_core::prelude::*;

network! {
    pub struct Net {
        input 28x28x1;
        Conv2D 8 3x3 relu;
        MaxPooling2D 2x2;
        Flatten;
        dense 10;
    }
}

fn main() {
    let net = Net::init(&mut SmallRng::seed_from_u64(1));
    let y = net.predict(&Input::<Net>::zeros());
    println!("{y} {} {}", Net::PARAMS, Net::summary());
}
