//! Every word of the language, and what is meant by one that is none.

use crate::errors::{did_you_mean, plain};
use crate::{activation, keras, layer, option, window};

/// The words that begin a statement, without the activations.
pub(crate) fn statements() -> impl Iterator<Item = &'static str> {
    layer::WORDS
        .iter()
        .copied()
        .chain(["input", "output", "budget"])
}

/// Whether a word begins a statement, and is no activation.
pub(crate) fn is_statement(word: &str) -> bool {
    statements().any(|statement| statement == word)
}

/// The words that stand inside a statement.
fn inside() -> impl Iterator<Item = &'static str> {
    let families = [
        option::WORDS,
        window::WORDS,
        window::PADDINGS,
        layer::recurrent::WORDS,
        layer::OTHERS,
    ];
    let families = families.into_iter().flatten().copied();
    families.chain(activation::words()).chain(option::words())
}

/// Whether the language has the word, anywhere.
pub(crate) fn is_known(word: &str) -> bool {
    is_statement(word) || inside().any(|known| known == word)
}

/// The statement that is meant by a word in another spelling (`Conv2D`, `BatchNormalization`) or of another library (`Linear`).
pub(crate) fn statement_spelt(word: &str) -> Option<&'static str> {
    let spelt = |known: &&str| plain(known) == plain(word);
    keras::layer(word)
        .or_else(|| statements().find(spelt))
        .or_else(|| activation::words().find(spelt))
}

/// The statement that is most likely meant by a word.
pub(crate) fn statement_meant(word: &str) -> Option<&'static str> {
    let layer = statement_spelt(word).or_else(|| did_you_mean(word, statements()));
    layer.or_else(|| did_you_mean(word, activation::words()))
}

/// The word inside a statement that is most likely meant by one that the language does not have. Names in capitals are the user's, unless
/// they are ours in another spelling.
pub(crate) fn meant_inside(word: &str) -> Option<&'static str> {
    let spelt = inside().find(|known| plain(known) == plain(word));
    let lower = word.starts_with(|c: char| c.is_ascii_lowercase());
    spelt.or_else(|| did_you_mean(word, inside()).filter(|_| lower))
}
