use nn_core::prelude::*;

network! {
    /// Converted from `lstm.json` by nn-convert.
    #[weights("tests/converted/lstm.safetensors")]
    pub struct Lstm {
        input 64x1;
        each dense 8 tanh; // layer 0
        lstm 8 sequence; // layer 1
        each dense 1; // layer 2
    }
}
