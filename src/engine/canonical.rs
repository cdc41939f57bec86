//! Canonical JSON: keys sorted, no spaces, integers and strings only (RFC 8785
//! for what occurs here). Sorted here and not by a map's habit, because whether
//! `serde_json` keeps insertion order depends on what else is in the build.

use serde_json::Value;

/// The canonical text of a value.
pub fn canonical_json(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut sorted: Vec<_> = fields.iter().collect();
            // RFC 8785 sorts by UTF-16 units; our keys are ASCII, where that is byte order.
            sorted.sort_by_key(|(key, _)| key.as_str());
            out.push('{');
            for (i, (key, field)) in sorted.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                quoted(key, out);
                out.push(':');
                write(field, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::String(text) => quoted(text, out),
        plain => out.push_str(&plain.to_string()),
    }
}

/// A text in quotes. Most texts hold nothing that JSON escapes and are copied as they are.
fn quoted(text: &str, out: &mut String) {
    let escapes = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
    if text.bytes().any(escapes) {
        out.push_str(&Value::from(text).to_string());
    } else {
        out.push('"');
        out.push_str(text);
        out.push('"');
    }
}
