//! The pipeline: tokens -> `Ast` -> `Model` -> tokens.

use crate::errors::Errors;
use crate::paths::Paths;
use crate::{check, emit, parse, rust, variable, weights};
use proc_macro2::TokenStream;

/// Expands `[path of nn-core] declaration`: to the network, or to every mistake of the declaration beside a stub that keeps the code
/// around it compiling.
pub fn expand(tokens: TokenStream) -> TokenStream {
    let (paths, declaration) = Paths::split(tokens);
    let mut errors = Errors::default();
    let ast = parse::parse(rust::visible(declaration), &mut errors);
    let model = check::check(&ast, &paths, &mut errors);
    // What is in a file is held against a declaration that is one.
    let declared = model.weights.as_ref().filter(|_| errors.is_empty());
    let trained = declared.and_then(|declared| weights::read(&model, declared, &mut errors));
    let variables = errors.variables;
    let expansion = match errors.into_tokens() {
        None => emit::network(&model, trained.as_ref(), &paths),
        Some(errors) => {
            let stub = emit::stub(&model, &paths);
            quote::quote!(#errors #stub)
        }
    };
    if variables {
        variable::hoist(expansion, &model.name, &paths)
    } else {
        expansion
    }
}
