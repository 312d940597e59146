//! The backward pass: one statement for each layer, last layer first.

use super::{alias, trains};
use crate::model::{Folding, Layer, Model};
use proc_macro2::TokenStream;
use quote::quote;

use super::forward::tape_input;

/// `backward` and `backward_logits`.
pub(super) fn methods() -> TokenStream {
    quote! {
        fn backward<const BATCH: __nn::usize>(&self, context: &mut __nn::Context<'_>, pass: __nn::Pass<'_, Self, BATCH>) {
            __backward::<false, BATCH>(self, context, pass);
        }
        fn backward_logits<const BATCH: __nn::usize>(
            &self,
            context: &mut __nn::Context<'_>,
            pass: __nn::Pass<'_, Self, BATCH>,
        ) {
            __backward::<true, BATCH>(self, context, pass);
        }
    }
}

/// The function behind both, which differ in the last layer's call.
pub(super) fn function(model: &Model) -> TokenStream {
    let (name, bounds) = (&model.name, &model.bounds);
    let trains = trains(model);
    let last = model.layers.len().saturating_sub(1);
    let statements = (0..=last).rev().map(|i| statement(model, i, last));
    let wanted = match reached(model, 0) {
        Reached::Always => TokenStream::new(),
        _ => quote!(let wanted = d_input.is_some();),
    };
    quote! {
        fn __backward<const LOGITS: __nn::bool, const BATCH: __nn::usize>(
            network: &#name,
            context: &mut __nn::Context<'_>,
            pass: __nn::Pass<'_, #name, BATCH>,
        )
        where
            #(#bounds,)* #(#trains),*
        {
            let __nn::Pass { x: input, y: output, dy: d_output, tape, grad: gradient, dx: d_input } = pass;
            #wanted
            #(#statements)*
        }
    }
}

fn statement(model: &Model, i: usize, last: usize) -> TokenStream {
    let Some(layer) = model.layers.get(i) else {
        return TokenStream::new();
    };
    let field = &layer.field;
    let x = tape_input(model, i);
    let (y, dy, tape, logits) = if i == last {
        (
            quote!(output),
            quote!(d_output),
            quote!(tape.#field),
            quote!(LOGITS),
        )
    } else {
        (
            quote!(&tape.#field.output),
            quote!(&mut tape.#field.gradient),
            quote!(tape.#field.tape),
            quote!(false),
        )
    };
    let dx = match i.checked_sub(1).and_then(|before| model.layers.get(before)) {
        None => quote!(d_input),
        Some(before) => {
            let field = &before.field;
            match reached(model, i - 1) {
                Reached::Always => {
                    quote!(__nn::core::option::Option::Some(&mut tape.#field.gradient))
                }
                Reached::If(condition) => {
                    quote!(__nn::when(#condition, &mut tape.#field.gradient))
                }
            }
        }
    };
    let clear_bias = loses_bias(model, i).then(|| {
        let alias = alias(layer);
        quote!(__nn::clear_bias::<#alias>(&mut gradient.#field);)
    });
    let statement = quote! {
        let pass = __nn::pass(#x, #y, #dy, &mut #tape, &mut gradient.#field, #dx);
        __nn::backward::<_, #logits, BATCH>(&network.#field, context, pass);
        #clear_bias
    };
    match reached(model, i) {
        Reached::Always => statement,
        Reached::If(condition) => quote!(if #condition { #statement }),
    }
}

/// Whether a batch normalisation behind a layer takes its biases out again.
fn loses_bias(model: &Model, i: usize) -> bool {
    let folding = |i| {
        model
            .layers
            .get(i)
            .map(|layer: &Layer| &layer.facts.folding)
    };
    matches!(folding(i), Some(Folding::Sums(sums)) if sums.has_bias)
        && matches!(folding(i + 1), Some(Folding::Norm))
}

/// Whether the backward pass has anything to do in a layer or before it.
enum Reached {
    Always,
    If(TokenStream),
}

/// The gradient of the first trained layer's input is the largest product of a training step, and nobody asks for it
/// unless the network is part of another.
fn reached(model: &Model, i: usize) -> Reached {
    let layers = model.layers.get(..=i).unwrap_or_default();
    if layers.iter().any(|layer| layer.facts.trained == Some(true)) {
        return Reached::Always;
    }
    let unknown = layers
        .iter()
        .filter(|layer| layer.facts.trained.is_none())
        .map(alias);
    Reached::If(quote!(wanted #(|| __nn::is_trained::<#unknown>())*))
}
