use super::LayerKind;
use crate::args::Args;
use crate::context::Context;
use crate::model::Facts;
use crate::number::Number;
use crate::weights::Tensor;
use nn_weights::Role;
use quote::quote;

/// `prelu [INITIAL]`.
#[derive(Debug)]
pub(crate) struct PRelu {
    initial: Option<Number>,
}

impl LayerKind for PRelu {
    const USAGE: &'static str = "prelu";

    fn parse(args: &mut Args<'_, '_>) -> Option<Self> {
        let initial = if args.at_number() {
            Some(args.number("the first slope of `prelu`")?)
        } else {
            None
        };
        let prelu = Self { initial };
        args.finish(&prelu.text());
        Some(prelu)
    }

    fn check(&self, context: &mut Context<'_>) -> Option<Facts> {
        let paths = context.paths;
        let channels = context.input.channels(paths);
        let params = channels.known();
        let (count, positions) = (channels.expression(), context.input.positions(paths));
        let (positions, prelu) = (positions.expression(), paths.public(quote!(layer::PRelu)));
        let initial = self.initial.as_ref().map(|initial| {
            let initial = initial.scalar(paths);
            quote!(, #initial)
        });
        let ty = quote!(#prelu<#count, #positions #initial>);
        let mut facts = Facts::new(self.text(), ty, context.input.clone());
        facts.params = params;
        facts.trained = Some(true);
        facts.tensors = vec![Tensor::new("alpha", Role::Slope, [channels])];
        Some(facts)
    }
}

impl PRelu {
    fn text(&self) -> String {
        match &self.initial {
            Some(initial) => format!("prelu {}", initial.text),
            None => "prelu".to_owned(),
        }
    }
}
