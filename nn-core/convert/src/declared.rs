//! Files that hold nothing but weights, for a declaration that is there already.

mod numbered;

use crate::array::Array;
use crate::keras::Store;
use crate::{Emitted, Error, Format, Options, Problem, emit};
use nn_syntax::Part;
use nn_weights::{Layout, Reader, Wanted};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;

/// The declaration that `options` has, with the weights of a file in our names and layout; they will lie at `place` from the root
/// of their crate.
///
/// # Errors
///
/// If there is no declaration, or it has mistakes; everything that does not fit between it and the file.
pub fn fill(path: &Path, place: &str, options: &Options) -> Result<Emitted, Error> {
    let failed = |error: Error| error.in_file(path);
    let bytes = std::fs::read(path)
        .map_err(|error| failed(Problem::of_file(format!("it cannot be read: {error}")).into()))?;
    let Some(format) = Format::of(path, &bytes) else {
        let message = "it is none of .weights.h5, .npz and .safetensors";
        return Err(failed(Problem::of_file(message).into()));
    };
    fill_bytes(&bytes, format, place, options).map_err(failed)
}

/// The same of the bytes of a file of this kind.
///
/// # Errors
///
/// As [`fill`].
pub fn fill_bytes(
    bytes: &[u8],
    format: Format,
    place: &str,
    options: &Options,
) -> Result<Emitted, Error> {
    let Some(declaration) = &options.declaration else {
        let message = "it holds weights and no network; give one with `--declaration network.rs`";
        return Err(Problem::of_file(message).into());
    };
    let network = network(declaration)?;
    let parts = emit::parts(&network.to_string())?;
    let mut wanted = Vec::new();
    flat(&parts, &mut wanted);
    let (file, layout) = match format {
        Format::Safetensors => (
            bytes.to_vec(),
            options.layout.unwrap_or_else(|| guess(bytes)),
        ),
        Format::Npz => (file(&npz(bytes)?)?, options.layout.unwrap_or(Layout::Keras)),
        Format::Hdf5 => (file(&hdf5(bytes, &parts)?)?, Layout::Keras),
        Format::Json => (
            file(&crate::audio::tensors(bytes)?)?,
            options.layout.unwrap_or(Layout::Torch),
        ),
        _ => {
            return Err(Problem::of_file(
                "it has a network of its own; convert it without `--declaration`",
            )
            .into());
        }
    };
    let reader = Reader {
        layout,
        finite: true,
    };
    let found = nn_weights::read(&file, &wanted, reader).map_err(|problems| {
        let problem = |problem: nn_weights::Problem| {
            Problem::of(problem.layer.unwrap_or_default(), "", problem.message)
        };
        problems.into_iter().map(problem).collect::<Vec<_>>()
    })?;
    let tensors: Vec<(Wanted, &[f32])> = wanted
        .into_iter()
        .zip(found.iter().map(|weights| weights.values.as_slice()))
        .collect();
    let weights = nn_weights::write(&tensors, Layout::Native)
        .map_err(|problem| Problem::of_file(problem.to_string()))?;
    Ok(Emitted {
        declaration: with_weights(declaration, place),
        weights,
    })
}

/// The tokens between the braces of the first `network!`, or all if there is none.
pub(crate) fn network(text: &str) -> Result<TokenStream, Problem> {
    let tokens: TokenStream = text.parse().map_err(|error| {
        Problem::of_file(format!("the declaration cannot be read as Rust: {error}"))
    })?;
    Ok(between(tokens.clone()).unwrap_or(tokens))
}

fn between(tokens: TokenStream) -> Option<TokenStream> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    tokens.windows(3).find_map(|three| match three {
        [
            TokenTree::Ident(word),
            TokenTree::Punct(mark),
            TokenTree::Group(group),
        ] if word == "network" && mark.as_char() == '!' && group.delimiter() != Delimiter::None => {
            Some(group.stream())
        }
        _ => None,
    })
}

/// The declaration's text with the file of its weights above the struct.
fn with_weights(text: &str, place: &str) -> String {
    if text.contains("#[weights(") {
        return text.to_owned();
    }
    let attribute = format!("#[weights({place:?})]");
    match text.split_once("network!") {
        Some((before, after)) => match after.split_once('{') {
            Some((brace, rest)) => format!("{before}network!{brace}{{\n    {attribute}{rest}"),
            None => text.to_owned(),
        },
        None => format!(
            "use nn_core::prelude::*;\n\nnetwork! {{\n    {attribute}\n    {}\n}}\n",
            text.trim()
        ),
    }
}

/// All tensors in memory order.
pub(crate) fn flat(parts: &[Part], wanted: &mut Vec<Wanted>) {
    for part in parts {
        wanted.extend(part.tensors.iter().cloned());
        for branch in &part.branches {
            flat(branch, wanted);
        }
    }
}

/// Whose names a file most likely has.
fn guess(bytes: &[u8]) -> Layout {
    let Ok(file) = safetensors::SafeTensors::deserialize(bytes) else {
        return Layout::Native;
    };
    let names = file.names();
    let torch = |name: &str| {
        let last = name.rsplit('.').next().unwrap_or_default();
        ["weight", "running_mean"].contains(&last) || last.starts_with("weight_ih")
    };
    if names.iter().any(|name| torch(name)) {
        Layout::Torch
    } else {
        // Ours are among those that Keras's can be.
        Layout::Keras
    }
}

/// The arrays as a file that `nn-weights` reads.
fn file(arrays: &BTreeMap<String, Array>) -> Result<Vec<u8>, Problem> {
    let failed = |error: safetensors::SafeTensorError| Problem::of_file(error.to_string());
    let bytes: BTreeMap<&str, (Vec<usize>, Vec<u8>)> = arrays
        .iter()
        .map(|(name, array)| {
            let bytes = array.values.iter().flat_map(|value| value.to_le_bytes());
            (name.as_str(), (array.shape.clone(), bytes.collect()))
        })
        .collect();
    let views: Result<Vec<_>, _> = bytes
        .iter()
        .map(|(name, (shape, bytes))| {
            Ok((*name, TensorView::new(Dtype::F32, shape.clone(), bytes)?))
        })
        .collect();
    safetensors::serialize(views.map_err(failed)?, None).map_err(failed)
}

/// The arrays of an `.npz`.
fn npz(bytes: &[u8]) -> Result<BTreeMap<String, Array>, Problem> {
    let broken = |error: &dyn std::fmt::Display| {
        Problem::of_file(format!(
            "this is no whole `.npz` file: {}",
            crate::error::shown(&error.to_string())
        ))
    };
    let archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    let names: Result<Vec<String>, _> = archive
        .file_names()
        .map(|name| name.map(std::borrow::Cow::into_owned))
        .collect();
    let names = names.map_err(|error| broken(&error))?;
    let mut arrays = BTreeMap::new();
    for name in names {
        let content = crate::keras::entry(bytes, &name)?;
        let file = npyz::NpyFile::new(&content[..]).map_err(|error| broken(&error))?;
        let shape: Vec<usize> = file
            .shape()
            .iter()
            .filter_map(|axis| usize::try_from(*axis).ok())
            .collect();
        if file.order() != npyz::Order::C && shape.len() > 1 {
            return Err(Problem::of_file(format!(
                "`{name}` is in Fortran's order; save it as `numpy.ascontiguousarray`"
            )));
        }
        let values: Vec<f32> = file.into_vec().map_err(|error| {
            Problem::of_file(format!("`{name}` is no array of 32-bit floats: {error}"))
        })?;
        if shape
            .iter()
            .try_fold(1_usize, |product, axis| product.checked_mul(*axis))
            != Some(values.len())
        {
            return Err(Problem::of_file(format!(
                "`{name}` has {} values for its shape {shape:?}",
                values.len()
            )));
        }
        let name = name.strip_suffix(".npy").unwrap_or(&name).to_owned();
        arrays.insert(name, Array { shape, values });
    }
    Ok(arrays)
}

/// The arrays of an HDF5 file by names that end in ours.
fn hdf5(bytes: &[u8], parts: &[Part]) -> Result<BTreeMap<String, Array>, Error> {
    let mut store = Store::open(bytes)?;
    for root in ["", "model_weights"] {
        if !root.is_empty() && !store.has_group(root)? {
            continue;
        }
        let layers = store.by_layer(root)?;
        if !layers.is_empty() {
            let arrays = layers.into_iter().flat_map(|(layer, arrays)| {
                let named = move |(name, array): (String, Array)| {
                    let last = name.rsplit('/').next().unwrap_or_default().to_owned();
                    // What is between the layer and the variable tells directions apart.
                    let inside = name
                        .split('/')
                        .find(|part| part.starts_with("forward") || part.starts_with("backward"));
                    let inside = inside.map_or(String::new(), |part| format!("{part}/"));
                    (format!("{layer}/{inside}{last}"), array)
                };
                arrays.into_iter().map(named)
            });
            return Ok(arrays.collect());
        }
    }
    numbered::named(store.by_path()?, parts)
}
