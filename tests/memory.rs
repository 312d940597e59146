//! `INFERENCE_RAM` against the stack that `predict` really takes, in an optimised build.
//!
//! The program in `tests/memory` runs a network as deep down a stack as it is told to. The deepest place from which `predict` still
//! returns, against that from which a network that does nothing does, is how much stack it takes, to the size of one frame.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The stack of calls beside buffers, whatever the network: registers that are saved, and the tile of sums of the widest kernel, which
/// does not fit into registers, with AVX-512 the most.
const FRAMES: usize = 8 << 10;

/// More than any of the networks needs.
const STACK: usize = 512 << 10;

/// The program, built.
fn program() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("memory");
    let status = Command::new(env!("CARGO"))
        .args(["build", "--release"])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/memory"))
        .env("CARGO_TARGET_DIR", &target)
        .status()
        .unwrap();
    assert!(status.success());
    target.join("release/stack-use")
}

/// The deepest place from which the program comes back.
fn deepest(program: &Path, network: &str, stack: usize) -> usize {
    let returns = |frames: usize| {
        Command::new(program)
            .args([network, &frames.to_string(), &stack.to_string()])
            .stderr(Stdio::null())
            .status()
            .unwrap()
            .success()
    };
    assert!(
        returns(0),
        "{network} needs more than {stack} bytes of stack"
    );
    let (mut low, mut high) = (0, stack / 16);
    while high - low > 1 {
        let middle = (low + high) / 2;
        if returns(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

/// The program's line about a network.
fn inference_ram(program: &Path, network: &str) -> usize {
    let output = Command::new(program).arg(network).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.trim().parse().unwrap()
}

#[test]
fn predict_takes_the_stack_that_inference_ram_says() {
    let program = program();
    let nothing = deepest(&program, "Nothing", STACK);
    // How much deeper twice the stack is gives the size of a frame.
    let frame = STACK as f64 / (deepest(&program, "Nothing", 2 * STACK) - nothing) as f64;
    let networks = ["Deep", "Blocks", "Cnn", "Sequence"];
    let mut wrong = Vec::new();
    for network in networks {
        let ram = inference_ram(&program, network);
        let taken = (nothing - deepest(&program, network, STACK)) as f64 * frame;
        println!("{network}: INFERENCE_RAM {ram}, taken {taken:.0}");
        if taken > (ram + FRAMES) as f64 {
            wrong.push(format!("{network} takes {taken:.0} bytes, not {ram}"));
        }
        // Too large a figure is no help either.
        if taken < ram as f64 - 2.0 * frame {
            wrong.push(format!("{network} takes only {taken:.0} bytes, not {ram}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
