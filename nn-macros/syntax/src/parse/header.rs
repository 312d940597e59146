//! The header before the statements: attributes, visibility, `struct NAME`.

use super::{is_capitalised, is_punct, is_word};
use crate::ast::Header;
use crate::errors::Errors;
use crate::rust::{self, Leading};
use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use syn::Visibility;

/// Takes `#[attributes] visibility struct Name { … }` apart; the anonymous form is all body.
pub(super) fn split_header(
    tokens: TokenStream,
    errors: &mut Errors,
) -> (Option<Header>, Vec<TokenTree>) {
    let first = tokens.clone().into_iter().next();
    let Leading {
        attributes,
        visibility,
        rest,
    } = rust::leading(tokens, errors);
    let tokens: Vec<TokenTree> = rest.into_iter().collect();
    let header = |name: &Ident| Header {
        attributes: attributes.clone(),
        visibility: visibility.clone(),
        name: name.clone(),
    };
    if !is_word(tokens.first(), "struct") {
        if let Some((name, body)) = missing_struct(&tokens, errors) {
            return (Some(header(&name)), body);
        }
        let alone = attributes.is_empty() && matches!(visibility, Visibility::Inherited);
        if let (false, Some(token)) = (alone, first) {
            errors.push(token.span(), "attributes and visibility go with a name; write `pub struct Net { … }` around the layers");
        }
        return (None, tokens);
    }
    let named = tokens.get(1).and_then(|token| name_of(token, errors));
    match (named, tokens.get(1)) {
        (Some(name), _) => {
            let body = split_body(&tokens, 2, &name, errors);
            (Some(header(&name)), body)
        }
        (None, found) => {
            if !matches!(found, Some(TokenTree::Ident(_))) {
                let span = tokens.first().map_or_else(Span::call_site, TokenTree::span);
                errors.push(span, "a network needs a name; write `struct Net { … }`");
            }
            let body = tokens.iter().find_map(|token| body_of(Some(token)));
            (None, body.unwrap_or_default())
        }
    }
}

/// The name of a network; a keyword is reported.
fn name_of(token: &TokenTree, errors: &mut Errors) -> Option<Ident> {
    let TokenTree::Ident(name) = token else {
        return None;
    };
    if rust::is_keyword(&name.to_string()) || name == "_" {
        errors.push(
            name.span(),
            format!("`{name}` cannot be the name of a network, because Rust has it for something else; write another, such as `Net`"),
        );
        return None;
    }
    Some(name.clone())
}

/// The statements of `struct name …`, whose body should be at `at`.
fn split_body(
    tokens: &[TokenTree],
    at: usize,
    name: &Ident,
    errors: &mut Errors,
) -> Vec<TokenTree> {
    let rest = tokens.get(at..).unwrap_or_default();
    if let Some(body) = body_of(rest.first()) {
        if let Some(extra) = rest.get(1) {
            errors.push(extra.span(), format!("nothing may follow `struct {name} {{ … }}`; declare another network in another `network!`"));
        }
        return body;
    }
    let usage = format!("struct {name} {{ input 8; dense 4; }}");
    let message = match rest.first() {
        None => format!("`{name}` has no layers; write `{usage}`"),
        Some(found) if is_punct(Some(found), '<') => {
            format!("a network has no type parameters; remove them: `{usage}`")
        }
        Some(_) => format!("the layers of `{name}` go in braces; write `{usage}`"),
    };
    let place = rest.first().map_or(name.span(), TokenTree::span);
    errors.push(place, message);
    match rest.iter().find_map(|token| body_of(Some(token))) {
        Some(body) => body,
        None => rest.iter().find_map(group_of).unwrap_or_default(),
    }
}

/// The tokens in braces.
fn body_of(token: Option<&TokenTree>) -> Option<Vec<TokenTree>> {
    match token {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
            Some(group.stream().into_iter().collect())
        }
        _ => None,
    }
}

/// The tokens in any delimiters.
fn group_of(token: &TokenTree) -> Option<Vec<TokenTree>> {
    match token {
        TokenTree::Group(group) => Some(group.stream().into_iter().collect()),
        _ => None,
    }
}

/// The name and layers of `Name { … }` or `enum Name { … }`, where only the word `struct` is missing or wrong, or another before it.
fn missing_struct(tokens: &[TokenTree], errors: &mut Errors) -> Option<(Ident, Vec<TokenTree>)> {
    let end = tokens
        .iter()
        .take(5)
        .position(|t| body_of(Some(t)).is_some())?;
    let (before, body) = (tokens.get(..end)?, body_of(tokens.get(end))?);
    // Layers in braces are no network: `residual { … }`.
    let is_name =
        |token: &&TokenTree| matches!(token, TokenTree::Ident(name) if is_capitalised(name));
    let has_struct = before.iter().any(|token| is_word(Some(token), "struct"));
    let TokenTree::Ident(name) = before.iter().rfind(is_name)? else {
        return None;
    };
    if !has_struct && before.len() > 2 {
        return None;
    }
    let place = before.first().map_or(name.span(), TokenTree::span);
    let message = match (has_struct, before.first()) {
        (true, Some(found)) if is_word(Some(found), "pub") => {
            "`pub` is written twice; remove one of them".to_owned()
        }
        (true, Some(found)) => {
            format!("unexpected `{found}` before `struct`; write `pub struct {name} {{ … }}`")
        }
        _ => format!("a network is a struct; write `struct {name} {{ … }}`"),
    };
    errors.push(place, message);
    Some((name.clone(), body))
}
