//! Activations that make a whole row of values sum to one, where there is no row.

use crate::errors::Errors;
use crate::model::{Facts, Inference, Layer};
use crate::paths::Paths;
use crate::shape::Shape;

/// The layer before, if it does not just hand on.
pub(super) fn last(layers: &[Layer]) -> Option<&Facts> {
    let mut layers = layers.iter().rev().map(|layer| &layer.facts);
    layers.find(|facts| facts.inference != Inference::View)
}

/// Softmax and its like need more than one value, and as layers of their own not the result of another: `before` is what such a layer follows.
pub(super) fn check(facts: &Facts, before: Option<&Facts>, paths: &Paths, errors: &mut Errors) {
    let Some(span) = facts.row_activation else {
        return;
    };
    let word = facts.activation.as_deref().unwrap_or_default();
    let alone = facts.output.channels(paths).known() == Some(1);
    if alone && !matches!(facts.output, Shape::Unknown) {
        let always = if word == "log_softmax" { 0 } else { 1 };
        errors.push(span, format!("`{word}` of one value is always {always}, and nothing is learnt; write `sigmoid`, for a yes or no (`BinaryCrossentropy`), or one output for each class: 2 and `{word}`"));
        return;
    }
    if let Some(before) = before.filter(|before| before.row_activation.is_some()) {
        let (text, other) = (&before.text, before.activation.as_deref());
        let other = other.unwrap_or_default();
        errors.push_harmless(span, format!("`{text}` ends in `{other}` already, and `{word}` of that makes all classes nearly alike; remove one of the two"));
    }
}
