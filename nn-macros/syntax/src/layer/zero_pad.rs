use super::LayerKind;
use crate::args::Args;
use crate::context::Context;
use crate::errors::{did_you_mean, suggestion};
use crate::model::Facts;
use crate::option::{replace, twice};
use crate::shape::Size;
use crate::window::{self, Extent, Plane, Speech};
use proc_macro2::{Ident, Span, TokenTree};
use quote::quote;

/// The sides, in the order in which they are kept: before and after along the first axis, then along the second.
const SIDES: [&str; 4] = ["top", "bottom", "left", "right"];
/// The sides of a sequence.
const ENDS: [&str; 2] = ["before", "after"];

/// `zero_pad 1x2`, or each side by itself: `zero_pad top 1 bottom 2 right 1`; of a sequence `before` and `after`.
#[derive(Debug)]
pub(crate) struct ZeroPad {
    /// The same on opposite sides.
    both: Option<Extent>,
    image: [Option<Size>; 4],
    sequence: [Option<Size>; 2],
}

impl LayerKind for ZeroPad {
    const USAGE: &'static str = "zero_pad 1x1";

    fn parse(args: &mut Args<'_, '_>) -> Option<Self> {
        let mut pad = Self {
            both: None,
            image: [const { None }; 4],
            sequence: [const { None }; 2],
        };
        let by_side = args
            .peek_word()
            .is_some_and(|word| pad.side(&word.to_string()).is_some());
        if let Some(word) = misspelt_side(args) {
            let known = [SIDES.as_slice(), &ENDS].concat();
            let meant = suggestion(did_you_mean(&word.to_string(), known));
            args.errors
                .push(word.span(), format!("unknown side `{word}`{meant}"));
            args.take_rest();
            return None;
        }
        if by_side {
            let known = [SIDES.as_slice(), &ENDS].concat();
            args.plain_options(&known, "zero_pad", |args, word| pad.take(args, word));
        } else {
            pad.both = Some(Extent::parse(args, "the padding", Self::USAGE)?);
            args.finish(&pad.text());
        }
        Some(pad)
    }

    fn check(&self, context: &mut Context<'_>) -> Option<Facts> {
        let plane = Plane::either(context, "zero_pad")?;
        let (text, paths) = (self.text(), context.paths);
        let sides = self.sides(context, &plane)?;
        let mut axes = Vec::new();
        for (i, axis) in plane.axes().iter().enumerate() {
            let pair = sides.get(2 * i..2 * i + 2)?;
            axes.push(longer(context, axis, pair, &text)?);
        }
        let output = Plane::resized(axes, plane.channels.clone());
        let span = sides.first().map_or(context.span, Size::span);
        window::check_output(context, &output, &text, span).ok()?;
        let zero_pad = paths.public(quote!(layer::ZeroPad));
        let size = plane.sides();
        let [h, w] = size.each_ref().map(Size::expression);
        let zero = Size::literal(0, Span::call_site());
        let sides = [0, 1, 2, 3].map(|i| sides.get(i).unwrap_or(&zero).expression());
        let positions = [&plane, &output].map(|plane| plane.positions(paths));
        let [p, q] = positions.each_ref().map(Size::expression);
        let c = plane.channels.expression();
        let numbers = paths.public(quote!(layer::ZeroPadSizes));
        let numbers = context.sizes(quote!(#numbers<#h, #w, #(#sides,)* #c, #p, #q>));
        let name = &numbers.name;
        let ty = quote!(#zero_pad<#name>);
        let mut facts = Facts::new(text, ty, output.shape());
        facts.sizes = Some(numbers);
        Some(facts)
    }
}

impl ZeroPad {
    /// The place of a side by its word.
    fn side(&mut self, word: &str) -> Option<&mut Option<Size>> {
        match SIDES.iter().position(|side| *side == word) {
            Some(i) => self.image.get_mut(i),
            None => {
                let i = ENDS.iter().position(|end| *end == word)?;
                self.sequence.get_mut(i)
            }
        }
    }

    fn take(&mut self, args: &mut Args<'_, '_>, word: &Ident) -> bool {
        let name = word.to_string();
        let Some(side) = self.side(&name) else {
            return false;
        };
        let usage = format!("{name} 1");
        if replace(side, args.size("the padding", &usage)) {
            twice(args, word);
        }
        true
    }

    /// The padding of each side of `plane`, 0 where none is written.
    fn sides(&self, context: &mut Context<'_>, plane: &Plane) -> Option<Vec<Size>> {
        let text = self.text();
        if let Some(both) = &self.both {
            let speech = Speech {
                text: &text,
                what: "padding",
            };
            let both = both.along(plane, speech, context)?;
            return Some(both.into_iter().flat_map(|by| [by.clone(), by]).collect());
        }
        let (ours, others, words): (&[_], &[_], &[_]) = if plane.is_sequence() {
            (&self.sequence, &self.image, &ENDS)
        } else {
            (&self.image, &self.sequence, &SIDES)
        };
        if let Some(other) = others.iter().flatten().next() {
            let (noun, previous) = (plane.noun(), context.previous);
            let sides = crate::errors::list(words.iter().copied());
            context.errors.push(other.span(), format!("`{text}` names a side that {noun} does not have, and {previous} gives {noun}; its sides are {sides}"));
            return None;
        }
        let zero = || Size::literal(0, Span::call_site());
        Some(
            ours.iter()
                .map(|size| size.clone().unwrap_or_else(zero))
                .collect(),
        )
    }

    fn text(&self) -> String {
        let mut text = "zero_pad".to_owned();
        if let Some(both) = &self.both {
            text.push_str(&format!(" {}", both.text()));
        }
        let sides = SIDES.iter().zip(&self.image);
        let ends = ENDS.iter().zip(&self.sequence);
        for (word, size) in sides.chain(ends) {
            if let Some(size) = size {
                text.push_str(&format!(" {word} {}", size.text()));
            }
        }
        text
    }
}

/// A word before a number that is nearly a side.
fn misspelt_side<'t>(args: &Args<'t, '_>) -> Option<&'t Ident> {
    let word = args.peek_word()?;
    let name = word.to_string();
    let mut sides = SIDES.iter().chain(&ENDS).copied();
    if sides.any(|side| side == name) {
        return None;
    }
    let number = matches!(args.rest().get(1), Some(TokenTree::Literal(_)));
    let meant = did_you_mean(&name, SIDES.iter().chain(&ENDS).copied());
    meant.filter(|_| number).map(|_| word)
}

/// `axis` with both paddings.
fn longer(context: &mut Context<'_>, axis: &Size, sides: &[Size], text: &str) -> Option<Size> {
    let [before, after] = sides else { return None };
    let paths = context.paths;
    let (Some(size), Some(a), Some(b)) = (axis.known(), before.known(), after.known()) else {
        let operand = window::operand;
        let formula = format!(
            "{{ {} + {} + {} }}",
            operand(axis),
            operand(before),
            operand(after)
        );
        let span = before.span();
        return Some(window::derive(
            "padded",
            &[axis, before, after],
            formula,
            span,
            paths,
        ));
    };
    match size.checked_add(a).and_then(|size| size.checked_add(b)) {
        Some(size) => Some(Size::literal(size, before.span())),
        None => {
            context.errors.push(before.span(), format!("`{text}` would reach over {size} + {a} + {b} values, more than any machine can address; make it smaller"));
            None
        }
    }
}
