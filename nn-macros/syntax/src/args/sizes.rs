//! Numbers and sizes: Rust's lexer makes one literal of `28x28x1`, and this takes it apart.

use super::{Args, text};
use crate::errors::Place;
use crate::number::{self, Number, Value};
use crate::shape::Size;
use crate::{activation, keras, layer, option, rust, variable, window};
use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenTree};

impl<'t> Args<'t, '_> {
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
                self.errors.variables |= variable::is_mentioned(group.stream());
                Some(Number {
                    text: group.to_string(),
                    span: group.span(),
                    value: Value::Constant(group.stream()),
                })
            }
            Some(TokenTree::Ident(word)) if !negative && !self.is_reserved(word) => {
                let span = word.span();
                let (path, text, _) = self.path()?;
                self.errors.variables |= variable::is_mentioned(path.clone());
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
                    self.named(&mut sizes)?;
                    Some(false)
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
        self.errors.variables |= variable::is_mentioned(group.stream());
        sizes.push(Size::constant(
            variable::size(group.stream()),
            group.to_string(),
            group.span(),
        ));
        Some(false)
    }

    /// The path of a `const`, or several constants with `x` between them in one identifier.
    fn named(&mut self, sizes: &mut Vec<Size>) -> Option<()> {
        let span = self.here();
        let (path, text, _) = self.path()?;
        let parts: Vec<_> = text.split('x').collect();
        if parts.len() > 1
            && parts
                .iter()
                .all(|part| is_constant(part) || is_digits(part))
        {
            for part in parts {
                if let Err(message) = push_part(part, span, sizes) {
                    self.errors.push(span, message);
                    return None;
                }
            }
        } else {
            self.errors.variables |= variable::is_mentioned(path.clone());
            sizes.push(Size::constant(variable::size(path), text, span));
        }
        Some(())
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

/// The reason why a literal cannot begin a size, if there is one.
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
    let small = part.to_lowercase();
    if suffix.starts_with('X') && split(&small, span, &mut Vec::new()) == Ok(false) {
        return Err(format!(
            "the `x` between sizes is a small letter; write `{small}`"
        ));
    }
    Err(format!(
        "`{suffix}` cannot follow a size; write `{digits}`, or sizes with `x` between them: `28x28x1`"
    ))
}
