//! One step of a sequence at a time, for a network whose layers all work so.
//!
//! The macro does not know which layers do: the compiler is asked. A bound that is plainly false would be an error in itself; one
//! that is quantified over a lifetime makes the `impl` not apply, and calling `step` an error that names the layer.

use super::forward::tape_input;
use super::{alias, ident_text, trains};
use crate::model::{Memory, Model};
use crate::paths::Paths;
use crate::shape::Shape;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

/// `impl Stream`, and the methods of the user's.
pub(super) fn stream(model: &Model, paths: &Paths) -> TokenStream {
    let (name, bounds) = (&model.name, &model.bounds);
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
    let state = state_type(model);
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
    let implementations = implementations(model, paths);
    // Nothing that is not used has a name.
    let remembers = model.remembering().next().is_some();
    let (own, all) = if remembers {
        (quote!(state), quote!(states))
    } else {
        (quote!(_), quote!(_))
    };
    quote! {
        impl __nn::Stream for #name where #(#bounds,)* #(#streamed),* {
            type State = #state;
            type Step = #input;
            type Result = #output;

            #[inline(always)]
            fn step<S: __nn::Simd>(
                &self,
                simd: S,
                #own: &mut Self::State,
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
                #all: &mut [Self::State; BATCH],
                input: &[Self::Input; BATCH],
                output: &mut [Self::Output; BATCH],
                tape: &mut __Tape<BATCH>,
            ) {
                #(#windows)*
            }
        }

        #methods
        #implementations
    }
}

/// The struct that a network remembers, one field for each layer that does; a network whose layers remember nothing has none.
pub(super) fn state(model: &Model, paths: &Paths) -> Option<TokenStream> {
    let (private, visibility, network) = (paths.private(), &model.visibility, &model.name);
    let name = state_name(model)?;
    let bounds = outside(model, paths);
    let fields = model.remembering().map(|layer| {
        let (field, ty) = (&layer.field, &layer.facts.ty);
        let doc = format!(" Of `{}`: `{}`.", ident_text(field), layer.facts.text);
        quote!(#[doc = #doc] pub #field: <#ty as #private::Stream>::State)
    });
    let network = ident_text(network);
    let about = format!(
        " The memory of a stream through [`{network}`], layer by layer: what a `State<{network}>` holds."
    );
    Some(quote! {
        #[doc = #about]
        #[repr(C)]
        #[allow(non_camel_case_types, dead_code)]
        #visibility struct #name <> where #(#bounds),* {
            #(#fields),*
        }
    })
}

/// The struct's name: with two underscores, as no name of the user's is written.
fn state_name(model: &Model) -> Option<Ident> {
    model.remembering().next()?;
    let name = &model.name;
    let state = format_ident!("{}__State", ident_text(name));
    Some(Ident::new(
        &state.to_string(),
        name.span().resolved_at(Span::call_site()),
    ))
}

/// The state as a type.
fn state_type(model: &Model) -> TokenStream {
    let name = state_name(model);
    name.map_or(quote!(()), |name| quote!(#name))
}

/// The bounds that the struct needs, in the words of the place where it stands: that the layers can be streamed of which the macro
/// does not know.
fn outside(model: &Model, paths: &Paths) -> Vec<TokenStream> {
    let private = paths.private();
    let unknown = model
        .remembering()
        .filter(|layer| layer.facts.memory == Memory::Perhaps);
    unknown
        .map(|layer| {
            let ty = &layer.facts.ty;
            quote!(for<'a> #ty: #private::Stream)
        })
        .collect()
}

/// The traits of every state whose layers' states have them.
fn implementations(model: &Model, paths: &Paths) -> Option<TokenStream> {
    let name = state_name(model)?;
    let text = name.to_string();
    let bounds = outside(model, paths);
    let fields: Vec<_> = model.remembering().map(|layer| &layer.field).collect();
    let each = |word: TokenStream| {
        let layers = model.remembering().map(alias);
        layers
            .map(|alias| quote!(for<'a> <#alias as __nn::Stream>::State: #word))
            .collect::<Vec<_>>()
    };
    let clone = each(quote!(__nn::core::clone::Clone));
    let debug = each(quote!(__nn::core::fmt::Debug));
    let strings = fields.iter().map(|field| ident_text(field));
    Some(quote! {
        // SAFETY: `Stream` says that every layer's state is `Zeroed`.
        unsafe impl __nn::Zeroable for #name where #(#bounds),* {}
        impl __nn::core::clone::Clone for #name where #(#bounds,)* #(#clone),* {
            fn clone(&self) -> Self {
                Self { #(#fields: self.#fields.clone()),* }
            }
        }
        impl __nn::core::fmt::Debug for #name where #(#bounds,)* #(#debug),* {
            fn fmt(&self, f: &mut __nn::core::fmt::Formatter<'_>) -> __nn::core::fmt::Result {
                f.debug_struct(#text)#(.field(#strings, &self.#fields))*.finish()
            }
        }
    })
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

/// The call of layer `i`.
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
    let (declaration, y) = if i + 1 == model.layers.len() {
        (TokenStream::new(), quote!(output))
    } else {
        let result = format_ident!("{}_result", ident_text(field));
        let declaration = quote!(let mut #result = __nn::result::<#alias>(););
        (declaration, quote!(&mut #result))
    };
    let call = if layer.facts.memory == Memory::Nothing {
        quote!(__nn::step_alone(&self.#field, simd, #x, #y);)
    } else {
        quote!(__nn::step(&self.#field, simd, &mut state.#field, #x, #y);)
    };
    quote!(#declaration #call)
}

/// The call of layer `i` in training from a state.
fn window(model: &Model, i: usize) -> TokenStream {
    let Some(layer) = model.layers.get(i) else {
        return TokenStream::new();
    };
    let field = &layer.field;
    let x = tape_input(model, i);
    let (y, tape) = if i + 1 == model.layers.len() {
        (quote!(output), quote!(tape.#field))
    } else {
        (quote!(&mut tape.#field.output), quote!(tape.#field.tape))
    };
    if layer.facts.memory == Memory::Nothing {
        return quote!(__nn::window_alone(&mut self.#field, context, #x, #y, &mut #tape););
    }
    quote! {
        __nn::forward_window(&mut self.#field, context, states, |state| &mut state.#field, #x, #y, &mut #tape);
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
