//! The parts of a declaration that are plain Rust: what stands before `struct`, and `const` expressions in braces.

use crate::errors::Errors;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Expr, Visibility};

/// The tokens before `struct`, or before the first statement of the anonymous form.
pub(crate) struct Leading {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) rest: TokenStream,
}

/// Takes `#[attributes] visibility` off the front.
pub(crate) fn leading(tokens: TokenStream, errors: &mut Errors) -> Leading {
    let parser = |input: ParseStream<'_>| {
        Ok(Leading {
            attributes: input.call(Attribute::parse_outer)?,
            visibility: input.parse()?,
            rest: input.parse()?,
        })
    };
    parser.parse2(tokens).unwrap_or_else(|error| {
        errors.push(error.span(), error.to_string());
        Leading {
            attributes: Vec::new(),
            visibility: Visibility::Inherited,
            rest: TokenStream::new(),
        }
    })
}

/// Whether a group in braces holds one expression; anything else would break the code around it. `example` is one.
pub(crate) fn is_expression(group: &Group, example: &str, errors: &mut Errors) -> bool {
    let mistake = if group.stream().is_empty() {
        format!("the braces are empty; write a `const` expression in them, such as `{example}`")
    } else if let Err(error) = syn::parse2::<Expr>(group.stream()) {
        format!("this is not an expression: {error}; write one such as `{example}`")
    } else {
        return true;
    };
    errors.push(group.span(), mistake);
    false
}

/// The tokens without the invisible groups that a `macro_rules!` around the declaration leaves of `$units:expr` and the like: what is
/// worked out is put in braces, as one would write it.
pub(crate) fn visible(tokens: TokenStream) -> TokenStream {
    let token = |token| match token {
        TokenTree::Group(group) => {
            let inner = visible(group.stream());
            let delimiter = match group.delimiter() {
                Delimiter::None if !is_worked_out(&inner) => return inner,
                Delimiter::None => Delimiter::Brace,
                delimiter => delimiter,
            };
            let mut visible = Group::new(delimiter, inner);
            visible.set_span(group.span());
            TokenTree::Group(visible).into()
        }
        token => TokenStream::from(token),
    };
    tokens.into_iter().map(token).collect()
}

/// Whether these are an operation or a call, and not a name, a type, a number or a visibility.
fn is_worked_out(tokens: &TokenStream) -> bool {
    let mut tokens = tokens.clone().into_iter();
    if matches!(tokens.clone().next(), Some(TokenTree::Ident(first)) if first == "pub") {
        return false;
    }
    // A sign is part of its number.
    let operation = |(i, token)| match token {
        TokenTree::Punct(punct) => i > 0 && "+-*/%&|^".contains(punct.as_char()),
        TokenTree::Group(_) => true,
        _ => false,
    };
    tokens.by_ref().enumerate().any(operation)
}

/// Whether a word is a keyword of Rust, which cannot be a name.
pub(crate) fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

/// The words that cannot be names.
const KEYWORDS: &[&str] = &[
    "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern",
    "false", "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub",
    "ref", "return", "self", "Self", "static", "struct", "super", "trait", "true", "type",
    "unsafe", "use", "where", "while", "abstract", "become", "box", "do", "final", "gen", "macro",
    "override", "priv", "try", "typeof", "unsized", "virtual", "yield",
];
