//! The command line of `nn-convert`.
#![forbid(unsafe_code)]

use clap::Parser;
use nn_convert::{
    Error, Options, Problem, emit, fill, onnx, read, read_declaration, write_file, write_pair,
};
use nn_weights::Layout;
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
    if let Some(path) = &arguments.onnx {
        return to_onnx(arguments, path, &options);
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
    let written = from_root(&weights);
    let emitted = if options.declaration.is_some() {
        fill(&arguments.file, &written, &options)?
    } else {
        let model = read(&arguments.file, &options)?;
        let origin = format!("Converted from `{stem}` by nn-convert.");
        emit(&model, &name, &written, &origin).map_err(|error| error.in_file(&arguments.file))?
    };
    write_pair(&emitted, &declaration, &weights)?;
    Ok(format!(
        "wrote {} and {}",
        declaration.display(),
        weights.display()
    ))
}

/// Writes the network of a file as ONNX.
fn to_onnx(arguments: &Arguments, path: &Path, options: &Options) -> Result<String, Error> {
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
    let bytes = onnx(&model).map_err(|error| error.in_file(&arguments.file))?;
    write_file(&bytes, path)?;
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
