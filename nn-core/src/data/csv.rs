//! CSV files as tables of text.

use super::error::{Error, Place};
use super::table::{Row, Table};
use csv::{ErrorKind, Position, ReaderBuilder, Trim};
use std::format;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::string::String;
use std::vec::Vec;

/// The form of a CSV file: by default commas and a first line of column names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Csv {
    delimiter: u8,
    header: bool,
}

impl Default for Csv {
    fn default() -> Self {
        Self::new()
    }
}

impl Csv {
    /// Commas and a first line of column names.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            delimiter: b',',
            header: true,
        }
    }

    /// The character between columns, such as `b';'`.
    #[must_use]
    pub const fn delimiter(mut self, delimiter: u8) -> Self {
        self.delimiter = delimiter;
        self
    }

    /// The first line is data. Columns are named `0`, `1` and so on.
    #[must_use]
    pub const fn no_header(mut self) -> Self {
        self.header = false;
        self
    }

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, is not UTF-8, has no rows, or rows of different lengths.
    pub fn read(&self, path: impl AsRef<Path>) -> Result<Table, Error> {
        let path = path.as_ref();
        let file =
            File::open(path).map_err(|error| Error::io(Place::File, "cannot be opened", error));
        let mut table = file
            .and_then(|file| self.from_reader(file))
            .map_err(|error| error.at(Some(path)))?;
        table.path = Some(path.to_path_buf());
        Ok(table)
    }

    /// Reads from memory or a stream.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    #[allow(clippy::wrong_self_convention)] // `from_reader` as in crates `csv` and `serde_json`.
    pub fn from_reader(&self, mut reader: impl Read) -> Result<Table, Error> {
        let mut bytes = Vec::new();
        reader
            .read_to_end(&mut bytes)
            .map_err(|error| Error::io(Place::File, "cannot be read", error))?;
        let mut lines = Lines {
            bytes: &bytes,
            at: 0,
            line: 1,
        };
        let mut reader = ReaderBuilder::new()
            .delimiter(self.delimiter)
            .has_headers(self.header)
            .trim(Trim::All)
            .from_reader(&bytes[..]);
        let header = reader.headers().map_err(|error| lines.error(error))?;
        if header.is_empty() {
            return Err(Error::new(
                Place::Line(1),
                "the file is empty; it should begin with a line of column names",
            ));
        }
        let names = if self.header {
            header.iter().map(String::from).collect()
        } else {
            (0..header.len()).map(|i| format!("{i}")).collect()
        };
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| lines.error(error))?;
            let line = record.position().map_or(0, |position| lines.of(position));
            rows.push(Row { line, record });
        }
        if rows.is_empty() {
            return Err(Error::new(
                Place::Line(2),
                "there are no rows after the column names",
            ));
        }
        Ok(Table {
            names,
            rows,
            path: None,
        })
    }
}

/// Counts lines as an editor does. The positions of crate `csv` lie before the empty lines that it skips.
struct Lines<'a> {
    bytes: &'a [u8],
    /// The byte counted up to, and its line.
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the record that begins at `position` or after the empty lines there.
    fn of(&mut self, position: &Position) -> u64 {
        let begin = usize::try_from(position.byte()).unwrap_or(usize::MAX);
        while let Some(&byte) = self.bytes.get(self.at) {
            if self.at >= begin && byte != b'\n' && byte != b'\r' {
                break;
            }
            self.at += 1;
            let second_half = byte == b'\r' && self.bytes.get(self.at) == Some(&b'\n');
            self.line += u64::from(byte == b'\n' || byte == b'\r' && !second_half);
        }
        self.line
    }

    /// The error that crate `csv` found, with its place.
    fn error(&mut self, error: csv::Error) -> Error {
        let line = error
            .position()
            .map_or(Place::File, |position| Place::Line(self.of(position)));
        match error.into_kind() {
            ErrorKind::UnequalLengths {
                expected_len, len, ..
            } => Error::new(
                line,
                format!(
                    "number of columns: {len} instead of {expected_len}; add or remove columns, or quote a text that holds the delimiter"
                ),
            ),
            ErrorKind::Utf8 { err, .. } => Error::new(
                line,
                format!(
                    "column {} is not UTF-8; save the file as UTF-8",
                    err.field() + 1
                ),
            ),
            ErrorKind::Io(source) => Error::io(line, "cannot be read", source),
            // Seeking, serialising and deserialising do not occur here.
            other => Error::new(line, format!("{other:?}")),
        }
    }
}
