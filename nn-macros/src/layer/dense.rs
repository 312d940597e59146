use super::LayerKind;
use crate::activation::Activation;
use crate::args::Args;
use crate::check::Context;
use crate::model::Facts;
use crate::shape::{Shape, Size};
use quote::quote;

/// `dense [IN ->] OUT [activation] [options]`.
#[derive(Debug)]
pub(crate) struct Dense {
    /// The stated number of inputs.
    from: Option<Size>,
    units: Size,
    activation: Option<Activation>,
    no_bias: bool,
}

const OPTIONS: &[&str] = &["no_bias"];

impl LayerKind for Dense {
    const USAGE: &'static str = "dense 6 relu";

    fn parse(args: &mut Args<'_, '_>) -> Option<Self> {
        const UNITS: &str = "the number of outputs";
        let first = args.size(UNITS, Self::USAGE)?;
        let (from, units) = if args.arrow() {
            (Some(first), args.size(UNITS, "dense 8 -> 6 relu")?)
        } else {
            (None, first)
        };
        let activation = args.activation();
        let mut dense = Self {
            from,
            units,
            activation,
            no_bias: false,
        };
        let text = dense.text();
        args.options(OPTIONS, &text, |args, word| {
            if word != "no_bias" {
                return false;
            }
            if dense.no_bias {
                args.errors
                    .push(word.span(), "`no_bias` is written twice; remove one");
            }
            dense.no_bias = true;
            true
        });
        Some(dense)
    }

    fn check(&self, context: &mut Context<'_>) -> Option<Facts> {
        context.check_size(&self.units, "outputs");
        let input = context.vector("dense")?;
        if let Some(from) = &self.from {
            context.check_same(from, &input, &self.text(), &self.text_without_from());
        }
        let paths = context.paths;
        let (inputs, outputs) = (input.expression(), self.units.expression());
        let activation = match (&self.activation, self.no_bias) {
            (None, false) => quote!(),
            (None, true) => {
                let linear = paths.item(quote!(activation::Linear));
                quote!(, #linear)
            }
            (Some(activation), _) => {
                let ty = activation.ty(paths);
                quote!(, #ty)
            }
        };
        let bias = if self.no_bias {
            let no_bias = paths.item(quote!(layer::NoBias));
            quote!(, #no_bias)
        } else {
            quote!()
        };
        let dense = paths.item(quote!(layer::Dense));
        let ty = quote!(#dense<#inputs, #outputs #activation #bias>);
        let params = context.check_product(
            &[&input, &self.units],
            u64::from(!self.no_bias),
            &self.text(),
        );
        let mut facts = Facts::new(self.text(), ty, Shape::Vector(self.units.clone()));
        facts.activation = self.activation.as_ref().map(Activation::text);
        facts.params = params;
        facts.trained = Some(true);
        Some(facts)
    }
}

impl Dense {
    fn text(&self) -> String {
        match &self.from {
            Some(from) => format!("dense {} -> {}", from.text(), self.arguments()),
            None => format!("dense {}", self.arguments()),
        }
    }

    fn text_without_from(&self) -> String {
        format!("dense {}", self.arguments())
    }

    fn arguments(&self) -> String {
        let mut text = self.units.text().to_owned();
        if let Some(activation) = &self.activation {
            text = format!("{text} {}", activation.text());
        }
        if self.no_bias {
            text.push_str(" no_bias");
        }
        text
    }
}
