//! Options that cost memory are part of an optimiser's type, so that nobody pays for state that is not used:
//! `Sgd` has none, `Sgd<On>` (made by `.momentum(0.9)`) one value per parameter.

use crate::plain::Plain;

/// Whether an option that needs state is used: [`On`] or [`Off`].
pub trait Switch: Copy + core::fmt::Debug + PartialEq + 'static {
    /// Whether it is.
    const ON: bool;
    /// 1 or 0.
    const SLOTS: usize = Self::ON as usize;
    /// `G` or nothing.
    type Slot<G: Plain>: Plain;
}

/// The option is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct On;
/// The option is not used and takes no memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Off;

impl Switch for On {
    const ON: bool = true;
    type Slot<G: Plain> = G;
}
impl Switch for Off {
    const ON: bool = false;
    type Slot<G: Plain> = ();
}

/// State that is always there and state that depends on options.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Join<A, B> {
    first: A,
    rest: B,
}

crate::plain::mark!([A: Plain, B: Plain] Join<A, B> { first, rest });
