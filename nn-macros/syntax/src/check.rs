//! `Ast` -> `Model`: every rule of the language, each under its name.
//!
//! What the macro cannot see (the value of a `const`, the shapes of a type of the user's) is left to the compiler, in
//! assertions that carry the span of the token they are about.

mod branch;
mod names;
mod order;
mod rows;

use crate::ast::{Ast, Body, Header, Statement};
use crate::budget::Limit;
use crate::context::{Context, Owner, Previous, Reported};
use crate::errors::Errors;
use crate::layer::Kind;
use crate::model::{Facts, Inference, Layer, Model};
use crate::paths::Paths;
use crate::shape::{Shape, Size};
use crate::weights;
use names::Names;
pub(crate) use names::snake_case;
use order::{check_attributes, check_order};
use proc_macro2::{Ident, Span};
use quote::quote_spanned;
use syn::Visibility;

/// Checks a declaration. The model is only fit to be emitted in full if there were no errors.
pub(crate) fn check(ast: &Ast, paths: &Paths, errors: &mut Errors) -> Model {
    let mut checker = Checker {
        model: empty_model(ast.header.as_ref()),
        names: Names::default(),
        previous: Previous::Nothing,
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
            Body::Budget(limits) => checker.budget(limits.as_deref()),
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
    /// The giver of that shape.
    previous: Previous,
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

    fn budget(&mut self, limits: Option<&[Limit]>) {
        let limits = limits.unwrap_or_default().iter();
        let assertions = limits.map(|limit| limit.assertion(&self.model.name, self.paths));
        self.model.assertions.extend(assertions);
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
        self.previous = Previous::Input(shape.text());
        self.model.input = shape.clone();
        self.flow = if broken {
            Shape::Unknown
        } else {
            shape.clone()
        };
        self.model.output = shape;
    }

    /// The facts of a layer on the shape that most likely flows into it; its mistakes are nobody's.
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
                let row = rows::check(facts, before, self.paths, errors);
                self.model.assertions.extend(row);
            }
            errors.move_behind(first, number, statement.last);
        }
        let doubt = errors.is_broken(number) || errors.leave_doubt(first, number);
        let sure = facts.as_ref().filter(|_| !doubt);
        let flow = sure.map_or(Shape::Unknown, |facts| facts.output.clone().handed_on());
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
        self.previous = Previous::Layer {
            number: self.names.layers,
            text: facts.text.clone(),
            in_branch: self.network.is_some(),
        };
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
    let (given, previous) = (context.input.text(), context.previous);
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
