use nn_core::prelude::*;

network! {
    /// Converted from `gru.json` by nn-convert.
    #[weights("tests/converted/gru.safetensors")]
    pub struct Gru {
        input 64x1;
        each dense 8 tanh; // layer 0
        gru 8 sequence; // layer 1
        each dense 8 sigmoid; // layer 2
        each dense 1; // layer 3
    }
}
