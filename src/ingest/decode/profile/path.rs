//! Paths to values in a source's record: `sender.id`, `agent_ids[0]`, `participants[purpose=agent].userId`,
//! `$.users[id={author_id}].type`, `^.purpose`, `@before.status`.

use serde_json::Value;

use super::element::Element;
use super::sample::KEY;

/// The start of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// The element, or the enclosing element that many levels up.
    Element(usize),
    Record,
    /// The element before this one in its list.
    Before,
    /// The element after this one in its list.
    After,
    /// The values in the document before the records.
    Document,
    /// The key of the element in its object.
    Key,
    /// The position of the element in its list, counted from 1.
    Number,
    /// The name of the record's file.
    File,
    /// The first record of the record's chain.
    Root,
}

/// The names of path starts. A key with such a name must be quoted.
const NAMES: [(&str, From); 7] = [
    ("@before", From::Before),
    ("@after", From::After),
    ("@document", From::Document),
    ("@key", From::Key),
    ("@number", From::Number),
    ("@file", From::File),
    ("@root", From::Root),
];

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathStep {
    /// Into an object.
    Key(String),
    /// The element of an array at this index; if negative, counted from the end.
    At(i64),
    /// The first element of an array that has this text at this key.
    Find(String, Sought),
    /// Each value of an object; only in `each`.
    Values,
}

/// The text by which an element is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sought {
    /// This one.
    Text(String),
    /// The value at another path.
    Path(Box<Path>),
}

/// A checked path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// As written.
    pub text: String,
    /// Its number among the paths of its profile, by which the columns of a row are found.
    pub number: usize,
    /// Its start.
    pub from: From,
    /// Its steps from the start.
    pub steps: Vec<PathStep>,
    /// For rows: the name of its column.
    pub column: Option<String>,
}

/// The start of a path that a similar one was meant to be: `@document` for `@documents.id`. Other keys may begin with
/// `@`, too: `@timestamp`.
fn mistyped_start(text: &str) -> Option<&'static str> {
    const LONG: usize = 6;
    let start = text.strip_prefix('@').map(|_| text.split(['.', '[']).next().unwrap_or(text))?;
    let fits = |name: &&str| {
        let allowed = if name.len() < LONG { 1 } else { 2 };
        strsim::damerau_levenshtein(start, name) <= allowed
    };
    NAMES.iter().map(|(name, _)| *name).find(fits)
}

impl Path {
    /// Reads a path into JSON.
    ///
    /// # Errors
    ///
    /// The fault in the path.
    pub fn parse(text: &str, number: usize) -> Result<Self, String> {
        if let Some(path) = Self::named(text, number) {
            return path;
        }
        if let Some(name) = mistyped_start(text) {
            return Err(format!(
                "path `{text}`: did you mean `{name}`? A key that begins with @ and is so similar is in quotes of its own"
            ));
        }
        let (mut from, mut rest) = match text.strip_prefix('$') {
            Some(rest) => (From::Record, rest),
            None => (From::Element(0), text),
        };
        while let (From::Element(up), Some(after)) = (from, rest.strip_prefix('^')) {
            from = From::Element(up + 1);
            rest = after.strip_prefix('.').filter(|next| next.starts_with('^')).unwrap_or(after);
        }
        if from != From::Element(0) {
            rest = rest.strip_prefix('.').unwrap_or(rest);
        }
        let steps = value_steps(text, rest)?;
        if steps.is_empty() && from == From::Element(0) {
            return Err("an empty path".to_owned());
        }
        Ok(Self { text: text.to_owned(), number, from, steps, column: None })
    }

    /// A path that starts with one of the [`NAMES`].
    fn named(text: &str, number: usize) -> Option<Result<Self, String>> {
        let (from, rest) = NAMES.iter().find_map(|(name, from)| Some((*from, text.strip_prefix(name)?)))?;
        let rest = match rest.chars().next() {
            None | Some('[') => rest,
            Some('.') => &rest[1..],
            Some(_) => return None,
        };
        let is_text = matches!(from, From::Key | From::Number | From::File | From::Root);
        if is_text && !rest.is_empty() {
            return Some(Err(format!("path `{text}`: it begins with a text: nothing is in it")));
        }
        let steps = value_steps(text, rest);
        Some(steps.map(|steps| Self { text: text.to_owned(), number, from, steps, column: None }))
    }

    /// A column of a row: the whole text is its name. If the texts of the column are `unpacked`, steps into their
    /// content may follow.
    ///
    /// # Errors
    ///
    /// The fault in the steps.
    pub fn column(text: &str, number: usize, unpacked: &[String]) -> Result<Self, String> {
        if let Some(path @ Ok(Self { from: From::File | From::Root, .. })) = Self::named(text, number) {
            return path;
        }
        let goes_on =
            |name: &&String| text.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with(['.', '[']));
        let name = unpacked.iter().filter(goes_on).max_by_key(|name| name.len()).map_or(text, |name| name.as_str());
        let rest = &text[name.len()..];
        let mut steps = vec![PathStep::Key(name.to_owned())];
        steps.extend(value_steps(text, rest.strip_prefix('.').unwrap_or(rest))?);
        Ok(Self { text: text.to_owned(), number, from: From::Record, steps, column: Some(name.to_owned()) })
    }

    /// The value at the path. `elements` are the record and the elements in it, the innermost last; `document` are the
    /// values before the records.
    #[must_use]
    pub fn find<'v>(&self, elements: &[Element<'v>], document: Option<&'v Value>) -> Option<&'v Value> {
        let start = self.start(elements, document)?;
        self.steps.iter().try_fold(start, |value, step| step.take(value, elements, document))
    }

    /// The elements of the list at the path. If the path ends with a key into a list, the values at that key in each of
    /// its elements.
    #[must_use]
    pub fn find_list<'v>(&self, elements: &[Element<'v>], document: Option<&'v Value>) -> Option<Vec<&'v Value>> {
        if let Some(value) = self.find(elements, document) {
            return Some(value.as_array()?.iter().collect());
        }
        let (PathStep::Key(key), before) = self.steps.split_last()? else { return None };
        let start = self.start(elements, document)?;
        let list = before.iter().try_fold(start, |value, step| step.take(value, elements, document))?;
        Some(list.as_array()?.iter().filter_map(|element| element.get(key)).collect())
    }

    fn start<'v>(&self, elements: &[Element<'v>], document: Option<&'v Value>) -> Option<&'v Value> {
        let last = elements.last();
        match self.from {
            From::Record => Some(elements.first()?.value),
            From::Element(up) => Some(elements.get(elements.len().checked_sub(up + 1)?)?.value),
            From::Before => last?.before,
            From::After => last?.after,
            From::Document => document,
            From::Key | From::Number | From::File | From::Root => None,
        }
    }

    /// Passes the path to the callback, and the paths that its steps search by.
    pub fn each<'p>(&'p self, see: &mut impl FnMut(&'p Self)) {
        see(self);
        for step in &self.steps {
            if let PathStep::Find(_, Sought::Path(path)) = step {
                see(path);
            }
        }
    }
}

impl PathStep {
    /// The key of an object that the step names.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Key(key) | Self::Find(key, _) => Some(key),
            Self::At(_) | Self::Values => None,
        }
    }

    /// The target of the step.
    #[must_use]
    pub fn take<'v>(
        &self,
        value: &'v Value,
        elements: &[Element<'v>],
        document: Option<&'v Value>,
    ) -> Option<&'v Value> {
        match self {
            Self::Key(key) => value.get(key),
            Self::At(at) => {
                let array = value.as_array()?;
                let length = i64::try_from(array.len()).ok()?;
                array.get(usize::try_from(if *at < 0 { length + at } else { *at }).ok()?)
            }
            Self::Find(key, sought) => {
                let text = match sought {
                    Sought::Text(text) => text.clone(),
                    Sought::Path(path) if path.from == From::Key => key_of(elements)?.to_owned(),
                    Sought::Path(path) => path.find(elements, document).and_then(text_of)?,
                };
                let is = |element: &&Value| element.get(key).and_then(text_of).is_some_and(|found| found == text);
                value.as_array()?.iter().find(is)
            }
            Self::Values => None,
        }
    }
}

/// The key of the innermost element that is a value of an object; the record counts, too.
#[must_use]
pub fn key_of<'v>(elements: &[Element<'v>]) -> Option<&'v str> {
    let own = elements.iter().rev().find_map(|element| element.key);
    own.or_else(|| elements.first()?.value.get(KEY)?.as_str())
}

/// The text of a single value; `None` for a list or an object.
#[must_use]
pub fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(is) => Some(is.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The steps of a path that leads to one value.
fn value_steps(text: &str, rest: &str) -> Result<Vec<PathStep>, String> {
    let steps = steps(rest).map_err(|message| format!("path `{text}`: {message}"))?;
    if steps.contains(&PathStep::Values) {
        return Err(format!("path `{text}`: `*` means several values: use it in `each` only"));
    }
    Ok(steps)
}

/// The steps of a path after its start.
pub(super) fn steps(mut rest: &str) -> Result<Vec<PathStep>, String> {
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let (step, after) = bracket(inside)?;
            steps.push(step);
            rest = after;
        } else if let Some(quoted) = rest.strip_prefix('"') {
            let (key, after) = quoted.split_once('"').ok_or("a quote that does not end")?;
            steps.push(PathStep::Key(key.to_owned()));
            rest = after;
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            if end == 0 {
                return Err("a key is missing between two dots".to_owned());
            }
            steps.push(if &rest[..end] == "*" { PathStep::Values } else { PathStep::Key(rest[..end].to_owned()) });
            rest = &rest[end..];
        }
        rest = match rest.strip_prefix('.') {
            Some("") => return Err("it ends with a dot".to_owned()),
            Some(after) => after,
            None if rest.is_empty() || rest.starts_with('[') => rest,
            None => return Err(format!("expected a dot before `{rest}`")),
        };
    }
    Ok(steps)
}

/// Reads `0]`, `-1]`, `type=agent]` or `id={author_id}]`. Returns the step and the text after it.
fn bracket(inside: &str) -> Result<(PathStep, &str), String> {
    const EXPECTED: &str = "expected [0], [-1], [key=text] or [key={path}]";
    if let Some((key, rest)) = inside.split_once('=')
        && let Some(rest) = rest.trim_start().strip_prefix('{')
        && !key.contains(']')
    {
        let (path, after) = rest.split_once('}').ok_or("a `{` without its `}`")?;
        let after = after.trim_start().strip_prefix(']').ok_or("a `[` without its `]`")?;
        let path = Path::parse(path.trim(), 0)?;
        return match key.trim() {
            "" => Err(format!("`[{inside}`: {EXPECTED}")),
            key => Ok((PathStep::Find(key.to_owned(), Sought::Path(Box::new(path))), after)),
        };
    }
    let (inside, after) = inside.split_once(']').ok_or("a `[` without its `]`")?;
    let step = match inside.split_once('=') {
        Some((key, text)) if !key.is_empty() => {
            PathStep::Find(key.trim().to_owned(), Sought::Text(text.trim().to_owned()))
        }
        _ => PathStep::At(inside.parse().map_err(|_| format!("`[{inside}]`: {EXPECTED}"))?),
    };
    Ok((step, after))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(path: &str, elements: &[&Value]) -> Option<String> {
        let elements: Vec<Element> = elements.iter().map(|value| Element::alone(value)).collect();
        Path::parse(path, 0).unwrap().find(&elements, None).and_then(text_of)
    }

    #[test]
    fn mistyped_starts_have_an_error() {
        for (path, meant) in [
            ("@documents.site", Some("@document")),
            ("@docment.site", Some("@document")),
            ("@keys", Some("@key")),
            ("@befor.status", Some("@before")),
            ("@timestamp", None),
            ("@type", None),
            ("@id", None),
            ("\"@keys\"", None),
        ] {
            let error = Path::parse(path, 0).err();
            assert_eq!(error.as_ref().map(|_| true), meant.map(|_| true), "{path}");
            assert!(meant.is_none_or(|meant| error.is_some_and(|error| error.contains(meant))), "{path}");
        }
    }

    #[test]
    fn paths_lead_into_records() {
        let record =
            json!({"a": {"b.c": 1, "d": [{"t": "x", "v": true}, {"t": "y", "v": 2.5}]}, "n": null, "@file": 7});
        let array = &record["a"]["d"];
        let elements = [&record, &record["a"], &array[1]];
        for (path, expected) in [
            ("t", Some("y")),
            ("^.d[0].t", Some("x")),
            ("^.d[-1].v", Some("2.5")),
            ("^.d[t=x].v", Some("true")),
            ("^.d[t={t}].v", Some("2.5")),
            ("$.a.d[t = { ^.d[0].t }].v", Some("true")),
            ("^.d[t={u}].v", None),
            ("^.^.a.\"b.c\"", Some("1")),
            ("$.a.\"b.c\"", Some("1")),
            ("$.\"@file\"", Some("7")),
            ("$.n", None),
            ("$.a", None),
            ("^.d[7].t", None),
            ("^.d[-3].t", None),
            ("^.^.^.a", None),
            ("t.u", None),
        ] {
            assert_eq!(found(path, &elements).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn paths_lead_to_neighbours_and_around_records() {
        let list = json!([{"s": "a"}, null, {"s": "b"}, {"s": "c"}]);
        let document = json!({"user": {"id": 5}});
        let all: Vec<Element> = Element::all(list.as_array().unwrap().iter().map(|value| (None, value))).collect();
        let found = |path: &str, at: usize| {
            Path::parse(path, 0).unwrap().find(&all[at..=at], Some(&document)).and_then(text_of)
        };
        assert_eq!(found("@before.s", 1).as_deref(), Some("a"));
        assert_eq!(found("@after.s", 1).as_deref(), Some("c"));
        assert_eq!((found("@before.s", 0), found("@after.s", 2)), (None, None));
        assert_eq!(found("@document.user.id", 0).as_deref(), Some("5"));
        assert_eq!(all.iter().map(|element| element.number).collect::<Vec<_>>(), [1, 2, 3]);
        // Only exact names are recognised.
        assert_eq!(Path::parse("@type", 0).unwrap().from, From::Element(0));
        assert_eq!(Path::parse("@fileset", 0).unwrap().from, From::Element(0));
    }

    #[test]
    fn columns_of_rows_have_any_name() {
        let unpacked = ["Attributes".to_owned(), "Attributes.x".to_owned()];
        let path = |text: &str| Path::column(text, 0, &unpacked).unwrap();
        assert_eq!(path("First. [s]").column.as_deref(), Some("First. [s]"));
        assert_eq!(path("First. [s]").steps.len(), 1);
        assert_eq!(
            (path("Attributes.sid[0]").column.as_deref(), path("Attributes.sid[0]").steps.len()),
            (Some("Attributes"), 3)
        );
        assert_eq!(path("Attributes.x.y").column.as_deref(), Some("Attributes.x"));
        assert_eq!(path("@file").from, From::File);
    }

    #[test]
    fn invalid_paths_are_refused() {
        for (path, part) in [
            ("", "empty"),
            ("a.", "ends with a dot"),
            ("a..b", "missing"),
            ("a[x]", "expected [0]"),
            ("a[0", "without its `]`"),
            ("a[b={c]", "without its `}`"),
            ("a[={c}]", "expected [0]"),
            ("a.*.b", "`each` only"),
            ("@file.x", "nothing is in it"),
        ] {
            let message = Path::parse(path, 0).unwrap_err();
            assert!(message.contains(part), "{path}: {message}");
        }
        // A quote inside an unquoted key is part of the key.
        assert!(Path::parse("a\"", 0).is_ok());
    }
}
