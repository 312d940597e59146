//! Sizes and numbers that a variable may stand in: `let units = 6;` before the declaration is a common mistake.
//!
//! A struct and the `const` block beside it speak of a variable in different words, so the compiler would report it twice. Where a name is
//! written as variables are, its value becomes a `const` of the network's, and only that mentions it.

use crate::paths::Paths;
use crate::rust;
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote, quote_spanned};

/// The name before a group in braces that [`hoist`] makes a `const` of, with its type.
const MARKS: [(&str, &str); 2] = [("__size", "usize"), ("__number", "f64")];

/// A `usize` expression, marked if a variable may stand in it.
pub(crate) fn size(expression: TokenStream) -> TokenStream {
    mark(MARKS[0].0, expression)
}

/// The same of an `f64` expression.
pub(crate) fn number(expression: TokenStream) -> TokenStream {
    mark(MARKS[1].0, expression)
}

fn mark(word: &str, expression: TokenStream) -> TokenStream {
    if !is_mentioned(expression.clone()) {
        return expression;
    }
    let word = Ident::new(word, Span::call_site());
    quote!(#word { #expression })
}

/// Whether a name is written as variables are, and stands where one could. If it is none after all, its `const` does no harm.
pub(crate) fn is_mentioned(tokens: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is = |i: Option<usize>, characters: &str| match i.and_then(|i| tokens.get(i)) {
        Some(TokenTree::Punct(punct)) => characters.contains(punct.as_char()),
        _ => false,
    };
    let called = |i: usize| matches!(tokens.get(i), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis);
    let casts = |i: Option<usize>| match i.and_then(|i| tokens.get(i)) {
        Some(TokenTree::Ident(word)) => word == "as",
        _ => false,
    };
    tokens.iter().enumerate().any(|(i, token)| match token {
        TokenTree::Ident(name) => {
            let (before, name) = (i.checked_sub(1), name.to_string());
            let lower = name.starts_with(|c: char| c.is_lowercase() || c == '_');
            let part = is(before, ":.<") || casts(before) || is(Some(i + 1), ":!");
            lower && !part && !called(i + 1) && !rust::is_keyword(&name)
        }
        TokenTree::Group(group) => is_mentioned(group.stream()),
        _ => false,
    })
}

/// The expansion with a `const` of the network `name` for each different expression that is marked.
pub(crate) fn hoist(expansion: TokenStream, name: &Ident, paths: &Paths) -> TokenStream {
    let mut found = Hoisted {
        name,
        private: paths.private(),
        constants: Vec::new(),
    };
    let expansion = found.without_marks(expansion);
    if found.constants.is_empty() {
        return expansion;
    }
    let constants = found.constants.iter().map(|(_, constant)| constant);
    quote!(#expansion impl #name { #(#constants)* })
}

struct Hoisted<'a> {
    name: &'a Ident,
    private: TokenStream,
    /// The expression as text, and the constant.
    constants: Vec<(String, TokenStream)>,
}

impl Hoisted<'_> {
    fn without_marks(&mut self, tokens: TokenStream) -> TokenStream {
        let mut tokens = tokens.into_iter().peekable();
        let mut done = TokenStream::new();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Ident(word) => {
                    let ty = MARKS.iter().find(|(mark, _)| word == mark);
                    match (ty, tokens.peek()) {
                        (Some((_, ty)), Some(TokenTree::Group(group))) => {
                            done.extend(self.constant(ty, group.stream()));
                            tokens.next();
                        }
                        _ => done.extend([TokenTree::Ident(word)]),
                    }
                }
                TokenTree::Group(group) => {
                    let mut inner =
                        Group::new(group.delimiter(), self.without_marks(group.stream()));
                    inner.set_span(group.span());
                    done.extend([TokenTree::Group(inner)]);
                }
                token => done.extend([token]),
            }
        }
        done
    }

    /// The path of the constant for an expression.
    fn constant(&mut self, ty: &str, expression: TokenStream) -> TokenStream {
        let key = format!("{ty} {expression}");
        let known = self.constants.iter().position(|(other, _)| *other == key);
        let number = known.unwrap_or(self.constants.len());
        let constant = format_ident!("__CONST{}", number + 1);
        let span = expression.clone().into_iter().next();
        let span = span.map_or_else(Span::call_site, |token| token.span());
        if known.is_none() {
            let (private, ty) = (&self.private, Ident::new(ty, Span::call_site()));
            let item = quote_spanned! {span=>
                #[doc(hidden)]
                #[allow(dead_code)]
                const #constant: #private::#ty = #expression;
            };
            self.constants.push((key, item));
        }
        let name = self.name;
        quote!(#name::#constant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_told_from_constants_paths_and_calls() {
        for variable in [
            "units",
            "2 * units",
            "(2 * n)",
            "n as usize",
            "_n",
            "N + n",
            "-n",
        ] {
            assert!(is_mentioned(variable.parse().unwrap()), "{variable}");
        }
        for other in [
            "UNITS",
            "2 * N",
            "my::UNITS",
            "size_of::<f32>()",
            "half(N)",
            "N as usize",
            "usize::MAX",
            "self::n",
            "A.len()",
            "concat!(N)",
            "if N > 2 { 3 } else { 4 }",
        ] {
            assert!(!is_mentioned(other.parse().unwrap()), "{other}");
        }
    }
}
