use super::LayerKind;
use super::recurrent::{CELLS, Recurrent, cell, layer, without_defaults};
use crate::args::Args;
use crate::context::{Context, Reported};
use crate::errors::one_of;
use crate::model::Facts;
use crate::option;
use proc_macro2::Ident;
use quote::quote;

/// The words for what becomes of both outputs, their types, and how many times as many values as one has they make.
const MERGES: [(&str, &str, u64); 4] = [
    ("concat", "Concatenate", 2),
    ("sum", "Add", 1),
    ("mul", "Multiply", 1),
    ("ave", "Average", 1),
];

/// `bidirectional CELL UNITS [activation] [options] [concat | sum | mul | ave]`.
#[derive(Debug)]
pub(crate) struct Bidirectional {
    layer: Recurrent,
    merge: Option<&'static (&'static str, &'static str, u64)>,
}

impl LayerKind for Bidirectional {
    const USAGE: &'static str = "bidirectional lstm 16 concat";

    fn parse(args: &mut Args<'_, '_>) -> Option<Self> {
        let inner = args.peek_word().and_then(|word| cell(&word.to_string()));
        let Some(inner) = inner else {
            let words = one_of(CELLS.iter().map(|cell| cell.word));
            let found = args
                .found()
                .map_or_else(String::new, |found| format!(", not `{found}`"));
            args.errors.push(
                args.here(),
                format!(
                    "`bidirectional` has a recurrent layer ({words}) read both ways{found}; write `{}`",
                    Self::USAGE
                ),
            );
            args.take_rest();
            return None;
        };
        args.skip();
        let words = MERGES.map(|(word, ..)| word);
        let mut merge = None;
        let layer = Recurrent::parse(inner, args, &words, |args, word| {
            take(args, word, &mut merge)
        })?;
        Some(Self { layer, merge })
    }

    fn check(&self, context: &mut Context<'_>) -> Option<Facts> {
        let (text, paths) = (self.text(), context.paths);
        let sizes = self.layer.sizes(context, "bidirectional", &text)?;
        let (_, name, times) = self.merge.unwrap_or(&MERGES[0]);
        let values = match times {
            1 => self.layer.units().clone(),
            times => self.layer.units().times(*times, paths),
        };
        let (cell, merge) = (self.layer.cell_ty(paths), layer(name, paths));
        let numbers = [
            &sizes.features,
            self.layer.units(),
            &sizes.steps,
            &sizes.gates,
            &values,
        ];
        let numbers = numbers.map(|size| size.expression());
        let optional = without_defaults(vec![self.layer.returns(paths), self.layer.bias(paths)]);
        let bidirectional = layer("Bidirectional", paths);
        let ty = layer("BidirectionalSizes", paths);
        let own = context.sizes(quote!(#ty<#(#numbers),*>));
        let name = &own.name;
        let (ty, own) = match sizes.params {
            Ok(_) => (
                quote!(#bidirectional<#cell, #merge, #name #(, #optional)*>),
                Some(own),
            ),
            Err(Reported) => (quote!(()), None),
        };
        let mut facts = Facts::new(text, ty, self.layer.output(&sizes.steps, values));
        facts.sizes = own;
        for side in ["forward", "backward"] {
            let tensors = self.layer.tensors(&sizes).into_iter();
            facts
                .tensors
                .extend(tensors.map(|tensor| tensor.within(side)));
        }
        let params = sizes.params.unwrap_or_default();
        facts.params = params.and_then(|params| params.checked_mul(2));
        self.layer.apply(&mut facts, paths);
        Some(facts)
    }
}

impl Bidirectional {
    fn text(&self) -> String {
        let merge = self.merge.map(|(word, ..)| format!(" {word}"));
        format!(
            "bidirectional {}",
            self.layer.text_with(&merge.unwrap_or_default())
        )
    }
}

/// Takes a word for what becomes of both outputs.
fn take(
    args: &mut Args<'_, '_>,
    word: &Ident,
    merge: &mut Option<&'static (&'static str, &'static str, u64)>,
) -> bool {
    const ALL: &[(&str, &str, u64)] = &MERGES;
    let Some(entry) = ALL.iter().find(|(name, ..)| word == name) else {
        return false;
    };
    match merge.replace(entry) {
        Some((before, ..)) if *before == entry.0 => option::twice(args, word),
        Some((before, ..)) => args.errors.push(
            word.span(),
            format!("`{before}` and `{word}` exclude each other; remove one of them"),
        ),
        None => {}
    }
    true
}
