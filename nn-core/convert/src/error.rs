//! The one error of everything here.

use std::fmt::{self, Display, Formatter};
use std::path::{Path, PathBuf};

/// A file that could not be converted, with everything that stands in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The file; none where bytes were read.
    pub file: Option<PathBuf>,
    /// The mistakes; never empty.
    pub problems: Vec<Problem>,
}

/// One thing that cannot be converted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The layer's or operator's name in the file; empty if it is the file as a whole.
    pub place: String,
    /// The kind of layer or operator there: `Conv3D`, `com.microsoft.FusedConv`; empty if it has none.
    pub kind: String,
    /// The mistake, and the fix.
    pub message: String,
}

impl Problem {
    /// A mistake of the file as a whole.
    pub fn of_file(message: impl Into<String>) -> Self {
        Self {
            place: String::new(),
            kind: String::new(),
            message: message.into(),
        }
    }

    /// A mistake of a layer or operator, by its name and kind in the file.
    pub fn of(
        place: impl Into<String>,
        kind: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            place: place.into(),
            kind: kind.into(),
            message: message.into(),
        }
    }
}

impl Display for Problem {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (place, kind) = (shown(&self.place), shown(&self.kind));
        match (place.is_empty(), kind.is_empty()) {
            (true, true) => {}
            (false, true) => write!(f, "`{place}`: ")?,
            (true, false) => write!(f, "{kind}: ")?,
            (false, false) => write!(f, "`{place}` ({kind}): ")?,
        }
        f.write_str(&self.message)
    }
}

impl Error {
    /// The same, of this file.
    #[must_use]
    pub fn in_file(mut self, file: &Path) -> Self {
        self.file = Some(file.to_owned());
        self
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self {
            file: None,
            problems: vec![problem],
        }
    }
}

impl From<Vec<Problem>> for Error {
    fn from(problems: Vec<Problem>) -> Self {
        Self {
            file: None,
            problems,
        }
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "`{}`: ", file.display())?;
        }
        if let [problem] = &self.problems[..] {
            return problem.fmt(f);
        }
        write!(f, "{} things stand in the way", self.problems.len())?;
        for problem in &self.problems {
            write!(f, "\n  {problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// A name out of a file, which may be anything, as part of a message.
pub(crate) fn shown(name: &str) -> String {
    const MOST: usize = 80;
    let mut text: String = name.escape_debug().take(MOST + 1).collect();
    if text.chars().count() > MOST {
        text = text.chars().take(MOST - 1).collect();
        text.push('…');
    }
    text
}
