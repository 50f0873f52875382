//! Placeholders in the name of an output: `{from}`, `{week}` and the like.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};

use crate::harmless::is_invisible;
use crate::time::date_of;

/// A placeholder: a name in braces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placeholder {
    /// `{from}`: the first day.
    From,
    /// `{to}`: the last day.
    To,
    /// `{week}`: the ISO week of the last day.
    Week,
    /// `{template}`: the templates.
    Template,
    /// `{report}`: the name in the config.
    Report,
    /// `{format}`: the ending of the format.
    Format,
    /// The value of a split report's part; written as the name of its dimension.
    Value,
}

impl Placeholder {
    /// The placeholders for documents about days.
    pub const OF_DAYS: &'static [Self] = &[Self::From, Self::To, Self::Week, Self::Format];
    /// The placeholders for reports.
    pub const OF_REPORT: &'static [Self] = &[Self::From, Self::To, Self::Week, Self::Template, Self::Format];
    /// The placeholders for reports that the config names.
    pub const OF_RUN: &'static [Self] = &[Self::From, Self::To, Self::Week, Self::Template, Self::Report, Self::Format];

    /// The text between the braces. For a value it is the name of its dimension.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::To => "to",
            Self::Week => "week",
            Self::Template => "template",
            Self::Report => "report",
            Self::Format => "format",
            Self::Value => "",
        }
    }
}

/// The values of all placeholders except the format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputNames {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// The names of the templates.
    pub template: String,
    /// The report's name in the config.
    pub report: String,
}

impl OutputNames {
    /// The names for a document of these days.
    #[must_use]
    pub const fn of_days(from: NaiveDate, to: NaiveDate) -> Self {
        Self { from, to, template: String::new(), report: String::new() }
    }

    /// The names for a document whose first day begins an RFC 3339 text; `None` if the text is not a date.
    #[must_use]
    pub fn of_window(from: &str, days: u32) -> Option<Self> {
        let from = date_of(from)?;
        let to = from.checked_add_days(Days::new(u64::from(days.saturating_sub(1))))?;
        Some(Self::of_days(from, to))
    }

    /// The text of a placeholder. `value` is the value of the report's part, `ending` the ending of the format.
    #[must_use]
    pub fn text(&self, placeholder: Placeholder, value: Option<&str>, ending: &str) -> String {
        match placeholder {
            Placeholder::From => self.from.to_string(),
            Placeholder::To => self.to.to_string(),
            Placeholder::Week => {
                let week = self.to.iso_week();
                format!("{}-W{:02}", week.year(), week.week())
            }
            Placeholder::Template => as_name(&self.template),
            Placeholder::Report => as_name(&self.report),
            Placeholder::Format => ending.to_owned(),
            Placeholder::Value => as_name(value.unwrap_or_default()),
        }
    }
}

/// Maximum bytes of a value in a file name: systems allow 255, and the name has more parts.
const LONGEST: usize = 120;

/// A value of the log as part of a file name: it cannot leave the folder, has no invisible characters, and fits. A hash
/// distinguishes values that were cut.
fn as_name(value: &str) -> String {
    let is_odd = |c: char| c.is_control() || is_invisible(c) || "/\\<>:\"|?*".contains(c);
    let name: String = value.chars().map(|c| if is_odd(c) { '_' } else { c }).collect();
    let name = if name.is_empty() || name.starts_with(['.', '-']) { format!("_{name}") } else { name };
    if name.len() <= LONGEST { name } else { with_hash(&name, value) }
}

/// The names of values in file names. No two names denote one file, even if upper and lower case are the same. Values
/// that are valid names stay unchanged; others get a hash.
#[must_use]
pub fn distinct_names(values: &[&str]) -> Vec<String> {
    let key = |name: &str| name.to_lowercase();
    let mut names: Vec<String> = values.iter().map(|value| as_name(value)).collect();
    let mut owners: BTreeMap<String, usize> = BTreeMap::new();
    for (at, name) in names.iter().enumerate() {
        let owner = owners.entry(key(name)).or_insert(at);
        if names[*owner] != values[*owner] && name == values[at] {
            *owner = at;
        }
    }
    for (at, value) in values.iter().enumerate() {
        if owners[&key(&names[at])] != at {
            names[at] = with_hash(&names[at], value);
        }
    }
    names
}

/// The beginning of a value, and the hash of the whole value.
fn with_hash(name: &str, value: &str) -> String {
    const HASH: usize = "~0123456789abcdef".len();
    let end = name.floor_char_boundary(LONGEST - HASH);
    let hash = value
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{}~{hash:016x}", &name[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_and_are_distinct() {
        let long = "ñ".repeat(300);
        let longer = format!("{long}x");
        let names = distinct_names(&["a/b", "a_b", "Ana", "ana", &long, &longer, ""]);
        assert_eq!((names[1].as_str(), names[2].as_str(), names[6].as_str()), ("a_b", "Ana", "_"));
        assert!(names[0].starts_with("a_b~") && names[3].starts_with("ana~"), "{names:?}");
        let distinct: std::collections::BTreeSet<String> = names.iter().map(|name| name.to_lowercase()).collect();
        assert_eq!(distinct.len(), names.len());
        assert!(names.iter().all(|name| name.len() <= LONGEST && as_name(name) == *name), "{names:?}");
    }

    #[test]
    fn names_hide_nothing_and_are_not_flags() {
        for (value, name) in
            [("\u{202e}gpj.exe", "_gpj.exe"), ("a\u{200b}b\u{ffff}", "a_b_"), ("-rf", "_-rf"), ("..", "_..")]
        {
            assert_eq!(as_name(value), name);
        }
    }

    #[test]
    fn the_days_of_a_window_are_whole_days() {
        let names = OutputNames::of_window("2025-12-29T00:00:00-03:00", 7).unwrap();
        assert_eq!(names.to.to_string(), "2026-01-04");
        assert_eq!(names.text(Placeholder::Week, None, ""), "2026-W01");
        assert_eq!(OutputNames::of_window("today", 7), None);
    }
}
