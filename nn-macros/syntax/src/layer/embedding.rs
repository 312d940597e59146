use super::LayerKind;
use crate::args::Args;
use crate::context::{Context, Reported};
use crate::model::Facts;
use crate::option::Options;
use crate::shape::{Shape, Size};
use crate::weights::Tensor;
use nn_weights::Role;
use quote::{quote, quote_spanned};

/// `embedding ROWS UNITS [options]` (Keras `Embedding`).
#[derive(Debug)]
pub(crate) struct Embedding {
    rows: Size,
    units: Size,
    options: Options,
}

/// The options: there is no bias.
const OPTIONS: &[&str] = &["init", "l1", "l2"];
/// The whole numbers that an `f32` can tell apart.
const MOST_ROWS: u64 = 1 << 24;

impl LayerKind for Embedding {
    const USAGE: &'static str = "embedding 1000 32";

    fn parse(args: &mut Args<'_, '_>) -> Option<Self> {
        let rows = args.size("the number of indices", Self::USAGE)?;
        let units = args.size("the number of values for each index", Self::USAGE)?;
        let mut embedding = Self {
            rows,
            units,
            options: Options::default(),
        };
        let after = embedding.text();
        args.plain_options(OPTIONS, &after, |args, word| {
            OPTIONS.contains(&word.to_string().as_str()) && embedding.options.take(args, word)
        });
        Some(embedding)
    }

    fn check(&self, context: &mut Context<'_>) -> Option<Facts> {
        context.check_size(&self.rows, "indices");
        context.check_size(&self.units, "values for each index");
        if let Some(rows) = self.rows.known().filter(|rows| *rows > MOST_ROWS) {
            context.errors.push(self.rows.span(), format!("an index is an `f32`, which counts to {MOST_ROWS} only, but `{}` has {rows} of them; use fewer", self.text()));
        }
        let steps = self.steps(context)?;
        let params = context.check_product(&[&self.rows, &self.units], 0, &self.text());
        let paths = context.paths;
        let (tensor, embedding) = (
            context.input.tensor(paths),
            paths.public(quote!(layer::Embedding)),
        );
        let (rows, units) = (self.rows.expression(), self.units.expression());
        let count = steps.expression();
        let ty = match params {
            Ok(_) => quote!(#embedding<#tensor, #rows, #units, #count>),
            // In a stub, a type that no machine could hold would be the next mistake.
            Err(Reported) => quote!(()),
        };
        let features = self.units.clone();
        let mut facts = Facts::new(self.text(), ty, Shape::Sequence { steps, features });
        facts.params = params.unwrap_or_default();
        facts.trained = Some(true);
        let sizes = [self.rows.clone(), self.units.clone()];
        facts.tensors = vec![Tensor::new("embeddings", Role::Embeddings, sizes)];
        self.options.apply(&mut facts, paths);
        Some(facts)
    }
}

impl Embedding {
    fn text(&self) -> String {
        format!(
            "embedding {} {}{}",
            self.rows.text(),
            self.units.text(),
            self.options.text()
        )
    }

    /// The number of indices that come in.
    fn steps(&self, context: &mut Context<'_>) -> Option<Size> {
        let steps = match context.input {
            Shape::Vector(steps) => return Some(steps.clone()),
            Shape::Unknown => return None,
            Shape::Of { .. } => {
                let (span, previous) = (context.span, context.previous);
                let given = context.input.as_dims(span, context.paths);
                context
                    .assertions
                    .push(quote_spanned!(span=> __nn::check_indices(#previous, #given)));
                return Some(context.input.len(context.paths));
            }
            Shape::Sequence { steps, features } => match features.known() {
                Some(1) => return Some(steps.clone()),
                Some(_) => steps.text().to_owned(),
                None => {
                    let (span, previous) = (features.span(), context.previous);
                    let features = features.expression();
                    context
                        .assertions
                        .push(quote_spanned!(span=> __nn::check_one_index(#previous, #features)));
                    return Some(steps.clone());
                }
            },
            Shape::Image { .. } => "100".to_owned(),
        };
        let (previous, noun, text) = (context.previous, context.input.noun(), context.input.text());
        context.errors.push(context.span, format!("`embedding` takes indices, a vector or one at each step, but {previous} gives {noun} of {text}; declare the input as `input {steps};` or `input {steps}x1;`"));
        None
    }
}
