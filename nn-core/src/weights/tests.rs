#![allow(
    unused_imports,
    reason = "where a nested network has sizes of its own, the trait that stands in for none is not needed"
)]

use super::{BadBytes, each_tensor, fingerprint, read_finite_from};
use crate::prelude::*;
use std::string::{String, ToString};
use std::vec::Vec;
use std::{format, vec};

network! {
    struct Small {
        input 3;
        dense 4 relu;
        batch_norm;
        dense 2 softmax;
    }
}

network! {
    struct Inner { input 8; hidden: dense 4 tanh; dense 4; }
}

network! {
    struct Images {
        input 8x8x2;
        conv2d 4 3x3 relu pad same;
        depthwise_conv2d 3x2 multiplier 2;
        separable_conv2d 6 3x3 pad same no_bias;
        conv2d 8 3x3 groups 2 pad same;
        conv2d_transpose 3 3x2 stride 2;
        layer_norm;
        residual { conv2d 3 1x1; concat { { conv2d 2 1x1 no_bias; } { conv2d 1 1; } } }
        flatten;
        dense 8;
        encoder: Inner;
        dense 1;
    }
}

network! {
    struct Series {
        input 6;
        embedding 10 4;
        bidirectional lstm 3 sequence;
        gru 5 sequence;
        conv1d 4 3 pad causal;
        multi_head_attention 2 3;
        each dense 2 no_bias;
        rnn 2;
    }
}

fn names<L: Layer>() -> Vec<String> {
    let net: L = crate::plain::zeroed();
    let mut names = Vec::new();
    let mut floats = 0;
    each_tensor(&net, &mut |tensor| {
        assert_eq!(tensor.values.len(), tensor.shape.len());
        floats += tensor.values.len();
        names.push(format!("{} {}", tensor.path, tensor.shape));
    });
    assert_eq!(floats, crate::plain::len::<L>());
    names
}

fn small() -> Small {
    let mut net = Small::init(&mut SmallRng::seed_from_u64(1));
    net.batch_norm1.moving_mean[2] = 0.25;
    net
}

fn bytes(net: &Small) -> Vec<u8> {
    let mut bytes = vec![0; Small::SAVED_BYTES];
    assert_eq!(net.write_to(&mut bytes).unwrap(), bytes.len());
    bytes
}

/// Reads `bytes` into a network with weights of its own, which it must keep if they are refused.
fn refused(bytes: &[u8]) -> Option<Error> {
    let before = Small::init(&mut SmallRng::seed_from_u64(2));
    let mut net = Small::init(&mut SmallRng::seed_from_u64(2));
    let error = net.read_from(bytes).err()?;
    assert_eq!(self::bytes(&net), self::bytes(&before));
    assert!(Small::from_bytes(bytes).is_err());
    Some(error)
}

#[test]
fn names_are_the_paths_in_the_program() {
    assert_eq!(
        names::<Small>(),
        [
            "dense1.kernel (3, 4)",
            "dense1.bias (4,)",
            "batch_norm1.gamma (4,)",
            "batch_norm1.beta (4,)",
            "batch_norm1.moving_mean (4,)",
            "batch_norm1.moving_variance (4,)",
            "dense2.kernel (4, 2)",
            "dense2.bias (2,)",
        ]
    );
    assert_eq!(
        names::<Images>(),
        [
            "conv2d1.kernel (3, 3, 2, 4)",
            "conv2d1.bias (4,)",
            "depthwise_conv2d1.kernel (3, 2, 1, 8)",
            "depthwise_conv2d1.bias (8,)",
            "separable_conv2d1.depthwise_kernel (3, 3, 1, 8)",
            "separable_conv2d1.pointwise_kernel (8, 6)",
            "conv2d2.kernel (3, 3, 3, 8)",
            "conv2d2.bias (8,)",
            "conv2d_transpose1.kernel (3, 2, 3, 8)",
            "conv2d_transpose1.bias (3,)",
            "layer_norm1.gamma (3,)",
            "layer_norm1.beta (3,)",
            "residual1.body.conv2d1.kernel (1, 1, 3, 3)",
            "residual1.body.conv2d1.bias (3,)",
            "residual1.body.concat1.first.conv2d1.kernel (1, 1, 3, 2)",
            "residual1.body.concat1.second.conv2d1.kernel (1, 1, 3, 1)",
            "residual1.body.concat1.second.conv2d1.bias (1,)",
            "dense1.kernel (546, 8)",
            "dense1.bias (8,)",
            "encoder.hidden.kernel (8, 4)",
            "encoder.hidden.bias (4,)",
            "encoder.dense2.kernel (4, 4)",
            "encoder.dense2.bias (4,)",
            "dense2.kernel (4, 1)",
            "dense2.bias (1,)",
        ]
    );
    assert_eq!(
        names::<Series>(),
        [
            "embedding1.embeddings (10, 4)",
            "bidirectional1.forward.kernel (4, 12)",
            "bidirectional1.forward.recurrent_kernel (3, 12)",
            "bidirectional1.forward.bias (12,)",
            "bidirectional1.backward.kernel (4, 12)",
            "bidirectional1.backward.recurrent_kernel (3, 12)",
            "bidirectional1.backward.bias (12,)",
            "gru1.kernel (6, 15)",
            "gru1.recurrent_kernel (5, 15)",
            "gru1.bias (2, 15)",
            "conv1d1.kernel (3, 5, 4)",
            "conv1d1.bias (4,)",
            "multi_head_attention1.query.kernel (4, 6)",
            "multi_head_attention1.query.bias (6,)",
            "multi_head_attention1.key.kernel (4, 6)",
            "multi_head_attention1.key.bias (6,)",
            "multi_head_attention1.value.kernel (4, 6)",
            "multi_head_attention1.value.bias (6,)",
            "multi_head_attention1.attention_output.kernel (6, 4)",
            "multi_head_attention1.attention_output.bias (4,)",
            "each1.layer.kernel (4, 2)",
            "rnn1.kernel (2, 2)",
            "rnn1.recurrent_kernel (2, 2)",
            "rnn1.bias (2,)",
        ]
    );
}

#[test]
fn a_layer_without_weights_has_no_tensor() {
    assert_eq!(
        names::<crate::layer::Dropout<SVector<f32, 3>, crate::Ratio<1, 2>>>(),
        Vec::<String>::new()
    );
}

#[test]
fn bytes_come_back() {
    let net = small();
    let bytes = bytes(&net);
    let same = Small::from_bytes(&bytes).unwrap();
    assert_eq!(self::bytes(&same), bytes);
    assert_eq!(same.batch_norm1, net.batch_norm1);
    let mut other = Small::zeros();
    other.read_from(&bytes).unwrap();
    assert_eq!(other.dense1.kernel, net.dense1.kernel);
    assert_eq!(bytes[32..36], net.dense1.kernel[0].to_le_bytes());
}

#[test]
fn a_longer_buffer_keeps_its_end() {
    let mut buffer = vec![7; Small::SAVED_BYTES + 3];
    assert_eq!(small().write_to(&mut buffer).unwrap(), Small::SAVED_BYTES);
    assert_eq!(buffer[Small::SAVED_BYTES..], [7; 3]);
    let mut short = vec![7; Small::SAVED_BYTES - 1];
    let error = small().write_to(&mut short).unwrap_err().to_string();
    assert!(
        error.contains("holds 203 entries, but 204 are needed"),
        "{error}"
    );
    assert!(short.iter().all(|byte| *byte == 7));
}

#[test]
fn cut_anywhere_is_an_error() {
    let bytes = bytes(&small());
    for end in 0..bytes.len() {
        assert!(refused(&bytes[..end]).is_some(), "{end}");
    }
    assert_eq!(
        refused(&[&bytes[..], &[0]].concat()),
        Some(Error::Bytes(BadBytes::Length {
            found: 205,
            expected: 204
        }))
    );
}

#[test]
fn any_change_is_an_error() {
    let bytes = bytes(&small());
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << bit;
            assert!(refused(&changed).is_some(), "bit {bit} of byte {at}");
        }
    }
    let mut rng = SmallRng::seed_from_u64(5);
    for _ in 0..20_000 {
        let mut changed = bytes.clone();
        for _ in 0..rng.random_range(1..6) {
            match rng.random_range(0..3) {
                0 => {
                    let at = rng.random_range(0..changed.len());
                    changed[at] = rng.random();
                }
                1 => changed.truncate(rng.random_range(1..=changed.len())),
                _ => {
                    let at = rng.random_range(0..=changed.len());
                    changed.insert(at, rng.random());
                }
            }
        }
        assert_eq!(refused(&changed).is_some(), changed != bytes);
    }
}

#[test]
fn says_what_is_wrong() {
    let good = bytes(&small());
    let message = |bytes: &[u8]| refused(bytes).unwrap().to_string();
    assert!(message(b"PK\x03\x04 and so on").contains("no saved network"));
    let mut swapped = good.clone();
    swapped[8..16].reverse();
    assert!(message(&swapped).contains("other order"));
    let mut newer = good.clone();
    newer[8] = 2;
    assert!(message(&newer).contains("version 2"));
    let mut damaged = good.clone();
    damaged[50] ^= 4;
    assert!(message(&damaged).contains("damaged"));
}

#[test]
fn another_architecture_is_refused() {
    mod other {
        use crate::prelude::*;
        network! { pub(super) struct Small { input 3; dense 4 tanh; batch_norm; dense 2 softmax; } }
    }
    let found = fingerprint::<other::Small>();
    let mut bytes = vec![0; other::Small::SAVED_BYTES];
    other::Small::zeros().write_to(&mut bytes).unwrap();
    let expected = fingerprint::<Small>();
    let wrong = BadBytes::Architecture { found, expected };
    assert_eq!(refused(&bytes), Some(Error::Bytes(wrong)));
}

#[test]
fn weights_that_are_not_finite_are_refused_on_request() {
    let mut net = small();
    net.batch_norm1.beta[3] = f32::NAN;
    let bytes = bytes(&net);
    assert!(Small::from_bytes(&bytes).unwrap().batch_norm1.beta[3].is_nan());
    let mut kept = small();
    let error = read_finite_from(&mut kept, &bytes).unwrap_err().to_string();
    assert!(
        error.contains("layer `batch_norm1`: value 3 of `beta` is NaN"),
        "{error}"
    );
    assert_eq!(self::bytes(&kept), self::bytes(&small()));
    kept.read_finite_from(&self::bytes(&kept)).unwrap();
}

/// The questions of `#[weights]` about sizes that only the compiler knows.
#[test]
fn shapes_are_compared() {
    use super::has_shapes;
    let good: [&[usize]; 8] = [&[3, 4], &[4], &[4], &[4], &[4], &[4], &[4, 2], &[2]];
    assert!(has_shapes::<Small>(&good));
    assert!(!has_shapes::<Small>(&good[..7]));
    for i in 0..good.len() {
        let mut wrong = good;
        wrong[i] = &[4, 3];
        assert!(!has_shapes::<Small>(&wrong), "{i}");
    }
    assert!(!has_shapes::<Small>(&[&good[..], &[&[2]]].concat()));
    // Axes of one are no difference.
    assert!(super::Shape::new([3, 1, 4]).is(&[3, 4, 1]));
    assert!(!super::Shape::new([3, 1, 4]).is(&[4, 3]));
}
