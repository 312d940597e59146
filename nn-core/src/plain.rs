//! The one place that knows what a value looks like in memory.
//!
//! Weights, gradients and optimiser state are structs made of nothing but `f32`; everything that works on "all the
//! parameters" works on them as one flat slice, and everything large is made in place from zero bytes. `bytemuck` says what
//! may be zero bytes ([`Zeroable`]). Floats under another type are ours ([`Plain`]), because there `bytemuck` asks for `Copy`, which a
//! network need not be, and neither it nor `zerocopy` derives such a trait for generic structs.
//!
//! Both need `unsafe`, which is confined to this module. No macro here trusts its caller: `mark!` and [`plain!`](crate::plain!)
//! name every field to the compiler, which refuses one that is missing or of another kind, and [`len`] compares what the fields
//! add up to with the size and the alignment that the type really has, whatever attributes gave it those.
#![allow(unsafe_code)]

pub use bytemuck::Zeroable;
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use nalgebra::SMatrix;

/// A type for which all-zero bytes are a valid value: every [`Zeroable`] one that borrows nothing.
pub trait Zeroed: Zeroable + 'static {}

impl<T: Zeroable + 'static> Zeroed for T {}

/// A type that consists of `f32` values and nothing else.
///
/// # Safety
///
/// [`FLOATS`](Self::FLOATS) must be the number of `f32` values that the type's fields, and theirs in turn, consist of, and there
/// must be no other fields but those without a size. Where the type is as large as that many floats, any bytes are a valid value,
/// and it may be viewed as a slice of them; [`len`] checks that it is. [`plain!`](crate::plain!) declares such a struct without
/// `unsafe`.
pub unsafe trait Plain: Zeroed {
    /// The number of `f32` values that it consists of.
    const FLOATS: usize;
}

// SAFETY: an `f32` is an `f32`.
unsafe impl Plain for f32 {
    const FLOATS: usize = 1;
}
// SAFETY: no bytes at all.
unsafe impl Plain for () {
    const FLOATS: usize = 0;
}
// SAFETY: no bytes at all.
unsafe impl<T: ?Sized + 'static> Plain for PhantomData<T> {
    const FLOATS: usize = 0;
}
// SAFETY: an array is its elements.
unsafe impl<T: Plain, const N: usize> Plain for [T; N] {
    const FLOATS: usize = N * T::FLOATS;
}
// SAFETY: nalgebra stores a static matrix as `[[T; R]; C]` and nothing else.
unsafe impl<T: Plain, const R: usize, const C: usize> Plain for SMatrix<T, R, C>
where
    Self: Zeroable,
{
    const FLOATS: usize = R * C * T::FLOATS;
}

/// The number of `f32` values in a `T`. One that has room for anything else, or not the alignment of an `f32`, does not compile.
#[must_use]
#[inline(always)]
pub const fn len<T: Plain>() -> usize {
    const { has_layout_of_floats::<T>() }
    T::FLOATS
}

/// Compiles if a `T` has the size and the alignment of its floats. Without floats it may be anywhere, but asks for no more than they do.
#[doc(hidden)]
#[track_caller]
pub const fn has_layout_of_floats<T: Plain>() {
    let aligned = align_of::<T>() == align_of::<f32>();
    assert!(
        size_of::<T>() == T::FLOATS * size_of::<f32>()
            && (aligned || T::FLOATS == 0 && align_of::<T>() < align_of::<f32>()),
        "a struct of floats has their layout; remove `repr(align)`, `repr(packed)` or what else changed its size"
    );
}

/// The number of floats in a field, which is named by a function that finds it.
#[doc(hidden)]
#[must_use]
pub const fn floats<T, U: Plain>(_: fn(&T) -> &U) -> usize {
    U::FLOATS
}

/// Compiles if the value may be zero bytes.
#[doc(hidden)]
pub const fn may_be_zero<T: Zeroed>(_: &T) {}

/// A value of zero bytes, also in a `const`: `bytemuck::zeroed`, which in builds without optimisation takes four times as much of the stack
/// as the value, where this takes twice.
#[must_use]
#[inline(always)]
pub const fn zeroed<T: Zeroable>() -> T {
    let mut value = MaybeUninit::<T>::uninit();
    // SAFETY: zero bytes are a valid `T`, and they are all written before it is read, once.
    unsafe {
        value.as_mut_ptr().write_bytes(0, 1);
        value.as_ptr().read()
    }
}

/// Makes `place` a value of zero bytes, which never is anywhere else.
#[inline(always)]
pub const fn zeroed_in<T: Zeroed>(place: &mut MaybeUninit<T>) -> &mut T {
    // SAFETY: zero bytes are a valid `T`, and they are all written.
    unsafe {
        place.as_mut_ptr().write_bytes(0, 1);
        place.assume_init_mut()
    }
}

/// Makes `value` one of zero bytes, in place.
#[inline]
pub fn clear<T: Zeroed>(value: &mut T) {
    bytemuck::write_zeroes(value);
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
    // SAFETY: the value is `len` floats and nothing else, which `len` has checked; the lifetime is the borrow's.
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

/// A value of the floats whose little-endian bytes these are; another number of them does not compile.
///
/// For weights that are part of the program: on a little-endian machine a copy, which costs the compiler next to nothing.
#[must_use]
pub const fn from_bytes<T: Plain, const N: usize>(bytes: [u8; N]) -> T {
    const {
        assert!(
            len::<T>() * size_of::<f32>() == N,
            "there must be as many bytes as the type has"
        )
    };
    let mut bytes = bytes;
    if cfg!(target_endian = "big") {
        let (words, _) = bytes.as_chunks_mut::<4>();
        let mut i = 0;
        while i < words.len() {
            words[i] = u32::from_le_bytes(words[i]).to_ne_bytes();
            i += 1;
        }
    }
    // SAFETY: `len` has checked that a `T` is this many floats and nothing else, and any bytes are floats; `bytes` may lie anywhere.
    unsafe { core::ptr::read_unaligned((&raw const bytes).cast()) }
}

/// The same floats under another type of the same length; a different length does not compile.
#[must_use]
#[inline(always)]
pub const fn view<T: Plain, U: Plain>(value: &T) -> &U {
    const {
        assert!(
            len::<T>() == len::<U>(),
            "a view must have the length of what it views"
        )
    };
    // SAFETY: both are the same number of floats at an `f32`'s alignment and nothing else, which `len` has checked.
    unsafe { &*aligned(core::ptr::from_ref(value)) }
}

/// [`view`], to be changed in place.
#[must_use]
#[inline(always)]
pub const fn view_mut<T: Plain, U: Plain>(value: &mut T) -> &mut U {
    const {
        assert!(
            len::<T>() == len::<U>(),
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
/// A value of zero bytes may be overwritten with any floats, all of it or a part, as long as nobody reads it as what it is, and has
/// no padding where its alignment is that of `f32`, which [`ends`] checks.
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
unsafe impl<A: Room + Copy, B: Room + Copy> Zeroable for Or<A, B> {}
// SAFETY: both say so, and one of them is all of it.
unsafe impl<A: Room + Copy, B: Room + Copy> Room for Or<A, B> {}

/// The first floats of `room` as an `A` and the last as a `B`; if they would overlap, it does not compile.
#[doc(hidden)]
#[must_use]
#[inline(always)]
pub const fn ends<T: Room, A: Plain, B: Plain>(room: &mut T) -> (&mut A, &mut B) {
    const {
        assert!(
            (len::<A>() + len::<B>()) * size_of::<f32>() <= size_of::<T>(),
            "the room must have place for both"
        );
        assert!(
            size_of::<T>() == 0 || align_of::<T>() == align_of::<f32>(),
            "the room must be aligned as floats are"
        );
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
    // them and, says `Room`, for it. Sizes of floats keep the alignment, which is that of `f32` or less, where `len` found none.
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

/// The square root, rounded correctly: an instruction of processors without SIMD that have one, where `core` offers none and `libm` computes it bit by bit.
#[inline(always)]
pub(crate) fn square_root(x: f32) -> f32 {
    #[cfg(all(target_arch = "arm", target_abi = "eabihf", not(miri)))]
    // SAFETY: processors of this ABI have the instruction; it works in a register that is as it was afterwards. (The compiler hands out registers
    // of floats only where there are doubles, too.)
    unsafe {
        let mut bits = x.to_bits();
        core::arch::asm!(
            "vmov {other}, s0",
            "vmov s0, {bits}",
            "vsqrt.f32 s0, s0",
            "vmov {bits}, s0",
            "vmov s0, {other}",
            bits = inout(reg) bits,
            other = out(reg) _,
            options(pure, nomem, nostack, preserves_flags)
        );
        f32::from_bits(bits)
    }
    #[cfg(not(all(target_arch = "arm", target_abi = "eabihf", not(miri))))]
    libm::sqrtf(x)
}

/// A boxed value of zero bytes, made in place: it never passes over the stack.
#[cfg(feature = "alloc")]
#[must_use]
pub fn zeroed_box<T: Zeroed>() -> alloc::boxed::Box<T> {
    use alloc::alloc::{Layout, handle_alloc_error};
    bytemuck::allocation::try_zeroed_box()
        .unwrap_or_else(|()| handle_alloc_error(Layout::new::<T>()))
}

/// Makes one of this crate's own structs [`Zeroed`], whatever its generics, given the names of its fields: all of them must be
/// named, and each must be `Zeroed`, or it does not compile.
macro_rules! mark_zeroed {
    ([$($generics:tt)*] $name:ident<$($argument:ident),* $(,)?> { $($field:tt),* $(,)? }) => {
        // SAFETY: the function below names every field and compiles only if zero bytes are valid for each.
        #[allow(unsafe_code)]
        unsafe impl<$($generics)*> $crate::plain::Zeroable for $name<$($argument),*> {}
        const _: () = {
            #[allow(dead_code)]
            fn every_field<$($generics)*>(value: &$name<$($argument),*>) {
                let $name { $($field: _),* } = value;
                $($crate::plain::may_be_zero(&value.$field);)*
            }
        };
    };
}
pub(crate) use mark_zeroed;

/// Makes one of this crate's own structs [`Plain`], whatever its generics, given the names of its fields: all of them must be named,
/// and each must be `Plain`, or it does not compile. Only [`plain!`](crate::plain!) cannot spell such generics.
macro_rules! mark {
    ([$($generics:tt)*] $name:ident<$($argument:ident),* $(,)?> { $($field:tt),* $(,)? }) => {
        $crate::plain::mark_zeroed!([$($generics)*] $name<$($argument),*> { $($field),* });
        // SAFETY: the line above does not compile unless these are all the fields; each is asked for its floats.
        #[allow(unsafe_code)]
        unsafe impl<$($generics)*> $crate::plain::Plain for $name<$($argument),*> {
            const FLOATS: usize = 0 $(+ $crate::plain::floats(|value: &Self| &value.$field))*;
        }
    };
}
pub(crate) use mark;

/// A value that was zero bytes before `work`, which passes over the stack but once on its way out.
#[inline(always)]
pub fn made<T: Zeroed>(work: impl FnOnce(&mut T)) -> T {
    let mut place = MaybeUninit::uninit();
    work(zeroed_in(&mut place));
    // SAFETY: it was filled by `zeroed_in`, and is read once.
    unsafe { place.as_ptr().read() }
}

/// [`boxed`], by value, also in a `const`: it passes over the stack but once.
macro_rules! by_value {
    ($name:ident as $type:ty { zero { $($zero:ident),* } $($field:ident: $value:expr,)* }) => {{
        // Never called; compiles only if every field is named and those in `zero` may be zero.
        let _ = |value: &$type| {
            fn check<T: $crate::plain::Zeroed>(_: &T) {}
            let $name { $($zero,)* $($field: _,)* } = value;
            $(check($zero);)*
        };
        let mut place = core::mem::MaybeUninit::<$type>::uninit();
        let memory = place.as_mut_ptr();
        // SAFETY: each field either may be zero bytes, which it is, or is written here, before all of it is read, once.
        #[allow(unsafe_code)]
        unsafe {
            memory.write_bytes(0, 1);
            $((&raw mut (*memory).$field).write($value);)*
            memory.read()
        }
    }};
}
pub(crate) use by_value;

/// [`boxed`], in memory of the caller's, whatever that held.
macro_rules! placed {
    ($name:ident as $type:ty { zero { $($zero:ident),* } $($field:ident: $value:expr,)* } in $place:ident) => {{
        // Never called; compiles only if every field is named and those in `zero` may be zero.
        let _ = |value: &$type| {
            fn check<T: $crate::plain::Zeroed>(_: &T) {}
            let $name { $($zero,)* $($field: _,)* } = value;
            $(check($zero);)*
        };
        let place: &mut core::mem::MaybeUninit<$type> = $place;
        let memory = place.as_mut_ptr();
        // SAFETY: each field either may be zero bytes, which it is, or is written here, so all of it is a value.
        #[allow(unsafe_code)]
        unsafe {
            memory.write_bytes(0, 1);
            $((&raw mut (*memory).$field).write($value);)*
            place.assume_init_mut()
        }
    }};
}
pub(crate) use placed;

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
        // SAFETY: `FLOATS` does not compile unless each field is made of `f32` only, and the function below unless these are the fields,
        // whatever an attribute made of the struct.
        unsafe impl $(<$(const $parameter: usize),*>)? $crate::plain::Zeroable for $name $(<$($parameter),*>)? {}
        // SAFETY: as above.
        unsafe impl $(<$(const $parameter: usize),*>)? $crate::plain::Plain for $name $(<$($parameter),*>)? {
            const FLOATS: usize = 0 $(+ <$type as $crate::plain::Plain>::FLOATS)*;
        }
        const _: () = {
            #[allow(dead_code)]
            fn every_field $(<$(const $parameter: usize),*>)? (value: &$name $(<$($parameter),*>)?) {
                let $name { $($field: _),* } = value;
                $(let _: *const $type = &raw const value.$field;)*
            }
        };
        $crate::__layout!($name $(<$($parameter),*>)?);
    };
}

/// Compares the layout of a struct that is not generic as soon as it is declared; that of others, [`len`](plain::len) compares when
/// their sizes are known.
#[doc(hidden)]
#[macro_export]
macro_rules! __layout {
    ($name:ident) => {
        const _: () = $crate::plain::has_layout_of_floats::<$name>();
    };
    ($name:ident <$($parameter:ident),*>) => {};
}

#[cfg(test)]
mod tests;
