//! Activations: their names and options in files, and their words.

use super::config::Config;
use crate::error::shown;
use serde_json::Value;

/// Names of Keras that are words of ours.
const SAME: &[&str] = &[
    "celu",
    "elu",
    "exponential",
    "gelu",
    "hard_shrink",
    "hard_tanh",
    "log_sigmoid",
    "log_softmax",
    "mish",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "squareplus",
    "swish",
    "tanh",
    "tanh_shrink",
];

/// The statement's words for an activation; empty for none. `keras2` tells whose `hard_sigmoid` it is.
pub(crate) fn words(value: &Value, keras2: bool) -> Result<String, String> {
    if let Some(name) = value.as_str() {
        return named(name, keras2);
    }
    let class = value.get("class_name").and_then(Value::as_str);
    match (class, value.get("config")) {
        // A function of Keras's by name.
        (Some("function") | None, Some(Value::String(name))) => named(name, keras2),
        // A layer in the place of one.
        (Some(class), Some(Value::Object(map))) => {
            let config = Config::new(map);
            let words = layer(class, &config, keras2)
                .unwrap_or_else(|| Err(format!("there is no activation {}", shown(class))))?;
            config.finish()?;
            Ok(words)
        }
        _ => Err(format!(
            "there is no activation {}",
            shown(&value.to_string())
        )),
    }
}

fn named(name: &str, keras2: bool) -> Result<String, String> {
    Ok(match name {
        "linear" => String::new(),
        "hard_sigmoid" if keras2 => {
            return Err("Keras 2's `hard_sigmoid`, 0.2 x + 0.5, is another than Keras 3's, x / 6 + 0.5, which is ours".to_owned());
        }
        "hard_sigmoid" => name.to_owned(),
        "hard_silu" | "hard_swish" if !keras2 => "hard_silu".to_owned(),
        "leaky_relu" => "leaky_relu 0.2".to_owned(),
        name if SAME.contains(&name) => name.to_owned(),
        name => return Err(format!("there is no activation `{}`", shown(name))),
    })
}

/// The words for a layer that is an activation; nothing for other layers.
pub(crate) fn layer(
    class: &str,
    config: &Config<'_>,
    keras2: bool,
) -> Option<Result<String, String>> {
    Some(match class {
        "Activation" => match config.get("activation") {
            Some(value) => words(value, keras2),
            None => Ok(String::new()),
        },
        "ReLU" => relu(config),
        "LeakyReLU" => leaky_relu(config),
        "ELU" => config
            .number("alpha", Some(1.0))
            .map(|alpha| format!("elu {}", number(alpha))),
        "Softmax" => Ok("softmax".to_owned()),
        _ => return None,
    })
}

fn relu(config: &Config<'_>) -> Result<String, String> {
    let slope = config.number("negative_slope", Some(0.0))?;
    let threshold = config.number("threshold", Some(0.0))?;
    let most = config.get("max_value").map(Value::as_f64);
    match (most, slope, threshold) {
        (None, 0.0, 0.0) => Ok("relu".to_owned()),
        (Some(Some(6.0)), 0.0, 0.0) => Ok("relu6".to_owned()),
        (None, slope, 0.0) => Ok(format!("leaky_relu {}", number(slope))),
        _ => Err("there is no `relu` with this `max_value` or `threshold`".to_owned()),
    }
}

fn leaky_relu(config: &Config<'_>) -> Result<String, String> {
    // Keras 2 calls it `alpha`.
    let slope = match config.get("alpha") {
        Some(_) => config.number("alpha", None),
        None => config.number("negative_slope", Some(0.3)),
    }?;
    Ok(format!("leaky_relu {}", number(slope)))
}

/// A number as short as `f32` allows: Keras writes 0.001 as 0.0010000000474974513.
pub(crate) fn number(value: f64) -> String {
    let narrow = value as f32;
    if (f64::from(narrow) - value).abs() <= 1e-7 * value.abs() {
        format!("{narrow}")
    } else {
        format!("{value}")
    }
}
