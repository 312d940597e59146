//! Recurrent layers, and both directions of them.

use super::{Layer, Said, inner, joined};
use crate::keras::weights::Slot;
use serde_json::{Value, json};

/// The words of a recurrent layer without its direction.
fn words(layer: &Layer<'_>) -> Result<String, String> {
    let config = &layer.config;
    let word = match layer.class {
        "SimpleRNN" => "rnn",
        "LSTM" => "lstm",
        "GRU" => "gru",
        _ => return Err("`network!` has no such recurrent layer".to_owned()),
    };
    let activation = match layer.activation("activation", "tanh")? {
        word if word == "tanh" => String::new(),
        // The statement without a word is tanh.
        word if word.is_empty() => "linear".to_owned(),
        word => word,
    };
    let recurrent = match word {
        "rnn" => String::new(),
        _ => match layer.activation("recurrent_activation", "sigmoid")? {
            word if word == "sigmoid" => String::new(),
            word if word.is_empty() => "recurrent_activation linear".to_owned(),
            word => format!("recurrent_activation {word}"),
        },
    };
    config.only("return_state", &json!(false))?;
    config.only("time_major", &json!(false))?;
    let reset_after = word != "gru" || config.flag("reset_after", false)?;
    Ok(joined(&[
        word,
        &config.size("units", None)?.to_string(),
        &activation,
        &recurrent,
        if config.flag("return_sequences", false)? {
            "sequence"
        } else {
            ""
        },
        if reset_after { "" } else { "reset_before" },
        if layer.bias()? { "" } else { "no_bias" },
    ]))
}

fn slots(layer: &Layer<'_>, inside: &str, place: &str) -> Result<Vec<Slot>, String> {
    let mut names = vec!["kernel", "recurrent_kernel"];
    if layer.bias()? {
        names.push("bias");
    }
    let slot = |(i, name): (usize, &&str)| Slot::new(format!("{inside}{name}"), place, i);
    Ok(names.iter().enumerate().map(slot).collect())
}

pub(super) fn recurrent(layer: &Layer<'_>) -> Result<Said, String> {
    let words = words(layer)?;
    let backwards = layer.config.flag("go_backwards", false)?;
    Ok(Said::with(
        &[&words, if backwards { "backwards" } else { "" }],
        slots(layer, "", "cell/")?,
    ))
}

pub(super) fn bidirectional(layer: &Layer<'_>) -> Result<Said, String> {
    let one = |key: &'static str| {
        let (class, config) = inner(layer.config.get(key))?;
        Ok::<_, String>(Layer {
            class,
            config,
            keras2: layer.keras2,
            shape: layer.shape,
            causal: false,
        })
    };
    let forward = one("layer")?;
    let said = words(&forward)?;
    if forward.config.flag("go_backwards", false)? {
        return Err("its forward layer goes backwards, which cannot be said".to_owned());
    }
    forward.config.finish()?;
    if layer.config.get("backward_layer").is_some() {
        let backward = one("backward_layer")?;
        if words(&backward)? != said || !backward.config.flag("go_backwards", false)? {
            return Err(
                "its backward layer is another than its forward layer, which cannot be said"
                    .to_owned(),
            );
        }
        backward.config.finish()?;
    }
    let merge = match layer.config.get("merge_mode").and_then(Value::as_str) {
        Some(word @ ("concat" | "sum" | "mul" | "ave")) => word,
        _ => return Err("its `merge_mode` is none of concat, sum, mul and ave".to_owned()),
    };
    let mut all = slots(&forward, "forward.", "forward_layer/cell/")?;
    all.extend(slots(&forward, "backward.", "backward_layer/cell/")?);
    Ok(Said::with(&["bidirectional", &said, merge], all))
}
