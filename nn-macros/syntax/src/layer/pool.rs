use super::LayerKind;
use crate::args::Args;
use crate::context::Context;
use crate::model::Facts;
use crate::shape::{Shape, Size};
use crate::window::{self, Extent, Plane, Speech, Window};
use core::marker::PhantomData;
use proc_macro2::{Ident, Span};
use quote::{quote, quote_spanned};

/// `max_pool 2x2`.
pub(crate) type MaxPool = Pool<Max>;
/// `avg_pool 2x2`.
pub(crate) type AvgPool = Pool<Avg>;
/// `global_max_pool`.
pub(crate) type GlobalMaxPool = GlobalPool<Max>;
/// `global_avg_pool`.
pub(crate) type GlobalAvgPool = GlobalPool<Avg>;

/// The value that a pool makes of those in its window.
pub(crate) trait Reduce: core::fmt::Debug {
    const WORD: &'static str;
    const GLOBAL: &'static str;
    const USAGE: &'static str;
    /// The type in `nn_core::layer`.
    const TYPE: &'static str;
}

/// The largest.
#[derive(Debug)]
pub(crate) struct Max;
/// The mean.
#[derive(Debug)]
pub(crate) struct Avg;

impl Reduce for Max {
    const WORD: &'static str = "max_pool";
    const GLOBAL: &'static str = "global_max_pool";
    const USAGE: &'static str = "max_pool 2x2";
    const TYPE: &'static str = "MaxPool";
}

impl Reduce for Avg {
    const WORD: &'static str = "avg_pool";
    const GLOBAL: &'static str = "global_avg_pool";
    const USAGE: &'static str = "avg_pool 2x2";
    const TYPE: &'static str = "AvgPool";
}

/// The options of a pool.
const OPTIONS: &[&str] = &["stride", "pad"];

/// `max_pool SIZE [stride SIZE] [pad …]`; of an image or of a sequence.
#[derive(Debug)]
pub(crate) struct Pool<R> {
    size: Extent,
    options: window::Options,
    reduce: PhantomData<R>,
}

impl<R: Reduce> LayerKind for Pool<R> {
    const USAGE: &'static str = R::USAGE;

    fn parse(args: &mut Args<'_, '_>) -> Option<Self> {
        let mut pool = Self {
            size: Extent::parse(args, "the size of the window", R::USAGE)?,
            options: window::Options::default(),
            reduce: PhantomData,
        };
        let text = pool.text();
        args.plain_options(OPTIONS, &text, |args, word| {
            OPTIONS.contains(&word.to_string().as_str()) && pool.options.take(args, word)
        });
        Some(pool)
    }

    fn check(&self, context: &mut Context<'_>) -> Option<Facts> {
        self.size.check(context, "a window", "would see nothing");
        self.options.check(context, R::WORD, false);
        let plane = Plane::either(context, R::WORD)?;
        let text = self.text();
        let speech = Speech {
            text: &text,
            what: "window",
        };
        let mut options = self.options.clone();
        options.stride_or(&self.size);
        let window = Window::slide(context, &plane, &self.size, &options, speech)?;
        self.check_padding(context, &plane, speech)?;
        let output = Plane::resized(window.output().to_vec(), plane.channels.clone());
        Some(facts::<R>(
            context,
            text,
            &plane,
            &window,
            &output,
            output.shape(),
        ))
    }
}

impl<R: Reduce> Pool<R> {
    fn text(&self) -> String {
        format!("{} {}{}", R::WORD, self.size.text(), self.options.text())
    }

    /// No window lies in the padding alone, where there is nothing to be the largest of.
    fn check_padding(
        &self,
        context: &mut Context<'_>,
        plane: &Plane,
        speech: Speech<'_>,
    ) -> Option<()> {
        let Some(by) = self.options.explicit_padding() else {
            return Some(());
        };
        let checks = context.assertions.len();
        let sizes = self.size.along(plane, speech, context)?;
        let paddings = by.along(plane, speech, context)?;
        for (size, by) in sizes.iter().zip(&paddings) {
            let (text, span) = (speech.text, by.span());
            match (size.known(), by.known()) {
                (Some(size), Some(by)) if by < size => {}
                (Some(size), Some(by)) => {
                    context.errors.push(span, format!("a padding of {by} is as large as the window of `{text}`, {size}, which would find no value in it; make it less than {size}"));
                    return None;
                }
                _ => {
                    let (size, by) = (size.expression(), by.expression());
                    context
                        .assertions
                        .push(quote_spanned!(span=> __nn::check_pool_padding(#text, #size, #by)));
                }
            }
        }
        window::one_by_one(context, checks);
        Some(())
    }
}

/// `global_max_pool`: one value for each channel.
#[derive(Debug)]
pub(crate) struct GlobalPool<R> {
    reduce: PhantomData<R>,
}

impl<R: Reduce> LayerKind for GlobalPool<R> {
    const USAGE: &'static str = R::GLOBAL;

    fn parse(args: &mut Args<'_, '_>) -> Option<Self> {
        args.finish(R::GLOBAL);
        Some(Self {
            reduce: PhantomData,
        })
    }

    fn check(&self, context: &mut Context<'_>) -> Option<Facts> {
        // Of a layer of the user's, positions and channels are enough.
        let plane = match context.input {
            Shape::Of { .. } => Plane::sequence(context, R::GLOBAL)?,
            _ => Plane::either(context, R::GLOBAL)?,
        };
        let window = Window::whole(&plane);
        let output = Plane::resized(Vec::new(), plane.channels.clone());
        let shape = Shape::Vector(plane.channels.clone());
        let text = R::GLOBAL.to_owned();
        Some(facts::<R>(context, text, &plane, &window, &output, shape))
    }
}

fn facts<R: Reduce>(
    context: &Context<'_>,
    text: String,
    plane: &Plane,
    window: &Window,
    output: &Plane,
    shape: Shape,
) -> Facts {
    let paths = context.paths;
    let name = Ident::new(R::TYPE, Span::call_site());
    let (pool, geometry) = (paths.public(quote!(layer::#name)), window.ty(paths));
    let positions = [plane, output].map(|plane| plane.positions(paths));
    let [p, q] = positions.each_ref().map(Size::expression);
    let c = plane.channels.expression();
    let numbers = paths.public(quote!(layer::PoolSizes));
    let sizes = context.sizes(quote!(#numbers<#geometry, #c, #p, #q>));
    let name = &sizes.name;
    let mut facts = Facts::new(text, quote!(#pool<#name>), shape);
    facts.sizes = Some(sizes);
    facts
}
