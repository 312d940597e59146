//! The compiler's messages about wrong declarations, and that odd but legal ones compile.
//!
//! One folder for each family of mistakes; `TRYBUILD=overwrite cargo test --test ui` writes the messages anew.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The compiler whose own words are in the `.stderr` files.
const RUSTC: &str = "rustc 1.95.";

#[test]
fn messages() {
    let compiler = compiler();
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    let (compared, left_out): (Vec<_>, Vec<_>) = families()
        .iter()
        .flat_map(|family| declarations(family))
        .partition(|case| compiler.starts_with(RUSTC) || !worded_by_rustc(case));
    for case in &compared {
        cases.compile_fail(case);
    }
    if !left_out.is_empty() {
        let count = left_out.len();
        println!("{count} messages are in the words of {RUSTC}x and not compared with {compiler}");
    }
}

/// The compiler that cargo uses, `rustc 1.95.0 (…)`.
fn compiler() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// The folders beside that of what compiles.
fn families() -> Vec<PathBuf> {
    let folder = Path::new("tests/ui");
    let entries = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap();
    let mut families: Vec<_> = entries
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir() && entry.file_name() != "pass")
        .map(|entry| folder.join(entry.file_name()))
        .collect();
    families.sort();
    families
}

/// The wrong declarations of a family.
fn declarations(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap();
    let mut cases: Vec<_> = files
        .map(|file| folder.join(file.unwrap().file_name()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    cases.sort();
    assert!(!cases.is_empty(), "no case in {}", folder.display());
    cases
}

/// Whether a message is not the macro's alone: errors of the compiler have a number.
fn worded_by_rustc(case: &Path) -> bool {
    let message = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(case)
        .with_extension("stderr");
    std::fs::read_to_string(message).is_ok_and(|message| message.contains("error[E"))
}
