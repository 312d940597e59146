//! Under which names and in which order each library keeps what a layer needs.

use crate::{Role, Wanted};
use std::format;
use std::string::{String, ToString};
use std::vec;
use std::vec::Vec;

/// Whose names and orders of axes a file has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// This library's: `dense1.kernel`, every name the path to the tensor in the program.
    #[default]
    Native,
    /// Keras's: its shapes, which are ours, under any names that end in Keras's names of weights (`dense/kernel`, `layer0.bias`).
    Keras,
    /// PyTorch's: a state dictionary (`0.weight`, `lstm.weight_ih_l0`), kernels transposed, channels first, its order of gates and two biases.
    Torch,
}

impl Layout {
    /// The word in `#[weights("…", layout = torch)]`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Keras => "keras",
            Self::Torch => "torch",
        }
    }
}

/// The form in which one tensor of ours is kept in a file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Form {
    /// The tensor in the file that it is, or two; for each the names it may have, the first of which is written.
    pub(crate) files: Vec<Vec<String>>,
    /// The roles of the two.
    pub(crate) join: Join,
    /// The order of our axes there.
    pub(crate) order: Vec<usize>,
    /// The number of gates, if the first two change places.
    pub(crate) swapped: Option<usize>,
}

/// The relation of the tensors in a file to ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Join {
    /// The same.
    One,
    /// Its two rows.
    Rows,
    /// Two terms of it.
    Sum,
}

/// The path to what a library takes for one layer, and the way from there: (`bidirectional1`, `forward`).
pub(crate) fn unit(layer: &str) -> (&str, &str) {
    const INSIDE: [&str; 7] = [
        "forward",
        "backward",
        "query",
        "key",
        "value",
        "attention_output",
        "layer",
    ];
    match layer.rsplit_once('.') {
        Some((unit, inside)) if INSIDE.contains(&inside) => (unit, inside),
        _ => (layer, ""),
    }
}

fn joined(inside: &str, name: &str) -> String {
    if inside.is_empty() {
        name.to_string()
    } else {
        format!("{inside}.{name}")
    }
}

/// The form in which `wanted` is kept; `None` if this library has no such tensor.
pub(crate) fn form(wanted: &Wanted, layout: Layout) -> Option<Form> {
    let (_, inside) = unit(&wanted.layer);
    let rank = wanted.axes.len();
    if layout != Layout::Torch {
        let mut names = vec![joined(inside, &wanted.tensor)];
        if layout == Layout::Keras {
            names.extend(keras_aliases(wanted).map(|name| joined(inside, name)));
            if inside == "layer" {
                // `time_distributed/kernel`.
                names.push(wanted.tensor.clone());
            }
        }
        return Some(Form {
            files: vec![names],
            join: Join::One,
            order: (0..rank).collect(),
            swapped: None,
        });
    }
    torch(wanted, inside, rank)
}

/// Names that other versions of Keras use.
fn keras_aliases(wanted: &Wanted) -> impl Iterator<Item = &'static str> {
    let alias = match (wanted.role, wanted.tensor.as_str()) {
        (Role::Filters, "kernel") => Some("depthwise_kernel"),
        _ => None,
    };
    alias.into_iter()
}

fn torch(wanted: &Wanted, inside: &str, rank: usize) -> Option<Form> {
    let side = match inside {
        "backward" => "_reverse",
        _ => "",
    };
    let own = |name: &str| vec![vec![joined(strip(inside), name)]];
    let gated = |name: &str| {
        vec![
            format!("{name}_l0{side}"),
            // `torch.nn.LSTMCell` and its like.
            format!("{name}{side}"),
        ]
    };
    let (files, join, order, gates): (_, _, &[usize], _) = match (wanted.role, rank) {
        (Role::Kernel, 2) if wanted.tensor == "kernel" => (own("weight"), Join::One, &[1, 0], 0),
        (Role::Filters, 3) if wanted.tensor == "kernel" => {
            (own("weight"), Join::One, &[2, 1, 0], 0)
        }
        (Role::Filters, 4) if wanted.tensor == "kernel" => {
            (own("weight"), Join::One, &[3, 2, 0, 1], 0)
        }
        (Role::TransposedFilters, 3) => (own("weight"), Join::One, &[2, 1, 0], 0),
        (Role::TransposedFilters, 4) => (own("weight"), Join::One, &[3, 2, 0, 1], 0),
        (Role::GateKernel { gates }, 2) => (vec![gated("weight_ih")], Join::One, &[1, 0], gates),
        (Role::RecurrentKernel { gates }, 2) => {
            (vec![gated("weight_hh")], Join::One, &[1, 0], gates)
        }
        (Role::GateBias { gates }, 2) => {
            let both = vec![gated("bias_ih"), gated("bias_hh")];
            (both, Join::Rows, &[0, 1], gates)
        }
        // A GRU with one row of biases scales the hidden state before its product, which PyTorch has not.
        (Role::GateBias { gates: 3 }, _) => return None,
        (Role::GateBias { gates }, 1) => {
            let both = vec![gated("bias_ih"), gated("bias_hh")];
            (both, Join::Sum, &[0], gates)
        }
        (Role::Embeddings, 2) => (own("weight"), Join::One, &[0, 1], 0),
        (Role::Gamma | Role::Slope, 1) => (own("weight"), Join::One, &[0], 0),
        (Role::Bias | Role::Beta, 1) => (own("bias"), Join::One, &[0], 0),
        (Role::MovingMean, 1) => (own("running_mean"), Join::One, &[0], 0),
        (Role::MovingVariance, 1) => (own("running_var"), Join::One, &[0], 0),
        (Role::Other, _) => {
            let same = own(&wanted.tensor);
            return Some(Form {
                files: same,
                join: Join::One,
                order: (0..rank).collect(),
                swapped: None,
            });
        }
        _ => return None,
    };
    Some(Form {
        files,
        join,
        order: order.to_vec(),
        swapped: (gates == 3).then_some(gates),
    })
}

/// PyTorch has no layer around the one of each step.
fn strip(inside: &str) -> &str {
    if inside == "layer" { "" } else { inside }
}
