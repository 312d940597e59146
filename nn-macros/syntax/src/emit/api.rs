//! The inherent items of a network, so that no trait needs to be in scope and rustdoc shows them.

use super::{alias, trains};
use crate::model::Model;
use crate::paths::Paths;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// The inherent `impl`.
pub(super) fn inherent(model: &Model, paths: &Paths) -> TokenStream {
    let (name, bounds) = (&model.name, &model.bounds);
    let aliases: Vec<_> = model.layers.iter().map(alias).collect();
    let (input, output) = (model.input.tensor(paths), model.output.tensor(paths));
    let (inputs, outputs) = (model.input.len(paths), model.output.len(paths));
    let (inputs, outputs) = (inputs.expression(), outputs.expression());
    // A wrong argument is shown with the method it goes to, at the network's name instead of the whole macro.
    let [predict, predict_into, predict_batch, view_input] =
        ["predict", "predict_into", "predict_batch", "input"]
            .map(|method| Ident::new(method, name.span()));
    let trained = (!trains(model).is_empty()).then(|| quote!(where for<'a> Self: __nn::Train));
    let constants = constants(&quote!(#inputs), &quote!(#outputs), &aliases);
    quote! {
        impl #name where #(#bounds),* {
            #constants

            /// A network of zeros; can initialise a `static`.
            #[must_use]
            pub const fn zeros() -> Self {
                __nn::zeroed()
            }

            /// A network with fresh weights.
            #[must_use]
            pub fn init<R: __nn::Rng + ?__nn::core::marker::Sized>(rng: &mut R) -> Self #trained {
                __nn::made(|network| __nn::Train::init(network, rng))
            }

            __nn::boxed!();
            __nn::saved!();

            /// The output for one input.
            #[must_use]
            #[inline]
            pub fn #predict(&self, input: &#input) -> #output {
                __nn::predict(self, input)
            }

            /// Writes the output for one input to `output`.
            #[inline]
            pub fn #predict_into(&self, input: &#input, output: &mut #output) {
                __nn::predict_into(self, input, output);
            }

            /// Writes the output for each of `inputs` to `outputs`.
            ///
            /// # Errors
            ///
            /// If the slices differ in length.
            pub fn #predict_batch(&self, inputs: &[#input], outputs: &mut [#output]) -> __nn::Result<()> {
                __nn::predict_batch(self, inputs, outputs)
            }

            /// An array as an input, without a copy.
            #[must_use]
            #[inline]
            pub const fn #view_input(values: &[__nn::f32; #inputs]) -> &#input {
                __nn::view(values)
            }

            /// An output as an array, without a copy.
            #[must_use]
            #[inline]
            pub const fn output(values: &#output) -> &[__nn::f32; #outputs] {
                __nn::view(values)
            }
        }
    }
}

fn constants(inputs: &TokenStream, outputs: &TokenStream, aliases: &[Ident]) -> TokenStream {
    quote! {
        /// Values in one input.
        pub const INPUT: __nn::usize = #inputs;
        /// Values in one output.
        pub const OUTPUT: __nn::usize = #outputs;
        /// Parameters, trained or not.
        pub const PARAMS: __nn::usize = __nn::sum(&[#(__nn::len::<#aliases>()),*]);
        /// Parameters that are trained: without running statistics.
        pub const TRAINABLE_PARAMS: __nn::usize = Self::PARAMS - <Self as __nn::Layer>::UNTRAINED;
        /// Multiply-accumulate operations of one prediction.
        pub const MACS: __nn::usize = <Self as __nn::Layer>::MACS;
        /// Bytes of all parameters.
        pub const WEIGHT_BYTES: __nn::usize = __nn::core::mem::size_of::<Self>();
        /// Bytes of those that are trained, which is what a gradient takes.
        pub const TRAINABLE_BYTES: __nn::usize = Self::TRAINABLE_PARAMS * __nn::core::mem::size_of::<__nn::f32>();
        /// Bytes of the buffers that [`predict`](Self::predict) places on the stack: its output, those between the layers, as far as they
        /// live at the same time, and what the layer that needs most has for itself. The input is the caller's. An optimised
        /// build takes this much of the stack and, whatever the network, at most 8 KiB on top for saved registers and spilled sums.
        pub const INFERENCE_RAM: __nn::usize = __nn::scratch_and_output::<Self>();
    }
}
