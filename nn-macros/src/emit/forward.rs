//! Inference, and the forward pass of training: one statement for each layer.

use super::alias;
use crate::model::{Inference, Model};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// Whether a layer's output at inference is its input under another type, so that no buffer is needed.
///
/// The last layer writes to the caller's memory and is never a view.
pub(super) fn is_view(model: &Model, i: usize) -> bool {
    i + 1 < model.layers.len()
        && model
            .layers
            .get(i)
            .is_some_and(|layer| layer.facts.inference == Inference::View)
}

/// The variable that holds a layer's output.
fn output(model: &Model, i: usize) -> Ident {
    match model.layers.get(i) {
        Some(layer) => format_ident!("{}_output", super::ident_text(&layer.field)),
        None => format_ident!("output"),
    }
}

/// `forward`, `forward_train` and `logits`.
pub(super) fn methods(model: &Model) -> TokenStream {
    let last = model.layers.len().saturating_sub(1);
    let forward = inference_method(model, last, &format_ident!("forward"));
    let forward_logits = inference_method(model, last, &format_ident!("forward_logits"));
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
fn inference_method(model: &Model, last: usize, name: &Ident) -> TokenStream {
    let statements = (0..=last).map(|i| inference(model, i, last, name));
    quote! {
        #[inline(always)]
        fn #name<S: __nn::Simd, const BATCH: __nn::usize>(
            &self,
            simd: S,
            input: &[Self::Input; BATCH],
            output: &mut [Self::Output; BATCH],
        ) {
            #(#statements)*
        }
    }
}

fn inference(model: &Model, i: usize, last: usize, call: &Ident) -> TokenStream {
    let Some(layer) = model.layers.get(i) else {
        return TokenStream::new();
    };
    let (field, alias, y) = (&layer.field, alias(layer), output(model, i));
    let x = match i.checked_sub(1) {
        None => quote!(input),
        Some(before) if is_view(model, before) => {
            let before = output(model, before);
            quote!(#before)
        }
        Some(before) => {
            let before = output(model, before);
            quote!(&#before)
        }
    };
    if i == last {
        quote!(__nn::#call(&self.#field, simd, #x, output);)
    } else if is_view(model, i) {
        quote!(let #y = __nn::same::<#alias, _, BATCH>(#x);)
    } else {
        quote! {
            let mut #y = __nn::buffer::<#alias, BATCH>();
            __nn::forward(&self.#field, simd, #x, &mut #y);
        }
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
