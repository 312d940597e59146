use super::LayerKind;
use crate::args::Args;
use crate::context::Context;
use crate::model::{Facts, Inference};
use crate::number::Number;
use quote::quote;

/// `dropout RATE`.
#[derive(Debug)]
pub(crate) struct Dropout {
    rate: Number,
}

impl LayerKind for Dropout {
    const USAGE: &'static str = "dropout 0.25";

    fn parse(args: &mut Args<'_, '_>) -> Option<Self> {
        let rate = args.number("the rate of `dropout`")?;
        if args.found().is_some_and(|found| found == "%") {
            let fraction = rate.known().unwrap_or_default() / 100.0;
            args.errors.push(
                args.here(),
                format!("a dropout rate is a fraction, without `%`; write `dropout {fraction}`"),
            );
            args.take_rest();
            return None;
        }
        let dropout = Self { rate };
        args.finish(&dropout.text());
        Some(dropout)
    }

    fn check(&self, context: &mut Context<'_>) -> Option<Facts> {
        context.check_rate(&self.rate);
        let rate = self.rate.scalar(context.paths);
        let tensor = context.input.tensor(context.paths);
        let dropout = context.paths.public(quote!(layer::Dropout));
        let mut facts = Facts::new(
            self.text(),
            quote!(#dropout<#tensor, #rate>),
            context.input.clone(),
        );
        facts.inference = Inference::View;
        Some(facts)
    }
}

impl Dropout {
    fn text(&self) -> String {
        format!("dropout {}", self.rate.text)
    }
}
