use super::*;
use std::io::Write;

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
