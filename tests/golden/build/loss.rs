//! Losses, by the class that the file's `source` or `config` names.

use super::rust::{float, last_name};
use super::{Plan, Planned, not_yet};
use crate::case::Case;

/// A loss and what it compares with.
pub struct Loss {
    /// An expression.
    pub rust: String,
    /// Whether targets are class labels.
    pub sparse: bool,
}

/// Keras's class, ours, and its options by Keras's name.
type Known = (&'static str, &'static str, &'static [&'static str]);

const CROSSENTROPY: &[&str] = &["from_logits", "label_smoothing"];
const FOCAL: &[&str] = &["from_logits", "label_smoothing", "gamma", "alpha"];
const BINARY_FOCAL: &[&str] = &[
    "from_logits",
    "label_smoothing",
    "gamma",
    "alpha",
    "apply_class_balancing",
];
const KNOWN: &[Known] = &[
    ("MeanSquaredError", "MeanSquaredError", &[]),
    ("MeanAbsoluteError", "MeanAbsoluteError", &[]),
    (
        "MeanAbsolutePercentageError",
        "MeanAbsolutePercentageError",
        &[],
    ),
    (
        "MeanSquaredLogarithmicError",
        "MeanSquaredLogarithmicError",
        &[],
    ),
    ("LogCosh", "LogCosh", &[]),
    ("Poisson", "Poisson", &[]),
    ("Huber", "Huber", &["delta"]),
    ("Hinge", "Hinge", &[]),
    ("SquaredHinge", "SquaredHinge", &[]),
    ("CategoricalHinge", "CategoricalHinge", &[]),
    ("CosineSimilarity", "CosineSimilarity", &[]),
    ("KLDivergence", "KlDivergence", &[]),
    ("BinaryCrossentropy", "BinaryCrossentropy", CROSSENTROPY),
    (
        "BinaryFocalCrossentropy",
        "BinaryFocalCrossentropy",
        BINARY_FOCAL,
    ),
    (
        "CategoricalCrossentropy",
        "CategoricalCrossentropy",
        CROSSENTROPY,
    ),
    (
        "CategoricalFocalCrossentropy",
        "CategoricalFocalCrossentropy",
        FOCAL,
    ),
    (
        "SparseCategoricalCrossentropy",
        "SparseCategoricalCrossentropy",
        &["from_logits"],
    ),
];

/// PyTorch's functions: their names in a case's name, ours, and an option that the name ends with.
const TORCH: &[(&str, &str, &str)] = &[
    ("torch_cross_entropy", "CrossEntropyLoss", ""),
    ("torch_nll_loss", "NllLoss", ""),
    ("torch_bce_with_logits", "BceWithLogitsLoss", ""),
    ("torch_smooth_l1", "SmoothL1Loss", "beta"),
];

pub fn plan(case: &Case) -> Planned {
    let loss = of_case(case)?;
    let outputs = case.tensor(&["inputs", "y_pred"])?.last();
    let target = target(loss.sparse, outputs);
    Ok(Plan::check(format!(
        "check::loss::<{outputs}, {target}, _>(case, compare, {})",
        loss.rust
    )))
}

/// The type of a target for a network with so many outputs.
pub fn target(sparse: bool, outputs: usize) -> String {
    if sparse {
        "u32".into()
    } else {
        format!("SVector<f32, {outputs}>")
    }
}

fn of_case(case: &Case) -> Planned<Loss> {
    if case.source().contains("keras.losses.") {
        let class = last_name(case.source(), "keras.losses.")?;
        return keras(case, class, &["config"]);
    }
    let stem = case.stem();
    if let Some(rest) = stem.strip_prefix("sum_squared_error") {
        return match rest {
            "" => Ok(dense("nn_core::loss::SumSquaredError".into())),
            "_half" => Ok(dense("nn_core::loss::SumSquaredError.half()".into())),
            _ => not_yet(format!("no loss `{stem}`")),
        };
    }
    let Some((name, rust, option)) = TORCH.iter().find(|(name, ..)| stem.starts_with(name)) else {
        return not_yet(format!("no loss `{stem}`"));
    };
    let sparse = matches!(*rust, "CrossEntropyLoss" | "NllLoss");
    let suffix = stem[name.len()..].trim_start_matches('_');
    let rust = match suffix.strip_prefix(option).unwrap_or_default() {
        "" if suffix.is_empty() => format!("nn_core::loss::{rust}"),
        text => match text.replace('p', ".").parse() {
            Ok(value) if !option.is_empty() => {
                format!("nn_core::loss::{rust}.{option}({})", float(value))
            }
            _ => return not_yet(format!("the loss option `{suffix}`")),
        },
    };
    Ok(Loss { rust, sparse })
}

fn dense(rust: String) -> Loss {
    Loss {
        rust,
        sparse: false,
    }
}

/// Keras's loss `class` with the options under `keys`.
fn keras(case: &Case, class: &str, keys: &[&str]) -> Planned<Loss> {
    let Some((_, name, options)) = KNOWN.iter().find(|(known, ..)| *known == class) else {
        return not_yet(format!("no loss `{class}`"));
    };
    let mut rust = format!("nn_core::loss::{name}");
    for key in case.keys(keys) {
        let path = [keys, &[key]].concat();
        let value = match case.get(&path).map(|value| (value, value.as_bool())) {
            None | Some((_, Some(false))) => continue,
            Some((_, Some(true))) => "true".into(),
            Some((value, None)) if key == "axis" && value.as_i64() == Some(-1) => continue,
            Some((value, None)) if ["name", "reduction", "dtype"].contains(&key) => {
                match value.as_str() {
                    Some("sum") => return not_yet("the reduction `sum`"),
                    _ => continue,
                }
            }
            Some(_) => float(case.number(&path)?),
        };
        if !options.contains(&key) {
            return not_yet(format!("the option `{key}` of `{class}`"));
        }
        rust.push_str(&format!(".{key}({value})"));
    }
    Ok(Loss {
        rust,
        sparse: class.starts_with("Sparse"),
    })
}

/// The loss of a trained network: Keras's name, perhaps with a remark.
pub fn of_network(case: &Case) -> Planned<Loss> {
    let text = case.text(&["config", "loss"])?;
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let (name, remark) = text.split_at(end.unwrap_or(text.len()));
    let class: String = name.split('_').map(capitalised).collect();
    let mut loss = keras(case, keras_class(&class), &["config", "loss_config"])?;
    // After a sigmoid or softmax, Keras's way is ours; what is computed from the outputs as they are is asked for.
    match remark.trim() {
        remark if remark.starts_with("(from_logits") => loss.rust.push_str(".from_logits(true)"),
        remark if remark.starts_with("from the") => loss.rust.push_str(".literal()"),
        remark if remark.is_empty() || remark.starts_with("(as Keras") => {}
        remark => return not_yet(format!("a loss `{remark}`")),
    }
    Ok(loss)
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// Abbreviations are in capitals, or not, as Keras pleases.
fn keras_class(class: &str) -> &str {
    let same = |known: &&Known| known.0.eq_ignore_ascii_case(class);
    KNOWN.iter().find(same).map_or(class, |known| known.0)
}
