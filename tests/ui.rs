//! What the compiler says of wrong declarations, and that odd but legal ones compile.
//!
//! One folder for each family of mistakes; `TRYBUILD=overwrite cargo test --test ui` writes the messages anew.

#[test]
fn messages() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    for family in [
        "input", "label", "option", "order", "rate", "shape", "size", "syntax", "type", "unknown",
    ] {
        cases.compile_fail(format!("tests/ui/{family}/*.rs"));
    }
}
