//! What rustdoc shows.

use crate::model::{Layer, Model};
use crate::paths::Paths;

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
pub(super) fn table(model: &Model, paths: &Paths) -> Vec<String> {
    let mut lines = vec![
        String::new(),
        " | layer | kind | shape | activation | parameters |".to_owned(),
        " | --- | --- | --- | --- | ---: |".to_owned(),
    ];
    for layer in &model.layers {
        let facts = &layer.facts;
        let kind = facts.text.split(' ').next().unwrap_or_default();
        let activation = facts.activation.as_deref().unwrap_or("");
        let params = facts.params.map_or_else(|| "…".to_owned(), thousands);
        lines.push(format!(
            " | `{}` | {kind} | `{} -> {}` | {activation} | {params} |",
            layer.field,
            layer.input.text(),
            facts.output.text()
        ));
    }
    lines.push(String::new());
    let bytes = |values: Option<u64>| values.map(|values| thousands(values.saturating_mul(4)));
    if let (Some(params), Some(weights)) = (model.params(), bytes(model.params())) {
        lines.push(format!(
            " {} parameters, {weights} bytes.",
            thousands(params)
        ));
    }
    let _ = paths;
    lines
}

/// `50240` -> `50 240`.
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
