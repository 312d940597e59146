//! Initialisers, regularisers, preprocessing and metrics.

use super::rust::{float, last_name};
use super::{Plan, Planned, Reason, not_yet};
use crate::case::Case;

/// The initialisers of Keras and their options.
const INITIALIZERS: &[(&str, &[&str])] = &[
    ("GlorotUniform", &[]),
    ("GlorotNormal", &[]),
    ("HeUniform", &[]),
    ("HeNormal", &[]),
    ("LecunUniform", &[]),
    ("LecunNormal", &[]),
    ("RandomUniform", &["minval", "maxval"]),
    ("RandomNormal", &["mean", "stddev"]),
    ("TruncatedNormal", &["mean", "stddev"]),
    ("Orthogonal", &["gain"]),
];

pub fn initializer(case: &Case) -> Planned {
    const INIT: &str = "nn_core::init";
    if case.has(&["output", "Dense.kernel"]) {
        return Ok(Plan::check("check::layer_defaults(case, compare)".into()));
    }
    let (check, rust) = if case.source().contains("keras.initializers.") {
        let class = last_name(case.source(), "keras.initializers.")?;
        let Some((name, options)) = INITIALIZERS.iter().find(|(name, _)| *name == class) else {
            return not_yet(format!("no initialiser `{class}`"));
        };
        let mut rust = format!("{INIT}::{name}");
        for option in *options {
            if case.has(&["config", option]) {
                let value = float(case.number(&["config", option])?);
                rust.push_str(&format!(".{option}({value})"));
            }
        }
        (
            if class == "Orthogonal" {
                "orthogonal"
            } else {
                "initializer"
            },
            rust,
        )
    } else if case.source().contains("torch.nn.Linear") {
        ("initializer", format!("{INIT}::TorchLinear"))
    } else if case.has(&["config", "n_features"]) {
        let stddev = float(case.number(&["config", "n_features"])?.sqrt().recip());
        (
            "initializer",
            format!("{INIT}::RandomNormal.stddev({stddev})"),
        )
    } else {
        return not_yet(format!("no initialiser `{}`", case.stem()));
    };
    let shape = initializer_shape(case)?;
    Ok(Plan::check(format!(
        "check::statistics::{check}(case, compare, &{rust}, {shape})"
    )))
}

/// The `Shape` and the number of values.
fn initializer_shape(case: &Case) -> Planned<String> {
    const SHAPE: &str = "nn_core::init::Shape";
    if case.has(&["config", "fan_in"]) && !case.has(&["config", "shape"]) {
        let inputs = case.size(&["config", "fan_in"])?;
        return Ok(format!("({SHAPE}::dense({inputs}, 50), {inputs} * 50)"));
    }
    let shape = match case.has(&["config", "shape"]) {
        true => case.sizes(&["config", "shape"])?,
        // Any will do for what does not go by the shape.
        false => vec![100, 100],
    };
    let len: usize = shape.iter().product();
    match shape[..] {
        [inputs, outputs] => Ok(format!("({SHAPE}::dense({inputs}, {outputs}), {len})")),
        [ref positions @ .., channels, filters] => {
            let positions: usize = positions.iter().product();
            Ok(format!(
                "({SHAPE}::conv({positions}, {channels}, {filters}), {len})"
            ))
        }
        _ => Err(Reason::Malformed(format!("weights of shape {shape:?}"))),
    }
}

pub fn regularizer(case: &Case) -> Planned {
    if case.has(&["config", "max_value"]) {
        if case.has(&["config", "axis"]) && case.size(&["config", "axis"])? != 0 {
            return not_yet("a limit along this axis");
        }
        let max = float(case.number(&["config", "max_value"])?);
        return Ok(Plan::check(format!(
            "check::statistics::limit(case, compare, {max})"
        )));
    }
    let known = |key: &&str| ["l1", "l2"].contains(key);
    if case.keys(&["config"]).is_empty() || !case.keys(&["config"]).iter().all(known) {
        return not_yet(format!("no regulariser `{}`", case.stem()));
    }
    let factor = |key: &str| -> Planned<String> {
        match case.has(&["config", key]) {
            true => Ok(float(case.number(&["config", key])?)),
            false => Ok(float(0.0)),
        }
    };
    Ok(Plan::check(format!(
        "check::statistics::penalty(case, compare, {}, {})",
        factor("l1")?,
        factor("l2")?
    )))
}

pub fn preprocess(case: &Case) -> Planned {
    let check = if case.has(&["output", "one_hot"]) {
        format!(
            "one_hot_labels::<{}>",
            case.size(&["config", "num_classes"])?
        )
    } else if case.has(&["output", "data_min"]) || case.has(&["output", "scale"]) {
        format!("scaler::<{}>", case.tensor(&["inputs", "x"])?.row())
    } else {
        return not_yet(format!("no preprocessing `{}`", case.stem()));
    };
    Ok(Plan::check(format!(
        "check::statistics::{check}(case, compare)"
    )))
}

/// By the shapes of what is compared: scores in several columns are classes, several figures of error are regression.
pub fn metric(case: &Case) -> Planned {
    let scores = case.has(&["inputs", "y_score"]);
    let columns = |key: &str| -> Planned<usize> { Ok(case.tensor(&["inputs", key])?.row()) };
    let check = if scores && columns("y_score")? > 1 {
        format!("multiclass::<{}>", columns("y_score")?)
    } else if case.has(&["output", "mse"]) || case.has(&["output", "mae"]) {
        format!("regression::<{}>", columns("y_pred")?)
    } else {
        "binary".into()
    };
    Ok(Plan::check(format!(
        "check::metric::{check}(case, compare)"
    )))
}
