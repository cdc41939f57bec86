//! Canonical JSON: keys sorted, no spaces, integers and strings only (RFC 8785
//! for what occurs here). Written in one go, without a tree of values between:
//! hashing is a good part of what loading a scenario costs.

use std::borrow::Cow;
use std::fmt::{self, Write};
use std::ops::Range;

use serde::Serialize;
use serde::ser::{
    SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use serde_json::Number;

/// The canonical text of a value whose keys are texts.
pub fn canonical_json(value: &impl Serialize) -> String {
    canonical_without(value, &[])
}

/// The same, without the fields of these names. Keys of a map are never left out.
pub(crate) fn canonical_without(value: &impl Serialize, left_out: &[&str]) -> String {
    let mut out = String::new();
    let writer = Writer {
        out: &mut out,
        left_out,
    };
    // Only a key that is no text fails, and nothing here has one.
    let written = value.serialize(writer);
    debug_assert!(written.is_ok(), "a key of a map is no text");
    out
}

struct Writer<'w> {
    out: &'w mut String,
    left_out: &'w [&'w str],
}

impl<'w> Writer<'w> {
    /// For a part of the value.
    fn part(&mut self) -> Writer<'_> {
        Writer {
            out: self.out,
            left_out: self.left_out,
        }
    }

    /// The name of a variant around what it holds, `{"Variant":...}`.
    fn variant(self, name: &str) -> Self {
        self.out.push('{');
        quoted(name, self.out);
        self.out.push(':');
        self
    }

    fn items(self, end: &'static str) -> Items<'w> {
        self.out.push('[');
        let begin = self.out.len();
        Items {
            writer: self,
            begin,
            end,
        }
    }

    fn fields(self, end: &'static str) -> Fields<'w> {
        self.out.push('{');
        Fields {
            writer: self,
            written: Vec::new(),
            end,
        }
    }
}

/// A text in quotes. Most texts hold nothing that JSON escapes and are copied as they are.
fn quoted(text: &str, out: &mut String) {
    let escapes = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
    if text.bytes().any(escapes) {
        out.push_str(&serde_json::Value::from(text).to_string());
    } else {
        out.push('"');
        out.push_str(text);
        out.push('"');
    }
}

macro_rules! as_displayed {
    ($($method:ident: $kind:ty,)+) => {
        $(fn $method(self, value: $kind) -> fmt::Result {
            write!(self.out, "{value}")
        })+
    };
}

impl<'w> Serializer for Writer<'w> {
    type Ok = ();
    type Error = fmt::Error;
    type SerializeSeq = Items<'w>;
    type SerializeTuple = Items<'w>;
    type SerializeTupleStruct = Items<'w>;
    type SerializeTupleVariant = Items<'w>;
    type SerializeMap = Fields<'w>;
    type SerializeStruct = Fields<'w>;
    type SerializeStructVariant = Fields<'w>;

    as_displayed! {
        serialize_bool: bool,
        serialize_i8: i8,
        serialize_i16: i16,
        serialize_i32: i32,
        serialize_i64: i64,
        serialize_u8: u8,
        serialize_u16: u16,
        serialize_u32: u32,
        serialize_u64: u64,
    }

    fn serialize_f32(self, value: f32) -> fmt::Result {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> fmt::Result {
        match Number::from_f64(value) {
            Some(number) => write!(self.out, "{number}"),
            None => self.serialize_unit(),
        }
    }

    fn serialize_char(self, value: char) -> fmt::Result {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> fmt::Result {
        quoted(value, self.out);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> fmt::Result {
        value.serialize(self)
    }

    fn serialize_none(self) -> fmt::Result {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> fmt::Result {
        value.serialize(self)
    }

    fn serialize_unit(self) -> fmt::Result {
        self.out.push_str("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> fmt::Result {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> fmt::Result {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> fmt::Result {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> fmt::Result {
        let mut writer = self.variant(variant);
        value.serialize(writer.part())?;
        writer.out.push('}');
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items<'w>, fmt::Error> {
        Ok(self.items("]"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Items<'w>, fmt::Error> {
        Ok(self.items("]"))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Items<'w>, fmt::Error> {
        Ok(self.items("]"))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Items<'w>, fmt::Error> {
        Ok(self.variant(variant).items("]}"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Fields<'w>, fmt::Error> {
        Ok(self.fields("}"))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields<'w>, fmt::Error> {
        Ok(self.fields("}"))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Fields<'w>, fmt::Error> {
        Ok(self.variant(variant).fields("}}"))
    }
}

/// A list being written.
struct Items<'w> {
    writer: Writer<'w>,
    begin: usize,
    end: &'static str,
}

impl Items<'_> {
    fn item(&mut self, value: &(impl Serialize + ?Sized)) -> fmt::Result {
        if self.writer.out.len() > self.begin {
            self.writer.out.push(',');
        }
        value.serialize(self.writer.part())
    }

    fn finish(self) -> fmt::Result {
        self.writer.out.push_str(self.end);
        Ok(())
    }
}

/// Fields or entries being written: in the order they come, and sorted at the end.
struct Fields<'w> {
    writer: Writer<'w>,
    /// Each with its key and where it stands, key included.
    written: Vec<(Cow<'static, str>, Range<usize>)>,
    end: &'static str,
}

impl Fields<'_> {
    fn field(&mut self, key: &'static str, value: &(impl Serialize + ?Sized)) -> fmt::Result {
        if self.writer.left_out.contains(&key) {
            return Ok(());
        }
        let begin = self.writer.out.len();
        quoted(key, self.writer.out);
        self.value(key.into(), begin, value)
    }

    fn value(
        &mut self,
        key: Cow<'static, str>,
        begin: usize,
        value: &(impl Serialize + ?Sized),
    ) -> fmt::Result {
        self.writer.out.push(':');
        value.serialize(self.writer.part())?;
        self.written.push((key, begin..self.writer.out.len()));
        self.writer.out.push(',');
        Ok(())
    }

    fn finish(mut self) -> fmt::Result {
        let out = self.writer.out;
        // RFC 8785 sorts by UTF-16 units; our keys are ASCII, where that is byte order.
        let sorted = self.written.is_sorted_by(|a, b| a.0 <= b.0);
        if let (false, Some((_, first))) = (sorted, self.written.first()) {
            let begin = first.start;
            let fields = out.split_off(begin);
            self.written.sort_by(|a, b| a.0.cmp(&b.0));
            for (_, at) in &self.written {
                out.push_str(&fields[at.start - begin..at.end - begin]);
                out.push(',');
            }
        }
        if !self.written.is_empty() {
            out.pop();
        }
        out.push_str(self.end);
        Ok(())
    }
}

macro_rules! as_items {
    ($($form:ident: $method:ident,)+) => {
        $(impl $form for Items<'_> {
            type Ok = ();
            type Error = fmt::Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> fmt::Result {
                self.item(value)
            }

            fn end(self) -> fmt::Result {
                self.finish()
            }
        })+
    };
}

as_items! {
    SerializeSeq: serialize_element,
    SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field,
    SerializeTupleVariant: serialize_field,
}

macro_rules! as_fields {
    ($($form:ident,)+) => {
        $(impl $form for Fields<'_> {
            type Ok = ();
            type Error = fmt::Error;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> fmt::Result {
                self.field(key, value)
            }

            fn end(self) -> fmt::Result {
                self.finish()
            }
        })+
    };
}

as_fields! {
    SerializeStruct,
    SerializeStructVariant,
}

impl SerializeMap for Fields<'_> {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, _: &T) -> fmt::Result {
        Err(fmt::Error)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, _: &T) -> fmt::Result {
        Err(fmt::Error)
    }

    fn serialize_entry<K: Serialize + ?Sized, V: Serialize + ?Sized>(
        &mut self,
        key: &K,
        value: &V,
    ) -> fmt::Result {
        let begin = self.writer.out.len();
        key.serialize(self.writer.part())?;
        let text: String =
            serde_json::from_str(&self.writer.out[begin..]).map_err(|_| fmt::Error)?;
        self.value(text.into(), begin, value)
    }

    fn end(self) -> fmt::Result {
        self.finish()
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;
    use serde_json::{Value, json};

    use super::{canonical_json, canonical_without};

    #[derive(Serialize)]
    enum Choice {
        Bare,
        One(u8),
        Two(u8, &'static str),
        Named { z: i64, a: bool },
    }

    #[derive(Serialize)]
    struct Whole {
        text: &'static str,
        choices: Vec<Choice>,
        nothing: Option<u8>,
        below: Vec<Value>,
    }

    fn whole() -> Whole {
        Whole {
            text: "He said \"no\".\n",
            choices: vec![
                Choice::Bare,
                Choice::One(1),
                Choice::Two(2, "é"),
                Choice::Named { z: -3, a: true },
            ],
            nothing: None,
            below: vec![json!({ "text": 1.5, "a b": {}, "a": [], "Z": null })],
        }
    }

    #[test]
    fn keys_are_sorted_at_every_depth() {
        let expected = r#"{"below":[{"Z":null,"a":[],"a b":{},"text":1.5}],"choices":["Bare",{"One":1},{"Two":[2,"é"]},{"Named":{"a":true,"z":-3}}],"nothing":null,"text":"He said \"no\".\n"}"#;
        assert_eq!(canonical_json(&whole()), expected);
        let value = serde_json::to_value(whole()).unwrap_or_default();
        assert_eq!(canonical_json(&value), expected);
    }

    #[test]
    fn fields_are_left_out_and_keys_are_not() {
        let text = canonical_without(&whole(), &["text", "choices", "z"]);
        let expected = r#"{"below":[{"Z":null,"a":[],"a b":{},"text":1.5}],"nothing":null}"#;
        assert_eq!(text, expected);
    }
}
