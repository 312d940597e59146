//! One step of a sequence at a time, for a network whose layers all work so.
//!
//! The macro does not know which layers do: the compiler is asked. A bound that is plainly false would be an error in itself; one
//! that is quantified over a lifetime makes the `impl` not apply, and calling `step` an error that names the layer.

use super::forward::tape_input;
use super::{alias, ident_text, trains};
use crate::model::Model;
use crate::paths::Paths;
use crate::shape::Shape;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};

/// `impl Stream`, and the methods of the user's.
pub(super) fn stream(model: &Model, paths: &Paths) -> TokenStream {
    let (name, bounds) = (&model.name, &model.bounds);
    let aliases: Vec<_> = model.layers.iter().map(alias).collect();
    // A layer that cannot be streamed is shown where the user wrote it.
    let every = |word: &'static str| {
        model.layers.iter().map(move |layer| {
            // All of the bound is at that place, or the compiler shows none.
            let (alias, word) = (alias(layer), Ident::new(word, layer.field.span()));
            quote_spanned!(layer.field.span()=> for<'a> #alias: __nn::#word)
        })
    };
    let (streamed, windowed) = (every("Stream"), every("TrainStream"));
    let trains = trains(model);
    let states = aliases.iter().rev().fold(
        quote!(()),
        |rest, alias| quote!((<#alias as __nn::Stream>::State, #rest)),
    );
    let (input, output) = (step(model, paths), result(model, paths));
    let statements = (0..model.layers.len()).map(|i| statement(model, i));
    let windows = (0..model.layers.len()).map(|i| window(model, i));
    // Of a type of the user's that is no layer, the bounds speak, and not a signature.
    let own = |shape, name| column(shape, paths).unwrap_or(quote!(<Self as __nn::Stream>::#name));
    let (taken, given) = (
        own(&model.input, format_ident!("Step")),
        own(&model.output, format_ident!("Result")),
    );
    let methods = methods(model, &taken, &given);
    quote! {
        impl __nn::Stream for #name where #(#bounds,)* #(#streamed),* {
            type State = #states;
            type Step = #input;
            type Result = #output;

            #[inline(always)]
            fn step<S: __nn::Simd>(
                &self,
                simd: S,
                state: &mut Self::State,
                input: &Self::Step,
                output: &mut Self::Result,
            ) {
                #(#statements)*
            }
        }

        impl __nn::TrainStream for #name where #(#bounds,)* #(#trains,)* #(#windowed),* {
            fn forward_window<const BATCH: __nn::usize>(
                &mut self,
                context: &mut __nn::Context<'_>,
                states: &mut [Self::State; BATCH],
                input: &[Self::Input; BATCH],
                output: &mut [Self::Output; BATCH],
                tape: &mut __Tape<BATCH>,
            ) {
                #(#windows)*
            }
        }

        #methods
    }
}

/// `step` and `step_into`.
fn methods(model: &Model, input: &TokenStream, output: &TokenStream) -> TokenStream {
    let (name, bounds) = (&model.name, &model.bounds);
    // A wrong argument is shown with the method it goes to, at the network's name instead of the whole macro.
    let [step, step_into] = ["step", "step_into"].map(|method| Ident::new(method, name.span()));
    quote! {
        impl #name where #(#bounds),* {
            /// Takes one step of a sequence and gives what the network makes of the stream so far.
            ///
            /// Fed all steps of a sequence, the results are what [`predict`](Self::predict) makes of the whole: each step's output
            /// where that is a sequence, the last step's where it is a vector. It takes the same time for every step and no heap.
            #[inline]
            pub fn #step(&self, state: &mut __nn::State<Self>, input: &#input) -> #output
            where
                for<'a> Self: __nn::Stream,
            {
                __nn::step_one(self, state, input)
            }

            /// [`step`](Self::step) that writes to `output`.
            #[inline]
            pub fn #step_into(&self, state: &mut __nn::State<Self>, input: &#input, output: &mut #output)
            where
                for<'a> Self: __nn::Stream,
            {
                __nn::step_into(self, state, input, output);
            }
        }
    }
}

/// The call of layer `i`: its state is the first of the pair, the rest is that of the layers after it.
fn statement(model: &Model, i: usize) -> TokenStream {
    let Some(layer) = model.layers.get(i) else {
        return TokenStream::new();
    };
    let (field, alias) = (&layer.field, alias(layer));
    let x = match i.checked_sub(1).and_then(|before| model.layers.get(before)) {
        None => quote!(input),
        Some(before) => {
            let result = format_ident!("{}_result", ident_text(&before.field));
            quote!(&#result)
        }
    };
    if i + 1 == model.layers.len() {
        return quote!(__nn::step(&self.#field, simd, &mut state.0, #x, output););
    }
    let result = format_ident!("{}_result", ident_text(field));
    quote! {
        let mut #result = __nn::result::<#alias>();
        __nn::step(&self.#field, simd, &mut state.0, #x, &mut #result);
        let state = &mut state.1;
    }
}

/// The call of layer `i` in training from a state.
fn window(model: &Model, i: usize) -> TokenStream {
    let Some(layer) = model.layers.get(i) else {
        return TokenStream::new();
    };
    let field = &layer.field;
    let x = tape_input(model, i);
    let rest = (0..i).map(|_| quote!(.1));
    let (y, tape) = if i + 1 == model.layers.len() {
        (quote!(output), quote!(tape.#field))
    } else {
        (quote!(&mut tape.#field.output), quote!(tape.#field.tape))
    };
    quote! {
        __nn::forward_window(&mut self.#field, context, states, |state| &mut state #(#rest)*.0, #x, #y, &mut #tape);
    }
}

/// One step of the input: a column.
fn step(model: &Model, paths: &Paths) -> TokenStream {
    column(&model.input, paths).unwrap_or_else(|| {
        let first = model.layers.first().map(alias);
        quote!(<#first as __nn::Stream>::Step)
    })
}

/// One step of the output.
fn result(model: &Model, paths: &Paths) -> TokenStream {
    column(&model.output, paths).unwrap_or_else(|| {
        let last = model.layers.last().map(alias);
        quote!(<#last as __nn::Stream>::Result)
    })
}

/// The values of a vector, step or pixel, where the macro knows which of its sizes they are.
pub(super) fn column(shape: &Shape, paths: &Paths) -> Option<TokenStream> {
    let sizes = shape.sizes();
    let channels = sizes.last()?.expression();
    let private = paths.private();
    Some(quote!(#private::SVector<#private::f32, #channels>))
}
