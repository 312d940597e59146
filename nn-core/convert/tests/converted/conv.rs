use nn_core::prelude::*;

network! {
    /// Converted from `conv.json` by nn-convert.
    #[weights("tests/converted/conv.safetensors")]
    pub struct Conv {
        input 100x1;
        each dense 8 tanh; // layer 0
        conv1d 4 3 pad causal tanh; // layer 1
        batch_norm epsilon 0.01; // layer 2
        prelu; // layer 3
        conv1d 4 1 pad causal tanh; // layer 4
        conv1d 6 3 pad causal dilation 2 groups 2 tanh; // layer 5
        batch_norm epsilon 5.0 no_scale no_center; // layer 6
        prelu; // layer 7
        each dense 1 sigmoid; // layer 8
    }
}
