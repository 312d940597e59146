//! `--check`: what was recorded, run through the declaration.
//!
//! The declaration is compiled as users compile it, in a crate of its own, with the nn-core from whose tree this program was built: only
//! that shows that it compiles and what it gives. The first time takes a minute or two, for nn-core; after that it is a few seconds.

use nn_convert::{Emitted, Error, Problem};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The program around the declaration; `//` what it is told stands for.
const PROGRAM: &str = r#"
use nn_core::prelude::*;
mod network { include!("network.rs"); }

fn floats(path: &str) -> Vec<f32> {
    let bytes = std::fs::read(path).unwrap();
    bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}

fn agrees<N: Network>(net: &N) {
    let (inputs, outputs) = (floats("input"), floats("output"));
    if inputs.is_empty() || inputs.len() % N::INPUT != 0 || inputs.len() / N::INPUT * N::OUTPUT != outputs.len() {
        println!("the record has {} inputs and {} outputs, and the network takes {} and gives {}", inputs.len(), outputs.len(), N::INPUT, N::OUTPUT);
        std::process::exit(2);
    }
    let mut worst = 0.0_f32;
    for (input, wanted) in inputs.chunks_exact(N::INPUT).zip(outputs.chunks_exact(N::OUTPUT)) {
        let mut x = nn_core::plain::zeroed::<N::Input>();
        x.values_mut().copy_from_slice(input);
        let y = nn_core::predict(net, &x);
        for (ours, wanted) in y.values().iter().zip(wanted) {
            let off = (ours - wanted).abs() / wanted.abs().max(1.0);
            worst = if off.is_nan() { f32::INFINITY } else { worst.max(off) };
        }
    }
    println!("checked {} rows: off by at most {worst:e}", inputs.len() / N::INPUT);
    std::process::exit(if worst <= 1e-5 { 0 } else { 2 });
}

fn main() { agrees(network::NAME::TRAINED); }
"#;

/// Runs the network that `made` gives for a place of its weights; what it found, in words.
pub(crate) fn check(
    record: &Path,
    made: impl Fn(&str) -> Result<Emitted, Error>,
) -> Result<String, Error> {
    let recorded = read(record).map_err(|problem| Error::from(problem).in_file(record))?;
    let root = std::env::temp_dir().join("nn-convert-check");
    let folder = root.join(std::process::id().to_string());
    let found = prepare(&folder, &recorded, &made("weights.safetensors")?)
        .map_err(|error| Problem::of_file(format!("`{}`: {error}", folder.display())).into())
        .and_then(|()| run(&folder, &root.join("target")));
    // It is a copy, and what is left of it harms nobody.
    let _ = std::fs::remove_dir_all(&folder);
    found
}

fn prepare(folder: &Path, recorded: &[Vec<f32>; 2], emitted: &Emitted) -> std::io::Result<()> {
    use std::fs::{copy, create_dir_all, write};
    let tree = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    create_dir_all(folder.join("src"))?;
    let core = tree.join("nn-core");
    let manifest = format!(
        "[package]\nname = \"check\"\nedition = \"2024\"\n\n[dependencies]\nnn-core = {{ path = {core:?}, features = [\"weights\"] }}\n\n[workspace]\n"
    );
    write(folder.join("Cargo.toml"), manifest)?;
    // The versions that the tree is tested with; they need no network.
    copy(tree.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    let name = emitted
        .declaration
        .split_once("struct ")
        .map_or("", |(_, rest)| {
            rest.split(|c: char| !c.is_alphanumeric() && c != '_')
                .next()
                .unwrap_or_default()
        });
    write(folder.join("src/main.rs"), PROGRAM.replace("NAME", name))?;
    write(folder.join("src/network.rs"), &emitted.declaration)?;
    write(folder.join("weights.safetensors"), &emitted.weights)?;
    for (name, values) in ["input", "output"].iter().zip(recorded) {
        let bytes: Vec<u8> = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        write(folder.join(name), bytes)?;
    }
    Ok(())
}

fn run(folder: &Path, target: &Path) -> Result<String, Error> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["run", "--quiet", "--target-dir"])
        .arg(target)
        .current_dir(folder)
        .output()
        .map_err(|error| Problem::of_file(format!("`--check` needs cargo: {error}")))?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if output.status.success() {
        return Ok(text);
    }
    let why = if text.is_empty() {
        String::from_utf8_lossy(&output.stderr).trim().to_owned()
    } else {
        text
    };
    Err(Problem::of_file(format!(
        "the declaration does not give what was recorded, and nothing was written: {why}"
    ))
    .into())
}

/// Inputs and outputs of a record.
fn read(path: &Path) -> Result<[Vec<f32>; 2], Problem> {
    let bytes = std::fs::read(path)
        .map_err(|error| Problem::of_file(format!("it cannot be read: {error}")))?;
    let wrong = || {
        Problem::of_file(
            "it has no `input` and `output` of 32-bit floats, as a .safetensors or as lists of numbers in a .json",
        )
    };
    let both = ["input", "output"].map(|key| {
        if let Ok(file) = safetensors::SafeTensors::deserialize(&bytes) {
            let view = file.tensor(key).ok()?;
            let (floats, rest) = view.data().as_chunks();
            let right = rest.is_empty() && view.dtype() == safetensors::Dtype::F32;
            return right.then(|| {
                floats
                    .iter()
                    .map(|bytes| f32::from_le_bytes(*bytes))
                    .collect()
            });
        }
        let json: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
        let mut values = Vec::new();
        let value = json.get(key)?;
        flat(value.get("data").unwrap_or(value), &mut values).then_some(values)
    });
    match both {
        [Some(input), Some(output)] => Ok([input, output]),
        _ => Err(wrong()),
    }
}

/// Lists of numbers, however deep; whether there was nothing else. JSON's own reader has limited the depth.
fn flat(value: &serde_json::Value, values: &mut Vec<f32>) -> bool {
    match value {
        serde_json::Value::Array(list) => list.iter().all(|value| flat(value, values)),
        value => {
            values.extend(value.as_f64().map(|value| value as f32));
            value.is_number()
        }
    }
}
