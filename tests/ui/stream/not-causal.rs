use nn_core::prelude::*;

network! {
    struct Net {
        input 10x3;
        conv1d 4 3 pad same;
        bidirectional lstm 4 sequence concat;
        each dense 2;
    }
}

fn step(net: &Net) -> SVector<f32, 2> {
    net.step(&mut State::new(), &SVector::from([1.0, 2.0, 3.0]))
}

fn main() {}
