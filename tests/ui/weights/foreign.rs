//! The order of the tensors inside a type of the user's is the compiler's knowledge.

use nn_core::prelude::*;

network! {
    pub struct Encoder { input 8; dense 4; }
}

network! {
    #[weights("net.safetensors")]
    pub struct Net {
        input 8;
        Encoder;
        dense 2;
    }
}

fn main() {
    println!("{}", Net::TRAINED.predict(&SVector::zeros()));
}
