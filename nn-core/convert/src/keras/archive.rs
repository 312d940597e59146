//! `.keras`: a zip of configuration and weights.

use crate::Problem;
use crate::error::shown;
use std::io::{Cursor, Read as _};

/// The largest file that is unpacked: the weights of a billion parameters do not go into a program.
const MOST_BYTES: u64 = 1 << 31;

/// The bytes of the file `name` in a zip.
pub(crate) fn entry(bytes: &[u8], name: &str) -> Result<Vec<u8>, Problem> {
    let broken = |error: &dyn std::fmt::Display| {
        Problem::of_file(format!(
            "this is no whole `.keras` file: {}",
            shown(&error.to_string())
        ))
    };
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    let file = archive.by_name(name).map_err(|error| match error {
        zip::result::ZipError::FileNotFound => Problem::of_file(format!(
            "there is no `{name}` in it, which a `.keras` file has"
        )),
        error => broken(&error),
    })?;
    let mut content = Vec::new();
    file.take(MOST_BYTES)
        .read_to_end(&mut content)
        .map_err(|error| broken(&error))?;
    Ok(content)
}
