//! Messages about mistakes, and the size of an expansion; `golden` compares expansions, `fuzz` changes words.

use crate::errors::Errors;
use crate::expand::expand;
use crate::{check, parse, paths::Paths};
use proc_macro2::{TokenStream, TokenTree};
use std::path::Path;
use std::{env, fs};

mod fuzz;
mod golden;

/// Tokens of an expansion, those in groups included.
fn count(tokens: TokenStream) -> usize {
    let of = |token| match token {
        TokenTree::Group(group) => 2 + count(group.stream()),
        _ => 1,
    };
    tokens.into_iter().map(of).sum()
}

#[test]
fn expansion_is_linear_in_layers_and_in_the_depth_of_blocks() {
    let flat: [fn(usize) -> String; 4] = [
        |n| "dense 8 relu;".repeat(n),
        |n| "a::B;".repeat(n),
        |n| "each dense 8; batch_norm; lstm 8 sequence;".repeat(n),
        |n| "dens 8; dense 8;".repeat(n),
    ];
    let deep: [fn(usize) -> String; 2] = [
        |n| "residual { dense 8; batch_norm;".repeat(n) + &"}".repeat(n),
        |n| "add { {} { dense 8;".repeat(n) + &"} }".repeat(n),
    ];
    let size = |input: &str, statements: String| {
        let declaration = format!("[::nn_core] input {input}; {statements}");
        count(expand(declaration.parse().unwrap())) as f64
    };
    for (i, statements) in flat.iter().chain(&deep).enumerate() {
        let input = if i == 2 { "4x8" } else { "8" };
        let (few, many) = (size(input, statements(8)), size(input, statements(32)));
        assert!(many / few < 4.2, "{}: {}", statements(1), many / few);
    }
}

/// The messages about a declaration.
fn messages(declaration: &str) -> Vec<String> {
    let mut errors = Errors::default();
    let ast = parse::parse(declaration.parse().unwrap(), &mut errors);
    check::check(&ast, &Paths::standard(), &mut errors);
    errors.into_messages()
}

#[test]
fn sizes_are_read_with_and_without_spaces() {
    for input in [
        "28x28x1",
        "28 x 28 x 1",
        "28x28 x 1",
        "28 x28x1",
        "28x 28x1",
        "28 x 28x1",
        "H x W x 1",
        "HxWx1",
        "28xWx1",
        "28 x W x 1",
        "{ 2 * H } x 28x1",
        "my::H x 28 x 1",
    ] {
        let declaration = format!("input {input}; flatten; dense 4");
        assert_eq!(messages(&declaration), [""; 0], "{declaration}");
    }
}

#[test]
fn a_block_needs_no_semicolon() {
    for declaration in [
        "input 6; residual { dense 6 }",
        "input 6; residual { dense 6; } dense 2",
        "input 6; residual { dense 6; }; dense 2;",
        "input 6; a: add { { dense 6 } {} } b: concat { {} ; {} }; multiply { {} {} } relu",
        "input 6; residual { residual { dense 6 } dense 6 } softmax",
    ] {
        assert_eq!(messages(declaration), [""; 0], "{declaration}");
    }
}

#[test]
fn all_mistakes_are_found_in_one_run() {
    let found =
        messages("inptu 8; dens 6; dense 0 rely; head: dropout 25; head: dense 4; output 5; relu");
    // Of a statement that cannot be read, the first mistake alone is certain.
    assert_eq!(found.len(), 7, "{found:#?}");
}

#[test]
fn nothing_panics_on_strange_tokens() {
    for declaration in [
        ";",
        ";;",
        ":",
        "::",
        "a::",
        "->",
        "- > 3",
        "x",
        "input x",
        "input 8x",
        "input x8",
        "dense 8 ->",
        "<",
        "#",
        "#[a]",
        "pub",
        "struct",
        "pub(crate) struct",
        "struct S",
        "struct S {}",
        "struct S { ; }",
        "label:",
        "label: :",
        "input 8; a::b<c",
        "input 8; dense 4 relu relu relu",
        "input 8; dropout -",
        "input 8; dropout - -1",
        "input 8; dense 4 l2 -",
        "input 8; A::<B>::C",
        "input 8; A::<B>::",
        "input 8; A::<",
        "input 8; A<B",
        "input 8; dense a::",
        "input 8; dense 4 a::",
        "input 8; dense 4 init a::",
        "input 8; dense 4 *",
        "input: 8; dense:",
        "input 8; dense 4 init",
        "input 8; dense 4 leaky_relu -",
        "input 1x1x1x1x1",
        "{}",
        "[]",
        "()",
        "input {}",
        "'a'",
        "input 'a'",
        "output",
        "output 4",
        "output 4;",
        "dense 0",
        "input 8x8; each",
        "input 8x8; each each",
        "input 8x8; each each each dense 4",
        "input 8x8; each ::",
        "input 8x8; each a::",
        "input 8x8; each <",
        "input 8; activation",
        "input 8; activation 4",
        "é 8; dense ü",
        "input 8x8x1; conv2d",
        "input 8x8x1; conv2d 8 x",
        "input 8x8x1; conv2d =",
        "input 8x8x1; conv2d 8 3 =",
        "input 8x8x1; conv2d 8 3 a=",
        "input 8x8x1; conv2d 8 3 a=,",
        "input 8x8x1; conv2d 8 3 stride",
        "input 8x8x1; conv2d 8 3 pad -",
        "input 8x8x1; conv2d 8 3 pad ::",
        "input 0x0x0; conv2d 0 0 stride 0 dilation 0 pad 0 groups 0",
        "input 8x8x1; conv2d 18446744073709551615 18446744073709551615 pad 18446744073709551615",
        "input 8x8x1; conv2d 8 3 stride 18446744073709551615 dilation 18446744073709551615 pad same",
        "input 8x8x1; conv2d_transpose 8 3 stride 18446744073709551615 dilation 18446744073709551615",
        "input 8x8x1; max_pool 18446744073709551615 pad 18446744073709551615",
        "input 8x8x1; upsample 18446744073709551615",
        "input 8x8x1; zero_pad top bottom",
        "input 8x8x1; zero_pad 1x2x3x4",
        "input 8x8x1; reshape -",
        "input 8x8x1; reshape 0",
        "reshape 8; global_avg_pool",
        "residual",
        "input 8; residual {}",
        "input 8; residual { ; }",
        "input 8; residual { { { } } }",
        "input 8; residual residual { add }",
        "input 8; add {{}{}} {{}{}}",
        "input 8; add { {} }",
        "input 8; add ()",
        "input 8; add { , }",
        "input 8; concat { a: {} }",
        "input 8; concat { x: { b: } : }",
        "input 8; multiply { { multiply { { multiply { } } } } }",
        "residual { input 8; add { { output 4 } } }",
    ] {
        let _ = expand(format!("[::nn_core] {declaration}").parse().unwrap());
    }
}

/// Declarations with mistakes, and what is said of each: `tests/messages.txt` has a declaration in each line that begins with no space, and
/// below it every message with the token that it points at.
#[test]
fn one_message_for_one_mistake() {
    compare("messages.txt", |declaration| {
        let mut errors = Errors::default();
        let ast = parse::parse(declaration, &mut errors);
        check::check(&ast, &Paths::standard(), &mut errors);
        errors
    });
}

/// The same of declarations and the files with their weights, in `weights.txt`.
#[cfg(feature = "weights")]
#[test]
fn what_does_not_fit_a_file_is_told_on_its_layer() {
    compare("weights.txt", |declaration| {
        let mut errors = Errors::default();
        let ast = parse::parse(declaration, &mut errors);
        let model = check::check(&ast, &Paths::standard(), &mut errors);
        if let Some(declared) = model.weights.as_ref().filter(|_| errors.is_empty()) {
            crate::weights::read(&model, declared, &mut errors);
        }
        errors
    });
}

/// Asks for the mistakes of each declaration in a file, and compares them with what is written below it. A line that begins with `# ` is a comment.
fn compare(file: &str, mistakes: impl Fn(TokenStream) -> Errors) {
    let root = env!("CARGO_MANIFEST_DIR");
    let path = Path::new(root).join("src/tests").join(file);
    let written = fs::read_to_string(&path).unwrap();
    let declarations = written
        .lines()
        .filter(|line| !line.starts_with(' ') && !line.is_empty());
    let mut said = String::new();
    for declaration in declarations {
        said.push_str(&format!("{declaration}\n"));
        if declaration == "#" || declaration.starts_with("# ") {
            continue;
        }
        for (place, message) in mistakes(declaration.parse().unwrap()).into_placed_messages() {
            let message = message.replace(root, "$ROOT");
            said.push_str(&format!("    at `{place}`: {message}\n"));
        }
        said.push('\n');
    }
    if env::var_os("NN_BLESS").is_some() {
        fs::write(path, said).unwrap();
        return;
    }
    assert!(
        said == written,
        "the messages differ; if they are right, run with NN_BLESS=1\n{said}"
    );
}

/// Cargo compiles anew when the file changes, because the expansion includes it, and the weights are there once.
#[cfg(feature = "weights")]
#[test]
fn the_file_is_part_of_the_expansion() {
    let declaration = "[::nn_core] #[weights(\"src/tests/weights/small.safetensors\")] struct Net { input 3; dense 2 relu; dense 2; }";
    let expansion = expand(declaration.parse().unwrap()).to_string();
    assert!(expansion.contains("include_bytes !"), "{expansion}");
    assert!(
        expansion.contains("TRAINED : & 'static Self"),
        "{expansion}"
    );
    assert_eq!(expansion.matches("b\"").count(), 1, "{expansion}");
    assert!(!expansion.contains("[weights"), "{expansion}");
}

#[cfg(feature = "weights")]
#[test]
fn parts_have_their_tensors() {
    let declaration = "struct Net { input 4x3; residual { head: dense 3; } bidirectional gru 2; add { { dense 4; } {} } }";
    let fixed = declaration.replace("head: dense 3", "head: each dense 3");
    assert_eq!(
        crate::parts(declaration.parse().unwrap())
            .unwrap_err()
            .len(),
        1
    );
    let (outline, parts) = crate::parts(fixed.parse().unwrap()).unwrap();
    assert_eq!(outline.name, "Net");
    let paths = |part: &crate::Part| -> Vec<String> {
        part.tensors.iter().map(nn_weights::Wanted::path).collect()
    };
    let [residual, both, add] = &parts[..] else {
        panic!("{parts:?}")
    };
    assert!(residual.tensors.is_empty());
    assert_eq!(
        paths(&residual.branches[0][0]),
        [
            "residual1.body.head.layer.kernel",
            "residual1.body.head.layer.bias"
        ]
    );
    assert_eq!(paths(both)[0], "bidirectional1.forward.kernel");
    assert_eq!(both.tensors.len(), 6);
    assert_eq!(both.output, [Some(4)]);
    assert_eq!(paths(&add.branches[0][0])[0], "add1.first.dense1.kernel");
    assert_eq!(add.branches.len(), 1);
}
