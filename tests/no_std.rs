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

/// A trainer that is made in a `static` takes no room in the program's file.
#[test]
fn a_trainer_in_a_static_is_zeroed_memory() {
    let build = cargo(&["build"]);
    assert!(build.status.success(), "{}", text(&build));
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("no_std/debug/no-std-xor");
    let Ok(symbols) = Command::new("nm").arg(program).output() else {
        return; // No binutils here.
    };
    let symbols = String::from_utf8_lossy(&symbols.stdout).into_owned();
    let trainer = symbols.lines().find(|line| line.ends_with(" TRAINER"));
    assert!(
        trainer.is_some_and(|line| line.contains(" B ")),
        "{trainer:?}"
    );
}
