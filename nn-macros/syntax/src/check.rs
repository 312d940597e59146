//! `Ast` -> `Model`: every rule of the language, each under its name.
//!
//! What the macro cannot see (the value of a `const`, the shapes of a type of the user's) is left to the compiler, in
//! assertions that carry the span of the token they are about.

mod branch;
mod names;
mod rows;

use crate::ast::{Ast, Body, Header, Statement};
use crate::errors::Errors;
use crate::layer::{Kind, recurrent};
use crate::model::{Facts, Inference, Layer, Model};
use crate::number::{Number, Value};
use crate::paths::Paths;
use crate::shape::{self, Shape, Size};
use crate::weights;
use names::Names;
pub(crate) use names::snake_case;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Meta, Token, Visibility};

/// Checks a declaration. The model is only fit to be emitted in full if there were no errors.
pub(crate) fn check(ast: &Ast, paths: &Paths, errors: &mut Errors) -> Model {
    let mut checker = Checker {
        model: empty_model(ast.header.as_ref()),
        names: Names::default(),
        previous: "the input".to_owned(),
        network: None,
        flow: Shape::Unknown,
        paths,
    };
    errors.end_reading();
    if let Some(header) = &ast.header {
        check_attributes(header, errors);
    }
    checker.model.weights = weights::take(&mut checker.model.attributes, errors);
    check_order(ast, &checker.model.name, errors);
    for statement in &ast.statements {
        errors.statement = statement.number;
        match &statement.body {
            Body::Input(sizes) => checker.input(statement, sizes.as_deref(), errors),
            // One that stands elsewhere is reported by `check_order`.
            Body::Output(sizes)
                if !is_first(ast, statement) && !errors.is_broken(statement.number) =>
            {
                let sizes = sizes.as_deref().unwrap_or_default();
                check_output(sizes, &mut checker.context(statement, errors));
            }
            Body::Output(_) => {}
            Body::Layer(kind) => checker.layer(statement, kind, errors),
            Body::Broken => checker.broken(),
        }
    }
    checker.model
}

/// Whether layers come after the statement, but none before it.
fn is_first(ast: &Ast, statement: &Statement) -> bool {
    let is_layer = |other: &&Statement| matches!(other.body, Body::Layer(_) | Body::Broken);
    let first = ast.statements.iter().find(is_layer);
    first.is_some_and(|first| first.number > statement.number)
}

/// A network without layers; `Net` if it has no header.
fn empty_model(header: Option<&Header>) -> Model {
    let anonymous = || Ident::new("Net", Span::call_site());
    Model {
        attributes: header.map_or_else(Vec::new, |header| header.attributes.clone()),
        weights: None,
        visibility: header.map_or(Visibility::Inherited, |header| header.visibility.clone()),
        name: header.map_or_else(anonymous, |header| header.name.clone()),
        input: Shape::Unknown,
        layers: Vec::new(),
        output: Shape::Unknown,
        assertions: Vec::new(),
        bounds: Vec::new(),
    }
}

/// The model as far as it has been read; its `output` is the shape that flows into the next statement as far as it can be guessed.
struct Checker<'a> {
    model: Model,
    /// The shape that flows into the next statement; unknown after a mistake, so that it is not the cause of more.
    flow: Shape,
    names: Names,
    /// What gives that shape, in words.
    previous: String,
    /// The network that is declared, if this is a branch of it.
    network: Option<&'a Ident>,
    paths: &'a Paths,
}

impl Checker<'_> {
    fn context<'c>(&'c mut self, statement: &Statement, errors: &'c mut Errors) -> Context<'c> {
        Context {
            input: &self.flow,
            network: self.network.unwrap_or(&self.model.name),
            owner: Owner {
                attributes: &self.model.attributes,
                visibility: &self.model.visibility,
                name: &self.model.name,
                field: None,
            },
            previous: &self.previous,
            span: statement.span,
            paths: self.paths,
            errors,
            assertions: &mut self.model.assertions,
            each: false,
        }
    }

    fn input(&mut self, statement: &Statement, sizes: Option<&[Size]>, errors: &mut Errors) {
        // A second one is reported by `check_order`.
        if !matches!(self.model.input, Shape::Unknown) {
            return;
        }
        // One that could not be read is most likely this, but nothing is said that follows from it.
        let broken = errors.is_broken(statement.number);
        let mut nowhere = Errors::of_guess();
        let errors = if broken { &mut nowhere } else { errors };
        let shape = check_input(sizes, &mut self.context(statement, errors));
        self.previous = format!("`input {}`", shape.text());
        self.model.input = shape.clone();
        self.flow = if broken {
            Shape::Unknown
        } else {
            shape.clone()
        };
        self.model.output = shape;
    }

    /// What a layer is on the shape that most likely flows into it; its mistakes are nobody's.
    fn guess(&mut self, statement: &Statement, kind: &Kind, field: &Ident) -> Option<Facts> {
        let flow = std::mem::replace(&mut self.flow, self.model.output.clone());
        let mut nowhere = Errors::of_guess();
        let mut context = self.context(statement, &mut nowhere);
        context.owner.field = Some(field);
        let facts = kind.check(&mut context);
        self.flow = flow;
        facts
    }

    fn layer(&mut self, statement: &Statement, kind: &Kind, errors: &mut Errors) {
        let field = self.names.field(statement, kind, errors);
        let (number, first) = (statement.number, errors.len());
        let mut facts = None;
        if !errors.is_broken(number) {
            let mut context = self.context(statement, errors);
            context.owner.field = Some(&field);
            facts = kind.check(&mut context);
            let before = facts.as_ref().filter(|facts| facts.is_activation());
            let before = before.and_then(|_| rows::last(&self.model.layers));
            if let Some(facts) = &facts {
                rows::check(facts, before, self.paths, errors);
            }
            errors.move_behind(first, number, statement.last);
        }
        let doubt = errors.is_broken(number) || errors.leave_doubt(first, number);
        let sure = facts.as_ref().filter(|_| !doubt);
        let flow = sure.map_or(Shape::Unknown, |facts| facts.output.clone());
        // For the stub, what the statement most likely is.
        let guessed = errors.is_broken(number) || matches!(self.flow, Shape::Unknown);
        if guessed && !errors.guessing {
            facts = self.guess(statement, kind, &field).or(facts);
        }
        self.flow = flow;
        let Some(facts) = facts else {
            self.model.output = Shape::Unknown;
            return;
        };
        let of = self.network.map_or("", |_| " of this branch");
        self.previous = format!("layer {} `{}`{of}", self.names.layers, facts.text);
        for branch in &facts.branches {
            self.model.bounds.extend_from_slice(&branch.model.bounds);
        }
        self.model.bounds.extend_from_slice(&facts.bounds);
        if facts.inference == Inference::Foreign {
            let ty = facts.foreign.as_ref().unwrap_or(&facts.ty);
            let span = statement.span;
            self.model
                .bounds
                .push(quote_spanned!(span=> #ty: __nn::Layer));
        }
        let input = std::mem::replace(&mut self.model.output, facts.output.clone());
        self.model.layers.push(Layer {
            field,
            input,
            facts,
        });
    }
}

/// Whose layer a layer is.
#[derive(Clone, Copy)]
pub(crate) struct Owner<'a> {
    attributes: &'a [Attribute],
    visibility: &'a Visibility,
    name: &'a Ident,
    /// The layer's own name.
    field: Option<&'a Ident>,
}

/// A network is `repr(C)`: training sees it as a run of `f32`.
fn check_attributes(header: &Header, errors: &mut Errors) {
    for attribute in &header.attributes {
        if let Some(repr) = find_repr(&attribute.meta) {
            errors.push(
                repr,
                "a network's layout is `repr(C)` already; remove this `repr`",
            );
        }
    }
}

/// Where an attribute says `repr`, itself or behind a condition.
fn find_repr(meta: &Meta) -> Option<Span> {
    if meta.path().is_ident("repr") {
        return Some(meta.path().span());
    }
    let Meta::List(list) = meta else { return None };
    if !list.path.is_ident("cfg_attr") {
        return None;
    }
    let inside = Punctuated::<Meta, Token![,]>::parse_terminated;
    let inside = list.parse_args_with(inside).ok()?;
    inside.iter().skip(1).find_map(find_repr)
}

/// One `input`, first; then at least one layer; then at most one `output`.
fn check_order(ast: &Ast, name: &Ident, errors: &mut Errors) {
    let (mut inputs, mut layers) = (0, 0);
    let (mut ended, mut broken) = (false, false);
    let has_layers = ast
        .statements
        .iter()
        .any(|statement| matches!(statement.body, Body::Layer(_) | Body::Broken));
    for statement in &ast.statements {
        errors.statement = statement.number;
        // One that could not be read may have been anything.
        let body = match errors.is_broken(statement.number) {
            true => &Body::Broken,
            false => &statement.body,
        };
        if ended && !matches!(body, Body::Broken) {
            errors.push(
                statement.span,
                "nothing may follow `output`; move this statement before it",
            );
            continue;
        }
        match body {
            Body::Input(_) if inputs > 0 => {
                errors.push(statement.span, "a network has one `input`; remove this one")
            }
            Body::Input(_) if layers > 0 => errors.push(
                statement.span,
                "`input` comes first; move it before the layers",
            ),
            Body::Output(_) if layers == 0 && has_layers => errors.push(
                statement.span,
                "`output` comes last; move it behind the layers",
            ),
            Body::Output(_) => ended = true,
            _ => {}
        }
        match body {
            Body::Input(_) => inputs += 1,
            Body::Output(_) => {}
            Body::Layer(_) => layers += 1,
            Body::Broken => broken = true,
        }
        if let (Some(label), Body::Input(_) | Body::Output(_)) = (&statement.label, body) {
            errors.push(label.span(), "only a layer has a label; remove this one");
        }
    }
    if !broken {
        check_presence(ast, name, (inputs, layers), errors);
    }
}

/// There is an input, and a layer.
fn check_presence(ast: &Ast, name: &Ident, (inputs, layers): (usize, usize), errors: &mut Errors) {
    errors.statement = 0;
    if ast.statements.is_empty() && !errors.is_empty() {
        return;
    }
    if inputs == 0 {
        let span = ast
            .statements
            .first()
            .map_or(name.span(), |first| first.span);
        errors.push(
            span,
            "a network begins with its input; write `input 8;` before the layers",
        );
    } else if layers == 0 {
        let span = ast
            .statements
            .first()
            .map_or(name.span(), |first| first.span);
        errors.push(
            span,
            "a network needs a layer; write one after the input, such as `dense 4;`",
        );
    }
}

fn check_input(sizes: Option<&[Size]>, context: &mut Context<'_>) -> Shape {
    let Some(sizes) = sizes else {
        return Shape::Unknown;
    };
    let Some(shape) = Shape::from_sizes(sizes) else {
        context.errors.push(
            context.span,
            format!(
                "an input has one size (a vector), two (steps x features) or three (height x width x channels), not {}; leave out the batch size, if that is one of them",
                sizes.len()
            ),
        );
        return Shape::Unknown;
    };
    let mistakes = context.errors.len();
    for size in sizes {
        context.check_size(size, "values");
    }
    if context.errors.len() > mistakes {
        return Shape::Unknown;
    }
    let text = format!("input {}", shape.text());
    match context.check_product(&sizes.iter().collect::<Vec<_>>(), 0, &text) {
        Ok(_) => shape,
        Err(Reported) => Shape::Unknown,
    }
}

/// `output` states what the last layer gives.
fn check_output(sizes: &[Size], context: &mut Context<'_>) {
    let Some(stated) = Shape::from_sizes(sizes) else {
        return;
    };
    let (stated_sizes, given_sizes) = (stated.sizes(), context.input.sizes());
    if matches!(context.input, Shape::Unknown) {
        return;
    }
    if let Shape::Of { .. } = context.input {
        let len = context.input.len(context.paths);
        let stated = stated.len(context.paths);
        context.check_output(&stated, &len);
        return;
    }
    let (given, previous) = (context.input.text(), context.previous.to_owned());
    let differ = stated_sizes.len() != given_sizes.len()
        || stated_sizes
            .iter()
            .zip(&given_sizes)
            .any(|(a, b)| a.differs(b));
    if differ {
        let span = sizes.first().map_or(context.span, Size::span);
        context.errors.push(span, format!("`output {}`, but {previous} gives {given}; write `output {given};` or change the layer", stated.text()));
        return;
    }
    for (stated, given) in stated_sizes.into_iter().zip(given_sizes) {
        context.check_output(stated, given);
    }
}

/// The fix for a shape that is not what a layer takes.
pub(crate) fn reshape(shape: &str) -> String {
    format!("write `reshape {shape};` before it")
}

/// The whole root of a square.
fn square(value: u64) -> Option<u64> {
    let root = value.isqrt();
    (root * root == value).then_some(root)
}

/// A mistake that is reported already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reported;

/// What a layer kind sees while it is checked.
pub(crate) struct Context<'a> {
    /// The shape that the layer before gives.
    pub(crate) input: &'a Shape,
    /// The network that is being declared.
    pub(crate) network: &'a Ident,
    /// Whose layer this is.
    pub(crate) owner: Owner<'a>,
    /// The layer before, in words.
    pub(crate) previous: &'a str,
    /// The statement's first word.
    pub(crate) span: Span,
    pub(crate) paths: &'a Paths,
    pub(crate) errors: &'a mut Errors,
    pub(crate) assertions: &'a mut Vec<TokenStream>,
    /// Whether the layer is that of an `each`, which hands it one step or pixel at a time.
    pub(crate) each: bool,
}

impl Context<'_> {
    /// A size is at least 1.
    pub(crate) fn check_size(&mut self, size: &Size, what: &str) {
        match size.known() {
            Some(0) => self.errors.push(
                size.span(),
                format!("a size of 0 {what} leaves nothing; write at least 1"),
            ),
            Some(_) => {}
            None => {
                let (span, text) = (size.span(), size.text());
                let size = size.expression();
                self.assertions
                    .push(quote_spanned!(span=> __nn::check_size(#text, #what, #size)));
            }
        }
    }

    /// A number is at least 1; `what` is said of it, and `why` 0 is wrong: `a stride`, `would never move on`.
    pub(crate) fn check_positive(&mut self, size: &Size, what: &str, why: &str) {
        match size.known() {
            Some(0) => self
                .errors
                .push(size.span(), format!("{what} of 0 {why}; write at least 1")),
            Some(_) => {}
            None => {
                let (span, text) = (size.span(), size.text());
                let size = size.expression();
                self.assertions
                    .push(quote_spanned!(span=> __nn::check_positive(#text, #what, #why, #size)));
            }
        }
    }

    /// The number of values of the vector that comes in; anything else is reported.
    pub(crate) fn vector(&mut self, word: &str) -> Option<Size> {
        match self.input {
            Shape::Vector(_) | Shape::Unknown => {}
            Shape::Of { .. } => {
                let (span, previous) = (self.span, self.previous);
                let given = self.input.as_dims(span, self.paths);
                self.assertions
                    .push(quote_spanned!(span=> __nn::check_vector(#word, #previous, #given)));
            }
            shape => {
                let (previous, text) = (self.previous, shape.text());
                let part = match shape {
                    Shape::Image { .. } => "pixel",
                    _ => "step",
                };
                self.errors.push(self.span, format!("`{word}` takes a vector, but {previous} gives {} of {text}; write `flatten;` before it, or `each {word} …` to apply it to each {part}", shape.noun()));
            }
        }
        Some(self.input.len(self.paths))
    }

    /// The steps and features of the sequence that comes in; anything else is reported.
    pub(crate) fn sequence(&mut self, word: &str) -> Option<[Size; 2]> {
        let fix = match self.input {
            Shape::Sequence { steps, features } => return Some([steps.clone(), features.clone()]),
            Shape::Of { .. } => {
                return Some([
                    self.input.positions(self.paths),
                    self.input.channels(self.paths),
                ]);
            }
            Shape::Unknown => return None,
            Shape::Vector(values) => {
                let before = self.previous.split('`').nth(1).unwrap_or_default();
                if let Some(fix) = recurrent::with_sequence(before) {
                    let (previous, text) = (self.previous, values.text());
                    self.errors.push(self.span, format!("`{word}` takes a sequence (steps x features), but {previous} gives its last step only, a vector of {text}; write `{fix}` there, which gives every step"));
                    return None;
                }
                format!("{}x1", values.text())
            }
            Shape::Image {
                height,
                width,
                channels,
            } => match (width.known(), channels.known()) {
                // A step for each row.
                (Some(width), Some(channels)) => {
                    format!("{}x{}", height.text(), width.saturating_mul(channels))
                }
                _ => "STEPS x FEATURES".to_owned(),
            },
        };
        let fix = match (self.input, word.contains("1d")) {
            (Shape::Image { .. }, true) => {
                format!("for an image, write `{}`", word.replace("1d", "2d"))
            }
            _ => reshape(&fix),
        };
        self.wrong_shape(word, "a sequence (steps x features)", &fix);
        None
    }

    /// The height, width and channels of the image that comes in; anything else is reported.
    pub(crate) fn image(&mut self, word: &str) -> Option<[Size; 3]> {
        const IMAGE: &str = "an image (height x width x channels)";
        let fix = match self.input {
            Shape::Image {
                height,
                width,
                channels,
            } => return Some([height.clone(), width.clone(), channels.clone()]),
            Shape::Unknown => return None,
            Shape::Of { text, .. } => {
                self.errors.push(self.span, format!("`{word}` takes {IMAGE}, and of `{text}` only the number of values and channels is known; write `reshape 28x28x1;`, with its height, width and channels, between them"));
                return None;
            }
            Shape::Vector(values) => match values.known().map(square) {
                Some(Some(side)) => format!("{side}x{side}x1"),
                _ => format!("{}x1x1", values.text()),
            },
            // A square was meant to be grey pixels, most likely.
            Shape::Sequence { steps, features }
                if steps
                    .known()
                    .is_some_and(|steps| features.known() == Some(steps)) =>
            {
                format!("{}x{}x1", steps.text(), features.text())
            }
            Shape::Sequence { .. } if word.contains("2d") => {
                let fix = format!("for a sequence, write `{}`", word.replace("2d", "1d"));
                self.wrong_shape(word, IMAGE, &fix);
                return None;
            }
            Shape::Sequence { steps, features } => {
                format!("{}x1x{}", steps.text(), features.text())
            }
        };
        self.wrong_shape(word, IMAGE, &reshape(&fix));
        None
    }

    /// Reports a shape that the layer does not take.
    pub(crate) fn wrong_shape(&mut self, word: &str, wanted: &str, fix: &str) {
        let (previous, noun, text) = (self.previous, self.input.noun(), self.input.text());
        if self.each {
            self.errors.push(
                self.span,
                format!("`{word}` takes {wanted}, but `each` hands it a vector of {text} at a time; write `{word}` without `each`"),
            );
            return;
        }
        let fix = if previous.ends_with("`flatten`") {
            format!("move that `flatten;` behind `{word}`")
        } else {
            fix.to_owned()
        };
        self.errors.push(
            self.span,
            format!("`{word}` takes {wanted}, but {previous} gives {noun} of {text}; {fix}"),
        );
    }

    /// Two sizes that must agree: what the user `stated` and what is `given`.
    pub(crate) fn check_same(&mut self, stated: &Size, given: &Size, text: &str, fix: &str) {
        if matches!(self.input, Shape::Unknown) {
            return;
        }
        match (stated.known(), given.known()) {
            (Some(a), Some(b)) if a == b => {}
            // A mistake that is reported where it was made.
            (_, Some(0)) => {}
            (Some(a), Some(b)) => self.errors.push_harmless(
                stated.span(),
                format!(
                    "`{text}` takes {a} inputs, but {} gives {b}; write `{fix}` to infer it",
                    self.previous
                ),
            ),
            _ => {
                let (span, previous) = (stated.span(), self.previous);
                let (a, b) = (stated.expression(), given.expression());
                self.assertions
                    .push(quote_spanned!(span=> __nn::check_same(#text, #a, #previous, #b, #fix)));
            }
        }
    }

    /// A size of `output` that only the compiler can compare.
    fn check_output(&mut self, stated: &Size, given: &Size) {
        if stated.known().is_none() || given.known().is_none() {
            let (span, previous) = (stated.span(), self.previous);
            let (a, b) = (stated.expression(), given.expression());
            self.assertions
                .push(quote_spanned!(span=> __nn::check_output(#a, #previous, #b)));
        }
    }

    /// The number of weights, `extra` times the last size included, where the macro knows it; more than any machine
    /// could address is reported.
    pub(crate) fn check_product(
        &mut self,
        sizes: &[&Size],
        extra: u64,
        text: &str,
    ) -> Result<Option<u64>, Reported> {
        let last = sizes.last().map(|size| (size.known(), size.span()));
        let (last, span) = last.unwrap_or((Some(0), self.span));
        let product = self.check_values(sizes, text, span)?;
        Ok(product.and_then(|product| product.checked_add(extra.checked_mul(last?)?)))
    }

    /// The number of values, where the macro knows it; more than any machine could address is reported at `span`.
    pub(crate) fn check_values(
        &mut self,
        sizes: &[&Size],
        text: &str,
        span: Span,
    ) -> Result<Option<u64>, Reported> {
        let Some(known) = sizes
            .iter()
            .map(|size| size.known())
            .collect::<Option<Vec<u64>>>()
        else {
            if sizes.len() > 1 {
                let sizes = sizes.iter().map(|size| size.expression());
                self.assertions
                    .push(quote_spanned!(span=> __nn::check_product(#text, &[#(#sizes),*])));
            }
            return Ok(None);
        };
        match shape::product(known) {
            Ok(product) => Ok(Some(product)),
            Err(product) => {
                self.errors.push(span, format!("`{text}` would need {product} values, more than any machine can address; make it smaller"));
                Err(Reported)
            }
        }
    }

    /// A dropout rate is at least 0 and below 1.
    pub(crate) fn check_rate(&mut self, rate: &Number) {
        if let Value::Constant(_) = rate.value {
            let (span, text) = (rate.span, &rate.text);
            let rate = rate.expression(self.paths);
            self.assertions
                .push(quote_spanned!(span=> __nn::check_rate(#text, #rate)));
        } else if !rate.known().is_some_and(|rate| (0.0..1.0).contains(&rate)) {
            let fix = match rate.known() {
                Some(percent) if percent > 1.0 && percent < 100.0 => {
                    format!("`{}`", percent / 100.0)
                }
                _ => "such as `0.25`".to_owned(),
            };
            self.errors.push_harmless(rate.span, format!("a dropout rate is at least 0 and below 1, but this is {}; write the fraction to drop, {fix}", rate.text));
        }
    }

    /// A type of the user's takes what the layer before gives.
    pub(crate) fn check_fits(&mut self, ty: &TokenStream, text: &str, span: Span) {
        if matches!(self.input, Shape::Unknown) {
            return;
        }
        let previous = self.previous;
        let given = match self.input {
            Shape::Of { .. } => String::new(),
            shape => shape.text(),
        };
        let input = self.input.as_dims(span, self.paths);
        let taken = shape::sizes_of(ty, "TAKEN", span, self.paths);
        self.assertions.push(
            quote_spanned!(span=> __nn::check_fits(#text, #previous, #given, #taken, #input)),
        );
    }
}
