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
use folded::Folded;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};

pub(crate) use stub::stub;

/// The struct, and everything else in one `const` block that keeps its names to itself; the networks inside its blocks before it.
pub(crate) fn network(model: &Model, trained: Option<&Trained>, paths: &Paths) -> TokenStream {
    let emit = |inner: &Model, folded: Option<&Folded>| {
        // The weights are those of the whole network.
        let trained = trained.filter(|_| core::ptr::eq(inner, model));
        alone(inner, folded, trained, paths)
    };
    folded::each(model, &emit).0
}

/// A network without those inside its blocks, and the one it folds to, if it does.
fn alone(
    model: &Model,
    folded: Option<&Folded>,
    trained: Option<&Trained>,
    paths: &Paths,
) -> TokenStream {
    let private = paths.private();
    let declaration = types::declaration(model, paths);
    let types = types::hidden(model);
    let api = api::inherent(model, paths);
    let layer = layer_impl(model, paths);
    let train = train_impl(model);
    let network = network_impl(model, paths);
    let stream = stream::stream(model, paths);
    let assertions = &model.assertions;
    let state = stream::state(model, paths);
    let fold = folded.map(|folded| folded.methods(model));
    // The networks inside its blocks have said themselves what they fold to.
    let folded = folded.map(|folded| alone(&folded.model, None, None, paths));
    let trained = trained.map(|trained| self::trained::trained(model, trained));
    quote! {
        #declaration
        #state

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

/// Bounds that say that the layers can be trained which the macro does not know. A bound that is plainly false would be an error in itself; quantified
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
            quote!(penalty += self.#field #place.regularize_kernel(&mut gradient.#field, add, #l1, #l2);)
        });
        quote! {
            penalty += __nn::Train::regularize(&self.#field, &mut gradient.#field, add);
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
            fn regularize(&self, gradient: &mut __Gradient, add: __nn::bool) -> __nn::f32 {
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
    let rows = model.layers.iter().map(|layer| row(layer, paths));
    let input = model.input.dims(paths);
    quote! {
        impl #name where #(#bounds),* {
            // Not in `summary`, where it would be without the bounds.
            const __ROWS: &'static [__nn::Row] = &[#(#rows),*];

            /// The table of layers, to be printed.
            #[must_use]
            pub const fn summary() -> __nn::Summary {
                __nn::Summary { name: #text, input: #input, rows: Self::__ROWS, ram: Self::INFERENCE_RAM }
            }

            /// The network as a picture: `std::fs::write("net.svg", Net::diagram().to_string())`.
            #[must_use]
            pub const fn diagram() -> __nn::Diagram {
                Self::summary().diagram()
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

/// A row of the summary. That of a block holds the rows of the layers inside it.
fn row(layer: &Layer, paths: &Paths) -> TokenStream {
    let facts = &layer.facts;
    let name = ident_text(&layer.field);
    let (text, output) = (&facts.text, facts.output.dims(paths));
    if facts.branches.is_empty() {
        let alias = alias(layer);
        return quote!(__nn::row::<#alias>(#name, #text, #output));
    }
    let empty = facts.empty_branches;
    let branches = facts.branches.iter().map(|branch| {
        let (path, network) = (&branch.path, &branch.model.name);
        quote!(__nn::Branch { path: #path, rows: #network::__ROWS })
    });
    quote!(__nn::block_row(#name, #text, #output, &[#(#branches),*], #empty))
}
