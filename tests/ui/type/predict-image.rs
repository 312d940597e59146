use nn_core::prelude::*;

network! {
    pub struct Net {
        input 28x28x1;
        flatten;
        dense 4 softmax;
    }
}

fn main() {
    let net = Net::zeros();
    net.predict(&SVector::<f32, 784>::zeros());
}
