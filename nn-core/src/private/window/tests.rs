use super::*;

/// input, kernel, stride, dilation; places if valid; places and padding before if same: the table that `nn-macros` has too, from Keras's
/// `compute_conv_output_shape` and TensorFlow's `SAME`.
const KERAS: [([usize; 4], usize, (usize, usize)); 12] = [
    ([28, 5, 1, 1], 24, (28, 2)),
    ([28, 2, 2, 1], 14, (14, 0)),
    ([5, 2, 2, 1], 2, (3, 0)),
    ([6, 3, 2, 1], 2, (3, 0)),
    ([5, 3, 2, 1], 2, (3, 1)),
    ([9, 3, 1, 2], 5, (9, 2)),
    ([6, 2, 1, 2], 4, (6, 1)),
    ([6, 2, 2, 1], 3, (3, 0)),
    ([7, 4, 3, 1], 2, (3, 1)),
    ([10, 1, 4, 1], 3, (3, 0)),
    ([1, 1, 1, 1], 1, (1, 0)),
    ([32, 3, 1, 4], 24, (32, 4)),
];

#[test]
fn windows_slide_as_in_keras() {
    for ([n, k, s, d], valid, same) in KERAS {
        assert_eq!(window_out(n, k, s, d, 0), valid, "{n} {k} {s} {d}");
        let places = (same_out(n, k, s, d), same_before(n, k, s, d));
        assert_eq!(places, same, "{n} {k} {s} {d}");
    }
    assert_eq!(causal_before(9, 3, 1, 2), 4);
    assert_eq!(window_out(6, 3, 2, 1, 1), 3);
    assert_eq!(window_out(28, 31, 1, 1, 0), 0);
}

#[test]
fn transposed_windows_are_as_long_as_in_keras() {
    for ([n, k, s, d], valid, (same, before)) in [
        ([6, 3, 2, 1], 13, (12, 0)),
        ([5, 3, 2, 1], 11, (10, 0)),
        ([5, 2, 3, 1], 15, (15, 0)),
        ([7, 5, 2, 1], 17, (14, 1)),
        ([4, 3, 1, 2], 8, (4, 2)),
        ([1, 4, 1, 1], 4, (1, 1)),
    ] {
        assert_eq!(window_back_out(n, k, s, d, 0), valid, "{n} {k} {s} {d}");
        assert_eq!(n * s, same);
        assert_eq!(same_back_before(n, k, s, d), before, "{n} {k} {s} {d}");
    }
    assert_eq!(window_back_out(7, 4, 2, 1, 1), 14);
    assert_eq!(window_back_out_padded(5, 3, 2, 1, 1, 1), 10);
    let same = |extra| {
        (
            same_back_out_padded(5, 3, 2, 1, extra),
            same_back_before_padded(5, 3, 2, 1, extra),
        )
    };
    assert_eq!([same(0), same(1)], [(9, 1), (10, 0)]);
}

#[test]
fn no_number_overflows() {
    let numbers = [0, 1, 2, usize::MAX / 2, usize::MAX - 1, usize::MAX];
    for n in numbers {
        for k in numbers {
            for s in numbers {
                for d in numbers {
                    let _ = (same_out(n, k, s, d), same_before(n, k, s, d));
                    let _ = (same_back_before(n, k, s, d), causal_before(n, k, s, d));
                    let _ = (group_channels(n, k), padded(n, k, s));
                    for p in numbers {
                        let _ = (window_out(n, k, s, d, p), window_back_out(n, k, s, d, p));
                        let _ = window_back_out_padded(n, k, s, d, p, d);
                        let _ = same_back_out_padded(n, k, s, d, p);
                        let _ = same_back_before_padded(n, k, s, d, p);
                    }
                }
            }
        }
    }
}
