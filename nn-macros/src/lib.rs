//! The `network!` macro of `nn-core`, which documents and re-exports it; this crate is not used directly.
//!
//! `nn_core::network!` passes its own path as a first group, `[$crate]`, so that generated code finds `nn-core` under
//! whatever name the user's crate gives it.
#![forbid(unsafe_code)]

// `tests/golden/build.rs` lists these as well.
mod activation;
mod args;
mod ast;
mod check;
mod emit;
mod errors;
mod expand;
mod keras;
mod layer;
mod model;
mod number;
mod option;
mod parse;
mod paths;
mod rust;
mod shape;
#[cfg(test)]
mod tests;
mod window;

/// Expands `[path of nn-core] declaration`.
#[doc(hidden)]
#[proc_macro]
pub fn network(tokens: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand::expand(tokens.into()).into()
}
