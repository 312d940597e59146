//! Targets of the fuzzing: whatever the bytes are, a network is read whole or stays as it was, and nothing panics.

use nn_core::plain::as_slice;
use nn_core::prelude::*;
use nn_core::weights::{Layout, Load, read_safetensors, to_safetensors};

network! {
    /// Tensors of many kinds, and small.
    pub struct Net {
        input 4x4x1;
        conv2d 2 2x2 relu;
        batch_norm;
        flatten;
        dense 4 tanh;
        reshape 4x1;
        bidirectional gru 2 sequence;
        lstm 2;
        dense 2;
    }
}

/// A network with weights of its own.
fn own() -> Net {
    Net::init(&mut SmallRng::seed_from_u64(2))
}

/// The bits of all weights: a NaN is equal to itself.
fn bits(net: &Net) -> Vec<u32> {
    as_slice(net).iter().map(|value| value.to_bits()).collect()
}

/// The bytes that `write_to` writes.
pub fn bytes(data: &[u8]) {
    let mut net = own();
    match net.read_from(data) {
        Ok(()) => {
            let mut again = vec![0; Net::SAVED_BYTES];
            net.write_to(&mut again)
                .expect("the buffer is as long as it must be");
            assert_eq!(again, data, "what was read is what is written");
        }
        Err(error) => {
            let _ = error.to_string();
            assert_eq!(bits(&net), bits(&own()), "a refused network is as it was");
        }
    }
    if Net::from_bytes(data).is_ok() {
        let finite = as_slice(&net).iter().all(|value| value.is_finite());
        assert_eq!(own().read_finite_from(data).is_ok(), finite);
    }
}

/// A safetensors file in each layout.
pub fn file(data: &[u8]) {
    for layout in [Layout::Native, Layout::Keras, Layout::Torch] {
        let mut net = own();
        match read_safetensors(&mut net, data, Load::new().layout(layout)) {
            Ok(()) => {
                // PyTorch's two biases are one here, so the file may be another; the weights are the same.
                let again = to_safetensors(&net, layout).expect("every layer has this layout");
                let mut same = own();
                let read = read_safetensors(&mut same, &again, Load::new().layout(layout));
                read.expect("what was written can be read");
                let all_finite = as_slice(&net).iter().all(|value| value.is_finite());
                assert!(!all_finite || bits(&same) == bits(&net) || layout == Layout::Torch);
            }
            Err(problems) => {
                assert!(!problems.is_empty());
                for problem in problems {
                    let _ = problem.to_string();
                }
                assert_eq!(bits(&net), bits(&own()), "a refused network is as it was");
            }
        }
    }
}
