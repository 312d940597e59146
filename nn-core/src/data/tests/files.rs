//! Data that are read from files.

mod csv;
mod idx;
mod missing;

use super::*;
use std::format;
use std::string::ToString;

/// The whole message; a message that only begins right is not a good one.
#[track_caller]
fn assert_error<T: core::fmt::Debug>(result: Result<T, Error>, expected: &str) {
    assert_eq!(result.unwrap_err().to_string(), expected);
}

fn table(text: &str) -> Table {
    Csv::new().from_reader(text.as_bytes()).unwrap()
}

#[test]
fn a_missing_file_is_named() {
    for error in [
        Csv::new().read("no/such.csv").unwrap_err(),
        Idx::read("no/such.csv").unwrap_err(),
    ] {
        assert!(
            error
                .to_string()
                .starts_with("`no/such.csv`: cannot be opened ("),
            "{error}"
        );
        assert!(std::error::Error::source(&error).is_some());
    }
}

#[test]
fn random_bytes_never_panic() {
    let mut rng = SmallRng::seed_from_u64(2);
    for _ in 0..2_000 {
        let len = rng.random_range(0..40);
        let mut bytes: Vec<u8> = (0..len)
            .map(|_| b"\0\0\x08\x01,\n\"1a\xff"[rng.random_range(0..10)])
            .collect();
        let _ = Idx::from_reader(&bytes[..]);
        if let Ok(table) = Csv::new().delimiter(rng.random()).from_reader(&bytes[..]) {
            let _ = table.inputs_without::<1>(&[]);
            let _ = table.classes(&[table.names()[0].as_str()]);
        }
        bytes.splice(0..0, [0, 0, 8]);
        let _ = Idx::from_reader(&bytes[..]);
    }
}

#[test]
fn the_data_sets_of_the_examples_are_read() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data");
    let crabs = Csv::new().read(folder.join("crabs.csv")).unwrap();
    assert_eq!(
        crabs.classes(&["sp", "sex"]).unwrap().names,
        ["B F", "B M", "O F", "O M"]
    );
    assert_eq!(
        crabs.inputs(["FL", "RW", "CL", "CW", "BD"]).unwrap().len(),
        200
    );
    let digits = Csv::new().read(folder.join("digits.csv")).unwrap();
    assert_eq!(
        digits.inputs_without::<64>(&["target"]).unwrap().len(),
        1797
    );
    assert_eq!(digits.classes(&["target"]).unwrap().names.len(), 10);
}
