use nn_core::prelude::*;

// One message: code that uses the folded network is not wrong.
network! {
    pub struct Net {
        input 8;
        dense 6;
        batch_norm momentum 2;
        relu;
        dense 4;
    }
}

fn main() {
    let net = Net::init(&mut SmallRng::seed_from_u64(1));
    let folded: NetFolded = net.folded();
    let y = folded.predict(&Input::<Net>::zeros());
    println!("{y} {}", NetFolded::PARAMS);
}
