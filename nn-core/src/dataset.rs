use crate::tensor::Tensor;
use nalgebra::SVector;

/// Samples that a trainer reads one at a time, so that nothing has to own a copy.
///
/// Implemented for slices, arrays and `Vec`s of `(input, target)`, and for a pair of slices, arrays or `Vec`s, one of inputs
/// and one of targets. An input is the network's input type, or `[f32; N]` where that is a vector. A source that makes
/// its inputs on the fly writes them in [`read`](Self::read).
///
/// ```
/// use nn_core::prelude::*;
///
/// fn count(data: &impl Dataset<SVector<f32, 2>, Target = u8>) -> usize {
///     data.len()
/// }
/// let (xs, ys) = ([SVector::from([0.0, 1.0]), SVector::from([1.0, 1.0])], [0_u8, 1]);
/// assert_eq!(count(&(&xs, &ys)), 2);
/// assert_eq!(count(&(&xs[..1], &ys[..1])), 1);
/// assert_eq!(count(&[(xs[0], 0)]), 1);
/// assert_eq!(count(&vec![([0.5, 0.5], 1)]), 1);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a data set of this network's inputs `{X}`",
    note = "pass `&[(input, target)]` or `(&inputs, &targets)` with inputs of type `Input<Net>`"
)]
pub trait Dataset<X: Tensor> {
    /// One sample's target, which the loss compares with the output.
    type Target;
    /// The number of samples.
    fn len(&self) -> usize;
    /// Whether there are no samples.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The number of targets, if it is counted separately.
    fn targets_len(&self) -> usize {
        self.len()
    }
    /// Writes the input of sample `index` to `x`; leaves it alone if there is none.
    fn read(&self, index: usize, x: &mut X);
    /// The values that [`read`](Self::read) would write, where they lie in memory; `None` if they are made on the fly.
    ///
    /// Lets a trainer look at a sample without copying it, and ask for the next batch while it still computes.
    fn peek(&self, index: usize) -> Option<&[f32]> {
        let _ = index;
        None
    }
    /// The target of sample `index`, if there is one.
    fn target(&self, index: usize) -> Option<&Self::Target>;
}

/// One sample's input in a data set: the network's input type `X`, or an array of its values.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an input of this network, which takes `{X}`",
    note = "an input is an `Input<Net>`: a vector, for which `[f32; N]` will do, a sequence as a matrix of features x steps, or an image as one of channels x pixels",
    note = "`Net::input(&values)` is a flat array as such an input: step after step, or pixel after pixel"
)]
pub trait AsInput<X> {
    /// Writes the values to `x`.
    fn copy_to(&self, x: &mut X);
    /// The values, if they lie in memory.
    fn peek(&self) -> Option<&[f32]> {
        None
    }
}

impl<X: Tensor> AsInput<X> for X {
    #[inline(always)]
    fn copy_to(&self, x: &mut X) {
        *x = *self;
    }
    #[inline(always)]
    fn peek(&self) -> Option<&[f32]> {
        Some(self.values())
    }
}
impl<const N: usize> AsInput<SVector<f32, N>> for [f32; N] {
    #[inline(always)]
    fn copy_to(&self, x: &mut SVector<f32, N>) {
        x.values_mut().copy_from_slice(self);
    }
    #[inline(always)]
    fn peek(&self) -> Option<&[f32]> {
        Some(self)
    }
}

/// A run of values in memory: half of a data set that comes in two parts.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a slice, array or `Vec` of inputs or targets"
)]
pub trait Run {
    /// One of them.
    type Item;
    /// All of them.
    fn items(&self) -> &[Self::Item];
}

impl<T> Run for [T] {
    type Item = T;
    #[inline(always)]
    fn items(&self) -> &[T] {
        self
    }
}
impl<T, const N: usize> Run for [T; N] {
    type Item = T;
    #[inline(always)]
    fn items(&self) -> &[T] {
        self
    }
}
impl<R: Run + ?Sized> Run for &R {
    type Item = R::Item;
    #[inline(always)]
    fn items(&self) -> &[R::Item] {
        (**self).items()
    }
}
#[cfg(feature = "alloc")]
impl<T> Run for alloc::vec::Vec<T> {
    type Item = T;
    #[inline(always)]
    fn items(&self) -> &[T] {
        self
    }
}
#[cfg(feature = "alloc")]
impl<R: Run + ?Sized> Run for alloc::boxed::Box<R> {
    type Item = R::Item;
    #[inline(always)]
    fn items(&self) -> &[R::Item] {
        (**self).items()
    }
}

impl<X: Tensor, I: AsInput<X>, T> Dataset<X> for [(I, T)] {
    type Target = T;
    #[inline(always)]
    fn len(&self) -> usize {
        <[(I, T)]>::len(self)
    }
    #[inline(always)]
    fn read(&self, index: usize, x: &mut X) {
        if let Some((input, _)) = self.get(index) {
            input.copy_to(x);
        }
    }
    #[inline(always)]
    fn peek(&self, index: usize) -> Option<&[f32]> {
        self.get(index)?.0.peek()
    }
    #[inline(always)]
    fn target(&self, index: usize) -> Option<&T> {
        self.get(index).map(|(_, target)| target)
    }
}

impl<X: Tensor, A: Run<Item: AsInput<X>>, B: Run> Dataset<X> for (A, B) {
    type Target = B::Item;
    #[inline(always)]
    fn len(&self) -> usize {
        self.0.items().len()
    }
    #[inline(always)]
    fn targets_len(&self) -> usize {
        self.1.items().len()
    }
    #[inline(always)]
    fn read(&self, index: usize, x: &mut X) {
        if let Some(input) = self.0.items().get(index) {
            input.copy_to(x);
        }
    }
    #[inline(always)]
    fn peek(&self, index: usize) -> Option<&[f32]> {
        self.0.items().get(index)?.peek()
    }
    #[inline(always)]
    fn target(&self, index: usize) -> Option<&B::Item> {
        self.1.items().get(index)
    }
}

/// Forwards to what `$self` dereferences or borrows to.
macro_rules! forward {
    ($([$($generics:tt)*] $type:ty => |$self:ident| $inner:expr, $by:ty;)*) => {$(
        impl<X: Tensor, $($generics)*> Dataset<X> for $type where $by: Dataset<X> {
            type Target = <$by as Dataset<X>>::Target;
            #[inline(always)]
            fn len(&self) -> usize { let $self = self; Dataset::<X>::len($inner) }
            #[inline(always)]
            fn targets_len(&self) -> usize { let $self = self; Dataset::<X>::targets_len($inner) }
            #[inline(always)]
            fn read(&self, index: usize, x: &mut X) { let $self = self; Dataset::<X>::read($inner, index, x) }
            #[inline(always)]
            fn peek(&self, index: usize) -> Option<&[f32]> { let $self = self; Dataset::<X>::peek($inner, index) }
            #[inline(always)]
            fn target(&self, index: usize) -> Option<&Self::Target> { let $self = self; Dataset::<X>::target($inner, index) }
        }
    )*};
}

forward! {
    [S, const N: usize] [S; N] => |this| this.as_slice(), [S];
    [D: ?Sized] &D => |this| &**this, D;
}
#[cfg(feature = "alloc")]
forward! {
    [S] alloc::vec::Vec<S> => |this| this.as_slice(), [S];
    [D: ?Sized] alloc::boxed::Box<D> => |this| &**this, D;
}
