//! Inference, and the forward pass of training: one statement for each layer.

use super::alias;
use super::arena::{Plan, is_view};
use crate::model::Model;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// `forward`, `forward_train` and `logits`.
pub(super) fn methods(model: &Model, plan: &Plan<'_>) -> TokenStream {
    let last = model.layers.len().saturating_sub(1);
    let forward = inference_method(model, plan, last, &format_ident!("forward"));
    let forward_logits = inference_method(model, plan, last, &format_ident!("forward_logits"));
    let training = model.layers.iter().enumerate().map(|(i, layer)| {
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
        #forward
        #forward_logits

        #[inline(always)]
        fn forward_train<S: __nn::Simd, const BATCH: __nn::usize>(
            &mut self,
            context: &mut __nn::Context<'_, S>,
            input: &[Self::Input; BATCH],
            output: &mut [Self::Output; BATCH],
            tape: &mut __Tape<BATCH>,
        ) {
            #(#training)*
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

/// `forward` and `forward_logits`, which differ in the last layer's call.
fn inference_method(model: &Model, plan: &Plan<'_>, last: usize, name: &Ident) -> TokenStream {
    let arena = plan.declaration();
    let statements = (0..=last).map(|i| inference(model, plan, i, last, name));
    quote! {
        #[inline(always)]
        fn #name<S: __nn::Simd, const BATCH: __nn::usize>(
            &self,
            simd: S,
            input: &[Self::Input; BATCH],
            output: &mut [Self::Output; BATCH],
        ) {
            #arena
            #(#statements)*
        }
    }
}

fn inference(model: &Model, plan: &Plan<'_>, i: usize, last: usize, call: &Ident) -> TokenStream {
    let Some(layer) = model.layers.get(i).filter(|_| !is_view(model, i)) else {
        return TokenStream::new();
    };
    let field = &layer.field;
    let (places, x, y) = plan.places(i);
    let call = if i == last {
        call.clone()
    } else {
        format_ident!("forward")
    };
    quote! {
        #places
        __nn::#call(&self.#field, simd, #x, #y);
    }
}

/// What layer `i` saw in the forward pass.
pub(super) fn tape_input(model: &Model, i: usize) -> TokenStream {
    match i.checked_sub(1).and_then(|before| model.layers.get(before)) {
        None => quote!(input),
        Some(before) => {
            let field = &before.field;
            quote!(&tape.#field.output)
        }
    }
}
