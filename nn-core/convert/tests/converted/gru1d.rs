use nn_core::prelude::*;

network! {
    /// Converted from `gru_1d.json` by nn-convert.
    #[weights("tests/converted/gru1d.safetensors")]
    pub struct Gru1d {
        input 64x1;
        gru 8 sequence; // layer 0
        each dense 8 sigmoid; // layer 1
        each dense 1; // layer 2
    }
}
