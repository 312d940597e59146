//! The struct, its gradient and its tape.

use super::{alias, docs, ident_text, trains};
use crate::model::{Branch, Inference, Layer, Model, Sizes};
use crate::paths::Paths;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

/// The struct as the user sees it, after the sizes of its layers.
pub(super) fn declaration(model: &Model, paths: &Paths) -> TokenStream {
    let sizes = model.layers.iter().map(|layer| sizes(model, layer, paths));
    let (attributes, visibility, name) = (&model.attributes, &model.visibility, &model.name);
    let fields = model.layers.iter().map(|layer| {
        let (field, ty, doc) = (&layer.field, &layer.facts.ty, docs::field(layer));
        quote!(#[doc = #doc] pub #field: #ty)
    });
    let table = docs::table(model);
    quote! {
        #(#sizes)*

        #(#attributes)*
        #(#[doc = #table])*
        #[repr(C)]
        // An undefined name in a field would be reported here with the advice to make it a parameter of the struct, and everywhere else
        // without: two messages. Rust gives no such advice where the angle brackets are the macro's.
        #visibility struct #name <> {
            #(#fields),*
        }
    }
}

/// The type of a layer's sizes, if it has one of its own.
fn sizes(model: &Model, layer: &Layer, paths: &Paths) -> Option<TokenStream> {
    let Sizes { name, numbers } = layer.facts.sizes.as_ref()?;
    let (visibility, network) = (&model.visibility, ident_text(&model.name));
    let (private, trait_) = (paths.private(), paths.public(quote!(layer::LayerShape)));
    let doc = format!("{} in [`{network}`].", docs::field(layer));
    Some(quote! {
        #[doc = #doc]
        #[derive(
            #private::core::clone::Clone,
            #private::core::marker::Copy,
            #private::core::fmt::Debug,
            #private::core::cmp::PartialEq,
        )]
        #[allow(non_camel_case_types, dead_code)]
        #visibility struct #name;
        impl <> #trait_ for #name {
            type Sizes = #numbers;
        }
    })
}

/// Aliases of the layers' types, the gradient and the tape.
pub(super) fn hidden(model: &Model) -> TokenStream {
    let (name, bounds) = (&model.name, &model.bounds);
    let aliases: Vec<_> = model.layers.iter().map(alias).collect();
    let types = model.layers.iter().map(|layer| &layer.facts.ty);
    let fields: Vec<_> = model.layers.iter().map(|layer| &layer.field).collect();
    // A type of the user's that is not what it should be is reported for the bounds, and nothing else.
    let checks = model.layers.iter().map(|layer| {
        let alias = alias(layer);
        quote_spanned!(layer.field.span()=> __nn::is_layer::<#alias>();)
    });
    // Where a type of the user's is no layer, that is enough to say; what it views later is compared then.
    let layout = bounds
        .is_empty()
        .then(|| quote!(const _: () = __nn::plain::has_layout_of_floats::<#name>();));
    let trains = trains(model);
    let last = model.layers.len().saturating_sub(1);
    let tapes = aliases.iter().enumerate().map(|(i, alias)| {
        if i == last {
            quote!(<#alias as __nn::Train>::Tape<BATCH>)
        } else {
            quote!(__nn::Step<#alias, BATCH>)
        }
    });
    quote! {
        #(type #aliases = #types;)*

        // SAFETY: every layer consists of `f32` only, and the function below says that these are the fields, whatever an attribute
        // made of the struct.
        unsafe impl __nn::Zeroable for #name where #(#bounds),* {}
        // SAFETY: as above.
        unsafe impl __nn::Plain for #name where #(#bounds),* {
            const FLOATS: __nn::usize = 0 #(+ <#aliases as __nn::Plain>::FLOATS)*;
        }
        fn __fields(net: &#name) where #(#bounds),* {
            let #name { #(#fields: _),* } = net;
            #(let _: *const #aliases = &raw const net.#fields;)*
        }
        fn __layers() where #(#bounds),* { #(#checks)* }
        #layout

        #[repr(C)]
        pub struct __Gradient where #(#bounds,)* #(#trains),* {
            #(#fields: <#aliases as __nn::Train>::Grad),*
        }
        // SAFETY: `Train` says that every gradient is `Plain`.
        unsafe impl __nn::Zeroable for __Gradient where #(#bounds,)* #(#trains),* {}
        // SAFETY: as above.
        unsafe impl __nn::Plain for __Gradient where #(#bounds,)* #(#trains),* {
            const FLOATS: __nn::usize = 0 #(+ <<#aliases as __nn::Train>::Grad as __nn::Plain>::FLOATS)*;
        }

        #[repr(C)]
        pub struct __Tape<const BATCH: __nn::usize> where #(#bounds,)* #(#trains),* {
            #(#fields: #tapes),*
        }
        // SAFETY: `Train` says that every tape is `Zeroed`, and so is a step.
        unsafe impl<const BATCH: __nn::usize> __nn::Zeroable for __Tape<BATCH> where #(#bounds,)* #(#trains),* {}
    }
}

/// Whether a layer is of a type of the user's, or has one inside it.
pub(super) fn is_foreign(layer: &Layer) -> bool {
    let facts = &layer.facts;
    let inside = |branch: &Branch| !branch.model.bounds.is_empty();
    facts.inference == Inference::Foreign || facts.branches.iter().any(inside)
}
