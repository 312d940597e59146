//! The display of a training that runs.

use super::history::Epoch;
use core::fmt::{self, Write};

/// The amount that training shows while it runs (Keras `verbose`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verbose {
    /// Nothing (Keras 0).
    #[default]
    Silent,
    /// A progress bar with loss and metrics while the epoch runs (Keras 1), on standard error. Needs `std`; there,
    /// lines instead if standard error is not a terminal.
    Bar,
    /// One line an epoch (Keras 2), on standard output or where [`Fit::output`](super::Fit::output) says.
    Line,
}

/// A number as Keras prints it: four decimals, or four of a power of ten where that would lose most of them.
pub(super) struct Number(pub(super) f32);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.0;
        if !value.is_finite() || value.abs() > 1e-3 {
            return write!(f, "{value:.4}");
        }
        let mut text = Short::default();
        write!(text, "{value:.4e}")?;
        let (digits, exponent) = text
            .as_str()
            .split_once('e')
            .unwrap_or((text.as_str(), "0"));
        let (sign, exponent) = match exponent.strip_prefix('-') {
            Some(exponent) => ('-', exponent),
            None => ('+', exponent),
        };
        write!(f, "{digits}e{sign}{exponent:0>2}")
    }
}

/// Room for one number in text.
#[derive(Default)]
struct Short {
    bytes: [u8; 24],
    len: usize,
}

impl Short {
    fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..self.len).unwrap_or_default();
        core::str::from_utf8(bytes).unwrap_or_default()
    }
}

impl Write for Short {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        let free = self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?;
        free.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}

/// A time in seconds, or in milliseconds or microseconds where two decimals of a second would hide it.
struct Time(f32);

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 1e-3 {
            write!(f, "{:.0}us", self.0 * 1e6)
        } else if self.0 < 0.1 {
            write!(f, "{:.1}ms", self.0 * 1e3)
        } else {
            write!(f, "{:.2}s", self.0)
        }
    }
}

/// `Epoch 1/20 - 1.52s - loss: 0.6400 - …`.
pub(super) struct Line<'a> {
    pub(super) epoch: &'a Epoch,
    pub(super) epochs: usize,
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { epoch, epochs } = self;
        write!(f, "Epoch {}/{epochs}", epoch.number)?;
        if let Some(seconds) = epoch.seconds {
            write!(f, " - {}", Time(seconds))?;
        }
        write!(f, " - {epoch}")
    }
}

/// The place that the display goes to.
pub(super) enum Screen<'a> {
    Nowhere,
    /// Lines to a writer of the caller's.
    Writer(&'a mut dyn Write),
    /// Lines to standard output.
    #[cfg(feature = "std")]
    Stdout,
    #[cfg(feature = "std")]
    Bar(super::bar::Bar),
}

impl<'a> Screen<'a> {
    pub(super) fn new(verbose: Verbose, output: Option<&'a mut dyn Write>) -> Self {
        match (verbose, output) {
            (Verbose::Silent, _) => Self::Nowhere,
            (_, Some(writer)) => Self::Writer(writer),
            #[cfg(feature = "std")]
            (Verbose::Bar, None) => super::bar::Bar::on_terminal().map_or(Self::Stdout, Self::Bar),
            #[cfg(feature = "std")]
            (Verbose::Line, None) => Self::Stdout,
            #[cfg(not(feature = "std"))]
            (Verbose::Bar | Verbose::Line, None) => Self::Nowhere,
        }
    }

    /// An epoch of so many batches begins.
    pub(super) fn begin(&mut self, number: usize, epochs: usize, batches: usize) {
        let _ = (number, epochs, batches);
        #[cfg(feature = "std")]
        if let Self::Bar(bar) = self {
            bar.begin(number, epochs, batches);
        }
    }

    /// So many batches are done; `running` makes the means up to here, if they are wanted.
    #[inline]
    pub(super) fn batch(&mut self, done: usize, running: impl FnOnce() -> Epoch) {
        let _ = (done, &running);
        #[cfg(feature = "std")]
        if let Self::Bar(bar) = self {
            bar.batch(done, running);
        }
    }

    /// The epoch is over.
    pub(super) fn end(&mut self, epoch: &Epoch, epochs: usize) {
        let line = Line { epoch, epochs };
        match self {
            Self::Nowhere => {}
            // A full or closed writer is no reason to lose a training.
            Self::Writer(writer) => drop(writeln!(writer, "{line}")),
            #[cfg(feature = "std")]
            Self::Stdout => {
                use std::io::Write as _;
                // Not `println!`, which panics if standard output is closed.
                drop(writeln!(std::io::stdout(), "{line}"));
            }
            #[cfg(feature = "std")]
            Self::Bar(bar) => bar.end(epoch),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_where_they_are_short() {
        for (seconds, text) in [
            (0.000_034, "34us"),
            (0.0213, "21.3ms"),
            (0.0014, "1.4ms"),
            (0.1, "0.10s"),
            (75.128, "75.13s"),
        ] {
            assert_eq!(std::format!("{}", Time(seconds)), text);
        }
    }

    #[test]
    fn numbers_as_python_prints_them() {
        for (value, text) in [
            (0.64, "0.6400"),
            (12.345_67, "12.3457"),
            (-2.5, "-2.5000"),
            (0.0, "0.0000e+00"),
            (0.001, "1.0000e-03"),
            (1.234_56e-12, "1.2346e-12"),
            (f32::MIN_POSITIVE, "1.1755e-38"),
            (f32::NAN, "NaN"),
        ] {
            assert_eq!(std::format!("{}", Number(value)), text);
        }
    }
}
