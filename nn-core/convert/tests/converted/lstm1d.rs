use nn_core::prelude::*;

network! {
    /// Converted from `lstm_1d.json` by nn-convert.
    #[weights("tests/converted/lstm1d.safetensors")]
    pub struct Lstm1d {
        input 64x1;
        lstm 8 sequence; // layer 0
        each dense 1; // layer 1
    }
}
