//! Reads the conformance cases of `tests/golden` for unit tests.

use serde_json::Value;
use std::format;
use std::path::Path;
use std::string::String;
use std::vec::Vec;

/// One case.
pub(crate) struct Case(Value);

impl Case {
    /// `name` without `.json`.
    pub(crate) fn read(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden");
        let text = std::fs::read_to_string(folder.join(format!("{name}.json"))).unwrap();
        Self(serde_json::from_str(&text).unwrap())
    }

    /// The number at a path like `/config/l1`, if there is one.
    pub(crate) fn number(&self, path: &str) -> Option<f64> {
        self.0.pointer(path)?.as_f64()
    }

    /// The shape of the tensor at `path`, if there is one.
    pub(crate) fn shape(&self, path: &str) -> Option<Vec<usize>> {
        let shape = self.0.pointer(&format!("{path}/shape"))?.as_array()?;
        shape
            .iter()
            .map(|n| usize::try_from(n.as_u64()?).ok())
            .collect()
    }

    /// The values of the tensor at `path`.
    pub(crate) fn tensor(&self, path: &str) -> Vec<f64> {
        let data = self.0.pointer(&format!("{path}/data"));
        let values = data.and_then(Value::as_array).unwrap();
        // What JSON cannot say is a string: `"inf"`.
        let number = |v: &Value| v.as_f64().or_else(|| v.as_str()?.parse().ok());
        values.iter().map(|v| number(v).unwrap()).collect()
    }

    /// The values of the tensor at `path`, rounded to `f32`.
    pub(crate) fn tensor_f32(&self, path: &str) -> Vec<f32> {
        self.tensor(path).iter().map(|&v| v as f32).collect()
    }
}

/// Fails unless each value is within `1e-5 * max(1, |expected|)`.
pub(crate) fn assert_close(what: &str, actual: &[f32], expected: &[f64]) {
    assert_eq!(actual.len(), expected.len(), "{what}");
    let worst = actual
        .iter()
        .zip(expected)
        .map(|(&a, &b)| (f64::from(a) - b).abs() / b.abs().max(1.0))
        .fold(0.0, f64::max);
    let message = || -> String { format!("{what}: {actual:?} instead of {expected:?}") };
    assert!(worst <= 1e-5, "{}", message());
}
