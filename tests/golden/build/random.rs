//! Random declarations for the gradient checks: layer x activation x loss, dealt so that each activation and each loss
//! comes up.

#[path = "blocks.rs"]
mod blocks;
#[path = "shaped.rs"]
mod shaped;

use std::fmt::Write as _;

/// The seed; another gives other networks.
const SEED: u64 = 2;
/// The number of networks.
const NETWORKS: usize = 40;

/// Activations of hidden layers.
const HIDDEN: &[&str] = &[
    "linear",
    "relu",
    "relu6",
    "leaky_relu",
    "prelu",
    "elu",
    "selu",
    "celu",
    "sigmoid",
    "log_sigmoid",
    "tanh",
    "softplus",
    "softsign",
    "squareplus",
    "exponential",
    "silu",
    "gelu",
    "gelu_tanh",
    "mish",
    "hard_sigmoid",
    "hard_silu",
    "hard_tanh",
    "soft_shrink",
    "hard_shrink",
    "tanh_shrink",
    "sparse_plus",
    "sparse_sigmoid",
    "softmax",
    "log_softmax",
    "sparsemax",
    "leaky_relu 0.35",
    "elu 0.5",
    "celu 0.7",
    "softplus 2",
    "soft_shrink 0.2",
];

/// A loss, the targets that it takes, and the activations that may come before it; none for any.
struct Loss {
    rust: &'static str,
    target: &'static str,
    after: &'static [&'static str],
}

const fn loss(rust: &'static str, target: &'static str, after: &'static [&'static str]) -> Loss {
    Loss {
        rust,
        target,
        after,
    }
}

const ANY: &[&str] = HIDDEN;
const POSITIVE: &[&str] = &["sigmoid", "softplus", "exponential"];
const PROBABILITY: &[&str] = &["sigmoid", "softmax"];
const LOGITS: &[&str] = &["linear", "tanh", "softsign"];

const LOSSES: &[Loss] = &[
    loss("MeanSquaredError", "Real", ANY),
    loss("MeanAbsoluteError", "Real", ANY),
    loss("MeanAbsolutePercentageError", "Positive", ANY),
    loss("MeanSquaredLogarithmicError", "Positive", POSITIVE),
    loss("LogCosh", "Real", ANY),
    loss("Poisson", "Positive", POSITIVE),
    loss("Huber.delta(0.4)", "Real", ANY),
    loss("SmoothL1Loss.beta(0.5)", "Real", ANY),
    loss("Hinge", "Sign", ANY),
    loss("SquaredHinge", "Sign", ANY),
    loss("CategoricalHinge", "OneHot", ANY),
    loss("CosineSimilarity", "Real", ANY),
    loss("SumSquaredError", "Real", ANY),
    loss("SumSquaredError.half()", "Real", ANY),
    loss("KlDivergence", "Distribution", PROBABILITY),
    loss("BinaryCrossentropy", "Binary", PROBABILITY),
    loss(
        "BinaryCrossentropy.label_smoothing(0.2)",
        "Binary",
        &["sigmoid"],
    ),
    loss("BinaryCrossentropy.from_logits(true)", "Binary", LOGITS),
    loss("BinaryCrossentropy.literal()", "Binary", PROBABILITY),
    loss("BinaryFocalCrossentropy.gamma(1.5)", "Binary", PROBABILITY),
    loss(
        "BinaryFocalCrossentropy.apply_class_balancing(true).literal()",
        "Binary",
        &["sigmoid"],
    ),
    loss(
        "BinaryFocalCrossentropy.from_logits(true)",
        "Binary",
        LOGITS,
    ),
    loss("BceWithLogitsLoss", "Binary", LOGITS),
    loss("CategoricalCrossentropy", "OneHot", PROBABILITY),
    loss(
        "CategoricalCrossentropy.label_smoothing(0.1)",
        "OneHot",
        PROBABILITY,
    ),
    loss(
        "CategoricalCrossentropy.from_logits(true)",
        "Distribution",
        LOGITS,
    ),
    loss(
        "CategoricalCrossentropy.literal()",
        "Distribution",
        PROBABILITY,
    ),
    loss("CategoricalFocalCrossentropy", "OneHot", PROBABILITY),
    loss(
        "CategoricalFocalCrossentropy.gamma(1.0).from_logits(true)",
        "OneHot",
        LOGITS,
    ),
    loss("SparseCategoricalCrossentropy", "Label", PROBABILITY),
    loss(
        "SparseCategoricalCrossentropy.from_logits(true)",
        "Label",
        LOGITS,
    ),
    loss(
        "SparseCategoricalCrossentropy.literal()",
        "Label",
        PROBABILITY,
    ),
    loss("CrossEntropyLoss", "Label", LOGITS),
    loss("NllLoss", "Label", &["log_softmax"]),
];

/// SplitMix64 (Steele et al. 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    /// From `low` to `high`, both possible.
    fn size(&mut self, low: usize, high: usize) -> usize {
        let span = (high - low + 1) as u64;
        low + usize::try_from(self.next() % span).unwrap_or(0)
    }
    fn chance(&mut self, percent: usize) -> bool {
        self.size(1, 100) <= percent
    }
    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.size(0, from.len() - 1)]
    }
}

/// The networks and a list of what to check with them.
pub fn networks() -> String {
    let mut random = Random(SEED);
    let (mut networks, mut dealt) = (Vec::new(), 0);
    for i in 0..NETWORKS {
        let network = network(&mut random, &mut dealt, loss_of(i), &networks);
        networks.push(network);
    }
    let mut random = Random(blocks::SEED);
    for i in 0..blocks::NETWORKS {
        let last = last_layer(&mut random, loss_of(networks.len()));
        networks.push(blocks::network(&mut random, i, last));
    }
    let (mut random, mut dealt) = (Random(shaped::SEED), shaped::Dealt::default());
    for i in 0..shaped::NETWORKS {
        let last = last_layer(&mut random, loss_of(networks.len()));
        networks.push(shaped::network(&mut random, &mut dealt, i, last));
    }
    let (mut modules, mut list) = (String::new(), String::new());
    for (i, network) in networks.iter().enumerate() {
        let _ = writeln!(
            modules,
            "pub mod net{i} {{ use super::*; network! {{ pub struct Net {{ {}}} }} }}",
            network.statements
        );
        list.push_str(&declared(i, network));
    }
    format!(
        "pub static DECLARED: &[Declared] = &[\n{list}];\n\
         pub const WORDS: &[&str] = &{:?};\n{modules}",
        nn_syntax::LAYERS
    )
}

/// The loss of network `i`.
fn loss_of(i: usize) -> &'static Loss {
    // Behind the wide layers of images, outputs saturate, where the literal formulas lose their digits.
    let wide = i >= NETWORKS + blocks::NETWORKS;
    let possible = LOSSES
        .iter()
        .filter(|loss| !wide || !loss.rust.contains("literal"));
    let possible: Vec<_> = possible.collect();
    possible[i % possible.len()]
}

/// The checks of network `i`.
fn declared(i: usize, network: &Network) -> String {
    let loss = loss_of(i);
    let (statements, outputs) = (&network.statements, network.outputs);
    let (target, kind) = match loss.target {
        "Label" => ("u32".to_owned(), "Real"),
        kind => (format!("SVector<f32, {outputs}>"), kind),
    };
    let rust = loss.rust;
    // Inference is compiled for every SIMD level: a quarter of the networks must do.
    let inference = match i % 4 {
        0 => format!(
            "Some(|| inference({}, net{i}::Net::predict, net{i}::Net::predict_batch))",
            network.dropout
        ),
        _ => "None".into(),
    };
    format!(
        "    Declared {{ name: \"net{i}: {statements}under {rust}\", \
         gradients: || gradients::<net{i}::Net, {target}, _>(nn_core::loss::{rust}, Kind::{kind}), \
         inference: {inference} }},\n"
    )
}

struct Network {
    statements: String,
    inputs: usize,
    outputs: usize,
    /// Whether it drops values in training, itself or in a network that it contains.
    dropout: bool,
}

/// One network; `before` are the ones before it, which it may contain, and `dealt` the number of
/// activations so far.
fn network(random: &mut Random, dealt: &mut usize, loss: &Loss, before: &[Network]) -> Network {
    let layers = random.size(1, 4);
    let inputs = random.size(1, 9);
    let mut statements = format!("input {inputs}; ");
    let mut dropout = false;
    for _ in 1..layers {
        if random.chance(15) && !before.is_empty() {
            // A network as a layer, with a dense layer before it so that it fits.
            let i = random.size(0, before.len() - 1);
            let _ = write!(
                statements,
                "dense {}; super::net{i}::Net; ",
                before[i].inputs
            );
            dropout |= before[i].dropout;
        }
        let size = random.size(1, 9);
        // Dealt, not drawn: every activation comes up.
        let activation = HIDDEN[*dealt % HIDDEN.len()];
        *dealt += 1;
        statements.push_str(&dense(random, size, activation));
        if random.chance(20) {
            statements.push_str("dropout 0.25; ");
            dropout = true;
        }
    }
    let (last, outputs) = last_layer(random, loss);
    statements.push_str(&last);
    Network {
        statements,
        inputs,
        outputs,
        dropout,
    }
}

/// The layer that the loss comes after, and its outputs.
fn last_layer(random: &mut Random, loss: &Loss) -> (String, usize) {
    let outputs = random.size(2, 7);
    let activation = random.pick(loss.after);
    (dense(random, outputs, activation), outputs)
}

/// A dense layer, its activation perhaps as a statement of its own.
fn dense(random: &mut Random, size: usize, activation: &str) -> String {
    let mut options = String::new();
    for (percent, option) in [(20, " no_bias"), (15, " l1 0.02"), (15, " l2 0.05")] {
        if random.chance(percent) {
            options.push_str(option);
        }
    }
    match random.size(0, 3) {
        _ if activation == "prelu" => format!("dense {size}{options}; prelu; "),
        0 => format!("dense {size}{options}; {activation}; "),
        1 => format!("dense {size}{options}; activation {activation}; "),
        _ => format!("dense {size} {activation}{options}; "),
    }
}
