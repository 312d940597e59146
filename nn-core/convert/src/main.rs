//! The command line of `nn-convert`.
#![forbid(unsafe_code)]

mod check;

use clap::Parser;
use nn_convert::{
    Emitted, Error, Layout, Options, Problem, emit, fill, onnx, read, read_declaration, weights,
    write_file, write_pair,
};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Makes a `network!` declaration and its weights of a trained network's file.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The file: .keras or .h5 (Keras), .onnx, .json or .nam (audio plugins); with a declaration .weights.h5, .npz or .safetensors.
    file: PathBuf,
    /// The struct's name; the file's, if missing.
    #[arg(long)]
    name: Option<String>,
    /// The folder that both files are written to.
    #[arg(long, default_value = ".")]
    out: PathBuf,
    /// The sizes of the input, where the file leaves them open: 28x28x1.
    #[arg(long)]
    input: Option<String>,
    /// A Rust file with the declaration, for files that hold weights alone.
    #[arg(long)]
    declaration: Option<PathBuf>,
    /// Whose names and orders a file of weights has.
    #[arg(long, value_parser = ["native", "keras", "torch"])]
    layout: Option<String>,
    /// Writes the network as ONNX into this file instead; the network may also be a .rs file, whose `#[weights]` names its weights.
    #[arg(long)]
    onnx: Option<PathBuf>,
    /// Writes the weights as safetensors into this file instead, with Keras's names and orders.
    #[arg(long)]
    keras: Option<PathBuf>,
    /// The same as a state dictionary of PyTorch.
    #[arg(long)]
    torch: Option<PathBuf>,
    /// A recorded `input` and `output` (.json or .safetensors, a row for each call), which the declaration must give to 1e-5; compiles it with cargo.
    #[arg(long)]
    check: Option<PathBuf>,
    /// Overwrites files that are there.
    #[arg(long)]
    force: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(message) => {
            println!("{message}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<String, Error> {
    let options = options(arguments)?;
    for (path, form) in [
        (&arguments.onnx, None),
        (&arguments.keras, Some(Layout::Keras)),
        (&arguments.torch, Some(Layout::Torch)),
    ] {
        if let Some(path) = path {
            return to_other(arguments, path, form, &options);
        }
    }
    let stem = arguments
        .file
        .file_name()
        .unwrap_or_default()
        .to_string_lossy();
    let name = match &arguments.name {
        Some(name) => name.clone(),
        None => struct_name(&stem),
    };
    let place = |end: &str| arguments.out.join(format!("{}{end}", snake(&name)));
    let (declaration, weights) = (place(".rs"), place(".safetensors"));
    for path in [&declaration, &weights] {
        if path.exists() && !arguments.force {
            let message = "it is there already, and perhaps you have changed it; choose another `--name` or `--out`, or overwrite it with `--force`";
            return Err(Error::from(Problem::of_file(message)).in_file(path));
        }
    }
    let made = |place: &str| -> Result<Emitted, Error> {
        if options.declaration.is_some() {
            return fill(&arguments.file, place, &options);
        }
        let model = read(&arguments.file, &options)?;
        let origin = format!("Converted from `{stem}` by nn-convert.");
        emit(&model, &name, place, &origin).map_err(|error| error.in_file(&arguments.file))
    };
    let checked = match &arguments.check {
        Some(record) => check::check(record, made)? + "; ",
        None => String::new(),
    };
    write_pair(&made(&from_root(&weights))?, &declaration, &weights)?;
    Ok(format!(
        "{checked}wrote {} and {}; next: `mod {};`, and `{name}::TRAINED.predict(…)`",
        declaration.display(),
        weights.display(),
        snake(&name)
    ))
}

/// Writes the network of a file as ONNX, or its weights in another library's form.
fn to_other(
    arguments: &Arguments,
    path: &Path,
    form: Option<Layout>,
    options: &Options,
) -> Result<String, Error> {
    if path.exists() && !arguments.force {
        let message = "it is there already; choose another name, or overwrite it with `--force`";
        return Err(Error::from(Problem::of_file(message)).in_file(path));
    }
    let declared = arguments.file.extension().is_some_and(|end| end == "rs");
    let model = if declared {
        read_declaration(&arguments.file, options)?
    } else {
        read(&arguments.file, options)?
    };
    let bytes = match form {
        None => onnx(&model),
        Some(layout) => weights(&model, layout),
    };
    write_file(
        &bytes.map_err(|error| error.in_file(&arguments.file))?,
        path,
    )?;
    Ok(format!("wrote {}", path.display()))
}

fn options(arguments: &Arguments) -> Result<Options, Error> {
    let input = match &arguments.input {
        None => None,
        Some(text) => {
            let sizes: Result<Vec<usize>, _> =
                text.split('x').map(|size| size.trim().parse()).collect();
            let wrong = |_| {
                Problem::of_file(format!(
                    "`--input {text}` is no list of sizes such as 28x28x1"
                ))
            };
            Some(sizes.map_err(wrong)?)
        }
    };
    let declaration = match &arguments.declaration {
        None => None,
        Some(path) => Some(std::fs::read_to_string(path).map_err(|error| {
            Error::from(Problem::of_file(format!("it cannot be read: {error}"))).in_file(path)
        })?),
    };
    let layouts = [Layout::Native, Layout::Keras, Layout::Torch];
    let layout = layouts
        .into_iter()
        .find(|layout| arguments.layout.as_deref() == Some(layout.word()));
    Ok(Options {
        input,
        declaration,
        layout,
    })
}

/// `my-model.weights.h5` as `MyModel`.
fn struct_name(file: &str) -> String {
    let stem = file.split('.').next().unwrap_or_default();
    let words = stem
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let capital = |word: &str| {
        let mut letters = word.chars();
        let first = letters
            .next()
            .map(|letter| letter.to_uppercase().to_string());
        first.unwrap_or_default() + letters.as_str()
    };
    let name: String = words.map(capital).collect();
    if name.starts_with(|c: char| c.is_alphabetic()) {
        name
    } else {
        format!("Net{name}")
    }
}

/// `MyModel` as `my_model`.
fn snake(name: &str) -> String {
    let mut text = String::new();
    for (i, letter) in name.chars().enumerate() {
        if letter.is_uppercase() && i > 0 && !text.ends_with('_') {
            text.push('_');
        }
        text.extend(letter.to_lowercase());
    }
    text
}

/// The path from the folder of the nearest Cargo.toml, as `#[weights]` wants it.
fn from_root(path: &Path) -> String {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let root = absolute
        .ancestors()
        .skip(1)
        .find(|folder| folder.join("Cargo.toml").is_file());
    let place = root.and_then(|root| absolute.strip_prefix(root).ok());
    let place = place.unwrap_or_else(|| path.file_name().unwrap_or_default().as_ref());
    place.to_string_lossy().replace('\\', "/")
}
