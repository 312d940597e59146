//! The parts of a declaration, and their order.

use crate::ast::{Ast, Body, Header};
use crate::budget;
use crate::errors::Errors;
use proc_macro2::{Ident, Span};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Meta, Token};

/// A network is `repr(C)`: training sees it as a run of `f32`.
pub(super) fn check_attributes(header: &Header, errors: &mut Errors) {
    for attribute in &header.attributes {
        if let Some(repr) = find_repr(&attribute.meta) {
            errors.push(
                repr,
                "a network's layout is `repr(C)` already; remove this `repr`",
            );
        }
    }
}

/// The place where an attribute says `repr`, itself or behind a condition.
fn find_repr(meta: &Meta) -> Option<Span> {
    if meta.path().is_ident("repr") {
        return Some(meta.path().span());
    }
    let Meta::List(list) = meta else { return None };
    if !list.path.is_ident("cfg_attr") {
        return None;
    }
    let inside = Punctuated::<Meta, Token![,]>::parse_terminated;
    let inside = list.parse_args_with(inside).ok()?;
    inside.iter().skip(1).find_map(find_repr)
}

/// One `input`, first; then at least one layer; then at most one `output`.
pub(super) fn check_order(ast: &Ast, name: &Ident, errors: &mut Errors) {
    let (mut inputs, mut layers, mut budgets) = (0, 0, 0);
    let (mut ended, mut broken) = (false, false);
    let has_layers = ast
        .statements
        .iter()
        .any(|statement| matches!(statement.body, Body::Layer(_) | Body::Broken));
    for statement in &ast.statements {
        errors.statement = statement.number;
        // One that could not be read may have been anything.
        let body = match errors.is_broken(statement.number) {
            true => &Body::Broken,
            false => &statement.body,
        };
        if let Body::Budget(_) = body {
            if budgets > 0 {
                budget::misplaced(statement.span, false, errors);
            }
            budgets += 1;
        } else if ended && !matches!(body, Body::Broken) {
            errors.push(
                statement.span,
                "nothing may follow `output`; move this statement before it",
            );
            continue;
        }
        match body {
            Body::Input(_) if inputs > 0 => {
                errors.push(statement.span, "a network has one `input`; remove this one")
            }
            Body::Input(_) if layers > 0 => errors.push(
                statement.span,
                "`input` comes first; move it before the layers",
            ),
            Body::Output(_) if layers == 0 && has_layers => errors.push(
                statement.span,
                "`output` comes last; move it behind the layers",
            ),
            Body::Output(_) => ended = true,
            _ => {}
        }
        match body {
            Body::Input(_) => inputs += 1,
            Body::Output(_) | Body::Budget(_) => {}
            Body::Layer(_) => layers += 1,
            Body::Broken => broken = true,
        }
        if let (Some(label), Body::Input(_) | Body::Output(_) | Body::Budget(_)) =
            (&statement.label, body)
        {
            errors.push(label.span(), "only a layer has a label; remove this one");
        }
    }
    if !broken {
        check_presence(ast, name, (inputs, layers), errors);
    }
}

/// There is an input, and a layer.
fn check_presence(ast: &Ast, name: &Ident, (inputs, layers): (usize, usize), errors: &mut Errors) {
    errors.statement = 0;
    if ast.statements.is_empty() && !errors.is_empty() {
        return;
    }
    let message = match (inputs, layers) {
        (0, _) => "a network begins with its input; write `input 8;` before the layers",
        (_, 0) => "a network needs a layer; write one after the input, such as `dense 4;`",
        _ => return,
    };
    let first = ast.statements.first();
    errors.push(first.map_or(name.span(), |first| first.span), message);
}
