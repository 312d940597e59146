//! The first weights of layers if nothing is said.

use crate::case::{Case, Result};
use crate::compare::Compare;
use nn_core::plain::as_slice;
use nn_core::prelude::*;

network! {
    struct Layers {
        input 6x8;
        conv: conv1d 40 5 pad same;
        norm: batch_norm;
        lstm: lstm 24 sequence;
        gru: gru 24 sequence;
        rnn: rnn 24 sequence;
        steps: each dense 60;
    }
}
network! {
    struct Lookup {
        input 3;
        table: embedding 50 40;
    }
}

/// The default of each kind of layer.
pub fn layer_defaults(case: &Case, compare: &mut Compare) -> Result<()> {
    let mut rng = SmallRng::seed_from_u64(23);
    let (net, lookup) = (Layers::init(&mut rng), Lookup::init(&mut rng));
    let dense = &net.steps.layer;
    for key in case.keys(&["output"]) {
        match (key, case.text(&["output", key])?) {
            ("Dense.kernel", "glorot_uniform") => {
                glorot(compare, key, as_slice(&dense.kernel), 24 + 60);
            }
            ("Dense.bias", "zeros") => all(compare, key, as_slice(&dense.bias), 0.0),
            ("Conv.kernel", "glorot_uniform") => {
                glorot(compare, key, as_slice(&net.conv.kernel), 5 * 8 + 5 * 40);
            }
            ("LSTM/GRU/SimpleRNN.kernel", "glorot_uniform") => {
                glorot(compare, key, as_slice(&net.lstm.kernel), 40 + 4 * 24);
                glorot(compare, key, as_slice(&net.gru.kernel), 24 + 3 * 24);
                glorot(compare, key, as_slice(&net.rnn.kernel), 24 + 24);
            }
            ("recurrent_kernel", "orthogonal") => {
                orthogonal(compare, as_slice(&net.lstm.recurrent_kernel), 4 * 24);
                orthogonal(compare, as_slice(&net.gru.recurrent_kernel), 3 * 24);
                orthogonal(compare, as_slice(&net.rnn.recurrent_kernel), 24);
            }
            ("LSTM.bias", "zeros with forget gate ones (unit_forget_bias=True)") => {
                let gates = as_slice(&net.lstm.bias).chunks_exact(24);
                for (gate, wanted) in gates.zip([0.0, 1.0, 0.0, 0.0]) {
                    all(compare, key, gate, wanted);
                }
            }
            ("GRU.bias", "zeros") => all(compare, key, as_slice(&net.gru.bias), 0.0),
            ("Embedding", "uniform(-0.05,0.05)") => {
                reaches(compare, key, as_slice(&lookup.table.embeddings), 0.05);
            }
            ("BatchNorm", "gamma ones, beta zeros, mean zeros, variance ones") => {
                all(compare, "gamma", as_slice(&net.norm.gamma), 1.0);
                all(compare, "beta", as_slice(&net.norm.beta), 0.0);
                all(compare, "moving_mean", as_slice(&net.norm.moving_mean), 0.0);
                all(
                    compare,
                    "moving_variance",
                    as_slice(&net.norm.moving_variance),
                    1.0,
                );
            }
            (key, default) => compare.not_known(format!("the default `{default}` of `{key}`")),
        }
    }
    Ok(())
}

fn all(compare: &mut Compare, what: &str, values: &[f32], wanted: f32) {
    let holds = values.iter().all(|&value| value == wanted);
    compare.holds(|| format!("{what} is not {wanted}"), holds);
}

/// So many draws come close to their limit on either side, and never pass it.
fn reaches(compare: &mut Compare, what: &str, values: &[f32], limit: f64) {
    for sign in [1.0, -1.0] {
        let most = values
            .iter()
            .fold(0.0, |most: f64, &v| most.max(sign * f64::from(v)));
        compare.holds(
            || format!("{what} reaches {most}, not {limit}"),
            most <= limit * 1.000_001 && most >= limit * 0.95,
        );
    }
}

fn glorot(compare: &mut Compare, what: &str, values: &[f32], fans: u32) {
    reaches(compare, what, values, (6.0 / f64::from(fans)).sqrt());
}

/// The rows of a table are of length one and at right angles.
fn orthogonal(compare: &mut Compare, values: &[f32], columns: usize) {
    let rows: Vec<&[f32]> = values.chunks_exact(columns).collect();
    for (i, a) in rows.iter().enumerate() {
        for (j, b) in rows.iter().enumerate() {
            let product: f32 = a.iter().zip(*b).map(|(a, b)| a * b).sum();
            let wanted = if i == j { 1.0 } else { 0.0 };
            compare.number("recurrent_kernel", f64::from(product), wanted);
        }
    }
}
