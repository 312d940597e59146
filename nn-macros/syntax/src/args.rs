//! A cursor over the tokens of one statement: the pieces that layer kinds put their grammars together from.

use crate::activation::{self, Activation};
use crate::errors::{Errors, Place, did_you_mean, list, one_of, suggestion};
use crate::keras;
use crate::layer;
use crate::number::{self, Number, Value};
use crate::option;
use crate::rust;
use crate::shape::Size;
use crate::window;
use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Span, TokenStream, TokenTree};

/// The tokens of one statement, read from left to right.
#[derive(Debug)]
pub(crate) struct Args<'t, 'e> {
    tokens: &'t [TokenTree],
    at: usize,
    /// Where reading was given up.
    stopped: Option<usize>,
    /// Where a missing first argument is reported.
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

    /// How many tokens were read before it was given up.
    pub(crate) fn stopped(&self) -> usize {
        self.stopped.unwrap_or(self.at)
    }

    /// Where the next token is; the last one read if there is none.
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
        let known = word == "input" || word == "output" || layer::WORDS.contains(&word.as_str());
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

    /// Whether a number follows.
    pub(crate) fn at_number(&self) -> bool {
        match self.peek() {
            Some(TokenTree::Literal(_)) => true,
            Some(TokenTree::Punct(punct)) => {
                punct.as_char() == '-' && self.peek_punct(1, '>').is_none()
            }
            Some(TokenTree::Group(_)) => self.peek_braces().is_some(),
            Some(TokenTree::Ident(word)) => {
                is_constant(&word.to_string()) || self.peek_punct(1, ':').is_some()
            }
            None => false,
        }
    }

    /// The next token if it is text in quotes.
    pub(crate) fn quoted(&self) -> Option<&'t Literal> {
        match self.peek()? {
            TokenTree::Literal(literal) if literal.to_string().starts_with('"') => Some(literal),
            _ => None,
        }
    }

    /// Takes a literal that should not be there, with what follows it in the statement.
    pub(crate) fn stray_literal(&mut self) -> Option<&'t Literal> {
        let TokenTree::Literal(literal) = self.peek()? else {
            return None;
        };
        self.take_rest();
        Some(literal)
    }

    /// Takes a number: a literal, a path to a `const`, or a braced `const` expression.
    pub(crate) fn number(&mut self, what: &str) -> Option<Number> {
        if self.keyword() {
            self.take_rest();
            return None;
        }
        let negative = self.peek_punct(0, '-').is_some();
        let start = self.here();
        if negative {
            self.skip();
        }
        match self.peek() {
            Some(TokenTree::Literal(literal)) => {
                self.skip();
                let text = literal.to_string();
                let plain = text
                    .trim_end_matches("f32")
                    .trim_end_matches("f64")
                    .to_owned();
                let Some(value) = number::literal(negative, &plain) else {
                    self.errors.push(
                        literal.span(),
                        format!("`{text}` is not a number that {what} can be; write a decimal number within the range of an `f32`, such as `0.25` or `1e-4`"),
                    );
                    return None;
                };
                let sign = if negative { "-" } else { "" };
                Some(Number {
                    text: format!("{sign}{plain}"),
                    span: literal.span(),
                    value,
                })
            }
            Some(TokenTree::Group(group)) if !negative && self.peek_braces().is_some() => {
                self.skip();
                if !rust::is_expression(group, "{ 1.0 / STEPS as f32 }", self.errors) {
                    return None;
                }
                Some(Number {
                    text: group.to_string(),
                    span: group.span(),
                    value: Value::Constant(group.stream()),
                })
            }
            Some(TokenTree::Ident(word)) if !negative && !self.is_reserved(word) => {
                let span = word.span();
                let (path, text, _) = self.path()?;
                Some(Number {
                    text,
                    span,
                    value: Value::Constant(path),
                })
            }
            _ => {
                let found = self
                    .found()
                    .map_or_else(String::new, |found| format!(", found `{found}`"));
                let mistake = format!("expected {what}{found}");
                let fix = "write a number, such as `0.25` or `1e-4`, or the name of a `const`";
                self.errors.push_with_fix(start, &mistake, fix);
                self.take_rest();
                None
            }
        }
    }

    /// Takes one size.
    pub(crate) fn size(&mut self, what: &str, usage: &str) -> Option<Size> {
        let start = self.at;
        let (sizes, place) = self.placed_sizes(what, usage)?;
        match <[Size; 1]>::try_from(sizes) {
            Ok([size]) => Some(size),
            Err(sizes) => {
                let tokens = self.tokens.get(start..self.at).unwrap_or_default();
                let count = sizes.len();
                let mistake = format!("{what} is one number, but `{}` has {count}", text(tokens));
                let fix = format!("write `{usage}`");
                self.errors.push_with_fix(place, &mistake, &fix);
                None
            }
        }
    }

    /// [`sizes`](Self::sizes), and where they are.
    pub(crate) fn placed_sizes(&mut self, what: &str, usage: &str) -> Option<(Vec<Size>, Place)> {
        let start = self.at;
        let sizes = self.sizes(what, usage)?;
        let tokens = self.tokens.get(start..self.at).unwrap_or_default();
        Some((sizes, Place::of(tokens, self.head)))
    }

    /// Takes sizes with `x` between them.
    ///
    /// Rust's lexer makes one literal of `28x28x1`, one identifier of `x28`, and separate tokens of `28 x W`.
    pub(crate) fn sizes(&mut self, what: &str, usage: &str) -> Option<Vec<Size>> {
        let mut sizes = Vec::new();
        let mut sound = true;
        if self.keyword() {
            self.take_rest();
            return None;
        }
        loop {
            let open = match self.peek() {
                Some(TokenTree::Literal(literal)) => {
                    self.skip();
                    self.split_literal(literal, what, &mut sizes)
                }
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                    self.skip();
                    self.braced(group, &mut sizes)
                }
                Some(TokenTree::Ident(word)) if !self.is_reserved(word) => {
                    let open = self.named(&mut sizes);
                    open?;
                    open
                }
                _ => return self.no_size(what, usage),
            };
            sound &= open.is_some();
            if open == Some(true) {
                continue;
            }
            let Some(word) = self.peek_word() else { break };
            let word = word.to_string();
            if word == "x" {
                self.skip();
                continue;
            }
            let Some(rest) = word
                .strip_prefix('x')
                .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
            else {
                break;
            };
            let span = self.here();
            self.skip();
            match split(rest, span, &mut sizes) {
                Ok(true) => {}
                Ok(false) if self.peek_word().is_some_and(|next| next == "x") => self.skip(),
                Ok(false) => break,
                Err(message) => {
                    self.errors.push(span, message);
                    sound = false;
                    break;
                }
            }
        }
        sound.then_some(sizes)
    }

    /// Words of the DSL, which cannot be the name of a size.
    fn is_reserved(&self, word: &Ident) -> bool {
        let word = word.to_string();
        self.at_statement()
            || activation::find(&word).is_some()
            || word == "x"
            || option::WORDS.contains(&word.as_str())
            || window::WORDS.contains(&word.as_str())
            || layer::recurrent::WORDS.contains(&word.as_str())
            || keras::is_argument(&word)
    }

    fn no_size<T>(&mut self, what: &str, usage: &str) -> Option<T> {
        if self.peek_punct(0, '-').is_some() {
            let tokens = self.rest();
            let place = Place::of(tokens.get(..2).unwrap_or(tokens), self.head);
            let mistake = if self.arrow() {
                format!("expected {what}, found `->`")
            } else {
                self.at += 2;
                format!("{what} cannot be negative")
            };
            let fix = format!("write `{usage}`");
            self.errors.push_with_fix(place, &mistake, &fix);
            return None;
        }
        let mistake = match self.found() {
            Some(found) => format!("expected {what}, found `{found}`"),
            None => format!("expected {what}"),
        };
        let fix = format!("write `{usage}`");
        self.errors.push_with_fix(self.here(), &mistake, &fix);
        self.take_rest();
        None
    }

    /// A literal with everything that the lexer glued to it; says whether an `x` at its end wants another size.
    fn split_literal(
        &mut self,
        literal: &Literal,
        what: &str,
        sizes: &mut Vec<Size>,
    ) -> Option<bool> {
        let text = literal.to_string();
        let message = match refuse(&text, what) {
            Some(message) => message,
            None => match split(&text, literal.span(), sizes) {
                Ok(open) => return Some(open),
                Err(message) => message,
            },
        };
        self.errors.push(literal.span(), message);
        None
    }

    fn braced(&mut self, group: &Group, sizes: &mut Vec<Size>) -> Option<bool> {
        if !rust::is_expression(group, "{ 2 * HIDDEN }", self.errors) {
            return None;
        }
        sizes.push(Size::constant(
            group.stream(),
            group.to_string(),
            group.span(),
        ));
        Some(false)
    }

    /// The path of a `const`, or several constants with `x` between them in one identifier.
    fn named(&mut self, sizes: &mut Vec<Size>) -> Option<bool> {
        let span = self.here();
        let (path, text, _) = self.path()?;
        let parts: Vec<_> = text.split('x').collect();
        if parts.len() > 1
            && parts
                .iter()
                .all(|part| is_constant(part) || is_digits(part))
        {
            for part in parts {
                push_part(part, span, sizes).ok()?;
            }
        } else {
            sizes.push(Size::constant(path, text, span));
        }
        Some(false)
    }

    /// Takes an activation, if one follows.
    pub(crate) fn activation(&mut self) -> Option<Activation> {
        let word = self.peek_word()?;
        let name = word.to_string();
        let span = word.span();
        if let Some(entry) = activation::find(&name) {
            self.skip();
            return Some(Activation::after(entry, span, self));
        }
        let alone = self.peek_punct(1, ':').is_none() && self.peek_punct(1, '<').is_none();
        if let Some(entry) = activation::meant(&name).filter(|_| alone) {
            let meant = suggestion(Some(entry.word()));
            self.errors
                .push(span, format!("unknown activation `{name}`{meant}"));
            self.skip();
            return Some(Activation::after(entry, span, self));
        }
        if alone && crate::errors::plain(&name) == "prelu" {
            self.errors.push(span, format!("`{name}` has slopes that are trained, so it is a layer of its own; write `prelu;` as a statement, or `leaky_relu 0.25` for a fixed slope"));
            self.skip();
            return Some(Activation::after(
                activation::find("leaky_relu")?,
                span,
                self,
            ));
        }
        let camel = name.starts_with(|c: char| c.is_ascii_uppercase());
        if !self.at_statement() && (camel || self.peek_punct(1, ':').is_some()) {
            let (ty, text, _) = self.path()?;
            return Some(Activation::Path { ty, text });
        }
        None
    }

    /// Takes the words up to the end of the statement: the activation, before or after the options, and those; `option` takes what belongs to
    /// each and returns `false` if it does not know the word.
    ///
    /// Stops where the next statement seems to begin.
    pub(crate) fn options(
        &mut self,
        known: &[&str],
        after: &str,
        mut option: impl FnMut(&mut Self, &Ident) -> bool,
    ) -> Option<Activation> {
        let mut activation = None;
        let place = Some(&mut activation);
        self.every_option(known, after, place, &mut option);
        activation
    }

    /// [`options`](Self::options) of a layer without an activation.
    pub(crate) fn plain_options(
        &mut self,
        known: &[&str],
        after: &str,
        mut option: impl FnMut(&mut Self, &Ident) -> bool,
    ) {
        self.every_option(known, after, None, &mut option);
    }

    fn every_option(
        &mut self,
        known: &[&str],
        after: &str,
        mut activation: Option<&mut Option<Activation>>,
        option: &mut dyn FnMut(&mut Self, &Ident) -> bool,
    ) {
        while self.keyword() || (self.peek().is_some() && !self.at_next_statement()) {
            let Some(word) = self.peek_word() else {
                let activation = activation.as_deref().and_then(Option::as_ref);
                let activation = activation.map_or_else(String::new, |a| format!(" {}", a.text()));
                if self.peek().is_some() {
                    self.unexpected(&format!("{after}{activation}"), known);
                }
                return;
            };
            if self.peek_punct(1, '=').is_some() {
                continue;
            }
            if let Some(activation) = activation.as_deref_mut()
                && !known.iter().any(|known| word == known)
                && self.take_activation(activation, after)
            {
                continue;
            }
            self.skip();
            if option(self, word) {
                continue;
            }
            match keras::option(&word.to_string()) {
                Some(ours) => {
                    let mistake = format!("`{word}` is Keras's word");
                    let fix = format!("here {ours}");
                    self.errors.push_with_fix(word.span(), &mistake, &fix);
                    self.take_rest();
                }
                None if activation.is_some() => self.unknown_option(word, after, known),
                None => self.unknown_plain_option(word, after, known),
            }
            return;
        }
    }

    /// Takes an activation, if one follows; a second one is reported.
    fn take_activation(&mut self, activation: &mut Option<Activation>, after: &str) -> bool {
        let span = self.here();
        let Some(next) = self.activation() else {
            return false;
        };
        match activation {
            None => *activation = Some(next),
            Some(first) => {
                let (first, next) = (first.text(), next.text());
                self.errors.push(span, format!("`{after}` has an activation already, `{first}`; remove one of the two, or write `{next};` as a statement of its own"));
                self.take_rest();
            }
        }
        true
    }

    /// Whether the next statement seems to begin. `activation relu` behind a layer is none: it is that layer's.
    fn at_next_statement(&self) -> bool {
        let own = self.peek_word().is_some_and(|word| word == "activation");
        self.at_statement() && !own
    }

    /// Reports Keras's `word=value` and takes it with the comma behind it; whether there was one.
    fn keyword(&mut self) -> bool {
        let Some(word) = self
            .peek_word()
            .filter(|_| self.peek_punct(1, '=').is_some())
        else {
            return false;
        };
        let start = self.at;
        // The value is a token or a call, with a sign perhaps.
        self.at += 2;
        if self.peek_punct(0, '-').is_some() {
            self.skip();
        }
        let called = self.peek_word().is_some();
        self.skip();
        if called && matches!(self.peek(), Some(TokenTree::Group(_))) {
            self.skip();
        }
        self.at = self.at.min(self.tokens.len());
        let tokens = self.tokens.get(start..self.at).unwrap_or_default();
        let (place, written) = (Place::of(tokens, self.head), text(tokens));
        if self.peek_punct(0, ',').is_some() {
            self.skip();
        }
        let ours = keras::option(&word.to_string())
            .unwrap_or("an option is a word and its value, without `=`");
        let mistake = format!("`{written}` is Keras's way to write it");
        let fix = format!("here {ours}");
        self.errors.push_with_fix(place, &mistake, &fix);
        true
    }

    fn unknown_option(&mut self, word: &Ident, after: &str, known: &[&str]) {
        let name = word.to_string();
        self.take_rest();
        if window::WORDS.contains(&name.as_str()) || option::WORDS.contains(&name.as_str()) {
            let options = list(known.iter().copied());
            self.errors.push(
                word.span(),
                format!("`{name}` is not an option of `{after}`; options are {options}"),
            );
            return;
        }
        let words: Vec<&str> = known.iter().copied().chain(activation::words()).collect();
        let meant = did_you_mean(&name, words);
        let hint = match meant {
            Some(_) => suggestion(meant),
            None => format!(
                "; activations are {}; options are {}",
                list(activation::words()),
                list(known.iter().copied()),
            ),
        };
        self.errors.push(
            word.span(),
            format!("unknown activation or option `{name}`{hint}"),
        );
    }

    fn unknown_plain_option(&mut self, word: &Ident, after: &str, known: &[&str]) {
        let name = word.to_string();
        self.take_rest();
        let message = if activation::find(&name).is_some() {
            format!("`{after}` has no activation; write `{name};` as a statement of its own")
        } else {
            let meant = did_you_mean(&name, known.iter().copied());
            let options = list(known.iter().copied());
            format!(
                "unknown option `{name}` of `{after}`; options are {options}{}",
                suggestion(meant)
            )
        };
        self.errors.push(word.span(), message);
    }

    fn unexpected(&mut self, after: &str, known: &[&str]) {
        let found = self.found().unwrap_or_default();
        if found == "," {
            let fix = "a statement ends with `;`, and nothing in it is separated by `,`";
            self.errors
                .push_with_fix(self.here(), "expected `;`, found `,`", fix);
            self.skip();
            return;
        }
        if let Some((place, sum)) = self.computed() {
            let fix = format!("write `{{ {sum} }}`");
            let mistake = "a number that is worked out goes in braces";
            self.errors.push_with_fix(place, mistake, &fix);
            self.take_rest();
            return;
        }
        let options = if known.is_empty() {
            String::new()
        } else {
            format!("an option ({}) or ", one_of(known.iter().copied()))
        };
        let mistake = format!("unexpected `{found}` after `{after}`");
        let fix = format!("expected {options}`;`");
        self.errors.push_with_fix(self.here(), &mistake, &fix);
        self.take_rest();
    }

    /// The computation in whose middle the next token is, `28*28`; its place and its text.
    fn computed(&self) -> Option<(Place, String)> {
        let operator = self.found()?;
        let start = self.at.checked_sub(1)?;
        let [left, _, right] = self.tokens.get(start..start + 3)? else {
            return None;
        };
        let value = |token| matches!(token, &TokenTree::Ident(_) | &TokenTree::Literal(_));
        let tokens = self.tokens.get(start..start + 3)?;
        (["+", "-", "*", "/"].contains(&operator.as_str()) && value(left) && value(right)).then(
            || {
                (
                    Place::of(tokens, self.head),
                    format!("{left} {operator} {right}"),
                )
            },
        )
    }

    /// Reports what is left, unless the next statement seems to begin there.
    pub(crate) fn finish(&mut self, after: &str) {
        if self.peek().is_some() && !self.at_statement() {
            self.unexpected(after, &[]);
        }
    }
}

/// Whether this is how constants are named.
fn is_constant(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && name
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '_')
}

/// Why a literal cannot begin a size, if it cannot.
fn refuse(text: &str, what: &str) -> Option<String> {
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return Some(format!(
            "{what} is a whole number, not {text}; write it without quotes"
        ));
    }
    if text.len() > 2
        && ["0x", "0o", "0b"]
            .iter()
            .any(|radix| text.starts_with(radix))
    {
        return Some(format!(
            "`{text}` is not a decimal number; write {what} in decimal digits"
        ));
    }
    if text.contains('.') {
        let whole = digits.split('.').next().unwrap_or_default();
        return Some(format!(
            "{what} is a whole number, but `{text}` has a decimal point; write `{whole}`"
        ));
    }
    if text.contains(['e', 'E']) && !text.contains('x') && !text.ends_with("usize") {
        return Some(format!(
            "{what} is a whole number, but `{text}` has an exponent; write all its digits"
        ));
    }
    None
}

/// `28x28x1` as sizes; says whether an `x` is left over at the end.
fn split(text: &str, span: Span, sizes: &mut Vec<Size>) -> Result<bool, String> {
    let (text, open) = text
        .strip_suffix('x')
        .map_or((text, false), |text| (text, true));
    for part in text.split('x') {
        push_part(part, span, sizes)?;
    }
    Ok(open)
}

fn push_part(part: &str, span: Span, sizes: &mut Vec<Size>) -> Result<(), String> {
    let plain = part.strip_suffix("usize").unwrap_or(part);
    if is_digits(plain) {
        let digits = plain.replace('_', "");
        let value = digits.parse().map_err(|_| {
            format!(
                "`{digits}` is more than a size can be; the largest is {}",
                u64::MAX
            )
        })?;
        sizes.push(Size::literal(value, span));
        return Ok(());
    }
    if is_constant(part) {
        let name = Ident::new(part, span);
        sizes.push(Size::constant(
            TokenTree::from(name).into(),
            part.to_owned(),
            span,
        ));
        return Ok(());
    }
    let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
    let suffix = part.get(digits.len()..).unwrap_or_default();
    Err(format!(
        "`{suffix}` cannot follow a size; write `{digits}`, or sizes with `x` between them: `28x28x1`"
    ))
}

/// Tokens as one writes them in a path: without spaces.
pub(crate) fn text(tokens: &[TokenTree]) -> String {
    tokens.iter().map(ToString::to_string).collect()
}
