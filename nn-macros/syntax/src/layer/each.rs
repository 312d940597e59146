use super::{Kind, LayerKind};
use crate::activation;
use crate::args::Args;
use crate::context::{Context, Previous};
use crate::errors::{did_you_mean, suggestion};
use crate::layer;
use crate::model::{Branch, Facts, Memory};
use crate::parse::is_semicolon;
use crate::repair;
use crate::shape::{Shape, Size};
use proc_macro2::{Span, TokenTree};
use quote::{quote, quote_spanned};

/// `each LAYER`: the same layer at every step of a sequence or pixel of an image (Keras `TimeDistributed`).
#[derive(Debug)]
pub(crate) struct Each {
    layer: Box<Kind>,
    /// The place of the inner layer's word.
    span: Span,
}

impl LayerKind for Each {
    const USAGE: &'static str = "each dense 8 relu";

    fn parse(args: &mut Args<'_, '_>) -> Option<Self> {
        let span = args.here();
        let layer = inner(args)?;
        Some(Self {
            layer: Box::new(layer),
            span,
        })
    }

    fn check(&self, context: &mut Context<'_>) -> Option<Facts> {
        let steps = self.steps(context);
        let step = match &steps {
            Some((features, _)) => Shape::Vector(features.clone()),
            None => Shape::Unknown,
        };
        let mut inside = Context {
            input: &step,
            network: context.network,
            owner: context.owner,
            previous: &Previous::Each,
            span: self.span,
            paths: context.paths,
            errors: &mut *context.errors,
            assertions: &mut *context.assertions,
            each: true,
        };
        let inner = self.layer.check(&mut inside)?;
        let (_, positions) = steps?;
        let paths = context.paths;
        let units = self.units(&inner, context)?;
        let output = match context.input {
            Shape::Image { height, width, .. } => Shape::Image {
                height: height.clone(),
                width: width.clone(),
                channels: units,
            },
            _ => Shape::Sequence {
                steps: positions.clone(),
                features: units,
            },
        };
        let (each, ty) = (paths.public(quote!(layer::Each)), &inner.ty);
        let positions = positions.expression();
        let place = &inner.place;
        let branches = inner.branches.iter().map(|branch| Branch {
            path: format!("layer.{}", branch.path),
            model: branch.model.clone(),
        });
        let branches = branches.collect();
        let tensors = inner.tensors.iter().cloned();
        let tensors = tensors.map(|tensor| tensor.within("layer")).collect();
        let foreign = inner.foreign.clone().unwrap_or_else(|| ty.clone());
        Some(Facts {
            foreign: Some(foreign),
            text: format!("each {}", inner.text),
            ty: quote!(#each<#ty, #positions>),
            output,
            // A step of it is all that the layer ever sees.
            memory: Memory::Nothing,
            place: quote!(.layer #place),
            branches,
            tensors,
            folding: inner.folding.in_each(&each, positions),
            ..inner
        })
    }
}

impl Each {
    /// Whether the layer is one in braces.
    pub(crate) fn is_block(&self) -> bool {
        self.layer.is_block()
    }

    /// The features of each step or pixel, and the number of those.
    fn steps(&self, context: &mut Context<'_>) -> Option<(Size, Size)> {
        match context.input {
            Shape::Sequence { .. } | Shape::Image { .. } | Shape::Of { .. } => {}
            Shape::Unknown => return None,
            Shape::Vector(values) => {
                let (previous, values) = (context.previous, values.text());
                context.errors.push(context.span, format!("`each` takes a sequence or an image, but {previous} gives a vector of {values}; leave out `each`, or write `reshape {values}x1;` before it"));
                return None;
            }
        }
        let paths = context.paths;
        Some((
            context.input.channels(paths),
            context.input.positions(paths),
        ))
    }

    /// The layer's output for each step, which must be a vector.
    fn units(&self, inner: &Facts, context: &mut Context<'_>) -> Option<Size> {
        match &inner.output {
            Shape::Vector(units) => Some(units.clone()),
            Shape::Unknown => None,
            Shape::Of { text, span, .. } => {
                let (span, text) = (*span, text.as_str());
                let given = inner.output.as_dims(span, context.paths);
                context
                    .assertions
                    .push(quote_spanned!(span=> __nn::check_each(#text, #given)));
                Some(inner.output.channels(context.paths))
            }
            shape => {
                let (layer, noun, text) = (&inner.text, shape.noun(), shape.text());
                context.errors.push(self.span, format!("`each` takes a layer that makes a vector of each step, but `{layer}` makes {noun} of {text} of it; write it without `each`, or another layer"));
                None
            }
        }
    }
}

/// The layer after `each`.
fn inner(args: &mut Args<'_, '_>) -> Option<Kind> {
    let Some(word) = args.peek_word() else {
        return missing(args);
    };
    let name = word.to_string();
    if layer::WORDS.contains(&name.as_str()) {
        args.skip();
        return Kind::parse(&name, args);
    }
    if let Some(entry) = activation::find(&name) {
        args.skip();
        return Some(Kind::bare_activation(entry, word.span(), args));
    }
    if name.starts_with(|c: char| c.is_ascii_uppercase()) || args.at_path() {
        return Kind::from_path(args);
    }
    missing(args)
}

/// The only layer in braces.
fn in_braces(args: &Args<'_, '_>) -> Option<String> {
    let [TokenTree::Group(group), ..] = args.rest() else {
        return None;
    };
    let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
    let mut layers = tokens.split(is_semicolon).filter(|layer| !layer.is_empty());
    let layer = layers.next().map(repair::text);
    layer.filter(|_| layers.next().is_none())
}

/// Reports that no layer follows.
fn missing(args: &mut Args<'_, '_>) -> Option<Kind> {
    let words = || layer::WORDS.iter().copied().chain(activation::words());
    let message = match args.found() {
        None => format!("`each` needs a layer; write `{}`", Each::USAGE),
        Some(found) => {
            let inside = in_braces(args).filter(|inside| inside.len() < 60);
            let usage = inside.map(|inside| format!("each {inside}"));
            let usage = usage.as_deref().unwrap_or(Each::USAGE);
            let meant = suggestion(did_you_mean(&found, words()));
            format!("`each` needs a layer, found `{found}`; write `{usage}`{meant}")
        }
    };
    args.errors.push(args.here(), message);
    args.take_rest();
    None
}
