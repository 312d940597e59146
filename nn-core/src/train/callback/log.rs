use super::{Callback, Control, EpochEnd, Training};
use crate::error::{Error, Result};
use alloc::string::{String, ToString};
use csv::Writer;
use std::fs::File;
use std::io;
use std::path::PathBuf;

/// Writes a line for each epoch to a CSV file (Keras `CSVLogger`), which begins anew with each training.
///
/// The columns are epoch, loss, accuracy, val_loss, val_accuracy, learning_rate and seconds; what a training has not is empty. If the file
/// cannot be written, training ends with [`Error::Save`].
#[derive(Debug)]
pub struct CsvLog {
    path: PathBuf,
    file: Option<Writer<File>>,
    failed: Option<Error>,
}

const COLUMNS: [&str; 7] = [
    "epoch",
    "loss",
    "accuracy",
    "val_loss",
    "val_accuracy",
    "learning_rate",
    "seconds",
];

impl CsvLog {
    /// To this file.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            file: None,
            failed: None,
        }
    }

    fn write(&mut self, record: &[String]) -> io::Result<()> {
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        file.write_record(record)?;
        // So that the file can be watched, and a crash loses nothing.
        file.flush()
    }
}

impl<N> Callback<N> for CsvLog {
    fn begin(&mut self, _: &Training) -> Result<()> {
        self.failed = None;
        let failed = |error: io::Error| Error::Save {
            epoch: 0,
            kind: error.kind(),
        };
        self.file = Some(Writer::from_path(&self.path).map_err(|error| failed(error.into()))?);
        self.write(&COLUMNS.map(String::from)).map_err(failed)
    }

    fn epoch(&mut self, end: &mut EpochEnd<'_, N>) -> Control {
        let epoch = end.epoch;
        let text = |value: Option<f32>| value.map_or_else(String::new, |value| value.to_string());
        let record = [
            epoch.number.to_string(),
            epoch.loss.to_string(),
            text(epoch.accuracy),
            text(epoch.val_loss),
            text(epoch.val_accuracy),
            epoch.learning_rate.to_string(),
            text(epoch.seconds),
        ];
        if let Err(error) = self.write(&record) {
            let (epoch, kind) = (epoch.number, error.kind());
            self.failed = Some(Error::Save { epoch, kind });
            return Control::Stop;
        }
        Control::Continue
    }

    fn fault(&self) -> Result<()> {
        self.failed.map_or(Ok(()), Err)
    }
}
