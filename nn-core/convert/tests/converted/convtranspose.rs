use nn_core::prelude::*;

network! {
    #[weights("tests/converted/convtranspose.safetensors")]
    pub struct Convtranspose {
    input 100x4;
    conv1d_transpose 15 5 stride 3 pad 3;
}
}
