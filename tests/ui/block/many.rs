use nn_core::prelude::*;

network! {
    pub struct Net {
        input 6;
        dens 8;
        add {
            { dense 4 rely; dropout 25; }
            { output 4; dense 0; }
            { concat { { dense 4; } } }
        }
        dense 3 -> 2;
        relu softmax;
    }
}

fn main() {
    let net = Net::init(&mut SmallRng::seed_from_u64(1));
    let y = net.predict(&Input::<Net>::zeros());
    println!("{y} {} {}", Net::PARAMS, Net::summary());
}
