//! Documentation for rustdoc.

use crate::model::{Layer, Model};

/// A field's line.
pub(super) fn field(layer: &Layer) -> String {
    format!(
        " `{}`: `{}` -> `{}`",
        layer.facts.text,
        layer.input.text(),
        layer.facts.output.text()
    )
}

/// The layer table under the user's own text.
pub(super) fn table(model: &Model) -> Vec<String> {
    let mut lines = vec![String::new()];
    if !model
        .attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("doc"))
    {
        lines = vec![
            format!(
                " A network from `{}` to `{}`.",
                model.input.text(),
                model.output.text()
            ),
            String::new(),
        ];
    }
    lines.push(" | layer | kind | shape | activation | parameters | bytes |".to_owned());
    lines.push(" | --- | --- | --- | --- | ---: | ---: |".to_owned());
    for layer in &model.layers {
        let facts = &layer.facts;
        let kind = facts.text.split(' ').next().unwrap_or_default();
        let (activation, shape) = (
            facts
                .activation
                .as_deref()
                .map_or_else(String::new, |activation| format!("`{activation}`")),
            format!("{} -> {}", layer.input.text(), facts.output.text()),
        );
        let field = &layer.field;
        lines.push(format!(
            " | `{field}` | `{kind}` | `{shape}` | {activation} | {} |",
            count(facts.params)
        ));
    }
    if model.layers.len() > 1 && model.params().is_some() {
        lines.push(format!(" | | | | | {} |", count(model.params())));
    }
    lines
}

/// Parameters and their bytes, as two cells; what only the compiler knows is in the constants.
fn count(params: Option<u64>) -> String {
    match params {
        Some(params) => format!(
            "{} | {}",
            thousands(params),
            thousands(params.saturating_mul(4))
        ),
        None => "see `PARAMS` | see `WEIGHT_BYTES`".to_owned(),
    }
}

/// `50240` -> `50,240`.
fn thousands(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
