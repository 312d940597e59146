//! Recurrent layers, and both directions of them.

use super::Layer;
use crate::plan::declare::Declaration;
use crate::plan::{Planned, Reason, not_yet};

pub fn recurrent(layer: &Layer<'_>, network: &mut Declaration) -> Planned<()> {
    let config = &layer.config;
    let units = config.size("units", None)?.to_string();
    let word = match layer.class {
        "SimpleRNN" => "rnn",
        "LSTM" => "lstm",
        _ => "gru",
    };
    let activation = match layer.activation("activation", "tanh")? {
        word if word == "tanh" => String::new(),
        // The statement without a word is tanh.
        word if word.is_empty() => "linear".into(),
        word => word,
    };
    let recurrent = match word {
        "rnn" => String::new(),
        _ => match layer.activation("recurrent_activation", "sigmoid")? {
            word if word == "sigmoid" => String::new(),
            word if word.is_empty() => "recurrent_activation linear".into(),
            word => format!("recurrent_activation {word}"),
        },
    };
    let sequences = config.flag("return_sequences", false)?;
    let backwards = config.flag("go_backwards", false)?;
    let reset_after = word != "gru" || config.flag("reset_after", true)?;
    network.layer(&[
        word,
        &units,
        &activation,
        &recurrent,
        if sequences { "sequence" } else { "" },
        if backwards { "backwards" } else { "" },
        if reset_after { "" } else { "reset_before" },
        layer.bias()?,
    ]);
    network.rank = if sequences { 2 } else { 1 };
    if !backwards {
        network.memories = Some(vec![0]);
    }
    layer.parameters(&["kernel", "recurrent_kernel", "bias"], network)
}

/// The file does not say what is wrapped; the names of the parameters and the shape of the output do.
pub fn bidirectional(layer: &Layer<'_>, network: &mut Declaration) -> Planned<()> {
    let config = &layer.config;
    let (forward, backward) = (
        format!("{}forward", layer.prefix),
        format!("{}backward", layer.prefix),
    );
    let kernel = layer.names.find(&forward, "recurrent_kernel")?;
    let [units, gates] = layer.names.shape(kernel)?[..] else {
        return Err(Reason::Malformed(format!("`{kernel}` is no table")));
    };
    let bias = layer.names.get(&forward, "bias");
    let (word, reset) = match gates / units.max(1) {
        1 => ("rnn", ""),
        4 => ("lstm", ""),
        3 => match bias.map(|bias| layer.names.shape(bias)).transpose()? {
            Some(shape) if shape.len() == 1 => ("gru", "reset_before"),
            _ => ("gru", ""),
        },
        _ => return not_yet(format!("a layer with a kernel of {units}x{gates}")),
    };
    config.size("inner", Some(units))?;
    let sequences = layer.output.len() > 1;
    let merge = merge_mode(layer, units)?;
    network.layer(&[
        "bidirectional",
        word,
        &units.to_string(),
        if sequences { "sequence" } else { "" },
        reset,
        if bias.is_some() { "" } else { "no_bias" },
        merge,
    ]);
    network.rank = if sequences { 2 } else { 1 };
    for prefix in [&forward, &backward] {
        for field in ["kernel", "recurrent_kernel", "bias"] {
            if field != "bias" || bias.is_some() {
                network.parameter(field, layer.names.find(prefix, field)?);
            }
        }
    }
    Ok(())
}

/// The word for joining both directions. Where the shape of the output contradicts the option, the shape is right and the case's name has the word.
fn merge_mode(layer: &Layer<'_>, units: usize) -> Planned<&'static str> {
    let named = layer.config.text("merge_mode", "concat")?;
    let outputs = layer.output.last().copied().unwrap_or(0);
    if outputs == 2 * units {
        return Ok("concat");
    }
    let known = ["sum", "mul", "ave"];
    let word = match named {
        "concat" => known.iter().find(|word| layer.case.contains(*word)),
        _ => known.iter().find(|word| **word == named),
    };
    word.copied()
        .ok_or_else(|| Reason::NotYet(format!("`merge_mode` = {named:?} with {outputs} outputs")))
}
