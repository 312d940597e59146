//! Tokens -> `Ast`. A mistake is reported and the next `;` begins afresh.

use crate::activation;
use crate::args::Args;
use crate::ast::{Ast, Body, Header, Statement};
use crate::errors::{Errors, did_you_mean, list, suggestion};
use crate::keras;
use crate::layer::{self, Kind};
use crate::rust::{self, Leading};
use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use syn::Visibility;

/// Reads a declaration.
pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Ast {
    let (header, body) = split_header(tokens, errors);
    let statements = parse_statements(&body, errors);
    Ast { header, statements }
}

/// Reads statements with `;` between them.
pub(crate) fn parse_statements(tokens: &[TokenTree], errors: &mut Errors) -> Vec<Statement> {
    let mut statements = Vec::new();
    for tokens in tokens.split(is_semicolon) {
        let mut rest = tokens;
        while !rest.is_empty() {
            rest = parse_statement(rest, &mut statements, errors);
        }
    }
    statements
}

pub(crate) fn is_semicolon(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';')
}

fn is_punct(token: Option<&TokenTree>, character: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == character)
}

fn is_word(token: Option<&TokenTree>, word: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(ident)) if ident == word)
}

fn is_capitalised(name: &Ident) -> bool {
    name.to_string().starts_with(|c: char| c.is_uppercase())
}

/// Takes `#[attributes] visibility struct Name { … }` apart; the anonymous form is all body.
fn split_header(tokens: TokenStream, errors: &mut Errors) -> (Option<Header>, Vec<TokenTree>) {
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
    if let Some(TokenTree::Ident(name)) = tokens.get(1) {
        return (Some(header(name)), split_body(&tokens, 2, name, errors));
    }
    let span = tokens.first().map_or_else(Span::call_site, TokenTree::span);
    errors.push(span, "a network needs a name; write `struct Net { … }`");
    let body = tokens.iter().find_map(|token| body_of(Some(token)));
    (None, body.unwrap_or_default())
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

/// The name and layers of `Name { … }` or `enum Name { … }`, where only the word `struct` is missing or wrong.
fn missing_struct(tokens: &[TokenTree], errors: &mut Errors) -> Option<(Ident, Vec<TokenTree>)> {
    let mut start = tokens.iter().take(2);
    let TokenTree::Ident(name) =
        start.rfind(|token| matches!(token, TokenTree::Ident(name) if is_capitalised(name)))?
    else {
        return None;
    };
    let body = tokens
        .iter()
        .take(3)
        .find_map(|token| body_of(Some(token)))?;
    let place = tokens.first().map_or(name.span(), TokenTree::span);
    errors.push(
        place,
        format!("a network is a struct; write `struct {name} {{ … }}`"),
    );
    Some((name.clone(), body))
}

/// Reads one statement; returns what is left if a `;` was missing.
fn parse_statement<'a>(
    tokens: &'a [TokenTree],
    statements: &mut Vec<Statement>,
    errors: &mut Errors,
) -> &'a [TokenTree] {
    let number = errors.begin();
    let (label, tokens) = split_label(tokens);
    let head = match tokens.first() {
        Some(token) => token.span(),
        None => {
            if let Some(label) = label {
                errors.push(
                    label.span(),
                    format!("the label `{label}` has no layer; write `{label}: dense 6 relu;`"),
                );
            }
            return &[];
        }
    };
    let is_value = matches!(tokens, [TokenTree::Literal(_) | TokenTree::Group(_), ..]);
    let not_label = label
        .clone()
        .filter(|label| is_value && is_known(&label.to_string()));
    let mut args = Args::new(tokens, head, errors);
    let (label, body) = match (not_label, label) {
        (Some(word), _) => {
            let (place, value) = (word.span(), args.found().unwrap_or_default());
            args.errors.push(
                place,
                format!("no `:` follows `{word}`; write `{word} {value}`"),
            );
            (
                None,
                known(&word.to_string(), &mut args).unwrap_or(Body::Broken),
            )
        }
        (None, label) => (label, parse_body(&mut args)),
    };
    let (rest, unfinished, after_comma) = (args.rest(), args.at_statement(), args.after_comma());
    errors.statement = number;
    let ends_in_braces = matches!(&body, Body::Layer(kind) if kind.is_block());
    statements.push(Statement {
        number,
        label,
        span: head,
        body,
    });
    match rest.first() {
        Some(_) if after_comma || ends_in_braces => rest,
        Some(next) if unfinished => {
            errors.push(next.span(), format!("missing `;` before `{next}`"));
            rest
        }
        _ => &[],
    }
}

/// Takes `label:`.
fn split_label(tokens: &[TokenTree]) -> (Option<Ident>, &[TokenTree]) {
    match tokens {
        [TokenTree::Ident(label), colon, rest @ ..]
            if is_punct(Some(colon), ':') && !is_punct(rest.first(), ':') =>
        {
            (Some(label.clone()), rest)
        }
        _ => (None, tokens),
    }
}

fn parse_body(args: &mut Args<'_, '_>) -> Body {
    let is_path = args.at_path();
    let Some(word) = args.peek_word().filter(|_| !is_path) else {
        if is_path {
            return user_type(args);
        }
        let found = args
            .rest()
            .first()
            .map(ToString::to_string)
            .unwrap_or_default();
        let message = if found == "#" {
            "attributes and doc comments belong to the whole network; write `// …` beside a statement".to_owned()
        } else {
            format!(
                "expected a layer, found `{found}`; a statement begins with the layer's name: `dense 6 relu`"
            )
        };
        args.errors.push(args.here(), message);
        return Body::Broken;
    };
    let name = word.to_string();
    if is_known(&name) {
        args.skip();
        return known(&name, args).unwrap_or(Body::Broken);
    }
    if let Some(entry) = activation::find(&name) {
        args.skip();
        return Body::Layer(Kind::bare_activation(entry, args));
    }
    if name.starts_with(|c: char| c.is_ascii_uppercase()) && !looks_like_word(args, &name) {
        user_type(args)
    } else {
        unknown(args, word)
    }
}

/// Whether [`known`] knows the word.
fn is_known(word: &str) -> bool {
    layer::WORDS.contains(&word) || matches!(word, "input" | "output")
}

/// What follows `input`, `output` or the word of a layer.
fn known(word: &str, args: &mut Args<'_, '_>) -> Option<Body> {
    Some(match word {
        "input" => Body::Input(parse_sizes(args, "the size of the input", "input 8")),
        "output" => Body::Output(parse_sizes(args, "the size of the output", "output 4")),
        _ => Body::Layer(Kind::parse(word, args)?),
    })
}

fn parse_sizes(
    args: &mut Args<'_, '_>,
    what: &str,
    usage: &str,
) -> Option<Vec<crate::shape::Size>> {
    let sizes = args.sizes(what, usage)?;
    args.finish(usage.split(' ').next().unwrap_or_default());
    Some(sizes)
}

/// Whether a capitalised name is a word of the DSL with arguments rather than a type: `Dense 6 relu`.
fn looks_like_word(args: &Args<'_, '_>, name: &str) -> bool {
    args.rest().len() > 1
        && !is_punct(args.rest().get(1), '<')
        && (layer::WORDS.contains(&name.to_lowercase().as_str()) || keras::layer(name).is_some())
}

/// A type of the user's, whose name is capitalised.
fn user_type(args: &mut Args<'_, '_>) -> Body {
    let span = args.here();
    match Kind::from_path(args) {
        Some(Kind::Foreign(layer)) if !layer.is_type() => {
            let text = layer.text();
            args.errors.push(span, format!("`{text}` is not the path of a layer, because its last name is in lower case; write the path of a type that implements `Layer`, such as `my::Layer`"));
            Body::Broken
        }
        Some(kind) => Body::Layer(kind),
        None => {
            args.take_rest();
            Body::Broken
        }
    }
}

/// Reports an unknown word, and reads on as the word that was probably meant.
fn unknown(args: &mut Args<'_, '_>, word: &Ident) -> Body {
    let name = word.to_string();
    let words = || layer::WORDS.iter().copied().chain(["input", "output"]);
    let meant = keras::layer(&name).or_else(|| did_you_mean(&name, words()));
    let activation = did_you_mean(&name, activation::words());
    let hint = match meant.or(activation) {
        Some(_) => suggestion(meant.or(activation)),
        None => format!(
            "; a statement begins with a layer ({}), the name of an activation, or the path of a type that implements `Layer`",
            list(layer::WORDS.iter().copied())
        ),
    };
    args.errors
        .push(word.span(), format!("unknown layer `{name}`{hint}"));
    args.skip();
    let body = match meant {
        Some(meant) => known(meant, args),
        None => activation
            .and_then(activation::find)
            .map(|entry| Body::Layer(Kind::bare_activation(entry, args))),
    };
    body.unwrap_or(Body::Broken)
}
