//! The network with its batch normalisation folded into the layers before it, as a type of its own.

use super::ident_text;
use crate::model::{Facts, Folding, Layer, Model, Sums};
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{format_ident, quote};
use std::rc::Rc;
use syn::parse_quote;

/// A network without the normalisations that could be folded, and where its layers come from.
pub(super) struct Folded {
    pub(super) model: Rc<Model>,
    sources: Vec<Source>,
}

/// The origin of a layer of the folded network.
enum Source {
    /// The same layer.
    Same,
    /// The layer of the same name with the normalisation `norm` behind it, and this activation behind that.
    Sums {
        norm: Ident,
        activation: TokenStream,
    },
    /// The block of the same name: the path to each of its branches, and whether something in it was folded.
    Branches(Vec<(TokenStream, bool)>),
}

/// The tokens that `emit` writes for a network, given what it folds to, after those for the networks inside its blocks; and what it folds to. Each
/// is folded once, those inside first.
pub(super) fn each(
    model: &Model,
    emit: &impl Fn(&Model, Option<&Folded>) -> TokenStream,
) -> (TokenStream, Option<Folded>) {
    let mut tokens = TokenStream::new();
    let mut inside = Vec::new();
    for branch in model.branches() {
        let (written, folded) = each(branch, emit);
        tokens.extend(written);
        inside.push(folded);
    }
    let folded = folded(model, inside);
    tokens.extend(emit(model, folded.as_ref()));
    (tokens, folded)
}

/// The folded network, given what those inside its blocks fold to; `None` if there is nothing to fold.
fn folded(model: &Model, inside: Vec<Option<Folded>>) -> Option<Folded> {
    let is_norm = |layer: &Layer| matches!(layer.facts.folding, Folding::Norm);
    if inside.iter().all(Option::is_none) && !model.layers.iter().any(is_norm) {
        return None;
    }
    let mut inside = inside.into_iter();
    let (mut layers, mut sources) = (Vec::new(), Vec::new());
    let mut rest = model.layers.as_slice();
    while let [layer, after @ ..] = rest {
        rest = after;
        let (layer, source) = match (&layer.facts.folding, after) {
            (Folding::Sums(sums), [norm, after @ ..])
                if matches!(norm.facts.folding, Folding::Norm) =>
            {
                rest = after;
                let activation = after.first().filter(|next| is_activation(next));
                if activation.is_some() {
                    rest = after.get(1..).unwrap_or_default();
                }
                fold(layer, sums, norm, activation)
            }
            _ => {
                let inside = inside.by_ref().take(layer.facts.branches.len());
                let folded = fold_inside(layer, inside.collect());
                folded.unwrap_or_else(|| (layer.clone(), Source::Same))
            }
        };
        layers.push(layer);
        sources.push(source);
    }
    if sources.iter().all(|source| matches!(source, Source::Same)) {
        return None;
    }
    for layer in &mut layers {
        // They have been declared already.
        layer.facts.sizes = None;
    }
    let name = &model.name;
    let text = ident_text(name);
    let about = format!(
        " [`{text}`] for inference, made by [`{text}::folded`]: batch normalisation is part of the weights before it."
    );
    let mut attributes = vec![
        parse_quote!(#[doc = #about]),
        parse_quote!(#[doc = ""]),
        parse_quote!(#[allow(dead_code)]),
    ];
    attributes.extend(model.attributes.iter().cloned());
    let model = Model {
        attributes,
        weights: None,
        visibility: model.visibility.clone(),
        name: format_ident!("{text}Folded", span = name.span()),
        input: model.input.clone(),
        layers,
        output: model.output.clone(),
        // They are checked already.
        assertions: Vec::new(),
        bounds: model.bounds.clone(),
    };
    Some(Folded {
        model: Rc::new(model),
        sources,
    })
}

fn is_activation(layer: &Layer) -> bool {
    matches!(layer.facts.folding, Folding::Activation(_))
}

/// One layer of a layer of weighted sums, a normalisation and perhaps an activation.
fn fold(layer: &Layer, sums: &Sums, norm: &Layer, activation: Option<&Layer>) -> (Layer, Source) {
    let ty = match activation.map(|layer| &layer.facts.folding) {
        Some(Folding::Activation(ty)) => Some(ty),
        _ => None,
    };
    let facts = &layer.facts;
    let biases = facts.output.sizes().last().and_then(|size| size.known());
    let params = match (facts.params, biases) {
        (Some(params), _) if sums.has_bias => Some(params),
        (Some(params), Some(biases)) => params.checked_add(biases),
        _ => None,
    };
    let mut text = format!("{} + {}", facts.text, norm.facts.text);
    if let Some(activation) = activation {
        text.push_str(&format!(" + {}", activation.facts.text));
    }
    let facts = Facts {
        text,
        ty: sums.with(ty),
        activation: activation.and_then(|layer| layer.facts.activation.clone()),
        row_activation: None,
        params,
        folding: Folding::No,
        ..facts.clone()
    };
    let folded = Layer {
        field: layer.field.clone(),
        input: layer.input.clone(),
        facts,
    };
    let activation = match ty {
        Some(ty) => ty.clone(),
        None => quote!(__nn::activation::Linear),
    };
    let norm = norm.field.clone();
    (folded, Source::Sums { norm, activation })
}

/// A block with what can be folded inside it; `None` if that is nothing.
fn fold_inside(layer: &Layer, inside: Vec<Option<Folded>>) -> Option<(Layer, Source)> {
    if inside.iter().all(Option::is_none) {
        return None;
    }
    let mut folded = layer.clone();
    let facts = &mut folded.facts;
    let mut paths = Vec::new();
    for (branch, inside) in facts.branches.iter_mut().zip(inside) {
        // Empty where a mistake leaves a block with one branch.
        let fields = branch.path.split('.').filter(|field| !field.is_empty());
        let path = fields.map(|field| format_ident!("{field}"));
        paths.push((quote!(#(.#path)*), inside.is_some()));
        if let Some(inside) = inside {
            let ty = std::mem::take(&mut facts.ty);
            facts.ty = rename(ty, &branch.model.name, &inside.model.name);
            branch.model = inside.model;
        }
    }
    let models = || facts.branches.iter().map(|branch| &branch.model);
    facts.params = models().map(|model| model.params()).sum();
    Some((folded, Source::Branches(paths)))
}

/// The type with another network in the place of one.
fn rename(ty: TokenStream, from: &Ident, to: &Ident) -> TokenStream {
    let token = |token| match token {
        TokenTree::Ident(name) if name == *from => to.clone().into(),
        TokenTree::Group(group) => {
            let inside = rename(group.stream(), from, to);
            Group::new(group.delimiter(), inside).into()
        }
        other => other,
    };
    ty.into_iter().map(token).collect()
}

impl Folded {
    /// `folded` and `fold_into` of the network that was declared.
    pub(super) fn methods(&self, declared: &Model) -> TokenStream {
        let (name, bounds) = (&declared.name, &declared.bounds);
        let folded = &self.model.name;
        let layers = self.model.layers.iter().zip(&self.sources);
        let statements = layers.map(|(layer, source)| statement(&layer.field, source));
        quote! {
            impl #name where #(#bounds),* {
                /// A network that predicts the same with fewer parameters: batch normalisation, and an activation behind it, becomes part of the
                /// layer before it. For inference: in training, its statistics would no longer be those of the batch.
                #[must_use]
                pub fn folded(&self) -> #folded {
                    let mut folded = #folded::zeros();
                    self.fold_into(&mut folded);
                    folded
                }

                /// [`folded`](Self::folded) in place, for a network that is too large for the stack.
                pub fn fold_into(&self, folded: &mut #folded) {
                    #(#statements)*
                }
            }
        }
    }

    /// The same of a network whose declaration has mistakes.
    pub(super) fn stub_methods(&self, declared: &Model) -> TokenStream {
        let (name, folded) = (&declared.name, &self.model.name);
        quote! {
            impl #name {
                pub fn folded(&self) -> #folded { loop {} }
                pub fn fold_into(&self, _: &mut #folded) { loop {} }
            }
        }
    }
}

/// Writes one layer of `folded`.
fn statement(field: &Ident, source: &Source) -> TokenStream {
    match source {
        Source::Same => quote!(__nn::copy(&self.#field, &mut folded.#field);),
        Source::Sums { norm, activation } => {
            quote!(__nn::fold::<_, _, #activation>(&self.#field, &self.#norm, &mut folded.#field);)
        }
        Source::Branches(branches) => branches
            .iter()
            .map(|(path, changed)| {
                if *changed {
                    quote!(self.#field #path.fold_into(&mut folded.#field #path);)
                } else {
                    quote!(__nn::copy(&self.#field #path, &mut folded.#field #path);)
                }
            })
            .collect(),
    }
}
