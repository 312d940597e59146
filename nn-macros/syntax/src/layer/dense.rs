use super::LayerKind;
use crate::activation::Activation;
use crate::args::Args;
use crate::context::{Context, Reported};
use crate::model::Facts;
use crate::option::Options;
use crate::shape::{Shape, Size};
use crate::weights::Tensor;
use nn_weights::Role;
use quote::quote;

/// `dense [IN ->] OUT [activation] [options]`.
#[derive(Debug)]
pub(crate) struct Dense {
    /// The stated number of inputs.
    from: Option<Size>,
    units: Size,
    activation: Option<Activation>,
    options: Options,
}

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
        let mut dense = Self {
            from,
            units,
            activation: None,
            options: Options::default(),
        };
        let after = dense.text();
        (dense.activation, dense.options) = Options::parse(args, &after);
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
        let params = context.check_product(
            &[&input, &self.units],
            u64::from(self.options.has_bias()),
            &self.text(),
        );
        let (ty, folding) = self.options.layer_type(
            paths.public(quote!(layer::Dense)),
            quote!(#inputs, #outputs),
            self.activation.as_ref(),
            paths,
        );
        let ty = match params {
            Ok(_) => ty,
            // In a stub, a type that no machine could hold would be the next mistake.
            Err(Reported) => quote!(()),
        };
        let mut facts = Facts::new(self.text(), ty, Shape::Vector(self.units.clone()));
        facts.set_activation(self.activation.as_ref());
        facts.params = params.unwrap_or_default();
        facts.trained = Some(true);
        facts.tensors = vec![Tensor::new(
            "kernel",
            Role::Kernel,
            [input, self.units.clone()],
        )];
        if self.options.has_bias() {
            facts
                .tensors
                .push(Tensor::new("bias", Role::Bias, [self.units.clone()]));
        }
        facts.folding = folding;
        self.options.apply(&mut facts, paths);
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
        let activation = match &self.activation {
            Some(activation) => format!(" {}", activation.text()),
            None => String::new(),
        };
        format!("{}{activation}{}", self.units.text(), self.options.text())
    }
}
