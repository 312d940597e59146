use nn_core::prelude::*;

network! {
    pub struct Net {
        input 8;
        batch_norm;
        dense 6 relu;
        batch_norm;
        dense 4;
    }
}

fn main() {
    let net = Net::init(&mut SmallRng::seed_from_u64(1));
    let _ = net.folded();
}
