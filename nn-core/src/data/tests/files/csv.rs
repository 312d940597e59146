use super::*;

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
