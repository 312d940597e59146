//! A cursor over the tokens of one statement: the pieces that layer kinds put their grammars together from.

mod options;
mod sizes;

use crate::errors::{Errors, Place};
use crate::{layer, rust};
use proc_macro2::{Delimiter, Group, Ident, Punct, Span, TokenStream, TokenTree};

/// The tokens of one statement, read from left to right.
#[derive(Debug)]
pub(crate) struct Args<'t, 'e> {
    tokens: &'t [TokenTree],
    at: usize,
    /// The token at which reading was given up.
    stopped: Option<usize>,
    /// The place where a missing first argument is reported.
    head: Span,
    pub(crate) errors: &'e mut Errors,
}

impl<'t, 'e> Args<'t, 'e> {
    /// At the beginning of `tokens`.
    pub(crate) fn new(tokens: &'t [TokenTree], head: Span, errors: &'e mut Errors) -> Self {
        Self {
            tokens,
            at: 0,
            stopped: None,
            head,
            errors,
        }
    }

    /// The tokens not yet read.
    pub(crate) fn rest(&self) -> &'t [TokenTree] {
        self.tokens.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<&'t TokenTree> {
        self.tokens.get(self.at)
    }

    /// The next token if it is an identifier.
    pub(crate) fn peek_word(&self) -> Option<&'t Ident> {
        match self.peek()? {
            TokenTree::Ident(word) => Some(word),
            _ => None,
        }
    }

    fn peek_punct(&self, ahead: usize, character: char) -> Option<&'t Punct> {
        match self.tokens.get(self.at + ahead)? {
            TokenTree::Punct(punct) if punct.as_char() == character => Some(punct),
            _ => None,
        }
    }

    fn peek_braces(&self) -> Option<&'t Group> {
        match self.peek()? {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group),
            _ => None,
        }
    }

    /// Takes one token.
    pub(crate) fn skip(&mut self) {
        self.at += 1;
    }

    /// Whether a comma was just taken for a `;`.
    pub(crate) fn after_comma(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        matches!(before, Some(TokenTree::Punct(punct)) if punct.as_char() == ',')
    }

    /// Gives up on the statement.
    pub(crate) fn take_rest(&mut self) {
        self.stopped.get_or_insert(self.at);
        self.at = self.tokens.len();
    }

    /// The number of tokens read before it was given up.
    pub(crate) fn stopped(&self) -> usize {
        self.stopped.unwrap_or(self.at)
    }

    /// The place of the next token; of the last one read if there is none.
    pub(crate) fn here(&self) -> Span {
        match self.peek().or_else(|| self.tokens.last()) {
            Some(token) => token.span(),
            None => self.head,
        }
    }

    /// The next token as the user reads it.
    pub(crate) fn found(&self) -> Option<String> {
        self.peek().map(|token| match token {
            TokenTree::Group(group) => match group.delimiter() {
                Delimiter::Brace => "{…}".to_owned(),
                Delimiter::Bracket => "[…]".to_owned(),
                Delimiter::Parenthesis | Delimiter::None => "(…)".to_owned(),
            },
            token => token.to_string(),
        })
    }

    /// Whether the next token begins another statement, so that a `;` is missing before it.
    pub(crate) fn at_statement(&self) -> bool {
        let Some(word) = self.peek_word() else {
            return false;
        };
        let label = self.peek_punct(1, ':').is_some() && self.peek_punct(2, ':').is_none();
        let word = word.to_string();
        // The words of blocks are those of options too: `bidirectional lstm 16 concat`.
        let is_option = layer::BLOCKS.contains(&word.as_str())
            && !matches!(self.tokens.get(self.at + 1), Some(TokenTree::Group(_)));
        let others = ["input", "output", "budget"];
        let known = others.contains(&word.as_str()) || layer::WORDS.contains(&word.as_str());
        label || (known && !is_option)
    }

    /// Takes what is in braces, with the braces; anything else is reported.
    pub(crate) fn block(&mut self, what: &str, usage: &str) -> Option<&'t Group> {
        let group = self.peek_braces();
        if group.is_none() {
            let found = self
                .found()
                .map_or_else(String::new, |found| format!(", found `{found}`"));
            self.errors.push(
                self.here(),
                format!("{what} go in braces{found}; write `{usage}`"),
            );
            self.take_rest();
        }
        self.skip();
        group
    }

    /// Takes `->`.
    pub(crate) fn arrow(&mut self) -> bool {
        let arrow = self.peek_punct(0, '-').is_some() && self.peek_punct(1, '>').is_some();
        if arrow {
            self.at += 2;
        }
        arrow
    }

    /// Whether a path of more than one name follows.
    pub(crate) fn at_path(&self) -> bool {
        let colons =
            |at| self.peek_punct(at, ':').is_some() && self.peek_punct(at + 1, ':').is_some();
        colons(0) || (self.peek_word().is_some() && colons(1))
    }

    /// Takes a path, `my::Layer<3>` or `my::Layer::<3>`; returns its tokens, its text and its last name.
    ///
    /// What is not a whole path is an error here: in the expansion it would break the code around it.
    pub(crate) fn path(&mut self) -> Option<(TokenStream, String, Ident)> {
        let start = self.at;
        let mut last = None;
        let mut open = self.double_colon();
        while let Some(word) = self.peek_word().filter(|_| open || last.is_none()) {
            self.skip();
            last = Some(word.clone());
            self.generics()?;
            open = self.double_colon();
            if open && self.peek_punct(0, '<').is_some() {
                self.generics()?;
                open = self.double_colon();
            }
        }
        let tokens = self.tokens.get(start..self.at).unwrap_or_default();
        if open {
            let place = Place::of(tokens, self.head);
            let text = text(tokens);
            self.errors.push(
                place,
                format!(
                    "a name is missing after `{text}`; write the whole path, such as `{text}Name`"
                ),
            );
            self.take_rest();
            return None;
        }
        let path: TokenStream = tokens.iter().cloned().collect();
        let last = last?;
        let alone = tokens.len() == 1 && last != "Self" && rust::is_keyword(&last.to_string());
        if alone || syn::parse2::<syn::TypePath>(path.clone()).is_err() {
            let text = path.to_string();
            let message = match alone {
                true => format!(
                    "`{text}` is a keyword of Rust and cannot be a name here; write another"
                ),
                false => format!(
                    "`{text}` is not a path; write one such as `my::Layer` or `my::Layer<3>`"
                ),
            };
            self.errors.push(Place::of(tokens, self.head), message);
            self.take_rest();
            return None;
        }
        Some((path, text(tokens), last))
    }

    fn double_colon(&mut self) -> bool {
        let colons = self.peek_punct(0, ':').is_some() && self.peek_punct(1, ':').is_some();
        if colons {
            self.at += 2;
        }
        colons
    }

    /// Takes `<…>` with everything in it, if it follows; one that is not closed is an error.
    fn generics(&mut self) -> Option<()> {
        let start = self.here();
        let mut depth = 0_usize;
        while let Some(token) = self.peek() {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == '<' => depth += 1,
                TokenTree::Punct(punct) if punct.as_char() == '>' && depth > 0 => depth -= 1,
                _ if depth == 0 => return Some(()),
                _ => {}
            }
            self.skip();
            if depth == 0 {
                return Some(());
            }
        }
        if depth > 0 {
            self.errors.push(
                start,
                "this `<` has no `>`; close it before the `;`, as in `my::Layer<3>;`",
            );
            return None;
        }
        Some(())
    }

    /// Reports what is left, unless the next statement seems to begin there.
    pub(crate) fn finish(&mut self, after: &str) {
        if self.peek().is_some() && !self.at_statement() {
            self.unexpected(after, &[]);
        }
    }
}

/// Tokens as one writes them in a path: without spaces.
pub(crate) fn text(tokens: &[TokenTree]) -> String {
    tokens.iter().map(ToString::to_string).collect()
}
