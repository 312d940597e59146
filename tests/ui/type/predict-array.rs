use nn_core::prelude::*;

network! {
    pub struct Net {
        input 8;
        dense 4 softmax;
    }
}

fn main() {
    let net = Net::zeros();
    net.predict(&[0.5; 8]);
}
