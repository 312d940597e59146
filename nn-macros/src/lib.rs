//! The `network!` macro of `nn-core`, which documents and re-exports it; this crate is not used directly.
//!
//! The language itself is in `nn-syntax`: a procedural macro's crate can be asked nothing but to expand.
#![forbid(unsafe_code)]

/// Expands `[path of nn-core] declaration`.
#[doc(hidden)]
#[proc_macro]
pub fn network(tokens: proc_macro::TokenStream) -> proc_macro::TokenStream {
    nn_syntax::expand(tokens.into()).into()
}
