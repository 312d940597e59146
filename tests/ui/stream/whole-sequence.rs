use nn_core::layer::{Dense, Each};
use nn_core::prelude::*;

network! {
    struct Net {
        input 10x3;
        steps: Each<Dense<3, 2>, 10>;
    }
}

fn main() {
    let net = Net::zeros();
    let x: Input<Net> = SMatrix::zeros();
    let _ = net.step(&mut State::new(), &x);
}
