//! Tables of text, whose columns become numbers and classes.

mod missing;

pub use missing::Filling;

use super::error::{Error, Place};
use csv::StringRecord;
use nalgebra::SVector;
use std::collections::BTreeSet;
use std::format;
use std::path::PathBuf;
use std::str::FromStr;
use std::string::String;
use std::vec::Vec;

/// A row and the line it begins on.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) record: StringRecord,
}

/// A CSV file's rows as text; its columns become numbers and classes on demand.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    pub(super) names: Vec<String>,
    pub(super) rows: Vec<Row>,
    pub(super) path: Option<PathBuf>,
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
    pub fn inputs<const COLUMNS: usize>(
        &self,
        columns: [&str; COLUMNS],
    ) -> Result<Vec<SVector<f32, COLUMNS>>, Error> {
        let columns = self.columns(&columns)?;
        self.vectors(&columns)
    }

    /// All columns of each row but the named ones as numbers.
    ///
    /// # Errors
    ///
    /// If there is no such column, another number of columns than `COLUMNS` is left, or a value is not a finite number.
    pub fn inputs_without<const COLUMNS: usize>(
        &self,
        columns: &[&str],
    ) -> Result<Vec<SVector<f32, COLUMNS>>, Error> {
        let without = self.columns(columns)?;
        let columns: Vec<_> = (0..self.names.len())
            .filter(|i| !without.contains(i))
            .collect();
        if columns.len() != COLUMNS {
            let left = columns.len();
            return Err(self.file(format!("{left} columns are left, but an input has {COLUMNS}; leave out others, or declare the network with {left} inputs")));
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

    fn vectors<const COLUMNS: usize>(
        &self,
        columns: &[usize],
    ) -> Result<Vec<SVector<f32, COLUMNS>>, Error> {
        self.rows
            .iter()
            .map(|row| {
                let mut x = SVector::<f32, COLUMNS>::zeros();
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
