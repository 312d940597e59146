//! The options of windows, as they are written: `stride 2`, `pad same`, `dilation 2`.

use super::axis::AxisPad;
use super::{Plane, Speech};
use crate::args::Args;
use crate::context::Context;
use crate::errors::{Place, did_you_mean, list, suggestion};
use crate::option::{replace, twice};
use crate::shape::Size;
use proc_macro2::{Ident, Span};

/// The words of the options here, which cannot be the name of a size.
pub(crate) const WORDS: &[&str] = &[
    "stride",
    "pad",
    "dilation",
    "groups",
    "multiplier",
    "output_padding",
];

/// The paddings that have a name.
pub(crate) const PADDINGS: &[&str] = &["valid", "same", "causal"];

/// One size for every axis, or one for each: `3` or `5x3`.
#[derive(Clone, Debug)]
pub(crate) struct Extent {
    sizes: Vec<Size>,
    place: Place,
}

impl Extent {
    /// Takes one or two sizes.
    pub(crate) fn parse(args: &mut Args<'_, '_>, what: &str, usage: &str) -> Option<Self> {
        let (sizes, place) = args.placed_sizes(what, usage)?;
        if sizes.len() > 2 {
            let count = sizes.len();
            let written = join(&sizes);
            let mistake =
                format!("{what} is one number or two (height x width), but `{written}` is {count}");
            let fix = format!("write `{usage}`");
            args.errors.push_with_fix(place, &mistake, &fix);
            return None;
        }
        Some(Self { sizes, place })
    }

    /// As it is written.
    pub(crate) fn text(&self) -> String {
        join(&self.sizes)
    }

    /// The place of the first size.
    pub(crate) fn span(&self) -> Span {
        self.sizes.first().map_or_else(Span::call_site, Size::span)
    }

    /// One size for each axis of `plane`; two for a sequence are reported.
    pub(crate) fn along(
        &self,
        plane: &Plane,
        speech: Speech<'_>,
        context: &mut Context<'_>,
    ) -> Option<Vec<Size>> {
        match self.sizes.as_slice() {
            [size] => Some(vec![size.clone(); plane.axes().len()]),
            [first, ..] if plane.is_sequence() => {
                let (text, written, first) = (speech.text, self.text(), first.text());
                let given = plane.shape().text();
                context.errors.push(
                    self.place,
                    format!("`{written}` of `{text}` is two numbers, but {} gives a sequence of {given}, which has steps only; write `{first}`", context.previous),
                );
                None
            }
            sizes => Some(sizes.to_vec()),
        }
    }

    /// No size is 0; `why` says what would be wrong with it.
    pub(crate) fn check(&self, context: &mut Context<'_>, what: &str, why: &str) {
        let mut reported: Vec<String> = Vec::new();
        for size in &self.sizes {
            // Of `3x0` and `0x0`, once is enough: both numbers are one token.
            if !reported.contains(&size.text().to_owned()) {
                context.check_positive(size, what, why);
                reported.push(size.text().to_owned());
            }
        }
    }
}

/// Sizes as they are written.
pub(crate) fn join(sizes: &[Size]) -> String {
    let texts: Vec<_> = sizes.iter().map(Size::text).collect();
    let literal = sizes.iter().all(|size| size.known().is_some());
    texts.join(if literal { "x" } else { " x " })
}

/// The padding of a window.
#[derive(Clone, Debug)]
enum Padding {
    /// Not at all.
    Valid,
    /// So that only the stride makes the output smaller.
    Same,
    /// Before the first step only, so that no place sees what comes after it.
    Causal(Span),
    /// By so much at either end.
    By(Extent),
}

impl Padding {
    fn parse(args: &mut Args<'_, '_>, option: &Ident) -> Option<Self> {
        const USAGE: &str = "pad same";
        if let Some(text) = args.quoted() {
            let word = text.to_string().replace('"', "");
            let message = format!("a padding is written without quotes; write `pad {word}`");
            args.errors.push(text.span(), message);
            args.skip();
            return None;
        }
        let word = args.peek_word().filter(|_| !args.at_number());
        let Some(word) = word else {
            if args.found().is_none() {
                args.errors.push(
                    option.span(),
                    format!(
                        "`pad` needs a padding: {} or a number, such as `{USAGE}` or `pad 1`",
                        list(PADDINGS.iter().copied())
                    ),
                );
                return None;
            }
            return Extent::parse(args, "the padding", "pad 1").map(Self::By);
        };
        let name = word.to_string();
        args.skip();
        match name.as_str() {
            "valid" => Some(Self::Valid),
            "same" => Some(Self::Same),
            "causal" => Some(Self::Causal(word.span())),
            _ => {
                let meant = did_you_mean(&name, PADDINGS.iter().copied());
                args.errors.push(
                    word.span(),
                    format!(
                        "unknown padding `{name}`; a padding is {} or a number, such as `pad 1`{}",
                        list(PADDINGS.iter().copied()),
                        suggestion(meant)
                    ),
                );
                None
            }
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Valid => "valid".to_owned(),
            Self::Same => "same".to_owned(),
            Self::Causal(_) => "causal".to_owned(),
            Self::By(extent) => extent.text(),
        }
    }
}

/// The options of a window.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    stride: Option<Extent>,
    padding: Option<Padding>,
    dilation: Option<Extent>,
    output_padding: Option<Extent>,
}

impl Options {
    /// Takes what belongs to `word`; `false` if it is not an option of windows.
    pub(crate) fn take(&mut self, args: &mut Args<'_, '_>, word: &Ident) -> bool {
        let again = match word.to_string().as_str() {
            "stride" => replace(
                &mut self.stride,
                Extent::parse(args, "the stride", "stride 2"),
            ),
            "pad" => replace(&mut self.padding, Padding::parse(args, word)),
            "dilation" => replace(
                &mut self.dilation,
                Extent::parse(args, "the dilation", "dilation 2"),
            ),
            "output_padding" => replace(
                &mut self.output_padding,
                Extent::parse(args, "the output padding", "output_padding 1"),
            ),
            _ => return false,
        };
        if again {
            twice(args, word);
        }
        true
    }

    /// The window's own size is the stride of a pool that has none.
    pub(crate) fn stride_or(&mut self, window: &Extent) {
        self.stride.get_or_insert_with(|| window.clone());
    }

    /// As in the DSL, with a space before each.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        if let Some(stride) = &self.stride {
            text.push_str(&format!(" stride {}", stride.text()));
        }
        if let Some(padding) = &self.padding {
            text.push_str(&format!(" pad {}", padding.text()));
        }
        if let Some(dilation) = &self.dilation {
            text.push_str(&format!(" dilation {}", dilation.text()));
        }
        if let Some(extra) = &self.output_padding {
            text.push_str(&format!(" output_padding {}", extra.text()));
        }
        text
    }

    /// Whether no place sees what comes after it.
    pub(crate) fn is_causal(&self) -> bool {
        matches!(self.padding, Some(Padding::Causal(_)))
    }

    /// Whether the padding is a number.
    pub(crate) fn explicit_padding(&self) -> Option<&Extent> {
        match &self.padding {
            Some(Padding::By(by)) => Some(by),
            _ => None,
        }
    }

    /// The addition of a transposed window behind its output.
    pub(super) fn output_padding(&self) -> Option<&Extent> {
        self.output_padding.as_ref()
    }

    /// Neither stride nor dilation is 0, and only what looks back is causal.
    pub(crate) fn check(&self, context: &mut Context<'_>, word: &str, may_be_causal: bool) {
        if let Some(stride) = &self.stride {
            stride.check(context, "a stride", "would never move on");
        }
        if let Some(dilation) = &self.dilation {
            dilation.check(
                context,
                "a dilation",
                "would read one value again and again",
            );
        }
        if let (Some(Padding::Causal(span)), false) = (&self.padding, may_be_causal) {
            context.errors.push(*span, format!("`pad causal` is for convolutions over sequences, such as `conv1d`, where steps come one after another; `{word}` takes `pad same`, `pad valid` or a number"));
        }
    }

    /// The stride along each axis.
    pub(super) fn stride(
        &self,
        plane: &Plane,
        speech: Speech<'_>,
        context: &mut Context<'_>,
    ) -> Option<Vec<Size>> {
        along_or_one(self.stride.as_ref(), plane, speech, context)
    }

    /// The dilation along each axis.
    pub(super) fn dilation(
        &self,
        plane: &Plane,
        speech: Speech<'_>,
        context: &mut Context<'_>,
    ) -> Option<Vec<Size>> {
        along_or_one(self.dilation.as_ref(), plane, speech, context)
    }

    /// The padding along each axis.
    pub(super) fn padding(
        &self,
        plane: &Plane,
        speech: Speech<'_>,
        context: &mut Context<'_>,
    ) -> Option<Vec<AxisPad>> {
        let all = |pad| Some(vec![pad; plane.axes().len()]);
        match &self.padding {
            None | Some(Padding::Valid) => all(AxisPad::By(Size::literal(0, Span::call_site()))),
            Some(Padding::Same) => all(AxisPad::Same),
            Some(Padding::Causal(_)) if !plane.is_sequence() => None,
            Some(Padding::Causal(_)) => all(AxisPad::Causal),
            Some(Padding::By(by)) => {
                let by = by.along(plane, speech, context)?;
                Some(by.into_iter().map(AxisPad::By).collect())
            }
        }
    }
}

fn along_or_one(
    extent: Option<&Extent>,
    plane: &Plane,
    speech: Speech<'_>,
    context: &mut Context<'_>,
) -> Option<Vec<Size>> {
    match extent {
        Some(extent) => extent.along(plane, speech, context),
        None => Some(vec![
            Size::literal(1, Span::call_site());
            plane.axes().len()
        ]),
    }
}
