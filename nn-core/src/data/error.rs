use std::borrow::Cow;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::string::String;

/// A data file that cannot be used: where, what is wrong and what would be right.
#[derive(Debug)]
pub struct Error {
    path: Option<PathBuf>,
    place: Place,
    problem: Cow<'static, str>,
    source: Option<io::Error>,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// The file as a whole.
    File,
    /// A line, counted from 1, of a text file.
    Line(u64),
    /// A column of a line.
    Field {
        /// The line, counted from 1.
        line: u64,
        /// The column's name.
        column: String,
    },
    /// A byte, counted from 0, of a binary file after unpacking.
    Byte(u64),
}

impl Error {
    pub(super) fn new(place: Place, problem: impl Into<Cow<'static, str>>) -> Self {
        Self {
            path: None,
            place,
            problem: problem.into(),
            source: None,
        }
    }

    /// The error of the operating system or the unpacking.
    pub(super) fn io(place: Place, problem: &'static str, source: io::Error) -> Self {
        Self {
            source: Some(source),
            ..Self::new(place, problem)
        }
    }

    /// Says which file it was.
    pub(super) fn at(mut self, path: Option<&Path>) -> Self {
        self.path = path.map(Path::to_path_buf);
        self
    }

    /// The file, if it was read by path.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The place in the file.
    #[must_use]
    pub const fn place(&self) -> &Place {
        &self.place
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(f, "`{}`", path.display())?,
            None => f.write_str("the data")?,
        }
        match &self.place {
            Place::File => {}
            Place::Line(line) => write!(f, ", line {line}")?,
            Place::Field { line, column } => write!(f, ", line {line}, column `{column}`")?,
            Place::Byte(byte) => write!(f, ", byte {byte}")?,
        }
        write!(f, ": {}", self.problem)?;
        match &self.source {
            Some(source) => write!(f, " ({source})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        Self::new(io::ErrorKind::InvalidData, error)
    }
}
