//! The one place that knows what a value looks like in memory.
//!
//! Weights, gradients and optimiser state are structs made of nothing but `f32`; everything that works on "all the
//! parameters" works on them as one flat slice, and everything large is made in place from zero bytes. Both need
//! `unsafe`, which is confined to this module and reached through two marker traits.
#![allow(unsafe_code)]

use nalgebra::SMatrix;

/// A type for which all-zero bytes are a valid value.
///
/// # Safety
///
/// A value whose bytes are all zero must be valid.
pub unsafe trait Zeroed: Sized + 'static {}

/// A type that consists of `f32` values and nothing else.
///
/// # Safety
///
/// The type must be `repr(C)` or `repr(transparent)`, hold only fields that are `Plain`, and have no `Drop`.
/// Then it has no padding (every field is a run of `f32`), any bytes are a valid value, and it may be viewed as
/// a slice of `size / 4` floats. [`plain!`](crate::plain!) declares such a struct without `unsafe`.
pub unsafe trait Plain: Zeroed {}

// SAFETY: zero bytes are `0.0`; an `f32` is an `f32`.
unsafe impl Zeroed for f32 {}
// SAFETY: as above.
unsafe impl Plain for f32 {}
// SAFETY: zero bytes are `0`.
unsafe impl Zeroed for u32 {}
// SAFETY: no bytes at all.
unsafe impl Zeroed for () {}
// SAFETY: no bytes at all.
unsafe impl Plain for () {}
// SAFETY: wherever a tuple puts its fields, each finds zero bytes.
unsafe impl<A: Zeroed, B: Zeroed> Zeroed for (A, B) {}
// SAFETY: as above.
unsafe impl<A: Zeroed, B: Zeroed, C: Zeroed> Zeroed for (A, B, C) {}
// SAFETY: an array has the layout of its elements, without padding between them.
unsafe impl<T: Zeroed, const N: usize> Zeroed for [T; N] {}
// SAFETY: as above.
unsafe impl<T: Plain, const N: usize> Plain for [T; N] {}
// SAFETY: `Matrix` and `ArrayStorage` are `repr(transparent)` and `repr(transparent)` over `[[T; R]; C]`.
unsafe impl<T: Zeroed, const R: usize, const C: usize> Zeroed for SMatrix<T, R, C> {}
// SAFETY: as above.
unsafe impl<T: Plain, const R: usize, const C: usize> Plain for SMatrix<T, R, C> {}

/// The number of `f32` values in a `T`.
#[must_use]
pub const fn len<T: Plain>() -> usize {
    size_of::<T>() / size_of::<f32>()
}

/// A value of zero bytes, also in a `const` or `static`.
#[must_use]
#[inline(always)]
pub const fn zeroed<T: Zeroed>() -> T {
    // SAFETY: `Zeroed` says that zero bytes are valid.
    unsafe { core::mem::zeroed() }
}

/// Makes `value` one of zero bytes, in place.
#[inline]
pub const fn clear<T: Zeroed>(value: &mut T) {
    // SAFETY: `Zeroed` says that zero bytes are valid.
    unsafe { core::ptr::from_mut(value).write_bytes(0, 1) }
}

/// The pointer as one to `U`, which is aligned: a `T` without a single float, such as `()`, can be at any address,
/// but a reference to `U` or a slice, even an empty one, cannot.
#[inline(always)]
const fn aligned<T: Plain, U: Plain>(value: *const T) -> *const U {
    if size_of::<T>() == 0 {
        core::ptr::NonNull::dangling().as_ptr()
    } else {
        value.cast()
    }
}

/// All values of `value`, in memory order.
#[must_use]
#[inline(always)]
pub const fn as_slice<T: Plain>(value: &T) -> &[f32] {
    // SAFETY: `Plain` says that the value is `len` floats without padding; the lifetime is the borrow's.
    unsafe { core::slice::from_raw_parts(aligned(core::ptr::from_ref(value)), len::<T>()) }
}

/// All values of `value`, in memory order, to be changed in place.
#[must_use]
#[inline(always)]
pub const fn as_mut_slice<T: Plain>(value: &mut T) -> &mut [f32] {
    // SAFETY: as in `as_slice`; any float is a valid float, so no write can break the value.
    unsafe {
        core::slice::from_raw_parts_mut(
            aligned::<T, f32>(core::ptr::from_mut(value)).cast_mut(),
            len::<T>(),
        )
    }
}

/// The same floats under another type of the same length; a different length does not compile.
#[must_use]
#[inline(always)]
pub const fn view<T: Plain, U: Plain>(value: &T) -> &U {
    const {
        assert!(
            size_of::<T>() == size_of::<U>(),
            "a view must have the length of what it views"
        )
    };
    // SAFETY: both are the same number of floats at an `f32`'s alignment, without padding.
    unsafe { &*aligned(core::ptr::from_ref(value)) }
}

/// [`view`], to be changed in place.
#[must_use]
#[inline(always)]
pub const fn view_mut<T: Plain, U: Plain>(value: &mut T) -> &mut U {
    const {
        assert!(
            size_of::<T>() == size_of::<U>(),
            "a view must have the length of what it views"
        )
    };
    // SAFETY: as in `view`.
    unsafe { &mut *aligned::<T, U>(core::ptr::from_mut(value)).cast_mut() }
}

/// Memory for values that do not live at the same time.
///
/// # Safety
///
/// A value of zero bytes may be overwritten with any floats, all of it or a part, as long as nobody reads it as what it is; its
/// alignment is that of `f32`, unless it has no bytes.
#[doc(hidden)]
pub unsafe trait Room: Zeroed {}

// SAFETY: `Plain` says so.
unsafe impl<T: Plain, const N: usize> Room for [T; N] {}
// SAFETY: two runs of floats; nothing is between them or around them, because both sizes are multiples of the alignment.
unsafe impl<A: Plain, B: Plain> Room for (A, B) {}

/// Room for one or the other.
#[doc(hidden)]
#[allow(missing_debug_implementations, reason = "nobody knows what is in it")]
#[repr(C)]
#[derive(Clone, Copy)]
pub union Or<A: Copy, B: Copy> {
    one: A,
    other: B,
}
// SAFETY: zero bytes are valid for both.
unsafe impl<A: Room + Copy, B: Room + Copy> Zeroed for Or<A, B> {}
// SAFETY: both say so, and one of them is all of it.
unsafe impl<A: Room + Copy, B: Room + Copy> Room for Or<A, B> {}

/// The first floats of `room` as an `A` and the last as a `B`; if they would overlap, it does not compile.
#[doc(hidden)]
#[must_use]
#[inline(always)]
pub const fn ends<T: Room, A: Plain, B: Plain>(room: &mut T) -> (&mut A, &mut B) {
    const {
        assert!(
            size_of::<A>() + size_of::<B>() <= size_of::<T>(),
            "the room must have place for both"
        )
    };
    let start = core::ptr::from_mut(room);
    let (a, b) = if size_of::<T>() == 0 {
        (
            core::ptr::NonNull::dangling().as_ptr(),
            core::ptr::NonNull::dangling().as_ptr(),
        )
    } else {
        // SAFETY: `B` is no larger than `T`, so the offset is within it.
        let back = unsafe { start.byte_add(size_of::<T>() - size_of::<B>()) };
        (start.cast::<A>(), back.cast::<B>())
    };
    // SAFETY: the two do not overlap and are within `room`, which is borrowed as long as they are; any floats are valid for
    // them and, says `Room`, for it. Sizes of floats keep the alignment, which is that of `f32` or of no bytes at all.
    unsafe { (&mut *a, &mut *b) }
}

/// Whether [`prefetch`] does anything.
pub(crate) const PREFETCHES: bool = cfg!(all(
    target_arch = "x86_64",
    target_feature = "sse",
    not(miri)
));

/// Asks the processor for the cache line of `value`, which will be read soon; where it takes no such request, nothing happens.
#[inline(always)]
pub(crate) fn prefetch<T>(value: &T) {
    #[cfg(all(target_arch = "x86_64", target_feature = "sse", not(miri)))]
    // SAFETY: the instruction is part of SSE, which the line above asks for; it changes nothing that a program can see,
    // whatever the address.
    unsafe {
        use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(core::ptr::from_ref(value).cast());
    }
    #[cfg(not(all(target_arch = "x86_64", target_feature = "sse", not(miri))))]
    let _ = value;
}

/// A boxed value of zero bytes, made in place: it never passes over the stack.
#[cfg(feature = "alloc")]
#[must_use]
pub fn zeroed_box<T: Zeroed>() -> alloc::boxed::Box<T> {
    use alloc::alloc::{Layout, alloc_zeroed, handle_alloc_error};
    use alloc::boxed::Box;
    let layout = Layout::new::<T>();
    if layout.size() == 0 {
        // Not `Box::new(zeroed())`: without optimisation, that has room for a `T` on the stack, whatever its size.
        // SAFETY: a value without bytes may be anywhere, and zero bytes are valid.
        return unsafe { Box::from_raw(core::ptr::NonNull::dangling().as_ptr()) };
    }
    // SAFETY: the layout is not of size zero; the memory comes from the global allocator with `T`'s layout and holds
    // zero bytes, which `Zeroed` says are a valid `T`.
    unsafe {
        let memory = alloc_zeroed(layout);
        if memory.is_null() {
            handle_alloc_error(layout);
        }
        Box::from_raw(memory.cast())
    }
}

/// Marks this crate's own layers, whose generics [`plain!`](crate::plain!) cannot spell.
///
/// The caller's promise: `repr(C)` over [`Plain`] fields and `PhantomData` only, bounds given if a field needs them.
macro_rules! mark {
    ([$($generics:tt)*] $type:ty) => {
        // SAFETY: the promise above; `PhantomData` has no size and an alignment of 1.
        #[allow(unsafe_code)]
        unsafe impl<$($generics)*> $crate::plain::Zeroed for $type {}
        // SAFETY: as above.
        #[allow(unsafe_code)]
        unsafe impl<$($generics)*> $crate::plain::Plain for $type {}
    };
}
pub(crate) use mark;

/// Marks this crate's own structs of [`Zeroed`] fields that are not `Plain`; the caller promises that.
macro_rules! mark_zeroed {
    ([$($generics:tt)*] $type:ty) => {
        // SAFETY: the promise above.
        #[allow(unsafe_code)]
        unsafe impl<$($generics)*> $crate::plain::Zeroed for $type {}
    };
}
pub(crate) use mark_zeroed;

/// A boxed struct made in place: the fields in `zero` are zero bytes, the others are written.
#[cfg(feature = "alloc")]
macro_rules! boxed {
    ($name:ident as $type:ty { zero { $($zero:ident),* } $($field:ident: $value:expr,)* }) => {{
        use alloc::alloc::{Layout, alloc_zeroed, handle_alloc_error};
        // Never called; compiles only if every field is named and those in `zero` may be zero.
        let _ = |value: &$type| {
            fn check<T: $crate::plain::Zeroed>(_: &T) {}
            let $name { $($zero,)* $($field: _,)* } = value;
            $(check($zero);)*
        };
        const { assert!(size_of::<$type>() > 0) };
        $(let $field = $value;)*
        let layout = Layout::new::<$type>();
        // SAFETY: the layout is not of size zero, and the memory is from the global allocator with that layout. Each field
        // either may be zero bytes, which it is, or is written here.
        #[allow(unsafe_code)]
        unsafe {
            let memory = alloc_zeroed(layout).cast::<$type>();
            if memory.is_null() {
                handle_alloc_error(layout);
            }
            $((&raw mut (*memory).$field).write($field);)*
            alloc::boxed::Box::from_raw(memory)
        }
    }};
}
#[cfg(feature = "alloc")]
pub(crate) use boxed;

/// Declares a struct of parameters: `repr(C)`, every field [`Plain`], so that it can be trained, saved and boxed.
///
/// ```
/// use nn_core::nalgebra::SVector;
///
/// nn_core::plain! {
///     /// One factor for every feature.
///     pub struct Scale<const N: usize> {
///         /// The factors.
///         pub factor: SVector<f32, N>,
///     }
/// }
/// let scale: Scale<3> = nn_core::plain::zeroed();
/// assert_eq!(nn_core::plain::as_slice(&scale), [0.0; 3]);
/// ```
#[macro_export]
macro_rules! plain {
    (
        $(#[$attribute:meta])*
        $visibility:vis struct $name:ident $(<$(const $parameter:ident: usize),* $(,)?>)? {
            $($(#[$field_attribute:meta])* $field_visibility:vis $field:ident: $type:ty),* $(,)?
        }
    ) => {
        $(#[$attribute])*
        #[repr(C)]
        $visibility struct $name $(<$(const $parameter: usize),*>)? {
            $($(#[$field_attribute])* $field_visibility $field: $type),*
        }
        // No `#[allow(unsafe_code)]`: a crate that forbids it would refuse that, but does not look into another's macro.
        // SAFETY: `repr(C)`, and the bounds say that each field is made of `f32` only.
        unsafe impl $(<$(const $parameter: usize),*>)? $crate::plain::Zeroed for $name $(<$($parameter),*>)?
        where $($type: $crate::plain::Plain),* {}
        // SAFETY: as above.
        unsafe impl $(<$(const $parameter: usize),*>)? $crate::plain::Plain for $name $(<$($parameter),*>)?
        where $($type: $crate::plain::Plain),* {}
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_without_floats_is_an_empty_slice_wherever_it_is() {
        let mut values = [(1_u8, ()); 3];
        for (_, nothing) in &mut values {
            assert!(as_slice(nothing).is_empty());
            assert!(as_mut_slice(nothing).is_empty());
            assert!(view_mut::<(), [f32; 0]>(nothing).is_empty());
        }
    }
}
