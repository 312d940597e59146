//! Legal declarations with one word changed: there is no panic, the expansion can be parsed whatever happens, and one mistake is nearly always
//! one message.

use crate::errors::Errors;
use crate::expand::expand;
use crate::{check, parse, paths::Paths};

/// Legal declarations, in which every family of words occurs.
const LEGAL: &[&str] = &[
    "pub struct Net { input 8; dense 6 relu; dropout 0.25; head: dense 4 softmax; output 4; }",
    "input 8; dense 8 -> 6 leaky_relu 0.2 no_bias l2 1e-4; dense 3 init he_normal bias_init zeros; softmax",
    "#[derive(Clone)] pub struct Cnn { input 28x28x1; conv2d 8 5x5 relu pad same; max_pool 2x2; conv2d 16 3x3 stride 2 groups 2; batch_norm; relu; flatten; dense 10 softmax; }",
    "input 30x3; conv1d 8 3 pad causal dilation 2 tanh; lstm 20 sequence; bidirectional gru 4 sequence ave; global_avg_pool; dense 1 sigmoid",
    "struct Tagger { input 12; embedding 50 6; multi_head_attention 2 3 causal; layer_norm epsilon 1e-5; each dense 4 softmax; }",
    "input 8; residual { dense 8 relu; dense 8; } concat { { dense 4 tanh; } { dense 2; dropout 0.1; } {} } dense 3 softmax",
    "input 8x8x2; depthwise_conv2d 3x3 multiplier 2 pad 1; separable_conv2d 4 3x3 relu; upsample 2x2; zero_pad top 1 left 2; reshape 13x7x8; avg_pool 2x2 stride 1; flatten; dense 2",
    "input H x W x 3; first: conv2d_transpose 4 2x2 stride 2; activation gelu; global_max_pool; dense { 2 * H } elu 0.5; my::Layer<3>; dense CLASSES softmax",
];

/// A generator that gives the same numbers everywhere (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % limit as u64).unwrap()
    }
}

/// Words and what is between them, which together are the text.
fn pieces(text: &str) -> Vec<String> {
    let is_word = |c: char| c.is_alphanumeric() || "_.-".contains(c);
    let mut pieces: Vec<String> = Vec::new();
    for c in text.chars() {
        match pieces.last_mut() {
            Some(last) if last.chars().all(is_word) && is_word(c) => last.push(c),
            _ => pieces.push(c.to_string()),
        }
    }
    pieces
}

/// The text with one word changed, and what was done.
fn edit(text: &str, random: &mut Numbers) -> (&'static str, String) {
    let mut pieces = pieces(text);
    let is_word = |piece: &String| piece.chars().any(char::is_alphanumeric);
    let words: Vec<usize> = (0..pieces.len()).filter(|i| is_word(&pieces[*i])).collect();
    let nth = random.below(words.len());
    let at = words[nth];
    let kind = match random.below(5) {
        0 => {
            pieces[at].clear();
            "delete"
        }
        1 => {
            pieces[at] = format!("{0} {0}", pieces[at]);
            "double"
        }
        2 => {
            let first = nth.min(words.len() - 2);
            pieces.swap(words[first], words[first + 1]);
            "swap"
        }
        3 => {
            let mut letters: Vec<char> = pieces[at].chars().collect();
            let i = random.below(letters.len());
            match random.below(3) {
                0 => drop(letters.remove(i)),
                1 => letters.insert(i, char::from(b'a' + random.below(26) as u8)),
                _ => letters[i] = char::from(b'a' + random.below(26) as u8),
            }
            pieces[at] = letters.into_iter().collect();
            "typo"
        }
        _ => {
            let numbers = [
                "0",
                "1",
                "7",
                "1000000007",
                "99999999999999999999",
                "0.5",
                "2.5",
                "-3",
            ];
            pieces[at] = numbers[random.below(numbers.len())].to_owned();
            "number"
        }
    };
    (kind, pieces.concat())
}

/// The messages about a declaration, with their places.
fn messages(declaration: &str) -> Option<Vec<(String, String)>> {
    let tokens = declaration.parse().ok()?;
    let mut errors = Errors::default();
    let ast = parse::parse(tokens, &mut errors);
    check::check(&ast, &Paths::standard(), &mut errors);
    Some(errors.into_placed_messages())
}

#[test]
fn one_changed_word_is_one_message() {
    for declaration in LEGAL {
        assert_eq!(messages(declaration).unwrap(), [], "{declaration}");
    }
    let mut random = Numbers(8);
    let (mut wrong, mut several) = (0, Vec::new());
    for i in 0..3_000 {
        let (kind, text) = edit(LEGAL[i % LEGAL.len()], &mut random);
        // Some are no tokens for Rust's lexer, as `99999x9.9`.
        let Some(found) = messages(&text) else {
            continue;
        };
        wrong += usize::from(!found.is_empty());
        if found.len() > 1 {
            several.push((kind, text, found));
        }
    }
    if std::env::var_os("NN_SHOW").is_some() {
        for (kind, text, found) in &several {
            println!("{kind}: {text}\n    {found:?}");
        }
    }
    println!(
        "{} of {wrong} wrong ones have several messages",
        several.len()
    );
    assert!(several.len() * 20 <= wrong, "{} of {wrong}", several.len());
}

#[test]
fn every_expansion_can_be_parsed() {
    let mut random = Numbers(5);
    for i in 0..300 {
        let mut text = LEGAL[i % LEGAL.len()].to_owned();
        for _ in 0..=random.below(3) {
            text = edit(&text, &mut random).1;
        }
        let Ok(tokens) = format!("[::nn_core] {text}").parse() else {
            continue;
        };
        let expansion = expand(tokens);
        if let Err(error) = syn::parse2::<syn::File>(expansion.clone()) {
            panic!("{text}\n{error}\n{expansion}");
        }
    }
}
