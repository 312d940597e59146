use super::LayerKind;
use super::norm::Options;
use crate::args::Args;
use crate::context::Context;
use crate::model::Facts;
use quote::quote;

/// `layer_norm [epsilon E] [no_scale] [no_center]`.
#[derive(Debug)]
pub(crate) struct LayerNorm {
    options: Options,
}

impl LayerKind for LayerNorm {
    const USAGE: &'static str = "layer_norm";

    fn parse(args: &mut Args<'_, '_>) -> Option<Self> {
        let known = ["epsilon", "no_scale", "no_center"];
        let options = Options::parse(args, Self::USAGE, &known);
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
        let norm = paths.public(quote!(layer::LayerNorm));
        let parameters = options.parameters(paths);
        let epsilon = match &options.epsilon {
            Some(epsilon) => {
                let epsilon = epsilon.scalar(paths);
                quote!(, #epsilon)
            }
            None if parameters.is_empty() => quote!(),
            None => {
                let ratio = paths.public(quote!(Ratio));
                quote!(, #ratio<1, 1000>)
            }
        };
        let ty = quote!(#norm<#channels, #positions #epsilon #parameters>);
        Some(options.facts(format!("layer_norm{}", options.text()), ty, 0, context))
    }
}
