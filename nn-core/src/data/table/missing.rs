//! Gaps in a table.

use super::{Row, Table};
use crate::data::Error;
use std::format;
use std::string::String;
use std::vec::Vec;

/// The value for a gap in a column of numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Filling {
    /// The mean of the numbers that are there.
    Mean,
    /// The number in their middle, or the mean of the middle two.
    Median,
    /// A number.
    Value(f32),
}

impl Row {
    /// Whether nothing is there.
    fn is_missing(&self, column: usize) -> bool {
        const WORDS: [&str; 9] = ["na", "n/a", "#n/a", "<na>", "nan", "null", "none", "?", ""];
        let text = self.record.get(column).unwrap_or_default();
        WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
    }
}

impl Table {
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
}
