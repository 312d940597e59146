use super::LayerKind;
use super::norm::{Options, WORDS};
use crate::args::Args;
use crate::context::Context;
use crate::model::{Facts, Folding};
use crate::number::Number;
use quote::quote;

/// `batch_norm [torch] [momentum M] [epsilon E] [no_scale] [no_center]`.
#[derive(Debug)]
pub(crate) struct BatchNorm {
    options: Options,
}

impl LayerKind for BatchNorm {
    const USAGE: &'static str = "batch_norm";

    fn parse(args: &mut Args<'_, '_>) -> Option<Self> {
        let options = Options::parse(args, Self::USAGE, WORDS);
        Some(Self { options })
    }

    fn check(&self, context: &mut Context<'_>) -> Option<Facts> {
        let options = &self.options;
        options.check(context);
        let paths = context.paths;
        let (channels, positions) = (
            context.input.channels(paths),
            context.input.positions(paths),
        );
        let (channels, positions) = (channels.expression(), positions.expression());
        let norm = paths.public(quote!(layer::BatchNorm));
        let parameters = options.parameters(paths);
        let plain = !options.torch && options.momentum.is_none() && options.epsilon.is_none();
        let moments = if plain && parameters.is_empty() {
            quote!()
        } else {
            let numbers = self.numbers(context);
            let moments = if options.torch {
                paths.public(quote!(layer::TorchMoments))
            } else {
                paths.public(quote!(layer::KerasMoments))
            };
            quote!(, #moments #numbers)
        };
        let ty = quote!(#norm<#channels, #positions #moments #parameters>);
        let mut facts = options.facts(format!("batch_norm{}", options.text()), ty, 2, context);
        facts.folding = Folding::Norm;
        Some(facts)
    }
}

impl BatchNorm {
    /// Momentum and epsilon, as arguments of a type; nothing if both are the defaults.
    fn numbers(&self, context: &Context<'_>) -> proc_macro2::TokenStream {
        let paths = context.paths;
        let ratio = paths.public(quote!(Ratio));
        let scalar = |number: &Option<Number>, default| match number {
            Some(number) => number.scalar(paths),
            None => default,
        };
        let (momentum, epsilon) = (&self.options.momentum, &self.options.epsilon);
        if momentum.is_none() && epsilon.is_none() {
            return quote!();
        }
        let default = if self.options.torch {
            quote!(#ratio<1, 10>)
        } else {
            quote!(#ratio<99, 100>)
        };
        let momentum = scalar(momentum, default);
        if epsilon.is_none() {
            return quote!(<#momentum>);
        }
        let epsilon = scalar(epsilon, quote!());
        quote!(<#momentum, #epsilon>)
    }
}
