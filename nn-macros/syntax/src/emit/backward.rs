//! The backward pass: one statement for each layer, last layer first.

use super::{alias, ident_text, trains};
use crate::model::{Folding, Layer, Model};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

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
    let (questions, reached) = reached(model);
    let statements = (0..=last).rev().map(|i| statement(model, i, &reached));
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
            #questions
            #(#statements)*
        }
    }
}

fn statement(model: &Model, i: usize, reached: &[Reached]) -> TokenStream {
    let Some(layer) = model.layers.get(i) else {
        return TokenStream::new();
    };
    let field = &layer.field;
    let x = tape_input(model, i);
    let (y, dy, tape, logits) = if i + 1 == model.layers.len() {
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
            match reached.get(i - 1) {
                Some(Reached::If(wanted)) => quote!(__nn::when(#wanted, &mut tape.#field.gradient)),
                _ => quote!(__nn::core::option::Option::Some(&mut tape.#field.gradient)),
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
    match reached.get(i) {
        Some(Reached::If(wanted)) => quote!(if #wanted { #statement }),
        _ => statement,
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
    /// There is, if this variable says so.
    If(Ident),
}

/// The answer for every layer, and the statements that find out what only the compiler knows.
///
/// The gradient of the first trained layer's input is the largest product of a training step, and nobody asks for it
/// unless the network is part of another.
fn reached(model: &Model) -> (TokenStream, Vec<Reached>) {
    let is_trained = |layer: &Layer| layer.facts.trained == Some(true);
    let first = model.layers.iter().position(is_trained);
    let mut before = Ident::new("wanted", Span::call_site());
    let mut questions = match first {
        Some(0) => TokenStream::new(),
        _ => quote!(let #before = d_input.is_some();),
    };
    let layers = model.layers.iter().enumerate();
    let reached = layers.map(|(i, layer)| {
        if first.is_some_and(|first| first <= i) {
            return Reached::Always;
        }
        if layer.facts.trained.is_none() {
            let (alias, wanted) = (
                alias(layer),
                format_ident!("{}_wanted", ident_text(&layer.field)),
            );
            questions.extend(quote!(let #wanted = #before || __nn::is_trained::<#alias>();));
            before = wanted;
        }
        Reached::If(before.clone())
    });
    let reached = reached.collect();
    (questions, reached)
}
