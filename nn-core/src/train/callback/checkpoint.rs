use super::{Callback, Control, EpochEnd, Monitor, Training, Watch};
use crate::error::{Error, Result};
use crate::layer::Layer;
use crate::weights::{self, Layout};
use std::io;
use std::path::PathBuf;

/// Saves the network while it is trained (Keras `ModelCheckpoint`), as a safetensors file that [`load`](weights::load) reads.
///
/// ```no_run
/// use nn_core::prelude::*;
///
/// network! { struct Net { input 8; dense 4 softmax; } }
///
/// let best = Fit::<Net>::epochs(20).validation_split(0.1).checkpoint(Checkpoint::best("best.safetensors"));
/// let each = Fit::<Net>::epochs(20).checkpoint(Checkpoint::every(5, "epoch-{epoch}.safetensors"));
/// ```
///
/// If a file cannot be written, training ends with [`Error::Save`].
#[derive(Clone, Debug)]
pub struct Checkpoint {
    path: PathBuf,
    watch: Watch,
    when: When,
    failed: Option<Error>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    Best,
    Every(usize),
}

impl Checkpoint {
    /// Saves after each epoch that is the best so far, by the validation loss unless [`monitor`](Self::monitor) says otherwise. `{epoch}` in the
    /// file's name becomes the number of the epoch.
    #[must_use]
    pub fn best(path: impl Into<PathBuf>) -> Self {
        Self::new(path, When::Best)
    }

    /// Saves after every so many epochs; 0 counts as 1.
    #[must_use]
    pub fn every(epochs: usize, path: impl Into<PathBuf>) -> Self {
        Self::new(path, When::Every(epochs.max(1)))
    }

    /// Judges epochs by this.
    #[must_use]
    pub const fn monitor(mut self, monitor: Monitor) -> Self {
        self.watch.monitor = monitor;
        self
    }

    fn new(path: impl Into<PathBuf>, when: When) -> Self {
        Self {
            path: path.into(),
            watch: Watch::new(0.0),
            when,
            failed: None,
        }
    }

    /// The file of an epoch.
    fn path(&self, epoch: usize) -> PathBuf {
        match self.path.to_str() {
            Some(path) => path.replace("{epoch}", &std::format!("{epoch}")).into(),
            None => self.path.clone(),
        }
    }
}

impl<N: Layer> Callback<N> for Checkpoint {
    fn begin(&mut self, training: &Training) -> Result<()> {
        self.failed = None;
        match self.when {
            When::Best => self.watch.begin(training),
            When::Every(_) => Ok(()),
        }
    }

    fn epoch(&mut self, end: &mut EpochEnd<'_, N>) -> Control {
        let epoch = end.epoch.number;
        let due = match self.when {
            When::Best => self.watch.improved(&end.epoch),
            When::Every(epochs) => epoch.is_multiple_of(epochs),
        };
        if due && let Err(error) = weights::save(end.net, self.path(epoch), Layout::Native) {
            let kind = error.io_kind().unwrap_or(io::ErrorKind::Other);
            self.failed = Some(Error::Save { epoch, kind });
            return Control::Stop;
        }
        Control::Continue
    }

    fn fault(&self) -> Result<()> {
        self.failed.map_or(Ok(()), Err)
    }
}
