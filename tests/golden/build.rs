//! Turns a folder of case files into the Rust that checks them: shapes, layers and options are types, so they must be
//! known when the test is compiled. The numbers stay in the files.

#[path = "case.rs"]
#[allow(
    dead_code,
    reason = "the test reads more of a case than the build step"
)]
mod case;
#[path = "build/plan.rs"]
mod plan;
#[path = "build/random.rs"]
mod random;

use case::Case;
use plan::{Plan, Reason};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-env-changed=GOLDEN_DIR");
    let own =
        PathBuf::from(env::var("CARGO_MANIFEST_DIR").unwrap_or_default()).join("tests/golden");
    let folder = match env::var_os("GOLDEN_DIR") {
        Some(folder) => fs::canonicalize(folder)?,
        None => own.clone(),
    };
    println!("cargo::rerun-if-changed={}", own.display());
    println!("cargo::rerun-if-changed={}", folder.display());
    let out = PathBuf::from(env::var("OUT_DIR").unwrap_or_default());
    fs::write(out.join("golden.rs"), golden(&folder, folder == own)?)?;
    fs::write(out.join("gradients.rs"), random::networks())
}

/// The declarations and the list of all cases.
fn golden(folder: &Path, own: bool) -> io::Result<String> {
    let mut files = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<_>>>()?;
    files.retain(|path| path.extension().is_some_and(|e| e == "json"));
    files.sort();
    let (mut items, mut cases) = (String::new(), String::new());
    for path in files {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let planned = Case::read(&path)
            .map_err(Reason::Malformed)
            .and_then(|case| plan::plan(&case));
        let plan = match planned {
            Ok(Plan {
                declarations,
                check,
            }) => {
                items.push_str(&declarations);
                format!("Plan::Check(|case, compare| {check})")
            }
            Err(Reason::NotYet(why)) => format!("Plan::NotYet({why:?})"),
            Err(Reason::Malformed(why)) => format!("Plan::Malformed({why:?})"),
        };
        let _ = writeln!(
            cases,
            "    Listed {{ name: {name:?}, path: {path:?}, plan: {plan} }},"
        );
    }
    Ok(format!(
        "pub const OWN_FOLDER: bool = {own};\npub static CASES: &[Listed] = &[\n{cases}];\n{items}"
    ))
}
