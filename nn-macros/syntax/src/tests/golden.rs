//! Golden expansions: `expansions/NAME.network` is a declaration, `expansions/NAME.rs` what it expands to, formatted.
//!
//! One file shows a whole expansion (`animals`), one that of a declaration with mistakes; of the others, each shows what one feature adds: the
//! first line names the items that are kept, by their own name or, of an `impl`, by that of its trait or of the things in it.
//!
//! `NN_BLESS=1 cargo test -p nn-syntax` writes them anew.

use crate::expand::expand;
use std::path::Path;
use std::{env, fs};
use syn::{Expr, ImplItem, Item, Stmt};

/// Compares one expansion with its file.
#[track_caller]
fn golden(name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/expansions");
    let declaration = fs::read_to_string(folder.join(format!("{name}.network"))).unwrap();
    let tokens = format!("[::nn_core] {declaration}").parse().unwrap();
    let mut file = syn::parse2(expand(tokens)).unwrap();
    if let Some(shown) = declaration
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("// "))
    {
        file = shown_of(file, &shown.split(' ').collect::<Vec<_>>());
    }
    let expansion = prettyplease::unparse(&file);
    let path = folder.join(format!("{name}.rs"));
    if env::var_os("NN_BLESS").is_some() {
        fs::write(path, expansion).unwrap();
        return;
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    let differs = expansion
        .lines()
        .zip(expected.lines())
        .position(|(a, b)| a != b);
    assert!(
        expansion == expected,
        "{} differs first in line {:?}; if the new expansion is right, run with NN_BLESS=1\n{expansion}",
        path.display(),
        differs.map(|line| line + 1)
    );
}

/// The items with these names, out of the block around them.
fn shown_of(mut file: syn::File, names: &[&str]) -> syn::File {
    let mut items = Vec::new();
    for item in file.items {
        items.extend(inside(item));
    }
    file.items = items
        .into_iter()
        .filter_map(|item| kept(item, names))
        .collect();
    file
}

/// The items in a `const _: () = { … };`, or the item itself.
fn inside(item: Item) -> Vec<Item> {
    match item {
        Item::Const(constant) if matches!(*constant.expr, Expr::Block(_)) => {
            let Expr::Block(block) = *constant.expr else {
                return Vec::new();
            };
            let statements = block.block.stmts.into_iter();
            statements
                .filter_map(|statement| match statement {
                    Stmt::Item(item) => Some(item),
                    _ => None,
                })
                .collect()
        }
        item => vec![item],
    }
}

/// The item, or of an `impl` what is kept of it.
fn kept(item: Item, names: &[&str]) -> Option<Item> {
    let has = |name: &syn::Ident| names.contains(&name.to_string().as_str());
    let keep = match &item {
        Item::Struct(item) => has(&item.ident),
        Item::Fn(item) => has(&item.sig.ident),
        Item::Const(item) => item.ident == "_" && names.contains(&"assertions"),
        _ => false,
    };
    let Item::Impl(mut block) = item else {
        return keep.then_some(item);
    };
    let of = block
        .trait_
        .as_ref()
        .and_then(|(path, _)| path.segments.last());
    if !of.is_some_and(|of| has(&of.ident)) {
        block.items.retain(|item| match item {
            ImplItem::Fn(item) => has(&item.sig.ident),
            ImplItem::Const(item) => has(&item.ident),
            ImplItem::Type(item) => has(&item.ident),
            _ => false,
        });
    }
    (!block.items.is_empty()).then_some(Item::Impl(block))
}

macro_rules! goldens {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[test]
        fn $name() {
            golden(stringify!($name));
        }
    )*};
}

goldens! {
    /// Three layers, whole.
    animals;
    /// The stub of a wrong declaration.
    mistakes;
    /// Sizes of windows, literal and const.
    windows;
    /// Sizes that only the compiler knows, and what is asserted of them.
    sizes;
    /// Initialisers and penalties.
    weights;
    /// Outputs that share memory, and layers that only hand on what they get.
    arena;
    /// A type of the user's as a layer.
    foreign;
    /// Layers before the first that is trained.
    untrained;
    /// Networks inside a network.
    blocks;
    /// The state of a stream, and steps.
    stream;
    /// The network without its normalisation.
    folded;
    /// Biases that a normalisation takes out again.
    lost_bias;
}
