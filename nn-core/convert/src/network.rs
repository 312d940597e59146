//! A declaration and its weights as a model: what a converter would have made them of.

use crate::{Error, Model, Node, Options, Problem, Tensor, declared, emit};
use nn_syntax::Part;
use nn_weights::{Layout, Reader, Wanted, Weights};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::path::{Path, PathBuf};

/// The words before layers in braces.
const BLOCKS: [&str; 4] = ["residual", "concat", "add", "multiply"];
/// The words of statements that are no layers.
const OTHERS: [&str; 3] = ["input", "output", "budget"];

/// The model of a declaration, which may have Rust around it, with the weights in the bytes of a safetensors file.
///
/// # Errors
///
/// Mistakes of the declaration, layers or sizes that only the compiler knows, and everything that does not fit between it and the file.
pub fn model(declaration: &str, weights: &[u8], options: &Options) -> Result<Model, Error> {
    let tokens = declared::network(declaration)?;
    let body = body(tokens.clone());
    let parts = emit::parts(&tokens.to_string())?;
    let mut wanted = Vec::new();
    declared::flat(&parts, &mut wanted);
    let reader = Reader {
        layout: options.layout.unwrap_or(Layout::Native),
        finite: true,
    };
    let found = nn_weights::read(weights, &wanted, reader).map_err(|problems| {
        let problem = |problem: nn_weights::Problem| {
            Problem::of(problem.layer.unwrap_or_default(), "", problem.message)
        };
        problems.into_iter().map(problem).collect::<Vec<_>>()
    })?;
    let mut tensors = Tensors {
        wanted: &wanted,
        found: found.into_iter(),
    };
    Ok(Model {
        input: input(&tokens.to_string())?,
        nodes: nodes(&parts, &statements(body), &mut tensors),
        ..Model::default()
    })
}

/// The model of a Rust file with a declaration, and of the weights that its `#[weights]` names; without that, of those in the file of its
/// own name that ends in `.safetensors`.
///
/// # Errors
///
/// As [`model`], and if a file cannot be read.
pub fn read_declaration(path: &Path, options: &Options) -> Result<Model, Error> {
    let read = |path: &Path| {
        let failed = |error| {
            Error::from(Problem::of_file(format!("it cannot be read: {error}"))).in_file(path)
        };
        std::fs::read(path).map_err(failed)
    };
    let text = String::from_utf8(read(path)?)
        .map_err(|_| Error::from(Problem::of_file("it is no text")).in_file(path))?;
    let tokens = declared::network(&text).map_err(|problem| Error::from(problem).in_file(path))?;
    let (place, layout) = attribute(tokens);
    let weights = match place {
        Some(place) => root(path).join(place),
        None => path.with_extension("safetensors"),
    };
    let options = Options {
        layout: options.layout.or(layout),
        ..options.clone()
    };
    model(&text, &read(&weights)?, &options).map_err(|error| error.in_file(path))
}

/// The file and the layout of `#[weights("…", layout = …)]`.
fn attribute(tokens: TokenStream) -> (Option<String>, Option<Layout>) {
    let inside = tokens.into_iter().find_map(|token| {
        let TokenTree::Group(attribute) = token else {
            return None;
        };
        let mut tokens = attribute.stream().into_iter();
        match (tokens.next()?, tokens.next()?) {
            (TokenTree::Ident(word), TokenTree::Group(inside)) if word == "weights" => {
                Some(inside.stream())
            }
            _ => None,
        }
    });
    let (mut place, mut layout) = (None, None);
    for token in inside.into_iter().flatten() {
        match token {
            // The text of a literal with nothing in it that JSON writes otherwise.
            TokenTree::Literal(literal) => place = serde_json::from_str(&literal.to_string()).ok(),
            TokenTree::Ident(word) => {
                let known = [Layout::Native, Layout::Keras, Layout::Torch];
                layout = known
                    .into_iter()
                    .find(|layout| word == layout.word())
                    .or(layout);
            }
            _ => {}
        }
    }
    (place, layout)
}

/// The folder of the nearest Cargo.toml, from which `#[weights]` counts; that of the file if there is none.
fn root(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut folders = absolute.ancestors().skip(1);
    let own = folders.clone().next().unwrap_or(&absolute).to_owned();
    folders
        .find(|folder| folder.join("Cargo.toml").is_file())
        .map_or(own, Path::to_owned)
}

fn input(network: &str) -> Result<Vec<usize>, Error> {
    let tokens = network
        .parse()
        .map_err(|_| Problem::of_file("the declaration cannot be read as Rust"))?;
    let outline = nn_syntax::outline(tokens).map_err(|messages| {
        messages
            .into_iter()
            .map(Problem::of_file)
            .collect::<Vec<_>>()
    })?;
    let sizes = outline
        .input
        .iter()
        .map(|size| usize::try_from((*size)?).ok());
    let sizes: Option<Vec<usize>> = sizes.collect();
    sizes.ok_or_else(|| {
        Problem::of_file("only the compiler knows the sizes of its input; write them as numbers")
            .into()
    })
}

/// The statements of a network: the tokens in the braces of its struct, or all.
fn body(tokens: TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let header = tokens
        .iter()
        .position(|token| matches!(token, TokenTree::Ident(word) if word == "struct"));
    let braces = header.and_then(|at| tokens.get(at..)?.iter().find_map(braces));
    braces.unwrap_or_else(|| tokens.into_iter().collect())
}

fn braces(token: &TokenTree) -> Option<TokenStream> {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group.stream()),
        _ => None,
    }
}

/// A statement as far as its tokens were seen.
#[derive(Clone, Copy, PartialEq)]
enum Seen {
    Nothing,
    /// One that is no layer: `input`, `output`, a budget.
    Other,
    Layer,
    /// A layer with others in its braces.
    Block,
}

/// For each layer, the tokens in its braces if it is a block.
fn statements(tokens: TokenStream) -> Vec<Option<TokenStream>> {
    let (mut statements, mut seen) = (Vec::new(), Seen::Nothing);
    for token in tokens {
        let word = match &token {
            TokenTree::Ident(word) => word.to_string(),
            _ => String::new(),
        };
        match &token {
            TokenTree::Punct(mark) if mark.as_char() == ';' => {
                if matches!(seen, Seen::Layer | Seen::Block) {
                    statements.push(None);
                }
                seen = Seen::Nothing;
            }
            // What was read was a label.
            TokenTree::Punct(mark) if mark.as_char() == ':' => seen = Seen::Layer,
            TokenTree::Ident(_) if seen == Seen::Nothing && OTHERS.contains(&&*word) => {
                seen = Seen::Other
            }
            TokenTree::Ident(_) if seen != Seen::Other && BLOCKS.contains(&&*word) => {
                seen = Seen::Block
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => match seen {
                Seen::Block => {
                    statements.push(Some(group.stream()));
                    seen = Seen::Nothing;
                }
                Seen::Other => seen = Seen::Nothing,
                _ => seen = Seen::Layer,
            },
            _ if seen == Seen::Nothing => seen = Seen::Layer,
            _ => {}
        }
    }
    if matches!(seen, Seen::Layer | Seen::Block) {
        statements.push(None);
    }
    statements
}

/// The weights that no layer has taken yet, in memory order.
struct Tensors<'a> {
    wanted: &'a [Wanted],
    found: std::vec::IntoIter<Weights>,
}

impl Tensors<'_> {
    /// The next of them, by its name within the layer at `path`.
    fn next(&mut self, path: &str) -> Option<Tensor> {
        let (first, rest) = self.wanted.split_first()?;
        self.wanted = rest;
        let full = first.path();
        let name = full
            .rsplit_once(&format!("{path}."))
            .map_or(full.as_str(), |(_, name)| name)
            .to_owned();
        let weights = self.found.next()?;
        Some(Tensor::new(name, weights.axes, weights.values))
    }
}

fn nodes(
    parts: &[Part],
    statements: &[Option<TokenStream>],
    tensors: &mut Tensors<'_>,
) -> Vec<Node> {
    let mut nodes = Vec::new();
    for (i, part) in parts.iter().enumerate() {
        let own = part
            .tensors
            .iter()
            .filter_map(|_| tensors.next(&part.field));
        let own = own.collect();
        let braces = statements.get(i).cloned().flatten();
        let bodies = braces.map_or(Vec::new(), |braces| bodies(part, braces, tensors));
        let statement = match bodies.is_empty() {
            true => readable(&part.text),
            false => {
                let word = part
                    .text
                    .split_whitespace()
                    .find(|word| BLOCKS.contains(word));
                word.unwrap_or_default().to_owned()
            }
        };
        nodes.push(Node {
            source: part.field.clone(),
            statement,
            tensors: own,
            bodies,
        });
    }
    nodes
}

/// The statement as Rust can read it: sizes that begin with 0 are a hexadecimal number to it.
fn readable(text: &str) -> String {
    let words = text.split(' ').map(|word| match word.strip_prefix("0x") {
        Some(rest) => format!("0 x {rest}"),
        None => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The layers of each pair of braces; of those that are empty, none.
fn bodies(part: &Part, braces: TokenStream, tensors: &mut Tensors<'_>) -> Vec<Vec<Node>> {
    let inner: Vec<TokenStream> = match part.text.contains("residual") {
        true => vec![braces],
        false => braces
            .into_iter()
            .filter_map(|token| self::braces(&token))
            .collect(),
    };
    let mut branches = part.branches.iter();
    let mut body = |tokens: TokenStream| match tokens.is_empty() {
        true => Vec::new(),
        false => branches.next().map_or(Vec::new(), |branch| {
            nodes(branch, &statements(tokens), tensors)
        }),
    };
    inner.into_iter().map(&mut body).collect()
}
