use nn_core::prelude::*;

network! {
    /// Converted from `text.keras` by nn-convert.
    #[weights("tests/converted/text.safetensors")]
    pub struct Text {
        input 7;
        embedding 30 8;
        zero_pad before 1 after 2; // zero_padding1d
        upsample 2; // up_sampling1d
        lstm 6 sequence no_bias; // lstm_1
        global_max_pool; // global_max_pooling1d
        reshape 1x6; // repeat_vector
        upsample 4; // repeat_vector
        gru 5 sequence; // gru_2
        avg_pool 2; // average_pooling1d
        global_avg_pool; // global_average_pooling1d
        leaky_relu 0.2; // re_lu
        dense 1 sigmoid; // dense_5
    }
}
