use super::{Callback, Control, EpochEnd, Training};
use crate::error::{Error, Result};
use crate::train::{Epoch, MetricName};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use csv::Writer;
use std::fs::File;
use std::io;
use std::path::PathBuf;

/// Writes a line for each epoch to a CSV file (Keras `CSVLogger`), which begins anew with each training.
///
/// The columns are epoch, loss, accuracy, metrics ([`Fit::metrics`](crate::Fit::metrics)), val_loss, val_accuracy, val_… of the metrics,
/// learning_rate and seconds; what a training has not is empty. If the file
/// cannot be written, training ends with [`Error::Save`].
#[derive(Debug)]
pub struct CsvLog {
    path: PathBuf,
    file: Option<Writer<File>>,
    failed: Option<Error>,
}

/// The names of the columns.
fn columns(training: &Training) -> Vec<String> {
    let names = MetricName::of(training.metrics);
    let metrics = names.filter(|name| !name.is_the_accuracy(training.accuracy));
    let metrics = metrics.map(|name| name.to_string());
    let mut columns = ["epoch", "loss", "accuracy"].map(String::from).to_vec();
    columns.extend(metrics.clone());
    columns.extend(["val_loss", "val_accuracy"].map(String::from));
    columns.extend(metrics.map(|name| std::format!("val_{name}")));
    columns.extend(["learning_rate", "seconds"].map(String::from));
    columns
}

/// The entries of an epoch, column by column.
fn values(epoch: &Epoch) -> Vec<String> {
    let text = |value: Option<f32>| value.map_or_else(String::new, |value| value.to_string());
    let mut values = Vec::from([
        epoch.number.to_string(),
        epoch.loss.to_string(),
        text(epoch.accuracy),
    ]);
    let metrics = epoch.metrics.beside(epoch.accuracy.is_some());
    values.extend(metrics.clone().map(|metric| metric.training.to_string()));
    values.extend([text(epoch.val_loss), text(epoch.val_accuracy)]);
    values.extend(metrics.map(|metric| text(metric.validation)));
    values.extend([epoch.learning_rate.to_string(), text(epoch.seconds)]);
    values
}

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
    fn begin(&mut self, training: &Training) -> Result<()> {
        self.failed = None;
        let failed = |error: io::Error| Error::Save {
            epoch: 0,
            kind: error.kind(),
        };
        self.file = Some(Writer::from_path(&self.path).map_err(|error| failed(error.into()))?);
        self.write(&columns(training)).map_err(failed)
    }

    fn epoch(&mut self, end: &mut EpochEnd<'_, N>) -> Control {
        let epoch = &end.epoch;
        if let Err(error) = self.write(&values(epoch)) {
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
