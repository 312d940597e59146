//! One axis of a window, whose numbers the macro or only the compiler knows.

use super::arithmetic::{Axis, Misfit, Pad, Places};
use super::{Plane, Speech, Way, derive, multiply, operand};
use crate::context::{Context, Previous};
use crate::paths::Paths;
use crate::shape::Size;
use quote::quote_spanned;

/// The padding of one axis.
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
    /// The `output_padding` of a transposed window.
    pub(super) extra: Option<Size>,
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
        let Some((numbers, pad, extra)) = self.known() else {
            return Some(self.derived(context, plane, axis, speech, way));
        };
        if numbers.kernel == 0 || numbers.stride == 0 || numbers.dilation == 0 || numbers.input == 0
        {
            // Reported where it is written.
            return None;
        }
        let places = match way {
            Way::Forth => numbers.slide(pad),
            Way::Back => numbers.slide_back(pad, extra),
        };
        match places {
            Ok(Places { output, before }) => {
                Some((Size::literal(output, span), Size::literal(before, span)))
            }
            Err(misfit) => {
                let message =
                    self.misfit(numbers, &misfit, context.previous, plane, axis, speech, way);
                let place = match (&misfit, &self.extra) {
                    (Misfit::OutputPadding(..), Some(extra)) => extra.span(),
                    _ => span,
                };
                context.errors.push(place, message);
                None
            }
        }
    }

    fn known(&self) -> Option<(Axis, Pad, Option<u64>)> {
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
        let extra = match &self.extra {
            Some(extra) => Some(extra.known()?),
            None => None,
        };
        Some((axis, pad, extra))
    }

    #[allow(clippy::too_many_arguments)]
    fn misfit(
        &self,
        numbers: Axis,
        misfit: &Misfit,
        previous: &Previous,
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
            (Misfit::OutputPadding(least, most), _) => {
                let stride = numbers.stride;
                let range = match most.checked_sub(*least) {
                    None => "leave it out".to_owned(),
                    Some(0) => format!("write {least}"),
                    Some(_) => format!("write {least} to {most}"),
                };
                format!(
                    "the output padding of `{text}` does not go with its stride of {stride}; {range}"
                )
            }
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
        plane: &Plane,
        axis: usize,
        speech: Speech<'_>,
        way: Way,
    ) -> (Size, Size) {
        let span = self.kernel.span();
        let (text, what, previous) = (speech.text, speech.what, context.previous);
        let (measure, noun) = (plane.measure(axis), plane.noun());
        let numbers = self.numbers().map(Size::expression);
        match (&self.pad, way) {
            (AxisPad::By(by), Way::Forth) => {
                let padding = by.expression();
                context.assertions.push(quote_spanned!(span=> __nn::check_window(#text, #what, #previous, #noun, #measure, #(#numbers,)* #padding)));
                let output = match self.formula(by) {
                    // A kernel of one value at every place changes nothing.
                    None => self.input.clone(),
                    Some(formula) => self.derive("window_out", &[by], formula, context.paths),
                };
                (output, by.clone())
            }
            (AxisPad::Same | AxisPad::Causal, Way::Forth) => self.derived_named(context.paths),
            (_, Way::Back) => {
                if let Some(extra) = &self.extra {
                    let (place, number) = (extra.span(), extra.expression());
                    let same = !matches!(self.pad, AxisPad::By(_));
                    context.assertions.push(quote_spanned!(place=> __nn::check_output_padding(#text, #(#numbers,)* #number, #same)));
                }
                if let AxisPad::By(by) = &self.pad {
                    let padding = by.expression();
                    context.assertions.push(quote_spanned!(span=> __nn::check_window_back(#text, #noun, #measure, #(#numbers,)* #padding)));
                }
                self.derived_back(context.paths)
            }
        }
    }

    /// Input, kernel, stride, dilation: what every function of `nn_core::__private` begins with.
    fn numbers(&self) -> [&Size; 4] {
        [self.input, self.kernel, self.stride, self.dilation]
    }

    /// A size that `function` of `nn_core::__private` derives from this axis and what `more` it needs.
    fn derive(&self, function: &str, more: &[&Size], text: String, paths: &Paths) -> Size {
        let sizes = [&self.numbers(), more].concat();
        derive(function, &sizes, text, self.kernel.span(), paths)
    }

    /// Output and padding before with `pad same` or `pad causal`.
    fn derived_named(&self, paths: &Paths) -> (Size, Size) {
        let output = if self.stride.known() == Some(1) {
            self.input.clone()
        } else {
            let (input, stride) = (operand(self.input), operand(self.stride));
            let text = format!("{{ ({input} - 1) / {stride} + 1 }}");
            self.derive("same_out", &[], text, paths)
        };
        let before = match (self.kernel.known(), &self.pad) {
            (Some(1), _) => Size::literal(0, self.kernel.span()),
            (_, AxisPad::Causal) => self.derive("causal_before", &[], String::new(), paths),
            _ => self.derive("same_before", &[], String::new(), paths),
        };
        (output, before)
    }

    /// Output and padding before of a transposed window.
    fn derived_back(&self, paths: &Paths) -> (Size, Size) {
        let text = String::new;
        match (&self.pad, &self.extra) {
            (AxisPad::By(by), None) => {
                let output = self.derive("window_back_out", &[by], self.formula_back(by), paths);
                (output, by.clone())
            }
            (AxisPad::By(by), Some(extra)) => {
                let formula = self.formula_back(by);
                let sizes = [by, extra];
                (
                    self.derive("window_back_out_padded", &sizes, formula, paths),
                    by.clone(),
                )
            }
            (_, None) => (
                multiply(&[self.input, self.stride], paths),
                self.derive("same_back_before", &[], text(), paths),
            ),
            (_, Some(extra)) => {
                let (input, stride) = (operand(self.input), operand(self.stride));
                let formula = format!(
                    "{{ ({input} - 1)*{stride} + {} % 2 + {} }}",
                    self.reach(),
                    operand(extra)
                );
                (
                    self.derive("same_back_out_padded", &[extra], formula, paths),
                    self.derive("same_back_before_padded", &[extra], text(), paths),
                )
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

    /// `{ (H - 1)*S + K - 2*P }`, with what is added behind.
    fn formula_back(&self, by: &Size) -> String {
        let (input, stride, reach) = (operand(self.input), operand(self.stride), self.reach());
        let extra = match &self.extra {
            Some(extra) => format!(" + {}", operand(extra)),
            None => String::new(),
        };
        match (by.known(), &self.extra) {
            (Some(0), None) => format!("{{ ({input} - 1)*{stride} + max({reach}, {stride}) }}"),
            (Some(0), Some(_)) => format!("{{ ({input} - 1)*{stride} + {reach}{extra} }}"),
            _ => format!(
                "{{ ({input} - 1)*{stride} + {reach} - 2*{}{extra} }}",
                operand(by)
            ),
        }
    }
}
