//! An operator of a file with its options.

use super::constant::Constant;
use super::proto::NodeProto;
use std::collections::HashMap;

/// An operator of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Op<'a> {
    pub(super) proto: &'a NodeProto,
}

impl<'a> Op<'a> {
    /// Its name, or that of what it gives.
    pub(super) fn name(self) -> &'a str {
        match &*self.proto.name {
            "" => self.proto.output.first().map_or("", String::as_str),
            name => name,
        }
    }

    /// Its kind, with the set of operators if that is not ONNX's.
    pub(super) fn kind(self) -> String {
        match &*self.proto.domain {
            "" | "ai.onnx" => self.proto.op_type.clone(),
            domain => format!("{domain}.{}", self.proto.op_type),
        }
    }

    /// The name of an input; none if it is left out.
    pub(super) fn input(self, index: usize) -> Option<&'a str> {
        let name = self.proto.input.get(index)?;
        (!name.is_empty()).then_some(name)
    }

    fn attribute(self, name: &str) -> Option<&'a super::proto::AttributeProto> {
        self.proto
            .attribute
            .iter()
            .find(|attribute| attribute.name == name)
    }

    pub(super) fn int(self, name: &str, otherwise: i64) -> i64 {
        self.attribute(name)
            .map_or(otherwise, |found| found.i.unwrap_or_default())
    }

    pub(super) fn float(self, name: &str, otherwise: f32) -> f32 {
        self.attribute(name)
            .map_or(otherwise, |found| found.f.unwrap_or_default())
    }

    pub(super) fn text(self, name: &str) -> Option<&'a str> {
        let text = self.attribute(name)?.s.as_deref()?;
        std::str::from_utf8(text).ok()
    }

    pub(super) fn texts(self, name: &str) -> Option<Vec<&'a str>> {
        let texts = self.attribute(name)?.strings.iter();
        texts.map(|text| std::str::from_utf8(text).ok()).collect()
    }

    pub(super) fn ints(self, name: &str) -> Option<&'a [i64]> {
        Some(&self.attribute(name)?.ints)
    }

    pub(super) fn has(self, name: &str) -> bool {
        self.attribute(name).is_some()
    }

    /// The tensor of an attribute.
    pub(super) fn tensor(self, name: &str) -> Option<Result<Constant, String>> {
        Some(Constant::of(self.attribute(name)?.t.as_ref()?))
    }

    pub(super) fn floats(self, name: &str) -> Option<&'a [f32]> {
        Some(&self.attribute(name)?.floats)
    }

    /// Sizes, one for each of `count` axes; `otherwise` for all if there are none.
    pub(super) fn sizes(
        self,
        name: &str,
        count: usize,
        otherwise: usize,
    ) -> Result<Vec<usize>, String> {
        let Some(ints) = self.ints(name).filter(|ints| !ints.is_empty()) else {
            return Ok(vec![otherwise; count]);
        };
        let sizes: Option<Vec<usize>> = ints
            .iter()
            .map(|int| usize::try_from(*int).ok().filter(|size| *size < 1 << 31))
            .collect();
        sizes
            .filter(|sizes| sizes.len() == count)
            .ok_or_else(|| format!("its `{name}` are {ints:?}, and {count} sizes are needed"))
    }
}

/// The number of uses of each value.
pub(super) type Uses<'a> = HashMap<&'a str, usize>;
