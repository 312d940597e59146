//! `#[weights("animals.safetensors")]`: the file that holds the weights of a network, read while it is expanded.
//!
//! What a layer consists of ([`Tensor`]) is said by its kind. Reading is behind the feature `weights`; without it, the attribute is a mistake.

use crate::errors::Errors;
#[cfg(not(feature = "weights"))]
use crate::model::Model;
use crate::shape::Size;
use nn_weights::Role;
use proc_macro2::{Ident, Span};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Attribute, LitStr, Token};

/// A tensor of a layer, in memory order.
#[derive(Clone, Debug)]
#[cfg_attr(
    not(feature = "weights"),
    allow(dead_code, reason = "only a file is held against them")
)]
pub(crate) struct Tensor {
    /// The path from the layer's field to the layer that has it: `forward` of a bidirectional one, or nothing.
    pub(crate) inside: &'static str,
    pub(crate) name: &'static str,
    pub(crate) role: Role,
    pub(crate) axes: Vec<Size>,
}

impl Tensor {
    pub(crate) fn new(name: &'static str, role: Role, axes: impl Into<Vec<Size>>) -> Self {
        Self {
            inside: "",
            name,
            role,
            axes: axes.into(),
        }
    }

    /// The same within a layer around its own.
    pub(crate) fn within(mut self, inside: &'static str) -> Self {
        self.inside = inside;
        self
    }
}

/// `#[weights("…", layout = torch)]` as it was written.
#[derive(Clone)]
#[allow(
    dead_code,
    reason = "with the feature, `span` is not needed; without, nothing else is"
)]
pub(crate) struct Declared {
    /// None if it could not be read, which is reported.
    path: Option<LitStr>,
    layout: Option<Ident>,
    span: Span,
}

/// The weights of the file, ready to be emitted.
pub(crate) struct Trained {
    /// The path as it was written.
    pub(crate) written: String,
    /// The path of the file from the root of the file system.
    pub(crate) place: String,
    /// The weights in memory order, little endian.
    pub(crate) bytes: Vec<u8>,
    /// The shapes that were found for each of the network's own layers, in order.
    pub(crate) shapes: Vec<Vec<Vec<usize>>>,
}

struct Arguments {
    path: LitStr,
    layout: Option<Ident>,
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let path = input.parse()?;
        let mut layout = None;
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
            let word: Ident = input.parse()?;
            if word != "layout" {
                return Err(syn::Error::new(word.span(), "not `layout`"));
            }
            input.parse::<Token![=]>()?;
            layout = Some(input.parse()?);
        }
        Ok(Self { path, layout })
    }
}

/// Takes the attribute off the others, which go to the struct.
pub(crate) fn take(attributes: &mut Vec<Attribute>, errors: &mut Errors) -> Option<Declared> {
    let (ours, others) = std::mem::take(attributes)
        .into_iter()
        .partition::<Vec<_>, _>(|attribute| attribute.path().is_ident("weights"));
    *attributes = others;
    let mut ours = ours.into_iter();
    let attribute = ours.next()?;
    let span = attribute.path().span();
    if let Some(second) = ours.next() {
        errors.push(
            second.path().span(),
            "a network has one file of weights; remove this `weights`",
        );
    }
    let (path, layout) = if let Ok(Arguments { path, layout }) = attribute.parse_args() {
        (Some(path), layout)
    } else {
        errors.push(span, "`weights` takes the path of a file and perhaps whose it is; write `#[weights(\"net.safetensors\")]` or `#[weights(\"net.safetensors\", layout = torch)]`");
        (None, None)
    };
    Some(Declared { path, layout, span })
}

/// Without the feature, nothing is read.
#[cfg(not(feature = "weights"))]
pub(crate) fn read(_: &Model, declared: &Declared, errors: &mut Errors) -> Option<Trained> {
    errors.push(declared.span, "`weights` is a feature of nn-core that is not on; write `features = [\"weights\"]` behind it in Cargo.toml");
    None
}

#[cfg(feature = "weights")]
pub(crate) use reading::{read, wanted};

#[cfg(feature = "weights")]
mod reading {
    use super::{Declared, Trained};
    use crate::errors::Errors;
    use crate::model::{Inference, Layer, Model};
    use crate::paths::Paths;
    use crate::shape::{Shape, Size};
    use nn_weights::{Flow, Layout, Problem, Reader, Wanted, Weights};
    use proc_macro2::{Ident, Span};
    use std::path::{Path, PathBuf};

    /// The tensors that a network has, each with the path of the layer that declares it, if all of them can be known.
    pub(crate) fn wanted(model: &Model, errors: &mut Errors) -> Option<Vec<(String, Wanted)>> {
        let mut layers = Layers::default();
        let image = matches!(model.input, Shape::Image { .. });
        layers.add(model, "", None, &mut Flow::new(image), errors)?;
        Some(layers.homes.into_iter().zip(layers.wanted).collect())
    }

    /// The layers of a network with everything inside them.
    #[derive(Default)]
    struct Layers {
        wanted: Vec<Wanted>,
        /// The place where each of them is declared, by its path.
        spans: Vec<(String, Span)>,
        /// The place of the attribute.
        site: Option<Span>,
        /// For each tensor, which of the network's own layers has it.
        owners: Vec<usize>,
        /// For each tensor, the path of the layer that declares it.
        homes: Vec<String>,
    }

    /// Reads the file and holds it against the network; every mistake is reported.
    pub(crate) fn read(model: &Model, declared: &Declared, errors: &mut Errors) -> Option<Trained> {
        let layout = layout(declared.layout.as_ref(), errors)?;
        let path = declared.path.as_ref()?;
        let mut layers = Layers {
            site: Some(declared.span),
            ..Layers::default()
        };
        let image = matches!(model.input, Shape::Image { .. });
        layers.add(model, "", None, &mut Flow::new(image), errors)?;
        let written = path.value();
        let place = place(&written);
        let span = path.span();
        let bytes = match std::fs::read(&place) {
            Ok(bytes) => bytes,
            Err(error) => {
                errors.push(
                    span,
                    format!(
                        "`{}` cannot be read: {error}; the path begins at the folder of Cargo.toml",
                        place.display()
                    ),
                );
                return None;
            }
        };
        let reader = Reader {
            layout,
            finite: true,
        };
        match nn_weights::read(&bytes, &layers.wanted, reader) {
            Ok(found) => layers.trained(&found, written, &place, model.layers.len()),
            Err(problems) => {
                for problem in problems {
                    layers.report(&problem, &written, span, errors);
                }
                None
            }
        }
    }

    fn layout(word: Option<&Ident>, errors: &mut Errors) -> Option<Layout> {
        let Some(word) = word else {
            return Some(Layout::Native);
        };
        let text = word.to_string();
        let known = [Layout::Native, Layout::Keras, Layout::Torch];
        let found = known.into_iter().find(|layout| layout.word() == text);
        if found.is_none() {
            errors.push(word.span(), format!("there is no layout `{text}`; write `keras` or `torch`, or nothing for a file that this library saved"));
        }
        found
    }

    /// The path of a file from that which begins at the crate's root.
    fn place(written: &str) -> PathBuf {
        let root = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
        Path::new(&root).join(written)
    }

    impl Layers {
        /// Adds the tensors of `model`; nothing if there are some that cannot be known.
        fn add(
            &mut self,
            model: &Model,
            prefix: &str,
            owner: Option<usize>,
            flow: &mut Flow,
            errors: &mut Errors,
        ) -> Option<()> {
            let mut complete = Some(());
            for (i, layer) in model.layers.iter().enumerate() {
                let path = format!("{prefix}{}", crate::emit::ident_text(&layer.field));
                let span = self.place_of(layer);
                self.spans.push((path.clone(), span));
                let owner = owner.unwrap_or(i);
                if layer.facts.inference == Inference::Foreign {
                    let ty = &layer.facts.text;
                    errors.push(span, format!("`weights` cannot see into `{ty}`, which only the compiler knows; declare its layers here, or load them when the program runs"));
                    complete = None;
                    continue;
                }
                let inside = *flow;
                let flattened = pass(layer, flow);
                self.add_tensors(layer, &path, owner, flattened);
                for branch in &layer.facts.branches {
                    let prefix = format!("{path}.{}.", branch.path);
                    let added =
                        self.add(&branch.model, &prefix, Some(owner), &mut { inside }, errors);
                    complete = complete.and(added);
                }
            }
            complete
        }

        /// The place where a layer is declared, as a token of the user's: a field without a label is the macro's.
        fn place_of(&self, layer: &Layer) -> Span {
            let field = layer.field.span();
            self.site.map_or(field, |site| site.located_at(field))
        }

        fn add_tensors(
            &mut self,
            layer: &Layer,
            path: &str,
            owner: usize,
            flattened: Option<[usize; 2]>,
        ) {
            for tensor in &layer.facts.tensors {
                let known = |size: &Size| size.known().and_then(|size| usize::try_from(size).ok());
                self.wanted.push(Wanted {
                    layer: match tensor.inside {
                        "" => path.to_owned(),
                        inside => format!("{path}.{inside}"),
                    },
                    tensor: tensor.name.to_owned(),
                    role: tensor.role,
                    axes: tensor.axes.iter().map(known).collect(),
                    flattened,
                });
                self.owners.push(owner);
                self.homes.push(path.to_owned());
            }
        }

        fn report(&self, problem: &Problem, file: &str, otherwise: Span, errors: &mut Errors) {
            let layer = problem.layer.as_deref().unwrap_or_default();
            // `bidirectional1.forward` is declared where `bidirectional1` is.
            let inside = |path: &str| {
                layer == path
                    || layer
                        .strip_prefix(path)
                        .is_some_and(|rest| rest.starts_with('.'))
            };
            let nearest = self.spans.iter().filter(|(path, _)| inside(path));
            let span = nearest
                .max_by_key(|(path, _)| path.len())
                .map(|(_, span)| *span);
            errors.push(span.unwrap_or(otherwise), format!("`{file}`: {problem}"));
        }

        fn trained(
            self,
            found: &[Weights],
            written: String,
            place: &Path,
            count: usize,
        ) -> Option<Trained> {
            let mut shapes = vec![Vec::new(); count];
            for (weights, owner) in found.iter().zip(&self.owners) {
                if let Some(shapes) = shapes.get_mut(*owner) {
                    shapes.push(weights.axes.clone());
                }
            }
            let values = found.iter().flat_map(|weights| &weights.values);
            Some(Trained {
                written,
                place: place.display().to_string(),
                bytes: values.flat_map(|value| value.to_le_bytes()).collect(),
                shapes,
            })
        }
    }

    /// Goes past a layer; what was flattened before it.
    fn pass(layer: &Layer, flow: &mut Flow) -> Option<[usize; 2]> {
        let paths = Paths::standard();
        let size = |size: Size| {
            size.known()
                .and_then(|size| usize::try_from(size).ok())
                .unwrap_or(0)
        };
        let channels = size(layer.input.channels(&paths));
        let positions = size(layer.input.positions(&paths));
        let facts = &layer.facts;
        let word = facts.text.split_whitespace().next().unwrap_or_default();
        let kind = if facts.is_activation() {
            "activation"
        } else {
            word
        };
        flow.pass(kind, channels, positions)
    }
}
