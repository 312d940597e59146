use nn_core::prelude::*;

network! {
    pub struct Net {
        input 8;
        dense 4 softmax;
    }
}

fn main() {
    let net = Net::zeros();
    let y: SVector<f32, 3> = net.predict(&SVector::zeros());
    println!("{y}");
}
