use nn_core::prelude::*;

network! {
    struct Net {
        input 10x3;
        tanh;
        flatten;
        dense 2;
    }
}

fn step(net: &Net, state: &mut State<Net>) -> SVector<f32, 2> {
    net.step(state, &SVector::from([1.0, 2.0, 3.0]))
}

fn main() {}
