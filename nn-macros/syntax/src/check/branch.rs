//! The layers inside a block: a network of their own, on what flows into the block.

use super::{Checker, Names};
use crate::ast::{Body, Statement};
use crate::budget;
use crate::context::Context;
use crate::errors::Errors;
use crate::model::Model;
use crate::shape::Shape;
use proc_macro2::{Ident, Span};
use syn::parse_quote;

impl Context<'_> {
    /// The network that `statements` make, named after the block's field and `suffix`; `what` it is, in words.
    /// Its own `output` may be a guess; beside it is what certainly flows out.
    pub(crate) fn branch(
        &mut self,
        statements: &[Statement],
        suffix: &str,
        what: &str,
    ) -> (Model, Shape) {
        let owner = self.owner;
        let field = owner.field.map(ToString::to_string).unwrap_or_default();
        // Two underscores are in no name that is written as names of types are: it is neither the user's nor that of another network's block.
        let field_text = field.strip_prefix("r#").unwrap_or(&field);
        let name = format!("{}__{field_text}{suffix}", owner.name);
        let doc = format!(" {what} of `{field}` in [`{}`].", owner.name);
        let mut attributes = vec![
            parse_quote!(#[doc = #doc]),
            parse_quote!(#[allow(non_camel_case_types)]),
        ];
        // What the struct derives, the types of its fields must derive too.
        let is_doc = |path: &syn::Path| path.is_ident("doc") || path.is_ident("deprecated");
        let passed_on = owner.attributes.iter().filter(|a| !is_doc(a.path()));
        attributes.extend(passed_on.cloned());
        let mut checker = Checker {
            model: Model {
                attributes,
                weights: None,
                visibility: owner.visibility.clone(),
                name: Ident::new(&name, self.span.resolved_at(Span::call_site())),
                input: self.input.clone(),
                layers: Vec::new(),
                output: self.input.clone(),
                assertions: Vec::new(),
                bounds: Vec::new(),
            },
            flow: self.input.clone(),
            names: Names::default(),
            previous: self.previous.clone(),
            network: Some(self.network),
            paths: self.paths,
        };
        let block = self.errors.statement;
        for statement in statements {
            self.errors.statement = statement.number;
            checker.statement_of_branch(statement, self.errors);
        }
        self.errors.statement = block;
        (checker.model, checker.flow)
    }
}

impl Checker<'_> {
    fn statement_of_branch(&mut self, statement: &Statement, errors: &mut Errors) {
        let (word, what) = match &statement.body {
            Body::Input(_) | Body::Output(_) | Body::Budget(_)
                if errors.is_broken(statement.number) =>
            {
                return self.broken();
            }
            Body::Layer(kind) => return self.layer(statement, kind, errors),
            Body::Broken => return self.broken(),
            Body::Budget(_) => return budget::misplaced(statement.span, true, errors),
            Body::Input(_) => ("input", "takes what flows into its block"),
            Body::Output(_) => ("output", "gives what its last layer gives"),
        };
        errors.push(
            statement.span,
            format!("a branch {what}; remove this `{word}`"),
        );
    }

    /// A layer of which nothing is known.
    pub(super) fn broken(&mut self) {
        self.names.layers += 1;
        self.flow = Shape::Unknown;
        self.model.output = Shape::Unknown;
    }
}
