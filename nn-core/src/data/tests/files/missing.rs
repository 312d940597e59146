use super::*;
use std::vec;

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
    assert!(error("a", Filling::Value(f32::NAN)).contains("column `a` cannot be filled with NaN"));
    assert!(error("d", Filling::Mean).contains("there is no column `d`"));
}
