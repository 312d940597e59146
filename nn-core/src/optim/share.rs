//! The rest of a share after many steps.

/// `1 - beta`; not a number if `beta` is no share.
pub(super) fn rest(beta: f64) -> f32 {
    Share::new(beta).map_or(f32::NAN, Share::rest)
}

/// `1 - beta^(step + 1)`, which divides a mean over the steps up to and including `step`, counted from 0, so that the zeros it began with do not
/// count; correctly rounded but for a millionth of a unit in the last place, not a number if `beta` is no share.
pub(super) fn rest_after(beta: f64, step: u64) -> f32 {
    Share::new(beta).map_or(f32::NAN, |share| share.after(step).rest())
}

/// `beta^(step + 1)`, in doubles, for formulas that need them.
pub(super) fn decayed(beta: f64, step: u64) -> f64 {
    let share = Share::new(beta).map(|share| share.after(step));
    share.map_or(f64::NAN, |Share(share)| share as f64 * f64::from(UNIT))
}

/// A share of at least 0 and below 1 that stays from step to step, such as `beta_1`, in units of 2^-64.
///
/// `1 - share^steps` is small at first, and as an `f32` it would have lost most of its digits. In whole numbers nothing is lost, and a processor without
/// doubles needs no arithmetic on them. Nothing is remembered from step to step either, so a training that is resumed has the same numbers.
#[derive(Clone, Copy)]
pub(super) struct Share(u64);

/// 2^-64.
const UNIT: f32 = 1.0 / 18_446_744_073_709_551_616.0;

impl Share {
    /// The share, exact down to 2^-12 and cut to the unit below; `None` for a number that is none.
    fn new(value: f64) -> Option<Self> {
        let bits = value.to_bits();
        let mantissa = (bits & ((1 << 52) - 1)) | (1 << 52);
        // A mantissa counts in units of 2^-11 at this exponent, which is that of 0.5, and half of it at the next below.
        match bits >> 52 {
            exponent @ 1012..=1022 => Some(Self(mantissa << (exponent - 1011))),
            exponent @ 0..=1011 => Some(Self(
                mantissa.checked_shr(1011 - exponent as u32).unwrap_or(0),
            )),
            _ if value == 0.0 => Some(Self(0)),
            _ => None,
        }
    }

    /// `1 - self`.
    fn rest(self) -> f32 {
        match self.0 {
            0 => 1.0,
            share => share.wrapping_neg() as f32 * UNIT,
        }
    }

    /// The share of a share.
    fn of(self, other: Self) -> Self {
        if cfg!(target_pointer_width = "64") {
            return Self(((u128::from(self.0) * u128::from(other.0)) >> 64) as u64);
        }
        // What a processor of 32 bits has instructions for.
        let halves = |Self(value)| (value >> 32, value & 0xffff_ffff);
        let ((a, b), (c, d)) = (halves(self), halves(other));
        let middle = a * d + ((b * d) >> 32);
        let (over, under) = halves(Self(middle));
        Self(a * c + over + ((b * c + under) >> 32))
    }

    /// The share that is left after so many steps, and one more.
    fn after(self, steps: u64) -> Self {
        let mut left = self;
        let Some(exponent) = steps.checked_add(1) else {
            return Self(0);
        };
        let below_highest = exponent.ilog2();
        for bit in (0..below_highest).rev() {
            left = left.of(left);
            if (exponent >> bit) & 1 == 1 {
                left = left.of(self);
            }
            if left.0 == 0 {
                break;
            }
        }
        left
    }
}
