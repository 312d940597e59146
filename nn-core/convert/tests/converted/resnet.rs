use nn_core::prelude::*;

network! {
    /// Converted from `pretrainedResnet.h5` by nn-convert.
    #[weights("tests/converted/resnet.safetensors")]
    pub struct Resnet {
        input 32x32x3;
        conv2d 16 3x3 pad same;
        batch_norm; // batch_normalization
        relu; // activation
        residual { // add
            conv2d 16 3x3 pad same; // conv2d_1
            batch_norm; // batch_normalization_1
            relu; // activation_1
            conv2d 16 3x3 pad same; // conv2d_2
            batch_norm; // batch_normalization_2
        }
        relu; // activation_2
        add { // add_1
            {
                conv2d 32 1x1 stride 2 pad same; // conv2d_5
            }
            {
                conv2d 32 3x3 stride 2 pad same; // conv2d_3
                batch_norm; // batch_normalization_3
                relu; // activation_3
                conv2d 32 3x3 pad same; // conv2d_4
                batch_norm; // batch_normalization_4
            }
        }
        relu; // activation_4
        add { // add_2
            {
                conv2d 64 1x1 stride 2 pad same; // conv2d_8
            }
            {
                conv2d 64 3x3 stride 2 pad same; // conv2d_6
                batch_norm; // batch_normalization_5
                relu; // activation_5
                conv2d 64 3x3 pad same; // conv2d_7
                batch_norm; // batch_normalization_6
            }
        }
        relu; // activation_6
        avg_pool 8x8; // average_pooling2d
        flatten;
        dense 10 softmax;
    }
}
