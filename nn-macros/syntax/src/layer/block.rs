//! Layers in braces: `residual { … }`, `concat { { … } { … } }`, `add`, `multiply`.

use super::LayerKind;
use crate::args::Args;
use crate::ast::Statement;
use crate::context::Context;
use crate::model::{Branch, Facts, Memory, Model};
use crate::parse::{is_semicolon, parse_statements};
use crate::repair;
use crate::shape::Shape;
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::quote;
use std::marker::PhantomData;
use std::rc::Rc;

mod shapes;

/// The words that begin a block.
pub(crate) const WORDS: &[&str] = &["residual", "concat", "add", "multiply"];

/// The layers in one pair of braces.
#[derive(Debug)]
struct Layers {
    statements: Vec<Statement>,
    /// The braces.
    span: Span,
}

impl Layers {
    fn parse(tokens: &[TokenTree], span: Span, args: &mut Args<'_, '_>) -> Self {
        Self {
            statements: parse_statements(tokens, args.errors),
            span,
        }
    }

    /// The branch's type and what it gives: an empty one hands on its input.
    fn check(&self, suffix: &str, what: &str, context: &mut Context<'_>) -> Checked {
        let (model, output) = context.branch(&self.statements, suffix, what);
        if self.statements.is_empty() {
            let identity = context.paths.public(quote!(layer::Identity));
            let tensor = context.input.tensor(context.paths);
            return Checked {
                ty: quote!(#identity<#tensor>),
                output,
                model: None,
            };
        }
        let name = &model.name;
        Checked {
            ty: quote!(#name),
            output,
            model: Some(model),
        }
    }
}

/// One branch after its check.
struct Checked {
    ty: TokenStream,
    output: Shape,
    model: Option<Model>,
}

/// The facts of a block from its branches.
fn facts(word: &str, ty: TokenStream, output: Shape, branches: Vec<Branch>) -> Facts {
    let models = || branches.iter().map(|branch| &*branch.model);
    let mut facts = Facts::new(format!("{word} {{…}}"), ty, output);
    facts.params = models().map(Model::params).sum();
    facts.trained = if models().any(|model| model.trained() == Some(true)) {
        Some(true)
    } else {
        let known = models().all(|model| model.trained().is_some());
        known.then_some(false)
    };
    if models().any(|model| model.remembering().next().is_some()) {
        facts.memory = Memory::Perhaps;
    }
    facts.branches = branches;
    facts
}

/// `residual { … }`.
#[derive(Debug)]
pub(crate) struct Residual {
    body: Layers,
}

impl LayerKind for Residual {
    const USAGE: &'static str = "residual { dense 6 relu; dense 6; }";

    fn parse(args: &mut Args<'_, '_>) -> Option<Self> {
        let usage = unbraced(args, "residual", false);
        let usage = usage.as_deref().unwrap_or(Self::USAGE);
        let group = args.block("the layers of `residual`", usage)?;
        let mut tokens: Vec<TokenTree> = group.stream().into_iter().collect();
        if let [TokenTree::Group(inner)] = tokens.as_slice()
            && inner.delimiter() == Delimiter::Brace
        {
            args.errors.push(
                inner.span(),
                format!(
                    "`residual` has one branch, so one pair of braces will do; write `{}`",
                    Self::USAGE
                ),
            );
            tokens = inner.stream().into_iter().collect();
        } else if tokens.is_empty() {
            args.errors.push(group.span(), format!("there is nothing in this `residual` to add to its input; write its layers, such as `{}`", Self::USAGE));
        }
        Some(Self {
            body: Layers::parse(&tokens, group.span(), args),
        })
    }

    fn check(&self, context: &mut Context<'_>) -> Option<Facts> {
        let body = self.body.check("", "The body", context);
        let last = self.body.statements.last();
        let span = last.map_or(self.body.span, |statement| statement.span);
        shapes::check_residual(context, span, &body.output);
        let (residual, body_ty) = (context.paths.public(quote!(layer::Residual)), &body.ty);
        let ty = quote!(#residual<#body_ty>);
        let branches = body.model.into_iter().map(|model| Branch {
            path: "body".to_owned(),
            model: Rc::new(model),
        });
        Some(facts(
            "residual",
            ty,
            context.input.clone(),
            branches.collect(),
        ))
    }
}

/// The operation on the outputs of branches.
pub(crate) trait Operation {
    /// The word.
    const WORD: &'static str;
    /// Whether channels are joined; values are combined one by one otherwise.
    const JOINS: bool = false;
    /// The type in `nn_core::layer`, with the channels and positions that it joins.
    fn ty(channels: &TokenStream, positions: &TokenStream) -> TokenStream;
}

/// `concat { { … } { … } }`.
#[derive(Debug)]
pub(crate) struct Joined;
/// `add { { … } { … } }`.
#[derive(Debug)]
pub(crate) struct Added;
/// `multiply { { … } { … } }`.
#[derive(Debug)]
pub(crate) struct Multiplied;

pub(crate) type Concat = Merge<Joined>;
pub(crate) type Add = Merge<Added>;
pub(crate) type Multiply = Merge<Multiplied>;

impl Operation for Joined {
    const WORD: &'static str = "concat";
    const JOINS: bool = true;
    fn ty(channels: &TokenStream, positions: &TokenStream) -> TokenStream {
        quote!(layer::Concatenate<#channels, #positions>)
    }
}

impl Operation for Added {
    const WORD: &'static str = "add";
    fn ty(_: &TokenStream, _: &TokenStream) -> TokenStream {
        quote!(layer::Add)
    }
}

impl Operation for Multiplied {
    const WORD: &'static str = "multiply";
    fn ty(_: &TokenStream, _: &TokenStream) -> TokenStream {
        quote!(layer::Multiply)
    }
}

/// Branches on one input.
#[derive(Debug)]
pub(crate) struct Merge<O> {
    branches: Vec<Layers>,
    operation: PhantomData<O>,
}

impl<O: Operation> LayerKind for Merge<O> {
    const USAGE: &'static str = "{ { dense 4; } { dense 4 tanh; } }";

    fn parse(args: &mut Args<'_, '_>) -> Option<Self> {
        let word = O::WORD;
        let usage = || format!("{word} {}", Self::USAGE);
        let usage = unbraced(args, word, true).unwrap_or_else(usage);
        let group = args.block(&format!("the branches of `{word}`"), &usage)?;
        let branches = parse_branches(group, word, &usage, args);
        let only = branches.len() < 2;
        if only {
            let found = match branches.first() {
                Some(_) => "this is the only one",
                None => "there is none",
            };
            let place = branches.first().map_or(group.span(), |branch| branch.span);
            args.errors.push(place, format!("`{word}` needs two branches or more, and {found}; write `{usage}`, where an empty branch `{{}}` is the input itself"));
        }
        Some(Self {
            branches,
            operation: PhantomData,
        })
    }

    fn check(&self, context: &mut Context<'_>) -> Option<Facts> {
        let (mut types, mut outputs, mut models) = (Vec::new(), Vec::new(), Vec::new());
        for (i, branch) in self.branches.iter().enumerate() {
            let n = i + 1;
            let (suffix, what) = (format!("_branch{n}"), format!("Branch {n}"));
            let checked = branch.check(&suffix, &what, context);
            shapes::check_branch::<O>(context, branch.span, n, &checked.output, outputs.first());
            models.extend(checked.model.map(|model| Branch {
                path: path(i, self.branches.len()),
                model: Rc::new(model),
            }));
            types.push(checked.ty);
            outputs.push(checked.output);
        }
        let ty = self.ty(&types, &outputs, context)?;
        let output = match shapes::output::<O>(context, &outputs) {
            Some(shape) => shape,
            None => Shape::Of {
                layer: ty.clone(),
                text: O::WORD.to_owned(),
                span: context.span,
                own: true,
            },
        };
        let empty = |branch: &&Layers| branch.statements.is_empty();
        Some(Facts {
            empty_branches: self.branches.iter().filter(empty).count(),
            ..facts(O::WORD, ty, output, models)
        })
    }
}

impl<O: Operation> Merge<O> {
    /// `Branches<A, Branches<B, C, How>, How>`.
    fn ty(
        &self,
        types: &[TokenStream],
        outputs: &[Shape],
        context: &mut Context<'_>,
    ) -> Option<TokenStream> {
        let merge = context.paths.public(quote!(layer::Branches));
        let positions = outputs.first()?.positions(context.paths);
        let mut ty = types.last()?.clone();
        for (i, first) in types.iter().enumerate().rev().skip(1) {
            let joined = outputs.get(i..).unwrap_or_default();
            let channels = shapes::channels(joined, context);
            let how = O::ty(channels.expression(), positions.expression());
            let how = context.paths.public(how);
            ty = quote!(#merge<#first, #ty, #how>);
        }
        Some(ty)
    }
}

/// The path to branch `i` of `count`: `first`, `second.first`, `second.second`.
fn path(i: usize, count: usize) -> String {
    let mut path = vec!["second"; i];
    if i + 1 < count {
        path.push("first");
    }
    path.join(".")
}

/// The layers in each pair of inner braces. Where these are missing, every statement is taken for a branch.
fn parse_branches(group: &Group, word: &str, usage: &str, args: &mut Args<'_, '_>) -> Vec<Layers> {
    let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
    let (mut branches, mut reported) = (Vec::new(), false);
    let mut pieces: Vec<&[TokenTree]> = tokens.split(is_semicolon).collect();
    pieces.reverse();
    while let Some(mut rest) = pieces.pop() {
        while let [TokenTree::Group(branch), after @ ..] = rest
            && branch.delimiter() == Delimiter::Brace
        {
            let tokens: Vec<TokenTree> = branch.stream().into_iter().collect();
            branches.push(Layers::parse(&tokens, branch.span(), args));
            rest = after;
        }
        let Some(first) = rest.first() else { continue };
        if is_comma(first) && !reported {
            args.errors.push(
                first.span(),
                format!("nothing separates the branches of `{word}`; remove this `,`"),
            );
            pieces.push(rest.get(1..).unwrap_or_default());
            continue;
        }
        if !reported {
            let fix = with_braces(&tokens, word).unwrap_or_else(|| usage.to_owned());
            args.errors.push(first.span(), format!("each branch of `{word}` has braces of its own, and this is in none; write `{fix}`"));
            reported = true;
        }
        // What is behind a comma is the next branch.
        let comma = rest.iter().position(is_comma);
        let (branch, after) = rest.split_at(comma.unwrap_or(rest.len()));
        pieces.extend(after.get(1..));
        let branch = Layers::parse(branch, first.span(), args);
        branches.push(branch);
    }
    branches
}

fn is_comma(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',')
}

/// Layers without their braces, `residual(dense 8)` or `residual dense 8`, with them, if that fits into a message.
fn unbraced(args: &Args<'_, '_>, word: &str, branches: bool) -> Option<String> {
    let tokens: Vec<TokenTree> = match args.rest() {
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Brace => return None,
        [TokenTree::Group(group)] => group.stream().into_iter().collect(),
        tokens => tokens.to_vec(),
    };
    if branches {
        return with_braces(&tokens, word);
    }
    let layers = tokens.split(|token| is_semicolon(token) || is_comma(token));
    let layers = layers
        .filter(|layer| !layer.is_empty())
        .map(|layer| format!("{};", repair::text(layer)));
    let layers: Vec<String> = layers.collect();
    let fix = format!("{word} {{ {} }}", layers.join(" "));
    let plain = !tokens
        .iter()
        .any(|token| matches!(token, TokenTree::Group(_)));
    (plain && !layers.is_empty() && fix.len() < 80).then_some(fix)
}

/// `concat { { dense 4; } { dense 3; } }` of `dense 4; dense 3;`, if that fits into a message.
fn with_braces(tokens: &[TokenTree], word: &str) -> Option<String> {
    let statements = tokens
        .split(|token| is_semicolon(token) || is_comma(token))
        .filter(|tokens| !tokens.is_empty());
    let branches: Vec<String> = statements
        .map(|tokens| format!("{{ {}; }}", repair::text(tokens)))
        .collect();
    let fix = format!("{word} {{ {} }}", branches.join(" "));
    let plain = !tokens
        .iter()
        .any(|token| matches!(token, TokenTree::Group(_)));
    (plain && branches.len() > 1 && fix.len() < 80).then_some(fix)
}
