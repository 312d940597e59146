use super::LayerKind;
use crate::activation::Activation;
use crate::args::Args;
use crate::context::{Context, Reported};
use crate::model::{Facts, Folding, Memory, Sizes};
use crate::option::{self, replace, twice};
use crate::shape::Size;
use crate::weights::Tensor;
use crate::window::{self, Extent, Plane, Speech, Window};
use core::marker::PhantomData;
use nn_weights::Role;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// `conv2d 8 5x5 relu`.
pub(crate) type Conv2d = Conv<forms::Conv2d>;
/// `conv1d 16 5 relu`.
pub(crate) type Conv1d = Conv<forms::Conv1d>;
/// `depthwise_conv2d 3x3`.
pub(crate) type DepthwiseConv2d = Conv<forms::DepthwiseConv2d>;
/// `depthwise_conv1d 3`.
pub(crate) type DepthwiseConv1d = Conv<forms::DepthwiseConv1d>;
/// `separable_conv2d 16 3x3`.
pub(crate) type SeparableConv2d = Conv<forms::SeparableConv2d>;
/// `separable_conv1d 16 3`.
pub(crate) type SeparableConv1d = Conv<forms::SeparableConv1d>;
/// `conv2d_transpose 8 3x3 stride 2`.
pub(crate) type Conv2dTranspose = Conv<forms::Conv2dTranspose>;
/// `conv1d_transpose 8 3 stride 2`.
pub(crate) type Conv1dTranspose = Conv<forms::Conv1dTranspose>;

/// The use that a convolution makes of its channels and its window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    /// Every filter sees the channels of its group.
    Plain,
    /// Every channel has filters of its own.
    Depthwise,
    /// A depthwise one and then filters over the channels.
    Separable,
    /// The gradient of a plain one: strides make the output larger.
    Transpose,
}

/// The differences between convolutions' words.
pub(crate) trait Form: core::fmt::Debug {
    const WORD: &'static str;
    const USAGE: &'static str;
    const OP: Op;
    /// Whether it takes a sequence rather than an image.
    const SEQUENCE: bool;
    /// The options besides those of every layer with weights.
    const OPTIONS: &'static [&'static str];
}

mod forms {
    use super::{Form, Op};

    macro_rules! forms {
        ($($name:ident: $word:literal, $usage:literal, $op:ident, $sequence:literal, [$($option:literal),*];)*) => {$(
            #[derive(Debug)]
            pub(crate) struct $name;
            impl Form for $name {
                const WORD: &'static str = $word;
                const USAGE: &'static str = $usage;
                const OP: Op = Op::$op;
                const SEQUENCE: bool = $sequence;
                const OPTIONS: &'static [&'static str] = &[$($option),*];
            }
        )*};
    }

    forms! {
        Conv2d: "conv2d", "conv2d 8 3x3 relu", Plain, false, ["stride", "pad", "dilation", "groups"];
        Conv1d: "conv1d", "conv1d 16 5 relu", Plain, true, ["stride", "pad", "dilation", "groups"];
        DepthwiseConv2d: "depthwise_conv2d", "depthwise_conv2d 3x3 relu", Depthwise, false, ["stride", "pad", "dilation", "multiplier"];
        DepthwiseConv1d: "depthwise_conv1d", "depthwise_conv1d 3 relu", Depthwise, true, ["stride", "pad", "dilation", "multiplier"];
        SeparableConv2d: "separable_conv2d", "separable_conv2d 16 3x3 relu", Separable, false, ["stride", "pad", "dilation", "multiplier"];
        SeparableConv1d: "separable_conv1d", "separable_conv1d 16 3 relu", Separable, true, ["stride", "pad", "dilation", "multiplier"];
        Conv2dTranspose: "conv2d_transpose", "conv2d_transpose 8 3x3 stride 2", Transpose, false, ["stride", "pad", "output_padding", "dilation"];
        Conv1dTranspose: "conv1d_transpose", "conv1d_transpose 8 3 stride 2", Transpose, true, ["stride", "pad", "output_padding", "dilation"];
    }
}

/// `WORD [FILTERS] KERNEL [activation] [options]`.
#[derive(Debug)]
pub(crate) struct Conv<F> {
    /// None if the channels decide.
    filters: Option<Size>,
    kernel: Extent,
    activation: Option<Activation>,
    window: window::Options,
    groups: Option<Size>,
    multiplier: Option<Size>,
    options: option::Options,
    form: PhantomData<F>,
}

impl<F: Form> LayerKind for Conv<F> {
    const USAGE: &'static str = F::USAGE;

    fn parse(args: &mut Args<'_, '_>) -> Option<Self> {
        let filters = match F::OP {
            Op::Depthwise => None,
            _ => Some(args.size("the number of filters", F::USAGE)?),
        };
        let kernel = Extent::parse(args, "the kernel's size", F::USAGE)?;
        if let Some(literal) = args.stray_literal() {
            let (word, size) = (F::WORD, kernel.text());
            match &filters {
                None => args.errors.push(literal.span(), format!(
                    "`{word}` has no number of filters, because every channel keeps its own; write `{word} {literal}`, or `{word} {literal} multiplier 2` for two of each"
                )),
                Some(filters) => args.errors.push_with_fix(
                    literal.span(),
                    "the kernel's size is one number, or two with `x` between them",
                    &format!("write `{word} {} {size}x{literal}`", filters.text()),
                ),
            }
            return None;
        }
        let mut conv = Self {
            filters,
            kernel,
            activation: None,
            window: window::Options::default(),
            groups: None,
            multiplier: None,
            options: option::Options::default(),
            form: PhantomData,
        };
        let known = [F::OPTIONS, option::WORDS].concat();
        let text = conv.text();
        conv.activation = args.options(&known, &text, |args, word| conv.take(args, word));
        Some(conv)
    }

    fn check(&self, context: &mut Context<'_>) -> Option<Facts> {
        self.check_numbers(context);
        let plane = match F::SEQUENCE {
            true => Plane::sequence(context, F::WORD)?,
            false => Plane::image(context, F::WORD)?,
        };
        let text = self.text();
        let speech = Speech {
            text: &text,
            what: "kernel",
        };
        let (kernel, options) = (&self.kernel, &self.window);
        let window = match F::OP {
            Op::Transpose => Window::slide_back(context, &plane, kernel, options, speech)?,
            _ => Window::slide(context, &plane, kernel, options, speech)?,
        };
        let numbers = self.numbers(context, &plane)?;
        self.facts(context, &plane, &window, &numbers)
    }
}

/// The numbers of channels and filters.
struct Numbers {
    filters: Size,
    /// Channels that each filter sees; those in between, if separable.
    group: Size,
}

impl<F: Form> Conv<F> {
    /// Takes what belongs to `word`; `false` if it is not an option.
    fn take(&mut self, args: &mut Args<'_, '_>, word: &Ident) -> bool {
        let name = word.to_string();
        if option::WORDS.contains(&name.as_str()) {
            return self.options.take(args, word);
        }
        if !F::OPTIONS.contains(&name.as_str()) {
            return false;
        }
        let again = match name.as_str() {
            "groups" => replace(
                &mut self.groups,
                args.size("the number of groups", "groups 2"),
            ),
            "multiplier" => replace(
                &mut self.multiplier,
                args.size("the multiplier", "multiplier 2"),
            ),
            _ => return self.window.take(args, word),
        };
        if again {
            twice(args, word);
        }
        true
    }

    fn text(&self) -> String {
        let mut text = F::WORD.to_owned();
        let mut add = |part: &str| {
            text.push(' ');
            text.push_str(part);
        };
        if let Some(filters) = &self.filters {
            add(filters.text());
        }
        add(&self.kernel.text());
        if let Some(activation) = &self.activation {
            add(&activation.text());
        }
        text.push_str(&self.window.text());
        for (word, size) in [("groups", &self.groups), ("multiplier", &self.multiplier)] {
            if let Some(size) = size {
                text.push_str(&format!(" {word} {}", size.text()));
            }
        }
        text.push_str(&self.options.text());
        text
    }

    /// Checks numbers that are wrong whatever comes in.
    fn check_numbers(&self, context: &mut Context<'_>) {
        if let Some(filters) = &self.filters {
            context.check_size(filters, "filters");
        }
        self.kernel.check(context, "a kernel", "would see nothing");
        self.window
            .check(context, F::WORD, F::SEQUENCE && F::OP != Op::Transpose);
        if let Some(groups) = &self.groups {
            context.check_positive(groups, "a number of groups", "leaves no filter");
        }
        if let Some(multiplier) = &self.multiplier {
            context.check_positive(multiplier, "a multiplier", "leaves no filter");
        }
    }

    /// Channels and filters, groups counted in; a mistake is reported.
    fn numbers(&self, context: &mut Context<'_>, plane: &Plane) -> Option<Numbers> {
        let (channels, paths) = (&plane.channels, context.paths);
        let one = || Size::literal(1, Span::call_site());
        let multiplier = self.multiplier.clone().unwrap_or_else(one);
        let multiplied = window::multiply(&[channels, &multiplier], paths);
        let Some(filters) = &self.filters else {
            return Some(Numbers {
                filters: multiplied,
                group: one(),
            });
        };
        let group = match &self.groups {
            Some(groups) => {
                context.check_groups(groups, channels, filters)?;
                match (channels.known(), groups.known()) {
                    (Some(channels), Some(groups)) => {
                        Size::literal(channels.checked_div(groups)?, Span::call_site())
                    }
                    _ => window::derive(
                        "group_channels",
                        &[channels, groups],
                        String::new(),
                        groups.span(),
                        paths,
                    ),
                }
            }
            None if F::OP == Op::Separable => multiplied,
            None => channels.clone(),
        };
        Some(Numbers {
            filters: filters.clone(),
            group,
        })
    }

    fn facts(
        &self,
        context: &mut Context<'_>,
        plane: &Plane,
        window: &Window,
        numbers: &Numbers,
    ) -> Option<Facts> {
        let (text, paths) = (self.text(), context.paths);
        let filters = &numbers.filters;
        let axes = match F::OP {
            Op::Transpose => window.input().axes(),
            _ => window.output(),
        };
        let output = Plane::resized(axes.to_vec(), filters.clone());
        let params = self.params(context, window, numbers, &text);
        let fits = window::check_output(context, &output, &text, self.kernel.span());
        let (Ok(params), Ok(())) = (params, fits) else {
            return None;
        };
        let [height, width] = window.kernel();
        let taps = window::multiply(&[&height, &width], paths);
        let (ty, folding, sizes) = self.ty(context, window, [plane, &output], numbers, &taps);
        let mut facts = Facts::new(text, ty, output.shape());
        facts.set_activation(self.activation.as_ref());
        facts.tensors = self.tensors(&plane.channels, window, numbers);
        facts.params = params;
        facts.trained = Some(true);
        facts.folding = folding;
        facts.sizes = Some(sizes);
        if window.is_causal() {
            facts.memory = Memory::Perhaps;
        }
        self.options.apply(&mut facts, paths);
        Some(facts)
    }

    /// The tensors that it consists of.
    fn tensors(&self, channels: &Size, window: &Window, numbers: &Numbers) -> Vec<Tensor> {
        let Numbers { filters, group } = numbers;
        let [height, width] = window.kernel();
        let taps = |axes: [&Size; 2]| -> Vec<Size> {
            let taps = if F::SEQUENCE {
                vec![&height]
            } else {
                vec![&height, &width]
            };
            taps.into_iter().chain(axes).cloned().collect()
        };
        let one = Size::literal(1, Span::call_site());
        let mut tensors = match F::OP {
            Op::Plain | Op::Depthwise => {
                vec![Tensor::new("kernel", Role::Filters, taps([group, filters]))]
            }
            Op::Transpose => {
                let axes = taps([filters, channels]);
                vec![Tensor::new("kernel", Role::TransposedFilters, axes)]
            }
            Op::Separable => vec![
                Tensor::new("depthwise_kernel", Role::Filters, taps([&one, group])),
                Tensor::new(
                    "pointwise_kernel",
                    Role::Kernel,
                    [group.clone(), filters.clone()],
                ),
            ],
        };
        if self.options.has_bias() {
            tensors.push(Tensor::new("bias", Role::Bias, [filters.clone()]));
        }
        tensors
    }

    /// The number of weights, where the macro knows it; too many are reported.
    fn params(
        &self,
        context: &mut Context<'_>,
        window: &Window,
        Numbers { filters, group }: &Numbers,
        text: &str,
    ) -> Result<Option<u64>, Reported> {
        let [height, width] = window.kernel();
        let bias = u64::from(self.options.has_bias());
        if F::OP != Op::Separable {
            return context.check_product(&[&height, &width, group, filters], bias, text);
        }
        let depthwise = context.check_product(&[&height, &width, group], 0, text)?;
        let pointwise = context.check_product(&[group, filters], bias, text)?;
        Ok(depthwise.and_then(|depthwise| depthwise.checked_add(pointwise?)))
    }

    /// The layer's type, its part in folding, and its sizes.
    fn ty(
        &self,
        context: &Context<'_>,
        window: &Window,
        [input, output]: [&Plane; 2],
        Numbers { filters, group }: &Numbers,
        taps: &Size,
    ) -> (TokenStream, Folding, Sizes) {
        let paths = context.paths;
        let geometry = window.ty(paths);
        let positions = [input, output].map(|plane| plane.positions(paths));
        let [p, q] = positions.each_ref().map(Size::expression);
        let [c, f, k, g] = [&input.channels, filters, taps, group].map(Size::expression);
        let layer = |name| {
            let name = Ident::new(name, Span::call_site());
            paths.public(quote!(layer::#name))
        };
        let (word, numbers, group) = match F::OP {
            Op::Plain | Op::Depthwise => ("Conv", "ConvSizes", Some(g)),
            Op::Separable => ("SeparableConv", "SeparableSizes", Some(g)),
            Op::Transpose => ("ConvTranspose", "TransposeSizes", None),
        };
        let (numbers, group) = (layer(numbers), group.into_iter());
        let sizes = context.sizes(quote!(#numbers<#geometry, #c, #p, #f, #q, #k #(, #group)*>));
        let (name, activation) = (&sizes.name, self.activation.as_ref());
        let options = &self.options;
        let (ty, folding) = options.layer_type(layer(word), quote!(#name), activation, paths);
        (ty, folding, sizes)
    }
}

impl Context<'_> {
    /// A number of groups divides both the channels and the filters.
    fn check_groups(&mut self, groups: &Size, channels: &Size, filters: &Size) -> Option<()> {
        let previous = self.previous;
        let (Some(g), Some(c), Some(f)) = (groups.known(), channels.known(), filters.known())
        else {
            let span = groups.span();
            let [g, c, f] = [groups, channels, filters].map(Size::expression);
            self.assertions
                .push(quote::quote_spanned!(span=> __nn::check_groups(#previous, #g, #c, #f)));
            return Some(());
        };
        let rest = |size: u64| size.checked_rem(g);
        let message = if rest(c)? > 0 {
            format!(
                "{g} groups cannot share the {c} channels that {previous} gives: {c} / {g} leaves {}",
                rest(c)?
            )
        } else if rest(f)? > 0 {
            format!(
                "{g} groups cannot share {f} filters: {f} / {g} leaves {}",
                rest(f)?
            )
        } else {
            return Some(());
        };
        self.errors.push(
            groups.span(),
            format!("{message}; write a number that divides both {c} channels and {f} filters"),
        );
        None
    }
}
