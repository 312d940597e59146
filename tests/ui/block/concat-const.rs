use nn_core::prelude::*;

type Steps = nn_core::layer::Each<Other, 3>;
type Other = nn_core::layer::Dense<4, 2>;

network! {
    pub struct Net {
        input 6x4;
        concat { { Steps; } {} }
        flatten;
        dense 2;
    }
}

fn main() {
    let net = Net::init(&mut SmallRng::seed_from_u64(1));
    let y = net.predict(&Input::<Net>::zeros());
    println!("{y} {} {}", Net::PARAMS, Net::summary());
}
