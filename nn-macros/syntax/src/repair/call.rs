//! Calls as other libraries write them: `Dense(6, activation="relu")`.

use super::{Item, arrangements, is_foreign, render, spaced};
use crate::errors::plain;
use crate::keras::{self, Argument};
use crate::{activation, words};

/// The statement as a call or with the keywords of another library, in our words.
pub(super) fn translations(items: &[Item]) -> Vec<String> {
    let Some((Item::Word(written), rest)) = items.split_first() else {
        return Vec::new();
    };
    let heads = match written.as_str() {
        "linear" | "Linear" => vec!["dense"],
        head if words::is_statement(head) || activation::find(head).is_some() => vec![head],
        head => words::statement_meant(head).into_iter().collect(),
    };
    let mut texts = Vec::new();
    for head in heads {
        // The brackets of a call are no size.
        let arguments = match rest {
            [Item::Group(inside), rest @ ..] if !is_sum(inside) => {
                Arguments::of(&[inside, rest].concat())
            }
            rest => Arguments::of(rest),
        };
        let numbers: Vec<String> = arguments.numbers();
        let mut ways = vec![numbers.join(" ")];
        if numbers.len() > 1 {
            let foreign = is_foreign(items) || !words::is_known(written) || written == "linear";
            ways.extend(arrangements(&numbers, foreign));
        } else {
            // Of a layer whose sizes follow from what comes in.
            ways.push(String::new());
        }
        for numbers in ways {
            texts.push(spaced(&[head, &numbers, &arguments.words.join(" ")]));
            texts.push(spaced(&[head, &arguments.words.join(" "), &numbers]));
        }
    }
    texts
}

/// The arguments between the brackets of a call, sorted.
#[derive(Default)]
struct Arguments {
    /// The numbers without a keyword, in order.
    plain: Vec<String>,
    /// Those with one, and the place that it has here.
    placed: Vec<(u8, String)>,
    activation: Vec<String>,
    words: Vec<String>,
}

impl Arguments {
    fn of(items: &[Item]) -> Self {
        let mut arguments = Self::default();
        arguments.read(items);
        let mut words = std::mem::take(&mut arguments.activation);
        words.append(&mut arguments.words);
        arguments.words = words;
        arguments
    }

    fn numbers(&self) -> Vec<String> {
        let mut placed = self.placed.clone();
        placed.sort_by_key(|(place, _)| *place);
        let placed = placed.into_iter().map(|(_, number)| number);
        self.plain.iter().cloned().chain(placed).collect()
    }

    fn read(&mut self, items: &[Item]) {
        let mut rest = items;
        while let Some((item, after)) = rest.split_first() {
            rest = after;
            match item {
                Item::Word(key) => rest = self.word(key, after),
                Item::Quoted(text) => self.words.push(word(text)),
                Item::Value(_) => {
                    let (value, after) = value(item, after);
                    self.plain.push(value);
                    rest = after;
                }
                Item::Group(inside) => match size(inside) {
                    Some(size) => self.plain.push(size),
                    None => self.read(inside),
                },
                Item::Sign(sign) if sign == "->" => self.plain.push("->".to_owned()),
                Item::Sign(_) => {}
            }
        }
    }

    /// Takes a word with what belongs to it; returns what is left.
    fn word<'a>(&mut self, key: &str, after: &'a [Item]) -> &'a [Item] {
        let (equals, after) = match after.split_first() {
            Some((sign, after)) if sign.is("=") => (true, after),
            _ => (false, after),
        };
        let argument = keras::argument(key).or(match equals {
            true => Some(Argument::Option("")),
            false => None,
        });
        let next = after.first().filter(|next| !next.is_sign() || next.is("-"));
        let ours = !equals && words::is_known(key) && key != "activation";
        let (Some(argument), Some(next), false) = (argument, next, ours) else {
            return self.lone_word(key, after);
        };
        let (value, left) = value(next, after.get(1..).unwrap_or_default());
        match argument {
            Argument::Place(place) => self.placed.push((place, value)),
            Argument::Activation => self.activation.push(word(&value)),
            Argument::Option("") => {
                let ours = words::meant_inside(key).filter(|_| !words::is_known(key));
                match (ours, words::is_known(&value) && !words::is_known(key)) {
                    // `act=relu`
                    (None, true) => self.words.push(value),
                    (ours, _) => {
                        let key = ours.unwrap_or(key);
                        self.words.push(format!("{key} {}", word(&value)));
                    }
                }
            }
            Argument::Option(ours) => self.words.push(format!("{ours} {}", word(&value))),
            Argument::Flag(yes, no) => {
                let flag = if plain(&value) == "true" { yes } else { no };
                self.words
                    .extend((!flag.is_empty()).then(|| flag.to_owned()));
            }
            Argument::Word => self.words.push(word(&value)),
            Argument::Nowhere => {}
        }
        left
    }
}

impl Arguments {
    /// Takes a word that is no keyword.
    fn lone_word<'a>(&mut self, key: &str, after: &'a [Item]) -> &'a [Item] {
        if let [Item::Group(inside), rest @ ..] = after {
            let head = Item::Word(words::statement_spelt(key).unwrap_or(key).to_owned());
            let called = match &head {
                // A layer in a layer: `TimeDistributed(Dense(8))`.
                Item::Word(head) if words::is_statement(head) => {
                    let inner = [Item::Word(head.clone()), Item::Group(inside.clone())];
                    translations(&inner).into_iter().next()
                }
                // `l2(1e-4)`
                _ => {
                    let value = size(inside).unwrap_or_else(|| render(inside));
                    Some(format!("{} {value}", word(key)))
                }
            };
            self.words.extend(called);
            return rest;
        }
        let ours = words::is_known(key) || words::meant_inside(key).is_some();
        if !ours && Item::Word(key.to_owned()).is_value() {
            self.plain.push(key.to_owned());
        } else {
            self.words.push(word(key));
        }
        after
    }
}

/// A word as ours, if it is one in another spelling.
fn word(spelt: &str) -> String {
    let known = words::is_known(spelt);
    let meant = words::meant_inside(spelt).filter(|_| !known);
    meant.map_or_else(|| spelt.to_owned(), str::to_owned)
}

/// The value that begins with `item`, and what follows it.
fn value<'a>(item: &Item, after: &'a [Item]) -> (String, &'a [Item]) {
    if item.is("-") {
        let (number, rest) = after
            .split_first()
            .map_or((String::new(), after), |(item, rest)| value(item, rest));
        return (format!("-{number}"), rest);
    }
    let text = match item {
        Item::Group(inside) => size(inside).unwrap_or_else(|| render(inside)),
        Item::Quoted(text) => text.clone(),
        item => render(std::slice::from_ref(item)),
    };
    match after {
        // `l2(1e-4)`
        [Item::Group(inside), rest @ ..] if !item.is_value() => {
            (format!("{text} {}", render(inside)), rest)
        }
        // `5*5` where sizes are meant.
        [sign, next, rest @ ..] if sign.is("*") && item.is_value() && next.is_value() => (
            format!("{text}x{}", render(std::slice::from_ref(next))),
            rest,
        ),
        _ => (text, after),
    }
}

/// Whether something is worked out between brackets.
fn is_sum(inside: &[Item]) -> bool {
    let mut signs = inside.iter().filter(|item| item.is_sign());
    signs.any(|sign| !sign.is(",") && !sign.is("=") && !sign.is("-"))
        && !inside.iter().any(|item| item.is("="))
}

/// `28x28x1` of `(28, 28, 1)`, `{ 2 * 3 }` of `(2 * 3)`; `None` if something else is in the brackets.
fn size(inside: &[Item]) -> Option<String> {
    let values: Vec<String> = inside
        .iter()
        .filter(|item| item.is_value())
        .map(|item| render(std::slice::from_ref(item)))
        .collect();
    let signs: Vec<&Item> = inside.iter().filter(|item| item.is_sign()).collect();
    let other = inside.len() != values.len() + signs.len();
    if other || values.is_empty() || values.len() < signs.len() {
        return None;
    }
    if signs.iter().all(|sign| sign.is(",")) {
        // A batch of any size comes first in other languages only.
        return (values.len() > 1 || signs.len() == 1).then(|| values.join("x"));
    }
    Some(format!("{{ {} }}", render(inside)))
}
