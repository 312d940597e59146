use crate::args::Args;
use crate::check::snake_case;
use crate::context::Context;
use crate::model::{Facts, Inference, Memory};
use crate::shape::Shape;
use proc_macro2::{Ident, TokenStream};

/// A path to a type of the user's that implements `Layer`; a generated network is one.
#[derive(Debug)]
pub(crate) struct Foreign {
    ty: TokenStream,
    text: String,
    name: Ident,
}

impl Foreign {
    /// Takes the path.
    pub(crate) fn parse(args: &mut Args<'_, '_>) -> Option<Self> {
        let (ty, text, name) = args.path()?;
        args.finish(&text);
        Some(Self { ty, text, name })
    }

    /// Whether the last name is capitalised, as types are.
    pub(crate) fn is_type(&self) -> bool {
        self.name
            .to_string()
            .starts_with(|c: char| c.is_uppercase())
    }

    /// The path.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The name for fields of this type: `Encoder` -> `encoder`.
    pub(crate) fn field_stem(&self) -> String {
        snake_case(&self.name.to_string())
    }

    pub(super) fn check(&self, context: &mut Context<'_>) -> Option<Facts> {
        let own = context.network;
        if self.text == "Self" || *own == self.text || self.text == format!("self::{own}") {
            context.errors.push(
                self.name.span(),
                format!("`{own}` cannot be a layer of itself; name another network here"),
            );
            return None;
        }
        context.check_fits(&self.ty, &self.text, self.name.span());
        let output = Shape::Of {
            layer: self.ty.clone(),
            text: self.text.clone(),
            span: self.name.span(),
            own: true,
        };
        let mut facts = Facts::new(self.text.clone(), self.ty.clone(), output);
        facts.params = None;
        facts.trained = None;
        facts.inference = Inference::Foreign;
        facts.memory = Memory::Perhaps;
        Some(facts)
    }
}
