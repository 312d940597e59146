//! Names of a network's fields.

use crate::ast::Statement;
use crate::errors::Errors;
use crate::layer::Kind;
use crate::rust;
use proc_macro2::{Ident, Span};
use std::collections::BTreeMap;

/// Chooses the fields' names.
#[derive(Default)]
pub(super) struct Names {
    /// Layers so far.
    pub(super) layers: usize,
    counts: BTreeMap<String, usize>,
    /// Whether the name is a label.
    taken: BTreeMap<String, bool>,
}

impl Names {
    /// The label, else the kind and a count from 1 within the kind.
    pub(super) fn field(
        &mut self,
        statement: &Statement,
        kind: &Kind,
        errors: &mut Errors,
    ) -> Ident {
        self.layers += 1;
        let stem = kind.stem();
        let count = self.counts.entry(stem.clone()).or_default();
        *count += 1;
        let field = match &statement.label {
            Some(label) => check_label(label, errors),
            None => Ident::new(
                &format!("{stem}{count}"),
                statement.span.resolved_at(Span::call_site()),
            ),
        };
        match self.taken.insert(field.to_string(), statement.label.is_some()) {
            None => return field,
            Some(true) if statement.label.is_none() => errors.push(
                statement.span,
                format!("this layer would be called `{field}` like the one with that label; give it a label of its own"),
            ),
            Some(false) => errors.push(
                field.span(),
                format!("`{field}` is the name of a layer without a label already; choose another label"),
            ),
            Some(true) => errors.push(field.span(), format!("two layers have the label `{field}`; rename one of them")),
        }
        Ident::new(&format!("{field}_{}", self.layers), field.span())
    }
}

/// A label becomes a field.
fn check_label(label: &Ident, errors: &mut Errors) -> Ident {
    let text = label.to_string();
    if text == "_" {
        errors.push(
            label.span(),
            "`_` cannot be a label; leave it out, and the layer is called by its kind",
        );
        return Ident::new("unnamed", label.span());
    }
    if rust::is_keyword(&text) {
        errors.push(
            label.span(),
            format!("`{text}` is a keyword of Rust and cannot be a label; write `{text}_`"),
        );
        return Ident::new(&format!("{text}_"), label.span());
    }
    if text.contains(|c: char| c.is_uppercase()) {
        let lower = snake_case(&text);
        errors.push(
            label.span(),
            format!(
                "a label is a field's name, in lower case; write `{lower}` instead of `{text}`"
            ),
        );
    }
    label.clone()
}

/// `MyLayer` -> `my_layer`.
pub(crate) fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    let mut before = '_';
    for c in name.chars() {
        if c.is_uppercase() && before.is_lowercase() {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
        before = c;
    }
    snake
}
