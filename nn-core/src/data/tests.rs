use super::*;
use crate::golden::{Case, assert_close};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use std::vec::Vec;

fn rows<const N: usize>(case: &Case) -> Vec<SVector<f32, N>> {
    let values = case.tensor_f32("/inputs/x");
    values.chunks(N).map(SVector::from_column_slice).collect()
}

#[test]
fn min_max_scaler_is_that_of_scikit_learn() {
    let case = Case::read("preprocess__min_max_scaler");
    let samples = rows::<1>(&case);
    let scaler = MinMaxScaler::fit(&samples).unwrap();
    assert_close(
        "min",
        scaler.min.as_slice(),
        &case.tensor("/output/data_min"),
    );
    assert_close(
        "max",
        scaler.max.as_slice(),
        &case.tensor("/output/data_max"),
    );
    let mut scaled = samples.clone();
    scaled.iter_mut().for_each(|x| scaler.transform(x));
    assert_close(
        "scaled",
        scaled.concat_values().as_slice(),
        &case.tensor("/output/scaled"),
    );
    scaled.iter_mut().for_each(|x| scaler.inverse(x));
    for (back, x) in scaled.iter().zip(&samples) {
        assert!((back - x).amax() < 1e-4);
    }
}

#[test]
fn standard_scaler_is_that_of_scikit_learn() {
    let case = Case::read("preprocess__standard_scaler");
    let samples = rows::<2>(&case);
    let scaler = StandardScaler::fit(&samples).unwrap();
    let mut scaled = samples.clone();
    scaled.iter_mut().for_each(|x| scaler.transform(x));
    assert_close(
        "scaled",
        scaled.concat_values().as_slice(),
        &case.tensor("/output/scaled"),
    );
    scaled.iter_mut().for_each(|x| scaler.inverse(x));
    for (back, x) in scaled.iter().zip(&samples) {
        assert!((back - x).amax() < 1e-5);
    }
}

trait ConcatValues {
    fn concat_values(&self) -> Vec<f32>;
}

impl<const N: usize> ConcatValues for Vec<SVector<f32, N>> {
    fn concat_values(&self) -> Vec<f32> {
        self.iter().flat_map(|x| x.iter().copied()).collect()
    }
}

#[test]
fn one_hot_is_that_of_keras() {
    let case = Case::read("preprocess__one_hot");
    let labels = case.tensor("/inputs/labels");
    let hot: Vec<_> = labels
        .iter()
        .map(|&label| one_hot::<4>(label as u8).unwrap())
        .collect();
    assert_close(
        "one hot",
        &hot.concat_values(),
        &case.tensor("/output/one_hot"),
    );
    assert_eq!(one_hot::<0>(0_usize), None);
    assert_eq!(one_hot::<3>(usize::MAX), None);
}

#[test]
fn constant_columns_and_single_samples_stay_finite() {
    let constant = [SVector::from([0.1_f32, -7e8]); 31];
    let mut x = SVector::from([0.1, -7e8]);
    StandardScaler::fit(&constant).unwrap().transform(&mut x);
    assert_eq!(x, SVector::from([0.0, 0.0]));
    let mut x = SVector::from([0.6, -7e8]);
    MinMaxScaler::fit(&constant[..1]).unwrap().transform(&mut x);
    assert_eq!(x, SVector::from([0.5, 0.0]));
    // The range is more than an `f32` holds.
    let wide = [SVector::from([f32::MIN]), SVector::from([f32::MAX])];
    let mut x = SVector::from([f32::MAX]);
    MinMaxScaler::fit(&wide).unwrap().transform(&mut x);
    assert_eq!(x[0], 1.0);
    StandardScaler::fit(&wide).unwrap().transform(&mut x);
    assert!(x[0].is_finite());
}

#[test]
fn scalers_say_which_value_is_not_finite() {
    let samples = [SVector::from([1.0, 2.0]), SVector::from([3.0, f32::NAN])];
    let expected = "sample 1: input value 1 is NaN";
    let min_max = MinMaxScaler::fit(&samples).unwrap_err();
    let standard = StandardScaler::fit(&samples).unwrap_err();
    for error in [min_max, standard] {
        assert!(std::format!("{error}").starts_with(expected), "{error}");
    }
    let nothing: [SVector<f32, 2>; 0] = [];
    assert!(matches!(
        MinMaxScaler::fit(&nothing),
        Err(crate::Error::Empty { .. })
    ));
    assert!(matches!(
        StandardScaler::fit(&nothing),
        Err(crate::Error::Empty { .. })
    ));
}

#[test]
fn a_split_loses_nothing_and_repeats() {
    let mut rng = SmallRng::seed_from_u64(9);
    for _ in 0..300 {
        let len = rng.random_range(1..60);
        let (validation, test) = (rng.random_range(0.0..0.6), rng.random_range(0.0..0.6));
        let seed = rng.random();
        let run = |by_class: bool| {
            let mut samples: Vec<usize> = (0..len).collect();
            let rng = &mut SmallRng::seed_from_u64(seed);
            let parts = if by_class {
                split_by_class(&mut samples, validation, test, rng, |sample| sample % 3)
            } else {
                split(&mut samples, validation, test, rng)
            };
            parts.map(|parts| [parts.train, parts.validation, parts.test].map(|part| part.to_vec()))
        };
        for by_class in [false, true] {
            let parts = run(by_class);
            assert_eq!(parts, run(by_class));
            let Ok(parts) = parts else { continue };
            let mut all = parts.concat();
            all.sort_unstable();
            assert!(all.into_iter().eq(0..len));
            assert!(!parts[0].is_empty());
            if by_class {
                for class in 0..3 {
                    let count = |part: &[usize]| part.iter().filter(|s| *s % 3 == class).count();
                    let total = (0..len).filter(|s| s % 3 == class).count() as f64;
                    assert!((count(&parts[2]) as f64 - test * total).abs() <= 0.5);
                    assert!((count(&parts[1]) as f64 - validation * total).abs() <= 1.0);
                }
            }
        }
    }
}

#[test]
fn a_split_that_leaves_nothing_is_an_error() {
    let mut rng = SmallRng::seed_from_u64(0);
    let mut samples = [1, 2, 3];
    for (validation, test) in [
        (0.01, 0.0),
        (0.0, 1.0),
        (0.5, 0.5),
        (-0.1, 0.0),
        (f64::NAN, 0.0),
        (0.0, 0.9),
    ] {
        let error = split(&mut samples, validation, test, &mut rng).unwrap_err();
        assert!(matches!(error, crate::Error::Option { .. }), "{error}");
        let error = split_by_class(&mut samples, validation, test, &mut rng, |_| 0).unwrap_err();
        assert!(matches!(error, crate::Error::Option { .. }), "{error}");
    }
    assert!(split::<u8, _>(&mut [], 0.1, 0.1, &mut rng).is_err());
    let all = split(&mut samples, 0.0, 0.0, &mut rng).unwrap();
    assert_eq!(
        (all.train.len(), all.validation.len(), all.test.len()),
        (3, 0, 0)
    );
}

#[cfg(feature = "std")]
mod files {
    use super::*;
    use std::format;
    use std::io::Write;
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
    fn columns_become_numbers_and_classes() {
        let table = table("a, b ,kind,sex\n1,2,10,\"f\"\n -3 ,4e1,9,m\n5,6,9,\"f\"\n");
        assert_eq!(table.names(), ["a", "b", "kind", "sex"]);
        assert_eq!(table.len(), 3);
        let inputs = table.inputs(["b", "a"]).unwrap();
        assert_eq!(inputs[1], SVector::from([40.0, -3.0]));
        assert_eq!(
            table.inputs_without::<2>(&["kind", "sex"]).unwrap()[0],
            SVector::from([1.0, 2.0])
        );
        assert_eq!(table.column_as::<u8>("kind").unwrap(), [10, 9, 9]);
        // By value, not by alphabet.
        assert_eq!(table.classes(&["kind"]).unwrap().names, ["9", "10"]);
        let pairs = table.classes(&["sex", "kind"]).unwrap();
        assert_eq!(pairs.names, ["f 10", "f 9", "m 9"]);
        assert_eq!(pairs.labels, [0, 2, 1]);
    }

    #[test]
    fn other_delimiters_and_no_header() {
        let csv = Csv::new().delimiter(b';').no_header();
        let table = csv.from_reader("1;2\n3;4\n".as_bytes()).unwrap();
        assert_eq!(
            table.inputs(["1"]).unwrap(),
            [SVector::from([2.0]), SVector::from([4.0])]
        );
    }

    #[test]
    fn malformed_csv_says_where_and_what_to_do() {
        let read = |bytes: &[u8]| Csv::new().from_reader(bytes);
        assert_error(
            read(b""),
            "the data, line 1: the file is empty; it should begin with a line of column names",
        );
        assert_error(
            read(b"a,b\n"),
            "the data, line 2: there are no rows after the column names",
        );
        assert_error(
            read(b"a,b\n1,2\n3\n"),
            "the data, line 3: number of columns: 1 instead of 2; add or remove columns, or quote a text that holds the delimiter",
        );
        assert_error(
            read(b"a,b\n1,\xff\n"),
            "the data, line 2: column 2 is not UTF-8; save the file as UTF-8",
        );
        let table = table("a,b,b\n1,x,2\n\n\"3\n\",,inf\n4,1e99,5\n");
        assert_error(
            table.inputs(["b"]),
            "the data: two columns are named `b`; rename one",
        );
    }

    #[test]
    fn wrong_fields_say_where_and_what_to_do() {
        let table = table("a,b,c\n1,x,2\n\n\"3\n\",,inf\n4,1e99,5\n");
        assert_error(
            table.inputs(["b"]),
            "the data, line 2, column `b`: `x` is not a number; write it like `-1.5` or `2e-3`, or leave the column out",
        );
        assert_error(
            table.inputs(["c"]),
            "the data, line 4, column `c`: `inf` is not a finite number; fill the gap (`Table::fill_missing`) or drop the row (`Table::drop_missing`)",
        );
        assert_error(
            table.inputs(["d"]),
            "the data: there is no column `d`; there are `a`, `b`, `c`",
        );
        assert_error(
            table.inputs_without::<1>(&["a"]),
            "the data: 2 columns are left, but an input has 1; leave out others, or declare the network with 2 inputs",
        );
        assert_error(
            table.classes(&["b"]),
            "the data, line 4, column `b`: empty, but every row needs a class; fill it in or drop the row (`Table::drop_missing`)",
        );
        assert_error(
            table.classes(&[]),
            "the data: no column is named; name the one that holds the class",
        );
        assert_error(
            table.column_as::<u8>("c"),
            "the data, line 4, column `c`: `inf` is not a value of type `u8`",
        );
    }

    #[test]
    fn lines_are_those_of_an_editor() {
        for end in ["\n", "\r\n", "\r"] {
            let text = "\u{feff}a,b\n\n1,2\n\"3\n3\",4\n\n\n5,x\n".replace('\n', end);
            let error = table(&text).inputs(["b"]).unwrap_err();
            let (line, column) = (8, "b".to_string());
            assert_eq!(error.place(), &Place::Field { line, column }, "{end:?}");
            let text = "a,b\n\n1,2\n\n3,4,5\n".replace('\n', end);
            let error = Csv::new().from_reader(text.as_bytes()).unwrap_err();
            assert_eq!(error.place(), &Place::Line(5), "{end:?}");
        }
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

    fn idx(dimensions: &[u32], values: &[u8]) -> Vec<u8> {
        let mut file = std::vec![0, 0, 8, dimensions.len() as u8];
        file.extend(dimensions.iter().flat_map(|d| d.to_be_bytes()));
        file.extend(values);
        file
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn idx_is_read_packed_and_not() {
        let file = idx(&[2, 2, 1], &[0, 255, 51, 102]);
        for bytes in [gzip(&file), file] {
            let images = Idx::from_reader(&bytes[..]).unwrap();
            assert_eq!(images.len(), 2);
            let inputs: Vec<SVector<f32, 2>> = images.inputs().unwrap();
            assert_eq!(
                inputs,
                [SVector::from([0.0, 1.0]), SVector::from([0.2, 0.4])]
            );
            assert_error(
                images.inputs::<SVector<f32, 3>>(),
                "the data: each item is 2 x 1, 2 values, but an input has 3; declare the network with 2 inputs",
            );
            assert_error(
                images.labels(),
                "the data: each item is 2 x 1, but a label is one byte; this looks like the file of the images",
            );
        }
        let labels = Idx::from_reader(&idx(&[3], &[7, 1, 0])[..]).unwrap();
        assert_eq!(labels.labels().unwrap(), [7, 1, 0]);
    }

    #[test]
    fn malformed_idx_says_where_and_what_to_do() {
        let read = |bytes: &[u8]| Idx::from_reader(bytes);
        assert_error(
            read(b""),
            "the data, byte 0: the file ends before or within the magic number",
        );
        assert_error(
            read(b"a,b\n1,2"),
            "the data, byte 0: begins with 0x61 0x2c instead of two zeros; this is not an IDX file",
        );
        assert_error(
            read(&[0, 0, 0x0d, 1]),
            "the data, byte 2: values of type 0x0d; only unsigned bytes, type 0x08, can be read",
        );
        assert_error(
            read(&idx(&[], &[])),
            "the data, byte 3: no dimensions; there must be at least one",
        );
        assert_error(
            read(&idx(&[1, 0], &[])),
            "the data, byte 8: a dimension of 0; there is nothing in this file",
        );
        assert_error(
            read(&idx(&[1, 2], &[])[..10]),
            "the data, byte 8: the file ends before or within the dimensions",
        );
        assert_error(
            read(&idx(&[2, 2], &[1, 2, 3])),
            "the data, byte 15: the file ends after 3 values, but dimensions 2 x 2 are 4; it is cut off",
        );
        assert_error(
            read(&idx(&[2], &[1, 2, 3])),
            "the data, byte 10: more follows after the 2 values of dimensions 2; the header is damaged",
        );
        // Neither of these may allocate what it promises.
        let promise = u32::MAX.to_string();
        assert_error(
            read(&idx(&[u32::MAX; 3], &[1])),
            &format!(
                "the data, byte 4: dimensions {promise} x {promise} x {promise} are more than memory can hold; the header is damaged"
            ),
        );
        assert_error(
            read(&idx(&[u32::MAX; 1], &[1])),
            &format!(
                "the data, byte 9: the file ends after 1 values, but dimensions {promise} are {promise}; it is cut off"
            ),
        );
    }

    #[test]
    fn damaged_gzip_is_an_error_at_any_cut() {
        let values: Vec<u8> = (0..200_u32).map(|i| (i * i) as u8).collect();
        let packed = gzip(&idx(&[200], &values));
        assert!(Idx::from_reader(&packed[..]).is_ok());
        for len in 0..packed.len() {
            assert!(Idx::from_reader(&packed[..len]).is_err(), "{len}");
        }
        for i in 0..packed.len() {
            let mut damaged = packed.clone();
            damaged[i] ^= 0x55;
            // Some bytes of the header do not matter; none may panic.
            let _ = Idx::from_reader(&damaged[..]);
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
}

#[test]
fn a_class_that_changes_when_asked_again_is_an_error() {
    use core::cell::RefCell;
    let mut errors = 0;
    for seed in 0..50 {
        let class = RefCell::new(SmallRng::seed_from_u64(seed));
        let mut samples: [u32; 40] = core::array::from_fn(|i| i as u32);
        let result = split_by_class(
            &mut samples,
            0.2,
            0.2,
            &mut SmallRng::seed_from_u64(seed),
            |_| class.borrow_mut().random_range(0..5),
        );
        errors += usize::from(result == Err(crate::Error::Classes));
        samples.sort_unstable();
        assert!(
            samples
                .iter()
                .enumerate()
                .all(|(i, sample)| i as u32 == *sample)
        );
    }
    assert_eq!(errors, 50);
}

#[cfg(feature = "std")]
mod missing {
    use super::super::{Csv, Filling, Table};
    use std::string::ToString;
    use std::vec;

    fn table(text: &str) -> Table {
        Csv::new().from_reader(text.as_bytes()).unwrap()
    }

    #[test]
    fn classes_of_several_columns_do_not_run_together() {
        let classes = table("a,b\ndark blue,crab\ndark,blue crab\nred,crab\ndark,blue crab\n")
            .classes(&["a", "b"])
            .unwrap();
        assert_eq!(classes.labels, [1, 0, 2, 0]);
        assert_eq!(
            classes.names,
            [
                "\"dark\" \"blue crab\"",
                "\"dark blue\" \"crab\"",
                "\"red\" \"crab\""
            ]
        );
    }

    /// Three of five rows have a gap.
    const GAPS: &str = "bill,mass,kind\n39,1,a\nNaN,2,b\n40,,a\n48,9,?\n41.5,n/a,b\n";

    #[test]
    fn rows_with_gaps_are_dropped() {
        let mut all = table(GAPS);
        assert_eq!(all.drop_missing(&[]).unwrap(), 4);
        assert_eq!(all.len(), 1);
        let mut some = table(GAPS);
        assert_eq!(some.drop_missing(&["bill", "kind"]).unwrap(), 2);
        assert_eq!(
            some.column_as::<f32>("bill").unwrap(),
            vec![39.0, 40.0, 41.5]
        );
        let mut none = table("a,b\n1,\n,2\n");
        let error = none.drop_missing(&[]).unwrap_err().to_string();
        assert!(
            error.ends_with(
                "every row has a missing value; name the columns that matter, or fill the gaps"
            ),
            "{error}"
        );
        assert_eq!(none.len(), 2);
    }

    #[test]
    fn gaps_are_filled() {
        let mut mean = table(GAPS);
        assert_eq!(
            mean.fill_missing(&["bill", "mass"], Filling::Mean).unwrap(),
            vec![42.125, 4.0]
        );
        assert_eq!(
            mean.column_as::<f32>("bill").unwrap(),
            vec![39.0, 42.125, 40.0, 48.0, 41.5]
        );
        assert_eq!(
            mean.column_as::<f32>("mass").unwrap(),
            vec![1.0, 2.0, 4.0, 9.0, 4.0]
        );
        assert_eq!(
            mean.column_as::<std::string::String>("kind").unwrap()[3],
            "?"
        );
        assert_eq!(
            table(GAPS)
                .fill_missing(&["bill"], Filling::Median)
                .unwrap(),
            vec![40.75]
        );
        let mut value = table(GAPS);
        assert_eq!(
            value.fill_missing(&["mass"], Filling::Value(-0.1)).unwrap(),
            vec![-0.1]
        );
        assert_eq!(value.column_as::<f32>("mass").unwrap()[2], -0.1);
    }

    #[test]
    fn what_cannot_be_filled_is_an_error() {
        let error = |column, filling| {
            table("a,b,c\n1,,x\n,NA,2\n")
                .fill_missing(&[column], filling)
                .unwrap_err()
                .to_string()
        };
        assert!(error("b", Filling::Mean).ends_with(
            "column `b` has no value at all; leave it out, or fill it with `Filling::Value`"
        ));
        assert!(error("c", Filling::Median).contains("line 2, column `c`: `x` is not a number"));
        assert!(
            error("a", Filling::Value(f32::NAN)).contains("column `a` cannot be filled with NaN")
        );
        assert!(error("d", Filling::Mean).contains("there is no column `d`"));
    }
}
