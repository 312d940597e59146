//! The only place that spells how generated code reaches `nn-core`.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::quote;

/// The path by which the user's crate names `nn-core`.
#[derive(Clone, Debug)]
pub(crate) struct Paths {
    root: TokenStream,
}

impl Paths {
    /// Takes the group `[$crate]`, which `nn_core::network!` passes first, off the tokens.
    pub(crate) fn split(tokens: TokenStream) -> (Self, TokenStream) {
        let mut tokens = tokens.into_iter();
        let root = match tokens.next() {
            Some(TokenTree::Group(group)) => group.stream(),
            _ => return (Self::standard(), tokens.collect()),
        };
        (Self { root }, tokens.collect())
    }

    /// `nn-core` under its own name.
    pub(crate) fn standard() -> Self {
        Self {
            root: quote!(::nn_core),
        }
    }

    /// The module for generated code: `nn_core::__private`.
    pub(crate) fn private(&self) -> TokenStream {
        let root = &self.root;
        quote!(#root::__private)
    }

    /// [`private`](Self::private) for an expression that the compiler may complain of at `span`.
    pub(crate) fn spanned(&self, span: Span) -> TokenStream {
        let place = |token: TokenTree| {
            let mut token = token;
            // Where it is shown, not how it is resolved.
            token.set_span(token.span().located_at(span));
            token
        };
        self.private().into_iter().map(place).collect()
    }

    /// A public item.
    pub(crate) fn public(&self, tail: TokenStream) -> TokenStream {
        let root = &self.root;
        quote!(#root::#tail)
    }
}
