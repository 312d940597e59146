//! Not a path in quotes; what uses the network gets no error of its own.

use nn_core::prelude::*;

network! {
    #[weights(animals.safetensors)]
    pub struct Animals {
        input 8;
        dense 6 relu;
        dense 4 softmax;
    }
}

static NET: &Animals = Animals::TRAINED;

fn main() {
    println!("{}", NET.predict(&SVector::zeros()));
}
