use super::LayerKind;
use crate::args::Args;
use crate::context::Context;
use crate::errors::Place;
use crate::model::{Facts, Inference};
use crate::shape::{Shape, Size};
use crate::window::{join, operand};
use quote::{quote, quote_spanned};

/// `reshape 7x7x16`: the same values in another shape.
#[derive(Debug)]
pub(crate) struct Reshape {
    sizes: Vec<Size>,
    place: Place,
}

impl LayerKind for Reshape {
    const USAGE: &'static str = "reshape 7x7x16";

    fn parse(args: &mut Args<'_, '_>) -> Option<Self> {
        if args.found().is_some_and(|found| found == "-") {
            let message = format!(
                "a size cannot be negative, and `-1` does not stand for what is left, as it does in Keras; write every size, as in `{}`",
                Self::USAGE
            );
            args.errors.push(args.here(), message);
            args.take_rest();
            return None;
        }
        let (sizes, place) = args.placed_sizes("the shape", Self::USAGE)?;
        let reshape = Self { sizes, place };
        args.finish(&reshape.text());
        Some(reshape)
    }

    fn check(&self, context: &mut Context<'_>) -> Option<Facts> {
        let Some(shape) = Shape::from_sizes(&self.sizes) else {
            let count = self.sizes.len();
            context.errors.push(self.place, format!("a shape has one size (a vector), two (steps x features) or three (height x width x channels), not {count}; leave out the batch size, if that is one of them"));
            return None;
        };
        for size in &self.sizes {
            context.check_size(size, "values");
        }
        if self.sizes.iter().any(|size| size.known() == Some(0)) {
            return None;
        }
        let text = self.text();
        let sizes: Vec<&Size> = self.sizes.iter().collect();
        let span = sizes.first().map_or(context.span, |size| size.span());
        context.check_values(&sizes, &text, span).ok()?;
        self.check_count(context, &shape, &text)?;
        let paths = context.paths;
        let (from, to) = (context.input.tensor(paths), shape.tensor(paths));
        let reshape = paths.public(quote!(layer::Reshape));
        let mut facts = Facts::new(text, quote!(#reshape<#from, #to>), shape);
        facts.inference = Inference::View;
        Some(facts)
    }
}

impl Reshape {
    fn text(&self) -> String {
        format!("reshape {}", join(&self.sizes))
    }

    /// No value is lost or made up.
    fn check_count(&self, context: &mut Context<'_>, shape: &Shape, text: &str) -> Option<()> {
        if matches!(context.input, Shape::Unknown) {
            return Some(());
        }
        let paths = context.paths;
        let (stated, given) = (shape.len(paths), context.input.len(paths));
        let (Some(a), Some(b)) = (stated.known(), given.known()) else {
            let previous = context.previous;
            let span = self.sizes.first().map_or(context.span, Size::span);
            let sizes = self.sizes.iter().map(Size::expression);
            let given_sizes = context.input.sizes();
            let given_sizes: Vec<_> = match given_sizes.is_empty() {
                true => vec![given.expression()],
                false => given_sizes.into_iter().map(Size::expression).collect(),
            };
            context.assertions.push(
                quote_spanned!(span=> __nn::check_reshape(#text, &[#(#sizes),*], #previous, &[#(#given_sizes),*])),
            );
            return Some(());
        };
        if a == b {
            return Some(());
        }
        let sizes: Vec<_> = self.sizes.iter().collect();
        let (a, all) = (counted(&sizes, a), counted(&context.input.sizes(), b));
        let previous = context.previous;
        context.errors.push(self.place, format!("`{text}` has {a} values, but {previous} gives {all}; write sizes whose product is {b}"));
        None
    }
}

/// `7*7*16 = 784`, or just the number if it is one.
fn counted(sizes: &[&Size], product: u64) -> String {
    let factors: Vec<_> = sizes.iter().map(|size| operand(size)).collect();
    match factors.len() {
        0 | 1 => product.to_string(),
        _ => format!("{} = {product}", factors.join("*")),
    }
}
