//! Activations that make a whole row of values sum to one, where there is no row.

use crate::errors::Errors;
use crate::model::{Facts, Inference, Layer};
use crate::paths::Paths;
use crate::shape::Shape;
use proc_macro2::TokenStream;
use quote::quote_spanned;

/// The layer before, if it does not just hand on.
pub(super) fn last(layers: &[Layer]) -> Option<&Facts> {
    let mut layers = layers.iter().rev().map(|layer| &layer.facts);
    layers.find(|facts| facts.inference != Inference::View)
}

/// Softmax and its like need more than one value, and as layers of their own not the result of another: `before` is what such a layer follows.
/// Where only the compiler knows the number of values, it is asked by the assertion that is returned.
pub(super) fn check(
    facts: &Facts,
    before: Option<&Facts>,
    paths: &Paths,
    errors: &mut Errors,
) -> Option<TokenStream> {
    let span = facts.row_activation?;
    let word = facts.activation.as_deref().unwrap_or_default();
    let always = if word == "log_softmax" { "0" } else { "1" };
    let values = facts.output.channels(paths).known();
    if values == Some(1) && !matches!(facts.output, Shape::Unknown) {
        errors.push(span, format!("`{word}` of one value is always {always}, and nothing is learnt; write `sigmoid`, for a yes or no (`BinaryCrossentropy`), or one output for each class: 2 and `{word}`"));
        return None;
    }
    if let Some(before) = before.filter(|before| before.row_activation.is_some()) {
        let (text, other) = (&before.text, before.activation.as_deref());
        let other = other.unwrap_or_default();
        errors.push_harmless(span, format!("`{text}` ends in `{other}` already, and `{word}` of that makes all classes nearly alike; remove one of the two"));
        return None;
    }
    if values.is_some() {
        return None;
    }
    let given = facts.output.as_dims(span, paths);
    Some(quote_spanned!(span=> __nn::check_row(#word, #always, #given)))
}
