//! The places of layers' outputs at inference: the front and the back of one arena in turn, so that the memory of what nobody
//! reads any more is used again.

use super::{alias, ident_text};
use crate::model::{Inference, Model};
use crate::paths::Paths;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// Whether a layer's output at inference is its input under another type, so that it needs no place and nothing is called.
///
/// The last layer writes to the caller's memory and is never a view.
pub(super) fn is_view(model: &Model, i: usize) -> bool {
    i + 1 < model.layers.len()
        && model
            .layers
            .get(i)
            .is_some_and(|layer| layer.facts.inference == Inference::View)
}

/// Outputs of at most so many values together are kept apart: in variables of their own, which the compiler keeps in registers, a
/// network of a few dozen values is 1 ns faster than in an arena, and there is nothing to save.
const FEW: u64 = 64;

/// Room for any of these. Halves are joined, so that neither the type's depth nor the time to write it down grows with the square of the layers.
fn any_of(pairs: &[TokenStream]) -> TokenStream {
    match pairs {
        [] => TokenStream::new(),
        [one] => one.clone(),
        pairs => {
            let (first, second) = pairs.split_at(pairs.len() / 2);
            let (first, second) = (any_of(first), any_of(second));
            quote!(__nn::Or<#first, #second>)
        }
    }
}

/// The places of outputs.
pub(super) struct Plan<'m> {
    model: &'m Model,
    /// The layers whose outputs need a place: all but the last, which writes to the caller's, and those that do nothing.
    placed: Vec<usize>,
    /// Whether each has one of its own.
    apart: bool,
}

impl<'m> Plan<'m> {
    pub(super) fn new(model: &'m Model, paths: &Paths) -> Self {
        let last = model.layers.len().saturating_sub(1);
        let placed: Vec<usize> = (0..last).filter(|i| !is_view(model, *i)).collect();
        let layers = placed.iter().filter_map(|i| model.layers.get(*i));
        let values = layers.map(|layer| layer.facts.output.len(paths).known());
        let values = values.collect::<Option<Vec<u64>>>();
        let apart =
            values.is_some_and(|values| values.into_iter().fold(0, u64::saturating_add) <= FEW);
        Self {
            model,
            placed,
            apart,
        }
    }

    fn aliases(&self) -> Vec<Ident> {
        let layers = self.placed.iter().filter_map(|i| self.model.layers.get(*i));
        layers.map(alias).collect()
    }

    /// `SCRATCH_BYTES`: the outputs, and what the layer that needs most has for itself.
    pub(super) fn scratch_bytes(&self) -> TokenStream {
        let (placed, layers) = (self.aliases(), self.model.layers.iter().map(alias));
        let outputs = if self.apart {
            quote!(__nn::sum)
        } else {
            quote!(__nn::arena_bytes)
        };
        quote! {
            #outputs(&[#(__nn::output_bytes::<#placed>()),*])
                + __nn::largest(&[#(<#layers as __nn::Layer>::SCRATCH_BYTES),*])
        }
    }

    /// The arena, with room for any two neighbours.
    pub(super) fn declaration(&self) -> TokenStream {
        let aliases = self.aliases();
        let room = match aliases.as_slice() {
            [] => return TokenStream::new(),
            _ if self.apart => return TokenStream::new(),
            [one] => quote!(__nn::Alone<#one, BATCH>),
            _ => {
                let pairs = aliases.windows(2).filter_map(|pair| match pair {
                    [a, b] => Some(quote!(__nn::Neighbours<#a, #b, BATCH>)),
                    _ => None,
                });
                any_of(&pairs.collect::<Vec<_>>())
            }
        };
        quote! {
            let mut arena = __nn::MaybeUninit::<#room>::uninit();
            let arena = __nn::room(&mut arena);
        }
    }

    /// The statement that finds the places of layer `i`, and its input and output.
    pub(super) fn places(&self, i: usize) -> (TokenStream, TokenStream, TokenStream) {
        let at = self.placed.binary_search(&i).ok();
        let before = self
            .placed
            .partition_point(|placed| *placed < i)
            .checked_sub(1);
        let layer = |at: Option<usize>| {
            let layer = self.model.layers.get(*self.placed.get(at?)?)?;
            let name = format_ident!("{}_output", ident_text(&layer.field));
            Some((name, alias(layer)))
        };
        let (from, to) = (layer(before), layer(at));
        let x = from.as_ref().map_or(quote!(input), |(x, _)| quote!(#x));
        let y = to.as_ref().map_or(quote!(output), |(y, _)| quote!(#y));
        if self.apart {
            let place =
                to.map(|(y, l)| quote!(let #y = &mut __nn::zeroed::<__nn::Alone<#l, BATCH>>();));
            return (place.unwrap_or_default(), x, y);
        }
        let place = match (from, to, before.is_some_and(|before| before % 2 == 0)) {
            (None, None, _) => TokenStream::new(),
            (None, Some((y, l)), _) => quote!(let #y = __nn::front::<_, #l, BATCH>(arena);),
            (Some((x, k)), None, true) => quote!(let #x = __nn::front::<_, #k, BATCH>(arena);),
            (Some((x, k)), None, false) => quote!(let #x = __nn::back::<_, #k, BATCH>(arena);),
            (Some((x, k)), Some((y, l)), true) => {
                quote!(let (#x, #y) = __nn::ends::<_, #k, #l, BATCH>(arena);)
            }
            (Some((x, k)), Some((y, l)), false) => {
                quote!(let (#y, #x) = __nn::ends::<_, #l, #k, BATCH>(arena);)
            }
        };
        (place, x, y)
    }
}
