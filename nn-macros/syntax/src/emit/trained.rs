//! The weights of a network in its code.

use super::alias;
use crate::model::{Layer, Model};
use crate::shape::Shape;
use crate::weights::Trained;
use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};

/// `TRAINED`, and what can be computed from it in a `const`.
pub(super) fn trained(model: &Model, trained: &Trained) -> TokenStream {
    let name = &model.name;
    let place = &trained.place;
    let bytes = Literal::byte_string(&trained.bytes);
    let about = format!(
        " The network with the weights of `{}`, which were checked when it was compiled: in read-only memory, and there at once.",
        trained.written
    );
    let assertions = model.layers.iter().zip(&trained.shapes);
    let assertions = assertions.filter_map(|(layer, shapes)| shapes_fit(layer, shapes, trained));
    let constant = constant(model);
    quote! {
        // So that cargo compiles anew when the file changes.
        const _: &[__nn::u8] = __nn::core::include_bytes!(#place);
        #(#assertions)*
        impl #name {
            #[doc = #about]
            pub const TRAINED: &'static Self = &__nn::plain::from_bytes(*#bytes);
            #constant
        }
    }
}

/// A stand-in for it where the declaration has mistakes.
pub(super) fn stub(model: &Model) -> TokenStream {
    let constant = match classifier(model) {
        Some(_) => quote! {
            pub const fn classify_const<const N: __nn::usize>(&self, _: &[__nn::f32; N]) -> __nn::usize { loop {} }
        },
        None => TokenStream::new(),
    };
    quote! {
        pub const TRAINED: &'static Self = &__nn::zeroed();
        #constant
    }
}

/// The assertion that sizes which only the compiler knows are those of the file.
fn shapes_fit(layer: &Layer, shapes: &[Vec<usize>], trained: &Trained) -> Option<TokenStream> {
    let tensors = &layer.facts.tensors;
    let known = tensors
        .iter()
        .all(|tensor| tensor.axes.iter().all(|axis| axis.known().is_some()));
    if known && layer.facts.branches.is_empty() {
        return None;
    }
    let found: Vec<String> = shapes.iter().map(|axes| format!("{axes:?}")).collect();
    let message = format!(
        "`{}`: the weights of `{}` are {} in the file, which its sizes do not give; set them to those of the file",
        trained.written,
        layer.facts.text,
        found.join(", ")
    );
    let alias = alias(layer);
    let shapes = shapes.iter().map(|axes| quote!(&[#(#axes),*]));
    Some(quote_spanned! {layer.field.span()=>
        const _: () = __nn::core::assert!(__nn::weights::has_shapes::<#alias>(&[#(#shapes),*]), "{}", #message);
    })
}

/// The methods for a `const` of a network of dense layers with `relu` or nothing behind them: its class, and, unless a softmax or sigmoid
/// comes last, its outputs.
fn constant(model: &Model) -> Option<TokenStream> {
    let (inputs, outputs, relus) = classifier(model)?;
    let fields: Vec<_> = model.layers.iter().map(|layer| &layer.field).collect();
    let outputs_of = quote! {
        #(let output = __nn::dense_const(&self.#fields, #relus, &output);)*
    };
    let last = model.layers.last()?;
    let exact = matches!(last.facts.activation.as_deref(), None | Some("relu"));
    let predict = exact.then(|| quote! {
        /// The outputs for one input, in a `const` too. [`predict`](Self::predict) is far faster, and rounds otherwise.
        #[must_use]
        pub const fn predict_const(&self, input: &[__nn::f32; #inputs]) -> [__nn::f32; #outputs] {
            let output = *input;
            #outputs_of
            output
        }
    });
    Some(quote! {
        #predict

        /// The index of the largest output, the first of equals, in a `const` too: `assert!(NET.classify_const(&[…]) == 2)`.
        ///
        /// A last `softmax` or `sigmoid` keeps the order and is not computed. Where it would round different values to one output, the
        /// larger value counts here.
        #[must_use]
        pub const fn classify_const(&self, input: &[__nn::f32; #inputs]) -> __nn::usize {
            let output = *input;
            #outputs_of
            __nn::largest_of(&output)
        }
    })
}

/// The sizes of input and output, and whether there is a `relu` behind each layer, if a `const fn` can compute it.
fn classifier(model: &Model) -> Option<(TokenStream, TokenStream, Vec<bool>)> {
    let (Shape::Vector(inputs), Shape::Vector(outputs)) = (&model.input, &model.output) else {
        return None;
    };
    let last = model.layers.len().checked_sub(1)?;
    let relu = |(i, layer): (usize, &Layer)| {
        let dense = layer.facts.text.starts_with("dense ");
        match layer.facts.activation.as_deref() {
            _ if !dense => None,
            None | Some("linear") => Some(false),
            Some("relu") => Some(true),
            // They keep the order.
            Some("softmax" | "sigmoid" | "log_softmax") if i == last => Some(false),
            Some(_) => None,
        }
    };
    let relus: Option<Vec<bool>> = model.layers.iter().enumerate().map(relu).collect();
    Some((
        inputs.expression().clone(),
        outputs.expression().clone(),
        relus?,
    ))
}
