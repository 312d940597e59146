use super::LayerKind;
use crate::activation::{self, Activation, Entry};
use crate::args::Args;
use crate::context::Context;
use crate::errors::{did_you_mean, list, suggestion};
use crate::model::{Facts, Folding};
use proc_macro2::Span;
use quote::quote;

/// `activation NAME`, or the bare name.
#[derive(Debug)]
pub(crate) struct Activate {
    activation: Activation,
    bare: bool,
}

impl LayerKind for Activate {
    const USAGE: &'static str = "activation relu";

    fn parse(args: &mut Args<'_, '_>) -> Option<Self> {
        let Some(activation) = args.activation() else {
            let (span, found) = (args.here(), args.found());
            let message = match &found {
                None => format!("`activation` needs a name; write `{}`", Self::USAGE),
                Some(word) => match did_you_mean(word, activation::words()) {
                    Some(meant) => {
                        format!("unknown activation `{word}`{}", suggestion(Some(meant)))
                    }
                    None => format!(
                        "unknown activation `{word}`; activations are {}",
                        list(activation::words())
                    ),
                },
            };
            args.errors.push(span, message);
            return None;
        };
        let layer = Self {
            activation,
            bare: false,
        };
        args.finish(&layer.text());
        Some(layer)
    }

    fn check(&self, context: &mut Context<'_>) -> Option<Facts> {
        let paths = context.paths;
        let tensor = context.input.tensor(paths);
        let activation = self.activation.ty(paths);
        let activate = paths.public(quote!(layer::Activate));
        let mut facts = Facts::new(
            self.text(),
            quote!(#activate<#tensor, #activation>),
            context.input.clone(),
        );
        facts.set_activation(Some(&self.activation));
        facts.folding = Folding::Activation(activation);
        Some(facts)
    }
}

impl Activate {
    /// The rest of a statement that began with an activation's word.
    pub(super) fn bare(entry: &'static Entry, span: Span, args: &mut Args<'_, '_>) -> Self {
        let layer = Self {
            activation: Activation::after(entry, span, args),
            bare: true,
        };
        args.finish(&layer.text());
        layer
    }

    fn text(&self) -> String {
        let name = self.activation.text();
        if self.bare {
            name
        } else {
            format!("activation {name}")
        }
    }
}
