//! Whether the shapes of branches agree, and what they make together.

use super::Operation;
use crate::context::Context;
use crate::shape::{Shape, Size, sum};
use proc_macro2::Span;
use quote::quote_spanned;

/// The comparison of two shapes, as far as the macro can see.
enum Agreement {
    Yes,
    No,
    /// The compiler must look.
    Open,
}

/// Compares all sizes, or all but the channels if they are `joined`.
fn compare(a: &Shape, b: &Shape, joined: bool) -> Agreement {
    let (a_sizes, b_sizes) = (a.sizes(), b.sizes());
    match (a, b) {
        // Lost to another mistake.
        (Shape::Unknown, _) | (_, Shape::Unknown) => return Agreement::Yes,
        (Shape::Of { .. }, _) | (_, Shape::Of { .. }) => return Agreement::Open,
        _ if a_sizes.len() != b_sizes.len() => return Agreement::No,
        _ => {}
    }
    let compared = a_sizes.len() - usize::from(joined);
    let pairs = a_sizes.into_iter().zip(b_sizes).take(compared);
    let mut agreement = Agreement::Yes;
    for (a, b) in pairs {
        if a.differs(b) {
            // A size of 0 is a mistake that is reported already.
            let zero = a.known() == Some(0) || b.known() == Some(0);
            return if zero { Agreement::Yes } else { Agreement::No };
        }
        if a.known().is_none() || b.known().is_none() {
            agreement = Agreement::Open;
        }
    }
    agreement
}

/// Checks that the body of a residual gives the shape that it takes.
pub(super) fn check_residual(context: &mut Context<'_>, span: Span, output: &Shape) {
    let input = context.input;
    match compare(output, input, false) {
        Agreement::Yes => {}
        Agreement::No => {
            let (input, output) = (input.text(), output.text());
            context.errors.push_harmless(span, format!("`residual` adds its input to what its layers give, but the input is {input} and they give {output}; make the last layer give {input}"));
        }
        Agreement::Open => {
            let (given, taken) = (output.dims(context.paths), input.dims(context.paths));
            context
                .assertions
                .push(quote_spanned!(span=> __nn::check_residual(#given, #taken)));
        }
    }
}

/// Branch `n` goes with the first.
pub(super) fn check_branch<O: Operation>(
    context: &mut Context<'_>,
    span: Span,
    n: usize,
    output: &Shape,
    first: Option<&Shape>,
) {
    let (Some(first), word, joins) = (first, O::WORD, O::JOINS) else {
        return;
    };
    match compare(output, first, joins) {
        Agreement::Yes => {}
        Agreement::No => {
            let (given, wanted) = (output.text(), first.text());
            let fix = if joins {
                "it joins the last axis, and the others must agree"
            } else {
                "make them give the same"
            };
            context.errors.push(
                span,
                format!("branch {n} of `{word}` gives {given}, but branch 1 gives {wanted}; {fix}"),
            );
        }
        Agreement::Open => {
            let (given, wanted) = (output.dims(context.paths), first.dims(context.paths));
            context.assertions.push(
                quote_spanned!(span=> __nn::check_branch(#word, #n, #given, #wanted, #joins)),
            );
        }
    }
}

/// The channels of all together.
pub(super) fn channels(outputs: &[Shape], context: &Context<'_>) -> Size {
    let channels: Vec<Size> = outputs
        .iter()
        .map(|shape| shape.channels(context.paths))
        .collect();
    sum(&channels, context.span, context.paths)
}

/// The output of the block; `None` if only the compiler knows.
pub(super) fn output<O: Operation>(context: &Context<'_>, outputs: &[Shape]) -> Option<Shape> {
    if outputs.iter().any(|shape| matches!(shape, Shape::Unknown)) {
        return Some(Shape::Unknown);
    }
    let known = |shape: &&Shape| !matches!(shape, Shape::Of { .. });
    let mut shape = outputs.iter().find(known)?.clone();
    if O::JOINS {
        let joined = channels(outputs, context);
        match &mut shape {
            Shape::Vector(size)
            | Shape::Sequence { features: size, .. }
            | Shape::Image { channels: size, .. } => *size = joined,
            Shape::Of { .. } | Shape::Unknown => {}
        }
    }
    Some(shape)
}
