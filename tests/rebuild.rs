//! A program with its weights inside follows the file: cargo compiles anew when it changes, and says what no longer fits.

use nn_core::prelude::*;
use std::path::{Path, PathBuf};
use std::process::Command;

network! { struct Net { input 2; dense 2 softmax; } }
network! { struct Wider { input 2; dense 3 softmax; } }

const PROGRAM: &str = "use nn_core::network;
network! {
    #[weights(\"net.safetensors\")]
    pub struct Net {
        input 2;
        dense 2 softmax;
    }
}
const _: () = assert!(Net::TRAINED.classify_const(&[1.0, 0.0]) == 1, \"another class\");
fn main() {}
";

/// A crate that is checked again and again.
struct Crate(PathBuf);

impl Crate {
    fn new() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rebuild");
        std::fs::create_dir_all(folder.join("src")).unwrap();
        let manifest = format!(
            "[package]\nname = \"rebuild\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[dependencies]\n\
             nn-core = {{ path = {:?}, default-features = false, features = [\"weights\"] }}\n[workspace]\n",
            root.join("nn-core")
        );
        std::fs::write(folder.join("Cargo.toml"), manifest).unwrap();
        std::fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
        std::fs::write(folder.join("src/main.rs"), PROGRAM).unwrap();
        Self(folder)
    }

    fn file(&self) -> PathBuf {
        self.0.join("net.safetensors")
    }

    /// The errors of `cargo check`, empty if there are none.
    fn check(&self) -> String {
        let output = Command::new(env!("CARGO"))
            .args(["check", "--quiet", "--color", "never"])
            .current_dir(&self.0)
            .env("CARGO_TARGET_DIR", self.0.join("target"))
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.success(), errors.is_empty(), "{errors}");
        errors
    }
}

/// A network that gives this class to (1, 0).
fn net(class: usize) -> Net {
    let mut net = Net::zeros();
    net.dense1.kernel[(class, 0)] = 1.0;
    net
}

#[test]
fn cargo_compiles_anew_when_the_file_changes() {
    let program = Crate::new();
    let file = program.file();
    let _ = std::fs::remove_file(&file);
    let errors = program.check();
    assert!(errors.contains("net.safetensors"), "{errors}");
    assert!(errors.contains("src/main.rs:3:15"), "{errors}");

    net(1).save(&file).unwrap();
    assert_eq!(program.check(), "");

    net(0).save(&file).unwrap();
    let errors = program.check();
    assert!(errors.contains("another class"), "{errors}");

    Wider::zeros().save(&file).unwrap();
    let errors = program.check();
    assert!(errors.contains("src/main.rs:6:"), "{errors}");
    assert!(errors.contains("dense1.kernel"), "{errors}");

    net(1).save(&file).unwrap();
    let mut bytes = std::fs::read(&file).unwrap();
    bytes.pop();
    std::fs::write(&file, &bytes).unwrap();
    let errors = program.check();
    assert!(errors.contains("net.safetensors"), "{errors}");

    net(1).save(&file).unwrap();
    assert_eq!(program.check(), "");
}
