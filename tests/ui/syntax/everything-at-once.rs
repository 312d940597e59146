use nn_core::prelude::*;

network! {
    pub struct Net {
        inptu 8;
        dens 6 relu;
        dense 0 rely;
        head: dropout 25;
        head: dense 4 -> 3 softmx;
        output 5;
        dense 2;
    }
}

fn main() {
    let net = Net::init(&mut SmallRng::seed_from_u64(1));
    let y = net.predict(&Input::<Net>::zeros());
    println!("{y} {} {}", Net::PARAMS, Net::summary());
}
