//! Which reader is a file's.

use std::path::Path;

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Keras 3's `.keras`: a zip of configuration and weights.
    Keras,
    /// HDF5: a whole model of Keras 2 or 3, or `.weights.h5`.
    Hdf5,
    /// NumPy's zip of arrays.
    Npz,
    /// Tensors by name.
    Safetensors,
    /// JSON: RTNeural's, AIDA-X's, GuitarML's, NAM's (`.nam`), or a state dictionary of PyTorch's.
    Json,
    /// ONNX.
    Onnx,
}

impl Format {
    /// The kind of a file by its first bytes, and by its name where they do not tell.
    #[must_use]
    pub fn of(path: &Path, bytes: &[u8]) -> Option<Self> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = name.to_lowercase();
        let ends = |end: &str| name.ends_with(end);
        if bytes.starts_with(b"\x89HDF\r\n\x1a\n") {
            Some(Self::Hdf5)
        } else if bytes.starts_with(b"PK\x03\x04") {
            Some(if ends(".npz") { Self::Npz } else { Self::Keras })
        } else if ends(".keras") {
            Some(Self::Keras)
        } else if ends(".h5") || ends(".hdf5") {
            Some(Self::Hdf5)
        } else if ends(".npz") {
            Some(Self::Npz)
        } else if ends(".safetensors") {
            Some(Self::Safetensors)
        } else if ends(".json") || ends(".nam") || ends(".aidax") {
            Some(Self::Json)
        } else if ends(".onnx") {
            Some(Self::Onnx)
        } else {
            None
        }
    }
}
