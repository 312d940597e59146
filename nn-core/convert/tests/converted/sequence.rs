use nn_core::prelude::*;

network! {
    /// Converted from `sequence.keras` by nn-convert.
    #[weights("tests/converted/sequence.safetensors")]
    pub struct Sequence {
        input 20x3;
        conv1d 6 3 tanh pad causal dilation 2; // dilated ü
        layer_norm epsilon 0.00001; // layer_normalization
        bidirectional lstm 5 softsign sequence sum; // both ways
        multi_head_attention 2 4 causal; // look
        each dense 6 leaky_relu 0.3; // time_distributed
        each dense 4; // dense_3
        separable_conv1d 4 3 stride 2 pad same;
        depthwise_conv1d 2 multiplier 2;
        max_pool 2; // max_pooling1d
        conv1d_transpose 5 3 stride 2;
        rnn 4 relu sequence backwards; // simple_rnn
        gru 4 recurrent_activation hard_sigmoid sequence reset_before;
        bidirectional gru 3 concat;
        elu 0.5;
        dense 2; // dense_4
    }
}
