//! A statement as it was most likely meant, in the user's own numbers and names: the fix that messages show.
//!
//! Candidates are written down one after the other, and the first that can be read is it. So a fix that is shown is always a legal statement.

mod call;

use crate::ast::Body;
use crate::{layer, words};
use call::translations;
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
        if has_unknown_word(&tokens) {
            return None;
        }
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
    // A path of another language has lost what comes before its last name.
    let original = render(&written);
    let shortened = tokens.iter().any(|token| token.to_string() == ".");
    let shortened = shortened.then(|| (original.clone(), false));
    let candidates = candidates.filter(|(text, _)| *text != original);
    let mut candidates = shortened.into_iter().chain(candidates);
    candidates.find_map(|(text, respelt)| try_read(text, respelt))
}

/// Whether a word is left that the language does not have: it could be read as the name of a size, but is most likely the mistake.
fn has_unknown_word(tokens: &[TokenTree]) -> bool {
    let is_colon = |i: Option<usize>| {
        let token = i.and_then(|i| tokens.get(i));
        matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == ':')
    };
    tokens.iter().enumerate().any(|(i, token)| {
        let TokenTree::Ident(word) = token else {
            return false;
        };
        let word = word.to_string();
        let lower = word.starts_with(|c: char| c.is_ascii_lowercase());
        let path = is_colon(i.checked_sub(1)) || is_colon(Some(i + 1));
        lower && !path && !word.starts_with('x') && !words::is_known(&word)
    })
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
    /// Text in quotes.
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
    texts.extend(reworded(items, &places));
    for i in &places {
        if *i > 0 {
            let mut swapped = items.to_vec();
            swapped.swap(*i, *i - 1);
            texts.push(render(&swapped));
        }
    }
    let joined = joined_numbers(items);
    texts.extend(joined);
    texts.extend(renumbered(items, &places));
    // Without its last item, a statement is what was read so far: there, the list of what may follow says more.
    let stray = |item: &Item| !matches!(item, Item::Word(word) if words::is_known(word));
    if stopped > 0 && stopped + 1 < items.len() && items.get(stopped).is_some_and(stray) {
        texts.push(without(items, stopped));
    }
    texts
}

/// The items with those from `i` on, so many, as this word.
fn replaced(items: &[Item], i: usize, length: usize, text: String) -> String {
    let mut changed = items.to_vec();
    changed.splice(i..i + length, [Item::Word(text)]);
    render(&changed)
}

/// The statement with the word of its option before a word (`pad same`, `init he_normal`), with two words as one, without the keyword of another
/// language or the `x` before a number.
fn reworded(items: &[Item], places: &[usize]) -> Vec<String> {
    let mut texts = Vec::new();
    for i in places.iter().copied().filter(|i| *i > 0) {
        let (Some(Item::Word(word)), next) = (items.get(i), items.get(i + 1)) else {
            continue;
        };
        if let (Some(equals), Some(value)) = (next, items.get(i + 2))
            && equals.is("=")
        {
            let value = render(std::slice::from_ref(value));
            texts.push(replaced(items, i, 3, value));
        }
        if let Some(Item::Word(next)) = next
            && words::is_known(&format!("{word}_{next}"))
        {
            texts.push(replaced(items, i, 2, format!("{word}_{next}")));
        }
        let digits = word.strip_prefix('x');
        if let Some(digits) = digits.filter(|digits| digits.parse::<u32>().is_ok()) {
            texts.push(replaced(items, i, 1, digits.to_owned()));
        }
        if words::is_known(word) {
            let options = ["pad", "init"].into_iter();
            texts.extend(options.map(|option| replaced(items, i, 1, format!("{option} {word}"))));
        }
    }
    texts
}

/// The statement with `stride` before a number, with sizes as two arguments, or with one size less.
fn renumbered(items: &[Item], places: &[usize]) -> Vec<String> {
    let mut texts = Vec::new();
    let windowed = |head: &str| head.contains("conv") || head.contains("pool");
    let windowed = matches!(items.first(), Some(Item::Word(head)) if windowed(head));
    for i in places.iter().copied().filter(|i| *i > 0) {
        let Some(Item::Value(value)) = items.get(i) else {
            continue;
        };
        if windowed && i > 1 {
            texts.push(replaced(items, i, 1, format!("stride {value}")));
        }
        if let (Some((first, rest)), Some((all_but_last, _))) =
            (value.split_once('x'), value.rsplit_once('x'))
        {
            if !rest.is_empty() {
                texts.push(replaced(items, i, 1, format!("{first} {rest}")));
            }
            texts.push(replaced(items, i, 1, all_but_last.to_owned()));
        }
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
