//! The parts of a declaration that are plain Rust: what stands before `struct`, and `const` expressions in braces.

use crate::errors::Errors;
use proc_macro2::{Group, TokenStream};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Expr, Visibility};

/// What stands before `struct`, or before the first statement of the anonymous form.
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
