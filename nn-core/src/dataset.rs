use crate::tensor::Tensor;

/// Samples that a trainer reads one at a time, so that nothing has to own a copy.
///
/// Implemented for slices and arrays of `(input, target)` and for a pair of slices `(&inputs[..], &targets[..])`.
/// A source that makes its inputs on the fly writes them in [`read`](Self::read).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a data set of this network's inputs `{X}`",
    note = "pass `&[(input, target)]` or `(&inputs[..], &targets[..])` with inputs of type `Input<Net>`"
)]
pub trait Dataset<X: Tensor> {
    /// What the loss compares an output with.
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
    /// Writes the input of sample `index < len()` to `x`.
    fn read(&self, index: usize, x: &mut X);
    /// The target of sample `index < targets_len()`.
    fn target(&self, index: usize) -> &Self::Target;
}

impl<X: Tensor, T> Dataset<X> for [(X, T)] {
    type Target = T;
    fn len(&self) -> usize {
        <[(X, T)]>::len(self)
    }
    #[inline(always)]
    fn read(&self, index: usize, x: &mut X) {
        *x = self[index].0;
    }
    #[inline(always)]
    fn target(&self, index: usize) -> &T {
        &self[index].1
    }
}

impl<X: Tensor, T> Dataset<X> for (&[X], &[T]) {
    type Target = T;
    fn len(&self) -> usize {
        self.0.len()
    }
    fn targets_len(&self) -> usize {
        self.1.len()
    }
    #[inline(always)]
    fn read(&self, index: usize, x: &mut X) {
        *x = self.0[index];
    }
    #[inline(always)]
    fn target(&self, index: usize) -> &T {
        &self.1[index]
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
            fn target(&self, index: usize) -> &Self::Target { let $self = self; Dataset::<X>::target($inner, index) }
        }
    )*};
}

forward! {
    [T, const N: usize] [(X, T); N] => |this| this.as_slice(), [(X, T)];
    [D: ?Sized] &D => |this| &**this, D;
}
#[cfg(feature = "alloc")]
forward! {
    [T] alloc::vec::Vec<(X, T)> => |this| this.as_slice(), [(X, T)];
}
