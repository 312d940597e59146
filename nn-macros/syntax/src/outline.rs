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

/// A layer of a declaration, for tools that write or read its weights.
#[cfg(feature = "weights")]
#[derive(Clone, Debug)]
pub struct Part {
    /// Its field: `dense1`.
    pub field: String,
    /// As in the DSL, without the label; of a block, only its word tells something.
    pub text: String,
    /// The sizes of what flows in, outermost first.
    pub input: Vec<Option<u64>>,
    /// The sizes of what flows out.
    pub output: Vec<Option<u64>>,
    /// Its tensors in memory order, without those of layers in a block.
    pub tensors: Vec<nn_weights::Wanted>,
    /// Of a block, the layers in each of its pairs of braces that are not empty.
    pub branches: Vec<Vec<Self>>,
}

/// Checks a declaration and takes it apart into its layers.
///
/// # Errors
///
/// The message of every mistake, in the order written; a layer that only the compiler knows is one.
#[cfg(feature = "weights")]
pub fn parts(declaration: TokenStream) -> Result<(Outline, Vec<Part>), Vec<String>> {
    let outline = outline(declaration.clone())?;
    let mut errors = Errors::default();
    let ast = parse::parse(rust::visible(declaration), &mut errors);
    let model = check::check(&ast, &Paths::standard(), &mut errors);
    match crate::weights::wanted(&model, &mut errors) {
        Some(wanted) if errors.is_empty() => Ok((outline, parts_of(&model, "", &wanted))),
        _ => Err(errors.into_messages()),
    }
}

#[cfg(feature = "weights")]
fn parts_of(
    model: &crate::model::Model,
    prefix: &str,
    wanted: &[(String, nn_weights::Wanted)],
) -> Vec<Part> {
    let sizes = |shape: &Shape| shape.sizes().into_iter().map(Size::known).collect();
    let part = |layer: &crate::model::Layer| {
        let field = crate::emit::ident_text(&layer.field);
        let path = format!("{prefix}{field}");
        let own = wanted.iter().filter(|(home, _)| *home == path);
        let branches = layer.facts.branches.iter().map(|branch| {
            let prefix = format!("{path}.{}.", branch.path);
            parts_of(&branch.model, &prefix, wanted)
        });
        Part {
            text: layer.facts.text.clone(),
            input: sizes(&layer.input),
            output: sizes(&layer.facts.output),
            tensors: own.map(|(_, tensor)| tensor.clone()).collect(),
            branches: branches.collect(),
            field,
        }
    };
    model.layers.iter().map(part).collect()
}
