use std::fmt;
use std::string::{String, ToString};

/// Problems between a network and a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The path to the layer; none if it is the file as a whole, or something that no layer asks for.
    pub layer: Option<String>,
    /// The fault, and the fix.
    pub message: String,
}

impl Problem {
    pub(crate) fn of_file(message: impl Into<String>) -> Self {
        Self {
            layer: None,
            message: message.into(),
        }
    }

    pub(crate) fn of_layer(layer: &str, message: impl Into<String>) -> Self {
        Self {
            layer: Some(layer.to_string()),
            message: message.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.layer.as_deref() {
            Some(layer) if !layer.is_empty() => write!(f, "layer `{layer}`: {}", self.message),
            _ => f.write_str(&self.message),
        }
    }
}

/// `(3, 3, 1, 8)`.
pub(crate) struct Axes<'a>(pub(crate) &'a [usize]);

impl fmt::Display for Axes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(")?;
        for (i, axis) in self.0.iter().take(8).enumerate() {
            write!(f, "{}{axis}", if i == 0 { "" } else { ", " })?;
        }
        f.write_str(match self.0.len() {
            1 => ",)",
            0..=8 => ")",
            _ => ", …)",
        })
    }
}

/// A name out of a file, which may be anything, as part of a message.
pub(crate) fn shown(name: &str) -> String {
    const MOST: usize = 80;
    let text: String = name.escape_debug().take(MOST + 1).collect();
    if text.chars().count() <= MOST {
        return text;
    }
    let start: String = text.chars().take(MOST - 1).collect();
    start + "…"
}
