//! Random declarations with blocks in them: residuals and branches, nested, before and behind other layers.

use super::{Network, Random};

/// Networks with blocks, after those without.
pub(super) const NETWORKS: usize = 14;
/// Change it to get other networks.
pub(super) const SEED: u64 = 7;

/// Smooth ones: kinks are the business of the networks without blocks.
const ACTIVATIONS: &[&str] = &["tanh", "sigmoid", "linear", "softplus", "gelu", "silu"];

/// Shapes with positions, in which channels are joined position by position.
const SEQUENCES: &[(&str, usize)] = &[
    (
        "input 3x2; concat { { tanh; } {} { sigmoid; } } multiply { { softplus; } {} } flatten; ",
        6,
    ),
    (
        "input 2x2x2; add { {} { residual { gelu; dropout 0.25; } } } concat { { concat { {} { tanh } } } {} } flatten; ",
        8,
    ),
    (
        "input 5x2; residual { conv1d 3 3 tanh pad causal; conv1d 2 1; } concat { { lstm 2 sequence; } { each dense 2 sigmoid; } {} } flatten; ",
        10,
    ),
    (
        "input 4x4x2; concat { { conv2d 2 3x3 tanh pad same; } { avg_pool 3x3 stride 1 pad same; } {} } add { { conv2d 3 2x2 stride 2; } { conv2d 3 4x4 stride 2 pad same; } } flatten; ",
        32,
    ),
];

/// Network `i`, which ends in `last` with `outputs` outputs.
pub(super) fn network(random: &mut Random, i: usize, (last, outputs): (String, usize)) -> Network {
    let (mut statements, inputs) = match SEQUENCES.get(i) {
        Some((start, inputs)) => ((*start).to_owned(), *inputs),
        None => {
            let inputs = random.size(1, 6);
            let mut width = inputs;
            let mut statements = format!("input {inputs}; ");
            // In half of them a block is the first layer, of whose input nobody asks for the gradient.
            if i.is_multiple_of(2) {
                width = random.size(1, 6);
                statements.push_str(&format!("dense {width} tanh; "));
            }
            for _ in 0..random.size(1, 2) {
                let (block, after) = block(random, width, 2);
                statements.push_str(&block);
                width = after;
            }
            (statements, inputs)
        }
    };
    statements.push_str(&last);
    Network {
        dropout: statements.contains("dropout"),
        statements,
        inputs,
        outputs,
    }
}

/// A block on `width` values, and how many it gives.
fn block(random: &mut Random, width: usize, depth: usize) -> (String, usize) {
    let word = random.pick(&["residual", "concat", "add", "multiply"]);
    if word == "residual" {
        return (
            format!("residual {{ {}}} ", layers(random, width, width, depth)),
            width,
        );
    }
    let same = random.size(1, 5);
    let (mut branches, mut total) = (String::new(), 0);
    for _ in 0..random.size(2, 3) {
        let to = if word == "concat" {
            random.size(1, 4)
        } else {
            same
        };
        // An empty branch hands on the input.
        let empty = random.chance(25) && (word == "concat" || width == same);
        if empty {
            branches.push_str("{} ");
            total += width;
        } else {
            branches.push_str(&format!("{{ {}}} ", layers(random, width, to, depth)));
            total += to;
        }
    }
    let after = if word == "concat" { total } else { same };
    (format!("{word} {{ {branches}}} "), after)
}

/// Layers from `width` to `to` values.
fn layers(random: &mut Random, width: usize, to: usize, depth: usize) -> String {
    let mut statements = String::new();
    if depth > 1 && random.chance(40) {
        statements.push_str(&block(random, width, depth - 1).0);
    }
    if random.chance(30) {
        let (units, activation) = (random.size(1, 5), random.pick(ACTIVATIONS));
        statements.push_str(&format!("dense {units} {activation}; "));
    }
    if random.chance(20) {
        statements.push_str("dropout 0.25; ");
    }
    let options = if random.chance(25) { " l2 0.05" } else { "" };
    let activation = random.pick(ACTIVATIONS);
    statements.push_str(&format!("dense {to} {activation}{options}; "));
    statements
}
