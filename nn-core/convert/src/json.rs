//! JSON with the order of its keys, and the arrays in it.

use crate::Problem;
use crate::array::Array;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// The most values in one file: what a network of these libraries has is a thousandth of it.
const MOST: usize = 1 << 28;

/// A value; the keys of a map are in the file's order, which is all that a state dictionary says of the order of its layers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Self>),
    /// A list of nothing but numbers, which is what most of a file is.
    Numbers(Vec<f32>),
    Map(Vec<(String, Self)>),
}

/// The value in a file.
pub(crate) fn parse(bytes: &[u8]) -> Result<Json, Problem> {
    serde_json::from_slice(bytes)
        .map_err(|error| Problem::of_file(format!("it is no JSON: {error}")))
}

impl Json {
    /// The value of a key of a map.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        let entries = self.entries();
        let found = entries.iter().find(|(name, _)| name == key)?;
        Some(&found.1)
    }

    /// The keys and values of a map; none of anything else.
    pub(crate) fn entries(&self) -> &[(String, Self)] {
        match self {
            Self::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The values of a list that is not one of numbers; none of anything else.
    pub(crate) fn list(&self) -> &[Self] {
        match self {
            Self::List(list) => list,
            _ => &[],
        }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            // `"kernel_size": [3]`
            Self::Numbers(numbers) => match numbers[..] {
                [number] => Some(f64::from(number)),
                _ => None,
            },
            _ => None,
        }
    }

    /// A whole number that is a size.
    pub(crate) fn size(&self) -> Option<usize> {
        let number = self.number()?;
        let whole = number.fract() == 0.0 && (0.0..=1e9).contains(&number);
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "compared above"
        )]
        whole.then_some(number as usize)
    }

    /// Lists within lists, all of one length at each depth.
    pub(crate) fn array(&self) -> Result<Array, String> {
        let array = match self {
            Self::Numbers(values) => Array::vector(values.clone()),
            Self::List(list) => joined(list)?,
            _ => return Err("is no list of numbers".to_owned()),
        };
        match array.wild() {
            Some(at) => Err(format!("value {at} is not finite")),
            None => Ok(array),
        }
    }
}

/// The arrays in a list as one with an axis more.
fn joined(list: &[Json]) -> Result<Array, String> {
    let mut all = Array {
        shape: vec![0],
        values: Vec::new(),
    };
    for (i, part) in list.iter().enumerate() {
        let part = part.array()?;
        if i == 0 {
            all.shape = [&[list.len()], &part.shape[..]].concat();
        } else if all.shape.get(1..) != Some(&part.shape[..]) {
            return Err("has rows of different lengths".to_owned());
        }
        all.values.extend(part.values);
    }
    Ok(all)
}

struct Reader;

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

impl<'de> Visitor<'de> for Reader {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    #[allow(clippy::cast_precision_loss, reason = "a size above 2^53 is none")]
    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value as f64))
    }

    #[allow(clippy::cast_precision_loss, reason = "a size above 2^53 is none")]
    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    #[allow(clippy::cast_possible_truncation, reason = "weights are f32")]
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
        let (mut numbers, mut others) = (Vec::new(), Vec::new());
        while let Some(value) = list.next_element::<Json>()? {
            match value {
                Json::Number(number) if others.is_empty() && numbers.len() < MOST => {
                    numbers.push(number as f32);
                }
                other => {
                    others.extend(
                        numbers
                            .drain(..)
                            .map(|number| Json::Number(f64::from(number))),
                    );
                    others.push(other);
                }
            }
        }
        match others.is_empty() {
            true => Ok(Json::Numbers(numbers)),
            false => Ok(Json::List(others)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut entries: Vec<(String, Json)> = Vec::new();
        let mut known = std::collections::HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if known.insert(key.clone()) {
                entries.push((key, map.next_value()?));
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Json::Map(entries))
    }
}
