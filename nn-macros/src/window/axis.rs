//! One axis of a window, whose numbers the macro or only the compiler knows.

use super::arithmetic::{Axis, Misfit, Pad, Places};
use super::{Plane, Speech, Way, derive, multiply, operand};
use crate::check::Context;
use crate::shape::Size;
use quote::quote_spanned;

/// How one axis is padded.
#[derive(Clone, Debug)]
pub(super) enum AxisPad {
    By(Size),
    Same,
    Causal,
}

/// One axis of a window, as it is written.
pub(super) struct AxisSizes<'a> {
    pub(super) input: &'a Size,
    pub(super) kernel: &'a Size,
    pub(super) stride: &'a Size,
    pub(super) dilation: &'a Size,
    pub(super) pad: AxisPad,
}

impl AxisSizes<'_> {
    /// The places of the window and the padding before.
    pub(super) fn places(
        &self,
        context: &mut Context<'_>,
        plane: &Plane,
        axis: usize,
        speech: Speech<'_>,
        way: Way,
    ) -> Option<(Size, Size)> {
        let span = self.kernel.span();
        let Some((numbers, pad)) = self.known() else {
            return Some(self.derived(context, plane.measure(axis), plane.noun(), speech, way));
        };
        if numbers.kernel == 0 || numbers.stride == 0 || numbers.dilation == 0 || numbers.input == 0
        {
            // Reported where it is written.
            return None;
        }
        let places = match way {
            Way::Forth => numbers.slide(pad),
            Way::Back => numbers.slide_back(pad),
        };
        match places {
            Ok(Places { output, before }) => {
                Some((Size::literal(output, span), Size::literal(before, span)))
            }
            Err(misfit) => {
                let message =
                    self.misfit(numbers, &misfit, context.previous, plane, axis, speech, way);
                context.errors.push(span, message);
                None
            }
        }
    }

    fn known(&self) -> Option<(Axis, Pad)> {
        let axis = Axis {
            input: self.input.known()?,
            kernel: self.kernel.known()?,
            stride: self.stride.known()?,
            dilation: self.dilation.known()?,
        };
        let pad = match &self.pad {
            AxisPad::By(size) => Pad::By(size.known()?),
            AxisPad::Same => Pad::Same,
            AxisPad::Causal => Pad::Causal,
        };
        Some((axis, pad))
    }

    #[allow(clippy::too_many_arguments)]
    fn misfit(
        &self,
        numbers: Axis,
        misfit: &Misfit,
        previous: &str,
        plane: &Plane,
        axis: usize,
        speech: Speech<'_>,
        way: Way,
    ) -> String {
        let Speech { text, what } = speech;
        let (measure, noun) = (plane.measure(axis), plane.noun());
        match (misfit, way) {
            (Misfit::TooMuch(formula), _) => format!(
                "`{text}` would reach over {formula} values, more than any machine can address; make it smaller"
            ),
            (Misfit::Nothing(formula), Way::Forth) => {
                let reach = numbers.reach().unwrap_or_default();
                let spread = if numbers.dilation > 1 && numbers.kernel > 1 {
                    format!(" with its dilation of {}", numbers.dilation)
                } else {
                    String::new()
                };
                let input = numbers.input;
                format!(
                    "the {what} of `{text}`{spread} is {reach} {measure}, but {previous} gives {noun} only {input} {measure}: {formula}; make the {what} smaller, or write `pad same`"
                )
            }
            (Misfit::Nothing(formula), Way::Back) => format!(
                "the padding of `{text}` leaves nothing of {noun} {} {measure}: {formula}; make it smaller",
                numbers.input
            ),
        }
    }

    /// The places as `const` expressions, with the assertions that go with them.
    fn derived(
        &self,
        context: &mut Context<'_>,
        measure: &str,
        noun: &str,
        speech: Speech<'_>,
        way: Way,
    ) -> (Size, Size) {
        let (paths, span) = (context.paths, self.kernel.span());
        let Self {
            input,
            kernel,
            stride,
            dilation,
            pad,
        } = self;
        let (text, what, previous) = (speech.text, speech.what, context.previous);
        let of = [*input, *kernel, *stride, *dilation];
        let with = |size| [*input, *kernel, *stride, *dilation, size];
        let zero = || Size::literal(0, span);
        match (pad, way) {
            (AxisPad::By(by), _) => {
                let sizes = with(by);
                let numbers = sizes.map(Size::expression);
                let (check, function, formula) = match way {
                    Way::Forth => (
                        quote_spanned!(span=> __nn::check_window(#text, #what, #previous, #noun, #measure, #(#numbers),*)),
                        "window_out",
                        self.formula(by),
                    ),
                    Way::Back => (
                        quote_spanned!(span=> __nn::check_window_back(#text, #noun, #measure, #(#numbers),*)),
                        "window_back_out",
                        self.formula_back(by),
                    ),
                };
                context.assertions.push(check);
                let output = match (way, formula) {
                    // A kernel of one value at every place changes nothing.
                    (Way::Forth, None) => (*input).clone(),
                    (_, formula) => {
                        derive(function, &sizes, formula.unwrap_or_default(), span, paths)
                    }
                };
                (output, by.clone())
            }
            (AxisPad::Same, Way::Back) => (
                multiply(&[input, stride], paths),
                derive("same_back_before", &of, String::new(), span, paths),
            ),
            (AxisPad::Same | AxisPad::Causal, _) => {
                let output = if stride.known() == Some(1) {
                    (*input).clone()
                } else {
                    let text = format!("{{ ({} - 1) / {} + 1 }}", operand(input), operand(stride));
                    derive("same_out", &[input, stride], text, span, paths)
                };
                let before = match (kernel.known(), pad) {
                    (Some(1), _) => zero(),
                    (_, AxisPad::Causal) => derive(
                        "causal_before",
                        &[kernel, dilation],
                        String::new(),
                        span,
                        paths,
                    ),
                    _ => derive("same_before", &of, String::new(), span, paths),
                };
                (output, before)
            }
        }
    }

    /// The kernel's reach in a formula: `K` or `(2*(K - 1) + 1)`.
    fn reach(&self) -> String {
        match self.dilation.known() {
            Some(1) => operand(self.kernel),
            _ => format!(
                "({}*({} - 1) + 1)",
                operand(self.dilation),
                operand(self.kernel)
            ),
        }
    }

    /// `{ (H + 2*P - K) / S + 1 }`, without what changes nothing; `None` if nothing changes at all.
    fn formula(&self, by: &Size) -> Option<String> {
        let padded = match by.known() {
            Some(0) => operand(self.input),
            _ => format!("{} + 2*{}", operand(self.input), operand(by)),
        };
        let (stride, reach) = (self.stride.known(), self.reach());
        match (stride, self.kernel.known()) {
            (Some(1), Some(1)) if by.known() == Some(0) => None,
            (Some(1), Some(kernel)) if self.dilation.known() == Some(1) && kernel > 0 => {
                Some(format!("{{ {padded} - {} }}", kernel - 1))
            }
            (Some(1), _) => Some(format!("{{ {padded} - {reach} + 1 }}")),
            _ => Some(format!(
                "{{ ({padded} - {reach}) / {} + 1 }}",
                operand(self.stride)
            )),
        }
    }

    /// `{ (H - 1)*S + K - 2*P }`.
    fn formula_back(&self, by: &Size) -> Option<String> {
        let (input, stride, reach) = (operand(self.input), operand(self.stride), self.reach());
        Some(match by.known() {
            Some(0) => format!("{{ ({input} - 1)*{stride} + max({reach}, {stride}) }}"),
            _ => format!("{{ ({input} - 1)*{stride} + {reach} - 2*{} }}", operand(by)),
        })
    }
}
