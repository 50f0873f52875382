//! Where a value stands in a source's record: `sender.id`, `agent_ids[0]`, `participants[purpose=agent].userId`, `^.purpose`.

use serde_json::Value;

/// Where a path begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// At the element, or so many around it.
    Element(usize),
    /// At the record.
    Record,
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Into an object.
    Key(String),
    /// An element of an array: from its start, or, below 0, from its end.
    At(i64),
    /// The first element of an array that has this text at this key.
    Find(String, String),
}

/// A checked path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// As written: in CSV, the column's name.
    pub text: String,
    /// Its number among the paths of its profile: by it the columns of a CSV file are found.
    pub number: usize,
    /// Where it begins.
    pub from: From,
    /// How it goes on.
    pub steps: Vec<Step>,
}

impl Path {
    /// Reads a path of JSON.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn parse(text: &str, number: usize) -> Result<Self, String> {
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
        let steps = steps(rest).map_err(|message| format!("path `{text}`: {message}"))?;
        if steps.is_empty() && from == From::Element(0) {
            return Err("an empty path".to_owned());
        }
        Ok(Self { text: text.to_owned(), number, from, steps })
    }

    /// A column of CSV: all of the text is its name.
    #[must_use]
    pub fn column(text: &str, number: usize) -> Self {
        Self { text: text.to_owned(), number, from: From::Element(0), steps: vec![Step::Key(text.to_owned())] }
    }

    /// What stands there, given the record and the elements in it, the innermost last.
    #[must_use]
    pub fn find<'v>(&self, elements: &[&'v Value]) -> Option<&'v Value> {
        let start = match self.from {
            From::Record => elements.first()?,
            From::Element(up) => elements.get(elements.len().checked_sub(up + 1)?)?,
        };
        self.steps.iter().try_fold(*start, |value, step| step.take(value))
    }
}

impl Step {
    /// What the step leads to.
    #[must_use]
    pub fn take<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        match self {
            Self::Key(key) => value.get(key),
            Self::At(at) => {
                let array = value.as_array()?;
                let length = i64::try_from(array.len()).ok()?;
                array.get(usize::try_from(if *at < 0 { length + at } else { *at }).ok()?)
            }
            Self::Find(key, text) => {
                let is = |element: &&Value| element.get(key).and_then(text_of).is_some_and(|found| found == *text);
                value.as_array()?.iter().find(is)
            }
        }
    }
}

/// The text of a value that is none of many.
#[must_use]
pub fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(is) => Some(is.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The steps of a path behind where it begins.
pub(super) fn steps(mut rest: &str) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let (inside, after) = inside.split_once(']').ok_or("a `[` without its `]`")?;
            steps.push(match inside.split_once('=') {
                Some((key, text)) if !key.is_empty() => Step::Find(key.trim().to_owned(), text.trim().to_owned()),
                _ => Step::At(inside.parse().map_err(|_| format!("`[{inside}]`: expected [0], [-1] or [key=text]"))?),
            });
            rest = after;
        } else if let Some(quoted) = rest.strip_prefix('"') {
            let (key, after) = quoted.split_once('"').ok_or("a quote that does not end")?;
            steps.push(Step::Key(key.to_owned()));
            rest = after;
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            if end == 0 {
                return Err("a key is missing between two dots".to_owned());
            }
            steps.push(Step::Key(rest[..end].to_owned()));
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(path: &str, elements: &[&Value]) -> Option<String> {
        Path::parse(path, 0).unwrap().find(elements).and_then(text_of)
    }

    #[test]
    fn paths_lead_into_records() {
        let record = json!({"a": {"b.c": 1, "d": [{"t": "x", "v": true}, {"t": "y", "v": 2.5}]}, "n": null});
        let array = &record["a"]["d"];
        let elements = [&record, &record["a"], &array[1]];
        for (path, expected) in [
            ("t", Some("y")),
            ("^.d[0].t", Some("x")),
            ("^.d[-1].v", Some("2.5")),
            ("^.d[t=x].v", Some("true")),
            ("^.^.a.\"b.c\"", Some("1")),
            ("$.a.\"b.c\"", Some("1")),
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
    fn what_is_no_path_is_told() {
        for (path, part) in [
            ("", "empty"),
            ("a.", "ends with a dot"),
            ("a..b", "missing"),
            ("a[x]", "expected [0]"),
            ("a[0", "without its `]`"),
            ("a\"", "does not end"),
        ] {
            let path_of = Path::parse(path, 0);
            // A quote inside a bare key is text of it.
            if path == "a\"" {
                assert!(path_of.is_ok());
                continue;
            }
            let message = path_of.unwrap_err();
            assert!(message.contains(part), "{path}: {message}");
        }
    }
}
