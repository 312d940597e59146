use nn_core::prelude::*;

network! {
    /// Converted from `conv2d.json` by nn-convert.
    #[weights("tests/converted/conv2d.safetensors")]
    pub struct Conv2d {
        input 50x23x1;
        conv2d 2 5x5 dilation 2x1; // layer 0
        batch_norm epsilon 5.0 no_scale no_center; // layer 1
        relu; // layer 2
        conv2d 3 4x3 pad same stride 1x2; // layer 3
        batch_norm epsilon 0.01; // layer 4
        conv2d 1 2x3 dilation 3x1; // layer 5
    }
}
