//! Mistakes, collected and worded alike.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::quote_spanned;
use std::collections::BTreeSet;

/// The first and the last token a message points at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    start: Span,
    end: Span,
}

impl Place {
    /// From the first to the last of `tokens`; `otherwise` if there are none.
    pub(crate) fn of(tokens: &[TokenTree], otherwise: Span) -> Self {
        Self {
            start: tokens.first().map_or(otherwise, TokenTree::span),
            end: tokens.last().map_or(otherwise, TokenTree::span),
        }
    }
}

impl From<Span> for Place {
    fn from(span: Span) -> Self {
        Self {
            start: span,
            end: span,
        }
    }
}

/// A mistake that is reported.
#[derive(Debug)]
struct Mistake {
    /// Its place among all: the statement as [`Errors::begin`] numbered it; what a block says of itself follows what is said inside.
    order: usize,
    /// The statement that it is in.
    statement: usize,
    place: Place,
    message: String,
    /// The place in the message where the usual fix begins, if a better one may take its place.
    fix: Option<usize>,
    /// Whether what the statement gives is certain all the same.
    harmless: bool,
}

/// Every mistake of a declaration.
#[derive(Debug, Default)]
pub(crate) struct Errors {
    list: Vec<Mistake>,
    /// The statement that is looked at, as [`begin`](Self::begin) numbered it.
    pub(crate) statement: usize,
    /// Statements begun so far.
    begun: usize,
    /// The statements that could not be read, of which nothing more is said.
    broken: BTreeSet<usize>,
    /// The statements that have no `;` behind them.
    run_on: BTreeSet<usize>,
    /// Whether statements are being read, not checked.
    reading: bool,
    /// Whether the expansion has marks: see [`variable`](crate::variable).
    pub(crate) variables: bool,
    /// Names that something among the statements was to declare.
    pub(crate) foreign: BTreeSet<String>,
    /// Whether this is a guess, whose mistakes are nobody's.
    pub(crate) guessing: bool,
}

impl Errors {
    /// A place for the mistakes of a guess.
    pub(crate) fn of_guess() -> Self {
        Self {
            guessing: true,
            ..Self::default()
        }
    }

    /// Numbers the next statement in the order written, those inside a block included.
    pub(crate) fn begin(&mut self) -> usize {
        self.begun += 1;
        self.statement = self.begun;
        self.reading = true;
        self.begun
    }

    /// The number of statements begun.
    pub(crate) fn begun(&self) -> usize {
        self.begun
    }

    /// Ends reading: from here on, a statement may have several mistakes.
    pub(crate) fn end_reading(&mut self) {
        self.reading = false;
        self.statement = 0;
    }

    /// Remembers a mistake. What follows the first in a statement that cannot be read is most likely caused by it, and dropped.
    pub(crate) fn push(&mut self, place: impl Into<Place>, message: impl Into<String>) {
        self.add(place.into(), message.into(), None, false);
    }

    /// [`push`](Self::push) with the usual fix, which gives way to one in the user's own words.
    pub(crate) fn push_with_fix(&mut self, place: impl Into<Place>, mistake: &str, fix: &str) {
        let message = format!("{mistake}; {fix}");
        self.add(place.into(), message, Some(mistake.len() + 2), false);
    }

    /// Remembers that a statement, which could be read, goes on in another.
    pub(crate) fn push_run_on(&mut self, place: impl Into<Place>, message: impl Into<String>) {
        self.run_on.insert(self.statement);
        self.add(place.into(), message.into(), None, true);
    }

    /// Whether the statement goes on in another.
    pub(crate) fn is_run_on(&self, statement: usize) -> bool {
        self.run_on.contains(&statement)
    }

    /// Takes back what is said of a statement that could not be read.
    pub(crate) fn forget(&mut self, statement: usize) {
        if self.is_broken(statement) {
            self.list.retain(|mistake| mistake.statement != statement);
        }
    }

    /// [`push`](Self::push) of a mistake that leaves no doubt about what the statement gives.
    pub(crate) fn push_harmless(&mut self, place: impl Into<Place>, message: impl Into<String>) {
        self.add(place.into(), message.into(), None, true);
    }

    fn add(&mut self, place: Place, message: String, fix: Option<usize>, harmless: bool) {
        if self.reading {
            let first = !self.is_broken(self.statement);
            if !harmless {
                self.broken.insert(self.statement);
            }
            if !first {
                return;
            }
        }
        self.list.push(Mistake {
            order: self.statement,
            statement: self.statement,
            place,
            message,
            fix,
            harmless,
        });
    }

    /// Whether the statement could not be read.
    pub(crate) fn is_broken(&self, statement: usize) -> bool {
        self.broken.contains(&statement)
    }

    /// Marks a statement as wrong because of a mistake that is reported elsewhere.
    pub(crate) fn break_silently(&mut self, statement: usize) {
        self.broken.insert(statement);
    }

    /// Puts `fix` in the place of the usual one of the statement that could not be read.
    pub(crate) fn fix(&mut self, statement: usize, fix: &str) {
        let mut mistakes = self.list.iter_mut().rev();
        if let Some(mistake) = mistakes.find(|mistake| mistake.statement == statement)
            && let Some(start) = mistake.fix
        {
            let usual = mistake.message.get(start..).unwrap_or_default();
            if usual.starts_with("write `{") {
                // `28*28` may be a number or sizes.
                mistake.message.push_str(&format!(", or {fix} for sizes"));
            } else {
                mistake.message.truncate(start);
                mistake.message.push_str(&format!("write {fix}"));
            }
        }
    }

    /// The number of those reported.
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether a mistake of `statement` itself that is reported from number `first` on leaves open what the statement gives.
    pub(crate) fn leave_doubt(&self, first: usize, statement: usize) -> bool {
        let mut new = self.list.iter().skip(first);
        new.any(|mistake| mistake.statement == statement && !mistake.harmless)
    }

    /// Puts what `statement` says from number `first` on behind what the statements up to `last` say.
    pub(crate) fn move_behind(&mut self, first: usize, statement: usize, last: usize) {
        let new = self.list.iter_mut().skip(first);
        for mistake in new.filter(|mistake| mistake.statement == statement) {
            mistake.order = mistake.order.max(last);
        }
    }

    /// One `compile_error!` for each mistake; `None` if there are none.
    pub(crate) fn into_tokens(mut self) -> Option<TokenStream> {
        if self.list.is_empty() {
            return None;
        }
        self.sort();
        let errors = self.list.into_iter().map(|mistake| {
            let (place, message) = (mistake.place, mistake.message);
            let path = quote_spanned!(place.start=> ::core::compile_error!);
            let body = quote_spanned!(place.end=> { #message });
            quote::quote!(#path #body)
        });
        Some(errors.collect())
    }

    /// Whether anything is reported.
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The mistakes in words, in the order written.
    pub(crate) fn into_messages(mut self) -> Vec<String> {
        self.sort();
        let mistakes = self.list.into_iter();
        mistakes.map(|mistake| mistake.message).collect()
    }

    /// The mistakes with the source text that each points at.
    #[cfg(test)]
    pub(crate) fn into_placed_messages(mut self) -> Vec<(String, String)> {
        self.sort();
        let text = |place: Place| {
            let whole = place.start.join(place.end).unwrap_or(place.start);
            whole.source_text().unwrap_or_default()
        };
        let mistakes = self.list.into_iter();
        mistakes
            .map(|mistake| (text(mistake.place), mistake.message))
            .collect()
    }

    /// Sorts as the user reads: parsing has reported all statements before checking begins.
    fn sort(&mut self) {
        self.list.sort_by_key(|mistake| mistake.order);
    }
}

/// `` `a`, `b` or `c` ``.
pub(crate) fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<_> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match words.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// `` `a`, `b`, `c` ``.
pub(crate) fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<_> = words.into_iter().map(|word| format!("`{word}`")).collect();
    words.join(", ")
}

/// The end of a message about an unknown word.
pub(crate) fn suggestion(meant: Option<&str>) -> String {
    meant.map_or_else(String::new, |word| format!("; did you mean `{word}`?"))
}

/// A word without what people vary: `LeakyReLU` and `leaky_relu` alike.
pub(crate) fn plain(word: &str) -> String {
    word.replace('_', "").to_lowercase()
}

/// The word nearest to `word`, if it is near enough to have been meant.
pub(crate) fn did_you_mean<'a>(
    word: &str,
    words: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let written = plain(word);
    let limit = 1 + written.len() / 4;
    let far = |candidate: &str| match distance(&written, candidate, limit) {
        // Not finished yet.
        far if far > limit && written.len() > 2 && candidate.starts_with(&written) => limit,
        far => far,
    };
    words
        .into_iter()
        .map(|candidate| (far(&plain(candidate)), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Insertions, deletions, replacements and swaps of neighbours between two words (restricted Damerau-Levenshtein).
/// Words that differ in length by more than `limit` are that far apart at least.
fn distance(a: &str, b: &str, limit: usize) -> usize {
    let apart = a.len().abs_diff(b.len());
    if apart > limit {
        return apart;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let mut best = (above[j] + usize::from(a[i] != b[j]))
                .min(above[j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_suggested_and_far_ones_are_not() {
        let words = ["dense", "dropout", "flatten", "leaky_relu"];
        assert_eq!(did_you_mean("dens", words), Some("dense"));
        assert_eq!(did_you_mean("Dense", words), Some("dense"));
        assert_eq!(did_you_mean("leakyrelu", words), Some("leaky_relu"));
        assert_eq!(did_you_mean("dorpout", words), Some("dropout"));
        assert_eq!(did_you_mean("conv2d", words), None);
    }

    #[test]
    fn lists_end_in_or() {
        assert_eq!(one_of(["a"]), "`a`");
        assert_eq!(one_of(["a", "b", "c"]), "`a`, `b` or `c`");
    }
}
