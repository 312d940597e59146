//! Inference, and the forward pass of training: one statement for each layer.

use super::alias;
use super::arena::{Plan, is_view};
use crate::model::Model;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// `forward`, `forward_batch` and `forward_logits`.
pub(super) fn inference(model: &Model, plan: &Plan<'_>) -> TokenStream {
    let arena = plan.declaration();
    let one = statements(
        model,
        plan,
        |layer, x, y, _| quote!(__nn::forward(&self.#layer, simd, #x, #y);),
    );
    let many = |last_call: &str| {
        statements(model, plan, |layer, x, y, last| {
            let call = format_ident!("{}", if last { last_call } else { "forward_batch" });
            quote!(__nn::#call(&self.#layer, level, #x, #y);)
        })
    };
    let (batch, logits) = (many("forward_batch"), many("forward_logits"));
    quote! {
        #[inline(always)]
        fn forward<S: __nn::Simd>(&self, simd: S, input: &Self::Input, output: &mut Self::Output) {
            const BATCH: __nn::usize = 1;
            let (input, output) = __nn::one(input, output);
            #arena
            #one
        }

        fn forward_batch<const BATCH: __nn::usize>(
            &self,
            level: __nn::Level,
            input: &[Self::Input; BATCH],
            output: &mut [Self::Output; BATCH],
        ) {
            #arena
            #batch
        }

        fn forward_logits<const BATCH: __nn::usize>(
            &self,
            level: __nn::Level,
            input: &[Self::Input; BATCH],
            output: &mut [Self::Output; BATCH],
        ) {
            #arena
            #logits
        }
    }
}

/// One statement for each layer but those that only hand on what they get, made by `call` from field, input, output and whether it is the last.
fn statements(
    model: &Model,
    plan: &Plan<'_>,
    call: impl Fn(&Ident, TokenStream, TokenStream, bool) -> TokenStream,
) -> TokenStream {
    let last = model.layers.len().saturating_sub(1);
    let layers = model.layers.iter().enumerate();
    let called = layers.filter(|(i, _)| !is_view(model, *i));
    called
        .map(|(i, layer)| {
            let (places, x, y) = plan.places(i);
            let call = call(&layer.field, x, y, i == last);
            quote!(#places #call)
        })
        .collect()
}

/// `forward_train` and `logits`.
pub(super) fn training(model: &Model) -> TokenStream {
    let last = model.layers.len().saturating_sub(1);
    let statements = model.layers.iter().enumerate().map(|(i, layer)| {
        let field = &layer.field;
        let x = tape_input(model, i);
        let (y, tape) = if i == last {
            (quote!(output), quote!(tape.#field))
        } else {
            (quote!(&mut tape.#field.output), quote!(tape.#field.tape))
        };
        quote!(__nn::forward_train(&mut self.#field, context, #x, #y, &mut #tape);)
    });
    let logits = model.layers.last().map(|layer| {
        let (alias, field) = (alias(layer), &layer.field);
        let x = tape_input(model, last);
        quote!(__nn::logits::<#alias, _, BATCH>(#x, output, &tape.#field))
    });
    quote! {
        fn forward_train<const BATCH: __nn::usize>(
            &mut self,
            context: &mut __nn::Context<'_>,
            input: &[Self::Input; BATCH],
            output: &mut [Self::Output; BATCH],
            tape: &mut __Tape<BATCH>,
        ) {
            #(#statements)*
        }

        #[inline(always)]
        fn logits<'t, const BATCH: __nn::usize>(
            input: &'t [Self::Input; BATCH],
            output: &'t [Self::Output; BATCH],
            tape: &'t __Tape<BATCH>,
        ) -> &'t [Self::Output; BATCH] {
            #logits
        }
    }
}

/// The input of layer `i` in the forward pass.
pub(super) fn tape_input(model: &Model, i: usize) -> TokenStream {
    match i.checked_sub(1).and_then(|before| model.layers.get(before)) {
        None => quote!(input),
        Some(before) => {
            let field = &before.field;
            quote!(&tape.#field.output)
        }
    }
}
