//! Tokens -> `Ast`. A mistake is reported and the next `;` begins afresh.

mod header;

use crate::activation;
use crate::args::{self, Args};
use crate::ast::{Ast, Body, Statement};
use crate::budget;
use crate::errors::{Errors, Place, list, plain};
use crate::layer::{self, Kind};
use crate::repair;
use crate::rust;
use crate::words;
use header::split_header;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};

/// Reads a declaration.
pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Ast {
    let (header, body) = split_header(tokens, errors);
    let statements = parse_statements(&body, errors);
    Ast { header, statements }
}

/// Reads statements with `;` between them.
pub(crate) fn parse_statements(tokens: &[TokenTree], errors: &mut Errors) -> Vec<Statement> {
    let mut statements = Vec::new();
    for tokens in tokens.split(is_semicolon) {
        let mut rest = tokens;
        let mut reported = false;
        while !rest.is_empty() {
            let before = statements.len();
            rest = parse_statement(rest, &mut statements, errors);
            // Behind a missing `;`, what cannot be read most likely has the same cause.
            if let Some(statement) = statements.get(before).filter(|_| reported) {
                errors.forget(statement.number);
            }
            let last = statements.last();
            reported = last.is_some_and(|last| errors.is_run_on(last.number));
        }
    }
    statements
}

pub(crate) fn is_semicolon(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';')
}

fn is_punct(token: Option<&TokenTree>, character: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == character)
}

fn is_word(token: Option<&TokenTree>, word: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(ident)) if ident == word)
}

fn is_capitalised(name: &Ident) -> bool {
    name.to_string().starts_with(|c: char| c.is_uppercase())
}

/// Reads one statement; returns what is left if a `;` was missing.
fn parse_statement<'a>(
    tokens: &'a [TokenTree],
    statements: &mut Vec<Statement>,
    errors: &mut Errors,
) -> &'a [TokenTree] {
    let (outer, number) = (errors.statement, errors.begin());
    let Some(Start {
        label,
        tokens,
        head,
    }) = begin(tokens, statements, errors)
    else {
        errors.statement = outer;
        return &[];
    };
    let mut args = Args::new(tokens, head, errors);
    let body = parse_body(&mut args);
    let (rest, stopped) = (args.rest(), args.stopped());
    let (unfinished, after_comma) = (args.at_statement(), args.after_comma());
    // Whatever was read inside its braces.
    errors.statement = number;
    let rest = match rest.first() {
        Some(_) if errors.is_broken(number) && after_comma && begins_layer(rest) => rest,
        _ if errors.is_broken(number) => &[],
        Some(_) if ends_in_braces(&body) => rest,
        Some(next) if unfinished => {
            report_missing_semicolon(tokens, stopped, next, errors);
            rest
        }
        _ => &[],
    };
    let mut statement = Statement {
        number,
        last: errors.begun(),
        label,
        span: head,
        body,
    };
    let comma_at_end = after_comma && stopped == tokens.len();
    if errors.is_broken(number) && !errors.guessing && rest.is_empty() && !comma_at_end {
        let first = statements.is_empty();
        mend(&mut statement, tokens, (stopped, first), errors);
    }
    statements.push(statement);
    errors.statement = outer;
    rest
}

/// Whether a statement needs no `;` behind it.
fn ends_in_braces(body: &Body) -> bool {
    match body {
        Body::Layer(kind) => kind.is_block(),
        Body::Budget(_) => true,
        _ => false,
    }
}

/// A statement without what may stand before it.
struct Start<'a> {
    label: Option<Ident>,
    tokens: &'a [TokenTree],
    head: Span,
}

/// Takes the label; `None` if there is nothing more to be read of the statement.
fn begin<'a>(
    tokens: &'a [TokenTree],
    statements: &mut Vec<Statement>,
    errors: &mut Errors,
) -> Option<Start<'a>> {
    let number = errors.statement;
    let unread = |span| Statement {
        number,
        last: number,
        label: None,
        span,
        body: Body::Broken,
    };
    let first = tokens.first()?;
    if goes_on(tokens, statements, errors) || names_foreign(tokens, errors) {
        errors.break_silently(number);
        statements.push(unread(first.span()));
        return None;
    }
    let tokens = without_visibility(tokens, errors);
    if is_item(tokens, errors) {
        statements.push(unread(first.span()));
        return None;
    }
    let (label, rest) = split_label(tokens, errors);
    match (rest.first(), label) {
        (Some(token), label) => Some(Start {
            label,
            tokens: rest,
            head: token.span(),
        }),
        (None, label) => {
            if let Some(label) = label {
                errors.push(
                    label.span(),
                    format!("the label `{label}` has no layer; write `{label}: dense 6 relu;`"),
                );
            }
            statements.push(unread(first.span()));
            None
        }
    }
}

/// Whether these are the arguments of the statement before, which a `;` in the wrong place has cut off.
fn goes_on(tokens: &[TokenTree], statements: &[Statement], errors: &Errors) -> bool {
    let value = matches!(
        tokens.first(),
        Some(TokenTree::Literal(_) | TokenTree::Punct(_))
    );
    let before = statements.last();
    value && before.is_some_and(|before| errors.is_broken(before.number))
}

/// Whether a name occurs that a `let` among the statements was to declare.
fn names_foreign(tokens: &[TokenTree], errors: &Errors) -> bool {
    let mut tokens = tokens.iter();
    tokens.any(|token| errors.foreign.contains(&token.to_string()))
}

/// Reports `pub` before a layer; what follows it.
fn without_visibility<'a>(tokens: &'a [TokenTree], errors: &mut Errors) -> &'a [TokenTree] {
    let [visibility, rest @ ..] = tokens else {
        return tokens;
    };
    if !is_word(Some(visibility), "pub") || rest.is_empty() {
        return tokens;
    }
    let message = "the layers of a network are `pub` already; remove this `pub`";
    errors.push(visibility.span(), message);
    match rest {
        [TokenTree::Group(_), rest @ ..] => rest,
        rest => rest,
    }
}

/// Reports what Rust has between `;` and a declaration does not: `let x = 5;`.
fn is_item(tokens: &[TokenTree], errors: &mut Errors) -> bool {
    const ITEMS: &[&str] = &[
        "let", "const", "static", "use", "fn", "type", "struct", "enum", "impl", "mod", "trait",
        "for", "while", "loop", "if", "match", "return",
    ];
    let Some(TokenTree::Ident(word)) = tokens.first() else {
        return false;
    };
    if !ITEMS.iter().any(|item| word == item) || is_punct(tokens.get(1), ':') {
        return false;
    }
    errors.push(word.span(), format!("`{word}` does not belong to a declaration, which consists of layers; write it before `network!`, and a size as `const SIZE: usize = 8;`"));
    let mut names = tokens.iter().skip(1);
    let name = names.find(|token| matches!(token, TokenTree::Ident(name) if name != "mut"));
    if word == "let" || word == "const" || word == "static" {
        errors.foreign.extend(name.map(ToString::to_string));
    }
    true
}

/// Whether a layer seems to begin here, after a comma that should be a `;`. An activation may belong to what is before it.
fn begins_layer(tokens: &[TokenTree]) -> bool {
    let activation = |word: &TokenTree| activation::find(&word.to_string()).is_some();
    begins_statement(tokens) && (tokens.len() > 2 || !tokens.first().is_some_and(activation))
}

/// Whether a statement seems to begin here.
fn begins_statement(tokens: &[TokenTree]) -> bool {
    let Some(TokenTree::Ident(word)) = tokens.first() else {
        return false;
    };
    let name = word.to_string();
    is_punct(tokens.get(1), ':')
        || words::is_statement(&name)
        || activation::find(&name).is_some()
        || is_capitalised(word)
}

/// `relu dense 6` may be two statements or one in the wrong order.
fn report_missing_semicolon(
    tokens: &[TokenTree],
    stopped: usize,
    next: &TokenTree,
    errors: &mut Errors,
) {
    let mistake = format!("missing `;` before `{next}`");
    let activation = tokens
        .first()
        .filter(|word| activation::find(&word.to_string()).is_some());
    let layer = tokens.get(stopped..).unwrap_or_default();
    let turned: Vec<TokenTree> = layer.iter().chain(activation).cloned().collect();
    if activation.is_some() && stopped == 1 && read_alone(&turned).is_some() {
        let text = repair::text(&turned);
        let message =
            format!("{mistake}; or write `{text}`, if that is the activation of `{next}`");
        errors.push_run_on(next.span(), message);
    } else {
        errors.push_run_on(next.span(), mistake);
    }
}

/// Finds out what a statement that could not be read was meant to be.
fn mend(
    statement: &mut Statement,
    tokens: &[TokenTree],
    (stopped, first): (usize, bool),
    errors: &mut Errors,
) {
    let Some(repair) = repair::repair(tokens, stopped, first, &read_alone) else {
        return;
    };
    let text = match &statement.label {
        Some(label) => format!("{label}: {}", repair.text),
        None => repair.text,
    };
    if !repair.respelt {
        errors.fix(statement.number, &format!("`{text}`"));
    }
    statement.body = repair.body;
}

/// A statement in which there are no mistakes.
fn read_alone(tokens: &[TokenTree]) -> Option<Body> {
    let mut nowhere = Errors::of_guess();
    nowhere.begin();
    let head = tokens.first()?.span();
    let mut args = Args::new(tokens, head, &mut nowhere);
    let body = parse_body(&mut args);
    let whole = args.rest().is_empty();
    (whole && nowhere.is_empty() && !matches!(body, Body::Broken)).then_some(body)
}

/// Takes `label:`.
fn split_label<'a>(
    tokens: &'a [TokenTree],
    errors: &mut Errors,
) -> (Option<Ident>, &'a [TokenTree]) {
    let [TokenTree::Ident(label), sign, rest @ ..] = tokens else {
        return (None, tokens);
    };
    let name = label.to_string();
    if is_punct(Some(sign), '=') && begins_statement(rest) && !words::is_known(&name) {
        let text = repair::text(rest);
        errors.push(
            sign.span(),
            format!("a label is followed by `:`; write `{label}: {text}`"),
        );
        return (Some(label.clone()), rest);
    }
    if !is_punct(Some(sign), ':') || is_punct(rest.first(), ':') {
        return (None, tokens);
    }
    let is_value = matches!(rest, [TokenTree::Literal(_) | TokenTree::Group(_), ..]);
    if is_value && words::is_statement(&name) {
        let text = repair::text(rest);
        let message = format!("no `:` follows `{name}`; write `{name} {text}`");
        errors.push(label.span(), message);
    }
    (Some(label.clone()), rest)
}

fn parse_body(args: &mut Args<'_, '_>) -> Body {
    let is_path = args.at_path();
    let Some(word) = args.peek_word().filter(|_| !is_path) else {
        if is_path {
            return user_type(args);
        }
        let found = args.found().unwrap_or_default();
        if found == "#" {
            args.errors.push(args.here(), "attributes and doc comments belong to the whole network; write `// …` beside a statement");
        } else {
            let mistake = format!("expected a layer, found `{found}`");
            let fix = "a statement begins with the layer's name: `dense 6 relu`";
            args.errors.push_with_fix(args.here(), &mistake, fix);
        }
        args.take_rest();
        return Body::Broken;
    };
    let name = word.to_string();
    if words::is_statement(&name) {
        args.skip();
        return known(&name, args).unwrap_or(Body::Broken);
    }
    if let Some(entry) = activation::find(&name) {
        args.skip();
        return Body::Layer(Kind::bare_activation(entry, word.span(), args));
    }
    if rust::is_keyword(&name) && name != "Self" {
        args.errors.push(
            word.span(),
            format!(
                "`{name}` is a keyword of Rust and cannot be a layer; a statement begins with the layer's name: `dense 6 relu`"
            ),
        );
        args.take_rest();
        return Body::Broken;
    }
    if is_capitalised(word) && !looks_like_word(args, &name) {
        user_type(args)
    } else {
        unknown(args, word)
    }
}

/// The statement after `input`, `output` or the word of a layer.
fn known(word: &str, args: &mut Args<'_, '_>) -> Option<Body> {
    Some(match word {
        "input" => Body::Input(parse_sizes(args, "the size of the input", "input 8")),
        "output" => Body::Output(parse_sizes(args, "the size of the output", "output 4")),
        "budget" => Body::Budget(budget::parse(args)),
        _ => Body::Layer(Kind::parse(word, args)?),
    })
}

fn parse_sizes(
    args: &mut Args<'_, '_>,
    what: &str,
    usage: &str,
) -> Option<Vec<crate::shape::Size>> {
    let sizes = args.sizes(what, usage)?;
    args.finish(usage.split(' ').next().unwrap_or_default());
    Some(sizes)
}

/// Whether a capitalised name is a word of the language in another spelling rather than a type: `Dense 6 relu`, `ReLU`, `Sequential { … }`.
fn looks_like_word(args: &Args<'_, '_>, name: &str) -> bool {
    !is_punct(args.rest().get(1), '<')
        && (words::statement_spelt(name).is_some() || is_sequential(name))
}

/// Whether a word stands for layers one after another in other libraries.
fn is_sequential(word: &str) -> bool {
    ["sequential", "model", "modulelist"].contains(&plain(word).as_str())
}

/// A type of the user's, whose name is capitalised.
fn user_type(args: &mut Args<'_, '_>) -> Body {
    let span = args.here();
    match Kind::from_path(args) {
        Some(Kind::Foreign(layer)) if !layer.is_type() => {
            let text = layer.text();
            args.errors.push(span, format!("`{text}` is not the path of a layer, because its last name is in lower case; write the path of a type that implements `Layer`, such as `my::Layer`"));
            Body::Broken
        }
        Some(kind) => Body::Layer(kind),
        None => {
            args.take_rest();
            Body::Broken
        }
    }
}

/// Reports an unknown word.
fn unknown(args: &mut Args<'_, '_>, word: &Ident) -> Body {
    // `nn.Linear` is one name.
    let mut length = 1;
    while is_punct(args.rest().get(length), '.')
        && matches!(args.rest().get(length + 1), Some(TokenTree::Ident(_)))
    {
        length += 2;
    }
    let written = args.rest().get(..length).unwrap_or_default();
    let place = Place::of(written, word.span());
    let name = args::text(written);
    let own = match is_capitalised(word) && args.rest().len() == 1 {
        true => format!(" A type of yours is written with its path: `self::{name}`."),
        false => String::new(),
    };
    if is_sequential(&name) && matches!(args.rest().get(1), Some(TokenTree::Group(_))) {
        args.errors.push(place, format!("layers follow one another as they are written, without `{name}`; write them alone, with `;` between them"));
    } else if let Some(meant) = words::statement_meant(last_name(&name)) {
        let mistake = format!("unknown layer `{name}`");
        let fix = format!("did you mean `{meant}`?{own}");
        args.errors.push_with_fix(place, &mistake, &fix);
    } else {
        let mistake = format!("unknown layer `{name}`");
        let fix = format!(
            "a statement begins with a layer ({}), the name of an activation, or the path of a type that implements `Layer`",
            list(layer::WORDS.iter().copied())
        );
        args.errors.push_with_fix(place, &mistake, &fix);
    }
    args.skip();
    args.take_rest();
    Body::Broken
}

/// `Linear` of `torch.nn.Linear`.
fn last_name(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}
