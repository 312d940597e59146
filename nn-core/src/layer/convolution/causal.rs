use crate::layer::Geometry;

/// A window over a sequence whose padding lies all before it (Keras `padding="causal"`), so that no step sees a later one: with a
/// stride of 1, its convolution can be [streamed](crate::Stream).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Causal<W>(W);

impl<W: Geometry> Geometry for Causal<W> {
    const IH: usize = W::IH;
    const IW: usize = W::IW;
    const OH: usize = W::OH;
    const OW: usize = W::OW;
    const KH: usize = W::KH;
    const KW: usize = W::KW;
    const SH: usize = W::SH;
    const SW: usize = W::SW;
    const DH: usize = W::DH;
    const DW: usize = W::DW;
    const PT: usize = W::PT;
    const PL: usize = W::PL;
}
