//! Random declarations on images, sequences and indices. The layers are dealt, so that each comes up; what does not fit is not
//! worked out here but asked of the macro, which also says what shape comes out.

use super::{Network, Random};

/// The number of networks of each kind.
pub(super) const NETWORKS: usize = 20;
/// The seed; another gives other networks.
pub(super) const SEED: u64 = 5;
/// Rows of the table of a network that looks vectors up.
pub(super) const INDICES: usize = 4;

const ON_IMAGES: &[&str] = &[
    "conv2d",
    "max_pool",
    "batch_norm",
    "conv2d_transpose",
    "depthwise_conv2d",
    "avg_pool",
    "separable_conv2d",
    "layer_norm",
    "upsample",
    "each",
    "zero_pad",
    "residual",
    "reshape",
    "global_avg_pool",
    "concat",
    "global_max_pool",
];
const ON_SEQUENCES: &[&str] = &[
    "lstm",
    "conv1d",
    "bidirectional",
    "multi_head_attention",
    "gru",
    "layer_norm",
    "rnn",
    "each",
    "max_pool",
    "depthwise_conv1d",
    "batch_norm",
    "add",
    "avg_pool",
    "conv1d_transpose",
    "multiply",
    "separable_conv1d",
];
// Without kinks: at many positions, one is always near.
const ACTIVATIONS: &[&str] = &["", "tanh", "sigmoid", "softplus", "gelu", "silu"];
/// The most values between two layers.
const MOST: usize = 80;

/// The layers that have been dealt.
#[derive(Default)]
pub(super) struct Dealt {
    images: usize,
    sequences: usize,
}

/// Network `i`, which ends in `last` with `outputs` outputs.
pub(super) fn network(
    random: &mut Random,
    dealt: &mut Dealt,
    i: usize,
    (last, outputs): (String, usize),
) -> Network {
    let (mut statements, mut shape) = start(random, i);
    let inputs = match statements.contains("embedding") {
        true => shape[0],
        false => shape.iter().product(),
    };
    for _ in 0..3 {
        let (words, next) = match shape.len() {
            3 => (ON_IMAGES, &mut dealt.images),
            2 => (ON_SEQUENCES, &mut dealt.sequences),
            _ => break,
        };
        let word = words[*next % words.len()];
        *next += 1;
        // Until one fits; a word that never does is not in the list of what was checked, which fails the test.
        for _ in 0..30 {
            let longer = format!("{statements}{}; ", layer(random, word, &shape));
            if let Some(after) =
                self::shape(&longer).filter(|s| s.iter().product::<usize>() <= MOST)
            {
                (statements, shape) = (longer, after);
                break;
            }
        }
    }
    if shape.len() > 1 {
        statements.push_str("flatten; ");
    }
    statements.push_str(&last);
    Network {
        // In training, both do something else than at inference.
        dropout: statements.contains("dropout") || statements.contains("batch_norm"),
        statements,
        inputs,
        outputs,
    }
}

/// The input, and its shape.
fn start(random: &mut Random, i: usize) -> (String, Vec<usize>) {
    let [a, b, c] = [random.size(3, 5), random.size(2, 5), random.size(1, 3)];
    match i % 11 {
        // Indices, which only a table can look up.
        10 => (format!("input {b}; embedding {INDICES} {c}; "), vec![b, c]),
        i if i % 2 == 0 => (format!("input {a}x{b}x{c}; "), vec![a, b, c]),
        _ => (format!("input {a}x{c}; "), vec![a, c]),
    }
}

/// The output of the last of these layers; nothing if the macro refuses one of them.
fn shape(statements: &str) -> Option<Vec<usize>> {
    let outline = nn_syntax::outline(statements.parse().ok()?).ok()?;
    let sizes = outline.output.into_iter();
    sizes.map(|size| usize::try_from(size?).ok()).collect()
}

/// One statement.
fn layer(random: &mut Random, word: &str, shape: &[usize]) -> String {
    let image = shape.len() == 3;
    let channels = shape.last().copied().unwrap_or(1);
    let units = random.size(1, 4);
    let activation = random.pick(ACTIVATIONS);
    let window = match image {
        true => format!("{}x{}", random.size(1, 3), random.size(1, 3)),
        false => random.size(1, 3).to_string(),
    };
    match word {
        "conv2d" | "conv1d" => {
            let groups = if random.chance(20) { channels } else { 1 };
            let filters = units * groups;
            let options = slide(random, image) + &optional(random);
            format!("{word} {filters} {window} {activation}{options} groups {groups}")
        }
        "depthwise_conv2d" | "depthwise_conv1d" => {
            let multiplier = random.size(1, 2);
            let options = slide(random, image) + &optional(random);
            format!("{word} {window} {activation}{options} multiplier {multiplier}")
        }
        "separable_conv2d" | "separable_conv1d" | "conv2d_transpose" | "conv1d_transpose" => {
            let options = slide(random, image) + &optional(random);
            format!("{word} {units} {window} {activation}{options}")
        }
        "max_pool" | "avg_pool" => {
            let same = if random.chance(40) { " pad same" } else { "" };
            format!("{word} {window} stride {}{same}", random.size(1, 2))
        }
        "upsample" => format!("{word} {window}"),
        "zero_pad" => "zero_pad top 1 right 1".into(),
        "each" => format!("each dense {units} {activation}{}", optional(random)),
        "lstm" | "gru" | "rnn" => format!("{word} {}", recurrent(random, word, units)),
        "bidirectional" => {
            let cell = random.pick(&["lstm", "gru", "rnn"]);
            let merge = random.pick(&["", " concat", " sum", " mul", " ave"]);
            format!("{word} {cell} {}{merge}", recurrent(random, cell, units))
        }
        "multi_head_attention" => format!("{word} {} {units}", random.size(1, 2)),
        "batch_norm" | "layer_norm" => {
            format!(
                "{word} epsilon 0.05{}",
                random.pick(&["", " no_scale", " no_center"])
            )
        }
        "residual" if image => format!("residual {{ conv2d {channels} 3x3 tanh pad same; }}"),
        "concat" => "concat { { sigmoid; } { conv2d 1 2x2 pad same; } {} }".into(),
        "add" | "multiply" => {
            format!("{word} {{ {{ tanh; }} {{ conv1d {channels} 2 pad causal; }} }}")
        }
        // Any other order of the same values.
        "reshape" => format!("reshape {}x{}", shape[0] * channels, shape[1]),
        _ => word.into(),
    }
}

/// The stride, padding and dilation of a window.
fn slide(random: &mut Random, image: bool) -> String {
    let stride = match image {
        true => " stride 2x1",
        false => " stride 2",
    };
    let first = random.pick(&["", "", stride, " dilation 2"]);
    let second = random.pick(&[
        "",
        " pad same",
        " pad 1",
        if image { "" } else { " pad causal" },
    ]);
    format!("{first}{second}")
}

/// Options that layers with weights may have.
fn optional(random: &mut Random) -> String {
    random
        .pick(&["", "", " no_bias", " l2 0.05", " l1 0.02"])
        .into()
}

/// Units, activation and options of a recurrent layer.
fn recurrent(random: &mut Random, cell: &str, units: usize) -> String {
    let activation = random.pick(&["", "", "softsign", "sigmoid"]);
    let sequence = if random.chance(80) { " sequence" } else { "" };
    let own = match cell {
        "gru" => random.pick(&["", " reset_before", " recurrent_activation softplus"]),
        "lstm" => random.pick(&["", " recurrent_activation softsign"]),
        _ => "",
    };
    format!("{units} {activation}{sequence}{own}{}", optional(random))
}
