//! Where mistakes are collected, and how they are worded alike.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::quote_spanned;

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

/// Every mistake of a declaration.
#[derive(Debug, Default)]
pub(crate) struct Errors {
    list: Vec<(usize, Place, String)>,
    /// The statement that is looked at, as [`begin`](Self::begin) numbered it.
    pub(crate) statement: usize,
    /// Statements begun so far.
    begun: usize,
}

impl Errors {
    /// Numbers the next statement in the order written, those inside a block included.
    pub(crate) fn begin(&mut self) -> usize {
        self.begun += 1;
        self.statement = self.begun;
        self.begun
    }

    /// Remembers a mistake.
    pub(crate) fn push(&mut self, place: impl Into<Place>, message: impl Into<String>) {
        self.list
            .push((self.statement, place.into(), message.into()));
    }

    /// One `compile_error!` for each mistake; `None` if there are none.
    pub(crate) fn into_tokens(mut self) -> Option<TokenStream> {
        if self.list.is_empty() {
            return None;
        }
        self.sort();
        let errors = self.list.into_iter().map(|(_, place, message)| {
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
        self.list
            .into_iter()
            .map(|(_, _, message)| message)
            .collect()
    }

    /// Sorts as the user reads: parsing has reported all statements before checking begins.
    fn sort(&mut self) {
        self.list.sort_by_key(|(statement, ..)| *statement);
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

/// The word nearest to `word`, if it is near enough to have been meant.
pub(crate) fn did_you_mean<'a>(
    word: &str,
    words: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let plain = |word: &str| word.replace('_', "").to_lowercase();
    let written = plain(word);
    let limit = 1 + written.len() / 4;
    words
        .into_iter()
        .map(|candidate| (distance(&written, &plain(candidate)), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Insertions, deletions, replacements and swaps of neighbours between two words (restricted Damerau-Levenshtein).
fn distance(a: &str, b: &str) -> usize {
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
