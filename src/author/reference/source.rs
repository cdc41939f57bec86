//! Reads the format out of the source: the documented structs and enums of the
//! written form, as they stand in the file that the loader fills. So the reference
//! says what the program does, and a field without a sentence cannot be built.

/// A struct or an enum of the source.
#[derive(Debug, PartialEq, Eq)]
pub struct Item {
    /// Its name in the source.
    pub name: &'static str,
    /// Its sentence.
    pub doc: String,
    /// Fields or variants, in order.
    pub members: Vec<Member>,
}

/// A field or a variant.
#[derive(Debug, PartialEq, Eq)]
pub struct Member {
    /// As authors write it.
    pub name: String,
    /// Its sentences.
    pub doc: String,
    /// The type of a field, or what stands in the brackets of a variant; may be empty.
    pub holds: &'static str,
    /// Whether it may be left out, for a field.
    pub optional: bool,
}

/// Every public struct and enum of a source text that has named members.
pub fn items(source: &'static str) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let mut open = false;
    let mut doc = String::new();
    let mut attributes = String::new();
    for line in source.lines() {
        let text = line.trim();
        if let Some(words) = text.strip_prefix("///") {
            let gap = if doc.is_empty() { "" } else { " " };
            doc.push_str(gap);
            doc.push_str(words.trim());
        } else if text.starts_with("#[") || (!attributes.is_empty() && text.starts_with(')')) {
            attributes.push_str(text);
        } else if line == "}" {
            open = false;
        } else if let Some(name) = opening(line) {
            open = true;
            attributes.clear();
            items.push(Item {
                name,
                doc: std::mem::take(&mut doc),
                members: Vec::new(),
            });
        } else if open && line.starts_with("    ") && !line.starts_with("     ") {
            if let (Some(item), Some((name, holds))) = (items.last_mut(), member(text)) {
                item.members.push(Member {
                    name: renamed(&attributes).unwrap_or(name).to_owned(),
                    optional: attributes.contains("skip") || doc.contains("Unless said"),
                    doc: std::mem::take(&mut doc),
                    holds,
                });
            }
            doc.clear();
            attributes.clear();
        } else {
            doc.clear();
            attributes.clear();
        }
    }
    items.retain(|item| !item.members.is_empty());
    items
}

/// `pub struct Name {` or `pub enum Name {`.
fn opening(line: &'static str) -> Option<&'static str> {
    let rest = line
        .strip_prefix("pub struct ")
        .or_else(|| line.strip_prefix("pub enum "))?;
    rest.strip_suffix(" {")
}

/// `pub name: Type,`, `Name,` or `Name(Type, Type),`.
fn member(text: &'static str) -> Option<(&'static str, &'static str)> {
    let text = text.strip_suffix(',')?;
    if let Some(field) = text.strip_prefix("pub ") {
        let (name, holds) = field.split_once(": ")?;
        return Some((name, holds));
    }
    if !text.starts_with(|c: char| c.is_ascii_uppercase()) {
        return None;
    }
    Some(match text.split_once('(') {
        Some((name, rest)) => (name, rest.strip_suffix(')')?),
        None => (text, ""),
    })
}

fn renamed(attributes: &str) -> Option<&str> {
    attributes.split_once("rename = \"")?.1.split('"').next()
}
