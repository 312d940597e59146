//! Windows that slide over images and sequences: how they are written, and how many places they take.

mod arithmetic;
mod axis;
mod options;

use crate::context::{self, Context, Reported};
use crate::paths::Paths;
use crate::shape::{Shape, Size};
use axis::AxisSizes;
pub(crate) use options::{Extent, Options, PADDINGS, WORDS, join};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// The plane that a window slides over: the height and width of an image, or the steps of a sequence.
#[derive(Clone, Debug)]
pub(crate) struct Plane {
    axes: Vec<Size>,
    pub(crate) channels: Size,
}

impl Plane {
    /// The image that comes in; anything else is reported.
    pub(crate) fn image(context: &mut Context<'_>, word: &str) -> Option<Self> {
        let [height, width, channels] = context.image(word)?;
        let axes = vec![height, width];
        Some(Self { axes, channels })
    }

    /// The sequence that comes in; anything else is reported.
    pub(crate) fn sequence(context: &mut Context<'_>, word: &str) -> Option<Self> {
        let [steps, channels] = context.sequence(word)?;
        let axes = vec![steps];
        Some(Self { axes, channels })
    }

    /// The image or sequence that comes in; anything else is reported.
    pub(crate) fn either(context: &mut Context<'_>, word: &str) -> Option<Self> {
        match context.input {
            Shape::Sequence { .. } => Self::sequence(context, word),
            Shape::Vector(values) => {
                let (wanted, fix) = (
                    "an image (height x width x channels) or a sequence (steps x features)",
                    context::reshape(&Self::from_vector(values)),
                );
                context.wrong_shape(word, wanted, &fix);
                None
            }
            _ => Self::image(context, word),
        }
    }

    /// The shape that a vector has most likely lost, for messages.
    fn from_vector(values: &Size) -> String {
        match values.known().map(|values| (values, values.isqrt())) {
            Some((values, side)) if side * side == values => format!("{side}x{side}x1"),
            Some((values, _)) => format!("{values}x1"),
            None => format!("{} x 1", values.text()),
        }
    }

    /// Whether it is a sequence.
    pub(crate) fn is_sequence(&self) -> bool {
        self.axes.len() == 1
    }

    /// The axes, padded to two by a width of 1.
    fn pair<'a>(axes: &'a [Size], one: &'a Size) -> [&'a Size; 2] {
        match axes {
            [height, width, ..] => [height, width],
            [steps] => [steps, one],
            [] => [one, one],
        }
    }

    /// As height and width; a sequence is an image of width 1.
    pub(crate) fn sides(&self) -> [Size; 2] {
        let one = Size::literal(1, Span::call_site());
        Self::pair(&self.axes, &one).map(Clone::clone)
    }

    /// The same axes with other sizes.
    pub(crate) fn resized(axes: Vec<Size>, channels: Size) -> Self {
        Self { axes, channels }
    }

    /// The sizes, without the channels.
    pub(crate) fn axes(&self) -> &[Size] {
        &self.axes
    }

    /// As the shape that flows to the next layer.
    pub(crate) fn shape(&self) -> Shape {
        let channels = self.channels.clone();
        match self.axes.as_slice() {
            [height, width] => Shape::Image {
                height: height.clone(),
                width: width.clone(),
                channels,
            },
            [steps] => Shape::Sequence {
                steps: steps.clone(),
                features: channels,
            },
            _ => Shape::Vector(channels),
        }
    }

    /// Pixels or steps.
    pub(crate) fn positions(&self, paths: &Paths) -> Size {
        self.shape().positions(paths)
    }

    /// The word for the length of an axis.
    pub(crate) fn measure(&self, axis: usize) -> &'static str {
        match (self.is_sequence(), axis) {
            (true, _) => "long",
            (false, 0) => "high",
            (false, _) => "wide",
        }
    }

    /// Its noun.
    pub(crate) fn noun(&self) -> &'static str {
        if self.is_sequence() {
            "a sequence"
        } else {
            "an image"
        }
    }
}

/// A size that a function of `nn_core::__private` derives from others that only the compiler knows.
pub(crate) fn derive(
    function: &str,
    of: &[&Size],
    text: String,
    span: Span,
    paths: &Paths,
) -> Size {
    let (private, function) = (paths.private(), Ident::new(function, Span::call_site()));
    let of = of.iter().map(|size| size.expression());
    Size::constant(quote!(#private::#function(#(#of),*)), text, span)
}

/// A size as part of a formula: without the braces of an expression of the user's.
pub(crate) fn operand(size: &Size) -> String {
    let text = size.text();
    match text
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'))
    {
        Some(inner) => format!("({})", inner.trim()),
        None => text.to_owned(),
    }
}

/// The product of sizes, worked out where they are known.
pub(crate) fn multiply(sizes: &[&Size], paths: &Paths) -> Size {
    let span = sizes
        .first()
        .map_or_else(Span::call_site, |size| size.span());
    let mut others = sizes
        .iter()
        .filter(|size| size.known() != Some(1))
        .peekable();
    let first = others.next();
    if others.peek().is_none() {
        return first.map_or_else(|| Size::literal(1, span), |size| (*size).clone());
    }
    let known: Option<Vec<u64>> = sizes.iter().map(|size| size.known()).collect();
    match known.map(crate::shape::product) {
        Some(Ok(product)) => Size::literal(product, span),
        _ => {
            let private = paths.private();
            let texts: Vec<_> = sizes.iter().map(|size| operand(size)).collect();
            let factors = sizes.iter().map(|size| size.expression());
            let product = quote!(#private::product(&[#(#factors),*]));
            Size::constant(product, format!("{{ {} }}", texts.join(" * ")), span)
        }
    }
}

/// A window and everything about where it lies.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    input: Plane,
    output: Vec<Size>,
    kernel: Vec<Size>,
    stride: Vec<Size>,
    dilation: Vec<Size>,
    before: Vec<Size>,
    /// Whether no step sees a later one.
    causal: bool,
}

/// A layer that has a window, as messages speak of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Speech<'a> {
    /// The layer as in the DSL.
    pub(crate) text: &'a str,
    /// `kernel` or `window`.
    pub(crate) what: &'static str,
}

/// The way that a window goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// Over what comes in: convolutions and pools.
    Forth,
    /// From its places: transposed convolutions.
    Back,
}

impl Window {
    /// A window that slides over `plane`; one that does not fit is reported.
    pub(crate) fn slide(
        context: &mut Context<'_>,
        plane: &Plane,
        kernel: &Extent,
        options: &Options,
        speech: Speech<'_>,
    ) -> Option<Self> {
        Self::along_axes(context, plane, kernel, options, speech, Way::Forth)
    }

    /// The window whose places are `plane`: what it slides over is its `input`, the output of a transposed convolution.
    pub(crate) fn slide_back(
        context: &mut Context<'_>,
        plane: &Plane,
        kernel: &Extent,
        options: &Options,
        speech: Speech<'_>,
    ) -> Option<Self> {
        let back = Self::along_axes(context, plane, kernel, options, speech, Way::Back)?;
        let input = Plane::resized(back.output, plane.channels.clone());
        Some(Self {
            output: plane.axes.clone(),
            input,
            ..back
        })
    }

    /// A window as large as `plane`.
    pub(crate) fn whole(plane: &Plane) -> Self {
        let all = |value| vec![Size::literal(value, Span::call_site()); plane.axes.len()];
        Self {
            input: plane.clone(),
            output: all(1),
            kernel: plane.axes.clone(),
            stride: all(1),
            dilation: all(1),
            before: all(0),
            causal: false,
        }
    }

    fn along_axes(
        context: &mut Context<'_>,
        plane: &Plane,
        kernel: &Extent,
        options: &Options,
        speech: Speech<'_>,
        way: Way,
    ) -> Option<Self> {
        let kernel = kernel.along(plane, speech, context);
        let stride = options.stride(plane, speech, context);
        let dilation = options.dilation(plane, speech, context);
        let pad = options.padding(plane, speech, context);
        let mut window = Self {
            input: plane.clone(),
            output: Vec::new(),
            kernel: kernel?,
            stride: stride?,
            dilation: dilation?,
            before: Vec::new(),
            causal: options.is_causal(),
        };
        let mut extra = match options.output_padding() {
            Some(extra) => extra.along(plane, speech, context)?.into_iter(),
            None => Vec::new().into_iter(),
        };
        let checks = context.assertions.len();
        for (i, pad) in pad?.into_iter().enumerate() {
            let axis = AxisSizes {
                input: plane.axes.get(i)?,
                kernel: window.kernel.get(i)?,
                stride: window.stride.get(i)?,
                dilation: window.dilation.get(i)?,
                pad,
                extra: extra.next(),
            };
            let (output, before) = axis.places(context, plane, i, speech, way)?;
            window.output.push(output);
            window.before.push(before);
        }
        one_by_one(context, checks);
        // What it sees of a stream is known without the word. Pools are not streamed.
        window.causal |= speech.what == "kernel" && way == Way::Forth && window.sees_one_step();
        Some(window)
    }

    /// Whether each place sees the step of its own alone, and so none that comes later.
    fn sees_one_step(&self) -> bool {
        let is = |sizes: &[Size], value| sizes.iter().all(|size| size.known() == Some(value));
        let one = is(&self.kernel, 1) && is(&self.stride, 1) && is(&self.before, 0);
        let (steps, places) = (self.input.axes.first(), self.output.first());
        let same = |steps: &Size, places: &Size| match (steps.known(), places.known()) {
            (Some(steps), Some(places)) => steps == places,
            _ => false,
        };
        let same = steps.zip(places).is_some_and(|(a, b)| same(a, b));
        self.input.is_sequence() && one && same
    }

    /// Whether no step sees a later one.
    pub(crate) fn is_causal(&self) -> bool {
        self.causal
    }

    /// The window's places along each axis.
    pub(crate) fn output(&self) -> &[Size] {
        &self.output
    }

    /// The plane it slides over.
    pub(crate) fn input(&self) -> &Plane {
        &self.input
    }

    /// Height and width of the kernel.
    pub(crate) fn kernel(&self) -> [Size; 2] {
        let one = Size::literal(1, Span::call_site());
        Plane::pair(&self.kernel, &one).map(Clone::clone)
    }

    /// As a type.
    pub(crate) fn ty(&self, paths: &Paths) -> TokenStream {
        let (one, zero) = (
            Size::literal(1, Span::call_site()),
            Size::literal(0, Span::call_site()),
        );
        let numbers = [
            (&self.input.axes, &one),
            (&self.output, &one),
            (&self.kernel, &one),
            (&self.stride, &one),
            (&self.dilation, &one),
            (&self.before, &zero),
        ]
        .into_iter()
        .flat_map(|(axes, other)| Plane::pair(axes, other))
        .map(Size::expression);
        let window = paths.public(quote!(layer::Window));
        let window = quote!(#window<#(#numbers),*>);
        if self.causal {
            let causal = paths.public(quote!(layer::Causal));
            return quote!(#causal<#window>);
        }
        window
    }
}

/// Makes one of the assertions from `first` on: where one fails, the others are not tried, so that a mistake along both axes is one message.
pub(crate) fn one_by_one(context: &mut Context<'_>, first: usize) {
    if context.assertions.len() > first + 1 {
        let checks: Vec<_> = context.assertions.drain(first..).collect();
        context.assertions.push(quote!({ #(#checks;)* }));
    }
}

/// Reports a tensor of more values than any machine could address.
pub(crate) fn check_output(
    context: &mut Context<'_>,
    plane: &Plane,
    text: &str,
    span: Span,
) -> Result<(), Reported> {
    let mut sizes: Vec<&Size> = plane.axes.iter().collect();
    sizes.push(&plane.channels);
    context.check_values(&sizes, text, span).map(|_| ())
}
