use super::LayerKind;
use crate::args::Args;
use crate::context::Context;
use crate::model::Facts;
use crate::shape::Size;
use crate::window::{self, Extent, Plane, Speech};
use proc_macro2::Span;
use quote::quote;

/// `upsample 2x2`: every pixel or step repeated.
#[derive(Debug)]
pub(crate) struct Upsample {
    factors: Extent,
}

impl LayerKind for Upsample {
    const USAGE: &'static str = "upsample 2x2";

    fn parse(args: &mut Args<'_, '_>) -> Option<Self> {
        let factors = Extent::parse(args, "the factor", Self::USAGE)?;
        let upsample = Self { factors };
        args.finish(&upsample.text());
        Some(upsample)
    }

    fn check(&self, context: &mut Context<'_>) -> Option<Facts> {
        self.factors.check(context, "a factor", "leaves nothing");
        let plane = Plane::either(context, "upsample")?;
        let (text, paths) = (self.text(), context.paths);
        let speech = Speech {
            text: &text,
            what: "factor",
        };
        let factors = self.factors.along(&plane, speech, context)?;
        let axes = plane.axes().iter().zip(&factors);
        let axes = axes.map(|(axis, factor)| window::multiply(&[axis, factor], paths));
        let output = Plane::resized(axes.collect(), plane.channels.clone());
        let span = factors.first().map_or(context.span, Size::span);
        window::check_output(context, &output, &text, span).ok()?;
        let upsample = paths.public(quote!(layer::Upsample));
        let (one, sides) = (Size::literal(1, Span::call_site()), plane.sides());
        let factors = [factors.first()?, factors.get(1).unwrap_or(&one)];
        let [h, w] = sides.each_ref().map(Size::expression);
        let [down, right] = factors.map(Size::expression);
        let positions = [&plane, &output].map(|plane| plane.positions(paths));
        let [p, q] = positions.each_ref().map(Size::expression);
        let c = plane.channels.expression();
        let numbers = paths.public(quote!(layer::UpsampleSizes));
        let numbers = context.sizes(quote!(#numbers<#h, #w, #down, #right, #c, #p, #q>));
        let name = &numbers.name;
        let ty = quote!(#upsample<#name>);
        let mut facts = Facts::new(text, ty, output.shape());
        facts.sizes = Some(numbers);
        Some(facts)
    }
}

impl Upsample {
    fn text(&self) -> String {
        format!("upsample {}", self.factors.text())
    }
}
