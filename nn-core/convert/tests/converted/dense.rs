use nn_core::prelude::*;

network! {
    /// Converted from `dense.json` by nn-convert.
    #[weights("tests/converted/dense.safetensors")]
    pub struct Dense {
        input 1;
        dense 8; // layer 0
        tanh; // layer 1
        dense 8; // layer 2
        relu; // layer 3
        dense 8; // layer 4
        elu; // layer 5
        dense 8; // layer 6
        softmax; // layer 7
        dense 1; // layer 8
        dense 8 no_bias; // layer 9
        dense 8 no_bias; // layer 10
        dense 1 no_bias; // layer 11
    }
}
