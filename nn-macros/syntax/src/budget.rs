//! `budget { flash 32K; ram 4K; macs 300K; }`: figures that a network must not exceed, held by the compiler.

use crate::args::Args;
use crate::errors::{Errors, Place, did_you_mean, list, plain};
use crate::parse::is_semicolon;
use crate::paths::Paths;
use crate::shape::Size;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

/// The figures that can be limited.
const WORDS: [&str; 4] = ["flash", "ram", "macs", "train_ram"];
const USAGE: &str = "budget { flash 32K; ram 4K; macs 300K; }";
const TRAIN_USAGE: &str = "train_ram 64K batch 10 adam";

/// The optimisers by their words.
const OPTIMIZERS: [&str; 13] = [
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Ftrl",
    "Lion",
    "Manhattan",
    "Nadam",
    "Radam",
    "Rmsprop",
    "Rprop",
    "Sgd",
];

/// One limit.
#[derive(Debug)]
pub(crate) struct Limit {
    word: &'static str,
    /// As the user wrote it: `32K`.
    text: String,
    value: TokenStream,
    span: Span,
    training: Option<Training>,
}

/// The training that a limit of memory is about.
#[derive(Debug)]
struct Training {
    batch: Size,
    optimizer: Optimizer,
}

#[derive(Debug)]
enum Optimizer {
    /// One of the library's, by its name there.
    Known(Ident),
    /// A path of the user's.
    Path(TokenStream),
}

/// Reads what follows `budget`.
pub(crate) fn parse(args: &mut Args<'_, '_>) -> Option<Vec<Limit>> {
    let group = args.block("the limits of a budget", USAGE)?;
    let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
    let mut limits: Vec<Limit> = Vec::new();
    let is_end = |token: &TokenTree| is_semicolon(token) || token.to_string() == ",";
    for tokens in tokens.split(is_end).filter(|tokens| !tokens.is_empty()) {
        let mut inside = Args::new(tokens, group.span(), args.errors);
        let limit = limit(&mut inside)?;
        if let Some(earlier) = limits.iter().find(|earlier| earlier.word == limit.word) {
            let message = format!(
                "`{}` is limited already, to {}; remove one of the two",
                limit.word, earlier.text
            );
            args.errors
                .push(tokens.first().map_or(limit.span, TokenTree::span), message);
            return None;
        }
        limits.push(limit);
    }
    if limits.is_empty() {
        let message = format!("a budget without limits holds nothing; write such as `{USAGE}`");
        args.errors.push(group.span(), message);
        return None;
    }
    Some(limits)
}

/// `flash 32K`.
fn limit(args: &mut Args<'_, '_>) -> Option<Limit> {
    let span = args.here();
    let written = args.found().unwrap_or_default();
    let Some(word) = WORDS.into_iter().find(|word| *word == written) else {
        let meant = WORDS
            .into_iter()
            .find(|word| plain(word) == plain(&written));
        let meant = meant
            .or_else(|| synonym(&written))
            .or_else(|| did_you_mean(&written, WORDS));
        let message = match meant {
            Some(meant) => format!("unknown limit `{written}`; did you mean `{meant}`?"),
            None => format!("unknown limit `{written}`; a budget has {}", list(WORDS)),
        };
        args.errors.push(span, message);
        return None;
    };
    args.skip();
    let (value, text, span) = amount(word, args)?;
    let training = if word == "train_ram" {
        Some(training(args)?)
    } else {
        None
    };
    if let (Some(found), None) = (args.found(), &training) {
        let message = format!(
            "unexpected `{found}` after `{word} {text}`; limits have `;` between them: `{USAGE}`"
        );
        args.errors.push(args.here(), message);
        return None;
    }
    Some(Limit {
        word,
        text,
        value,
        span,
        training,
    })
}

/// The figure that other tools call by this word.
fn synonym(word: &str) -> Option<&'static str> {
    Some(match plain(word).as_str() {
        "rom" | "weights" | "params" | "parameters" | "size" => "flash",
        "memory" | "sram" | "arena" | "stack" | "activations" => "ram",
        "flops" | "ops" | "operations" | "mac" => "macs",
        "trainram" | "training" | "trainmemory" => "train_ram",
        _ => return None,
    })
}

/// `32K`, `300_000`, a `const`, or an expression in braces: as an expression, as it was written, and where.
fn amount(word: &str, args: &mut Args<'_, '_>) -> Option<(TokenStream, String, Span)> {
    let what = if word == "macs" {
        "a number of multiply-accumulates"
    } else {
        "a number of bytes"
    };
    let usage = if word == "train_ram" {
        TRAIN_USAGE.to_owned()
    } else {
        format!("{word} {}", if word == "macs" { "300K" } else { "32K" })
    };
    let Some(TokenTree::Literal(literal)) = args.rest().first() else {
        let size = args.size(what, &usage)?;
        let (text, span) = (size.text().to_owned(), size.span());
        return Some((size.expression().clone(), text, span));
    };
    args.skip();
    let (text, span) = (literal.to_string(), literal.span());
    match value(word, &text) {
        Some(0) => args.errors.push(
            span,
            format!("a limit of 0 leaves room for nothing; write such as `{usage}`"),
        ),
        Some(value) => {
            let literal = Size::literal(value, span);
            return Some((literal.expression().clone(), text, span));
        }
        None => {
            let message = not_an_amount(word, &text, what);
            args.errors.push(span, message);
        }
    }
    None
}

/// Says what a limit may be.
fn not_an_amount(word: &str, text: &str, what: &str) -> String {
    let short = ["KB", "KiB", "kB", "MB", "MiB"]
        .into_iter()
        .find_map(|unit| {
            let digits = text.strip_suffix(unit)?;
            let letter = unit.to_ascii_uppercase().chars().next()?;
            let short = format!("{digits}{letter}");
            value(word, &short).map(|_| short)
        });
    if let Some(short) = short {
        return format!("`{text}` is not {what}; write `{short}`");
    }
    let units = match word {
        "macs" => "thousands (`300K`) or millions (`2M`)",
        _ => "multiples of 1,024 (`32K`) or of 1,048,576 (`2M`)",
    };
    format!("`{text}` is not {what}; write it in digits, in {units}, or as a `const`")
}

/// `1.5K` as a number; K of bytes is 1,024, and of operations 1,000.
fn value(word: &str, text: &str) -> Option<u64> {
    let unit: u64 = if word == "macs" { 1000 } else { 1024 };
    let (digits, factor) = match text.strip_suffix(['K', 'k']) {
        Some(digits) => (digits, unit),
        None => match text.strip_suffix('M') {
            Some(digits) => (digits, unit * unit),
            None => (text.strip_suffix("usize").unwrap_or(text), 1),
        },
    };
    let digits = digits.replace('_', "");
    let (whole, part) = digits.split_once('.').unwrap_or((&digits, ""));
    let all_digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty()
        || !all_digits(whole)
        || !all_digits(part)
        || part.len() > 6
        || (factor == 1 && digits.contains('.'))
    {
        return None;
    }
    let scale = 10_u64.pow(part.len() as u32);
    let scaled: u64 = format!("{whole}{part}").parse().ok()?;
    Some(scaled.checked_mul(factor)? / scale)
}

/// `batch 10 adam`.
fn training(args: &mut Args<'_, '_>) -> Option<Training> {
    if args.peek_word().is_none_or(|word| word != "batch") {
        let message = format!(
            "the memory of a training depends on the batch and the optimiser; write `{TRAIN_USAGE}`"
        );
        args.errors.push(args.here(), message);
        return None;
    }
    args.skip();
    let batch = args.size("the size of the batch", TRAIN_USAGE)?;
    if batch.known() == Some(0) {
        args.errors.push(
            batch.span(),
            format!("a batch of 0 trains nothing; write `{TRAIN_USAGE}`"),
        );
        return None;
    }
    let Some(word) = args.peek_word() else {
        let message = format!(
            "the memory of a training depends on the optimiser, too; write `{TRAIN_USAGE}`"
        );
        args.errors.push(args.here(), message);
        return None;
    };
    let start = args.rest();
    let (path, text, last) = args.path()?;
    if let Some(found) = args.found() {
        let message =
            format!("unexpected `{found}` after `{text}`; limits have `;` between them: `{USAGE}`");
        args.errors.push(args.here(), message);
        return None;
    }
    let known = |name: &&str| last == text && plain(name) == plain(&text);
    if let Some(name) = OPTIMIZERS.into_iter().find(known) {
        return Some(Training {
            batch,
            optimizer: Optimizer::Known(Ident::new(name, word.span())),
        });
    }
    if text.starts_with(|c: char| c.is_ascii_lowercase()) && last == text {
        let meant = did_you_mean(&text, OPTIMIZERS).map(str::to_lowercase);
        let fix = match meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("write {}, or the path of a type", list(OPTIMIZERS)),
        };
        args.errors.push(
            Place::of(start, word.span()),
            format!("unknown optimiser `{text}`; {fix}"),
        );
        return None;
    }
    Some(Training {
        batch,
        optimizer: Optimizer::Path(path),
    })
}

impl Limit {
    /// An expression that does not compile unless the network keeps to the limit.
    pub(crate) fn assertion(&self, network: &Ident, paths: &Paths) -> TokenStream {
        let Self {
            word,
            text,
            value,
            span,
            training,
        } = self;
        // The call has the limit's place, which is where the compiler shows what it says.
        let span = *span;
        let rows = quote!(#network::__ROWS);
        match (*word, training) {
            ("flash", _) => {
                quote_spanned!(span=> __nn::check_flash(#text, #value, #network::WEIGHT_BYTES, #rows))
            }
            ("ram", _) => {
                quote_spanned!(span=> __nn::check_ram(#text, #value, #network::INFERENCE_RAM, #rows))
            }
            (_, Some(Training { batch, optimizer })) => {
                let optimizer = match optimizer {
                    Optimizer::Known(name) => paths.public(quote!(optim::#name)),
                    Optimizer::Path(path) => path.clone(),
                };
                let batch = batch.expression();
                quote_spanned!(span=> __nn::check_train_ram::<#network, #optimizer, #batch>(#text, #value))
            }
            _ => quote_spanned!(span=> __nn::check_macs(#text, #value, #network::MACS, #rows)),
        }
    }
}

/// A second budget, or one in a block, is reported.
pub(crate) fn misplaced(span: Span, in_block: bool, errors: &mut Errors) {
    let message = if in_block {
        "a budget is that of the whole network; move it out of the block"
    } else {
        "a network has one `budget`; write all limits in one"
    };
    errors.push(span, message);
}

#[cfg(test)]
mod tests {
    use super::value;

    #[test]
    fn amounts() {
        for (word, text, expected) in [
            ("flash", "32K", Some(32 * 1024)),
            ("ram", "1.5K", Some(1536)),
            ("flash", "2M", Some(2 * 1024 * 1024)),
            ("macs", "300K", Some(300_000)),
            ("macs", "1.25M", Some(1_250_000)),
            ("macs", "12_000", Some(12_000)),
            ("ram", "4096usize", Some(4096)),
            ("ram", "4KB", None),
            ("ram", "1.5", None),
            ("ram", "\"4K\"", None),
            ("ram", "1e3", None),
            ("ram", "99999999999999999999K", None),
            ("ram", "18446744073709551615K", None),
        ] {
            assert_eq!(value(word, text), expected, "{word} {text}");
        }
    }
}
