//! A value of a profile: from where in the record, and what becomes of it.

use std::collections::BTreeMap;

use super::path::Path;
use super::record::Scope;

/// A profile's rule for one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueRule {
    /// Where it is from.
    pub source: ValueSource,
    /// Texts that mean no value.
    pub none: Vec<String>,
    /// Only what follows this text.
    pub after: Option<String>,
    /// Only what is before this text.
    pub before: Option<String>,
    /// In lower case.
    pub lower: bool,
    /// Texts and what they mean here.
    pub map: BTreeMap<String, String>,
    /// The meaning of a text that is not in the map.
    pub other: Option<String>,
    /// The text that it is wherever there is a value, whatever that is.
    pub then: Option<String>,
    /// The separator of the tags of a text, instead of semicolons.
    pub split: Option<String>,
}

/// Where a value is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueSource {
    /// A place in the record.
    Path(Path),
    /// Always this text.
    Constant(String),
    /// The first of several that has a value.
    First(Vec<ValueRule>),
    /// Several with a text between.
    Join(Vec<ValueRule>, String),
}

impl ValueRule {
    /// A value as it is at its source.
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

    /// More texts mean no value, in this one and those that it is put together from.
    pub fn add_none(&mut self, none: &[String]) {
        self.none.extend_from_slice(none);
        if let ValueSource::First(values) | ValueSource::Join(values, _) = &mut self.source {
            for value in values {
                value.add_none(none);
            }
        }
    }

    /// The text in a record; none where there is no value.
    #[must_use]
    pub fn text(&self, scope: &Scope) -> Option<String> {
        match &self.then {
            Some(then) => self.is_there(scope).then(|| then.clone()),
            None => self.found(scope),
        }
    }

    /// Tags: a text, or at a bare path a list of texts, with semicolons between.
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

    /// Whether there is a value: at a bare path also a list or an object.
    #[must_use]
    pub fn is_there(&self, scope: &Scope) -> bool {
        match &self.source {
            ValueSource::Path(path) if self.is_bare() => scope.has(path),
            ValueSource::Path(_) | ValueSource::Constant(_) | ValueSource::First(_) | ValueSource::Join(..) => {
                self.found(scope).is_some()
            }
        }
    }

    /// Whether a value is taken as it is.
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

    /// The texts that it can be, where they are known beforehand. Of a `map` without `other` those that it leads to: see
    /// [`ValueRule::may_pass`].
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

    /// Whether it may come to a text that is none of the known ones, as it passes through a `map`.
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

    /// Each path in it. `is_choice` where it is one of several that need not all be there.
    pub fn each_path<'v>(&'v self, is_choice: bool, see: &mut impl FnMut(&'v Path, bool)) {
        match &self.source {
            ValueSource::Path(path) => path.each(&mut |path| see(path, is_choice)),
            ValueSource::Constant(_) => {}
            ValueSource::First(values) => values.iter().for_each(|value| value.each_path(true, see)),
            ValueSource::Join(values, _) => values.iter().for_each(|value| value.each_path(is_choice, see)),
        }
    }

    /// In words, for documentation and rejects.
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
