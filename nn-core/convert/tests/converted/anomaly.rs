use nn_core::prelude::*;

network! {
    /// Converted from `ad01.h5` by nn-convert.
    #[weights("tests/converted/anomaly.safetensors")]
    pub struct Anomaly {
        input 640;
        dense 128;
        batch_norm; // batch_normalization
        relu; // activation
        dense 128; // dense_1
        batch_norm; // batch_normalization_1
        relu; // activation_1
        dense 128; // dense_2
        batch_norm; // batch_normalization_2
        relu; // activation_2
        dense 128; // dense_3
        batch_norm; // batch_normalization_3
        relu; // activation_3
        dense 8; // dense_4
        batch_norm; // batch_normalization_4
        relu; // activation_4
        dense 128; // dense_5
        batch_norm; // batch_normalization_5
        relu; // activation_5
        dense 128; // dense_6
        batch_norm; // batch_normalization_6
        relu; // activation_6
        dense 128; // dense_7
        batch_norm; // batch_normalization_7
        relu; // activation_7
        dense 128; // dense_8
        batch_norm; // batch_normalization_8
        relu; // activation_8
        dense 640; // dense_9
    }
}
