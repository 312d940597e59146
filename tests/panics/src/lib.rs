//! One function for each kind of layer and pass, of which `check.sh` finds out whether a panic can be reached from it.
#![no_std]

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

macro_rules! kinds {
    ($($name:ident $infer:ident $train:ident $loss:ident: { $($layers:tt)* })*) => {
        $(mod $name {
            use nn_core::prelude::*;
            network! { pub struct Net { $($layers)* } }
            #[unsafe(no_mangle)]
            pub extern "C" fn $infer(net: &Net, x: &<Net as Layer>::Input, y: &mut <Net as Layer>::Output) {
                *y = net.predict(x);
            }
            #[unsafe(no_mangle)]
            pub extern "C" fn $train(
                net: &mut Net,
                trainer: &mut Trainer<Net, Adam, $loss, 2>,
                data: &[(<Net as Layer>::Input, <Net as Layer>::Output); 2],
            ) -> bool {
                trainer.train_on_batch(net, &data[..]).is_ok()
            }
        })*
    };
}
kinds! {
    dense_small infer_dense_small train_dense_small MeanSquaredError: { input 8; dense 6 relu; dense 4; }
    dense_large infer_dense_large train_dense_large MeanSquaredError: { input 64; dense 128 relu; dense 10; }
    softmax infer_softmax train_softmax CategoricalCrossentropy: { input 8; dense 4 softmax; }
    sparsemax infer_sparsemax train_sparsemax MeanSquaredError: { input 8; dense 4; sparsemax; }
    log_softmax infer_log_softmax train_log_softmax MeanSquaredError: { input 8; dense 4; log_softmax; }
    tanh infer_tanh train_tanh MeanSquaredError: { input 8; dense 4 tanh; dense 4 sigmoid; }
    gelu infer_gelu train_gelu MeanSquaredError: { input 8; dense 4 gelu; dense 4 mish; }
    conv2d infer_conv2d train_conv2d MeanSquaredError: { input 8x8x2; conv2d 4 3x3 relu; flatten; dense 2; }
    conv2d_same infer_conv2d_same train_conv2d_same MeanSquaredError: { input 8x8x2; conv2d 4 3x3 relu pad same stride 2; flatten; dense 2; }
    conv1d infer_conv1d train_conv1d MeanSquaredError: { input 16x4; conv1d 8 3 relu pad causal; flatten; dense 2; }
    depthwise infer_depthwise train_depthwise MeanSquaredError: { input 8x8x2; depthwise_conv2d 3x3; flatten; dense 2; }
    separable infer_separable train_separable MeanSquaredError: { input 8x8x2; separable_conv2d 4 3x3; flatten; dense 2; }
    transpose infer_transpose train_transpose MeanSquaredError: { input 4x4x2; conv2d_transpose 4 3x3; flatten; dense 2; }
    max_pool infer_max_pool train_max_pool MeanSquaredError: { input 8x8x2; max_pool 2x2; flatten; dense 2; }
    avg_pool infer_avg_pool train_avg_pool MeanSquaredError: { input 8x8x2; avg_pool 2x2; flatten; dense 2; }
    global_pool infer_global_pool train_global_pool MeanSquaredError: { input 8x8x2; global_avg_pool; dense 2; }
    upsample infer_upsample train_upsample MeanSquaredError: { input 4x4x2; upsample 2; flatten; dense 2; }
    zero_pad infer_zero_pad train_zero_pad MeanSquaredError: { input 4x4x2; zero_pad 1; flatten; dense 2; }
    rnn infer_rnn train_rnn MeanSquaredError: { input 10x2; rnn 8; dense 2; }
    lstm infer_lstm train_lstm MeanSquaredError: { input 10x2; lstm 8; dense 2; }
    gru infer_gru train_gru MeanSquaredError: { input 10x2; gru 8; dense 2; }
    bidirectional infer_bidirectional train_bidirectional MeanSquaredError: { input 10x2; bidirectional lstm 8; dense 2; }
    each infer_each train_each MeanSquaredError: { input 10x4; each dense 3 relu; flatten; dense 2; }
    embedding infer_embedding train_embedding MeanSquaredError: { input 5; embedding 20 4; flatten; dense 2; }
    attention infer_attention train_attention MeanSquaredError: { input 10x8; multi_head_attention 2 4; flatten; dense 2; }
    batch_norm infer_batch_norm train_batch_norm MeanSquaredError: { input 8; dense 6; batch_norm; relu; dense 2; }
    layer_norm infer_layer_norm train_layer_norm MeanSquaredError: { input 8; dense 6; layer_norm; dense 2; }
    dropout infer_dropout train_dropout MeanSquaredError: { input 8; dense 6 relu; dropout 0.2; dense 2; }
    residual infer_residual train_residual MeanSquaredError: { input 8; residual { dense 8 relu; dense 8; } dense 2; }
    concat infer_concat train_concat MeanSquaredError: { input 8; concat { { dense 4; } { dense 3 relu; } } dense 2; }
}

mod steps {
    use nn_core::prelude::*;
    network! { pub struct L { input 10x2; lstm 8 sequence; each dense 1; } }
    network! { pub struct G { input 10x2; gru 8 sequence; each dense 1; } }
    network! { pub struct C { input 10x2; conv1d 4 3 relu pad causal; each dense 1; } }
    #[unsafe(no_mangle)]
    pub extern "C" fn step_lstm(net: &L, state: &mut State<L>, x: &SVector<f32, 2>, y: &mut SVector<f32, 1>) {
        *y = net.step(state, x);
    }
    #[unsafe(no_mangle)]
    pub extern "C" fn step_gru(net: &G, state: &mut State<G>, x: &SVector<f32, 2>, y: &mut SVector<f32, 1>) {
        *y = net.step(state, x);
    }
    #[unsafe(no_mangle)]
    pub extern "C" fn step_conv1d(net: &C, state: &mut State<C>, x: &SVector<f32, 2>, y: &mut SVector<f32, 1>) {
        *y = net.step(state, x);
    }
}

mod fits {
    use nn_core::prelude::*;
    network! { pub struct F { input 8; dense 6 relu; dense 4 softmax; } }
    #[unsafe(no_mangle)]
    pub extern "C" fn fit_dense(
        net: &mut F,
        trainer: &mut Trainer<F, Adam, SparseCategoricalCrossentropy, 4>,
        data: &[(SVector<f32, 8>, u8); 32],
        rng: &mut SmallRng,
    ) -> bool {
        trainer.fit(net, &data[..], Fit::epochs(3).shuffle(rng)).is_ok()
    }
    #[unsafe(no_mangle)]
    pub extern "C" fn fit_init(net: &mut F, rng: &mut SmallRng) {
        *net = F::init(rng);
    }
}

