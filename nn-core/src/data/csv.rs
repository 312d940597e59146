use super::error::{Error, Place};
use csv::{ErrorKind, Position, ReaderBuilder, StringRecord, Trim};
use nalgebra::SVector;
use std::collections::BTreeSet;
use std::format;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::str::FromStr;
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

/// A row and the line it begins on.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    line: u64,
    record: StringRecord,
}

impl Row {
    /// Whether nothing is there.
    fn is_missing(&self, column: usize) -> bool {
        const WORDS: [&str; 9] = ["na", "n/a", "#n/a", "<na>", "nan", "null", "none", "?", ""];
        let text = self.record.get(column).unwrap_or_default();
        WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
    }
}

/// The value for a gap in a column of numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Filling {
    /// The mean of the numbers that are there.
    Mean,
    /// The number in their middle, or the mean of the middle two.
    Median,
    /// This number.
    Value(f32),
}

/// A CSV file's rows as text; its columns become numbers and classes on demand.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    names: Vec<String>,
    rows: Vec<Row>,
    path: Option<PathBuf>,
}

/// One or more columns as class labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classes {
    /// The name of each class, in the order of labels: whole numbers by value, anything else by alphabet.
    pub names: Vec<String>,
    /// The label of each row.
    pub labels: Vec<usize>,
}

impl Table {
    /// The names of the columns.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The number of rows, the column names not counted.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are no rows, which no file read has.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The named columns of each row as numbers, in the order of `columns`.
    ///
    /// # Errors
    ///
    /// If there is no such column, or a value is not a finite number.
    pub fn inputs<const N: usize>(
        &self,
        columns: [&str; N],
    ) -> Result<Vec<SVector<f32, N>>, Error> {
        let columns = self.columns(&columns)?;
        self.vectors(&columns)
    }

    /// All columns of each row but the named ones as numbers.
    ///
    /// # Errors
    ///
    /// If there is no such column, another number of columns than `N` is left, or a value is not a finite number.
    pub fn inputs_without<const N: usize>(
        &self,
        columns: &[&str],
    ) -> Result<Vec<SVector<f32, N>>, Error> {
        let without = self.columns(columns)?;
        let columns: Vec<_> = (0..self.names.len())
            .filter(|i| !without.contains(i))
            .collect();
        if columns.len() != N {
            let left = columns.len();
            return Err(self.file(format!("{left} columns are left, but an input has {N}; leave out others, or declare the network with {left} inputs")));
        }
        self.vectors(&columns)
    }

    /// One column as values of any type that can be read from text: `table.column_as::<u8>("age")`.
    ///
    /// # Errors
    ///
    /// If there is no such column, or a value cannot be read.
    pub fn column_as<T: FromStr>(&self, column: &str) -> Result<Vec<T>, Error> {
        let column = self.column(column)?;
        let kind = core::any::type_name::<T>();
        self.rows
            .iter()
            .map(|row| {
                let text = row.record.get(column).unwrap_or_default();
                text.parse().map_err(|_| {
                    self.field(
                        row,
                        column,
                        format!("`{text}` is not a value of type `{kind}`"),
                    )
                })
            })
            .collect()
    }

    /// Removes the rows in which one of these columns is missing, any column if none is named; returns how many.
    ///
    /// Missing is what is empty or one of pandas's words for it (`NA`, `N/A`, `NaN`, `null`, `None`, in any case), or `?`.
    ///
    /// ```
    /// use nn_core::data::Csv;
    ///
    /// let mut table = Csv::new().from_reader("bill,mass\n39.1,3750\nNA,\n40.3,3250\n".as_bytes())?;
    /// assert_eq!(table.drop_missing(&["bill"])?, 1);
    /// assert_eq!(table.column_as::<f32>("bill")?, [39.1, 40.3]);
    /// # Ok::<(), nn_core::data::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there is no such column, or no row would be left; then none is removed.
    pub fn drop_missing(&mut self, columns: &[&str]) -> Result<usize, Error> {
        let named = self.columns(columns)?;
        let columns = if named.is_empty() {
            (0..self.names.len()).collect()
        } else {
            named
        };
        let complete = |row: &Row| !columns.iter().any(|&column| row.is_missing(column));
        if !self.rows.iter().any(complete) {
            return Err(self.file(
                "every row has a missing value; name the columns that matter, or fill the gaps"
                    .into(),
            ));
        }
        let before = self.rows.len();
        self.rows.retain(complete);
        Ok(before - self.rows.len())
    }

    /// Fills the gaps in these columns; returns what each was filled with, to fill other tables alike: the figures should come from the rows
    /// that are trained on.
    ///
    /// Missing is what [`drop_missing`](Self::drop_missing) calls so.
    ///
    /// ```
    /// use nn_core::data::{Csv, Filling};
    ///
    /// let mut table = Csv::new().from_reader("bill,mass\n39,1\nNA,2\n40,\n48,9\n".as_bytes())?;
    /// assert_eq!(table.fill_missing(&["bill"], Filling::Median)?, [40.0]);
    /// assert_eq!(table.fill_missing(&["mass"], Filling::Mean)?, [4.0]);
    /// assert_eq!(table.column_as::<f32>("bill")?, [39.0, 40.0, 40.0, 48.0]);
    /// # Ok::<(), nn_core::data::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there is no such column, a value that is there is not a finite number, there is none to take the mean or median of, or the value to
    /// fill in is not finite; then nothing is filled.
    pub fn fill_missing(&mut self, columns: &[&str], filling: Filling) -> Result<Vec<f32>, Error> {
        let columns = self.columns(columns)?;
        let fillings = columns
            .iter()
            .map(|&column| self.filling(column, filling))
            .collect::<Result<Vec<_>, _>>()?;
        for row in &mut self.rows {
            let gap = |column: usize| {
                let place = columns.iter().position(|&filled| filled == column)?;
                row.is_missing(column)
                    .then(|| fillings.get(place))
                    .flatten()
            };
            if columns.iter().any(|&column| gap(column).is_some()) {
                let fields = row.record.iter().enumerate();
                row.record = fields
                    .map(|(column, text)| {
                        gap(column).map_or_else(|| text.into(), |value| format!("{value}"))
                    })
                    .collect::<Vec<String>>()
                    .into();
            }
        }
        Ok(fillings)
    }

    /// The value for the gaps of a column.
    fn filling(&self, column: usize, filling: Filling) -> Result<f32, Error> {
        let name = || self.names.get(column).map_or("", String::as_str);
        let present = self.rows.iter().filter(|row| !row.is_missing(column));
        let mut values = present
            .map(|row| self.number(row, column))
            .collect::<Result<Vec<_>, _>>()?;
        if let Filling::Value(value) = filling {
            return match value.is_finite() {
                true => Ok(value),
                false => Err(self.file(format!(
                    "column `{}` cannot be filled with {value}; give a finite number",
                    name()
                ))),
            };
        }
        if values.is_empty() {
            return Err(self.file(format!(
                "column `{}` has no value at all; leave it out, or fill it with `Filling::Value`",
                name()
            )));
        }
        if filling == Filling::Mean {
            let sum: f64 = values.iter().map(|&value| f64::from(value)).sum();
            return Ok((sum / values.len() as f64) as f32);
        }
        values.sort_unstable_by(f32::total_cmp);
        let at = |index: usize| values.get(index).map_or(0.0, |&value| f64::from(value));
        let last = values.len() - 1;
        Ok((0.5 * (at(last / 2) + at(last.div_ceil(2)))) as f32)
    }

    /// The indices of these columns.
    fn columns(&self, names: &[&str]) -> Result<Vec<usize>, Error> {
        names.iter().map(|name| self.column(name)).collect()
    }

    /// Columns as classes: each distinct text, or combination of texts, is a class.
    ///
    /// # Errors
    ///
    /// If there is no such column, or a text is empty.
    pub fn classes(&self, columns: &[&str]) -> Result<Classes, Error> {
        let columns = self.columns(columns)?;
        if columns.is_empty() {
            return Err(self.file("no column is named; name the one that holds the class".into()));
        }
        let mut texts = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            let parts: Vec<_> = columns
                .iter()
                .map(|&i| row.record.get(i).unwrap_or_default())
                .collect();
            if let Some((_, &column)) = parts.iter().zip(&columns).find(|(text, _)| text.is_empty())
            {
                return Err(self.field(
                    row,
                    column,
                    "empty, but every row needs a class; fill it in or drop the row (`Table::drop_missing`)".into(),
                ));
            }
            let text = parts.join(" ");
            // As a number, so that class 10 comes after class 9; the texts tell apart what is the same number or runs together.
            texts.push((text.parse::<i64>().ok(), text, parts));
        }
        let distinct: Vec<_> = texts.iter().collect::<BTreeSet<_>>().into_iter().collect();
        let labels = texts
            .iter()
            .map(|text| distinct.partition_point(|other| *other < text))
            .collect();
        let mut names: Vec<_> = distinct.iter().map(|(_, text, _)| text.clone()).collect();
        // Where a name could be that of two classes, quotes show where its parts end.
        if names.iter().collect::<BTreeSet<_>>().len() < names.len() {
            let quote = |part: &&str| format!("{part:?}");
            let quoted = distinct.iter().map(|(_, _, parts)| parts.iter().map(quote));
            names = quoted
                .map(|parts| parts.collect::<Vec<_>>().join(" "))
                .collect();
        }
        Ok(Classes { names, labels })
    }

    fn vectors<const N: usize>(&self, columns: &[usize]) -> Result<Vec<SVector<f32, N>>, Error> {
        self.rows
            .iter()
            .map(|row| {
                let mut x = SVector::<f32, N>::zeros();
                for (value, &column) in x.iter_mut().zip(columns) {
                    *value = self.number(row, column)?;
                }
                Ok(x)
            })
            .collect()
    }

    fn number(&self, row: &Row, column: usize) -> Result<f32, Error> {
        let text = row.record.get(column).unwrap_or_default();
        let problem = match text.parse::<f32>() {
            Ok(value) if value.is_finite() => return Ok(value),
            Ok(_) => format!(
                "`{text}` is not a finite number; fill the gap (`Table::fill_missing`) or drop the row (`Table::drop_missing`)"
            ),
            Err(_) if text.is_empty() => {
                "empty; fill the gap (`Table::fill_missing`) or drop the row (`Table::drop_missing`)".into()
            }
            Err(_) => format!(
                "`{text}` is not a number; write it like `-1.5` or `2e-3`, or leave the column out"
            ),
        };
        Err(self.field(row, column, problem))
    }

    /// The index of the column of that name.
    fn column(&self, name: &str) -> Result<usize, Error> {
        let mut found = self
            .names
            .iter()
            .enumerate()
            .filter(|(_, other)| *other == name);
        match (found.next(), found.next()) {
            (Some((index, _)), None) => Ok(index),
            (Some(_), Some(_)) => {
                Err(self.file(format!("two columns are named `{name}`; rename one")))
            }
            (None, _) => {
                const SHOWN: usize = 20;
                let mut names: Vec<_> = self
                    .names
                    .iter()
                    .take(SHOWN)
                    .map(|name| format!("`{name}`"))
                    .collect();
                if self.names.len() > SHOWN {
                    names.push("…".into());
                }
                Err(self.file(format!(
                    "there is no column `{name}`; there are {}",
                    names.join(", ")
                )))
            }
        }
    }

    fn file(&self, problem: String) -> Error {
        Error::new(Place::File, problem).at(self.path.as_deref())
    }

    fn field(&self, row: &Row, column: usize, problem: String) -> Error {
        let line = row.line;
        let column = self.names.get(column).cloned().unwrap_or_default();
        Error::new(Place::Field { line, column }, problem).at(self.path.as_deref())
    }
}
