//! A stand-in for a network whose declaration has mistakes, so that the code around it gets no errors of its own.

use super::folded::{self, Folded};
use super::{stream, trained, types};
use crate::model::Model;
use crate::paths::Paths;
use crate::shape::Shape;
use proc_macro2::TokenStream;
use quote::quote;

/// The struct with as much of its types as could be made out, and functions that do nothing.
pub(crate) fn stub(model: &Model, paths: &Paths) -> TokenStream {
    folded::each(model, &|model, folded| alone(model, folded, paths)).0
}

/// The same without the networks inside its blocks.
fn alone(model: &Model, folded: Option<&Folded>, paths: &Paths) -> TokenStream {
    let private = paths.private();
    let declaration = types::declaration(model, paths);
    let name = &model.name;
    let (input, output) = (model.input.tensor(paths), model.output.tensor(paths));
    let inherent = inherent(model, &input, &output);
    let stream = streamed(model, paths);
    let fold = folded.map(|folded| folded.stub_methods(model));
    let folded = folded.map(|folded| alone(&folded.model, None, paths));
    let text = name.to_string();
    quote! {
        #[allow(dead_code)]
        #declaration

        #[allow(unused, clippy::all, clippy::pedantic)]
        const _: () = {
            use #private as __nn;
            unsafe impl __nn::Zeroable for #name {}
            unsafe impl __nn::Plain for #name {
                const FLOATS: __nn::usize = 0;
            }
            #inherent
            impl __nn::Layer for #name {
                type Input = #input;
                type Output = #output;
                type Head = __nn::activation::Linear;
                const KIND: &'static __nn::str = "network";
                const MACS: __nn::usize = 0;
                fn forward<S: __nn::Simd>(&self, _: S, _: &#input, _: &mut #output) {
                    loop {}
                }
            }
            impl __nn::Train for #name {
                type Grad = ();
                type Tape<const BATCH: __nn::usize> = ();
                fn backward<const BATCH: __nn::usize>(&self, _: &mut __nn::Context<'_>, _: __nn::Pass<'_, Self, BATCH>) {
                    loop {}
                }
            }
            impl __nn::Network for #name {
                const SUMMARY: __nn::Summary = __nn::Summary { name: #text, input: &[], rows: &[], ram: 0 };
                const INPUT: __nn::usize = 0;
                const OUTPUT: __nn::usize = 0;
                const PARAMS: __nn::usize = 0;
            }
            #stream
            #fold
        };
        #folded
    }
}

/// The inherent items; where the input is not known, anything is taken for one.
fn inherent(model: &Model, input: &TokenStream, output: &TokenStream) -> TokenStream {
    let name = &model.name;
    let unknown = matches!(model.input, Shape::Unknown);
    let generics = if unknown {
        quote!(<X: ?__nn::core::marker::Sized>)
    } else {
        quote!()
    };
    let (one, array) = if unknown {
        (quote!(X), quote!(X))
    } else {
        (input.clone(), quote!([__nn::f32; N]))
    };
    let slice = if unknown { quote!(X) } else { quote!([#input]) };
    let view = if unknown {
        quote!(<X: ?__nn::core::marker::Sized>)
    } else {
        quote!(<const N: __nn::usize>)
    };
    let trained = model.weights.as_ref().map(|_| trained::stub(model));
    quote! {
        impl #name {
            pub const INPUT: __nn::usize = 1;
            pub const OUTPUT: __nn::usize = 1;
            pub const PARAMS: __nn::usize = 1;
            pub const MACS: __nn::usize = 1;
            pub const WEIGHT_BYTES: __nn::usize = 1;
            pub const TRAINABLE_PARAMS: __nn::usize = 1;
            pub const TRAINABLE_BYTES: __nn::usize = 1;
            pub const INFERENCE_RAM: __nn::usize = 1;
            pub const fn zeros() -> Self { loop {} }
            pub fn init<R: __nn::Rng + ?__nn::core::marker::Sized>(_: &mut R) -> Self { loop {} }
            __nn::boxed!();
            __nn::saved!();
            #trained
            pub fn predict #generics (&self, _: &#one) -> #output { loop {} }
            pub fn predict_into #generics (&self, _: &#one, _: &mut #output) { loop {} }
            pub fn predict_batch #generics (&self, _: &#slice, _: &mut [#output]) -> __nn::Result<()> { loop {} }
            pub const fn input #view (_: &#array) -> &#input { loop {} }
            pub const fn output<const N: __nn::usize>(_: &#output) -> &[__nn::f32; N] { loop {} }
            pub fn summary() -> __nn::Summary { loop {} }
            pub fn diagram() -> __nn::Diagram { loop {} }
        }
    }
}

/// `Stream` and its methods, whatever the layers are: that they can be streamed is not in question while they are wrong.
fn streamed(model: &Model, paths: &Paths) -> TokenStream {
    let name = &model.name;
    let one = quote!(__nn::SVector<__nn::f32, 1>);
    let input = stream::column(&model.input, paths);
    let output = stream::column(&model.output, paths).unwrap_or_else(|| one.clone());
    let (generics, x) = match &input {
        Some(input) => (quote!(), input.clone()),
        None => (quote!(<X: ?__nn::core::marker::Sized>), quote!(X)),
    };
    let step = input.unwrap_or(one);
    quote! {
        impl #name {
            pub fn step #generics (&self, _: &mut __nn::State<Self>, _: &#x) -> #output { loop {} }
            pub fn step_into #generics (&self, _: &mut __nn::State<Self>, _: &#x, _: &mut #output) { loop {} }
        }
        impl __nn::Stream for #name {
            type State = ();
            type Step = #step;
            type Result = #output;
            fn step<S: __nn::Simd>(&self, _: S, _: &mut (), _: &#step, _: &mut #output) {
                loop {}
            }
        }
        impl __nn::TrainStream for #name {}
    }
}
