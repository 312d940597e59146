//! Activations: the word of the file, the type, and the word of the DSL.

use super::rust::{float, ratio};
use super::{Plan, Planned, not_yet};
use crate::case::Case;

/// The options of an activation: their names in a `config`, the prefix they have in a case's name if the config is
/// silent, and Keras's default.
type Parameter = (&'static [&'static str], &'static str, f64);

/// Names in files, the type (`{}` is the parameter), the word in the DSL.
struct Known {
    names: &'static [&'static str],
    rust: &'static str,
    word: &'static str,
    parameter: Option<Parameter>,
}

const fn plain(names: &'static [&'static str], rust: &'static str, word: &'static str) -> Known {
    Known {
        names,
        rust,
        word,
        parameter: None,
    }
}

const fn with(
    names: &'static [&'static str],
    rust: &'static str,
    word: &'static str,
    parameter: Parameter,
) -> Known {
    Known {
        names,
        rust,
        word,
        parameter: Some(parameter),
    }
}

const KNOWN: &[Known] = &[
    plain(&["linear"], "Linear", "linear"),
    plain(&["relu"], "Relu", "relu"),
    plain(&["relu6"], "Relu6", "relu6"),
    with(
        &["leaky_relu"],
        "LeakyRelu<{}>",
        "leaky_relu",
        (&["negative_slope"], "", 0.2),
    ),
    // With a slope that is not trained.
    with(
        &["prelu"],
        "LeakyRelu<{}>",
        "leaky_relu",
        (&["init"], "", 0.25),
    ),
    with(&["elu"], "Elu<{}>", "elu", (&["alpha"], "", 1.0)),
    plain(&["selu"], "Selu", "selu"),
    with(&["celu"], "Celu<{}>", "celu", (&["alpha"], "", 1.0)),
    plain(&["sigmoid"], "Sigmoid", "sigmoid"),
    plain(&["log_sigmoid", "logsigmoid"], "LogSigmoid", "log_sigmoid"),
    plain(&["tanh"], "Tanh", "tanh"),
    with(
        &["softplus"],
        "Softplus<{}>",
        "softplus",
        (&["beta"], "beta", 1.0),
    ),
    plain(&["softsign"], "Softsign", "softsign"),
    with(
        &["squareplus"],
        "Squareplus<{}>",
        "squareplus",
        (&["b"], "b", 4.0),
    ),
    plain(&["exponential"], "Exponential", "exponential"),
    plain(&["silu", "swish"], "Silu", "silu"),
    plain(&["gelu"], "Gelu", "gelu"),
    plain(&["gelu_tanh"], "GeluTanh", "gelu_tanh"),
    plain(&["mish"], "Mish", "mish"),
    plain(
        &["hard_sigmoid", "hardsigmoid"],
        "HardSigmoid",
        "hard_sigmoid",
    ),
    plain(
        &["hard_silu", "hard_swish", "hardswish"],
        "HardSilu",
        "hard_silu",
    ),
    plain(&["hard_tanh", "hardtanh"], "HardTanh", "hard_tanh"),
    with(
        &["soft_shrink", "softshrink"],
        "Softshrink<{}>",
        "soft_shrink",
        (&["threshold", "lambd"], "", 0.5),
    ),
    with(
        &["hard_shrink", "hardshrink"],
        "HardShrink<{}>",
        "hard_shrink",
        (&["threshold", "lambd"], "", 0.5),
    ),
    plain(&["tanh_shrink", "tanhshrink"], "TanhShrink", "tanh_shrink"),
    plain(&["sparse_plus"], "SparsePlus", "sparse_plus"),
    plain(&["sparse_sigmoid"], "SparseSigmoid", "sparse_sigmoid"),
    plain(&["softmax"], "Softmax", "softmax"),
    plain(&["log_softmax", "logsoftmax"], "LogSoftmax", "log_softmax"),
    plain(&["sparsemax"], "Sparsemax", "sparsemax"),
];

pub fn plan(case: &Case) -> Planned {
    let len = case.tensor(&["inputs", "x"])?.data.len();
    let activation = of_case(case)?;
    Ok(Plan::check(format!(
        "check::activation::<nn_core::activation::{activation}, {len}>(case, compare)"
    )))
}

/// The type of the activation that a case is about.
fn of_case(case: &Case) -> Planned<String> {
    // `torch_` says where a case comes from.
    let stem = case.stem();
    let stem = stem.strip_prefix("torch_").unwrap_or(stem);
    // `gelu_tanh` is `gelu` with an option; the longest name wins, so that `relu6` is not `relu`.
    let name = |known: &'static Known| known.names.iter().map(move |name| (*name, known));
    let found = KNOWN
        .iter()
        .flat_map(name)
        .filter(|(name, _)| stem == *name || stem.starts_with(&format!("{name}_")))
        .max_by_key(|(name, _)| name.len());
    let Some((name, known)) = found else {
        return not_yet(format!("no activation `{stem}`"));
    };
    if name == "gelu"
        && case
            .get(&["config", "approximate"])
            .is_some_and(|v| v == true)
    {
        return Ok("GeluTanh".into());
    }
    let Some((keys, prefix, default)) = known.parameter else {
        return Ok(known.rust.into());
    };
    for key in keys {
        if case.has(&["config", key]) {
            let value = case.number(&["config", key])?;
            return Ok(known.rust.replace("{}", &ratio(value)?));
        }
    }
    let suffix = stem[name.len()..].trim_start_matches('_');
    let value = match suffix.trim_start_matches(prefix).replace('p', ".") {
        text if text.is_empty() => default,
        text => match text.parse() {
            Ok(value) => value,
            Err(_) => return not_yet(format!("the activation option `{suffix}`")),
        },
    };
    Ok(known.rust.replace("{}", &ratio(value)?))
}

/// The DSL's word for an activation that Keras names by a string; nothing for `linear`.
pub fn keras(name: &str) -> Planned<String> {
    if name == "linear" {
        return Ok(String::new());
    }
    let known = named(name)?;
    Ok(match known.parameter {
        Some((.., default)) => format!("{} {}", known.word, float(default)),
        None => known.word.into(),
    })
}

fn named(name: &str) -> Planned<&'static Known> {
    match KNOWN.iter().find(|known| known.names.contains(&name)) {
        Some(known) => Ok(known),
        None => not_yet(format!("no activation `{name}`")),
    }
}
