//! A file as a model.

use crate::{Error, Format, Model, Options, Problem, audio, keras, onnx};
use std::path::Path;

/// The model in a file.
///
/// # Errors
///
/// Everything that stands in the way: a file that is not there or not whole, layers that `network!` cannot say.
pub fn read(path: &Path, options: &Options) -> Result<Model, Error> {
    let failed = |error: Error| error.in_file(path);
    let bytes = std::fs::read(path)
        .map_err(|error| failed(Problem::of_file(format!("it cannot be read: {error}")).into()))?;
    let Some(format) = Format::of(path, &bytes) else {
        return Err(failed(
            Problem::of_file(
                "neither its name nor its first bytes tell its kind; known are .keras and .h5 (Keras), .onnx, .json and .nam (audio plugins), and with `--declaration` .weights.h5, .npz and .safetensors",
            )
            .into(),
        ));
    };
    match format {
        // Its weights may be in a file beside it.
        Format::Onnx => onnx::read(&bytes, options, path.parent()).map_err(failed),
        _ => read_bytes(&bytes, format, options).map_err(failed),
    }
}

/// The model in the bytes of a file of this kind.
///
/// # Errors
///
/// As [`read`].
pub fn read_bytes(bytes: &[u8], format: Format, options: &Options) -> Result<Model, Error> {
    let model = match format {
        Format::Keras => Some(keras::read_keras(bytes, options)?),
        Format::Hdf5 => keras::read_hdf5(bytes, options)?,
        Format::Onnx => Some(onnx::read(bytes, options, None)?),
        Format::Json => Some(audio::read(bytes, options)?),
        Format::Npz | Format::Safetensors => None,
    };
    model.ok_or_else(|| {
        Problem::of_file(
            "it holds weights and no network; give one with `--declaration network.rs`",
        )
        .into()
    })
}
