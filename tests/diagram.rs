//! Networks as pictures: what is in them, and that nothing lies outside.

use nn_core::prelude::*;

network! { pub struct Animals { input 8; dense 6 relu; dense 6 relu; dense 4 softmax; } }
network! { pub struct Wide { input 784; dense 64 relu; dropout 0.2; dense 10 softmax; } }
network! {
    pub struct Pictures {
        input 28x28x1;
        conv2d 8 3x3 relu;
        residual { conv2d 8 3x3 pad same relu; batch_norm; }
        concat { { conv2d 4 1x1; } { max_pool 3x3 stride 1 pad same; conv2d 4 1x1 tanh; } {} }
        global_avg_pool;
        dense 10 softmax;
    }
}
network! {
    pub struct Nested {
        input 5;
        residual { dense 16 relu; residual { dense 16; } dense 5; }
        add { { dense 3; } { dense 20 tanh; dense 3; } }
    }
}

/// Every number behind `name="` or, in a path, behind `M` or `L`.
fn numbers(svg: &str, name: &str) -> Vec<f64> {
    let pieces = svg.split(name).skip(1);
    let digits = |piece: &str| -> String {
        let is_digit = |c: &char| c.is_ascii_digit() || *c == '.' || *c == '-';
        piece.chars().take_while(is_digit).collect()
    };
    pieces
        .filter_map(|piece| digits(piece).parse().ok())
        .collect()
}

fn check(name: &str, svg: &str) {
    let size = (
        numbers(svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"")[0],
        numbers(svg, " height=\"")[0],
    );
    let body = &svg[svg.find("</marker>").unwrap()..];
    for (what, most) in [
        (" x=\"", size.0),
        ("cx=\"", size.0),
        (" y=\"", size.1),
        ("cy=\"", size.1),
        ("M", size.0),
        ("L", size.0),
    ] {
        for value in numbers(body, what) {
            assert!(
                value >= 0.0 && value <= most,
                "{name}: {what}{value} in {size:?}"
            );
        }
    }
    for tag in ["svg", "text", "style", "title", "marker"] {
        let (open, closed) = (
            svg.matches(&format!("<{tag}")).count(),
            svg.matches(&format!("</{tag}>")).count(),
        );
        assert_eq!(open, closed, "{name}: {tag}");
    }
    assert!(!svg.contains("& ") && svg.ends_with("</svg>\n"), "{name}");
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.svg"));
    std::fs::write(path, svg).unwrap();
}

#[test]
fn columns_of_nodes() {
    let svg = Animals::diagram().to_string();
    check("animals", &svg);
    assert_eq!(svg.matches("<circle ").count(), 8 + 6 + 6 + 4);
    // From each node to each of the next column.
    assert_eq!(
        svg.matches('L').count() - svg.matches("M0 0L8 4L0 8z").count() * 2,
        8 * 6 + 6 * 6 + 6 * 4
    );

    let svg = Wide::diagram().to_string();
    check("wide", &svg);
    assert_eq!(svg.matches("<circle ").count(), 8 + 8 + 10);
    assert_eq!(svg.matches('⋮').count(), 2);
    assert!(
        svg.contains(">784<") && svg.contains(">dropout 0.2<"),
        "{svg}"
    );
}

#[test]
fn boxes_and_blocks() {
    let svg = Pictures::diagram().to_string();
    check("pictures", &svg);
    for text in [
        ">input<",
        ">28 × 28 × 1<",
        ">conv2d 8 3x3 relu<",
        ">26 × 26 × 8<",
        ">residual<",
        ">concat<",
    ] {
        assert!(svg.contains(text), "{text}: {svg}");
    }
    assert_eq!(svg.matches("class=\"block\"").count(), 2);
    // Around the residual block and around the branches of the other.
    assert_eq!(
        svg.matches("class=\"arrow\" d=\"M").count(),
        2 + 4 + 1 + 6 + 2,
        "{svg}"
    );
    let svg = Nested::diagram().to_string();
    check("nested", &svg);
    assert_eq!(svg.matches("class=\"block\"").count(), 3);
}

/// README shows it; `NN_BLESS=1` writes it anew.
#[test]
fn the_picture_in_the_readme() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/images/animals.svg");
    let svg = Animals::diagram().to_string();
    if std::env::var_os("NN_BLESS").is_some() {
        std::fs::write(&path, &svg).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), svg);
}

#[test]
fn as_a_value_of_the_generic_trait() {
    fn drawn<N: Network>() -> String {
        N::summary().diagram().to_string()
    }
    assert_eq!(drawn::<Animals>(), Animals::diagram().to_string());
}
