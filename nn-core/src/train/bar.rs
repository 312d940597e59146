//! The progress bar.

use super::history::Epoch;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::format;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// The time between changes of the numbers beside the bar.
const REFRESH: Duration = Duration::from_millis(100);

/// One bar an epoch, on standard error.
pub(super) struct Bar {
    bar: ProgressBar,
    refreshed: Instant,
}

impl Bar {
    /// A bar, if standard error is a terminal.
    pub(super) fn on_terminal() -> Option<Self> {
        std::io::stderr().is_terminal().then(|| Self {
            bar: ProgressBar::hidden(),
            refreshed: Instant::now(),
        })
    }

    pub(super) fn begin(&mut self, number: usize, epochs: usize, batches: usize) {
        let style = ProgressStyle::with_template("{prefix} {pos}/{len} {bar:24} {elapsed} {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .progress_chars("━━─");
        self.bar =
            ProgressBar::with_draw_target(Some(batches as u64), ProgressDrawTarget::stderr())
                .with_style(style)
                .with_prefix(format!("Epoch {number}/{epochs}"));
        self.refreshed = Instant::now();
    }

    pub(super) fn batch(&mut self, done: usize, running: impl FnOnce() -> Epoch) {
        if self.refreshed.elapsed() >= REFRESH {
            self.refreshed = Instant::now();
            self.bar.set_message(format!("{}", running()));
            self.bar.set_position(done as u64);
        }
    }

    pub(super) fn end(&mut self, epoch: &Epoch) {
        if let Some(batches) = self.bar.length() {
            self.bar.set_position(batches);
        }
        self.bar.abandon_with_message(format!("{epoch}"));
        // The bar stays and leaves the cursor behind it.
        drop(writeln!(std::io::stderr()));
    }
}
