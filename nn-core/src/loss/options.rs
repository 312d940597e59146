use super::Space;
use crate::activation::HeadKind;

/// Declares a loss with options: the struct, a constant of the same name with Keras's defaults, and a method for each option.
///
/// Struct and constant may share a name because a struct with braces lives in the namespace of types only.
/// A switch is off by default and turned on by its method. `literal` is part of the type, so that only one of the two ways is compiled.
macro_rules! options {
    (
        $(#[$attribute:meta])*
        pub struct $name:ident {
            $($(#[$option_attribute:meta])* $option:ident: $type:tt = $default:expr,)*
        } switches {
            $(#[$switch_attribute:meta])* literal,
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $name<L: $crate::optim::switch::Switch = $crate::optim::switch::Off> {
            $($option: $type,)*
            literal: core::marker::PhantomData<L>,
        }

        #[doc = concat!("[`", stringify!($name), "`](struct@", stringify!($name), ") with its defaults.")]
        #[allow(non_upper_case_globals)]
        pub const $name: $name = $name {
            $($option: $default,)*
            literal: core::marker::PhantomData,
        };

        impl $name {
            $(#[$switch_attribute])*
            #[must_use]
            pub const fn literal(self) -> $name<$crate::optim::switch::On> {
                $name {
                    $($option: self.$option,)*
                    literal: core::marker::PhantomData,
                }
            }
        }

        $crate::loss::options::methods!([L: $crate::optim::switch::Switch] $name<L> {
            $($(#[$option_attribute])* $option: $type,)*
        });

        impl Default for $name {
            fn default() -> Self { $name }
        }
    };
    (
        $(#[$attribute:meta])*
        pub struct $name:ident {
            $($(#[$option_attribute:meta])* $option:ident: $type:tt = $default:expr,)*
        }
        $(switches { $($(#[$switch_attribute:meta])* $switch:ident,)* })?
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $name {
            $($option: $type,)*
            $($($switch: bool,)*)?
        }

        #[doc = concat!("[`", stringify!($name), "`](struct@", stringify!($name), ") with its defaults.")]
        #[allow(non_upper_case_globals)]
        pub const $name: $name = $name {
            $($option: $default,)*
            $($($switch: false,)*)?
        };

        $crate::loss::options::methods!([] $name {
            $($(#[$option_attribute])* $option: $type,)*
        });

        impl $name {
            $($(
                $(#[$switch_attribute])*
                #[must_use]
                pub const fn $switch(mut self) -> Self {
                    self.$switch = true;
                    self
                }
            )*)?
        }

        impl Default for $name {
            fn default() -> Self { $name }
        }
    };
}
pub(super) use options;

/// The methods of a loss for its options, which are fields.
macro_rules! methods {
    ([$($generics:tt)*] $loss:ty { $($(#[$attribute:meta])* $option:ident: $type:tt,)* }) => {
        impl<$($generics)*> $loss {
            /// Whether every option is in its range.
            fn options_in_range(&self) -> $crate::Result<()> {
                $($crate::option::Checked::check(
                    self.$option,
                    stringify!($option),
                    const { $crate::option::Range::of(stringify!($option)) },
                )?;)*
                Ok(())
            }
            $(
                $(#[$attribute])*
                #[must_use]
                pub const fn $option(mut self, $option: $crate::loss::options::given!($type)) -> Self {
                    self.$option = $option as $type;
                    self
                }
            )*
        }
    };
}
pub(super) use methods;

/// The type in which an option is given: numbers as `f64`, like the options of optimisers, whatever the formula computes with.
macro_rules! given {
    (f32) => {
        f64
    };
    ($other:tt) => {
        $other
    };
}
pub(super) use given;

/// The values whose gradient a cross-entropy takes: those before a softmax or sigmoid, unless the formula on the outputs is asked for.
#[inline(always)]
pub(super) fn crossentropy_space(head: HeadKind, literal: bool) -> Space {
    match head {
        HeadKind::Softmax | HeadKind::Sigmoid if !literal => Space::Logits,
        _ => Space::Output,
    }
}
