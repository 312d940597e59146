//! A program without `std`, without `alloc` and without an allocator, in `tests/no_std`, trains a network.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/no_std")
}

/// `cargo ARGUMENTS` for the program, in a target directory of its own inside this one's.
fn cargo(arguments: &[&str]) -> Output {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("no_std");
    Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(folder())
        .env("CARGO_TARGET_DIR", target)
        .output()
        .unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn trains_without_an_allocator() {
    let run = cargo(&["run"]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run));
    // The proof would notice: with `alloc` in the program, the compiler asks for the allocator that is not there.
    let with_alloc = cargo(&["build", "--features", "alloc"]);
    let errors = text(&with_alloc);
    assert!(
        !with_alloc.status.success() && errors.contains("no global memory allocator found"),
        "{errors}"
    );
}
