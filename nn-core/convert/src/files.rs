//! Both files, or neither.

use crate::{Emitted, Error, Problem};
use atomic_write_file::AtomicWriteFile;
use std::io::{self, Write as _};
use std::path::Path;

/// Writes declaration and weights; if one cannot be written, both are as before.
///
/// # Errors
///
/// If a folder cannot be written to, or the disk is full.
pub fn write_pair(emitted: &Emitted, declaration: &Path, weights: &Path) -> Result<(), Error> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error: io::Error| {
            Error::from(Problem::of_file(format!("it cannot be written: {error}"))).in_file(&path)
        }
    };
    let first = prepared(weights, &emitted.weights).map_err(failed(weights))?;
    let second =
        prepared(declaration, emitted.declaration.as_bytes()).map_err(failed(declaration))?;
    let before = match std::fs::read(weights) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(failed(weights)(error)),
    };
    first.commit().map_err(failed(weights))?;
    second.commit().map_err(|error| {
        // What was there is put back as well as can be; the error that is told is the first.
        let _ = match before {
            Some(bytes) => prepared(weights, &bytes).and_then(AtomicWriteFile::commit),
            None => std::fs::remove_file(weights),
        };
        failed(declaration)(error)
    })
}

/// Writes one file; if it cannot be written, it is as before.
///
/// # Errors
///
/// If its folder cannot be written to, or the disk is full.
pub fn write_file(bytes: &[u8], path: &Path) -> Result<(), Error> {
    let failed = |error| {
        Error::from(Problem::of_file(format!("it cannot be written: {error}"))).in_file(path)
    };
    let file = prepared(path, bytes).map_err(failed)?;
    file.commit().map_err(failed)
}

fn prepared(path: &Path, bytes: &[u8]) -> io::Result<AtomicWriteFile> {
    let mut file = AtomicWriteFile::open(path)?;
    file.write_all(bytes)?;
    Ok(file)
}
