//! A statement as it was most likely meant, in the user's own numbers and names: the fix that messages show.
//!
//! Candidates are written down one after the other, and the first that can be read is it. So a fix that is shown is always a legal statement.

use crate::ast::Body;
use crate::errors::plain;
use crate::keras::{self, Argument};
use crate::{activation, layer, words};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A statement that can be read.
pub(crate) struct Repair {
    pub(crate) text: String,
    pub(crate) body: Body,
    /// Whether it is the user's but for the spelling of words.
    pub(crate) respelt: bool,
}

/// No statement of more tokens is looked at: the user's own text is clearer than such a fix.
const LONGEST: usize = 40;

/// The repaired statement; `stopped` is how many of its tokens could be read, and `read` reads one in which there are no mistakes.
/// `first` says whether nothing comes before it.
pub(crate) fn repair(
    tokens: &[TokenTree],
    stopped: usize,
    first: bool,
    read: &dyn Fn(&[TokenTree]) -> Option<Body>,
) -> Option<Repair> {
    if tokens.len() > LONGEST || has_block(tokens) {
        return None;
    }
    let try_read = |text: String, respelt| {
        let tokens: Vec<TokenTree> = text.parse::<TokenStream>().ok()?.into_iter().collect();
        let body = read(&tokens)?;
        Some(Repair {
            text,
            body,
            respelt,
        })
    };
    let written = items(tokens);
    let first_word = |body: &str| body.split(' ').next().map(str::to_owned);
    let same_head = first_word(&render(&written));
    // Where the words are right, a word too many or two in the wrong order are likelier than another language.
    let known = same_head.is_some_and(|head| words::is_statement(&head));
    let ours = known && !is_foreign(&written);
    let respelt = || vec![respelt(&written)];
    let edited = || edits(&written, stopped, first);
    let translated = || translations(&written);
    let (second, third): (&dyn Fn() -> Vec<String>, &dyn Fn() -> Vec<String>) = match ours {
        true => (&edited, &translated),
        false => (&translated, &edited),
    };
    let ways: [&dyn Fn() -> Vec<String>; 3] = [&respelt, second, third];
    // Each only when those before it have failed.
    let candidates = ways.iter().enumerate();
    let candidates =
        candidates.flat_map(|(i, way)| way().into_iter().map(move |text| (text, i == 0)));
    let original = render(&written);
    let mut candidates = candidates.filter(|(text, _)| *text != original);
    candidates.find_map(|(text, respelt)| try_read(text, respelt))
}

/// Tokens as one writes them.
pub(crate) fn text(tokens: &[TokenTree]) -> String {
    render(&items(tokens))
}

/// Whether these are layers in braces.
fn has_block(tokens: &[TokenTree]) -> bool {
    let mut heads = tokens.iter().take(2);
    heads.any(|token| layer::BLOCKS.contains(&token.to_string().as_str()))
}

/// A piece of a statement.
#[derive(Clone, Debug)]
enum Item {
    /// A word or a name.
    Word(String),
    /// A number, or an expression in braces.
    Value(String),
    /// What was in quotes.
    Quoted(String),
    /// `(…)` or `[…]`.
    Group(Vec<Item>),
    /// `,`, `=`, `*` and the like; `->` is one.
    Sign(String),
}

impl Item {
    fn is(&self, sign: &str) -> bool {
        matches!(self, Self::Sign(text) if text == sign)
    }

    fn is_sign(&self) -> bool {
        matches!(self, Self::Sign(_))
    }

    /// Whether it is a number or the name of a constant.
    fn is_value(&self) -> bool {
        match self {
            Self::Value(_) => true,
            Self::Word(word) => !word.chars().any(|c| c.is_ascii_lowercase()),
            _ => false,
        }
    }
}

/// The pieces of a statement. Of a path of another language, `keras.layers.Dense`, the last name counts.
fn items(tokens: &[TokenTree]) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let mut rest = tokens;
    while let [token, after @ ..] = rest {
        rest = after;
        let spelt = token.to_string();
        let item = match token {
            TokenTree::Ident(_) => Item::Word(spelt),
            TokenTree::Literal(_) if spelt.starts_with('"') => Item::Quoted(spelt.replace('"', "")),
            TokenTree::Literal(_) => Item::Value(spelt),
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Item::Value(spelt),
            TokenTree::Group(group) => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                Item::Group(self::items(&inner))
            }
            TokenTree::Punct(_) => match (spelt.as_str(), items.last(), after.first()) {
                (">", Some(Item::Sign(before)), _) if before == "-" => {
                    items.pop();
                    Item::Sign("->".to_owned())
                }
                (".", Some(Item::Word(_)), Some(TokenTree::Ident(_))) => {
                    items.pop();
                    continue;
                }
                (":" | "<", Some(Item::Word(path)), _) => {
                    let (path, length) = path_of(path, rest, &spelt);
                    rest = rest.get(length..).unwrap_or_default();
                    items.pop();
                    Item::Word(path)
                }
                _ => Item::Sign(spelt),
            },
        };
        items.push(item);
    }
    items
}

/// The path that begins with `start` and `sign`, and how many of the tokens after those belong to it.
fn path_of(start: &str, rest: &[TokenTree], sign: &str) -> (String, usize) {
    let (mut text, mut depth) = (format!("{start}{sign}"), usize::from(sign == "<"));
    let mut length = 0;
    for token in rest {
        let spelt = token.to_string();
        let joins = text.ends_with(':') || depth > 0 || matches!(spelt.as_str(), ":" | "<");
        if !joins {
            break;
        }
        match spelt.as_str() {
            "<" => depth += 1,
            ">" => depth = depth.saturating_sub(1),
            _ => {}
        }
        text.push_str(&spelt);
        length += 1;
    }
    (text, length)
}

/// Items as one writes them.
fn render(items: &[Item]) -> String {
    let mut text = String::new();
    let mut tight = true;
    for item in items {
        if !tight && !item.is(",") {
            text.push(' ');
        }
        tight = item.is("-");
        match item {
            Item::Word(spelt) | Item::Value(spelt) | Item::Sign(spelt) => text.push_str(spelt),
            Item::Quoted(spelt) => text.push_str(&format!("\"{spelt}\"")),
            Item::Group(inside) => text.push_str(&format!("({})", render(inside))),
        }
    }
    text
}

/// Whether it is written as a call or with keywords, as in Python.
fn is_foreign(items: &[Item]) -> bool {
    let foreign = |item: &Item| matches!(item, Item::Group(_)) || item.is("=");
    items.iter().any(foreign)
}

/// The statement with every word that the language does not have as the one that is nearest.
fn respelt(items: &[Item]) -> String {
    let mut items = items.to_vec();
    for (i, item) in items.iter_mut().enumerate() {
        let Item::Word(word) = item else { continue };
        let meant = match i {
            _ if words::is_known(word) => None,
            0 => words::statement_meant(word),
            _ => words::meant_inside(word),
        };
        if let Some(meant) = meant {
            *word = meant.to_owned();
        }
    }
    render(&items)
}

/// The statement with an item left out, exchanged with its neighbour or without its quotes, nearest to where reading stopped first.
fn edits(items: &[Item], stopped: usize, first: bool) -> Vec<String> {
    let mut texts = Vec::new();
    if items.first().is_some_and(Item::is_value) {
        let word = match render(items).contains('x') {
            _ if first => "input",
            true => "reshape",
            false => "dense",
        };
        texts.push(format!("{word} {}", render(items)));
    }
    let mut places: Vec<usize> = (0..items.len()).collect();
    places.sort_by_key(|i| i.abs_diff(stopped));
    for i in &places {
        let mut plain = items.to_vec();
        if let Some(Item::Quoted(text)) = plain.get(*i).cloned() {
            plain.splice(*i..=*i, [Item::Word(text)]);
            texts.push(render(&plain));
        }
    }
    for i in &places {
        let (before, here) = (i.checked_sub(1).and_then(|i| items.get(i)), items.get(*i));
        if matches!((before, here), (Some(Item::Word(a)), Some(Item::Word(b))) if a == b) {
            texts.push(without(items, *i));
        }
    }
    for i in &places {
        if *i > 0 {
            let mut swapped = items.to_vec();
            swapped.swap(*i, *i - 1);
            texts.push(render(&swapped));
        }
    }
    let joined = joined_numbers(items);
    texts.extend(joined);
    // Without its last item, a statement is what was read so far: there, the list of what may follow says more.
    let stray = |item: &Item| !matches!(item, Item::Word(word) if words::is_known(word));
    if stopped > 0 && stopped + 1 < items.len() && items.get(stopped).is_some_and(stray) {
        texts.push(without(items, stopped));
    }
    texts
}

fn without(items: &[Item], i: usize) -> String {
    let mut shorter = items.to_vec();
    shorter.remove(i);
    render(&shorter)
}

/// Numbers side by side as one size with `x` between them, or without the first, which PyTorch has there for the inputs.
fn joined_numbers(items: &[Item]) -> Vec<String> {
    let Some(start) = items.iter().position(Item::is_value) else {
        return Vec::new();
    };
    let rest = items.get(start..).unwrap_or_default();
    let count = rest.iter().take_while(|item| item.is_value()).count();
    if count < 2 {
        return Vec::new();
    }
    let numbers: Vec<String> = rest
        .iter()
        .take(count)
        .map(|item| render(std::slice::from_ref(item)))
        .collect();
    // PyTorch has the number of inputs first.
    let inputs_first =
        |word: &str| word.contains("conv") || ["dense", "rnn", "lstm", "gru"].contains(&word);
    let inputs_first = matches!(items.first(), Some(Item::Word(word)) if inputs_first(word));
    let (head, tail) = (
        render(items.get(..start).unwrap_or_default()),
        render(rest.get(count..).unwrap_or_default()),
    );
    arrangements(&numbers, inputs_first)
        .into_iter()
        .map(|numbers| spaced(&[&head, &numbers, &tail]))
        .collect()
}

/// The ways to read numbers side by side.
fn arrangements(numbers: &[String], inputs_first: bool) -> Vec<String> {
    let all = numbers.join("x");
    let first = numbers.get(1..).unwrap_or_default().join(" ");
    let (before, last) = numbers.split_at(numbers.len().saturating_sub(2));
    let pair = spaced(&[&before.join(" "), &last.join("x")]);
    match last {
        // `conv2d 8 3 3`, but `conv2d 1 8 5`.
        [a, b] if a == b && inputs_first => vec![all, pair, first],
        _ if inputs_first => vec![all, first, pair],
        _ => vec![all, pair],
    }
}

fn spaced(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts
        .iter()
        .copied()
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(" ")
}

/// The statement as a call or with the keywords of another library, in our words.
fn translations(items: &[Item]) -> Vec<String> {
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

/// What is between the brackets of a call, sorted.
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
                let key = words::meant_inside(key).unwrap_or(key);
                self.words.push(format!("{key} {}", word(&value)));
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
                _ => Some(format!("{} {}", word(key), render(inside))),
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
