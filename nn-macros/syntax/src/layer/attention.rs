use super::LayerKind;
use crate::args::Args;
use crate::context::{Context, Reported};
use crate::model::Facts;
use crate::option::{self, Options, replace, twice};
use crate::shape::{Shape, Size};
use crate::weights::Tensor;
use crate::window::multiply;
use nn_weights::Role;
use proc_macro2::Ident;
use quote::quote;

/// `multi_head_attention HEADS SIZE [options]` (Keras `MultiHeadAttention`, with the sequence as query, key and value).
#[derive(Debug)]
pub(crate) struct MultiHeadAttention {
    heads: Size,
    /// Values of each head's query and key.
    size: Size,
    /// Values of each head's result, if not as many.
    value: Option<Size>,
    causal: bool,
    options: Options,
}

impl LayerKind for MultiHeadAttention {
    const USAGE: &'static str = "multi_head_attention 4 16";

    fn parse(args: &mut Args<'_, '_>) -> Option<Self> {
        let heads = args.size("the number of heads", Self::USAGE)?;
        let size = args.size("the number of values of each head's key", Self::USAGE)?;
        let mut attention = Self {
            heads,
            size,
            value: None,
            causal: false,
            options: Options::default(),
        };
        let after = attention.text();
        let known = [&["causal", "value"], option::WORDS].concat();
        args.plain_options(&known, &after, |args, word| attention.take(args, word));
        Some(attention)
    }

    fn check(&self, context: &mut Context<'_>) -> Option<Facts> {
        context.check_size(&self.heads, "heads");
        context.check_size(&self.size, "values of each head's key");
        if let Some(value) = &self.value {
            context.check_size(value, "values of each head's result");
        }
        let [steps, features] = context.sequence("multi_head_attention")?;
        let paths = context.paths;
        let value = self.value.as_ref().unwrap_or(&self.size);
        let parts = [
            [&features, &self.heads, &self.size],
            [&features, &self.heads, value],
        ]
        .map(|sizes| context.check_product(&sizes, 0, &self.text()));
        let rows = context.check_product(&[&steps, &steps, &self.heads], 0, &self.text());
        let keys = multiply(&[&self.heads, &self.size], paths);
        let values = multiply(&[&self.heads, value], paths);
        let mut sizes = None;
        let ty = match (parts, rows) {
            ([Ok(_), Ok(_)], Ok(_)) => {
                let attention = paths.public(quote!(layer::MultiHeadAttention));
                let numbers = [
                    &features,
                    &steps,
                    &self.heads,
                    &self.size,
                    value,
                    &keys,
                    &values,
                ]
                .map(|size| size.expression().clone());
                let causal = self.causal;
                let bias = match self.options.has_bias() {
                    true => paths.public(quote!(layer::WithBias)),
                    false => paths.public(quote!(layer::NoBias)),
                };
                let ty = paths.public(quote!(layer::AttentionSizes));
                let own = context.sizes(quote!(#ty<#(#numbers),*>));
                let name = &own.name;
                let ty = quote!(#attention<#name, #causal, #bias>);
                sizes = Some(own);
                ty
            }
            // In a stub, a type that no machine could hold would be the next mistake.
            _ => quote!(()),
        };
        let mut facts = Facts::new(
            self.text(),
            ty,
            Shape::Sequence {
                steps,
                features: features.clone(),
            },
        );
        facts.params = match parts {
            [Ok(keys), Ok(values)] => self.params(&features, keys, values),
            [Err(Reported), _] | [_, Err(Reported)] => None,
        };
        facts.sizes = sizes;
        facts.trained = Some(true);
        let dense = |name, inputs: &Size, outputs: &Size| {
            let kernel = Tensor::new("kernel", Role::Kernel, [inputs.clone(), outputs.clone()]);
            let bias = Tensor::new("bias", Role::Bias, [outputs.clone()]);
            let bias = self.options.has_bias().then_some(bias);
            [Some(kernel), bias]
                .into_iter()
                .flatten()
                .map(move |tensor| tensor.within(name))
        };
        facts.tensors.extend(dense("query", &features, &keys));
        facts.tensors.extend(dense("key", &features, &keys));
        facts.tensors.extend(dense("value", &features, &values));
        facts
            .tensors
            .extend(dense("attention_output", &values, &features));
        self.options.apply(&mut facts, paths);
        Some(facts)
    }
}

impl MultiHeadAttention {
    fn take(&mut self, args: &mut Args<'_, '_>, word: &Ident) -> bool {
        let again = match word.to_string().as_str() {
            "causal" => std::mem::replace(&mut self.causal, true),
            "value" => {
                let size = args.size("the number of values of each head's result", "value 16");
                replace(&mut self.value, size)
            }
            _ => return self.options.take(args, word),
        };
        if again {
            twice(args, word);
        }
        true
    }

    fn text(&self) -> String {
        let value = match &self.value {
            Some(value) => format!(" value {}", value.text()),
            None => String::new(),
        };
        format!(
            "multi_head_attention {} {}{value}{}{}",
            self.heads.text(),
            self.size.text(),
            if self.causal { " causal" } else { "" },
            self.options.text()
        )
    }

    /// Weights of query, key, value and output, where the macro knows them: `keys` is the size of a kernel of the first two, `values` of the
    /// others.
    fn params(&self, features: &Size, keys: Option<u64>, values: Option<u64>) -> Option<u64> {
        let (keys, values, features) = (keys?, values?, features.known()?);
        let bias = match self.options.has_bias() {
            true => {
                let units = keys.checked_div(features)?.checked_mul(2)?;
                units
                    .checked_add(values.checked_div(features)?)?
                    .checked_add(features)?
            }
            false => 0,
        };
        let kernels = keys.checked_add(values)?.checked_mul(2)?;
        kernels.checked_add(bias)
    }
}
