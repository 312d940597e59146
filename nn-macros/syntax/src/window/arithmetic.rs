//! The number of places of a window along one axis, from numbers that the macro knows. `nn_core::__private` has the same for
//! `const` sizes.
//!
//! The formulas are Keras's (`compute_conv_output_shape`, `compute_conv_transpose_output_shape`, TensorFlow's `SAME`) and, for
//! explicit padding, PyTorch's (`Conv2d`, `ConvTranspose2d`).

use crate::shape::MOST_VALUES;

/// A window along one axis; no number is 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    /// Values along the axis of what comes in.
    pub(super) input: u64,
    pub(super) kernel: u64,
    pub(super) stride: u64,
    pub(super) dilation: u64,
}

/// The padding of an axis.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pad {
    /// By so much at either end.
    By(u64),
    /// As much as it takes for `input / stride` places, rounded up; the smaller half before.
    Same,
    /// So much before that no place sees what comes after it.
    Causal,
}

/// The places of the window, and the padding before the first value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Places {
    pub(super) output: u64,
    pub(super) before: u64,
}

/// The reason why there are no places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Misfit {
    /// The window is larger than what it slides over, as this arithmetic shows.
    Nothing(String),
    /// More than any machine could address.
    TooMuch(String),
    /// An `output_padding` that is not from this to this, so that the window would have another number of places.
    OutputPadding(u64, u64),
}

impl Axis {
    /// From the window's first value to its last; `None` if no machine could address as many.
    pub(super) fn reach(self) -> Option<u64> {
        let gaps = self.kernel.saturating_sub(1);
        let reach = self.dilation.checked_mul(gaps)?.checked_add(1)?;
        Some(reach).filter(|reach| *reach <= MOST_VALUES)
    }

    /// The reach as the user reads it in a formula.
    fn reach_text(self) -> String {
        match self.dilation {
            1 => self.kernel.to_string(),
            dilation => format!("({dilation}*({} - 1) + 1)", self.kernel),
        }
    }

    /// A window that slides over the axis: convolutions and pools.
    pub(super) fn slide(self, pad: Pad) -> Result<Places, Misfit> {
        let Self { input, stride, .. } = self;
        let reach = self
            .reach()
            .ok_or_else(|| Misfit::TooMuch(self.reach_text()))?;
        let (n, s, r) = (
            i128::from(input),
            i128::from(stride.max(1)),
            i128::from(reach),
        );
        let (output, before) = match pad {
            Pad::By(by) => {
                let p = i128::from(by);
                let output = (n + 2 * p - r).div_euclid(s) + 1;
                if output < 1 {
                    let reach = self.reach_text();
                    let formula = format!("({input} + 2*{by} - {reach}) / {stride} + 1 = {output}");
                    return Err(Misfit::Nothing(formula));
                }
                (output, p)
            }
            Pad::Same => {
                let output = (n - 1).div_euclid(s) + 1;
                (output, ((output - 1) * s + r - n).max(0) / 2)
            }
            Pad::Causal => ((n - 1).div_euclid(s) + 1, r - 1),
        };
        places(output, before, || format!("{input} + 2*{before}"))
    }

    /// The window whose places are the axis: transposed convolutions. `output` is what it slides over.
    ///
    /// `extra` is an `output_padding` that is written.
    pub(super) fn slide_back(self, pad: Pad, extra: Option<u64>) -> Result<Places, Misfit> {
        let Self { input, stride, .. } = self;
        let reach = self
            .reach()
            .ok_or_else(|| Misfit::TooMuch(self.reach_text()))?;
        let (n, s, r) = (
            i128::from(input),
            i128::from(stride.max(1)),
            i128::from(reach),
        );
        let steps = (n - 1).saturating_mul(s);
        let written = extra.map(i128::from);
        let least = match pad {
            Pad::By(_) => 0,
            Pad::Same | Pad::Causal => 1 - reach % 2,
        };
        let most = stride.saturating_sub(1);
        if extra.is_some_and(|extra| extra < least || extra > most) {
            return Err(Misfit::OutputPadding(least, most));
        }
        let (output, before) = match (pad, written) {
            // Keras without an `output_padding` leaves no gap between strides that are longer than the kernel.
            (Pad::By(0), None) => (steps.saturating_add(r.max(s)), 0),
            (Pad::By(by), _) => {
                let p = i128::from(by);
                let output = steps.saturating_add(r + written.unwrap_or(0)) - 2 * p;
                if output < 1 {
                    let reach = self.reach_text();
                    let formula = format!("({input} - 1)*{stride} + {reach} - 2*{by} = {output}");
                    return Err(Misfit::Nothing(formula));
                }
                (output, p)
            }
            (Pad::Same | Pad::Causal, None) => (n.saturating_mul(s), (r - s).max(0) / 2),
            (Pad::Same | Pad::Causal, Some(extra)) => {
                let more = r % 2 + extra;
                (steps.saturating_add(more), (r - more).max(0) / 2)
            }
        };
        places(output, before, || {
            format!("({input} - 1)*{stride} + {}", self.reach_text())
        })
    }
}

/// Both numbers, unless no machine could address as many; then `formula`.
fn places(output: i128, before: i128, formula: impl FnOnce() -> String) -> Result<Places, Misfit> {
    let address = |value: i128| {
        u64::try_from(value)
            .ok()
            .filter(|value| *value <= MOST_VALUES)
    };
    match (address(output), address(before)) {
        (Some(output), Some(before)) => Ok(Places { output, before }),
        _ => Err(Misfit::TooMuch(formula())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis([input, kernel, stride, dilation]: [u64; 4]) -> Axis {
        Axis {
            input,
            kernel,
            stride,
            dilation,
        }
    }

    fn some(output: u64, before: u64) -> Result<Places, Misfit> {
        Ok(Places { output, before })
    }

    /// Written out with Python from Keras's `compute_conv_output_shape` and TensorFlow's `SAME`:
    /// input, kernel, stride, dilation; places if valid; places and padding before if same.
    const KERAS: [([u64; 4], u64, (u64, u64)); 12] = [
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
        for (numbers, valid, (same, before)) in KERAS {
            let axis = axis(numbers);
            assert_eq!(axis.slide(Pad::By(0)), some(valid, 0), "{axis:?}");
            assert_eq!(axis.slide(Pad::Same), some(same, before), "{axis:?}");
        }
        assert_eq!(axis([9, 3, 1, 2]).slide(Pad::Causal), some(9, 4));
        assert_eq!(axis([9, 3, 2, 1]).slide(Pad::Causal), some(5, 2));
        assert_eq!(axis([6, 3, 2, 1]).slide(Pad::By(1)), some(3, 1));
    }

    #[test]
    fn transposed_windows_are_as_long_as_in_keras() {
        // Keras: valid (n - 1) s + max(k, s), same n s; PyTorch: (n - 1) s + k - 2 p.
        for (numbers, valid, (same, before)) in [
            ([6, 3, 2, 1], 13, (12, 0)),
            ([5, 3, 2, 1], 11, (10, 0)),
            ([5, 2, 3, 1], 15, (15, 0)),
            ([7, 5, 2, 1], 17, (14, 1)),
            ([4, 3, 1, 2], 8, (4, 2)),
            ([1, 4, 1, 1], 4, (1, 1)),
        ] {
            let axis = axis(numbers);
            assert_eq!(
                axis.slide_back(Pad::By(0), None),
                some(valid, 0),
                "{axis:?}"
            );
            assert_eq!(
                axis.slide_back(Pad::Same, None),
                some(same, before),
                "{axis:?}"
            );
        }
        assert_eq!(axis([7, 4, 2, 1]).slide_back(Pad::By(1), None), some(14, 1));
    }

    /// The window whose gradient a transposed convolution is has the transposed one's input as its places.
    #[test]
    fn sliding_undoes_sliding_back() {
        for n in 1..9 {
            for k in 1..6 {
                for s in 1..5 {
                    for d in 1..4 {
                        for pad in [Pad::By(0), Pad::By(1), Pad::Same] {
                            for extra in [None, Some(0), Some(s - 1)] {
                                let Ok(back) = axis([n, k, s, d]).slide_back(pad, extra) else {
                                    continue;
                                };
                                let forward = axis([back.output, k, s, d]).slide(pad);
                                assert_eq!(
                                    forward,
                                    some(n, back.before),
                                    "{n} {k} {s} {d} {pad:?} {extra:?}"
                                );
                            }
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_shown_with_its_arithmetic() {
        let nothing = |text: &str| Err(Misfit::Nothing(text.to_owned()));
        assert_eq!(
            axis([28, 31, 1, 1]).slide(Pad::By(0)),
            nothing("(28 + 2*0 - 31) / 1 + 1 = -2")
        );
        assert_eq!(
            axis([8, 5, 2, 3]).slide(Pad::By(1)),
            nothing("(8 + 2*1 - (3*(5 - 1) + 1)) / 2 + 1 = -1")
        );
        assert_eq!(
            axis([2, 3, 1, 1]).slide_back(Pad::By(2), None),
            nothing("(2 - 1)*1 + 3 - 2*2 = 0")
        );
    }

    /// Keras: valid (n - 1) s + k + extra, same (n - 1) s + k % 2 + extra.
    #[test]
    fn an_output_padding_is_added() {
        let axis = axis([5, 3, 2, 1]);
        assert_eq!(axis.slide_back(Pad::By(0), Some(0)), some(11, 0));
        assert_eq!(axis.slide_back(Pad::By(0), Some(1)), some(12, 0));
        assert_eq!(axis.slide_back(Pad::By(1), Some(1)), some(10, 1));
        assert_eq!(axis.slide_back(Pad::Same, Some(0)), some(9, 1));
        assert_eq!(axis.slide_back(Pad::Same, Some(1)), some(10, 0));
        let refused = Err(Misfit::OutputPadding(0, 1));
        assert_eq!(axis.slide_back(Pad::By(0), Some(2)), refused);
    }

    #[test]
    fn no_number_overflows() {
        let numbers = [
            0,
            1,
            2,
            3,
            1 << 31,
            1 << 61,
            1 << 62,
            u64::MAX - 1,
            u64::MAX,
        ];
        for n in numbers {
            for k in numbers {
                for s in numbers {
                    for d in numbers {
                        for pad in [
                            Pad::By(0),
                            Pad::By(1 << 62),
                            Pad::By(u64::MAX),
                            Pad::Same,
                            Pad::Causal,
                        ] {
                            let axis = axis([n, k, s, d]);
                            let back = [None, Some(1), Some(u64::MAX)]
                                .map(|extra| axis.slide_back(pad, extra));
                            let _ = (axis.slide(pad), back);
                        }
                    }
                }
            }
        }
    }
}
