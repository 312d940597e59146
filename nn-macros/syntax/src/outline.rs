//! Answers about a declaration that is not expanded.

use crate::errors::Errors;
use crate::paths::Paths;
use crate::shape::{Shape, Size};
use crate::{check, parse, rust};
use proc_macro2::TokenStream;

/// The facts of a declaration that has no mistakes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// The name of the struct; `Net` if it has none.
    pub name: String,
    /// The sizes of the input, outermost first; none for one that only the compiler knows.
    pub input: Vec<Option<u64>>,
    /// The sizes of what the last layer gives; an empty list if only the compiler knows its shape.
    pub output: Vec<Option<u64>>,
    /// The number of parameters, where it follows from the declaration alone.
    pub params: Option<u64>,
}

/// Checks a declaration, which is written as in `network!`.
///
/// # Errors
///
/// The message of every mistake, in the order written.
pub fn outline(declaration: TokenStream) -> Result<Outline, Vec<String>> {
    let mut errors = Errors::default();
    let paths = Paths::standard();
    let ast = parse::parse(rust::visible(declaration), &mut errors);
    let model = check::check(&ast, &paths, &mut errors);
    if !errors.is_empty() {
        return Err(errors.into_messages());
    }
    let sizes = |shape: &Shape| shape.sizes().into_iter().map(Size::known).collect();
    Ok(Outline {
        name: model.name.to_string(),
        input: sizes(&model.input),
        output: sizes(&model.output),
        params: model.params(),
    })
}
