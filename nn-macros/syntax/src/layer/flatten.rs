use super::LayerKind;
use crate::args::Args;
use crate::context::Context;
use crate::model::{Facts, Inference};
use crate::shape::Shape;
use quote::quote;

/// `flatten`.
#[derive(Debug)]
pub(crate) struct Flatten;

impl LayerKind for Flatten {
    const USAGE: &'static str = "flatten";

    fn parse(args: &mut Args<'_, '_>) -> Option<Self> {
        args.finish("flatten");
        Some(Self)
    }

    fn check(&self, context: &mut Context<'_>) -> Option<Facts> {
        let paths = context.paths;
        let len = context.input.len(paths);
        let (tensor, values) = (context.input.tensor(paths), len.expression());
        let flatten = paths.public(quote!(layer::Flatten));
        let ty = quote!(#flatten<#tensor, #values>);
        let output = match context.input {
            Shape::Unknown => Shape::Unknown,
            _ => Shape::Vector(len.clone()),
        };
        let mut facts = Facts::new("flatten".to_owned(), ty, output);
        facts.inference = Inference::View;
        Some(facts)
    }
}
