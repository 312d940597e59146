//! `Model` -> tokens. Nothing here can fail, and no arithmetic of layers is quoted: every layer is one statement that
//! calls a function of `nn_core::__private`.

mod api;
mod arena;
mod backward;
mod docs;
mod folded;
mod forward;
mod stream;
mod stub;
mod trained;
mod types;

use crate::model::{Layer, Model};
use crate::paths::Paths;
use crate::weights::Trained;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};

pub(crate) use stub::stub;

/// The struct, and everything else in one `const` block that keeps its names to itself; the networks inside its blocks before it.
pub(crate) fn network(model: &Model, trained: Option<&Trained>, paths: &Paths) -> TokenStream {
    let branches = model.branches().map(|branch| network(branch, None, paths));
    let alone = alone(model, trained, paths);
    quote!(#(#branches)* #alone)
}

/// The same without the networks inside its blocks.
fn alone(model: &Model, trained: Option<&Trained>, paths: &Paths) -> TokenStream {
    let private = paths.private();
    let declaration = types::declaration(model);
    let types = types::hidden(model);
    let api = api::inherent(model, paths);
    let layer = layer_impl(model, paths);
    let train = train_impl(model);
    let network = network_impl(model, paths);
    let stream = stream::stream(model, paths);
    let assertions = &model.assertions;
    let folded = folded::folded(model);
    let fold = folded.as_ref().map(|folded| folded.methods(model));
    // The networks inside its blocks have said themselves what they fold to.
    let folded = folded.map(|folded| alone(&folded.model, None, paths));
    let trained = trained.map(|trained| self::trained::trained(model, trained));
    quote! {
        #declaration

        #[allow(non_camel_case_types, clippy::all, clippy::pedantic)]
        const _: () = {
            use #private as __nn;
            #(const _: () = #assertions;)*
            #types
            #api
            #layer
            #train
            #network
            #stream
            #fold
            #trained
        };
        #folded
    }
}

/// The alias of a layer's type inside the `const` block.
fn alias(layer: &Layer) -> Ident {
    format_ident!("__{}", ident_text(&layer.field), span = layer.field.span())
}

pub(crate) fn ident_text(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map(str::to_owned).unwrap_or(text)
}

fn layer_impl(model: &Model, paths: &Paths) -> TokenStream {
    let (input, output) = (model.input.tensor(paths), model.output.tensor(paths));
    let name = &model.name;
    let aliases: Vec<_> = model.layers.iter().map(alias).collect();
    let last = aliases.last();
    // A layer that only hands its input on has nothing to say of it.
    let first = (0..aliases.len()).find(|i| !arena::is_view(model, *i));
    let first = first.and_then(|i| aliases.get(i));
    let bounds = &model.bounds;
    let names = model.layers.iter().map(|layer| ident_text(&layer.field));
    let activations = model
        .layers
        .iter()
        .map(|layer| layer.facts.activation.as_deref().unwrap_or_default());
    let plan = arena::Plan::new(model, paths);
    let scratch = plan.scratch_bytes();
    let inference = forward::inference(model, &plan);
    quote! {
        impl __nn::Layer for #name where #(#bounds),* {
            type Input = #input;
            type Output = #output;
            type Head = <#last as __nn::Layer>::Head;
            const KIND: &'static __nn::str = "network";
            const MACS: __nn::usize = __nn::sum(&[#(<#aliases as __nn::Layer>::MACS),*]);
            const SCRATCH_BYTES: __nn::usize = #scratch;
            const UNTRAINED: __nn::usize = __nn::sum(&[#(<#aliases as __nn::Layer>::UNTRAINED),*]);
            const INDICES: __nn::core::option::Option<__nn::usize> = <#first as __nn::Layer>::INDICES;
            const PARTS: &'static [__nn::Part] = &[#(__nn::Part::layer::<#aliases>(#names, #activations)),*];
            #inference
        }
    }
}

/// That the layers can be trained which the macro does not know. A bound that is plainly false would be an error in itself; quantified
/// over a lifetime, it makes the `impl` not apply.
fn trains(model: &Model) -> Vec<TokenStream> {
    let foreign = model.layers.iter().filter(|layer| types::is_foreign(layer));
    foreign
        .map(|layer| {
            let alias = alias(layer);
            quote_spanned!(layer.field.span()=> for<'a> #alias: __nn::Train)
        })
        .collect()
}

fn train_impl(model: &Model) -> TokenStream {
    let (name, bounds) = (&model.name, &model.bounds);
    let trains = trains(model);
    let fields = model.layers.iter().map(|layer| &layer.field);
    let init = model.layers.iter().map(|layer| {
        let field = &layer.field;
        let place = &layer.facts.place;
        let kernel = layer.facts.kernel_initializer.iter();
        let recurrent = layer.facts.recurrent_initializer.iter();
        let bias = layer.facts.bias_initializer.iter();
        quote! {
            __nn::Train::init(&mut self.#field, rng);
            #(self.#field #place.init_kernel_with(&#kernel, rng);)*
            #(self.#field #place.init_recurrent_kernel_with(&#recurrent, rng);)*
            #(self.#field #place.init_bias_with(&#bias, rng);)*
        }
    });
    let regularize = model.layers.iter().map(|layer| {
        let field = &layer.field;
        let place = &layer.facts.place;
        let penalty = layer.facts.penalty.iter().map(|(l1, l2)| {
            quote!(penalty += self.#field #place.regularize_kernel(&mut gradient.#field, #l1, #l2);)
        });
        quote! {
            penalty += __nn::Train::regularize(&self.#field, &mut gradient.#field);
            #(#penalty)*
        }
    });
    let forward = forward::training(model);
    let (backward, function) = (backward::methods(), backward::function(model));
    quote! {
        impl __nn::Train for #name where #(#bounds,)* #(#trains),* {
            type Grad = __Gradient;
            type Tape<const BATCH: __nn::usize> = __Tape<BATCH>;

            fn init<R: __nn::Rng + ?__nn::core::marker::Sized>(&mut self, rng: &mut R) {
                #(#init)*
            }
            #forward
            #backward
            fn visit(&mut self, gradient: &mut __Gradient, visitor: &mut dyn __nn::Visitor) {
                #(__nn::Train::visit(&mut self.#fields, &mut gradient.#fields, visitor);)*
            }
            fn regularize(&self, gradient: &mut __Gradient) -> __nn::f32 {
                let mut penalty = 0.0;
                #(#regularize)*
                penalty
            }
        }

        #function
    }
}

fn network_impl(model: &Model, paths: &Paths) -> TokenStream {
    let (name, bounds) = (&model.name, &model.bounds);
    let trains = trains(model);
    let text = ident_text(name);
    let rows = rows(model, "", paths);
    quote! {
        impl #name where #(#bounds),* {
            // Not in `summary`, where it would be without the bounds.
            const __ROWS: &'static [__nn::Row] = &[#(#rows),*];

            /// The table of layers, to be printed.
            #[must_use]
            pub const fn summary() -> __nn::Summary {
                __nn::Summary { name: #text, rows: Self::__ROWS }
            }
        }

        impl __nn::Network for #name where #(#bounds,)* #(#trains),* {
            const SUMMARY: __nn::Summary = #name::summary();
            const INPUT: __nn::usize = #name::INPUT;
            const OUTPUT: __nn::usize = #name::OUTPUT;
            const PARAMS: __nn::usize = #name::PARAMS;
        }
    }
}

/// The rows of the summary. The layers inside a block come before it, as in Keras, under the path by which the user reaches them.
fn rows(model: &Model, prefix: &str, paths: &Paths) -> Vec<TokenStream> {
    let mut rows = Vec::new();
    for layer in &model.layers {
        let facts = &layer.facts;
        let name = format!("{prefix}{}", ident_text(&layer.field));
        let (text, output) = (&facts.text, facts.output.dims(paths));
        for branch in &facts.branches {
            let prefix = format!("{name}.{}.", branch.path);
            rows.extend(self::rows(&branch.model, &prefix, paths));
        }
        let alias = alias(layer);
        let ty = if prefix.is_empty() {
            quote!(#alias)
        } else {
            let ty = &facts.ty;
            quote!(#ty)
        };
        rows.push(if facts.branches.is_empty() {
            quote!(__nn::row::<#ty>(#name, #text, #output))
        } else {
            quote!(__nn::block_row(#name, #text, #output))
        });
    }
    rows
}
