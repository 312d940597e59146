//! Options and activations, in any order.

use super::{Args, text};
use crate::activation::{self, Activation};
use crate::errors::{Place, did_you_mean, list, one_of, plain, suggestion};
use crate::{keras, option, window};
use proc_macro2::{Ident, TokenTree};

impl<'t> Args<'t, '_> {
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
        if alone && plain(&name) == "prelu" {
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
    pub(super) fn keyword(&mut self) -> bool {
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
        let keras = did_you_mean(&name, keras::OPTIONS.iter().copied()).and_then(keras::option);
        let fix = match (did_you_mean(&name, words), keras) {
            (Some(meant), _) => format!("did you mean `{meant}`?"),
            (None, Some(ours)) => format!("here {ours}"),
            (None, None) => format!(
                "activations are {}; options are {}",
                list(activation::words()),
                list(known.iter().copied()),
            ),
        };
        let mistake = format!("unknown activation or option `{name}`");
        self.errors.push_with_fix(word.span(), &mistake, &fix);
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

    pub(super) fn unexpected(&mut self, after: &str, known: &[&str]) {
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
}
