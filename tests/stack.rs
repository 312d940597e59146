//! The stack that builds without optimisation take, as README's "Embed" states it: twice what is passed or planned, and half a megabyte.
//!
//! `cargo test` compiles everything here, `nn-core` included, without optimisation. A thread whose stack is too small ends the process.

use nn_core::plain::zeroed;
use nn_core::prelude::*;
use std::thread;

network! {
    struct Photo {
        input 64x64x3;
        conv2d 32 3x3 relu;
        conv2d 32 3x3 relu;
        max_pool 2x2;
        flatten;
        dense 10 softmax;
    }
}

network! {
    struct Blocks {
        input 32x32x3;
        conv2d 32 3x3 pad same;
        batch_norm;
        relu;
        residual { conv2d 32 3x3 relu pad same; conv2d 32 3x3 pad same; }
        concat { { conv2d 8 1x1; } { avg_pool 3x3 stride 1 pad same; } }
        depthwise_conv2d 3x3;
        global_avg_pool;
        dense 10 softmax;
    }
}

network! {
    struct Mnist {
        input 784;
        dense 128 relu;
        dense 10 softmax;
    }
}

network! {
    struct Wide {
        input 784;
        dense 512 relu;
        dropout 0.2;
        dense 512 relu;
        dropout 0.2;
        dense 10 softmax;
    }
}

const MIB: usize = 1 << 20;

/// Does `work` on a stack of so many bytes.
fn on(bytes: usize, work: impl FnOnce() + Send + 'static) {
    let builder = thread::Builder::new().stack_size(bytes);
    builder.spawn(work).unwrap().join().unwrap();
}

/// The stack of a prediction by the rule.
const fn planned(inference_ram: usize) -> usize {
    2 * inference_ram + MIB / 2
}

#[test]
fn a_picture_is_predicted_on_a_thread_of_two_megabytes() {
    assert!(planned(Photo::INFERENCE_RAM) < 5 * MIB / 2);
    on(2 * MIB, || {
        let net = Photo::boxed(&mut SmallRng::seed_from_u64(1));
        let x: Box<Input<Photo>> = Box::new(zeroed());
        assert!(net.predict(&x)[0].is_finite());
    });
}

#[test]
fn blocks_take_what_the_rule_says() {
    on(planned(Blocks::INFERENCE_RAM), || {
        let net = Blocks::boxed(&mut SmallRng::seed_from_u64(1));
        let mut out = [zeroed(); 2];
        net.predict_batch(&[zeroed(); 2], &mut out).unwrap();
    });
}

/// Network and trainer by value, on less than the eight megabytes that a main thread has.
#[test]
fn a_textbook_network_trains_by_value() {
    on(6 * MIB, || {
        let mut rng = SmallRng::seed_from_u64(1);
        let mut net = Mnist::init(&mut rng);
        let mut trainer = Mnist::trainer::<128>(Adam::new(1e-3), SparseCategoricalCrossentropy);
        let samples = [(SVector::from_element(0.5), 3_u8)];
        let history = trainer.fit(&mut net, &samples, Fit::epochs(1)).unwrap();
        assert!(history.loss().is_finite());
    });
}

/// Two and a half megabytes of weights; its trainer is one to be boxed.
#[test]
fn a_large_network_by_value_takes_twice_its_size() {
    on(2 * size_of::<Wide>() + MIB / 2, || {
        let net = Wide::init(&mut SmallRng::seed_from_u64(1));
        assert!(net.dense1.kernel[0] != 0.0);
    });
}
