//! A rule for a value: where in the record it comes from, and how it is transformed.

use std::collections::BTreeMap;

use super::path::Path;
use super::record::Scope;

/// A profile's rule for one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueRule {
    /// The source of the value.
    pub source: ValueSource,
    /// Texts that mean no value.
    pub none: Vec<String>,
    /// Keep only the part after this text.
    pub after: Option<String>,
    /// Keep only the part before this text.
    pub before: Option<String>,
    /// Whether to convert to lower case.
    pub lower: bool,
    /// Texts and their replacements.
    pub map: BTreeMap<String, String>,
    /// The replacement for a text that is not in the map.
    pub other: Option<String>,
    /// The text to use if there is any value.
    pub then: Option<String>,
    /// The separator of tags in a text, if not a semicolon.
    pub split: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueSource {
    /// A path into the record.
    Path(Path),
    /// A constant text.
    Constant(String),
    /// The first of several that has a value.
    First(Vec<ValueRule>),
    /// Several values joined by a text.
    Join(Vec<ValueRule>, String),
}

impl ValueRule {
    /// A rule that takes a value without changes.
    #[must_use]
    pub const fn plain(source: ValueSource) -> Self {
        Self {
            source,
            none: Vec::new(),
            after: None,
            before: None,
            lower: false,
            map: BTreeMap::new(),
            other: None,
            then: None,
            split: None,
        }
    }

    /// Adds texts that mean no value, here and in the values that this one is made of.
    pub fn add_none(&mut self, none: &[String]) {
        self.none.extend_from_slice(none);
        if let ValueSource::First(values) | ValueSource::Join(values, _) = &mut self.source {
            for value in values {
                value.add_none(none);
            }
        }
    }

    /// The text in a record; `None` if there is no value.
    #[must_use]
    pub fn text(&self, scope: &Scope) -> Option<String> {
        match &self.then {
            Some(then) => self.is_there(scope).then(|| then.clone()),
            None => self.found(scope),
        }
    }

    /// Tags: a text or, at an unmodified path, a list of texts, joined by semicolons.
    #[must_use]
    pub fn tags(&self, scope: &Scope) -> Option<String> {
        let found = self.unsplit_tags(scope)?;
        match &self.split {
            Some(split) => Some(found.replace(split.as_str(), ";")),
            None => Some(found),
        }
    }

    fn unsplit_tags(&self, scope: &Scope) -> Option<String> {
        match &self.source {
            ValueSource::Path(path) if self.is_bare() => scope.list(path).or_else(|| self.text(scope)),
            ValueSource::First(values) if self.is_bare() => values.iter().find_map(|value| value.tags(scope)),
            ValueSource::Path(_) | ValueSource::First(_) | ValueSource::Constant(_) | ValueSource::Join(..) => {
                self.text(scope)
            }
        }
    }

    /// Whether there is a value. At an unmodified path, a list or an object counts.
    #[must_use]
    pub fn is_there(&self, scope: &Scope) -> bool {
        match &self.source {
            ValueSource::Path(path) if self.is_bare() => scope.has(path),
            ValueSource::Path(_) | ValueSource::Constant(_) | ValueSource::First(_) | ValueSource::Join(..) => {
                self.found(scope).is_some()
            }
        }
    }

    /// Whether a value is taken without changes.
    fn is_bare(&self) -> bool {
        let is_whole = self.after.is_none() && self.before.is_none() && self.map.is_empty() && self.other.is_none();
        is_whole && self.none.is_empty()
    }

    fn found(&self, scope: &Scope) -> Option<String> {
        let mut text = match &self.source {
            ValueSource::Path(path) => scope.text(path)?,
            ValueSource::Constant(text) => text.clone(),
            ValueSource::First(values) => values.iter().find_map(|value| value.text(scope))?,
            ValueSource::Join(values, with) => {
                values.iter().map(|value| value.text(scope)).collect::<Option<Vec<_>>>()?.join(with)
            }
        };
        if self.none.contains(&text) {
            return None;
        }
        if let Some(after) = &self.after {
            text.drain(..text.find(after.as_str())? + after.len());
        }
        if let Some(end) = self.before.as_ref().and_then(|before| text.find(before.as_str())) {
            text.truncate(end);
        }
        if self.lower {
            text = text.to_lowercase();
        }
        text = match (self.map.get(&text), &self.other) {
            (Some(meant), _) | (None, Some(meant)) => meant.clone(),
            (None, None) => text,
        };
        (!text.is_empty()).then_some(text)
    }

    /// The possible texts of the value, if they are known beforehand. For a `map` without `other`, the replacements in
    /// it: see [`ValueRule::may_pass`].
    #[must_use]
    pub fn known_texts(&self) -> Option<Vec<&str>> {
        if let Some(then) = &self.then {
            return Some(vec![then]);
        }
        if !self.map.is_empty() {
            let other = self.other.as_deref();
            return Some(self.map.values().map(String::as_str).chain(other).filter(|text| !text.is_empty()).collect());
        }
        self.source_texts()
    }

    /// Whether the result may be a text not in `known_texts`, because it passes a `map` unchanged.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        let inner = || match &self.source {
            ValueSource::First(values) => values.iter().any(Self::may_pass),
            ValueSource::Path(_) | ValueSource::Constant(_) | ValueSource::Join(..) => false,
        };
        if self.then.is_some() {
            return false;
        }
        if self.map.is_empty() {
            return inner();
        }
        let is_covered = |texts: Vec<&str>| texts.into_iter().all(|text| self.map.contains_key(text));
        self.other.is_none() && (inner() || !self.source_texts().is_some_and(is_covered))
    }

    fn source_texts(&self) -> Option<Vec<&str>> {
        match &self.source {
            ValueSource::Constant(text) => Some(vec![text]),
            ValueSource::First(values) => {
                let all = values.iter().map(Self::known_texts).collect::<Option<Vec<_>>>()?;
                Some(all.into_iter().flatten().collect())
            }
            ValueSource::Path(_) | ValueSource::Join(..) => None,
        }
    }

    /// Passes each of its paths to the callback. `is_choice` marks a path that is one of several alternatives.
    pub fn each_path<'v>(&'v self, is_choice: bool, see: &mut impl FnMut(&'v Path, bool)) {
        match &self.source {
            ValueSource::Path(path) => path.each(&mut |path| see(path, is_choice)),
            ValueSource::Constant(_) => {}
            ValueSource::First(values) => values.iter().for_each(|value| value.each_path(true, see)),
            ValueSource::Join(values, _) => values.iter().for_each(|value| value.each_path(is_choice, see)),
        }
    }

    /// The rule in words, for documentation and rejects.
    #[must_use]
    pub fn describe(&self) -> String {
        let list = |values: &[Self]| values.iter().map(Self::describe).collect::<Vec<_>>();
        let mut words = match &self.source {
            ValueSource::Path(path) => format!("`{}`", path.text),
            ValueSource::Constant(text) => format!("always `{text}`"),
            ValueSource::First(values) => format!("the first of {}", list(values).join(", ")),
            ValueSource::Join(values, _) => list(values).join(" and "),
        };
        if let Some(after) = &self.after {
            words.push_str(&format!(" after `{after}`"));
        }
        if let Some(before) = &self.before {
            words.push_str(&format!(" before `{before}`"));
        }
        if self.lower {
            words.push_str(" in lower case");
        }
        if let Some(split) = &self.split {
            words.push_str(&format!(", split at `{split}`"));
        }
        if !self.map.is_empty() {
            let pairs: Vec<String> = self.map.iter().map(|(from, to)| format!("{from} → {}", shown(to))).collect();
            words.push_str(&format!(" ({}", pairs.join(", ")));
            if let Some(other) = &self.other {
                words.push_str(&format!(", else {}", shown(other)));
            }
            words.push(')');
        }
        match &self.then {
            Some(then) => format!("`{then}` where there is {words}"),
            None => words,
        }
    }
}

fn shown(text: &str) -> &str {
    if text.is_empty() { "none" } else { text }
}
